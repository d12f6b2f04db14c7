//! Which network addresses lie inward. Comes in: an IP address. Goes out: whether it is of this
//! machine, of a network behind it, or of no public host. Never looks anything up.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Everything but unicast addresses of the public network.
pub fn is_inward(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(it) => inward4(it),
        IpAddr::V6(it) => inward6(it),
    }
}

fn inward4(it: Ipv4Addr) -> bool {
    let [a, b, c, _] = it.octets();
    it.is_loopback()
        || it.is_private()
        || it.is_link_local()
        || it.is_documentation()
        || a == 0
        || a >= 224
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (b == 18 || b == 19))
}

/// Public are 2000::/3 without what is carved out of it, and the translation prefix 64:ff9b::/96 for
/// a public IPv4 address, by which networks without IPv4 reach it.
fn inward6(it: Ipv6Addr) -> bool {
    let s = it.segments();
    if s[..6] == [0x64, 0xff9b, 0, 0, 0, 0] {
        let [a, b] = s[6].to_be_bytes();
        let [c, d] = s[7].to_be_bytes();
        return inward4(Ipv4Addr::new(a, b, c, d));
    }
    let special = s[0] == 0x2001 && (s[1] < 0x200 || s[1] == 0xdb8)
        || s[0] == 0x2002
        || s[0] == 0x3fff && s[1] < 0x1000;
    s[0] & 0xe000 != 0x2000 || special
}

#[cfg(test)]
mod tests {
    use super::is_inward;

    #[test]
    fn only_public_addresses_are_outward() {
        for outward in [
            "1.1.1.1",
            "8.8.8.8",
            "100.63.255.255",
            "100.128.0.0",
            "172.32.0.1",
            "192.0.1.1",
            "198.20.0.1",
            "2606:4700::1111",
            "2a00:1450::1",
            "64:ff9b::808:808",
        ] {
            assert!(!is_inward(outward.parse().unwrap()), "{outward}");
        }
        for inward in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.0.9",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "239.255.255.250",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:8.8.8.8",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(is_inward(inward.parse().unwrap()), "{inward}");
        }
    }
}
