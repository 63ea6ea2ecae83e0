//! What few need.

use iced::Element;
use iced::widget::column;

use crate::gui::form::{login, problem, terms};
use crate::gui::look::Look;
use crate::gui::theme::space as gap;
use crate::gui::theme::text::Tone;
use crate::i18n::t;

use super::super::more::Wrong;
use super::super::{AddDownload, Message, Problem};
use super::input;

impl AddDownload {
    pub(super) fn more<'a>(&'a self, look: &'a Look) -> Element<'a, Message> {
        let several = self.review.rows().len() > 1;
        let exists =
            (!self.is_taken()).then(|| look.field(t!(look.texts, "if-exists"), self.if_exists(look), None));
        let checksum = (!several).then(|| self.checksum(look));
        let (wrong, login) = (self.wrong_login(), &self.more.login);
        let note =
            (several && login.says_something()).then(|| (t!(look.texts, "said-to-all"), Tone::Warning));
        column![self.more.terms.view(self.wrong_terms(), Message::Terms, checksum, look)]
            .push(exists)
            .push(login.view(false, wrong, look).map(Message::Login))
            .push(login.headers(false, wrong, note, look).map(Message::Login))
            .spacing(gap::LARGE)
            .into()
    }

    fn wrong_login(&self) -> Option<&login::Wrong> {
        if let Some(Problem::Wrong(Wrong::Login(wrong))) = &self.problem { Some(wrong) } else { None }
    }

    fn wrong_terms(&self) -> Option<terms::Field> {
        if let Some(Problem::Wrong(Wrong::Terms(field))) = &self.problem { Some(*field) } else { None }
    }

    fn checksum<'a>(&'a self, look: &'a Look) -> Element<'a, Message> {
        let texts = &look.texts;
        let is_wrong = self.problem == Some(Problem::Wrong(Wrong::Checksum));
        let shown =
            input("sha-256:9f86d0…", &self.more.checksum, look).id("checksum").on_input(Message::Checksum);
        look.field(t!(texts, "checksum"), shown, problem(is_wrong, t!(texts, "checksum-wrong")))
    }
}
