//! What a setting is changed with: beside its name if it is small, and below it otherwise.

use iced::widget::{Id, TextInput, container, row, text_input};
use iced::{Alignment, Element};

use crate::gui::icon::Icon;
use crate::gui::theme::{self, size, space as gap};
use crate::gui::widget::switch::switch;
use crate::gui::widget::{Press, answer, named_choice};
use crate::i18n::t;

use super::super::catalog::{Kind, Number, Setting};
use super::super::field::Field;
use super::super::{Message, Preferences};
use super::Sheet;

/// Room for an amount, and for the word that there is no limit.
const AMOUNT: f32 = 156.0;
const NUMBER: f32 = 72.0;

impl Preferences {
    /// What stands beside the name of a setting.
    pub(super) fn beside(
        &self,
        setting: &'static Setting,
        kind: Kind,
        sheet: Sheet<'_>,
    ) -> Option<Element<'static, Message>> {
        match kind {
            Kind::Switch => {
                let on = sheet.values.get(setting) == "true";
                let turned = Message::Set(setting, (!on).to_string());
                Some(container(switch(on, turned)).id(setting.name).into())
            }
            Kind::Number(number) => Some(self.number(setting, number, sheet)),
            Kind::Speed | Kind::Size { least: 0 } => {
                let none = t!(sheet.look.texts, "no-limit");
                Some(self.input(Field::Setting(setting), &none, sheet).width(AMOUNT).into())
            }
            Kind::Size { .. } => Some(self.input(Field::Setting(setting), "", sheet).width(AMOUNT).into()),
            _ => None,
        }
    }

    /// What stands below it.
    pub(super) fn below(
        &self,
        setting: &'static Setting,
        kind: Kind,
        sheet: Sheet<'_>,
    ) -> Option<Element<'static, Message>> {
        match kind {
            Kind::Choice(words) => {
                let now = sheet.values.get(setting);
                let set = |word: &'static str| {
                    one(setting, word, now == word, Message::Set(setting, word.to_owned()), sheet)
                };
                Some(row(words.iter().copied().map(set)).spacing(gap::TIGHT).wrap().into())
            }
            Kind::Folder => Some(self.folder(setting, sheet)),
            Kind::Proxy => Some(self.proxy(setting, sheet)),
            Kind::Windows => Some(self.windows(sheet)),
            _ => None,
        }
    }

    /// A field to write in.
    pub(super) fn input(&self, field: Field, empty: &str, sheet: Sheet<'_>) -> TextInput<'static, Message> {
        let draft = self.drafts.get(&field);
        let followed = match field {
            Field::Setting(setting) => sheet.followed(setting),
            Field::Hours(_) | Field::Limit(..) => None,
        };
        let text = match (draft, followed) {
            (Some(draft), _) => draft.text.clone(),
            (None, Some(percent)) => percent.to_string(),
            (None, None) => field.shown(sheet.settings, sheet.values, &sheet.look.texts),
        };
        let is_wrong = draft.is_some_and(|draft| draft.problem.is_some());
        text_input(empty, &text)
            .id(field.id())
            .on_input(move |text| Message::Write(field, text))
            .on_submit(Message::Settle)
            .font(sheet.look.font)
            .size(size::BODY)
            .padding(gap::SMALL)
            .style(if is_wrong { theme::text_input::wrong } else { theme::text_input::field })
    }

    fn number(
        &self,
        setting: &'static Setting,
        number: Number,
        sheet: Sheet<'_>,
    ) -> Element<'static, Message> {
        let look = sheet.look;
        let none = if number.or_none { setting.word("none", &look.texts) } else { String::new() };
        let input = self.input(Field::Setting(setting), &none, sheet).width(if number.or_none {
            AMOUNT
        } else {
            NUMBER
        });
        let followed = sheet.followed(setting).map(u64::from);
        let now = followed.unwrap_or_else(|| sheet.values.get(setting).parse().unwrap_or_default());
        let has_unit = number.unit && (now > 0 || !number.or_none);
        let unit = has_unit.then(|| look.caption(setting.word("unit", &look.texts)));
        let step = |id: &str, icon, name, by: i64| {
            // What follows something else is not that of the settings: it goes on from where it is.
            let step = match followed {
                Some(now) => Message::Set(setting, now.saturating_add_signed(by).to_string()),
                None => Message::Step(setting, by),
            };
            Press::new(Id::from(format!("{id} {}", setting.name)), icon, name, step)
        };
        let fewer = step("fewer", Icon::Minus, t!(look.texts, "setting-fewer"), -1).only(now > number.least);
        let more = step("more", Icon::Plus, t!(look.texts, "setting-more"), 1).only(now < number.most);
        let steps = row![fewer.quiet(look), more.quiet(look)];
        row![input].push(unit).push(steps).spacing(gap::SMALL).align_y(Alignment::Center).into()
    }

    fn folder(&self, setting: &'static Setting, sheet: Sheet<'_>) -> Element<'static, Message> {
        let look = sheet.look;
        let own = crate::Profile::downloads();
        let input = self.input(Field::Setting(setting), &own.to_string_lossy(), sheet);
        let choose = answer(look, t!(look.texts, "choose"), Some(Message::Choose), theme::button::secondary);
        row![input, choose].spacing(gap::SMALL).align_y(Alignment::Center).into()
    }

    fn proxy(&self, setting: &'static Setting, sheet: Sheet<'_>) -> Element<'static, Message> {
        let field = Field::Setting(setting);
        let now = match sheet.values.get(setting) {
            _ if self.drafts.contains_key(&field) => "own",
            "" => "system",
            value if value.eq_ignore_ascii_case("direct") || value.eq_ignore_ascii_case("none") => "direct",
            _ => "own",
        };
        let pick = |word: &'static str| {
            let message = match word {
                "system" => Message::Set(setting, String::new()),
                "own" => Message::Open(field),
                word => Message::Set(setting, word.to_owned()),
            };
            one(setting, word, now == word, message, sheet)
        };
        let ways = row(setting.choices().iter().copied().map(pick)).spacing(gap::TIGHT).wrap();
        let address = (now == "own").then(|| self.input(field, "http://proxy.example:3128", sheet));
        iced::widget::column![ways].push(address).spacing(gap::SMALL).into()
    }
}

/// One of the words that a setting can be.
fn one(
    setting: &'static Setting,
    word: &str,
    chosen: bool,
    message: Message,
    sheet: Sheet<'_>,
) -> Element<'static, Message> {
    let id = Id::from(format!("{} {word}", setting.name));
    named_choice(Some(id), sheet.look, setting.word(word, &sheet.look.texts), chosen, message)
}
