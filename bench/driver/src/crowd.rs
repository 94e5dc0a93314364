//! Many callers on one thread: the system is asked which connections are ready, and only their callers go on.

use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use rustix::buffer::spare_capacity;
use rustix::event::{Timespec, epoll};
use rustix::io::Errno;

use crate::Failure;
use crate::arguments::Until;
use crate::caller::{Caller, Outcome, Stage};
use crate::load::{KNOCK_AGAIN, goes_on};

/// How often callers are looked at whose connections have nothing to say.
const LOOK_ROUND: Duration = Duration::from_secs(1);

/// Callers, and what each is about.
#[derive(Debug)]
pub(crate) struct Crowd {
    epoll: OwnedFd,
    members: Vec<Member>,
    until: Until,
    began: Instant,
}

#[derive(Debug)]
struct Member {
    caller: Caller,
    made: u64,
    now: Now,
    /// What its connection is watched for; nothing when there is none.
    watched: Option<epoll::EventFlags>,
}

/// What a member is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Now {
    /// A call is under way.
    Calling,
    /// Nobody listened; it knocks again with the next look round.
    Pausing,
    /// It has made its calls.
    Done,
}

impl Crowd {
    pub(crate) fn new(callers: Vec<Caller>, until: Until) -> Result<Self, Failure> {
        let member = |caller| Member { caller, made: 0, now: Now::Pausing, watched: None };
        Ok(Self {
            epoll: epoll::create(epoll::CreateFlags::CLOEXEC)?,
            members: callers.into_iter().map(member).collect(),
            until,
            began: Instant::now(),
        })
    }

    /// Lets all of them call until each has made its calls, and gives them back.
    pub(crate) fn run(mut self) -> Result<Vec<Caller>, Failure> {
        self.began = Instant::now();
        let mut ready = Vec::with_capacity(self.members.len());
        while self.any(Now::Calling) || self.any(Now::Pausing) {
            for at in 0..self.members.len() {
                self.look_at(at)?;
            }
            let looked = Instant::now();
            while self.any(Now::Calling) || self.any(Now::Pausing) {
                let left = self.look_again_after().saturating_sub(looked.elapsed());
                if left.is_zero() {
                    break;
                }
                ready.clear();
                match epoll::wait(&self.epoll, spare_capacity(&mut ready), Some(&Timespec::try_from(left)?)) {
                    Ok(_) | Err(Errno::INTR) => {}
                    Err(error) => return Err(error.into()),
                }
                for event in &ready {
                    self.go_on(usize::try_from(event.data.u64())?)?;
                }
            }
        }
        Ok(self.members.into_iter().map(|member| member.caller).collect())
    }

    /// The system does not speak of those who pause.
    fn look_again_after(&self) -> Duration {
        if self.any(Now::Pausing) { KNOCK_AGAIN } else { LOOK_ROUND }
    }

    fn any(&self, now: Now) -> bool {
        self.members.iter().any(|member| member.now == now)
    }

    /// Sees to a member of whom the system has not spoken.
    fn look_at(&mut self, at: usize) -> Result<(), Failure> {
        let Some(member) = self.members.get_mut(at) else { return Ok(()) };
        if member.now == Now::Calling && member.caller.lose_patience() {
            member.made += 1;
            member.now = Now::Pausing;
        }
        if member.now == Now::Pausing { self.go_on(at) } else { Ok(()) }
    }

    /// Lets a member go on with its call, and with the next, until it must wait.
    fn go_on(&mut self, at: usize) -> Result<(), Failure> {
        let Some(member) = self.members.get_mut(at) else { return Ok(()) };
        let mut stage = match member.now {
            Now::Calling => member.caller.advance(),
            _ if !goes_on(self.until, self.began, member.made) => {
                member.now = Now::Done;
                return Ok(());
            }
            _ => member.begin(),
        };
        loop {
            match stage {
                Stage::Sending => return member.wait_for(&self.epoll, at, epoll::EventFlags::OUT),
                Stage::Receiving => return member.wait_for(&self.epoll, at, epoll::EventFlags::IN),
                Stage::Ended(outcome) => {
                    member.made += 1;
                    if outcome == Outcome::Absent {
                        member.caller.calls.nobody_listens();
                        member.now = Now::Pausing;
                        return Ok(());
                    }
                    if !goes_on(self.until, self.began, member.made) {
                        member.now = Now::Done;
                        return Ok(());
                    }
                    stage = member.begin();
                }
            }
        }
    }
}

impl Member {
    fn begin(&mut self) -> Stage {
        // The system has forgotten a connection that is closed.
        self.watched = self.watched.filter(|_| self.caller.connection().is_some());
        self.caller.begin()
    }

    fn wait_for(&mut self, epoll: &OwnedFd, at: usize, ready: epoll::EventFlags) -> Result<(), Failure> {
        self.now = Now::Calling;
        let Some(connection) = self.caller.connection().filter(|_| self.watched != Some(ready)) else {
            return Ok(());
        };
        let data = epoll::EventData::new_u64(u64::try_from(at)?);
        match self.watched {
            None => epoll::add(epoll, connection, data, ready)?,
            Some(_) => epoll::modify(epoll, connection, data, ready)?,
        }
        self.watched = Some(ready);
        Ok(())
    }
}
