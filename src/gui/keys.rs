//! The keys that do something anywhere in the window, and what they ask for.

use iced::keyboard::{Key, Modifiers};

use crate::Position;

pub mod shown;
pub mod table;

use table::{Held, Where};

/// What is held while a row is chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// Nothing: this one alone.
    #[default]
    Only,
    /// Ctrl: this one as well, or no longer.
    Toggle,
    /// Shift: all from the last one that was chosen alone to this one.
    Through,
}

impl Reach {
    /// What these say.
    pub fn of(modifiers: Modifiers) -> Self {
        match (modifiers.shift(), modifiers.command()) {
            (true, _) => Self::Through,
            (_, true) => Self::Toggle,
            _ => Self::Only,
        }
    }
}

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Open the download dialog.
    AddDownload,
    /// Open the upload dialog.
    AddUpload,
    /// Open the download dialog with what is on the clipboard.
    Paste,
    /// Go on with what was saved in a file.
    ResumeFrom,
    /// Pause or resume the selected one.
    Toggle,
    /// Open the selected one, or show its particulars; in a dialog, do what its main button does.
    Open,
    /// Show the selected one in its folder.
    Show,
    /// Show the particulars of the selected one, or let them go.
    Details,
    /// Show the next page of the particulars, or the one before.
    NextTab(bool),
    /// Make the panel of particulars larger, or smaller.
    Panel(bool),
    /// Remove the selected one.
    Remove,
    /// Remove it, and move its file to the trash.
    Trash,
    /// Choose the row above.
    Up(Reach),
    /// Choose the row below.
    Down(Reach),
    /// Choose one a page above.
    PageUp(Reach),
    /// Choose one a page below.
    PageDown(Reach),
    /// Choose the first row.
    First(Reach),
    /// Choose the last row.
    Last(Reach),
    /// Choose all rows.
    SelectAll,
    /// Move the chosen ones among those that wait.
    Move(Position<()>),
    /// Copy the addresses of the chosen ones.
    CopyLink,
    /// Open the menu of the chosen ones.
    Menu,
    /// Look for words.
    Search,
    /// Take back what was done last.
    Undo,
    /// Switch the speed limit on or off.
    Limit,
    /// Show or hide the sidebar.
    Sidebar,
    /// Go to a place of the sidebar.
    Place(usize),
    /// Pause all.
    PauseAll,
    /// Resume all.
    ResumeAll,
    /// Open the preferences.
    Preferences,
    /// Show the keys.
    Shortcuts,
    /// Open the menu of the window.
    MainMenu,
    /// Leave the dialog, or the selection.
    Escape,
    /// Make everything larger.
    Larger,
    /// Make everything smaller.
    Smaller,
    /// Make everything as large as usual.
    UsualSize,
    /// Close the window.
    Close,
    /// Quit.
    Quit,
}

/// What pressing `key` asks for; `taken` says that a field has used it already.
pub fn command(key: &Key, modifiers: Modifiers, taken: bool) -> Option<Command> {
    let strokes = || table::strokes().filter(|stroke| stroke.is_pressed(key, modifiers));
    // What says more about what is held counts first.
    let found = strokes().find(|stroke| stroke.held != Held::Free).or_else(|| strokes().next())?;
    found.does.filter(|_| found.place == Where::Anywhere || !taken)
}

#[cfg(test)]
mod tests {
    use iced::keyboard::key::Named;

    use super::table::Cap;
    use super::*;

    #[test]
    fn keys_that_write_are_left_to_fields() {
        for key in [Named::Space, Named::Enter, Named::Delete, Named::ArrowDown, Named::Home, Named::Escape] {
            assert!(command(&Key::Named(key), Modifiers::empty(), false).is_some());
            assert_eq!(command(&Key::Named(key), Modifiers::empty(), true), None);
        }
        let paste = Key::Character("v".into());
        assert_eq!(command(&paste, Modifiers::CTRL, true), None);
        assert_eq!(command(&paste, Modifiers::CTRL, false), Some(Command::Paste));
    }

    #[test]
    fn leaving_and_quitting_work_everywhere() {
        let quit = Key::Character("q".into());
        assert_eq!(command(&quit, Modifiers::CTRL, true), Some(Command::Quit));
        assert_eq!(command(&quit, Modifiers::empty(), false), None);
        assert_eq!(command(&Key::Named(Named::Escape), Modifiers::empty(), false), Some(Command::Escape));
    }

    #[test]
    fn shift_makes_a_download_an_upload() {
        let (small, large) = (Key::Character("n".into()), Key::Character("N".into()));
        assert_eq!(command(&small, Modifiers::CTRL, false), Some(Command::AddDownload));
        assert_eq!(command(&large, Modifiers::CTRL | Modifiers::SHIFT, false), Some(Command::AddUpload));
    }

    #[test]
    fn every_key_that_is_told_of_does_what_is_told() {
        for stroke in table::strokes() {
            let key = match stroke.cap {
                Cap::Named(named) => Key::Named(named),
                Cap::Letters(letters) => Key::Character(letters[0].into()),
            };
            let held = match stroke.held {
                Held::Free => Modifiers::empty(),
                Held::Control | Held::ControlOrMore => Modifiers::CTRL,
                Held::ControlShift => Modifiers::CTRL | Modifiers::SHIFT,
                Held::Shift => Modifiers::SHIFT,
                Held::Alt => Modifiers::ALT,
            };
            assert_eq!(command(&key, held, false), stroke.does, "{stroke:?}");
        }
    }

    #[test]
    fn more_or_fewer_rows_are_chosen_by_what_is_held() {
        let up = Key::Named(Named::ArrowUp);
        for (held, expected) in [
            (Modifiers::empty(), Command::Up(Reach::Only)),
            (Modifiers::SHIFT, Command::Up(Reach::Through)),
            (Modifiers::CTRL, Command::Up(Reach::Toggle)),
            (Modifiers::CTRL | Modifiers::SHIFT, Command::Up(Reach::Through)),
            (Modifiers::ALT, Command::Move(Position::Before(()))),
        ] {
            assert_eq!(command(&up, held, false), Some(expected));
        }
    }

    #[test]
    fn everything_becomes_larger_with_and_without_shift() {
        for (letter, expected) in [
            ("+", Command::Larger),
            ("=", Command::Larger),
            ("-", Command::Smaller),
            ("0", Command::UsualSize),
        ] {
            let key = Key::Character(letter.into());
            assert_eq!(command(&key, Modifiers::CTRL, true), Some(expected));
            assert_eq!(command(&key, Modifiers::empty(), false), None);
        }
        let plus = Key::Character("+".into());
        assert_eq!(command(&plus, Modifiers::CTRL | Modifiers::SHIFT, false), Some(Command::Larger));
    }
}
