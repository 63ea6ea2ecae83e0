//! What the desktop knows that matters to transfers.

use serde::{Deserialize, Serialize};

/// What the desktop knows that matters to transfers. Whoever knows it tells the session; a session that is told
/// nothing takes it that all is well.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Conditions {
    /// How far the network reaches.
    pub network: Connectivity,
    /// Whether what goes over the network is counted or paid for.
    pub metered: bool,
    /// Whether it is the network of somebody else than the one who is paid for it.
    pub roaming: bool,
    /// Whether the computer runs on its battery.
    pub on_battery: bool,
    /// How full the battery is, in percent; nothing if there is none.
    pub battery: Option<u8>,
    /// Whether the desktop saves power.
    pub power_saver: bool,
}

/// How far the network reaches.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Connectivity {
    /// There is none.
    Offline,
    /// Everything leads to a page that has to be dealt with first.
    Portal,
    /// Somewhere, or nobody knows that it does not.
    #[default]
    Online,
}

impl Conditions {
    /// Without any network.
    #[must_use]
    pub fn offline() -> Self {
        Self { network: Connectivity::Offline, ..Self::default() }
    }

    /// On a network where what goes over it is counted or paid for.
    #[must_use]
    pub fn metered() -> Self {
        Self { metered: true, ..Self::default() }
    }

    /// Whether transfers get anywhere.
    #[must_use]
    pub fn is_online(&self) -> bool {
        self.network == Connectivity::Online
    }
}
