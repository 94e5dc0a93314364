//! Network addresses: `inet`, `cidr`, `macaddr`, `macaddr8` (layouts: `network_send`, `macaddr_send` in the server).

use std::net::IpAddr;

use bytes::{BufMut, BytesMut};

use super::literal::{Literal, ValueError, wrong};

/// The server's numbers of the address families: its own, the same on every system.
const INET: u8 = 2;
const INET6: u8 = 3;

const ADDRESS_FORM: &str = "an address as 10.0.0.1 or 10.0.0.0/16";
const NETWORK_FORM: &str = "a network as 10.0.0.0/16, with nothing behind its prefix";

/// Appends an `inet`.
pub(super) fn encode_inet(literal: &Literal<'_>, out: &mut BytesMut) -> Result<(), ValueError> {
    let (address, prefix) = parse(literal, ADDRESS_FORM)?;
    put(address, prefix, false, out);
    Ok(())
}

/// Appends a `cidr`.
pub(super) fn encode_cidr(literal: &Literal<'_>, out: &mut BytesMut) -> Result<(), ValueError> {
    let (address, prefix) = parse(literal, NETWORK_FORM)?;
    let beyond = match address {
        IpAddr::V4(address) => address.to_bits().checked_shl(u32::from(prefix)).unwrap_or(0) != 0,
        IpAddr::V6(address) => address.to_bits().checked_shl(u32::from(prefix)).unwrap_or(0) != 0,
    };
    if beyond {
        return Err(wrong(NETWORK_FORM, literal));
    }
    put(address, prefix, true, out);
    Ok(())
}

/// Appends the bytes of a hardware address: 6 for `macaddr`, 8 for `macaddr8`.
pub(super) fn encode_mac(literal: &Literal<'_>, bytes: usize, out: &mut BytesMut) -> Result<(), ValueError> {
    let expected =
        if bytes == 6 { "an address as 08:00:2b:01:02:03" } else { "an address as 08:00:2b:ff:fe:01:02:03" };
    let Literal::Text(text) = literal else { return Err(wrong(expected, literal)) };
    let digits: String = text.trim().chars().filter(|c| !matches!(c, ':' | '-' | '.')).collect();
    match super::text::decode_hex(&digits) {
        Some(address) if address.len() == bytes => {
            out.put_slice(&address);
            Ok(())
        }
        _ => Err(wrong(expected, literal)),
    }
}

fn parse(literal: &Literal<'_>, form: &'static str) -> Result<(IpAddr, u8), ValueError> {
    let Literal::Text(text) = literal else { return Err(wrong(form, literal)) };
    let (address, prefix) = match text.trim().split_once('/') {
        Some((address, prefix)) => (address, Some(prefix)),
        None => (text.trim(), None),
    };
    let address: IpAddr = address.parse().map_err(|_| wrong(form, literal))?;
    let longest = if address.is_ipv4() { 32 } else { 128 };
    match prefix.map_or(Ok(longest), str::parse) {
        Ok(prefix) if prefix <= longest => Ok((address, prefix)),
        _ => Err(wrong(form, literal)),
    }
}

fn put(address: IpAddr, prefix: u8, is_cidr: bool, out: &mut BytesMut) {
    let mut put = |family: u8, octets: &[u8]| {
        out.put_slice(&[family, prefix, u8::from(is_cidr), u8::try_from(octets.len()).unwrap_or_default()]);
        out.put_slice(octets);
    };
    match address {
        IpAddr::V4(address) => put(INET, &address.octets()),
        IpAddr::V6(address) => put(INET6, &address.octets()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_has_nothing_behind_its_prefix() {
        let network = |text: &str| encode_cidr(&Literal::Text(text.to_owned().into()), &mut BytesMut::new());
        for good in ["10.0.0.0/8", "0.0.0.0/0", "10.1.2.3", "2001:db8::/32", "::/0"] {
            assert!(network(good).is_ok(), "{good}");
        }
        for bad in ["10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/-1", "2001:db8::1/32", "10.0/8", ""] {
            assert!(network(bad).is_err(), "{bad}");
        }
    }
}
