//! The bar at the top: adding, what can be done with what is chosen, searching, and everything at once.

use iced::widget::{container, row, text_input};
use iced::{Alignment, Element, Fill};

use crate::gui::icon::Icon;
use crate::gui::look::Look;
use crate::gui::room::Room;
use crate::gui::store::{Store, Totals};
use crate::gui::theme::{self, size, space as gap};
use crate::gui::verb::{self, Verb};
use crate::gui::widget::Press;
use crate::i18n::t;

use super::{List, Message, search_id};

impl List {
    pub(super) fn toolbar<'a>(
        &'a self,
        store: &'a Store,
        totals: Totals,
        room: Room,
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
        let side = Message::Sidebar(room.has_side());
        let side = Press::new("sidebar", Icon::Sidebar, t!(texts, "sidebar"), side).quiet(look);
        let add = Press::new("add-download", Icon::Download, t!(texts, "add-download"), Message::AddDownload);
        let acts = row(self.acts(store, totals, look)).spacing(2);
        let menu = Press::new("main-menu", Icon::Menu, t!(texts, "main-menu"), Message::MainMenu).quiet(look);
        // What is left out where there is little room is in the menu.
        let bar = if room.is_scarce() {
            row![side, add.main(look), acts, search, menu]
        } else {
            let upload = Press::new("add-upload", Icon::Upload, t!(texts, "add-upload"), Message::AddUpload);
            let upload = if room.has_side() { upload.secondary(look) } else { upload.quiet(look) };
            let name = t!(texts, "preferences");
            let settings = Press::new("preferences", Icon::Preferences, name, Message::Preferences);
            let search = container(container(search).max_width(280)).align_right(Fill);
            row![side, add.primary(look), upload, acts, search, settings.quiet(look), menu]
        };
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
