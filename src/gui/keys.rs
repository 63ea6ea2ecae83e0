//! The keys that do something anywhere in the window: one table.

use iced::keyboard::key::Named;
use iced::keyboard::{Key, Modifiers};

use crate::Position;

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
    /// Remove the selected one.
    Remove,
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

/// Whether a key counts while somebody writes in a field.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Where {
    /// Always.
    Anywhere,
    /// Only when no field took it.
    OutsideFields,
}

/// What pressing `key` asks for; `taken` says that a field has used it already.
pub fn command(key: &Key, modifiers: Modifiers, taken: bool) -> Option<Command> {
    let (command, place) = match key.as_ref() {
        Key::Named(named) => named_key(named, modifiers)?,
        Key::Character(letter) if modifiers.command() => letter_key(letter, modifiers)?,
        Key::Character(number) if modifiers.alt() => (Command::Place(place(number)?), Where::Anywhere),
        _ => return None,
    };
    (place == Where::Anywhere || !taken).then_some(command)
}

fn named_key(named: Named, modifiers: Modifiers) -> Option<(Command, Where)> {
    use Where::{Anywhere, OutsideFields};
    let found = match named {
        Named::Escape => (Command::Escape, Anywhere),
        Named::Enter if modifiers.command() => (Command::Show, OutsideFields),
        Named::Enter if modifiers.alt() => (Command::Details, OutsideFields),
        Named::Enter => (Command::Open, OutsideFields),
        Named::Space => (Command::Toggle, OutsideFields),
        Named::Delete => (Command::Remove, OutsideFields),
        Named::ArrowUp if modifiers.alt() => (Command::Move(Position::Before(())), OutsideFields),
        Named::ArrowDown if modifiers.alt() => (Command::Move(Position::After(())), OutsideFields),
        Named::Home if modifiers.alt() => (Command::Move(Position::First), OutsideFields),
        Named::End if modifiers.alt() => (Command::Move(Position::Last), OutsideFields),
        Named::ArrowUp => (Command::Up(Reach::of(modifiers)), OutsideFields),
        Named::ArrowDown => (Command::Down(Reach::of(modifiers)), OutsideFields),
        Named::PageUp => (Command::PageUp(Reach::of(modifiers)), OutsideFields),
        Named::PageDown => (Command::PageDown(Reach::of(modifiers)), OutsideFields),
        Named::Home => (Command::First(Reach::of(modifiers)), OutsideFields),
        Named::End => (Command::Last(Reach::of(modifiers)), OutsideFields),
        Named::ContextMenu => (Command::Menu, OutsideFields),
        Named::F10 if modifiers.shift() => (Command::Menu, OutsideFields),
        Named::F4 => (Command::Details, Anywhere),
        Named::Tab if modifiers.command() => (Command::NextTab(!modifiers.shift()), Anywhere),
        Named::F9 => (Command::Sidebar, Anywhere),
        _ => return None,
    };
    Some(found)
}

/// Which place of the sidebar a digit stands for.
fn place(digit: &str) -> Option<usize> {
    digit.parse::<usize>().ok()?.checked_sub(1)
}

fn letter_key(letter: &str, modifiers: Modifiers) -> Option<(Command, Where)> {
    use Where::{Anywhere, OutsideFields};
    let found = match (letter.to_lowercase().as_str(), modifiers.shift()) {
        ("n", false) => (Command::AddDownload, Anywhere),
        ("n", true) => (Command::AddUpload, Anywhere),
        ("o", false) => (Command::ResumeFrom, Anywhere),
        ("v", false) => (Command::Paste, OutsideFields),
        ("i", false) => (Command::Details, Anywhere),
        ("a", false) => (Command::SelectAll, OutsideFields),
        ("c", false) => (Command::CopyLink, OutsideFields),
        ("z", false) => (Command::Undo, OutsideFields),
        ("f", false) => (Command::Search, Anywhere),
        ("l", false) => (Command::Limit, Anywhere),
        ("p", true) => (Command::PauseAll, Anywhere),
        ("r", true) => (Command::ResumeAll, Anywhere),
        (",", _) => (Command::Preferences, Anywhere),
        ("+" | "=", _) => (Command::Larger, Anywhere),
        ("-" | "_", _) => (Command::Smaller, Anywhere),
        ("0", false) => (Command::UsualSize, Anywhere),
        ("w", false) => (Command::Close, Anywhere),
        ("q", false) => (Command::Quit, Anywhere),
        _ => return None,
    };
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_write_are_left_to_fields() {
        for key in [Named::Space, Named::Enter, Named::Delete, Named::ArrowDown, Named::Home] {
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
        assert_eq!(command(&Key::Named(Named::Escape), Modifiers::empty(), true), Some(Command::Escape));
    }

    #[test]
    fn shift_makes_a_download_an_upload() {
        let (small, large) = (Key::Character("n".into()), Key::Character("N".into()));
        assert_eq!(command(&small, Modifiers::CTRL, false), Some(Command::AddDownload));
        assert_eq!(command(&large, Modifiers::CTRL | Modifiers::SHIFT, false), Some(Command::AddUpload));
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
