//! What happens in a session, as it happens.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::store::Settings;
use crate::transfer::{GroupName, GroupView, Progress, Snapshot, TransferId};

/// How far running transfers are; those of them that have moved since the last one of these.
pub type Moved = Arc<[(TransferId, Progress)]>;

/// Something that happened. A listener that fell behind takes a fresh list and goes on.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Event {
    /// A transfer was added.
    Added {
        /// It.
        transfer: Arc<Snapshot>,
    },
    /// A transfer's state, or something that was learnt about it, changed.
    Changed {
        /// It, as it is now.
        transfer: Arc<Snapshot>,
    },
    /// A group, or how it stands, changed.
    Group {
        /// It, as it is now.
        group: Box<GroupView>,
    },
    /// A group is no longer there.
    Ungrouped {
        /// Its name.
        name: GroupName,
    },
    /// A transfer is no longer in the list.
    Removed {
        /// Its name.
        id: TransferId,
    },
    /// The settings changed.
    Settings {
        /// They, as they are now.
        settings: Box<Settings>,
    },
    /// A named place was added, changed or forgotten.
    Destinations,
    /// So was a site.
    Sites,
}
