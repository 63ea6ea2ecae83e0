//! Which window below the pointer takes drops, and by what way.

use x11rb::NONE;
use x11rb::errors::ConnectionError;
use x11rb::protocol::xproto::{Atom, AtomEnum, ConnectionExt as _, Window};

use super::{OLDEST, VERSION, Wire, present};

/// A window that takes drops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) window: Window,
    /// Who is told what concerns it: itself, or its proxy.
    pub(super) to: Window,
    /// The protocol to speak with it.
    pub(super) version: u32,
}

/// What takes drops at a point of the screen, looked for from the root window down; nothing where that is the
/// application's own window.
pub(super) fn place_at(wire: &Wire, x: i16, y: i16) -> Result<Option<Place>, ConnectionError> {
    let mut above = wire.root;
    loop {
        let point = present(wire.x.translate_coordinates(wire.root, above, x, y)?.reply())?;
        let child = point.map_or(NONE, |point| point.child);
        if child == wire.top {
            return Ok(None);
        }
        if child == NONE {
            break;
        }
        if let Some(place) = aware(wire, child)? {
            return Ok(Some(place));
        }
        above = child;
    }
    // A desktop without windows of its own may take drops on the root window.
    if above == wire.root { aware(wire, above) } else { Ok(None) }
}

/// How `window` takes drops, if it does.
fn aware(wire: &Wire, window: Window) -> Result<Option<Place>, ConnectionError> {
    let (kind, word) = (AtomEnum::WINDOW.into(), wire.atoms.XdndProxy);
    // One that does not name itself is left from a program that has died.
    let proxy = match property(wire, window, word, kind)? {
        Some(proxy) if property(wire, proxy, word, kind)? == Some(proxy) => Some(proxy),
        _ => None,
    };
    let to = proxy.unwrap_or(window);
    let version = property(wire, to, wire.atoms.XdndAware, AtomEnum::ATOM.into())?;
    let version = version.filter(|version| *version >= OLDEST).map(|version| version.min(VERSION));
    Ok(version.map(|version| Place { window, to, version }))
}

/// The first number that a property holds.
fn property(wire: &Wire, of: Window, name: Atom, kind: Atom) -> Result<Option<u32>, ConnectionError> {
    let held = present(wire.x.get_property(false, of, name, kind, 0, 1)?.reply())?;
    Ok(held.and_then(|held| held.value32()?.next()))
}
