//! Packets between the ends of a laboratory, and what became of each.
//!
//! All sockets are this process's own, made inside the namespaces: TCP by connections to real listeners (or to ports that nobody
//! listens at), UDP by exchanges of datagrams, ICMP by echoes that the kernel answers. Whether a packet got there is seen at the other
//! end: a raw socket sees what a card's filter has let in.

mod icmp;
mod raw;
mod tcp;
mod udp;

use std::io;
use std::net::Ipv4Addr;
use std::thread::sleep;
use std::time::{Duration, Instant};

use adit_net::{Addr, Body, Endpoint, Packet};

use crate::error::LabError;
use crate::lab::Lab;
use crate::plan::Spot;

/// The TCP ports at which every end listens. At all others a connection is refused, if it gets there.
pub const SERVED: [u16; 3] = [22, 5432, 6432];
/// What every expected answer has come in: then for how long one that is not expected is waited for.
const GRACE: Duration = Duration::from_millis(120);
/// How long what is expected is waited for.
const PATIENCE: Duration = Duration::from_secs(4);

/// One packet to send, which expects an answer.
///
/// Of the packets sent at once, those from one address have different source ports, and those to the world different destinations.
#[derive(Clone, Debug)]
pub struct Sent {
    /// Where it is sent.
    pub from: Spot,
    /// Where it should arrive.
    pub to: Spot,
    /// The sender's address in its namespace.
    pub source: Ipv4Addr,
    /// The receiver's address in its namespace.
    pub destination: Ipv4Addr,
    /// TCP, UDP, or an echo.
    pub body: Body,
}

impl Sent {
    /// The packet as the model knows it.
    pub fn packet(&self) -> Packet {
        let addr = |spot: &Spot, address| match spot.endpoint {
            Endpoint::Oracle(service) => Addr::Oracle(service),
            _ => Addr::Ip(address),
        };
        Packet {
            source: addr(&self.from, self.source),
            destination: addr(&self.to, self.destination),
            body: self.body,
        }
    }

    /// Whether the receiver is in the world: the sender's address may be translated on the way there.
    fn outward(&self) -> bool {
        matches!(self.to.endpoint, Endpoint::Internet | Endpoint::Oracle(_))
    }

    /// The address that the sender writes on it: the internet knows cards by their public ones.
    fn written(&self, lab: &Lab) -> Ipv4Addr {
        match self.from.endpoint {
            Endpoint::Internet => lab.plan().public(&self.to, self.destination),
            _ => self.destination,
        }
    }
}

/// How it was answered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answered {
    /// Not at all: a time-out.
    #[default]
    No,
    /// By a reset: nobody listens, but everything in between works.
    Refused,
    /// By an open connection, a datagram, an echo.
    Yes,
}

/// What became of a packet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// Whether it got there.
    pub there: bool,
    /// How it was answered by the one that it was meant for.
    pub answered: Answered,
}

/// One kind of traffic: its sockets, and what they have seen.
trait Traffic {
    /// Sends everything.
    fn start(&mut self) -> Result<(), LabError>;
    /// Looks for what has come since the last time.
    fn look(&mut self, seen: &mut [Seen]);
}

/// Sends everything at once, and waits: until what is expected has come in and a little longer, or until patience ends. What is
/// expected decides only how long is waited.
///
/// # Errors
/// Sockets that cannot be made.
pub fn send(lab: &Lab, packets: &[Sent], expected: &[Seen]) -> Result<Vec<Seen>, LabError> {
    let mut seen = vec![Seen::default(); packets.len()];
    let mut kinds: [Box<dyn Traffic>; 3] = [
        Box::new(tcp::Tcp::new(lab, packets)?),
        Box::new(udp::Udp::new(lab, packets)?),
        Box::new(icmp::Icmp::new(lab, packets)?),
    ];
    for kind in &mut kinds {
        kind.start()?;
    }
    let began = Instant::now();
    let mut complete: Option<Instant> = None;
    loop {
        for kind in &mut kinds {
            kind.look(&mut seen);
        }
        let come = expected.iter().zip(&seen).all(|(expected, seen)| {
            seen.there >= expected.there
                && (seen.answered != Answered::No) >= (expected.answered != Answered::No)
        });
        if come && complete.is_none() {
            complete = Some(Instant::now());
        }
        if complete.is_some_and(|since| since.elapsed() > GRACE) || began.elapsed() > PATIENCE {
            break;
        }
        sleep(Duration::from_millis(2));
    }
    // An answer to what never got there is another's, who has the same address.
    for seen in seen.iter_mut().filter(|seen| !seen.there) {
        seen.answered = Answered::No;
    }
    Ok(seen)
}

/// Makes a socket inside a namespace.
fn socket<T>(
    lab: &Lab,
    spot: &Spot,
    what: &str,
    make: impl FnOnce() -> io::Result<T>,
) -> Result<T, LabError> {
    let made = lab.inside(spot.space, make).and_then(|made| made);
    made.map_err(LabError::system(format!("{what} at {}", lab.plan().role(spot.space))))
}

/// Whether the system refused to send because of a filter or for want of a route: the packet is lost, as it should be.
fn lost(error: &io::Error) -> bool {
    use io::ErrorKind::{HostUnreachable, InvalidInput, NetworkUnreachable, PermissionDenied};
    matches!(error.kind(), PermissionDenied | NetworkUnreachable | HostUnreachable | InvalidInput)
}
