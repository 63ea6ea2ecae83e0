//! Hands and eyes for a view.

use std::path::Path;

use iced::keyboard::key::Named;
use iced::mouse::{Button, Event as Mouse};
use iced::{Event, Point, Theme, Vector};
use iced_test::Simulator;
use iced_test::selector::{Candidate, Target, id};

use windlass::gui::Message;

/// What hands and eyes can do with a view.
pub trait Hands {
    fn click_text(&mut self, text: &str) -> bool;
    fn click_id(&mut self, id: &str) -> bool;
    fn right_click_id(&mut self, id: &str) -> bool;
    fn pull(&mut self, text: &str, far: f32) -> bool;
    fn drag(&mut self, from: Point, to: Point);
    fn write(&mut self, text: &str);
    fn tap(&mut self, key: Named);
    fn see(&mut self, look: &mut (dyn FnMut(Candidate<'_>) + Send));
    fn shoot(&mut self, theme: &Theme, file: &Path);
}

impl<R: iced_test::program::Renderer> Hands for Simulator<'_, Message, Theme, R> {
    fn click_text(&mut self, text: &str) -> bool {
        self.click(text).is_ok()
    }

    fn click_id(&mut self, name: &str) -> bool {
        self.click(id(name.to_owned())).is_ok()
    }

    fn right_click_id(&mut self, name: &str) -> bool {
        let Ok(found) = self.find(id(name.to_owned())) else { return false };
        let position = found.bounds().center();
        self.point_at(position);
        let press = [Mouse::ButtonPressed(Button::Right), Mouse::ButtonReleased(Button::Right)];
        let _ = self.simulate(press.map(Event::Mouse));
        true
    }

    fn pull(&mut self, text: &str, far: f32) -> bool {
        let Ok(found) = self.find(text) else { return false };
        let from = found.bounds().center();
        self.drag(from, from + Vector::new(far, 0.0));
        true
    }

    fn drag(&mut self, from: Point, to: Point) {
        self.point_at(from);
        let _ = self.simulate([Event::Mouse(Mouse::ButtonPressed(Button::Left))]);
        self.point_at(to);
        let _ = self.simulate([Event::Mouse(Mouse::CursorMoved { position: to })]);
        let _ = self.simulate([Event::Mouse(Mouse::ButtonReleased(Button::Left))]);
    }

    fn write(&mut self, text: &str) {
        for (n, line) in text.lines().enumerate() {
            if n > 0 {
                let _ = self.tap_key(Named::Enter);
            }
            let _ = self.typewrite(line);
        }
    }

    fn tap(&mut self, key: Named) {
        let _ = self.tap_key(key);
    }

    fn see(&mut self, look: &mut (dyn FnMut(Candidate<'_>) + Send)) {
        let _ = self.find(|candidate: Candidate<'_>| {
            look(candidate);
            None::<Target>
        });
    }

    fn shoot(&mut self, theme: &Theme, file: &Path) {
        self.snapshot(theme).unwrap().matches_image(file).unwrap();
    }
}
