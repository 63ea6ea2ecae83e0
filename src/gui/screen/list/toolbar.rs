//! The bar at the top: adding, what can be done with what is chosen, searching, and everything at once.

use iced::widget::{container, row, text_input};
use iced::{Alignment, Element, Fill, Size};

use crate::gui::icon::Icon;
use crate::gui::look::Look;
use crate::gui::store::{Store, Totals};
use crate::gui::theme::{self, size, space as gap};
use crate::gui::verb::{self, Verb};
use crate::gui::widget::Press;
use crate::i18n::t;

use super::{List, Message, search_id};

/// How wide the window has to be for names on all large buttons.
const WIDE: f32 = 820.0;

impl List {
    pub(super) fn toolbar<'a>(
        &'a self,
        store: &'a Store,
        totals: Totals,
        window: Size,
        look: &'a Look,
    ) -> Element<'a, Message> {
        let texts = &look.texts;
        let search = text_input(&t!(texts, "search"), &self.search)
            .id(search_id())
            .on_input(Message::Search)
            .font(look.font)
            .size(size::BODY)
            .padding([7, 12])
            .style(theme::text_input::field)
            .width(Fill);
        let upload = Press::new("add-upload", Icon::Upload, t!(texts, "add-upload"), Message::AddUpload);
        let bar = row![
            Press::new("sidebar", Icon::Sidebar, t!(texts, "sidebar"), Message::Sidebar).quiet(look),
            Press::new("add-download", Icon::Download, t!(texts, "add-download"), Message::AddDownload)
                .primary(look),
            if window.width < WIDE { upload.quiet(look) } else { upload.secondary(look) },
            row(self.acts(store, totals, look)).spacing(2),
            container(container(search).max_width(280)).align_right(Fill),
            Press::new("preferences", Icon::Preferences, t!(texts, "preferences"), Message::Preferences)
                .quiet(look),
            Press::new("main-menu", Icon::Menu, t!(texts, "main-menu"), Message::MainMenu).quiet(look),
        ];
        container(bar.spacing(gap::SMALL).align_y(Alignment::Center))
            .padding([0.0, gap::MEDIUM])
            .width(Fill)
            .into()
    }

    /// What can be done with what is chosen, or with all if nothing is.
    fn acts<'a>(&self, store: &Store, totals: Totals, look: &Look) -> [Element<'a, Message>; 3] {
        let texts = &look.texts;
        if self.selection.is_empty() {
            let resume =
                Press::new("resume-all", Icon::ResumeAll, t!(texts, "resume-all"), Message::ResumeAll);
            let pause = Press::new("pause-all", Icon::PauseAll, t!(texts, "pause-all"), Message::PauseAll);
            let name = t!(texts, "clear-finished");
            let clear = Press::new("clear-finished", Icon::Clear, name, Message::ClearFinished);
            return [
                resume.only(totals.stopped > 0).quiet(look),
                pause.only(totals.alive > 0).quiet(look),
                clear.only(totals.completed > 0).quiet(look),
            ];
        }
        let rows: Vec<_> = self.chosen(store).into_iter().filter_map(|id| store.get(id)).collect();
        [Verb::Resume, Verb::Pause, Verb::Remove].map(|verb| {
            let name = texts.loader().get(verb.key());
            let is_possible = rows.iter().any(|row| verb::is_possible(verb, row));
            let id = format!("chosen-{}", verb.key());
            Press::new(id, verb.icon(), name, Message::DoChosen(verb)).only(is_possible).quiet(look)
        })
    }
}
