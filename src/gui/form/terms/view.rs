//! How the terms are asked for.

use iced::Element;
use iced::widget::{column, row};

use crate::CostPolicy;
use crate::gui::form::{input, pair, problem};
use crate::gui::look::Look;
use crate::gui::theme::space as gap;
use crate::gui::widget::choice;
use crate::i18n::t;

use super::{Field, Message, Telling, Terms, Urgency};

/// How many groups are offered to press.
const OFFERED: usize = 6;

impl Terms {
    /// All of them; what is `beside` the start stands beside it.
    pub fn view<'a, M: Clone + 'a>(
        &'a self,
        wrong: Option<Field>,
        wrap: fn(Message) -> M,
        beside: Option<Element<'a, M>>,
        look: &'a Look,
    ) -> Element<'a, M> {
        let start = self.line(Field::Start, wrong, look).map(wrap);
        column![
            pair(self.group(wrong, look), self.urgency(look)).map(wrap),
            pair(self.line(Field::Limit, wrong, look), self.line(Field::Connections, wrong, look)).map(wrap),
        ]
        .push(match beside {
            Some(beside) => pair(start, beside),
            None => start,
        })
        .push(self.cost(look).map(wrap))
        .push(self.telling(wrong, look).map(wrap))
        .spacing(gap::LARGE)
        .into()
    }

    /// The group, with those to press that there are. `wrong` is the field with something in it that cannot be
    /// taken.
    pub fn group<'a>(&'a self, wrong: Option<Field>, look: &'a Look) -> Element<'a, Message> {
        let offered = self.groups.iter().take(OFFERED).map(|group| {
            let group = &group.name;
            let is_chosen = self.text(Field::Group).trim() == group.as_str();
            let name = if is_chosen { String::new() } else { group.to_string() };
            choice(look, group.to_string(), is_chosen, Message::Write(Field::Group, name))
        });
        let offered = (!self.groups.is_empty()).then(|| row(offered).spacing(gap::TIGHT).wrap());
        column![self.line(Field::Group, wrong, look)].push(offered).spacing(gap::TIGHT).into()
    }

    /// How urgent it is.
    pub fn urgency<'a>(&'a self, look: &'a Look) -> Element<'a, Message> {
        let one = |urgency| {
            let name = match urgency {
                Urgency::Low => t!(look.texts, "priority-low"),
                Urgency::Normal => t!(look.texts, "priority-normal"),
                Urgency::High => t!(look.texts, "priority-high"),
            };
            choice(look, name, self.urgency == urgency, Message::Urgency(urgency))
        };
        let all = row(Urgency::ALL.map(one)).spacing(gap::TIGHT).wrap();
        look.field(t!(look.texts, "priority"), all, None)
    }

    /// What it may cost.
    pub fn cost<'a>(&'a self, look: &'a Look) -> Element<'a, Message> {
        cost(self.cost, Message::Cost, look)
    }

    /// What is told when it ends.
    pub fn telling<'a>(&'a self, wrong: Option<Field>, look: &'a Look) -> Element<'a, Message> {
        let one = |telling| {
            let name = match telling {
                Telling::Usual => t!(look.texts, "telling-usual"),
                Telling::Words => t!(look.texts, "telling-words"),
                Telling::Nothing => t!(look.texts, "telling-nothing"),
            };
            choice(look, name, self.telling == telling, Message::Telling(telling))
        };
        let all = row(Telling::ALL.map(one)).spacing(gap::TIGHT).wrap();
        let words = (self.telling == Telling::Words).then(|| self.line(Field::Words, wrong, look));
        column![look.field(t!(look.texts, "telling"), all, None)].push(words).spacing(gap::LARGE).into()
    }

    /// A field of one line, with what is wrong in it below.
    pub fn line<'a>(&'a self, field: Field, wrong: Option<Field>, look: &'a Look) -> Element<'a, Message> {
        let texts = &look.texts;
        let (id, name, placeholder, words) = match field {
            Field::Group => {
                ("group", t!(texts, "group"), t!(texts, "group-placeholder"), t!(texts, "group-wrong"))
            }
            Field::Limit => {
                ("limit", t!(texts, "limit"), t!(texts, "speed-placeholder"), t!(texts, "speed-wrong"))
            }
            Field::Start => (
                "start-at",
                t!(texts, "start-at"),
                t!(texts, "start-at-placeholder"),
                t!(texts, "start-at-wrong"),
            ),
            Field::Connections => {
                let placeholder = t!(texts, "connections-placeholder");
                ("connections", t!(texts, "connections"), placeholder, t!(texts, "connections-wrong"))
            }
            Field::Words => {
                let name = t!(texts, "telling-done");
                ("telling", name, t!(texts, "telling-placeholder"), t!(texts, "telling-wrong"))
            }
        };
        let shown = input(&placeholder, self.text(field), look)
            .id(id)
            .on_input(move |text| Message::Write(field, text))
            .on_submit(Message::Submit);
        look.field(name, shown, problem(wrong == Some(field), words))
    }
}

/// What something may cost.
pub fn cost<'a, M: Clone + 'a>(
    chosen: CostPolicy,
    message: impl Fn(CostPolicy) -> M,
    look: &Look,
) -> Element<'a, M> {
    let texts = &look.texts;
    let policies = [CostPolicy::UnrestrictedOnly, CostPolicy::Default, CostPolicy::Always];
    let all = policies.map(|policy| {
        let name = match policy {
            CostPolicy::UnrestrictedOnly => t!(texts, "cost-free"),
            CostPolicy::Default => t!(texts, "cost-default"),
            CostPolicy::Always => t!(texts, "cost-always"),
        };
        choice(look, name, chosen == policy, message(policy))
    });
    look.field(t!(texts, "cost"), row(all).spacing(gap::TIGHT).wrap(), None)
}
