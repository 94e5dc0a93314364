//! Raw sockets: they see what a namespace takes in as its own, behind its filter.

use std::io;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::os::fd::OwnedFd;

use rustix::net::{AddressFamily, Protocol, RecvFlags, SocketFlags, SocketType};

/// A raw socket of a protocol.
pub(super) fn open(protocol: Protocol) -> io::Result<OwnedFd> {
    let flags = SocketFlags::NONBLOCK | SocketFlags::CLOEXEC;
    let made = rustix::net::socket_with(AddressFamily::INET, SocketType::RAW, flags, Some(protocol));
    made.map_err(io::Error::from)
}

/// The same, for what is sent from and to one address.
pub(super) fn bound(protocol: Protocol, address: Ipv4Addr) -> io::Result<OwnedFd> {
    let socket = open(protocol)?;
    rustix::net::bind(&socket, &SocketAddrV4::new(address, 0))?;
    Ok(socket)
}

/// A packet as a raw socket gives it: the addresses, and what is behind the IP header.
pub(super) struct Raw<'a> {
    pub(super) source: Ipv4Addr,
    pub(super) destination: Ipv4Addr,
    pub(super) payload: &'a [u8],
}

/// The next packet; `None`: there is none.
pub(super) fn next<'a>(socket: &OwnedFd, buffer: &'a mut [u8]) -> Option<Raw<'a>> {
    let (length, _) = rustix::net::recv(socket, &mut *buffer, RecvFlags::DONTWAIT).ok()?;
    let packet = buffer.get(..length)?;
    let address = |at: usize| {
        let bytes: [u8; 4] = packet.get(at..at + 4)?.try_into().ok()?;
        Some(Ipv4Addr::from(bytes))
    };
    let header = usize::from(packet.first()? & 15) * 4;
    Some(Raw { source: address(12)?, destination: address(16)?, payload: packet.get(header..)? })
}

/// Two bytes of a packet as a number.
pub(super) fn number(payload: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(payload.get(at..at + 2)?.try_into().ok()?))
}
