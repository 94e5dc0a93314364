//! UDP: a datagram there, the same back.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4, UdpSocket};

use adit_net::Body;

use super::{Answered, Seen, Sent, Traffic, lost, socket};
use crate::error::LabError;
use crate::lab::Lab;
use crate::plan::SpaceId;

struct Client {
    at: usize,
    socket: UdpSocket,
    to: SocketAddrV4,
}

pub(super) struct Udp {
    clients: Vec<Client>,
    servers: BTreeMap<(SpaceId, Ipv4Addr, u16), UdpSocket>,
    /// Where each datagram should arrive.
    meant: BTreeMap<usize, SpaceId>,
}

impl Udp {
    pub(super) fn new(lab: &Lab, packets: &[Sent]) -> Result<Self, LabError> {
        let mut udp = Self { clients: Vec::new(), servers: BTreeMap::new(), meant: BTreeMap::new() };
        for (at, sent) in packets.iter().enumerate() {
            let Body::Udp { source, destination } = sent.body else { continue };
            let from = SocketAddrV4::new(sent.source, source.number());
            let made = socket(lab, &sent.from, &format!("a client from {from}"), || open(from))?;
            udp.clients.push(Client {
                at,
                socket: made,
                to: SocketAddrV4::new(sent.written(lab), destination.number()),
            });
            let at_port = SocketAddrV4::new(sent.destination, destination.number());
            let key = (sent.to.space, sent.destination, destination.number());
            if let Entry::Vacant(place) = udp.servers.entry(key) {
                place.insert(socket(lab, &sent.to, &format!("a server at {at_port}"), || open(at_port))?);
            }
            udp.meant.insert(at, sent.to.space);
        }
        Ok(udp)
    }
}

fn open(address: SocketAddrV4) -> io::Result<UdpSocket> {
    let socket = UdpSocket::bind(address)?;
    socket.set_nonblocking(true)?;
    Ok(socket)
}

/// The packet's place, which is what a datagram carries.
fn place(bytes: &[u8]) -> Option<usize> {
    usize::try_from(u32::from_be_bytes(bytes.try_into().ok()?)).ok()
}

/// The next datagram; errors that others' messages leave on a socket are passed over.
fn next(socket: &UdpSocket) -> Option<(usize, SocketAddr)> {
    let mut buffer = [0; 64];
    loop {
        match socket.recv_from(&mut buffer) {
            Ok((length, from)) => return Some((place(buffer.get(..length)?)?, from)),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return None,
            Err(_) => {}
        }
    }
}

impl Traffic for Udp {
    fn start(&mut self) -> Result<(), LabError> {
        for client in &self.clients {
            let bytes = u32::try_from(client.at).unwrap_or(u32::MAX).to_be_bytes();
            match client.socket.send_to(&bytes, client.to) {
                Err(error) if !lost(&error) => return Err(LabError::system("a datagram")(error)),
                _ => {}
            }
        }
        Ok(())
    }

    fn look(&mut self, seen: &mut [Seen]) {
        for ((space, ..), server) in &self.servers {
            while let Some((at, from)) = next(server) {
                if self.meant.get(&at) == Some(space)
                    && let Some(seen) = seen.get_mut(at)
                {
                    seen.there = true;
                    let bytes = u32::try_from(at).unwrap_or(u32::MAX).to_be_bytes();
                    // An answer that is not let out is lost.
                    let _ = server.send_to(&bytes, from);
                }
            }
        }
        for client in &self.clients {
            while let Some((at, from)) = next(&client.socket) {
                // An answer comes from whom the question went to.
                if at == client.at
                    && from == SocketAddr::V4(client.to)
                    && let Some(seen) = seen.get_mut(at)
                {
                    seen.answered = Answered::Yes;
                }
            }
        }
    }
}
