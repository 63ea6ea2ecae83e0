//! Controls in the hands of somebody without a mouse.

use iced::advanced::{clipboard, mouse};
use iced::keyboard::key::Named;
use iced::keyboard::{self, Modifiers};
use iced::widget::{button, column, row, text, text_input};
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
    scope(row![press("one"), dead, press("two")], None::<u8>, None).into()
}

fn choices() -> Element<'static, &'static str> {
    let groups = column![row![choice("a"), choice("b")], row![choice("c"), choice("d")], press("close")];
    scope(groups, None::<u8>, None).into()
}

/// The list, with a dialog over it if there is one.
fn layers(dialog: Option<u8>) -> Element<'static, &'static str> {
    let list = out_of_reach(row![press("one"), press("two")], dialog.is_some());
    let over = dialog.map(|which| -> Element<'static, &'static str> {
        match which {
            0 => column![text_input("", "").id("field"), press("cancel"), press("start")].into(),
            _ => row![press("back"), press("remove")].into(),
        }
    });
    scope(crate::gui::widget::over(list, over), dialog, None).into()
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
