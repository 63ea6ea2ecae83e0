//! How far the network reaches and whose it is, as `NetworkManager` (and `ModemManager` for what goes over a
//! mobile network) says, or the desktop's portal where those cannot be seen: in a sandbox.

use std::collections::HashMap;

use futures_util::future::join_all;
use zbus::Connection;
use zbus::zvariant::{OwnedObjectPath, OwnedValue};

use super::bus::{Properties, Service, changes, signal};
use crate::Connectivity;

const MANAGER: &str = "org.freedesktop.NetworkManager";
const DEVICE: &str = "org.freedesktop.NetworkManager.Device";
const MODEMS: &str = "org.freedesktop.ModemManager1";
const MODEM_3GPP: &str = "org.freedesktop.ModemManager1.Modem.Modem3gpp";
const OBJECTS: &str = "org.freedesktop.DBus.ObjectManager";
const PORTAL: &str = "org.freedesktop.portal.Desktop";
const PORTAL_PATH: &str = "/org/freedesktop/portal/desktop";
const MONITOR: &str = "org.freedesktop.portal.NetworkMonitor";

/// The interfaces of an object, and the properties of each.
type Interfaces = HashMap<String, HashMap<String, OwnedValue>>;

/// What `NetworkManager` says (its `NMConnectivityState`, `NMState`, `NMMetered`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Manager {
    pub connectivity: u32,
    pub state: u32,
    pub metered: u32,
    /// What kind of connection leads out, such as `802-3-ethernet` or `gsm`.
    pub primary: String,
    /// The devices that could lead out; not looked at unless it says that there is no network.
    pub devices: Vec<Device>,
}

/// One of its devices (`NMDeviceType`, `NMDeviceState`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Device {
    pub kind: u32,
    pub state: u32,
}

impl Manager {
    const NONE: u32 = 1;
    const PORTAL: u32 = 2;
    /// Networking is switched off, or the computer sleeps.
    const ASLEEP: u32 = 10;

    /// How far the network reaches.
    ///
    /// "None" means that none of the connections it knows leads out. That is not the whole truth where
    /// it leaves a device alone, as on machines whose network is set up by something else: it says "none"
    /// there all day long. Nor is it where a device is connected and leads into a network without a way
    /// out, as in a laboratory. There, and where it knows of no device at all, nobody knows that
    /// there is no network, and the session sees for itself. Bridges and tunnels count for nothing: those of
    /// containers are up without any network.
    pub(super) fn connectivity(&self) -> Connectivity {
        match self.connectivity {
            Self::NONE if self.state == Self::ASLEEP => Connectivity::Offline,
            Self::NONE => {
                let mut real = self.devices.iter().filter(|device| device.is_real()).peekable();
                let is_sure = real.peek().is_some() && real.all(|device| !device.may_lead_somewhere());
                if is_sure { Connectivity::Offline } else { Connectivity::Online }
            }
            Self::PORTAL => Connectivity::Portal,
            // Limited: not as far as where it looks, which is often just not allowed.
            _ => Connectivity::Online,
        }
    }

    /// Whether somebody said so, or it has reason to guess so: yes, or rather yes.
    pub(super) fn is_metered(&self) -> bool {
        matches!(self.metered, 1 | 3)
    }

    /// Whether what leads out is a mobile network.
    pub(super) fn is_mobile(&self) -> bool {
        matches!(self.primary.as_str(), "gsm" | "cdma")
    }
}

impl Device {
    const UNMANAGED: u32 = 10;
    const ACTIVATED: u32 = 100;

    /// Ethernet, Wi-Fi, Bluetooth or a modem.
    fn is_real(self) -> bool {
        matches!(self.kind, 1 | 2 | 5 | 8)
    }

    fn may_lead_somewhere(self) -> bool {
        matches!(self.state, Self::UNMANAGED | Self::ACTIVATED)
    }
}

/// What the portal says. Its numbers are not those of `NetworkManager`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Monitor {
    pub available: bool,
    pub metered: bool,
    pub connectivity: u32,
}

impl Monitor {
    const CAPTIVE: u32 = 3;

    /// How far the network reaches. Outside a sandbox it knows no more than the routes of this computer, and
    /// takes one without a way to the internet for none; the session looks at them itself.
    pub(super) fn connectivity(self, sandboxed: bool) -> Connectivity {
        match self {
            Self { available: false, .. } if sandboxed => Connectivity::Offline,
            Self { available: true, connectivity: Self::CAPTIVE, .. } => Connectivity::Portal,
            _ => Connectivity::Online,
        }
    }
}

/// Follows `NetworkManager`, on the system bus.
pub(super) async fn manager(bus: Connection, tell: impl Fn(Option<Manager>)) {
    const PATH: &str = "/org/freedesktop/NetworkManager";
    let signals =
        [changes(PATH, MANAGER), signal("/org/freedesktop/NetworkManager/*", DEVICE, "StateChanged")];
    let ask = |service: Service| async move {
        let said = service.properties(PATH, MANAGER).await?;
        let mut manager = Manager {
            connectivity: said.get("Connectivity")?,
            state: said.get("State").unwrap_or_default(),
            metered: said.get("Metered").unwrap_or_default(),
            primary: said.get("PrimaryConnectionType").unwrap_or_default(),
            devices: Vec::new(),
        };
        if manager.connectivity == Manager::NONE {
            let paths: Vec<OwnedObjectPath> = said.get("Devices").unwrap_or_default();
            let devices = join_all(paths.into_iter().map(|path| device(service.clone(), path))).await;
            manager.devices = devices.into_iter().flatten().collect();
        }
        Some(manager)
    };
    Service { bus, name: MANAGER }.follow(signals, ask, tell).await;
}

async fn device(service: Service, path: OwnedObjectPath) -> Option<Device> {
    let said = service.properties(path.as_str(), DEVICE).await?;
    Some(Device { kind: said.get("DeviceType")?, state: said.get("State")? })
}

/// Follows whether any modem is in the network of somebody else than the one who is paid for it, as
/// `ModemManager` says on the system bus.
pub(super) async fn roaming(bus: Connection, tell: impl Fn(Option<bool>)) {
    const PATH: &str = "/org/freedesktop/ModemManager1";
    let signals = [
        changes("/org/freedesktop/ModemManager1/*", MODEM_3GPP),
        signal(PATH, OBJECTS, "InterfacesAdded"),
        signal(PATH, OBJECTS, "InterfacesRemoved"),
    ];
    let ask = |service: Service| async move {
        let modems: HashMap<OwnedObjectPath, Interfaces> =
            service.call((PATH, OBJECTS, "GetManagedObjects"), &()).await?;
        let mut known = modems.into_values().filter_map(|mut modem| modem.remove(MODEM_3GPP));
        Some(known.any(|modem| Properties::from(modem).get("RegistrationState").is_some_and(is_roaming)))
    };
    Service { bus, name: MODEMS }.follow(signals, ask, tell).await;
}

/// `MMModem3gppRegistrationState`: roaming, with or without a preference for voice.
fn is_roaming(registration: u32) -> bool {
    matches!(registration, 5 | 10)
}

/// Follows the portal, on the session bus.
pub(super) async fn monitor(bus: Connection, sandboxed: bool, tell: impl Fn(Option<Monitor>)) {
    let service = Service { bus, name: PORTAL };
    if sandboxed {
        // Outside, it is of no use to wake it up, and everything that it wakes up in turn.
        service.start().await;
    }
    let ask = |service: Service| async move {
        let said: HashMap<String, OwnedValue> =
            service.call((PORTAL_PATH, MONITOR, "GetStatus"), &()).await?;
        let said = Properties::from(said);
        Some(Monitor {
            available: said.get("available")?,
            metered: said.get("metered").unwrap_or_default(),
            connectivity: said.get("connectivity").unwrap_or_default(),
        })
    };
    service.follow([signal(PORTAL_PATH, MONITOR, "changed")], ask, tell).await;
}
