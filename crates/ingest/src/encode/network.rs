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
    match address_bytes(text.trim(), bytes) {
        Some(address) => {
            out.put_slice(&address);
            Ok(())
        }
        None => Err(wrong(expected, literal)),
    }
}

/// The bytes of a hardware address: digits in groups of one length (2, 4 or 6, or all in one), with one kind of separator. Eight bytes
/// may be written as six: `ff:fe` is put into the middle, as the server does it.
fn address_bytes(text: &str, bytes: usize) -> Option<Vec<u8>> {
    let separator = text.chars().find(|c| matches!(c, ':' | '-' | '.'));
    let digits: String = match separator {
        None => text.to_owned(),
        Some(separator) => {
            let width = text.find(separator).filter(|width| [2, 4, 6].contains(width))?;
            let groups: Vec<&str> = text.split(separator).collect();
            groups.iter().all(|group| group.len() == width).then(|| groups.concat())?
        }
    };
    let address = super::text::decode_hex(&digits)?;
    match *address.as_slice() {
        [a, b, c, d, e, f] if bytes == 8 => Some(vec![a, b, c, 0xff, 0xfe, d, e, f]),
        _ => (address.len() == bytes).then_some(address),
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
    let prefix = match prefix {
        None => Some(longest),
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => digits.parse().ok(),
        Some(_) => None,
    };
    match prefix {
        Some(prefix) if prefix <= longest => Ok((address, prefix)),
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
        for bad in [
            "10.0.0.1/8",
            "10.0.0.0/33",
            "10.0.0.0/-1",
            "10.0.0.0/+8",
            "10.0.0.0/",
            "2001:db8::1/32",
            "10.0/8",
            "",
        ] {
            assert!(network(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn digits_never_move_from_one_byte_to_another() {
        let hardware = |text: &str, bytes| {
            let mut out = BytesMut::new();
            encode_mac(&Literal::Text(text.to_owned().into()), bytes, &mut out).map(|()| out.to_vec())
        };
        let address = [0x08, 0x00, 0x2b, 0x01, 0x02, 0x03];
        for good in [
            "08:00:2b:01:02:03",
            "08-00-2B-01-02-03",
            "0800.2b01.0203",
            "0800-2b01-0203",
            "08002b:010203",
            "08002b010203",
        ] {
            assert_eq!(hardware(good, 6).unwrap(), address, "{good}");
        }
        assert_eq!(
            hardware("08:00:2b:01:02:03", 8).unwrap(),
            [0x08, 0x00, 0x2b, 0xff, 0xfe, 0x01, 0x02, 0x03]
        );
        for bad in [
            "8:00:2b:01:02:031",
            "08-00:2b:01:02:03",
            "8:0:2b:1:2:3",
            "080:02b:010:203",
            "08:00:2b:01:02",
            "",
            ":::::",
            "ä",
        ] {
            assert!(hardware(bad, 6).is_err(), "{bad}");
        }
        assert!(hardware("08:00:2b:ff:fe:01:02:03", 6).is_err());
    }
}
