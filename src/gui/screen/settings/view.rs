//! How the settings look: sections at the side, what is in one of them, or what was found.

use iced::widget::{button, column, container, mouse_area, opaque, row, rule, scrollable, space, text_input};
use iced::{Alignment, Element, Fill, Size};

use crate::Settings;
use crate::gui::icon::Icon;
use crate::gui::look::Look;
use crate::gui::room::Room;
use crate::gui::theme::text::Tone;
use crate::gui::theme::{self, size, space as gap};
use crate::gui::widget::Press;
use crate::gui::widget::focus::focus;
use crate::i18n::t;

use super::catalog::{Kind, Section, Setting, Values};
use super::field::Field;
use super::{Message, Preferences, SCROLL, SEARCH_FIELD, search};

mod control;
mod times;

/// How large the dialog is at least.
const DIALOG: Size = Size::new(860.0, 600.0);
/// How high it is at most.
const HIGHEST: f32 = 720.0;
/// A window that leaves less than this around the dialog is taken up by it.
const AROUND: f32 = 48.0;
const SIDE: f32 = 208.0;
/// How high what stands at the top of the side and of the page is.
const HEAD: f32 = 32.0;

/// What the settings are drawn from.
#[derive(Clone, Copy)]
struct Sheet<'a> {
    settings: &'a Settings,
    values: &'a Values,
    /// How large the desktop wants letters to be, in percent.
    wished: Option<u16>,
    room: Room,
    look: &'a Look,
}

impl Sheet<'_> {
    /// What the desktop wants, in percent, where this setting follows that.
    fn followed(&self, setting: &Setting) -> Option<u16> {
        let follows = setting.name == "text_scale" && self.values.is_default(setting);
        self.wished.filter(|_| follows)
    }
}

impl Preferences {
    /// The dialog over a window with so much room, on a desktop that wants letters to be as large as `wished`.
    pub fn view(
        &self,
        settings: &Settings,
        wished: Option<u16>,
        room: Room,
        look: &Look,
    ) -> Element<'static, Message> {
        let values = Values::of(settings);
        let sheet = Sheet { settings, values: &values, wished, room, look };
        let window = room.size();
        let fills = window.width < DIALOG.width + AROUND || window.height < DIALOG.height + AROUND;
        let content = match room.is_scarce() {
            false => row![self.side(fills, look), self.page(sheet)].into(),
            true if self.hides_sections(room) => self.page(sheet),
            true => self.all(sheet),
        };
        // A press beside all fields means that what is written in them is meant.
        let content = mouse_area(content).on_press(Message::Settle);
        if fills {
            return opaque(container(content).width(Fill).height(Fill).style(theme::container::page));
        }
        let height = (window.height - AROUND).min(HIGHEST);
        let card = container(content).width(DIALOG.width).height(height);
        let card = opaque(card.padding(1).style(theme::container::dialog));
        let ground = container(container(card).center(Fill)).style(theme::container::scrim);
        opaque(mouse_area(ground).on_press(Message::Close))
    }

    /// Whether a section is all that can be seen.
    pub fn hides_sections(&self, room: Room) -> bool {
        room.is_scarce() && !self.lists && !self.is_searched()
    }

    fn is_searched(&self) -> bool {
        !self.search.trim().is_empty()
    }

    fn side(&self, fills: bool, look: &Look) -> Element<'static, Message> {
        let title = container(look.title(t!(look.texts, "preferences"))).center_y(HEAD);
        let sections = self.sections(look);
        let sections = scrollable(sections).style(theme::scroll::list).height(Fill);
        container(column![title, self.search_field(look), sections].spacing(gap::LARGE))
            .padding(gap::LARGE)
            .width(SIDE)
            .height(Fill)
            .style(theme::container::side(!fills))
            .into()
    }

    fn search_field(&self, look: &Look) -> Element<'static, Message> {
        text_input(&t!(look.texts, "settings-search"), &self.search)
            .id(SEARCH_FIELD)
            .on_input(Message::Search)
            .font(look.font)
            .size(size::BODY)
            .padding(gap::SMALL)
            .style(theme::text_input::field)
            .into()
    }

    fn sections(&self, look: &Look) -> Element<'static, Message> {
        let sections = Section::ALL.map(|section| {
            let chosen = !self.is_searched() && section == self.section;
            let press = button(look.text(section.title(&look.texts)))
                .width(Fill)
                .padding([8, 12])
                .style(theme::button::page(chosen))
                .on_press(Message::Section(section));
            let press = focus(press, Some(Message::Section(section))).id(section.id());
            container(press).id(section.id()).into()
        });
        column(sections).spacing(2).into()
    }

    /// All sections, or what was found, where there is no room for a section beside them.
    fn all(&self, sheet: Sheet<'_>) -> Element<'static, Message> {
        let look = sheet.look;
        let body = if self.is_searched() { self.found(sheet) } else { self.sections(look) };
        let body = column![self.search_field(look), body].spacing(gap::MEDIUM);
        self.paged(t!(look.texts, "preferences"), None, body.into(), sheet)
    }

    fn page(&self, sheet: Sheet<'_>) -> Element<'static, Message> {
        let texts = &sheet.look.texts;
        let (title, body) = if self.is_searched() {
            (t!(texts, "settings-found"), self.found(sheet))
        } else {
            (self.section.title(texts), self.section(sheet))
        };
        let back = Press::new("sections", Icon::Back, t!(texts, "back"), Message::Sections);
        let back = sheet.room.is_scarce().then(|| back.quiet(sheet.look));
        self.paged(title, back, body, sheet)
    }

    /// A page with its title, the way back and the way out.
    fn paged(
        &self,
        title: String,
        back: Option<Element<'static, Message>>,
        body: Element<'static, Message>,
        sheet: Sheet<'_>,
    ) -> Element<'static, Message> {
        let Sheet { room, look, .. } = sheet;
        let (around, above) =
            if room.is_scarce() { (gap::MEDIUM, gap::SMALL) } else { (gap::WIDE, gap::LARGE) };
        let close = Press::new("close", Icon::Close, t!(look.texts, "close"), Message::Close).quiet(look);
        let title = container(look.title(title)).center_y(HEAD).width(Fill);
        let head = row![].push(back).push(title).push(close).spacing(gap::TIGHT).align_y(Alignment::Center);
        let fault = self.fault.as_ref().map(|fault| {
            let words = t!(look.texts, "settings-refused", reason = look.fault(fault));
            look.text(words).style(Tone::Danger.style())
        });
        let body = container(body).padding(iced::padding::all(around).top(gap::TIGHT));
        let body = scrollable(body).id(SCROLL).style(theme::scroll::list).width(Fill).height(Fill);
        let head = container(column![head].push(fault).spacing(gap::SMALL));
        column![head.padding([above, around]), body].width(Fill).into()
    }

    fn section(&self, sheet: Sheet<'_>) -> Element<'static, Message> {
        let mut groups: Vec<Vec<&'static Setting>> = Vec::new();
        for setting in self.section.settings() {
            match groups.last_mut() {
                Some(group) if !setting.apart => group.push(setting),
                _ => groups.push(vec![setting]),
            }
        }
        let groups = groups.into_iter().map(|group| self.group(&group, sheet));
        column(groups).spacing(gap::WIDE).into()
    }

    fn found(&self, sheet: Sheet<'_>) -> Element<'static, Message> {
        let look = sheet.look;
        let found = search::found(&self.search, &look.texts);
        if found.is_empty() {
            let words = t!(look.texts, "settings-none-found", words = self.search.trim());
            return container(look.text(words).style(Tone::Muted.style()))
                .padding(gap::WIDE)
                .center_x(Fill)
                .into();
        }
        let sections = found.into_iter().map(|(section, settings)| {
            let title = look.caption(section.title(&look.texts));
            column![title, self.group(&settings, sheet)].spacing(gap::SMALL).into()
        });
        column(sections).spacing(gap::WIDE).into()
    }

    /// Settings that belong together, with lines between them.
    fn group(&self, settings: &[&'static Setting], sheet: Sheet<'_>) -> Element<'static, Message> {
        let mut lines = column![].width(Fill);
        let shown = settings.iter().filter_map(|setting| self.line(setting, sheet));
        for (at, line) in shown.enumerate() {
            lines = lines.push((at > 0).then(|| rule::horizontal(1).style(theme::rule::hairline))).push(line);
        }
        container(lines).width(Fill).style(theme::container::group).into()
    }

    /// One setting: its name, what it does, and what it is; nothing if it means nothing as things are.
    fn line(&self, setting: &'static Setting, sheet: Sheet<'_>) -> Option<Element<'static, Message>> {
        let Sheet { values, look, .. } = sheet;
        let kind = setting.kind(values)?;
        let followed = sheet.followed(setting).map(|percent| {
            look.caption(t!(look.texts, "text-scale-followed", percent = percent)).style(Tone::Accent.style())
        });
        let words = column![look.text(setting.title(&look.texts)), look.caption(setting.about(&look.texts))];
        let words = words.push(followed).spacing(2).width(Fill);
        // The way back has its place before it is there: what comes behind it in the row keeps the keyboard.
        let back = self.back(setting, sheet).unwrap_or_else(|| space().into());
        // Only a switch is small enough to stand beside words where there is little room.
        let (beside, under) = match self.beside(setting, kind, sheet) {
            Some(beside) if sheet.room.is_scarce() && kind != Kind::Switch => (None, Some(beside)),
            beside => (beside, None),
        };
        let head = row![words, back].push(beside).spacing(gap::SMALL).align_y(Alignment::Center);
        let line = column![head].push(under).push(self.below(setting, kind, sheet));
        let line = line.push(self.wrong(Field::Setting(setting), look)).spacing(gap::SMALL);
        Some(container(line).padding([gap::MEDIUM, gap::LARGE]).into())
    }

    /// The way back to what a setting is unless something else is said, where it is something else.
    /// Times of the day have none: whoever wrote them would lose all of them with one press.
    fn back(&self, setting: &'static Setting, sheet: Sheet<'_>) -> Option<Element<'static, Message>> {
        let is_wrong = self.drafts.get(&Field::Setting(setting)).is_some_and(|draft| draft.problem.is_some());
        let differs = is_wrong || !sheet.values.is_default(setting);
        (differs && setting.kind != Kind::Windows).then(|| {
            let id = iced::widget::Id::from(format!("back {}", setting.name));
            let name = t!(sheet.look.texts, "setting-back");
            Press::new(id, Icon::Restart, name, Message::Back(setting)).quiet(sheet.look)
        })
    }

    /// Why what is written in a field is no value, if it is none.
    fn wrong(&self, field: Field, look: &Look) -> Option<Element<'static, Message>> {
        let problem = self.drafts.get(&field)?.problem?;
        Some(look.caption(problem.words(&look.texts)).style(Tone::Danger.style()).into())
    }
}
