//! What the X server keeps for all programs: the resources on its root window.

use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{AtomEnum, ConnectionExt as _};

/// More than this is no list of resources.
const LONGEST: u32 = 1 << 16;

/// Whether they say how large letters should be. A desktop that has a setting for it writes it there as well.
pub fn say_size() -> bool {
    read().is_some_and(|resources| has_size(&resources))
}

fn read() -> Option<Vec<u8>> {
    let (x, screen) = x11rb::connect(None).ok()?;
    let root = x.setup().roots.get(screen)?.root;
    let asked = x.get_property(false, root, AtomEnum::RESOURCE_MANAGER, AtomEnum::STRING, 0, LONGEST).ok()?;
    Some(asked.reply().ok()?.value)
}

fn has_size(resources: &[u8]) -> bool {
    resources.split(|byte| *byte == b'\n').any(|line| line.starts_with(b"Xft.dpi:"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_among_others_says_how_large_letters_are() {
        assert!(has_size(b"Xcursor.size:\t24\nXft.dpi:\t120\nXft.hinting:\t1\n"));
        for other in ["", "Xcursor.size:\t24\n", "*Xft.dpi2: 5", "! Xft.dpi: 96"] {
            assert!(!has_size(other.as_bytes()), "{other}");
        }
    }
}
