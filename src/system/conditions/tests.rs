use proptest::prelude::*;

use super::super::network::Device;
use super::*;
use crate::Connectivity::{self, Offline, Online, Portal};

const FULL: u32 = 4;
const NONE: u32 = 1;
const ETHERNET: u32 = 1;
const WIFI: u32 = 2;
const BRIDGE: u32 = 13;
const UNMANAGED: u32 = 10;
const DISCONNECTED: u32 = 30;
const ACTIVATED: u32 = 100;

fn managed(connectivity: u32, devices: &[(u32, u32)]) -> Facts {
    let devices = devices.iter().map(|(kind, state)| Device { kind: *kind, state: *state }).collect();
    let manager = Manager { connectivity, state: 20, devices, ..Manager::default() };
    Facts { manager: Word::Says(manager), ..Facts::default() }
}

fn network(facts: &Facts) -> Connectivity {
    facts.conditions().network
}

#[test]
fn what_nobody_says_is_as_if_all_were_well() {
    assert_eq!(Facts::default().conditions(), Conditions::default());
    assert!(!Facts::default().is_silent() && !Facts::default().is_complete(), "nobody was asked yet");
    let savers = [Word::Silent; 3];
    let (manager, monitor) = (Word::Silent, Word::Silent);
    let (roaming, supply) = (Word::Silent, Word::Silent);
    let silent = Facts { sandboxed: false, manager, roaming, supply, savers, monitor };
    assert_eq!(silent.conditions(), Conditions::default());
    assert!(silent.is_silent() && silent.is_complete());
    assert!(!Facts { roaming: Word::Says(false), ..silent }.is_silent());
}

#[test]
fn the_numbers_of_the_network_manager_are_understood() {
    let wired = [(ETHERNET, DISCONNECTED)];
    for (connectivity, expected) in
        [(0, Online), (NONE, Offline), (2, Portal), (3, Online), (FULL, Online), (99, Online)]
    {
        assert_eq!(network(&managed(connectivity, &wired)), expected, "{connectivity}");
    }
}

#[test]
fn no_network_is_believed_only_if_all_devices_were_looked_after_and_none_is_connected() {
    for (devices, expected) in [
        (&[(WIFI, DISCONNECTED), (ETHERNET, 20)][..], Offline),
        // Nothing that could lead out is known, so somebody else leads out.
        (&[], Online),
        (&[(BRIDGE, ACTIVATED)], Online),
        // The cable is somebody else's.
        (&[(WIFI, DISCONNECTED), (ETHERNET, UNMANAGED)], Online),
        // A laboratory without a way to the internet.
        (&[(ETHERNET, ACTIVATED)], Online),
        // What containers have is no network.
        (&[(WIFI, DISCONNECTED), (BRIDGE, ACTIVATED), (BRIDGE, UNMANAGED)], Offline),
    ] {
        assert_eq!(network(&managed(NONE, devices)), expected, "{devices:?}");
    }
    let mut off = managed(NONE, &[(ETHERNET, UNMANAGED)]);
    if let Word::Says(manager) = &mut off.manager {
        manager.state = 10;
    }
    assert_eq!(network(&off), Offline, "switched off, it lets go of every device");
}

#[test]
fn yes_and_rather_yes_are_metered() {
    let is_metered = |metered| Facts {
        manager: Word::Says(Manager { connectivity: FULL, metered, ..Manager::default() }),
        ..Facts::default()
    };
    let metered = [0, 1, 2, 3, 4].map(|number| is_metered(number).conditions().metered);
    assert_eq!(metered, [false, true, false, true, false]);
}

#[test]
fn a_modem_that_roams_counts_only_while_it_is_what_leads_out() {
    for (primary, expected) in [("gsm", true), ("cdma", true), ("802-11-wireless", false), ("", false)] {
        let manager = Manager { connectivity: FULL, primary: primary.to_owned(), ..Manager::default() };
        let mut facts = Facts { manager: Word::Says(manager), roaming: Word::Says(true), ..Facts::default() };
        assert_eq!(facts.conditions().roaming, expected, "{primary}");
        facts.roaming = Word::Silent;
        assert!(!facts.conditions().roaming, "the modem is gone");
    }
}

#[test]
fn the_portal_counts_where_the_network_manager_cannot_be_seen() {
    let monitor = |available, connectivity| Monitor { available, metered: true, connectivity };
    let seen = |monitor, sandboxed| Facts { sandboxed, monitor: Word::Says(monitor), ..Facts::default() };
    for (said, inside, outside) in [
        (monitor(true, 4), Online, Online),
        (monitor(true, 2), Online, Online),
        (monitor(true, 3), Portal, Portal),
        // Outside a sandbox the session sees for itself, and sees more.
        (monitor(false, 1), Offline, Online),
    ] {
        assert_eq!(network(&seen(said, true)), inside, "{said:?}");
        assert_eq!(network(&seen(said, false)), outside, "{said:?}");
        assert!(seen(said, false).conditions().metered);
    }
    let both = Facts { monitor: Word::Says(monitor(false, 1)), sandboxed: true, ..managed(FULL, &[]) };
    assert_eq!(both.conditions(), Conditions::default());
}

#[test]
fn power_is_saved_if_anybody_says_so() {
    for saver in 0..3 {
        let mut facts = Facts { savers: [Word::Says(false); 3], ..Facts::default() };
        assert!(!facts.conditions().power_saver);
        facts.savers[saver] = Word::Says(true);
        assert!(facts.conditions().power_saver);
    }
}

#[test]
fn what_feeds_the_computer_is_passed_on() {
    let supply = Supply { on_battery: true, battery: Some(41) };
    let conditions = Facts { supply: Word::Says(supply), ..Facts::default() }.conditions();
    assert_eq!((conditions.on_battery, conditions.battery), (true, Some(41)));
}

proptest! {
    #[test]
    fn nothing_but_none_takes_the_network_away(
        connectivity in any::<u32>(),
        state in any::<u32>(),
        devices in prop::collection::vec((0..40_u32, 0..130_u32), 0..6),
    ) {
        let mut facts = managed(connectivity, &devices);
        if let Word::Says(manager) = &mut facts.manager {
            manager.state = state;
        }
        prop_assert!(connectivity == NONE || network(&facts) != Offline);
    }
}
