//! Leave to start at login, where the program lives in a sandbox and cannot write that down itself.

use std::collections::HashMap;

use zbus::zvariant::{OwnedObjectPath, Value};

use super::bus;
use super::bus::Service;

/// Asks the desktop to start the program at login, or not any more; whether it could be asked. The user may be asked
/// in turn, and refuse: then it just does not start. `why` is what they read.
pub async fn ask_for_autostart(on: bool, why: &str) -> bool {
    let Some(bus) = bus::session().await else { return false };
    let portal = Service { bus, name: "org.freedesktop.portal.Desktop" };
    let object =
        ("/org/freedesktop/portal/desktop", "org.freedesktop.portal.Background", "RequestBackground");
    let options = HashMap::from([
        ("reason", Value::from(why)),
        ("autostart", Value::from(on)),
        ("commandline", Value::from(vec!["windlass", "--hidden"])),
        ("dbus-activatable", Value::from(false)),
    ]);
    portal.call::<_, OwnedObjectPath>(object, &("", options)).await.is_some()
}
