//! How the user wants all programs to look, as the desktop is set: dark or light, with what contrast
//! and accent, still or moving, how large. All of it comes from the portal for settings.

use std::collections::HashMap;
use std::time::Duration;

use futures_util::StreamExt as _;
use tokio::sync::watch;
use zbus::zvariant::{OwnedValue, Value};
use zbus::{MatchRule, MessageStream, message};

use super::bus;

const PORTAL: &str = "org.freedesktop.portal.Desktop";
const PATH: &str = "/org/freedesktop/portal/desktop";
const SETTINGS: &str = "org.freedesktop.portal.Settings";
/// What all desktops agree on.
const APPEARANCE: &str = "org.freedesktop.appearance";
/// Where GNOME alone says whether things move.
const GNOME: &str = "org.gnome.desktop.interface";

/// The longest anybody should wait for the first answer before showing something.
const FIRST: Duration = Duration::from_millis(100);

/// Dark or light.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scheme {
    /// Nothing was said.
    #[default]
    Unset,
    /// Dark text on light.
    Light,
    /// Light text on dark.
    Dark,
}

/// What the user prefers in all programs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wishes {
    /// Dark or light.
    pub scheme: Scheme,
    /// Whether everything should stand out clearly.
    pub contrast: bool,
    /// What marks the thing to do next: red, green, blue.
    pub accent: Option<[u8; 3]>,
    /// Whether nothing should move by itself.
    pub still: bool,
    /// The same, as GNOME says it in another place.
    pub gnome_still: bool,
    /// How large letters should be, in percent, where GNOME says it.
    pub text_scale: Option<u16>,
}

impl Wishes {
    /// Takes over what one setting says; others mean nothing.
    fn learn(&mut self, namespace: &str, key: &str, value: &Value<'_>) {
        if let Value::Value(inner) = value {
            return self.learn(namespace, key, inner);
        }
        match (namespace, key) {
            (APPEARANCE, "color-scheme") => self.scheme = scheme_of(value),
            (APPEARANCE, "contrast") => self.contrast = *value == Value::U32(1),
            (APPEARANCE, "accent-color") => self.accent = accent_of(value),
            (APPEARANCE, "reduced-motion") => self.still = *value == Value::U32(1),
            (GNOME, "enable-animations") => self.gnome_still = *value == Value::Bool(false),
            (GNOME, "text-scaling-factor") => self.text_scale = percent_of(value),
            _ => {}
        }
    }
}

fn scheme_of(value: &Value<'_>) -> Scheme {
    match value {
        Value::U32(1) => Scheme::Dark,
        Value::U32(2) => Scheme::Light,
        _ => Scheme::Unset,
    }
}

/// A factor that letters can still be read with.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "they are within bounds")]
fn percent_of(value: &Value<'_>) -> Option<u16> {
    let Value::F64(factor) = value else { return None };
    (0.5..=4.0).contains(factor).then(|| (factor * 100.0).round() as u16)
}

/// Three numbers from 0 to 1; whatever is beyond says that there is none.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "they are within bounds")]
fn accent_of(value: &Value<'_>) -> Option<[u8; 3]> {
    let (red, green, blue) =
        value.try_clone().ok().and_then(|value| <(f64, f64, f64)>::try_from(value).ok())?;
    let parts = [red, green, blue];
    parts
        .iter()
        .all(|part| (0.0..=1.0).contains(part))
        .then(|| parts.map(|part| (part * 255.0).round() as u8))
}

/// Tells `wishes` what the desktop is set to and every change, until nobody listens or there is no
/// bus; without its word on how large letters are where somebody `knows_size` already. Something is sent within a tenth of a second, the default if nothing is known by then.
pub async fn watch(wishes: watch::Sender<Wishes>, knows_size: bool) {
    let mut seen = wishes.subscribe();
    let told = async move { tokio::time::timeout(FIRST, seen.changed()).await.is_ok() };
    let follow = follow(&wishes, knows_size);
    tokio::pin!(follow);
    let told = tokio::select! {
        told = told => told,
        () = &mut follow => return wishes.send_modify(|_| ()),
    };
    if !told {
        wishes.send_modify(|_| ());
    }
    tokio::select! {
        () = follow => {}
        () = wishes.closed() => {}
    }
}

async fn follow(wishes: &watch::Sender<Wishes>, knows_size: bool) {
    let apt = |wishes| if knows_size { Wishes { text_scale: None, ..wishes } } else { wishes };
    let Some(connection) = bus::session().await else { return };
    let Ok(rule) = rule() else { return };
    // Listen first, ask then: a change in between is not missed.
    let Ok(mut changes) = MessageStream::for_match_rule(rule, &connection, None).await else { return };
    wishes.send_replace(apt(ask(&connection).await.unwrap_or_default()));
    while let Some(change) = changes.next().await {
        let Ok(change) = change else { continue };
        let Ok((namespace, key, value)) = change.body().deserialize::<(String, String, OwnedValue)>() else {
            continue;
        };
        wishes.send_if_modified(|known| {
            let before = *known;
            known.learn(&namespace, &key, &value);
            *known = apt(*known);
            *known != before
        });
    }
}

fn rule() -> zbus::Result<MatchRule<'static>> {
    Ok(MatchRule::builder()
        .msg_type(message::Type::Signal)
        .sender(PORTAL)?
        .path(PATH)?
        .interface(SETTINGS)?
        .member("SettingChanged")?
        .build())
}

/// What is set now.
async fn ask(connection: &zbus::Connection) -> Option<Wishes> {
    let namespaces = [APPEARANCE, GNOME];
    let answer =
        connection.call_method(Some(PORTAL), PATH, Some(SETTINGS), "ReadAll", &(&namespaces[..],)).await;
    let read =
        answer.and_then(|answer| answer.body().deserialize::<HashMap<String, HashMap<String, OwnedValue>>>());
    let read = read.inspect_err(|error| tracing::debug!(%error, "the desktop does not say how to look"));
    let mut wishes = Wishes::default();
    for (namespace, settings) in read.ok()? {
        for (key, value) in settings {
            wishes.learn(&namespace, &key, &value);
        }
    }
    Some(wishes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn learned(namespace: &str, key: &str, value: &Value<'_>) -> Wishes {
        let mut wishes = Wishes::default();
        wishes.learn(namespace, key, value);
        wishes
    }

    #[test]
    fn the_portals_numbers_are_understood_however_deeply_wrapped() {
        let wrapped = Value::Value(Box::new(Value::Value(Box::new(Value::U32(1)))));
        assert_eq!(learned(APPEARANCE, "color-scheme", &wrapped).scheme, Scheme::Dark);
        assert_eq!(learned(APPEARANCE, "color-scheme", &Value::U32(2)).scheme, Scheme::Light);
        assert!(learned(APPEARANCE, "contrast", &wrapped).contrast);
        assert!(learned(APPEARANCE, "reduced-motion", &Value::U32(1)).still);
        assert!(learned(GNOME, "enable-animations", &Value::Bool(false)).gnome_still);
        assert_eq!(learned(GNOME, "text-scaling-factor", &Value::F64(1.25)).text_scale, Some(125));
        let accent = Value::from((1.0, 0.5, 0.0));
        assert_eq!(learned(APPEARANCE, "accent-color", &accent).accent, Some([255, 128, 0]));
    }

    #[test]
    fn whatever_else_it_says_means_nothing() {
        for value in [Value::U32(0), Value::U32(3), Value::I32(1), Value::from("dark")] {
            for key in ["color-scheme", "contrast", "accent-color", "reduced-motion", "font"] {
                assert_eq!(learned(APPEARANCE, key, &value), Wishes::default(), "{key} {value:?}");
            }
            assert_eq!(learned("org.example", "color-scheme", &Value::U32(1)), Wishes::default());
        }
        for absurd in [0.0, -1.0, 100.0, f64::NAN, f64::INFINITY] {
            assert_eq!(learned(GNOME, "text-scaling-factor", &Value::F64(absurd)), Wishes::default());
        }
        let none = Value::from((-1.0, -1.0, -1.0));
        assert_eq!(learned(APPEARANCE, "accent-color", &none).accent, None);
    }

    #[test]
    fn what_is_taken_back_holds_no_more() {
        let mut wishes = learned(APPEARANCE, "contrast", &Value::U32(1));
        wishes.learn(APPEARANCE, "contrast", &Value::U32(0));
        assert_eq!(wishes, Wishes::default());
    }
}
