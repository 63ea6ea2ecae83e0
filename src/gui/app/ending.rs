//! What happens when all is done: chosen from the menu, told of while it can still be stopped.

use std::time::{Duration, Instant};

use iced::Task;

use crate::gui::notice::{self, Notice};
use crate::ipc::{Afterwards, Fault, Reply, Request, WhenDone};

use super::{Answer, App, Message};

const SECOND: Duration = Duration::from_secs(1);

impl App {
    /// Offers what can be done then, as the session says.
    pub(super) fn ask_when_done(&self) -> Task<Message> {
        let asked = self.link.ask(Request::WhenDone { then: None });
        Task::perform(asked, |told| Message::Answer(Answer::WhenDone(told)))
    }

    pub(super) fn offer_when_done(&mut self, told: Result<Reply, Fault>) -> Task<Message> {
        match told {
            Ok(Reply::WhenDone(when)) => {
                self.then = when.then;
                self.list.offer(&when);
                Task::none()
            }
            Ok(_) => Task::none(),
            Err(fault) => self.notice(Notice::Session(fault)),
        }
    }

    /// Something else happens then, or it is about to happen, or not any more.
    pub(super) fn told_when_done(&mut self, when: &WhenDone) -> Task<Message> {
        self.then = when.then;
        self.notices.end_countdown();
        let Some(seconds) = when.seconds else { return Task::none() };
        let at = Instant::now() + Duration::from_secs(seconds);
        Task::batch([self.notice(Notice::Ending(when.then, at)), tick()])
    }

    pub(super) fn at_notice(&mut self, message: notice::Message) -> Task<Message> {
        match message {
            notice::Message::Dismiss(notice) => self.dismiss(notice),
            notice::Message::Undo(notice) => self.undo(notice),
            notice::Message::Stay => self.ask(Request::WhenDone { then: Some(Afterwards::Nothing) }),
            // Whatever was told is drawn anew.
            notice::Message::Tick => {
                if self.notices.counts_down() {
                    tick()
                } else {
                    Task::none()
                }
            }
        }
    }
}

/// Says when a second has gone.
fn tick() -> Task<Message> {
    Task::perform(tokio::time::sleep(SECOND), |()| Message::Notice(notice::Message::Tick))
}
