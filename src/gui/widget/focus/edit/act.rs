//! What a menu does with the field that has the keyboard.

use iced::advanced::clipboard::Kind;
use iced::advanced::widget::Tree;
use iced::advanced::{Clipboard, Shell, mouse};
use iced::keyboard::key::{Named, NativeCode, Physical};
use iced::keyboard::{self, Key, Location, Modifiers};
use iced::{Event, Point, Rectangle};

use super::super::moves::{Ground, Spots};
use super::super::pressed;
use super::Open;

/// Something to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    Cut,
    Copy,
    Paste,
    All,
}

impl Act {
    /// All of them, in their order.
    pub(super) const ALL: [Self; 4] = [Self::Cut, Self::Copy, Self::Paste, Self::All];

    /// What is on the key that does it with Ctrl.
    pub(super) fn letter(self) -> &'static str {
        match self {
            Self::Cut => "x",
            Self::Copy => "c",
            Self::Paste => "v",
            Self::All => "a",
        }
    }
}

/// A clipboard of its own, on which is seen whether something would be copied.
#[derive(Default)]
struct Notepad(bool);

impl Clipboard for Notepad {
    fn read(&self, _: Kind) -> Option<String> {
        None
    }

    fn write(&mut self, _: Kind, contents: String) {
        self.0 |= !contents.is_empty();
    }
}

/// A window with the field that is meant.
pub(super) struct Field<'a, 'b, M> {
    pub(super) ground: Ground<'a, 'b, M>,
    pub(super) cursor: mouse::Cursor,
    pub(super) viewport: &'a Rectangle,
    /// What is held.
    pub(super) held: Modifiers,
}

impl<M> Field<'_, '_, M> {
    /// The menu that an event asks for, if it does. The field that the pointer is at gets the keyboard; one that
    /// has it already keeps what is selected there.
    pub(super) fn asked(
        &mut self,
        event: &Event,
        clipboard: &mut dyn Clipboard,
        shell: &mut Shell<'_, M>,
    ) -> Option<Open> {
        let (at, marked) = match event {
            Event::Mouse(mouse::Event::ButtonPressed(mouse::Button::Right)) => {
                let at = self.cursor.position().filter(|_| self.is_at_field())?;
                if !Spots::of(&mut self.ground).field().is_some_and(|field| field.contains(at)) {
                    let left = mouse::Button::Left;
                    for event in [mouse::Event::ButtonPressed(left), mouse::Event::ButtonReleased(left)] {
                        self.tell(&Event::Mouse(event), clipboard, shell);
                    }
                }
                (at, None)
            }
            _ => match pressed(event)? {
                (Named::ContextMenu, ..) | (Named::F10, Modifiers::SHIFT, _) => {
                    let field = Spots::of(&mut self.ground).field()?;
                    (Point::new(field.x, field.y + field.height), Some(Act::Paste))
                }
                _ => return None,
            },
        };
        let mut notepad = Notepad::default();
        let mut said = Vec::new();
        self.stroke(Act::Copy, &mut notepad, &mut Shell::new(&mut said));
        Some(Open { at, copies: notepad.0, marked })
    }

    /// Whether the pointer would write where it is.
    fn is_at_field(&self) -> bool {
        let Ground { content, tree, layout, renderer } = &self.ground;
        let content = content.as_widget();
        content.mouse_interaction(tree, *layout, self.cursor, self.viewport, renderer)
            == mouse::Interaction::Text
    }

    /// Does it, as the keys would.
    pub(super) fn stroke(&mut self, act: Act, clipboard: &mut dyn Clipboard, shell: &mut Shell<'_, M>) {
        let key = Key::Character(act.letter().into());
        let physical_key = Physical::Unidentified(NativeCode::Unidentified);
        let (modifiers, location) = (Modifiers::COMMAND, Location::Standard);
        let down = keyboard::Event::KeyPressed {
            key: key.clone(),
            modified_key: key.clone(),
            physical_key,
            location,
            modifiers,
            text: None,
            repeat: false,
        };
        let modified_key = key.clone();
        let up = keyboard::Event::KeyReleased { key, modified_key, physical_key, location, modifiers };
        for event in [down, up, keyboard::Event::ModifiersChanged(self.held)] {
            self.tell(&Event::Keyboard(event), clipboard, shell);
        }
    }

    /// Lets the window follow an event. A field that is new, or comes back into sight, has not heard what is held by
    /// now and would take Ctrl+V for nothing; so it is told with each key.
    pub(super) fn tell(&mut self, event: &Event, clipboard: &mut dyn Clipboard, shell: &mut Shell<'_, M>) {
        if let Event::Keyboard(keyboard::Event::KeyPressed { modifiers, .. }) = event {
            let held = keyboard::Event::ModifiersChanged(*modifiers);
            self.pass(&Event::Keyboard(held), clipboard, shell);
        }
        self.pass(event, clipboard, shell);
    }

    /// Passes one on. That a field was left with Escape is no use of the key: what lies around it is left likewise.
    fn pass(&mut self, event: &Event, clipboard: &mut dyn Clipboard, shell: &mut Shell<'_, M>) {
        let mut said = Vec::new();
        let mut own = Shell::new(&mut said);
        let Ground { content, tree, layout, renderer } = &mut self.ground;
        let (content, tree): (_, &mut Tree) = (content.as_widget_mut(), tree);
        content.update(tree, event, *layout, self.cursor, renderer, clipboard, &mut own, self.viewport);
        let is_escape = matches!(pressed(event), Some((Named::Escape, ..)));
        if !is_escape {
            return shell.merge(own, |said| said);
        }
        if own.is_layout_invalid() {
            shell.invalidate_layout();
        }
        if own.are_widgets_invalid() {
            shell.invalidate_widgets();
        }
        shell.request_redraw();
        for said in said {
            shell.publish(said);
        }
    }
}
