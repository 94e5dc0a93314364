//! A plan made real.

use std::fs;
use std::io;
use std::os::fd::OwnedFd;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::error::LabError;
use crate::plan::{Plan, SpaceId};
use crate::space;

/// The address of every end of every wire. With ARP off, a wire's end sends to its own address; as the other end has the same, it
/// arrives, and nobody ever has to ask who is there.
const WIRE: &str = "02:00:00:00:00:01";

/// Said to each namespace before it has wires.
const SETTINGS: &[(&str, &str)] = &[
    ("ipv6/conf/all/disable_ipv6", "1"),
    ("ipv6/conf/default/disable_ipv6", "1"),
    // No address is from the wrong side: the filters and tables of the plan are all there is.
    ("ipv4/conf/all/rp_filter", "0"),
    ("ipv4/conf/default/rp_filter", "0"),
    ("ipv4/conf/all/accept_local", "1"),
    ("ipv4/conf/all/send_redirects", "0"),
    ("ipv4/conf/default/send_redirects", "0"),
];

/// Within this time every wire carries.
const SETTLED: Duration = Duration::from_secs(10);

/// Namespaces as a [`Plan`] says. They are gone when this is dropped; what a killed process leaves is swept up by the next one.
#[derive(Debug)]
pub struct Lab {
    plan: Plan,
    names: Vec<String>,
    spaces: Vec<OwnedFd>,
}

impl Lab {
    /// Makes it real.
    ///
    /// # Errors
    /// No right to make namespaces; `ip` or `nft` missing, or not content with the plan.
    pub fn build(plan: Plan) -> Result<Self, LabError> {
        space::sweep();
        let names: Vec<String> = plan.spaces.iter().map(|_| space::fresh()).collect();
        // From here on dropping it takes away whatever is there.
        let mut lab = Self { plan, names, spaces: Vec::new() };
        space::add(&lab.names)?;
        for name in &lab.names {
            lab.spaces.push(space::open(name)?);
        }
        for (place, space) in lab.plan.spaces.iter().zip(&lab.spaces) {
            let forward = if place.forwards { "1" } else { "0" };
            let set = || {
                let own = [("ipv4/ip_forward", forward)];
                SETTINGS.iter().chain(&own).try_for_each(|(name, value)| {
                    match fs::write(format!("/proc/sys/net/{name}"), value) {
                        // A kernel without IPv6 has nothing to turn off.
                        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
                        other => other,
                    }
                })
            };
            let done = space::inside(space, set).and_then(|done| done);
            done.map_err(LabError::system(format!("settings of {}", place.role)))?;
        }
        let name = |id: SpaceId| lab.names.get(id.index()).map_or("", String::as_str);
        let wires = lab.plan.links.iter().map(|((a, left), (b, right))| {
            let (a, b) = (name(*a), name(*b));
            format!("link add name {left} address {WIRE} netns {a} type veth peer name {right} address {WIRE} netns {b}\n")
        });
        space::run("ip", &["-batch", "-"], &wires.collect::<String>(), "here")?;
        for (place, space) in lab.plan.spaces.iter().zip(&lab.spaces) {
            let set = || {
                let lines = format!("{}{}", place.wires, place.ip);
                space::run("ip", &["-batch", "-"], &lines, &place.role)?;
                if place.nft.is_empty() {
                    Ok(())
                } else {
                    space::run("nft", &["-f", "-"], &place.nft, &place.role)
                }
            };
            space::inside(space, set).map_err(LabError::system(place.role.clone()))??;
        }
        lab.settle()?;
        Ok(lab)
    }

    /// Waits until every wire carries: the kernel readies one end when the other is up, a little later, and until then drops
    /// without a word what is sent.
    fn settle(&self) -> Result<(), LabError> {
        let began = Instant::now();
        for (place, space) in self.plan.spaces.iter().zip(&self.spaces) {
            let list = || space::output("ip", &["-o", "link", "show", "type", "veth"], &place.role);
            loop {
                let links = space::inside(space, list).map_err(LabError::system(place.role.clone()))??;
                if links.lines().all(|line| line.contains(" state UP ")) {
                    break;
                }
                if began.elapsed() > SETTLED {
                    let error = io::Error::new(io::ErrorKind::TimedOut, links);
                    return Err(LabError::system(format!("wires of {}", place.role))(error));
                }
                sleep(Duration::from_millis(2));
            }
        }
        Ok(())
    }

    /// What it was built from.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The names of its namespaces, for `ip netns`.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Does something inside one of its namespaces: sockets made there stay there, programs started there live there.
    ///
    /// # Errors
    /// The namespace cannot be entered.
    pub fn inside<T>(&self, id: SpaceId, work: impl FnOnce() -> T) -> io::Result<T> {
        match self.spaces.get(id.index()) {
            Some(space) => space::inside(space, work),
            None => Err(io::Error::from(io::ErrorKind::NotFound)),
        }
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        self.spaces.clear();
        space::remove(&self.names);
    }
}
