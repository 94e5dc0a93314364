//! IPv4 prefixes: parsed strictly, compared, contained.
//!
//! Sets of addresses that are not one prefix live in `reach`; where the next free one is, in `addresses`.

use std::fmt;
use std::net::Ipv4Addr;
use std::str::FromStr;

use serde::{Serialize, Serializer};

/// An IPv4 prefix, such as `10.1.0.0/16`, whose host bits are zero.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cidr {
    first: u32,
    length: u8,
}

/// Why a text or a pair is no prefix.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CidrError {
    /// No `/` and length.
    #[error("`{0}` has no length: a range is written as 10.1.0.0/16")]
    NoLength(String),
    /// What stands before the `/` is no address.
    #[error("`{0}` is not an IPv4 address")]
    Address(String),
    /// IPv6 is not modelled; that is said, not ignored.
    #[error("`{0}` is IPv6: only IPv4 ranges are analysed")]
    Ipv6(String),
    /// What stands behind the `/` is not 0 to 32.
    #[error("`{0}` is not a length: 0 to 32 are allowed")]
    Length(String),
    /// An address inside the range was written instead of its first one.
    #[error("{address}/{length} is an address inside a range: the range is {range}")]
    HostBits {
        /// The address as written.
        address: Ipv4Addr,
        /// The length as written.
        length: u8,
        /// The range that holds it.
        range: Cidr,
    },
}

impl Cidr {
    /// Every address.
    pub const ALL: Self = Self { first: 0, length: 0 };

    /// The prefix of `length` that begins at `first`.
    ///
    /// # Errors
    /// A length over 32, and an address that is not the first of its range.
    pub fn new(first: Ipv4Addr, length: u8) -> Result<Self, CidrError> {
        if length > 32 {
            return Err(CidrError::Length(length.to_string()));
        }
        let range = Self::holding(first, length);
        if range.first != u32::from(first) {
            return Err(CidrError::HostBits { address: first, length, range });
        }
        Ok(range)
    }

    /// The prefix of `length` (at most 32) that holds `address`.
    pub fn holding(address: Ipv4Addr, length: u8) -> Self {
        let length = length.min(32);
        Self { first: u32::from(address) & mask(length), length }
    }

    /// One address alone.
    pub fn host(address: Ipv4Addr) -> Self {
        Self { first: u32::from(address), length: 32 }
    }

    /// The first address.
    pub fn first(self) -> Ipv4Addr {
        Ipv4Addr::from(self.first)
    }

    /// The last address.
    pub fn last(self) -> Ipv4Addr {
        Ipv4Addr::from(self.first | !mask(self.length))
    }

    /// The number behind the `/`.
    pub fn length(self) -> u8 {
        self.length
    }

    /// How many addresses: 1 to 2³².
    pub fn size(self) -> u64 {
        1 << (32 - u32::from(self.length))
    }

    /// Whether `address` is in it.
    pub fn contains(self, address: Ipv4Addr) -> bool {
        u32::from(address) & mask(self.length) == self.first
    }

    /// Whether all of `other` is in it.
    pub fn covers(self, other: Self) -> bool {
        self.length <= other.length && other.first & mask(self.length) == self.first
    }

    /// Whether they share an address. Of two prefixes that do, one covers the other.
    pub fn overlaps(self, other: Self) -> bool {
        self.covers(other) || other.covers(self)
    }
}

fn mask(length: u8) -> u32 {
    u32::MAX.checked_shl(32 - u32::from(length)).unwrap_or(0)
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.first(), self.length)
    }
}

impl fmt::Debug for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Cidr {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl FromStr for Cidr {
    type Err = CidrError;

    fn from_str(text: &str) -> Result<Self, CidrError> {
        // What is shown of a hostile text is bounded.
        let shown = || text.chars().take(64).collect::<String>();
        if text.contains(':') {
            return Err(CidrError::Ipv6(shown()));
        }
        let Some((address, length)) = text.split_once('/') else {
            return Err(CidrError::NoLength(shown()));
        };
        let address = address
            .parse::<Ipv4Addr>()
            .map_err(|_| CidrError::Address(address.chars().take(64).collect()))?;
        let digits =
            !length.is_empty() && length.len() <= 2 && length.bytes().all(|byte| byte.is_ascii_digit());
        let wrong = || CidrError::Length(length.chars().take(64).collect());
        let length = if digits { length.parse::<u8>().map_err(|_| wrong())? } else { return Err(wrong()) };
        Self::new(address, length)
    }
}
