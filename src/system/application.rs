//! The program by its name on the session bus, as `org.freedesktop.Application`: the desktop starts it by that name
//! when there is an entry for it, and asks it to show itself, to open something, or for what the entry offers.
//!
//! The name is a courtesy: that there is only one session is seen to elsewhere. Without a bus nobody asks.

#![allow(clippy::used_underscore_binding, reason = "the macro of the interface names all that comes")]

use std::collections::HashMap;

use tokio::sync::mpsc::UnboundedSender;
use zbus::Connection;
use zbus::fdo::{RequestNameFlags, RequestNameReply};
use zbus::zvariant::OwnedValue;

use super::APP_ID;
use super::bus::{Bus, Lasting};
use super::targets::Targets;

/// As the specification makes it of the name.
const PATH: &str = "/org/windlass/Windlass";

/// What the desktop asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// The window.
    Show,
    /// The window, with these in its dialogs.
    Open(Targets),
    /// A blank dialog for downloads.
    NewDownload,
    /// A blank dialog for an upload.
    NewUpload,
    /// Everything shall rest.
    PauseAll,
    /// Everything shall go on.
    ResumeAll,
}

impl Asked {
    /// By the name of an action in the desktop entry.
    fn named(action: &str) -> Option<Self> {
        Some(match action {
            "new-download" => Self::NewDownload,
            "new-upload" => Self::NewUpload,
            "pause-all" => Self::PauseAll,
            "resume-all" => Self::ResumeAll,
            _ => return None,
        })
    }
}

/// Has the name, if nobody else does, and tells what it is asked for. Ends with the bus, or when nobody listens.
pub async fn serve(asked: UnboundedSender<Asked>) {
    let mut bus = Lasting::new(Bus::Session);
    while let Some(connection) = bus.next().await {
        match be_known(&connection, asked.clone()).await {
            Ok(RequestNameReply::PrimaryOwner | RequestNameReply::AlreadyOwner) => {}
            Ok(_) => tracing::debug!("somebody else has our name on the bus"),
            Err(error) => tracing::debug!(%error, "the desktop cannot ask for anything"),
        }
    }
}

/// Whoever asks for the name finds what answers to it.
async fn be_known(bus: &Connection, asked: UnboundedSender<Asked>) -> zbus::Result<RequestNameReply> {
    bus.object_server().at(PATH, Application(asked)).await?;
    bus.request_name_with_flags(APP_ID, RequestNameFlags::DoNotQueue.into()).await
}

struct Application(UnboundedSender<Asked>);

impl Application {
    fn tell(&self, asked: Asked) {
        // Without a receiver the program is about to end.
        _ = self.0.send(asked);
    }
}

/// What comes as `platform_data` is for toolkits that can hand a start over to a window; ours cannot.
#[zbus::interface(name = "org.freedesktop.Application")]
impl Application {
    fn activate(&self, _platform_data: HashMap<String, OwnedValue>) {
        self.tell(Asked::Show);
    }

    async fn open(&self, uris: Vec<String>, _platform_data: HashMap<String, OwnedValue>) {
        // A file may be on a network, and nobody knows how long it takes to look.
        let targets = tokio::task::spawn_blocking(move || Targets::of(&uris)).await;
        self.tell(Asked::Open(targets.unwrap_or_default()));
    }

    fn activate_action(
        &self,
        action_name: &str,
        _parameter: Vec<OwnedValue>,
        _platform_data: HashMap<String, OwnedValue>,
    ) -> zbus::fdo::Result<()> {
        let Some(asked) = Asked::named(action_name) else {
            return Err(zbus::fdo::Error::InvalidArgs(format!("There is no action “{action_name}”.")));
        };
        self.tell(asked);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_of_the_desktop_entry_is_known() {
        let entry = include_str!("../../assets/org.windlass.Windlass.desktop");
        let actions = entry.lines().find_map(|line| line.strip_prefix("Actions=")).unwrap();
        assert!(actions.split_terminator(';').all(|action| Asked::named(action).is_some()), "{actions}");
        assert_eq!(Asked::named("quit"), None);
    }

    #[test]
    fn the_object_is_where_the_name_says() {
        assert_eq!(PATH, format!("/{}", APP_ID.replace('.', "/")));
    }
}
