//! Dark or light, as the whole desktop is set (`org.freedesktop.appearance color-scheme`).

use std::time::Duration;

use futures_util::StreamExt as _;
use tokio::sync::watch;
use zbus::zvariant::{OwnedValue, Value};
use zbus::{MatchRule, MessageStream, message};

use super::bus;

const PORTAL: &str = "org.freedesktop.portal.Desktop";
const PATH: &str = "/org/freedesktop/portal/desktop";
const SETTINGS: &str = "org.freedesktop.portal.Settings";
const NAMESPACE: &str = "org.freedesktop.appearance";
const KEY: &str = "color-scheme";

/// The longest anybody should wait for the first answer before showing something.
const FIRST: Duration = Duration::from_millis(100);

/// What the user prefers in all applications.
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

/// Tells `schemes` what the desktop is set to and every change, until nobody listens or there is no
/// bus. Something is sent within a tenth of a second, [`Scheme::Unset`] if nothing is known by then.
pub async fn watch(schemes: watch::Sender<Scheme>) {
    let mut seen = schemes.subscribe();
    let told = async move { tokio::time::timeout(FIRST, seen.changed()).await.is_ok() };
    let follow = follow(&schemes);
    tokio::pin!(follow);
    let told = tokio::select! {
        told = told => told,
        () = &mut follow => return schemes.send_modify(|_| ()),
    };
    if !told {
        schemes.send_modify(|_| ());
    }
    tokio::select! {
        () = follow => {}
        () = schemes.closed() => {}
    }
}

async fn follow(schemes: &watch::Sender<Scheme>) {
    let Some(connection) = bus::session().await else { return };
    let Ok(rule) = rule() else { return };
    // Listen first, ask then: a change in between is not missed.
    let Ok(mut changes) = MessageStream::for_match_rule(rule, &connection, None).await else { return };
    schemes.send_replace(ask(&connection).await.unwrap_or_default());
    while let Some(change) = changes.next().await {
        let scheme = change.ok().and_then(|change| {
            let (_, key, value) = change.body().deserialize::<(String, String, OwnedValue)>().ok()?;
            (key == KEY).then(|| scheme_of(&value))
        });
        if let Some(scheme) = scheme {
            schemes.send_if_modified(|known| std::mem::replace(known, scheme) != scheme);
        }
    }
}

fn rule() -> zbus::Result<MatchRule<'static>> {
    Ok(MatchRule::builder()
        .msg_type(message::Type::Signal)
        .sender(PORTAL)?
        .path(PATH)?
        .interface(SETTINGS)?
        .member("SettingChanged")?
        .arg(0, NAMESPACE)?
        .build())
}

/// What is set now. Older portals know only `Read`, which wraps its answer once more.
async fn ask(connection: &zbus::Connection) -> Option<Scheme> {
    for method in ["ReadOne", "Read"] {
        let request = (NAMESPACE, KEY);
        let answer = connection.call_method(Some(PORTAL), PATH, Some(SETTINGS), method, &request).await;
        match answer.and_then(|answer| answer.body().deserialize::<OwnedValue>()) {
            Ok(value) => return Some(scheme_of(&value)),
            Err(error) => tracing::debug!(%error, method, "the desktop does not say dark or light"),
        }
    }
    None
}

fn scheme_of(value: &Value<'_>) -> Scheme {
    match value {
        Value::Value(inner) => scheme_of(inner),
        Value::U32(1) => Scheme::Dark,
        Value::U32(2) => Scheme::Light,
        _ => Scheme::Unset,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_portals_numbers_are_understood_however_deeply_wrapped() {
        let wrapped = Value::Value(Box::new(Value::Value(Box::new(Value::U32(1)))));
        assert_eq!(scheme_of(&wrapped), Scheme::Dark);
        assert_eq!(scheme_of(&Value::U32(2)), Scheme::Light);
    }

    #[test]
    fn whatever_else_it_says_means_nothing() {
        for value in [Value::U32(0), Value::U32(3), Value::I32(1), Value::from("dark")] {
            assert_eq!(scheme_of(&value), Scheme::Unset);
        }
    }
}
