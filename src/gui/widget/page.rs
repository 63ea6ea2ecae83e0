//! A page over the window: a title with a way out beside it, and a body that scrolls.

use iced::widget::{TextInput, column, container, row, scrollable, text_input};
use iced::{Alignment, Element, Fill};

use crate::gui::icon::Icon;
use crate::gui::look::Look;
use crate::gui::room::Room;
use crate::gui::theme::{self, size, space};
use crate::i18n::t;

use super::Press;

/// What a title and the spaces around it take of the height.
const AROUND: f32 = 110.0;
/// What a line above or below the body takes besides.
const LINE: f32 = 54.0;
/// How high a body is at most, however high the window is.
const HIGHEST: f32 = 560.0;
/// The name of the part that scrolls.
pub const SCROLL: &str = "page";

/// See the module.
pub struct Page<'a, M> {
    /// What is at the top.
    pub title: String,
    /// What is above the body and stays when that scrolls, a line high.
    pub above: Option<Element<'a, M>>,
    /// What scrolls.
    pub body: Element<'a, M>,
    /// What is below the body and stays, a line high.
    pub below: Option<Element<'a, M>>,
    /// How much room there is for it.
    pub room: Room,
    /// What the way out does.
    pub close: M,
}

impl<'a, M: Clone + 'a> Page<'a, M> {
    /// How it looks.
    pub fn view(self, look: &Look) -> Element<'a, M> {
        let close = Press::new("close", Icon::Close, t!(look.texts, "close"), self.close).quiet(look);
        let title = container(look.title(self.title)).width(Fill);
        let lines = [&self.above, &self.below].into_iter().flatten().map(|_| LINE).sum::<f32>();
        let head = row![title, close].align_y(Alignment::Center);
        let scrolls =
            |body| scrollable(body).id(SCROLL).spacing(space::SMALL).style(theme::scroll::list).width(Fill);
        if self.room.is_scarce() {
            let body = column![].push(self.above).push(self.body).spacing(space::MEDIUM);
            let body = scrolls(body.into()).height(Fill);
            return column![head, body].push(self.below).spacing(space::SMALL).into();
        }
        let body = scrolls(self.body);
        column![head]
            .push(self.above)
            .push(container(body).max_height((self.room.of_dialog() - AROUND - lines).min(HIGHEST)))
            .push(self.below)
            .spacing(space::LARGE)
            .into()
    }
}

/// A field to search in.
pub fn search<'a, M: Clone + 'a>(
    name: &'static str,
    hint: &str,
    words: &str,
    look: &Look,
) -> TextInput<'a, M> {
    text_input(hint, words)
        .id(name)
        .font(look.font)
        .size(size::BODY)
        .padding(space::SMALL)
        .style(theme::text_input::field)
}
