//! What a test sees of the window.

use std::path::Path;

use iced::Rectangle;
use iced::keyboard::key::Named;
use iced_test::selector::Candidate;
use windlass::gui;
use windlass::gui::Message;

use crate::ui::Ui;

impl Ui {
    /// How many things the keyboard reaches.
    pub fn controls(&mut self) -> usize {
        let mut count = 0;
        self.hands(|hands| {
            hands
                .see(&mut |candidate| count += usize::from(matches!(candidate, Candidate::Focusable { .. })));
        });
        count
    }

    /// All texts on the screen.
    pub fn texts(&mut self) -> Vec<String> {
        let mut texts = Vec::new();
        self.hands(|hands| {
            hands.see(&mut |candidate| match candidate {
                Candidate::Text { content, .. } => texts.push(content.to_owned()),
                Candidate::TextInput { state, .. } => texts.push(state.text().to_owned()),
                _ => {}
            });
        });
        texts
    }

    /// Whether a text that contains `part` is on the screen.
    pub fn shows(&mut self, part: &str) -> bool {
        self.texts().iter().any(|text| text.contains(part))
    }

    /// The texts in sight, each with where it lies and what of that is in sight.
    pub fn laid_out(&mut self) -> Vec<(String, Rectangle, Rectangle)> {
        let mut texts = Vec::new();
        self.hands(|hands| {
            hands.see(&mut |candidate| {
                if let Candidate::Text { content, bounds, visible_bounds: Some(seen), .. } = candidate {
                    texts.push((content.to_owned(), bounds, seen));
                }
            });
        });
        texts
    }

    /// What lies beside the window, where no scrolling leads, or has been left no room at all: texts, and the names of
    /// what the keyboard reaches.
    pub fn out_of_reach(&mut self) -> Vec<String> {
        let window = Rectangle::with_size(self.size()).expand(0.5);
        let mut found = Vec::new();
        self.hands(|hands| {
            hands.see(&mut |candidate| {
                let (what, bounds, seen) = match candidate {
                    Candidate::Text { content: "", .. } => return,
                    Candidate::Text { content, bounds, visible_bounds, .. } => {
                        (content.to_owned(), bounds, visible_bounds)
                    }
                    Candidate::Focusable { id, bounds, visible_bounds, .. } => {
                        (format!("{id:?}"), bounds, visible_bounds)
                    }
                    _ => return,
                };
                let is_squeezed = bounds.width < 1.0 || bounds.height < 12.0;
                if is_squeezed || seen.is_some_and(|seen| !seen.is_within(&window)) {
                    found.push(what);
                }
            });
        });
        found
    }

    /// Waits until a text that contains `part` is on the screen, for what is done elsewhere.
    pub fn until(&mut self, part: &str) {
        let end = std::time::Instant::now() + std::time::Duration::from_secs(20);
        while !self.shows(part) {
            assert!(std::time::Instant::now() < end, "{:?}", self.texts());
            std::thread::yield_now();
            self.send(Message::Key(gui::Command::Down(gui::Reach::Only)));
        }
    }

    /// Draws the screen into a file for people to look at, if `WINDLASS_SHOTS` names a folder.
    pub fn shoot(&mut self, name: &str) {
        self.shoot_after(&[], name);
    }

    /// The same, after keys were pressed.
    pub fn shoot_after(&mut self, keys: &[Named], name: &str) {
        let Some(folder) = std::env::var_os("WINDLASS_SHOTS") else { return };
        let file = Path::new(&folder).join(name);
        let theme = self.theme();
        self.hands(|hands| {
            for key in keys {
                hands.tap(*key);
            }
            hands.shoot(&theme, &file);
        });
    }
}
