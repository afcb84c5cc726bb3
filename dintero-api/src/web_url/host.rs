//! Parses hosts as browsers do, and determines whether they are reachable from the public internet.

use std::net::{Ipv4Addr, Ipv6Addr};

/// The host of a web URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Host<'u> {
    Name(&'u str),
    V4(Ipv4Addr),
    V6(Ipv6Addr),
}

/// Why text is not a valid host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HostFault {
    Empty,
    NotAscii,
    Malformed,
}

/// Name endings that public DNS does not resolve: reserved (RFC 2606, 6761, 6762, 7686, 8375, 9476, and ICANN's
/// `internal`), or commonly used in private networks and never delegated.
const PRIVATE_ENDINGS: [&str; 14] = [
    "alt",
    "corp",
    "home",
    "home.arpa",
    "internal",
    "intranet",
    "invalid",
    "lan",
    "local",
    "localdomain",
    "localhost",
    "onion",
    "private",
    "test",
];

impl<'u> Host<'u> {
    pub(super) fn parse(text: &'u str) -> Result<Self, HostFault> {
        if text.is_empty() {
            return Err(HostFault::Empty);
        }
        if !text.is_ascii() {
            return Err(HostFault::NotAscii);
        }
        if let Some(rest) = text.strip_prefix('[') {
            let address = rest.strip_suffix(']').and_then(|address| address.parse().ok());
            return address.map(Self::V6).ok_or(HostFault::Malformed);
        }
        // A fully qualified name may end with a dot, the root of the DNS.
        let name = text.strip_suffix('.').unwrap_or(text);
        let is_of_label = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let is_label =
            |label: &str| (1..=63).contains(&label.len()) && label.bytes().all(is_of_label);
        if name.len() > 253 || !name.split('.').all(is_label) {
            return Err(HostFault::Malformed);
        }
        match name.rsplit('.').next().and_then(number) {
            // A host whose last label is a number must be an IPv4 address.
            Some(_) => v4(name).map(Self::V4).ok_or(HostFault::Malformed),
            None => Ok(Self::Name(name)),
        }
    }

    /// Returns whether Dintero could reach the host. Documentation addresses (`203.0.113.7`) count as public, like
    /// `example.com`.
    pub(super) fn is_public(self) -> bool {
        match self {
            Self::Name(name) => {
                let name = name.to_ascii_lowercase();
                let ends_with = |ending: &str| {
                    name.strip_suffix(ending)
                        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
                };
                name.contains('.') && !PRIVATE_ENDINGS.into_iter().any(ends_with)
            }
            Self::V4(address) => is_public_v4(address),
            Self::V6(address) => is_public_v6(address),
        }
    }
}

/// Parses an IPv4 address, including forms such as `127.1`, `0x7f.0.0.1` and `2130706433`, as browsers do (WHATWG URL
/// Standard, 3.5).
fn v4(name: &str) -> Option<Ipv4Addr> {
    let mut parts = name.split('.').map(number).collect::<Option<Vec<u64>>>()?;
    let last = parts.pop()?;
    if parts.len() > 3 || parts.iter().any(|part| *part > 255) {
        return None;
    }
    let bytes_of_last = 4 - u32::try_from(parts.len()).ok()?;
    if last >= 256_u64.pow(bytes_of_last) {
        return None;
    }
    let high = parts.iter().zip([24, 16, 8]).map(|(part, shift)| part << shift).sum::<u64>();
    u32::try_from(high + last).ok().map(Ipv4Addr::from)
}

/// Parses a part of an address: decimal, hexadecimal after `0x`, or octal after `0`. Returns `u64::MAX` for a number
/// that is too large or not valid octal, and `None` for other text.
fn number(part: &str) -> Option<u64> {
    let (digits, radix) = match part.as_bytes() {
        [b'0', b'x' | b'X', ..] => (&part[2..], 16),
        [b'0', _, ..] => (&part[1..], 8),
        _ => (part, 10),
    };
    if radix == 16 && digits.is_empty() {
        return Some(0);
    }
    let is_number = !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix.max(10)));
    // `08` is not a valid octal number, so a host that contains it must be refused.
    is_number.then(|| u64::from_str_radix(digits, radix).unwrap_or(u64::MAX))
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();
    let is_shared = first == 100 && (64..128).contains(&second);
    let is_for_protocols = address.octets()[..3] == [192, 0, 0];
    let is_for_benchmarks = first == 198 && matches!(second, 18 | 19);
    let is_reserved = first == 0 || first >= 240;
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || is_shared
        || is_for_protocols
        || is_for_benchmarks
        || is_reserved)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    let is_site_local = segments[0] & 0xffc0 == 0xfec0;
    let is_local = address.is_unspecified()
        || address.is_loopback()
        || address.is_unique_local()
        || address.is_unicast_link_local()
        || address.is_multicast()
        || is_site_local;
    !is_local && embedded_v4(segments).is_none_or(is_public_v4)
}

/// Returns the IPv4 address embedded in an IPv6 address: mapped, compatible, translated (RFC 6052) or tunneled (6to4).
fn embedded_v4(segments: [u16; 8]) -> Option<Ipv4Addr> {
    let joined = |high: u16, low: u16| Ipv4Addr::from(u32::from(high) << 16 | u32::from(low));
    match segments {
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            Some(joined(high, low))
        }
        [0x2002, high, low, ..] => Some(joined(high, low)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_recognized_in_every_spelling() {
        for text in [
            "127.0.0.1",
            "127.1",
            "127.0.1",
            "0x7f.0.0.1",
            "0X7F.1",
            "0177.0.0.1",
            "2130706433",
            "0x7f000001",
            "017700000001",
            "127.0.0.1.",
        ] {
            assert_eq!(Host::parse(text), Ok(Host::V4(Ipv4Addr::LOCALHOST)), "{text}");
        }
        assert_eq!(Host::parse("0"), Ok(Host::V4(Ipv4Addr::UNSPECIFIED)));
        assert_eq!(Host::parse("0x"), Ok(Host::V4(Ipv4Addr::UNSPECIFIED)));
        assert_eq!(Host::parse("4294967295"), Ok(Host::V4(Ipv4Addr::BROADCAST)));
        for text in
            ["4294967296", "1.2.3.4.5", "256.1.1.1", "1.1.65536", "08.1.1.1", "a.1", "1..1", "."]
        {
            assert_eq!(Host::parse(text), Err(HostFault::Malformed), "{text}");
        }
    }

    #[test]
    fn names_need_not_look_like_addresses() {
        for text in ["1.example", "0x7f.example.com", "127.0.0.1.nip.io", "a-b_c.example", "1e3.x"]
        {
            assert_eq!(Host::parse(text), Ok(Host::Name(text)));
        }
        let long = format!("{}.example", "a".repeat(64));
        for text in [
            long.as_str(),
            "a b.example",
            "a%62.example",
            "::1",
            "[::1",
            "[]",
            "[1.2.3.4]",
            "*.example",
        ] {
            assert_eq!(Host::parse(text), Err(HostFault::Malformed), "{text}");
        }
    }

    #[test]
    fn private_hosts_are_not_public() {
        for text in [
            "localhost",
            "LOCALHOST.",
            "shop",
            "shop.localhost",
            "shop.local",
            "shop.Internal",
            "shop.test",
            "db.lan",
            "x.home.arpa",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "100.64.0.1",
            "100.127.255.255",
            "0.0.0.0",
            "0.1.2.3",
            "192.0.0.8",
            "198.19.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "[::]",
            "[::1]",
            "[fc00::1]",
            "[fdff::1]",
            "[fe80::1]",
            "[fec0::1]",
            "[ff02::1]",
            "[::ffff:10.0.0.1]",
            "[::ffff:7f00:1]",
            "[::127.0.0.1]",
            "[64:ff9b::10.0.0.1]",
            "[2002:7f00:1::]",
        ] {
            assert!(!Host::parse(text).unwrap().is_public(), "{text}");
        }
        for text in [
            "example.com",
            "local.example",
            "mylocal",
            "notlocalhost.example",
            "contest",
            "100.63.255.255",
            "100.128.0.0",
            "172.15.0.1",
            "172.32.0.1",
            "203.0.113.7",
            "8.8.8.8",
            "[2001:db8::1]",
            "[::ffff:8.8.8.8]",
            "[2606:4700::1111]",
        ] {
            let expected = text.contains(['.', ':']);
            assert_eq!(Host::parse(text).unwrap().is_public(), expected, "{text}");
        }
    }
}
