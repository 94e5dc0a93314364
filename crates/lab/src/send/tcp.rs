//! TCP: real connections to real listeners, and to ports without one.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::{Ipv4Addr, SocketAddrV4, TcpListener};
use std::os::fd::OwnedFd;

use adit_net::Body;
use rustix::net::ipproto;
use rustix::net::{AddressFamily, SocketFlags, SocketType};

use super::{Answered, SERVED, Seen, Sent, Traffic, raw, socket};
use crate::error::LabError;
use crate::lab::Lab;
use crate::plan::{SpaceId, Spot};

/// One connection.
struct Client {
    at: usize,
    socket: OwnedFd,
    to: SocketAddrV4,
}

/// What a first packet of a connection is known by where it arrives.
struct Awaited {
    at: usize,
    space: SpaceId,
    destination: (Ipv4Addr, u16),
    /// `None` where it may have been translated.
    source: Option<(Ipv4Addr, u16)>,
}

pub(super) struct Tcp {
    clients: Vec<Client>,
    awaited: Vec<Awaited>,
    watched: Vec<(SpaceId, OwnedFd)>,
    /// Kept open: the kernel completes the connections.
    _listeners: Vec<TcpListener>,
}

impl Tcp {
    pub(super) fn new(lab: &Lab, packets: &[Sent]) -> Result<Self, LabError> {
        let mut tcp =
            Self { clients: Vec::new(), awaited: Vec::new(), watched: Vec::new(), _listeners: Vec::new() };
        let mut ends: BTreeMap<SpaceId, Spot> = BTreeMap::new();
        let mut served = BTreeSet::new();
        for (at, sent) in packets.iter().enumerate() {
            let Body::Tcp { source, destination } = sent.body else { continue };
            let (source, destination) = (source.number(), destination.number());
            let from = SocketAddrV4::new(sent.source, source);
            let made = socket(lab, &sent.from, &format!("a client from {from}"), || client(from))?;
            tcp.clients.push(Client {
                at,
                socket: made,
                to: SocketAddrV4::new(sent.written(lab), destination),
            });
            ends.entry(sent.to.space).or_insert_with(|| sent.to.clone());
            if SERVED.contains(&destination) {
                served.insert((sent.to.space, destination));
            }
            tcp.awaited.push(Awaited {
                at,
                space: sent.to.space,
                destination: (sent.destination, destination),
                source: (!sent.outward()).then_some((sent.source, source)),
            });
        }
        for (space, port) in served {
            let Some(spot) = ends.get(&space) else { continue };
            let listen = || TcpListener::bind((Ipv4Addr::UNSPECIFIED, port));
            tcp._listeners.push(socket(lab, spot, &format!("a listener at {port}"), listen)?);
        }
        for (space, spot) in ends {
            tcp.watched.push((space, socket(lab, &spot, "a raw socket", || raw::open(ipproto::TCP))?));
        }
        Ok(tcp)
    }
}

fn client(from: SocketAddrV4) -> io::Result<OwnedFd> {
    let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
    let made = rustix::net::socket_with(AddressFamily::INET, SocketType::STREAM, flags, None)?;
    rustix::net::sockopt::set_socket_reuseaddr(&made, true)?;
    rustix::net::bind(&made, &from)?;
    Ok(made)
}

impl Traffic for Tcp {
    fn start(&mut self) -> Result<(), LabError> {
        for client in &self.clients {
            // Its outcome is asked for later.
            let _ = rustix::net::connect(&client.socket, &client.to);
        }
        Ok(())
    }

    fn look(&mut self, seen: &mut [Seen]) {
        let mut buffer = [0; 2048];
        for (space, socket) in &self.watched {
            while let Some(packet) = raw::next(socket, &mut buffer) {
                let (Some(from), Some(to), Some(flags)) =
                    (raw::number(packet.payload, 0), raw::number(packet.payload, 2), packet.payload.get(13))
                else {
                    continue;
                };
                // SYN without ACK: the first packet of a connection.
                if flags & 0x12 != 0x02 {
                    continue;
                }
                let (source, destination) = ((packet.source, from), (packet.destination, to));
                let found = self.awaited.iter().find(|it| {
                    it.space == *space
                        && it.destination == destination
                        && it.source.is_none_or(|it| it == source)
                });
                if let Some(seen) = found.and_then(|found| seen.get_mut(found.at)) {
                    seen.there = true;
                }
            }
        }
        for client in &self.clients {
            let Some(seen) = seen.get_mut(client.at).filter(|seen| seen.answered == Answered::No) else {
                continue;
            };
            match rustix::net::connect(&client.socket, &client.to) {
                Ok(()) | Err(rustix::io::Errno::ISCONN) => seen.answered = Answered::Yes,
                Err(rustix::io::Errno::CONNREFUSED) => seen.answered = Answered::Refused,
                Err(_) => {}
            }
        }
    }
}
