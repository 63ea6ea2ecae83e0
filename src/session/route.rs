//! Whether there is a way out of this computer at all, as the kernel sees it.
//!
//! A failure without one is nobody's fault and counts as no try: the transfer waits for the network.

use std::time::Duration;

/// How often to look whether there is a way again.
pub(super) const LOOK: Duration = Duration::from_secs(2);

/// Whether any interface but the loopback leads anywhere. Where that cannot be found out, it does.
pub(super) fn is_there() -> bool {
    let read = |path| std::fs::read_to_string(path).ok();
    match (read("/proc/net/route"), read("/proc/net/ipv6_route")) {
        (None, None) => true,
        (v4, v6) => leads_out(&v4.unwrap_or_default(), &v6.unwrap_or_default()),
    }
}

/// Reads the kernel's tables: an interface begins a line of the one and ends a line of the other.
fn leads_out(v4: &str, v6: &str) -> bool {
    let v4 = v4.lines().skip(1).filter_map(|line| line.split_whitespace().next());
    // Every interface has a link-local address and a multicast group by itself.
    let v6 = v6.lines().filter(|line| !line.starts_with("fe80") && !line.starts_with("ff"));
    let v6 = v6.filter_map(|line| line.split_whitespace().last());
    v4.chain(v6).any(|interface| interface != "lo")
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "Iface\tDestination\tGateway\tFlags\n";
    const LOOPBACK: &str = "00000000000000000000000000000001 80 00000000000000000000000000000000 00 \
        00000000000000000000000000000000 00000000 00000004 00000000 80200001       lo\n";
    const LINK: &str = "fe800000000000000000000000000000 40 00000000000000000000000000000000 00 \
        00000000000000000000000000000000 00000100 00000002 00000000 00000001     eth0\n";

    #[test]
    fn without_a_route_there_is_no_way_out() {
        assert!(!leads_out("", ""));
        assert!(!leads_out(HEAD, &format!("{LOOPBACK}{LINK}")));
    }

    #[test]
    fn a_route_of_either_kind_is_a_way_out() {
        assert!(leads_out(&format!("{HEAD}eth0\t00000000\t010200C0\t0003\n"), LOOPBACK));
        let default = LINK.replace("fe80", "0000");
        assert!(leads_out(HEAD, &format!("{LOOPBACK}{default}")));
    }
}
