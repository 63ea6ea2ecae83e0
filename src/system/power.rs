//! What feeds the computer, as `UPower` says, and whether it saves power, as the daemon of the power profiles
//! says, or the desktop's portal where that cannot be seen: in a sandbox.

use zbus::Connection;

use super::bus::{Service, changes};

const UPOWER: &str = "org.freedesktop.UPower";
const DEVICE: &str = "org.freedesktop.UPower.Device";
const PORTAL: &str = "org.freedesktop.portal.Desktop";
const PORTAL_PATH: &str = "/org/freedesktop/portal/desktop";
const MONITOR: &str = "org.freedesktop.portal.PowerProfileMonitor";

/// What feeds the computer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Supply {
    pub on_battery: bool,
    /// How full all batteries together are, in percent; nothing if there is none.
    pub battery: Option<u8>,
}

/// Follows `UPower`, on the system bus. While the computer runs on its battery it signals every half a
/// minute or so, also if nothing has changed that we want to know.
pub(super) async fn supply(bus: Connection, tell: impl Fn(Option<Supply>)) {
    const PATH: &str = "/org/freedesktop/UPower";
    const ALL_TOGETHER: &str = "/org/freedesktop/UPower/devices/DisplayDevice";
    let service = Service { bus, name: UPOWER };
    // On many systems it runs from the moment on in which somebody wants to know.
    service.start().await;
    let ask = |service: Service| async move {
        let on_battery = service.properties(PATH, UPOWER).await?.get("OnBattery")?;
        let battery = service.properties(ALL_TOGETHER, DEVICE).await.unwrap_or_default();
        let is_present: bool = battery.get("IsPresent").unwrap_or_default();
        let percentage = battery.get("Percentage").filter(|_| is_present).map(percent);
        Some(Supply { on_battery, battery: percentage })
    };
    service.follow([changes(PATH, UPOWER), changes(ALL_TOGETHER, DEVICE)], ask, tell).await;
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is between the two")]
fn percent(said: f64) -> u8 {
    said.clamp(0.0, 100.0).round() as u8
}

/// Where the daemon of the power profiles can be found: since 2024, and before.
pub(super) const PROFILES: [Profiles; 2] = [
    Profiles { name: "org.freedesktop.UPower.PowerProfiles", path: "/org/freedesktop/UPower/PowerProfiles" },
    Profiles { name: "net.hadess.PowerProfiles", path: "/net/hadess/PowerProfiles" },
];

/// See [`PROFILES`]; the interface is called as the service.
#[derive(Clone, Copy, Debug)]
pub(super) struct Profiles {
    name: &'static str,
    path: &'static str,
}

impl Profiles {
    /// Follows whether power is saved, on the system bus.
    pub(super) async fn follow(self, bus: Connection, tell: impl Fn(Option<bool>)) {
        let Self { name, path } = self;
        let ask = |service: Service| async move {
            let profile: String = service.properties(path, name).await?.get("ActiveProfile")?;
            Some(profile == "power-saver")
        };
        Service { bus, name }.follow([changes(path, name)], ask, tell).await;
    }
}

/// Follows whether power is saved as the portal says, on the session bus.
pub(super) async fn monitor(bus: Connection, tell: impl Fn(Option<bool>)) {
    let ask =
        async |service: Service| service.properties(PORTAL_PATH, MONITOR).await?.get("power-saver-enabled");
    Service { bus, name: PORTAL }.follow([changes(PORTAL_PATH, MONITOR)], ask, tell).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_battery_is_as_full_as_it_can_be_whatever_is_said() {
        let said = [0.4, 41.5, 100.0, 250.0, -3.0, f64::NAN];
        assert_eq!(said.map(percent), [0, 42, 100, 100, 0, 0]);
    }
}
