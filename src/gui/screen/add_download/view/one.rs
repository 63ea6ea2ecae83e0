//! What there is to say of the only link.

use iced::widget::{column, row};
use iced::{Alignment, Element};

use crate::gui::look::Look;
use crate::gui::theme::text::Tone;
use crate::gui::theme::{self, space as gap};
use crate::gui::widget::{answer, choice};
use crate::i18n::t;
use crate::{IfExists, Probed};

use super::super::probes::Looked;
use super::super::review::Row;
use super::super::{AddDownload, Message, Problem};
use super::input;

impl AddDownload {
    pub(super) fn one<'a>(&'a self, only: &'a Row, look: &'a Look) -> Element<'a, Message> {
        let there = only.there.map(|id| {
            let show =
                answer(look, t!(look.texts, "show-it"), Some(Message::Show(id)), theme::button::secondary);
            let again = t!(look.texts, "get-again");
            let again = choice(look, again, only.ticked, Message::Tick(0, !only.ticked));
            let words = look.text(t!(look.texts, "link-there-sentence")).style(Tone::Warning.style());
            column![words, row![show, again].spacing(gap::SMALL).align_y(Alignment::Center)]
                .spacing(gap::SMALL)
        });
        column![]
            .push(there)
            .push(self.name(only, look))
            .push(self.is_taken().then(|| self.taken(look)))
            .spacing(gap::LARGE)
            .into()
    }

    fn name<'a>(&'a self, only: &'a Row, look: &'a Look) -> Element<'a, Message> {
        let suggested = self.shown_name().unwrap_or_default();
        let value = if self.is_named { &self.name } else { &suggested };
        let field = input(&t!(look.texts, "file-name-placeholder"), value, look)
            .id("file-name")
            .on_input(Message::Name);
        let below = match (&self.problem, self.probes.of(only.address())) {
            (Some(Problem::Name), _) => Some((t!(look.texts, "name-not-plain"), Tone::Danger)),
            (_, Some(Looked::Asking { .. })) => Some((t!(look.texts, "probe-asking"), Tone::Muted)),
            (_, Some(Looked::Known(probed))) => Some(said(probed, look)),
            (_, Some(Looked::Failed(fault))) => Some((look.fault(fault), Tone::Warning)),
            (_, None) => None,
        };
        look.field(t!(look.texts, "file-name"), field, below)
    }

    fn taken<'a>(&self, look: &'a Look) -> Element<'a, Message> {
        column![look.text(t!(look.texts, "name-taken")).style(Tone::Warning.style()), self.if_exists(look)]
            .spacing(gap::SMALL)
            .into()
    }

    /// What can be done when a name is taken.
    pub(super) fn if_exists<'a>(&self, look: &'a Look) -> Element<'a, Message> {
        let all = [
            (IfExists::Rename, t!(look.texts, "if-exists-rename")),
            (IfExists::Overwrite, t!(look.texts, "if-exists-overwrite")),
            (IfExists::Skip, t!(look.texts, "if-exists-skip")),
        ];
        let one = |(what, name)| choice(look, name, self.more.if_exists == what, Message::IfExists(what));
        row(all.map(one)).spacing(gap::TIGHT).wrap().into()
    }
}

/// What a server says of the file.
fn said(probed: &Probed, look: &Look) -> (String, Tone) {
    let texts = &look.texts;
    if probed.page {
        return (t!(texts, "probe-page"), Tone::Warning);
    }
    let size = probed.size.map_or_else(|| t!(texts, "probe-size-unknown"), |size| texts.size(size));
    let resumable =
        if probed.resumable { t!(texts, "probe-resumable") } else { t!(texts, "probe-not-resumable") };
    (format!("{size}{}{resumable}", t!(texts, "separator")), Tone::Muted)
}
