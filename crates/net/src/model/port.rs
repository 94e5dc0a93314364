//! Ports, ranges of them, and what a security rule says about a packet beyond its addresses (R35).

use std::fmt;

use serde::{Serialize, Serializer};

/// A TCP or UDP port: 1 to 65535.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Port(u16);

/// Why a number is no port, or two are no range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PortError {
    /// 0, negative, or over 65535.
    #[error("{0} is not a port: 1 to 65535 are allowed")]
    Outside(i64),
    /// A range that ends before it begins.
    #[error("ports {first} to {last} are no range: the first is larger than the last")]
    Reversed {
        /// What was given first.
        first: u16,
        /// What was given last.
        last: u16,
    },
}

impl Port {
    /// The port of that number.
    ///
    /// # Errors
    /// Outside 1 to 65535.
    pub fn new(number: i64) -> Result<Self, PortError> {
        match u16::try_from(number) {
            Ok(port) if port > 0 => Ok(Self(port)),
            _ => Err(PortError::Outside(number)),
        }
    }

    /// The number.
    pub fn number(self) -> u16 {
        self.0
    }
}

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Ports from the first to the last, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PortRange {
    first: u16,
    last: u16,
}

impl PortRange {
    /// Every port.
    pub const ALL: Self = Self { first: 1, last: u16::MAX };
    /// The ports that a client's system gives to its end of a connection: whoever must admit answers admits all of these.
    pub const EPHEMERAL: Self = Self { first: 1024, last: u16::MAX };

    /// From `first` to `last`.
    ///
    /// # Errors
    /// The first is larger than the last.
    pub fn new(first: Port, last: Port) -> Result<Self, PortError> {
        if first > last {
            return Err(PortError::Reversed { first: first.0, last: last.0 });
        }
        Ok(Self { first: first.0, last: last.0 })
    }

    /// One port alone.
    pub fn only(port: Port) -> Self {
        Self { first: port.0, last: port.0 }
    }

    /// The first.
    pub fn first(self) -> Port {
        Port(self.first)
    }

    /// The last.
    pub fn last(self) -> Port {
        Port(self.last)
    }

    /// Whether it is every port.
    pub fn is_all(self) -> bool {
        self == Self::ALL
    }

    /// Whether `port` is in it.
    pub fn contains(self, port: Port) -> bool {
        (self.first..=self.last).contains(&port.0)
    }
}

impl fmt::Display for PortRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::ALL => f.write_str("all"),
            Self { first, last } if first == last => write!(f, "{first}"),
            Self { first, last } => write!(f, "{first}-{last}"),
        }
    }
}

impl Serialize for PortRange {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The two ranges of a TCP or UDP rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Ports {
    /// Where the packet comes from.
    pub source: PortRange,
    /// Where it goes to.
    pub destination: PortRange,
}

impl Ports {
    /// Every packet.
    pub const ALL: Self = Self { source: PortRange::ALL, destination: PortRange::ALL };

    /// From any port to those of `range`.
    pub fn to(range: PortRange) -> Self {
        Self { source: PortRange::ALL, destination: range }
    }

    /// From those of `range` to any port: what answers of a service look like.
    pub fn from(range: PortRange) -> Self {
        Self { source: range, destination: PortRange::ALL }
    }
}

/// The kind of an ICMP message; no code means every code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct IcmpKind {
    /// The type.
    pub kind: u8,
    /// The code.
    pub code: Option<u8>,
}

/// The packets a security rule speaks of, beyond their addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Traffic {
    /// Every protocol.
    All,
    /// TCP.
    Tcp(Ports),
    /// UDP.
    Udp(Ports),
    /// ICMP: every message, or one kind of them.
    Icmp(Option<IcmpKind>),
    /// Another protocol, by its IANA number.
    Other(u8),
}

impl fmt::Display for Traffic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ports = |f: &mut fmt::Formatter<'_>, name: &str, ports: &Ports| {
            f.write_str(name)?;
            if !ports.source.is_all() {
                write!(f, " from port {}", ports.source)?;
            }
            if !ports.destination.is_all() {
                write!(f, " to port {}", ports.destination)?;
            }
            Ok(())
        };
        match self {
            Self::All => f.write_str("all protocols"),
            Self::Tcp(range) => ports(f, "TCP", range),
            Self::Udp(range) => ports(f, "UDP", range),
            Self::Icmp(None) => f.write_str("ICMP"),
            Self::Icmp(Some(IcmpKind { kind, code: None })) => write!(f, "ICMP type {kind}"),
            Self::Icmp(Some(IcmpKind { kind, code: Some(code) })) => {
                write!(f, "ICMP type {kind} code {code}")
            }
            Self::Other(number) => write!(f, "protocol {number}"),
        }
    }
}

/// The protocol of one packet, or of a question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Protocol {
    /// 6.
    Tcp,
    /// 17.
    Udp,
    /// 1: asked as an echo.
    Icmp,
}

impl Protocol {
    /// Its IANA number.
    pub fn number(self) -> u8 {
        match self {
            Self::Icmp => 1,
            Self::Tcp => 6,
            Self::Udp => 17,
        }
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Tcp => "TCP",
            Self::Udp => "UDP",
            Self::Icmp => "ICMP",
        })
    }
}
