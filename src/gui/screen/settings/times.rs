//! Editing the times of the day: one at a time, and the first that it is holds.

use jiff::civil::Time;

use crate::{Pace, Settings, Window};

use super::Preferences;
use super::change::Change;
use super::field::with_window;

/// What happens to the times of the day.
#[derive(Clone, Copy, Debug)]
pub enum Message {
    /// A new one is wanted.
    Add,
    /// This one is to be edited.
    Edit(usize),
    /// It is done.
    Done,
    /// This one is not wanted any more.
    Remove(usize),
    /// This one goes before the one above it.
    Earlier(usize),
    /// On this day it is one, or not any more.
    Day(usize, usize),
    /// Whether nothing runs in it.
    Rest(usize, bool),
}

impl Preferences {
    /// Follows a message about them.
    pub(super) fn with_times(&mut self, message: Message, settings: &Settings) -> Vec<Change> {
        let mut windows = settings.windows.clone();
        match message {
            Message::Edit(at) => {
                self.edit(Some(at));
                return vec![];
            }
            Message::Done => {
                self.edit(None);
                return vec![];
            }
            Message::Day(at, day) => {
                return vec![with_window(settings, at, |window| other_day(&window, day))];
            }
            Message::Rest(at, rests) => {
                return vec![with_window(settings, at, |window| Some(paced(window, rests)))];
            }
            Message::Add => {
                windows.extend(night());
                self.edit(windows.len().checked_sub(1));
            }
            Message::Remove(at) if at < windows.len() => {
                windows.remove(at);
                self.edit(None);
            }
            Message::Earlier(at) if (1..windows.len()).contains(&at) => {
                windows.swap(at - 1, at);
                let moved = |open| match open {
                    open if open == at => at - 1,
                    open if open == at - 1 => at,
                    open => open,
                };
                self.edit(self.open.map(moved));
            }
            Message::Remove(_) | Message::Earlier(_) => return vec![],
        }
        vec![Change::windows(&windows)]
    }

    /// There are others now: the one that is being edited may have gone, or have another place.
    pub(super) fn hear_times(&mut self, before: &[Window], after: &[Window]) {
        if before.len() == after.len() {
            return;
        }
        let edited = self.open.and_then(|at| before.get(at));
        let place = edited.and_then(|edited| after.iter().position(|window| window == edited));
        if place != self.open {
            self.edit(place);
        }
    }

    /// Opens one, or none. What was no value in another is forgotten with it.
    fn edit(&mut self, open: Option<usize>) {
        self.open = open;
        self.drafts.retain(|field, _| !field.is_of_a_window());
    }
}

/// What a new one is: every night, when nothing runs.
fn night() -> Option<Window> {
    let hour = |hour| Time::new(hour, 0, 0, 0).unwrap_or_default();
    Window::new([true; 7], hour(22), hour(6), Pace::Stop)
}

/// With this day if it was without, and without if it was with; nothing if it has no other.
fn other_day(window: &Window, day: usize) -> Option<Window> {
    let mut days = window.days();
    let on = days.get_mut(day)?;
    *on = !*on;
    let (from, to) = window.hours();
    Window::new(days, from, to, window.pace)
}

fn paced(mut window: Window, rests: bool) -> Window {
    window.pace = match (rests, window.pace) {
        (true, _) => Pace::Stop,
        (false, Pace::Stop) => Pace::Limits { speed: 0, download: 0, upload: 0 },
        (false, limits) => limits,
    };
    window
}
