//! ICMP: echoes, which the other end's kernel answers.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::io;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::os::fd::OwnedFd;

use adit_net::Body;
use rustix::net::{SendFlags, ipproto};

use super::{Answered, Seen, Sent, Traffic, lost, raw, socket};
use crate::error::LabError;
use crate::lab::Lab;
use crate::plan::SpaceId;

const ECHO: u8 = 8;
const REPLY: u8 = 0;

struct Client {
    at: usize,
    socket: OwnedFd,
    to: Ipv4Addr,
}

pub(super) struct Icmp {
    clients: Vec<Client>,
    watched: BTreeMap<SpaceId, OwnedFd>,
    /// Where each echo should arrive.
    meant: BTreeMap<usize, (SpaceId, Ipv4Addr)>,
}

impl Icmp {
    pub(super) fn new(lab: &Lab, packets: &[Sent]) -> Result<Self, LabError> {
        let mut icmp = Self { clients: Vec::new(), watched: BTreeMap::new(), meant: BTreeMap::new() };
        for (at, sent) in packets.iter().enumerate() {
            if !matches!(sent.body, Body::Icmp { .. }) {
                continue;
            }
            let made = socket(lab, &sent.from, "a raw socket", || raw::bound(ipproto::ICMP, sent.source))?;
            icmp.clients.push(Client { at, socket: made, to: sent.written(lab) });
            if let Entry::Vacant(place) = icmp.watched.entry(sent.to.space) {
                place.insert(socket(lab, &sent.to, "a raw socket", || raw::open(ipproto::ICMP))?);
            }
            icmp.meant.insert(at, (sent.to.space, sent.destination));
        }
        Ok(icmp)
    }
}

/// An echo that carries the packet's place as its number and behind its header: a gateway may translate the number.
fn echo(at: usize) -> [u8; 12] {
    let place = u32::try_from(at).unwrap_or(u32::MAX);
    let number = u16::try_from(at + 1).unwrap_or(u16::MAX);
    let [a, b] = number.to_be_bytes();
    let [c, d, e, f] = place.to_be_bytes();
    let mut message = [ECHO, 0, 0, 0, a, b, 0, 1, c, d, e, f];
    let mut sum: u32 = message.chunks_exact(2).filter_map(|pair| raw::number(pair, 0)).map(u32::from).sum();
    while sum > 0xFFFF {
        sum = (sum & 0xFFFF) + (sum >> 16);
    }
    let [high, low] = (!u16::try_from(sum).unwrap_or(0)).to_be_bytes();
    message[2] = high;
    message[3] = low;
    message
}

/// Which of the two it is, and the place that it carries.
fn read(message: &[u8]) -> Option<(u8, usize)> {
    let place = u32::from_be_bytes(message.get(8..12)?.try_into().ok()?);
    Some((*message.first()?, usize::try_from(place).ok()?))
}

impl Traffic for Icmp {
    fn start(&mut self) -> Result<(), LabError> {
        for client in &self.clients {
            let to = SocketAddrV4::new(client.to, 0);
            let sent = rustix::net::sendto(&client.socket, &echo(client.at), SendFlags::empty(), &to);
            match sent.map_err(io::Error::from) {
                Err(error) if !lost(&error) => return Err(LabError::system("an echo")(error)),
                _ => {}
            }
        }
        Ok(())
    }

    fn look(&mut self, seen: &mut [Seen]) {
        let mut buffer = [0; 2048];
        for (space, socket) in &self.watched {
            while let Some(packet) = raw::next(socket, &mut buffer) {
                if let Some((ECHO, at)) = read(packet.payload)
                    && self.meant.get(&at) == Some(&(*space, packet.destination))
                    && let Some(seen) = seen.get_mut(at)
                {
                    seen.there = true;
                }
            }
        }
        for client in &self.clients {
            while let Some(packet) = raw::next(&client.socket, &mut buffer) {
                if let Some((REPLY, at)) = read(packet.payload)
                    && at == client.at
                    && packet.source == client.to
                    && let Some(seen) = seen.get_mut(at)
                {
                    seen.answered = Answered::Yes;
                }
            }
        }
    }
}
