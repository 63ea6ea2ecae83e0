//! Every key there is: the one table that they are looked up in, and that people are shown.

use iced::keyboard::key::Named;
use iced::keyboard::{Key, Modifiers};

use crate::Position;

use super::{Command, Reach};

/// Whether a key counts while somebody writes in a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Where {
    /// Always.
    Anywhere,
    /// Only when no field took it.
    OutsideFields,
}

/// What is held while a key is pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// Whatever is held, unless that means something else.
    Free,
    /// Ctrl.
    Control,
    /// Ctrl, with Shift or without: where a sign is depends on the keyboard.
    ControlOrMore,
    /// Ctrl and Shift.
    ControlShift,
    /// Shift.
    Shift,
    /// Alt.
    Alt,
}

/// What is on a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cap {
    /// A name.
    Named(Named),
    /// One of these signs, of which the first is shown.
    Letters(&'static [&'static str]),
}

/// A key, with what is held, and what that does.
#[derive(Clone, Copy, Debug)]
pub struct Stroke {
    /// What is held.
    pub held: Held,
    /// The key.
    pub cap: Cap,
    /// What it asks for; nothing if that is found out where the keyboard is.
    pub does: Option<Command>,
    /// Where it counts.
    pub place: Where,
}

/// Keys that do the same, or nearly.
#[derive(Debug)]
pub struct Line {
    /// The key of the text that says what they do.
    pub says: &'static str,
    /// The keys.
    pub strokes: &'static [Stroke],
}

/// Lines that belong together.
#[derive(Debug)]
pub struct Part {
    /// The key of its title.
    pub title: &'static str,
    /// The lines.
    pub lines: &'static [Line],
}

impl Stroke {
    /// Whether that is what is pressed.
    pub fn is_pressed(&self, key: &Key, modifiers: Modifiers) -> bool {
        let (control, shift, alt) = (modifiers.command(), modifiers.shift(), modifiers.alt());
        let is_held = match self.held {
            Held::Free => true,
            Held::Control => control && !shift,
            Held::ControlOrMore => control,
            Held::ControlShift => control && shift,
            Held::Shift => shift && !alt,
            Held::Alt => alt && !control,
        };
        let is_key = match (self.cap, key) {
            (Cap::Named(named), Key::Named(pressed)) => named == *pressed,
            (Cap::Letters(letters), Key::Character(pressed)) => {
                letters.contains(&pressed.to_lowercase().as_str())
            }
            _ => false,
        };
        self.does.is_some() && is_held && is_key
    }
}

/// All keys that ask for something wherever one is.
pub fn strokes() -> impl Iterator<Item = &'static Stroke> {
    let lines = PARTS.iter().flat_map(|part| part.lines);
    lines.flat_map(|line| line.strokes).filter(|stroke| stroke.does.is_some())
}

const fn letter(held: Held, letters: &'static [&'static str], does: Command) -> Stroke {
    Stroke { held, cap: Cap::Letters(letters), does: Some(does), place: Where::Anywhere }
}

const fn named(held: Held, key: Named, does: Command) -> Stroke {
    Stroke { held, cap: Cap::Named(key), does: Some(does), place: Where::Anywhere }
}

const fn local(held: Held, key: Named) -> Stroke {
    Stroke { held, cap: Cap::Named(key), does: None, place: Where::OutsideFields }
}

impl Stroke {
    const fn outside_fields(self) -> Self {
        Self { place: Where::OutsideFields, ..self }
    }
}

const fn line(says: &'static str, strokes: &'static [Stroke]) -> Line {
    Line { says, strokes }
}

use Held::{Alt, Control, ControlOrMore, ControlShift, Free, Shift};

/// See the module.
pub static PARTS: [Part; 6] = [
    Part {
        title: "keys-adding",
        lines: &[
            line("add-download", &[letter(Control, &["n"], Command::AddDownload)]),
            line("keys-paste", &[letter(Control, &["v"], Command::Paste).outside_fields()]),
            line("add-upload", &[letter(ControlShift, &["n"], Command::AddUpload)]),
            line("resume-from", &[letter(Control, &["o"], Command::ResumeFrom)]),
        ],
    },
    Part {
        title: "keys-chosen",
        lines: &[
            line("keys-toggle", &[named(Free, Named::Space, Command::Toggle).outside_fields()]),
            line("keys-open", &[named(Free, Named::Enter, Command::Open).outside_fields()]),
            line("show-in-folder", &[named(Control, Named::Enter, Command::Show).outside_fields()]),
            line(
                "details",
                &[
                    named(Free, Named::F4, Command::Details),
                    letter(Control, &["i"], Command::Details),
                    named(Alt, Named::Enter, Command::Details).outside_fields(),
                ],
            ),
            line(
                "keys-tabs",
                &[
                    named(Control, Named::Tab, Command::NextTab(true)),
                    named(ControlShift, Named::Tab, Command::NextTab(false)),
                ],
            ),
            line(
                "keys-panel",
                &[
                    named(Alt, Named::ArrowLeft, Command::Panel(true)).outside_fields(),
                    named(Alt, Named::ArrowRight, Command::Panel(false)).outside_fields(),
                ],
            ),
            line("copy-link", &[letter(Control, &["c"], Command::CopyLink).outside_fields()]),
            line(
                "keys-queue",
                &[
                    named(Alt, Named::ArrowUp, Command::Move(Position::Before(()))).outside_fields(),
                    named(Alt, Named::ArrowDown, Command::Move(Position::After(()))).outside_fields(),
                ],
            ),
            line(
                "keys-queue-ends",
                &[
                    named(Alt, Named::Home, Command::Move(Position::First)).outside_fields(),
                    named(Alt, Named::End, Command::Move(Position::Last)).outside_fields(),
                ],
            ),
            line(
                "keys-menu",
                &[
                    named(Free, Named::ContextMenu, Command::Menu).outside_fields(),
                    named(Shift, Named::F10, Command::Menu).outside_fields(),
                ],
            ),
            line("remove", &[named(Free, Named::Delete, Command::Remove).outside_fields()]),
            line("move-to-trash", &[named(Shift, Named::Delete, Command::Trash).outside_fields()]),
            line("undo", &[letter(Control, &["z"], Command::Undo).outside_fields()]),
        ],
    },
    Part { title: "keys-choosing", lines: &CHOOSING },
    Part {
        title: "keys-all",
        lines: &[
            line("pause-all", &[letter(ControlShift, &["p"], Command::PauseAll)]),
            line("resume-all", &[letter(ControlShift, &["r"], Command::ResumeAll)]),
            line("keys-limit", &[letter(Control, &["l"], Command::Limit)]),
        ],
    },
    Part {
        title: "keys-window",
        lines: &[
            line("search", &[letter(Control, &["f"], Command::Search)]),
            line(
                "keys-places",
                &[
                    letter(Alt, &["1"], Command::Place(0)),
                    letter(Alt, &["2"], Command::Place(1)),
                    letter(Alt, &["3"], Command::Place(2)),
                    letter(Alt, &["4"], Command::Place(3)),
                    letter(Alt, &["5"], Command::Place(4)),
                ],
            ),
            line("sidebar", &[named(Free, Named::F9, Command::Sidebar)]),
            line("main-menu", &[named(Free, Named::F10, Command::MainMenu)]),
            line("preferences", &[letter(ControlOrMore, &[","], Command::Preferences)]),
            line(
                "shortcuts",
                &[
                    named(Free, Named::F1, Command::Shortcuts),
                    letter(ControlOrMore, &["?"], Command::Shortcuts),
                ],
            ),
            line(
                "keys-size",
                &[
                    letter(ControlOrMore, &["+", "="], Command::Larger),
                    letter(ControlOrMore, &["-", "_"], Command::Smaller),
                ],
            ),
            line("keys-usual-size", &[letter(Control, &["0"], Command::UsualSize)]),
            line("keys-close", &[letter(Control, &["w"], Command::Close)]),
            line("quit", &[letter(Control, &["q"], Command::Quit)]),
        ],
    },
    Part {
        title: "keys-moving",
        lines: &[
            line("keys-next", &[local(Free, Named::Tab), local(Shift, Named::Tab)]),
            line("keys-press", &[local(Free, Named::Enter), local(Free, Named::Space)]),
            line("keys-choices", &[local(Free, Named::ArrowLeft), local(Free, Named::ArrowRight)]),
            line("keys-leave", &[named(Free, Named::Escape, Command::Escape).outside_fields()]),
        ],
    },
];

static CHOOSING: [Line; 6] = [
    line(
        "keys-rows",
        &[
            named(Free, Named::ArrowUp, Command::Up(Reach::Only)).outside_fields(),
            named(Free, Named::ArrowDown, Command::Down(Reach::Only)).outside_fields(),
        ],
    ),
    line(
        "keys-pages",
        &[
            named(Free, Named::PageUp, Command::PageUp(Reach::Only)).outside_fields(),
            named(Free, Named::PageDown, Command::PageDown(Reach::Only)).outside_fields(),
        ],
    ),
    line(
        "keys-ends",
        &[
            named(Free, Named::Home, Command::First(Reach::Only)).outside_fields(),
            named(Free, Named::End, Command::Last(Reach::Only)).outside_fields(),
        ],
    ),
    line(
        "keys-through",
        &[
            named(Shift, Named::ArrowUp, Command::Up(Reach::Through)).outside_fields(),
            named(Shift, Named::ArrowDown, Command::Down(Reach::Through)).outside_fields(),
            named(Shift, Named::PageUp, Command::PageUp(Reach::Through)).outside_fields(),
            named(Shift, Named::PageDown, Command::PageDown(Reach::Through)).outside_fields(),
            named(Shift, Named::Home, Command::First(Reach::Through)).outside_fields(),
            named(Shift, Named::End, Command::Last(Reach::Through)).outside_fields(),
        ],
    ),
    line(
        "keys-besides",
        &[
            named(Control, Named::ArrowUp, Command::Up(Reach::Toggle)).outside_fields(),
            named(Control, Named::ArrowDown, Command::Down(Reach::Toggle)).outside_fields(),
            named(Control, Named::PageUp, Command::PageUp(Reach::Toggle)).outside_fields(),
            named(Control, Named::PageDown, Command::PageDown(Reach::Toggle)).outside_fields(),
            named(Control, Named::Home, Command::First(Reach::Toggle)).outside_fields(),
            named(Control, Named::End, Command::Last(Reach::Toggle)).outside_fields(),
        ],
    ),
    line("keys-all-rows", &[letter(Control, &["a"], Command::SelectAll).outside_fields()]),
];
