//! Keeping the computer from falling asleep by itself while nobody is there and something is going on.
//!
//! What people do themselves is refused by nobody: who closes the lid or chooses "suspend" means it, and what
//! runs goes on afterwards. Nor is the screen kept lit, as nobody looks at it. So the one who decides when an
//! idle computer sleeps is asked, in the desktop's own way:
//!
//! | where | who is asked |
//! |---|---|
//! | GNOME, Cinnamon, MATE | `org.gnome.SessionManager`, for 4: no sleep |
//! | KDE, Xfce, `LXQt` | `org.freedesktop.PowerManagement.Inhibit` |
//! | in a sandbox | the portal `Inhibit`, for 4: no sleep |
//! | without a desktop | `logind`, a block of "idle" |
//!
//! A block of "sleep" at `logind`, as others take it, would from systemd 257 on refuse also what the user asks for; and one
//! of "idle" is read by desktops as that the screen must stay lit, so it is taken only where there is none.

use std::collections::HashMap;

use zbus::Connection;
use zbus::zvariant::{OwnedFd, OwnedObjectPath, Value};

use super::bus::Service;
use super::sleep::inhibit;
use super::{APP_ID, APP_NAME, bus};

/// No sleep, by itself; of GNOME's and of the portal's flags the same one.
const NO_SLEEP: u32 = 4;

/// Keeps the computer awake until it is dropped.
#[derive(Debug)]
pub struct Awake {
    /// Who was asked lets go when the one who asked leaves the bus.
    _held: Held,
}

#[derive(Debug)]
enum Held {
    #[expect(dead_code, reason = "it is there to be dropped")]
    Desktop(Connection),
    #[expect(dead_code, reason = "it is there to be dropped")]
    Logind(OwnedFd),
}

/// Keeps the computer awake; nothing if nobody can. `why` is what a person reads who asks for the reason.
pub async fn keep_awake(why: &str) -> Option<Awake> {
    if let Some(bus) = bus::session().await
        && is_held_by_desktop(&bus, why).await
    {
        return Some(Awake { _held: Held::Desktop(bus) });
    }
    let lock = inhibit(&bus::system().await?, "idle", why, "block").await?;
    Some(Awake { _held: Held::Logind(lock) })
}

async fn is_held_by_desktop(bus: &Connection, why: &str) -> bool {
    let gnome = Service { bus: bus.clone(), name: "org.gnome.SessionManager" };
    let object = ("/org/gnome/SessionManager", "org.gnome.SessionManager", "Inhibit");
    if gnome.call::<_, u32>(object, &(APP_ID, 0_u32, why, NO_SLEEP)).await.is_some() {
        return true;
    }
    let others = Service { bus: bus.clone(), name: "org.freedesktop.PowerManagement" };
    let path = "/org/freedesktop/PowerManagement/Inhibit";
    let object = (path, "org.freedesktop.PowerManagement.Inhibit", "Inhibit");
    if others.call::<_, u32>(object, &(APP_NAME, why)).await.is_some() {
        return true;
    }
    let portal = Service { bus: bus.clone(), name: "org.freedesktop.portal.Desktop" };
    let object = ("/org/freedesktop/portal/desktop", "org.freedesktop.portal.Inhibit", "Inhibit");
    let reason = HashMap::from([("reason", Value::from(why))]);
    portal.call::<_, OwnedObjectPath>(object, &("", NO_SLEEP, reason)).await.is_some()
}
