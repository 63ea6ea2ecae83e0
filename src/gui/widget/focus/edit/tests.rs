//! Fields in the hands of somebody who has never heard of Ctrl+C.

use iced::advanced::clipboard::Kind;
use iced::widget::text_editor::{Action, Content};
use iced::widget::{column, text_editor, text_input};
use iced_test::core::renderer::Headless as _;
use iced_test::runtime::UserInterface;
use iced_test::runtime::user_interface::Cache;

use super::super::scope;
use super::*;

#[derive(Default)]
struct Pinboard(Option<String>);

impl Clipboard for Pinboard {
    fn read(&self, _: Kind) -> Option<String> {
        self.0.clone()
    }

    fn write(&mut self, _: Kind, contents: String) {
        self.0 = Some(contents);
    }
}

#[derive(Clone, Debug)]
enum Said {
    Name(String),
    Password(String),
    Lines(Action),
    Submit,
}

/// A window with three fields, one below the other.
struct Desk {
    name: String,
    password: String,
    lines: Content,
    pinboard: Pinboard,
    pointer: Point,
    renderer: Renderer,
    cache: Option<Cache>,
    /// What the name was when it was submitted.
    submitted: Option<String>,
}

/// In the middle of each field.
const NAME: Point = Point::new(100.0, 20.0);
const PASSWORD: Point = Point::new(100.0, 60.0);
const LINES: Point = Point::new(100.0, 100.0);

impl Desk {
    fn new() -> Self {
        let made = Renderer::new(iced::Font::DEFAULT, 14.0.into(), Some("tiny-skia"));
        Self {
            name: "words".to_owned(),
            password: "S3CR3T".to_owned(),
            lines: Content::with_text("one\ntwo"),
            pinboard: Pinboard::default(),
            pointer: Point::ORIGIN,
            renderer: iced_test::futures::futures::executor::block_on(made).unwrap(),
            cache: Some(Cache::new()),
            submitted: None,
        }
    }

    /// Lets something happen. What comes back is whether somebody has used it.
    fn event(&mut self, event: Event) -> bool {
        self.events(&[event])
    }

    /// The same of what comes at once.
    fn events(&mut self, events: &[Event]) -> bool {
        let fields = column![
            text_input("", &self.name).on_input(Said::Name).on_submit(Said::Submit).padding(10),
            text_input("", &self.password).on_input(Said::Password).secure(true).padding(10),
            text_editor(&self.lines).on_action(Said::Lines).height(60),
        ];
        let fields = container(fields).width(Fill).height(Fill);
        let view = edit_menu(scope(fields, None::<(usize, u8)>, None), &Look::new("en"));
        let cache = self.cache.take().unwrap_or_default();
        let mut window = UserInterface::build(view, Size::new(400.0, 500.0), cache, &mut self.renderer);
        let (cursor, mut said) = (mouse::Cursor::Available(self.pointer), Vec::new());
        let (_, used) = window.update(events, cursor, &mut self.renderer, &mut self.pinboard, &mut said);
        self.cache = Some(window.into_cache());
        for said in said {
            match said {
                Said::Name(name) => self.name = name,
                Said::Password(password) => self.password = password,
                Said::Lines(action) => self.lines.perform(action),
                Said::Submit => self.submitted = Some(self.name.clone()),
            }
        }
        used.iter().all(|used| *used == iced::event::Status::Captured)
    }

    fn click(&mut self, at: Point, button: mouse::Button) {
        self.pointer = at;
        for event in [
            mouse::Event::CursorMoved { position: at },
            mouse::Event::ButtonPressed(button),
            mouse::Event::ButtonReleased(button),
        ] {
            let _ = self.event(Event::Mouse(event));
        }
    }

    /// Opens the menu of a field and chooses this.
    fn choose(&mut self, field: Point, act: Act) {
        self.click(field, mouse::Button::Right);
        #[expect(clippy::cast_precision_loss, reason = "there are four")]
        let below = (act as usize as f32 + 0.5) * ENTRY;
        self.click(field + Vector::new(20.0, below), mouse::Button::Left);
    }

    fn key(&mut self, key: Named, modifiers: Modifiers) -> bool {
        let mut event = iced_test::simulator::press_key(key, None);
        if let Event::Keyboard(keyboard::Event::KeyPressed { modifiers: held, .. }) = &mut event {
            *held = modifiers;
        }
        self.event(event)
    }
}

#[test]
fn the_mouse_alone_selects_copies_cuts_and_pastes() {
    let mut desk = Desk::new();
    desk.choose(NAME, Act::Copy);
    assert_eq!(desk.pinboard.0, None, "nothing was selected");
    let _ = desk.key(Named::Escape, Modifiers::empty());
    desk.choose(NAME, Act::All);
    desk.choose(NAME, Act::Copy);
    assert_eq!((desk.pinboard.0.as_deref(), desk.name.as_str()), (Some("words"), "words"));
    desk.choose(LINES, Act::All);
    desk.choose(LINES, Act::Cut);
    assert_eq!((desk.pinboard.0.as_deref(), desk.lines.text().trim_end()), (Some("one\ntwo"), ""));
    desk.choose(LINES, Act::Paste);
    desk.choose(LINES, Act::Paste);
    assert_eq!(desk.lines.text().trim_end(), "one\ntwoone\ntwo");
    desk.choose(NAME, Act::All);
    desk.choose(NAME, Act::Paste);
    assert_eq!(desk.name, "onetwo");
}

#[test]
fn a_password_can_be_pasted_and_not_copied() {
    let mut desk = Desk::new();
    for act in [Act::Copy, Act::Cut] {
        desk.choose(PASSWORD, Act::All);
        desk.choose(PASSWORD, act);
        assert_eq!((desk.pinboard.0.as_deref(), desk.password.as_str()), (None, "S3CR3T"));
        let _ = desk.key(Named::Escape, Modifiers::empty());
    }
    desk.pinboard.0 = Some("other".to_owned());
    desk.choose(PASSWORD, Act::All);
    desk.choose(PASSWORD, Act::Paste);
    assert_eq!(desk.password, "other");
}

#[test]
fn keys_open_it_go_through_it_and_leave_it() {
    let mut desk = Desk::new();
    assert!(!desk.key(Named::ContextMenu, Modifiers::empty()), "nobody writes");
    let _ = desk.key(Named::Tab, Modifiers::empty());
    assert!(desk.key(Named::ContextMenu, Modifiers::empty()));
    let _ = desk.key(Named::ArrowDown, Modifiers::empty());
    let _ = desk.key(Named::Enter, Modifiers::empty());
    assert!(desk.key(Named::F10, Modifiers::SHIFT));
    let _ = desk.key(Named::ArrowUp, Modifiers::empty());
    let _ = desk.key(Named::Enter, Modifiers::empty());
    assert_eq!(desk.pinboard.0.as_deref(), Some("words"), "all was selected, and Copy comes before Paste");
    assert!(desk.key(Named::ContextMenu, Modifiers::empty()));
    assert!(desk.key(Named::Escape, Modifiers::empty()), "it leaves the menu");
    assert!(!desk.key(Named::Escape, Modifiers::empty()), "and what lies around the field comes next");
}

#[test]
fn a_press_beside_it_only_closes_it() {
    let mut desk = Desk::new();
    desk.choose(NAME, Act::All);
    desk.click(NAME, mouse::Button::Right);
    desk.click(LINES + Vector::new(250.0, 0.0), mouse::Button::Left);
    assert!(desk.key(Named::ContextMenu, Modifiers::empty()));
    let _ = desk.key(Named::ArrowUp, Modifiers::empty());
    let _ = desk.key(Named::Enter, Modifiers::empty());
    assert_eq!(desk.pinboard.0.as_deref(), Some("words"), "the keyboard has stayed where it was");
}

#[test]
fn what_is_pasted_at_once_into_a_new_field_is_there_when_enter_comes() {
    let paste = keyboard::Event::KeyPressed {
        key: keyboard::Key::Character("v".into()),
        modified_key: keyboard::Key::Character("v".into()),
        physical_key: keyboard::key::Physical::Code(keyboard::key::Code::KeyV),
        location: keyboard::Location::Standard,
        modifiers: Modifiers::CTRL,
        text: Some("\u{16}".into()),
        repeat: false,
    };
    let mut desk = Desk::new();
    desk.pinboard.0 = Some("https://example.org/".to_owned());
    let _ = desk.key(Named::Tab, Modifiers::empty());
    // Ctrl was pressed before the field was there.
    desk.name.clear();
    let enter = iced_test::simulator::press_key(Named::Enter, None);
    let _ = desk.events(&[Event::Keyboard(paste), enter]);
    assert_eq!(desk.submitted.as_deref(), Some("https://example.org/"));
}
