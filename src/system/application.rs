//! The program by its name on the session bus, as `org.freedesktop.Application`: the desktop starts it by that name
//! when there is an entry for it, and asks it to show itself, to open something, or for what the entry offers.
//!
//! The name is a courtesy: that there is only one session is seen to elsewhere. Without a bus nobody asks.

#![allow(
    clippy::used_underscore_binding,
    clippy::needless_pass_by_value,
    reason = "the macro of the interface names all that comes, and hands it over"
)]

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
    /// Nothing, but by this activation token the desktop vouches for what is asked for next.
    Token(String),
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
    fn tell(&self, asked: Asked, said: &HashMap<String, OwnedValue>) {
        let shows = !matches!(asked, Asked::PauseAll | Asked::ResumeAll);
        let token = token_among(said).filter(|_| shows).map(Asked::Token);
        for asked in token.into_iter().chain([asked]) {
            // Without a receiver the program is about to end.
            _ = self.0.send(asked);
        }
    }
}

/// The token in what is said beside a request: one of Wayland, or one of X11.
fn token_among(said: &HashMap<String, OwnedValue>) -> Option<String> {
    let text = |name| said.get(name).and_then(|value| value.downcast_ref::<String>().ok());
    ["activation-token", "desktop-startup-id"].into_iter().filter_map(text).find(|token| !token.is_empty())
}

#[zbus::interface(name = "org.freedesktop.Application")]
impl Application {
    fn activate(&self, platform_data: HashMap<String, OwnedValue>) {
        self.tell(Asked::Show, &platform_data);
    }

    async fn open(&self, uris: Vec<String>, platform_data: HashMap<String, OwnedValue>) {
        // A file may be on a network, and nobody knows how long it takes to look.
        let targets = tokio::task::spawn_blocking(move || Targets::of(&uris)).await;
        self.tell(Asked::Open(targets.unwrap_or_default()), &platform_data);
    }

    fn activate_action(
        &self,
        action_name: &str,
        _parameter: Vec<OwnedValue>,
        platform_data: HashMap<String, OwnedValue>,
    ) -> zbus::fdo::Result<()> {
        let Some(asked) = Asked::named(action_name) else {
            return Err(zbus::fdo::Error::InvalidArgs(format!("There is no action “{action_name}”.")));
        };
        self.tell(asked, &platform_data);
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
    fn what_shows_the_window_comes_after_the_word_of_the_desktop_that_it_may() {
        let (asked, mut received) = tokio::sync::mpsc::unbounded_channel();
        let application = Application(asked);
        let said = |names: &[(&str, &str)]| {
            let value = |text: &str| OwnedValue::try_from(zbus::zvariant::Value::from(text)).unwrap();
            names.iter().map(|(name, text)| ((*name).to_owned(), value(text))).collect::<HashMap<_, _>>()
        };
        application.activate(said(&[("desktop-startup-id", "x"), ("activation-token", "w")]));
        application.activate(said(&[("desktop-startup-id", "x"), ("activation-token", "")]));
        application.activate(HashMap::new());
        application.activate_action("pause-all", Vec::new(), said(&[("activation-token", "w")])).unwrap();
        let told: Vec<Asked> = std::iter::from_fn(|| received.try_recv().ok()).collect();
        let token = |token: &str| Asked::Token(token.into());
        let show = Asked::Show;
        assert_eq!(told, [token("w"), show.clone(), token("x"), show.clone(), show, Asked::PauseAll]);
    }

    #[test]
    fn the_object_is_where_the_name_says() {
        assert_eq!(PATH, format!("/{}", APP_ID.replace('.', "/")));
    }
}
