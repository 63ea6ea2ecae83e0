//! Controls in the hands of somebody without a mouse.

use iced::advanced::{clipboard, mouse};
use iced::keyboard::key::Named;
use iced::keyboard::{self, Modifiers};
use iced::widget::{button, column, row, scrollable, space, text, text_input};
use iced::{Element, Event, Renderer, Size};
use iced_test::core::renderer::Headless as _;
use iced_test::runtime::UserInterface;
use iced_test::runtime::user_interface::Cache;

use super::*;

/// A window that is built anew for every key, as the real one is.
struct Desk {
    renderer: Renderer,
    cache: Option<Cache>,
}

impl Desk {
    fn new() -> Self {
        let made = Renderer::new(iced::Font::DEFAULT, 14.0.into(), Some("tiny-skia"));
        let renderer = iced_test::futures::futures::executor::block_on(made).unwrap();
        Self { renderer, cache: Some(Cache::new()) }
    }

    fn event(&mut self, view: Element<'static, &'static str>, event: Event) -> Vec<&'static str> {
        let cache = self.cache.take().unwrap_or_default();
        let mut window = UserInterface::build(view, Size::new(300.0, 200.0), cache, &mut self.renderer);
        let mut messages = Vec::new();
        let cursor = mouse::Cursor::Available(iced::Point::ORIGIN);
        let _ = window.update(&[event], cursor, &mut self.renderer, &mut clipboard::Null, &mut messages);
        self.cache = Some(window.into_cache());
        messages
    }

    fn key(
        &mut self,
        view: Element<'static, &'static str>,
        key: Named,
        modifiers: Modifiers,
    ) -> Vec<&'static str> {
        let mut event = iced_test::simulator::press_key(key, None);
        if let Event::Keyboard(keyboard::Event::KeyPressed { modifiers: held, .. }) = &mut event {
            *held = modifiers;
        }
        self.event(view, event)
    }

    /// What an operation finds.
    fn ask(&mut self, view: Element<'static, &'static str>, operation: &mut dyn Operation) {
        let cache = self.cache.take().unwrap_or_default();
        let mut window = UserInterface::build(view, Size::new(300.0, 200.0), cache, &mut self.renderer);
        window.operate(&self.renderer, operation);
        self.cache = Some(window.into_cache());
    }

    /// Presses keys; what the last one did.
    fn keys(
        &mut self,
        view: impl Fn() -> Element<'static, &'static str>,
        keys: &[Named],
    ) -> Vec<&'static str> {
        keys.iter().fold(Vec::new(), |_, key| self.key(view(), *key, Modifiers::empty()))
    }
}

fn press(name: &'static str) -> Element<'static, &'static str> {
    focus(button(text(name)).on_press(name), Some(name)).into()
}

fn choice(name: &'static str) -> Element<'static, &'static str> {
    focus(button(text(name)).on_press(name), Some(name)).choice().into()
}

fn list() -> Element<'static, &'static str> {
    let dead = focus(button(text("dead")), None);
    scope(row![press("one"), dead, press("two")], None::<(usize, u8)>, None).into()
}

fn choices() -> Element<'static, &'static str> {
    let groups = column![row![choice("a"), choice("b")], row![choice("c"), choice("d")], press("close")];
    scope(groups, None::<(usize, u8)>, None).into()
}

/// The list, with a dialog over it if there is one.
fn layers(dialog: Option<u8>) -> Element<'static, &'static str> {
    pile(dialog.as_slice())
}

/// The list, with dialogs over it, one above the other.
fn pile(dialogs: &[u8]) -> Element<'static, &'static str> {
    let list = out_of_reach(row![press("one"), press("two")], !dialogs.is_empty());
    let over = dialogs.iter().enumerate().map(|(at, which)| -> Element<'static, &'static str> {
        let dialog: Element<'static, &'static str> = match which {
            0 => column![text_input("", "").id("field"), press("cancel"), press("start")].into(),
            _ => row![press("back"), press("remove")].into(),
        };
        aside(dialog, at + 1 < dialogs.len()).into()
    });
    let top = dialogs.last().map(|which| (dialogs.len(), *which));
    scope(crate::gui::widget::over(list, over.collect::<Vec<_>>()), top, None).into()
}

#[test]
fn tab_goes_around_what_can_be_pressed_and_space_and_enter_press_it() {
    use Named::{Enter, Space, Tab};
    let mut desk = Desk::new();
    assert!(desk.keys(list, &[Space]).is_empty(), "nothing has the keyboard at first");
    assert_eq!(desk.keys(list, &[Tab, Space]), ["one"]);
    assert_eq!(desk.keys(list, &[Tab, Enter]), ["two"]);
    assert_eq!(desk.keys(list, &[Tab, Enter]), ["one"]);
    let _ = desk.key(list(), Tab, Modifiers::SHIFT);
    assert_eq!(desk.keys(list, &[Enter]), ["two"]);
    assert!(desk.key(list(), Enter, Modifiers::CTRL).is_empty(), "that is somebody else's");
}

#[test]
fn a_press_of_the_mouse_and_the_keys_of_a_list_take_the_keyboard_away() {
    use Named::{ArrowDown, Space, Tab};
    let mut desk = Desk::new();
    assert_eq!(desk.keys(list, &[Tab, Space]), ["one"]);
    let click = Event::Mouse(mouse::Event::ButtonPressed(mouse::Button::Left));
    let _ = desk.event(list(), click);
    assert!(desk.keys(list, &[Space]).is_empty());
    assert_eq!(desk.keys(list, &[Tab, Space]), ["one"]);
    assert!(desk.keys(list, &[ArrowDown, Space]).is_empty());
}

#[test]
fn arrows_go_from_choice_to_choice_and_stay_in_their_group() {
    use Named::{ArrowLeft, ArrowRight, Space, Tab};
    let mut desk = Desk::new();
    assert_eq!(desk.keys(choices, &[Tab, ArrowRight, Space]), ["b"]);
    assert_eq!(desk.keys(choices, &[ArrowRight, Space]), ["a"]);
    assert_eq!(desk.keys(choices, &[ArrowLeft, Tab, ArrowRight, Space]), ["d"]);
}

#[test]
fn a_dialog_has_the_keyboard_to_itself_and_gives_it_back() {
    use Named::{Space, Tab};
    let mut desk = Desk::new();
    let bare = || layers(None);
    assert_eq!(desk.keys(bare, &[Tab, Tab, Space]), ["two"]);
    let asked = || layers(Some(1));
    assert_eq!(desk.keys(asked, &[Space]), ["remove"], "the answer that it ends with");
    assert_eq!(desk.keys(asked, &[Tab, Space]), ["back"]);
    assert_eq!(desk.keys(asked, &[Tab, Tab, Space]), ["back"]);
    assert_eq!(desk.keys(bare, &[Space]), ["two"], "where it was before");
}

#[test]
fn a_dialog_with_a_field_begins_there() {
    use Named::{Enter, Space, Tab};
    let mut desk = Desk::new();
    let dialog = || layers(Some(0));
    assert!(desk.keys(dialog, &[Enter]).is_empty());
    assert_eq!(desk.keys(dialog, &[Tab, Space]), ["cancel"]);
    assert_eq!(desk.keys(dialog, &[Tab, Space]), ["start"]);
    assert_eq!(desk.keys(|| layers(Some(1)), &[Space]), ["remove"], "each dialog begins anew");
}

#[test]
fn the_keyboard_is_where_it_was_in_the_lower_dialog_when_the_upper_one_goes() {
    use Named::{Space, Tab};
    let mut desk = Desk::new();
    let (lower, both) = (|| pile(&[0]), || pile(&[0, 1]));
    assert_eq!(desk.keys(lower, &[Tab, Space]), ["cancel"]);
    assert_eq!(desk.keys(both, &[Space]), ["remove"], "the upper one begins anew");
    assert_eq!(desk.keys(both, &[Tab, Tab, Tab, Space]), ["back"], "and has the keyboard to itself");
    assert_eq!(desk.keys(lower, &[Space]), ["cancel"]);
    assert_eq!(desk.keys(both, &[Space]), ["remove"]);
    assert_eq!(desk.keys(|| pile(&[1]), &[Space]), ["remove"], "another one in its place begins anew");
}

/// How far everything that scrolls is scrolled, and whether a ring is drawn.
#[derive(Default)]
struct Found {
    scrolled: Vec<f32>,
    ring: bool,
}

impl Operation for Found {
    fn traverse(&mut self, operate: &mut dyn FnMut(&mut dyn Operation)) {
        operate(self);
    }

    fn scrollable(
        &mut self,
        _: Option<&Id>,
        _: Rectangle,
        _: Rectangle,
        translation: Vector,
        _: &mut dyn iced::advanced::widget::operation::Scrollable,
    ) {
        self.scrolled.push(translation.y);
    }

    fn custom(&mut self, _: Option<&Id>, _: Rectangle, state: &mut dyn std::any::Any) {
        self.ring |= state.downcast_ref::<State>().is_some_and(|state| state.focused && state.ring);
    }
}

fn found(desk: &mut Desk, view: Element<'static, &'static str>) -> Found {
    let mut found = Found::default();
    desk.ask(view, &mut found);
    found
}

fn long_form() -> Element<'static, &'static str> {
    let many = column((0..20).map(|_| press("one of many"))).push(press("last"));
    scope(scrollable(many), None::<(usize, u8)>, None).into()
}

#[test]
fn what_scrolls_follows_the_keyboard() {
    use Named::{Space, Tab};
    let mut desk = Desk::new();
    let _ = desk.keys(long_form, &[Tab]);
    assert_eq!(found(&mut desk, long_form()).scrolled, [0.0]);
    assert_eq!(desk.keys(long_form, &[[Tab; 20].as_slice(), &[Space]].concat()), ["last"]);
    assert!(found(&mut desk, long_form()).scrolled[0] > 200.0);
    let _ = desk.keys(long_form, &[Tab]);
    assert_eq!(found(&mut desk, long_form()).scrolled, [0.0], "around, to the first");
}

/// A list, and a long page of words over it.
fn page() -> Element<'static, &'static str> {
    let list = out_of_reach(scrollable(space().height(1000)), true);
    let words = column![scrollable(space().height(500)).height(100), press("close")];
    scope(crate::gui::widget::over(list, Some(words.into())), Some((1, 1)), None).into()
}

#[test]
fn a_long_page_over_a_list_is_scrolled_by_keys_and_the_list_is_not() {
    use Named::{ArrowDown, ArrowUp, End, Home, PageDown, Space};
    let mut desk = Desk::new();
    for (key, expected) in [(ArrowDown, 40.0), (PageDown, 130.0), (ArrowUp, 90.0), (End, 400.0), (Home, 0.0)]
    {
        let _ = desk.keys(page, &[key]);
        let scrolled = found(&mut desk, page()).scrolled;
        assert!(scrolled[0] == 0.0 && (scrolled[1] - expected).abs() < 1.0, "{key:?}: {scrolled:?}");
    }
    assert_eq!(desk.keys(page, &[Space]), ["close"], "the keyboard stayed where it was");
}

#[test]
fn the_ring_is_there_for_those_who_use_keys() {
    use Named::Tab;
    let mut desk = Desk::new();
    let click = Event::Mouse(mouse::Event::ButtonPressed(mouse::Button::Left));
    let _ = desk.event(layers(None), click);
    let look = Event::Mouse(mouse::Event::CursorLeft);
    let _ = desk.event(layers(Some(1)), look.clone());
    assert!(!found(&mut desk, layers(Some(1))).ring, "the dialog was opened with the mouse");
    let _ = desk.keys(|| layers(Some(1)), &[Tab]);
    assert!(found(&mut desk, layers(Some(1))).ring);
    let _ = desk.event(layers(Some(0)), look);
    let _ = desk.keys(|| layers(Some(0)), &[Tab]);
    assert!(found(&mut desk, layers(Some(0))).ring, "this one with a key");
}
