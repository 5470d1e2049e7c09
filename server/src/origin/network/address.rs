//! Which addresses are somebody's public ones, by the special-purpose registries of RFC 6890 and what was added
//! to them since.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// IPv4 ranges that nobody on the public internet answers from: address and prefix length.
const V4_SPECIAL: &[(Ipv4Addr, u32)] = &[
    (Ipv4Addr::UNSPECIFIED, 8),            // this network
    (Ipv4Addr::new(10, 0, 0, 0), 8),       // private use
    (Ipv4Addr::new(100, 64, 0, 0), 10),    // shared (carrier-grade NAT); Alibaba's metadata
    (Ipv4Addr::new(127, 0, 0, 0), 8),      // loopback
    (Ipv4Addr::new(168, 63, 129, 16), 32), // Azure's host: looks public, answers inside only
    (Ipv4Addr::new(169, 254, 0, 0), 16),   // link-local; the metadata of most clouds
    (Ipv4Addr::new(172, 16, 0, 0), 12),    // private use
    (Ipv4Addr::new(192, 0, 0, 0), 24),     // protocol assignments; Oracle's metadata
    (Ipv4Addr::new(192, 0, 2, 0), 24),     // documentation
    (Ipv4Addr::new(192, 31, 196, 0), 24),  // AS112
    (Ipv4Addr::new(192, 52, 193, 0), 24),  // AMT
    (Ipv4Addr::new(192, 88, 99, 0), 24),   // 6to4 relays
    (Ipv4Addr::new(192, 168, 0, 0), 16),   // private use
    (Ipv4Addr::new(192, 175, 48, 0), 24),  // AS112
    (Ipv4Addr::new(198, 18, 0, 0), 15),    // benchmarks
    (Ipv4Addr::new(198, 51, 100, 0), 24),  // documentation
    (Ipv4Addr::new(203, 0, 113, 0), 24),   // documentation
    (Ipv4Addr::new(224, 0, 0, 0), 4),      // multicast
    (Ipv4Addr::new(240, 0, 0, 0), 4),      // reserved, broadcast
];

/// The part of IPv6 that is given out; all else is special or not in use.
const V6_GLOBAL_UNICAST: (Ipv6Addr, u32) = (v6([0x2000, 0, 0, 0, 0, 0, 0, 0]), 3);

/// IPv4 behind a translator that follows RFC 6052: as public as the IPv4 address in it. Networks without IPv4 need it.
const V6_NAT64: (Ipv6Addr, u32) = (v6([0x64, 0xff9b, 0, 0, 0, 0, 0, 0]), 96);

/// Ranges within [`V6_GLOBAL_UNICAST`] that nobody on the public internet answers from.
const V6_SPECIAL: &[(Ipv6Addr, u32)] = &[
    (v6([0x2001, 0, 0, 0, 0, 0, 0, 0]), 23), // protocol assignments, Teredo, ORCHID, benchmarks
    (v6([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0]), 32), // documentation
    (v6([0x2002, 0, 0, 0, 0, 0, 0, 0]), 16), // 6to4: carries any IPv4 address
    (v6([0x2620, 0x4f, 0x8000, 0, 0, 0, 0, 0]), 48), // AS112
    (v6([0x3ffe, 0, 0, 0, 0, 0, 0, 0]), 16), // 6bone, given back
    (v6([0x3fff, 0, 0, 0, 0, 0, 0, 0]), 20), // documentation
];

/// Whether `address` can be a public server's. In doubt it is not.
pub(super) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    !V4_SPECIAL.iter().any(|(range, bits)| {
        let shift = 32 - bits;
        address.to_bits() >> shift == range.to_bits() >> shift
    })
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    if let Some(mapped) = address.to_ipv4_mapped() {
        return is_public_v4(mapped); // the kernel dials it as IPv4
    }
    if within(address, V6_NAT64) {
        let [.., a, b, c, d] = address.octets();
        return is_public_v4(Ipv4Addr::new(a, b, c, d));
    }
    within(address, V6_GLOBAL_UNICAST) && !V6_SPECIAL.iter().any(|range| within(address, *range)) && !is_isatap(address)
}

/// ISATAP interface ids carry an IPv4 address under any prefix.
fn is_isatap(address: Ipv6Addr) -> bool {
    let [.., high, low, _, _] = address.segments();
    low == 0x5efe && matches!(high, 0 | 0x0200)
}

fn within(address: Ipv6Addr, (range, bits): (Ipv6Addr, u32)) -> bool {
    let shift = 128 - bits;
    address.to_bits() >> shift == range.to_bits() >> shift
}

const fn v6(segments: [u16; 8]) -> Ipv6Addr {
    let [first, second, third, fourth, fifth, sixth, seventh, eighth] = segments;
    Ipv6Addr::new(first, second, third, fourth, fifth, sixth, seventh, eighth)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(expected: bool, addresses: &[&str]) {
        for address in addresses {
            assert_eq!(is_public(address.parse().unwrap()), expected, "{address}");
        }
    }

    #[test]
    fn special_ipv4_ranges_are_not_public() {
        check(
            false,
            &[
                "0.0.0.0",
                "0.255.255.255",
                "10.0.0.0",
                "10.255.255.255",
                "100.64.0.0",
                "100.100.100.200",
                "100.127.255.255",
                "127.0.0.1",
                "127.255.255.255",
                "168.63.129.16",
                "169.254.0.0",
                "169.254.169.254",
                "169.254.170.2",
                "169.254.255.255",
                "172.16.0.0",
                "172.31.255.255",
                "192.0.0.0",
                "192.0.0.8",
                "192.0.0.170",
                "192.0.0.192",
                "192.0.0.255",
                "192.0.2.1",
                "192.31.196.1",
                "192.52.193.1",
                "192.88.99.1",
                "192.168.0.0",
                "192.168.255.255",
                "192.175.48.1",
                "198.18.0.0",
                "198.19.255.255",
                "198.51.100.1",
                "203.0.113.1",
                "224.0.0.1",
                "239.255.255.255",
                "240.0.0.1",
                "255.255.255.255",
            ],
        );
    }

    #[test]
    fn their_neighbours_are_public() {
        check(
            true,
            &[
                "1.0.0.0",
                "9.255.255.255",
                "11.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "126.255.255.255",
                "128.0.0.0",
                "168.63.129.15",
                "168.63.129.17",
                "169.253.255.255",
                "169.255.0.0",
                "172.15.255.255",
                "172.32.0.0",
                "192.0.1.0",
                "192.0.3.0",
                "192.167.255.255",
                "192.169.0.0",
                "198.17.255.255",
                "198.20.0.0",
                "203.0.112.255",
                "203.0.114.0",
                "223.255.255.255",
                "8.8.8.8",
            ],
        );
    }

    #[test]
    fn special_ipv6_ranges_are_not_public() {
        check(
            false,
            &[
                "::",
                "::1",
                "::2",
                "::7f00:1",
                "::127.0.0.1",
                "::8.8.8.8",
                "64:ff9b:1::",
                "64:ff9b:1::808:808",
                "100::",
                "100::1",
                "100:0:0:1::1",
                "2001::",
                "2001::1",
                "2001:0:808:808::",
                "2001:2::1",
                "2001:10::1",
                "2001:20::1",
                "2001:1ff:ffff::",
                "2001:db8::1",
                "2002::",
                "2002:7f00:1::",
                "2002:808:808::1",
                "2620:4f:8000::1",
                "3ffe::1",
                "3fff::1",
                "3fff:fff::1",
                "4000::1",
                "5f00::1",
                "fc00::1",
                "fd00:ec2::254",
                "fdff::1",
                "fe80::1",
                "febf::1",
                "fec0::1",
                "ff00::1",
                "ff02::1",
                "ff0e::1",
                "1fff::1",
                "2606:4700::5efe:127.0.0.1",
                "2606:4700::200:5efe:10.0.0.1",
                "fe80::5efe:8.8.8.8",
            ],
        );
    }

    #[test]
    fn public_ipv6_is_public() {
        check(
            true,
            &[
                "2001:200::1",
                "2001:4860:4860::8888",
                "2606:4700::1111",
                "2a00:1450:4001::1",
                "2003::1",
                "2620:4f:8001::1",
                "3ffd::1",
            ],
        );
    }

    #[test]
    fn embedded_ipv4_is_judged_by_itself() {
        check(true, &["::ffff:8.8.8.8", "64:ff9b::8.8.8.8"]);
        check(
            false,
            &[
                "::ffff:127.0.0.1",
                "::ffff:7f00:1",
                "::ffff:10.0.0.1",
                "::ffff:169.254.169.254",
                "::ffff:100.64.0.1",
                "::ffff:0:127.0.0.1",
                "64:ff9b::127.0.0.1",
                "64:ff9b::a9fe:a9fe",
                "64:ff9b::10.0.0.1",
                "64:ff9b::1:8.8.8.8",
            ],
        );
    }
}
