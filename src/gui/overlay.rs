//! What lies over the list: dialogs and questions, one above the other.

use iced::Element;

use crate::TransferId;

use super::look::Look;
use super::room::Room;
use super::store::Store;
use super::verb::Verb;
use super::widget::dialog;

mod gone;
mod loss;
mod quit;
pub mod unopened;

/// A question, or a last word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Overlay {
    /// Quit while transfers run?
    Quit,
    /// Do this although bytes would be lost?
    Loss(Verb, Vec<TransferId>),
    /// The session has ended.
    Gone,
    /// The session could not be opened, for this reason.
    Unopened(String),
}

/// What was chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// Back to what is below.
    Back,
    /// Put the window away and go on.
    KeepRunning,
    /// Pause everything and quit.
    Quit,
    /// Do it, and lose the bytes.
    Lose(Verb, Vec<TransferId>),
}

/// What an overlay needs to know.
#[derive(Clone, Copy)]
pub struct Under<'a> {
    /// The transfers.
    pub store: &'a Store,
    /// How much room there is.
    pub room: Room,
    /// Language and letters.
    pub look: &'a Look,
}

impl Overlay {
    /// Whether it goes away by itself when the user wants back.
    pub fn can_leave(&self) -> bool {
        !matches!(self, Self::Gone | Self::Unopened(_))
    }

    /// What its main button says.
    pub fn main_answer(&self) -> Message {
        match self {
            Self::Quit => Message::KeepRunning,
            Self::Loss(verb, ids) => Message::Lose(*verb, ids.clone()),
            Self::Gone | Self::Unopened(_) => Message::Quit,
        }
    }

    /// The transfer it is about.
    pub fn transfer(&self) -> Option<TransferId> {
        match self {
            Self::Loss(_, ids) => ids.first().copied(),
            Self::Quit | Self::Gone | Self::Unopened(_) => None,
        }
    }

    /// How it looks.
    pub fn view<'a>(&self, under: &Under<'a>) -> Element<'a, Message> {
        let Under { store, room, look } = *under;
        let content = match self {
            Self::Quit => Some(quit::view(store.totals().running, room, look)),
            Self::Loss(verb, ids) => {
                let rows: Vec<_> = ids.iter().filter_map(|id| store.get(*id)).collect();
                (!rows.is_empty()).then(|| loss::view(*verb, &rows, room, look))
            }
            Self::Gone => Some(gone::view(room, look)),
            Self::Unopened(why) => Some(unopened::view(why.clone(), room, look)),
        };
        let outside = self.can_leave().then_some(Message::Back);
        content.map_or_else(|| iced::widget::space().into(), |content| dialog(content, room, outside))
    }
}
