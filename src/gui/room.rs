//! How much room a window has for what is in it: larger letters leave less. All that gives way where room is short
//! asks here, so that all of it gives way at the same sizes.

use iced::Size;

use super::theme::space;

/// A window that is less wide, or less high, has room for one thing at a time.
const SCARCE: Size = Size::new(640.0, 400.0);
/// How wide one is that has room for the sidebar, and for names on all large buttons.
const USUAL: f32 = 860.0;
/// How wide one is that has room for a panel at the right.
const WIDE: f32 = 1100.0;

/// The room in a window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Room(Size);

impl Room {
    /// That of a window of this size.
    pub fn of(window: Size) -> Self {
        Self(window)
    }

    /// How large the window is.
    pub fn size(self) -> Size {
        self.0
    }

    /// Whether there is room for one thing at a time only: what is opened takes the whole window.
    pub fn is_scarce(self) -> bool {
        self.0.width < SCARCE.width || self.0.height < SCARCE.height
    }

    /// Whether there is room for the sidebar, and for names on all large buttons.
    pub fn has_side(self) -> bool {
        !self.is_scarce() && self.0.width >= USUAL
    }

    /// Whether there is room for a panel at the right.
    pub fn is_wide(self) -> bool {
        !self.is_scarce() && self.0.width >= WIDE
    }

    /// How high a dialog can be at most where it does not take the whole window.
    pub fn of_dialog(self) -> f32 {
        self.0.height - 2.0 * (space::LARGE + space::WIDE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smallest_window_has_room_for_several_things_unless_letters_are_large() {
        let smallest = Size::new(640.0, 480.0);
        let at = |scale: f32| Room::of(smallest * (1.0 / scale));
        assert!(!at(1.0).is_scarce() && !at(1.0).has_side());
        assert!([1.25, 1.5, 2.0].into_iter().all(|scale| at(scale).is_scarce()));
    }

    #[test]
    fn a_low_window_has_no_room_beside_anything_however_wide_it_is() {
        let low = Room::of(Size::new(1900.0, 300.0));
        assert!(low.is_scarce() && !low.has_side() && !low.is_wide());
        let usual = Room::of(Size::new(1280.0, 800.0));
        assert!(!usual.is_scarce() && usual.has_side() && usual.is_wide());
    }
}
