//! How the times of the day look: a sentence for each, and everything about the one that is edited.

use iced::widget::{Id, column, container, row, rule};
use iced::{Alignment, Element, Fill};

use crate::gui::icon::Icon;
use crate::gui::look::Look;
use crate::gui::theme::{self, space as gap};
use crate::gui::widget::{Press, answer, choice};
use crate::i18n::{Texts, t};
use crate::{Pace, Window};

use super::super::catalog::weekday;
use super::super::field::{Field, Whose};
use super::super::times::Message as Times;
use super::super::values::{shown_bytes, shown_hours};
use super::super::{Message, Preferences};
use super::Sheet;

const HOURS: f32 = 132.0;

impl Preferences {
    /// All of them, and a way to another one.
    pub(super) fn windows(&self, sheet: Sheet<'_>) -> Element<'static, Message> {
        let look = sheet.look;
        let mut all = column![].spacing(gap::MEDIUM);
        for (at, window) in sheet.settings.windows.iter().enumerate() {
            let edited = (self.open == Some(at)).then(|| self.editor(at, window, sheet));
            all = all.push(
                column![summary(at, window, self.open == Some(at), look)].push(edited).spacing(gap::MEDIUM),
            );
            all = all.push(rule::horizontal(1).style(theme::rule::hairline));
        }
        let add =
            Press::new("add window", Icon::Plus, t!(look.texts, "window-add"), Message::Times(Times::Add));
        all.push(add.secondary(look)).into()
    }

    fn editor(&self, at: usize, window: &Window, sheet: Sheet<'_>) -> Element<'static, Message> {
        let look = sheet.look;
        let is_on = window.days();
        let days = is_on.into_iter().enumerate().map(|(day, on)| {
            let press = choice(look, weekday(day + 1, &look.texts), on, Message::Times(Times::Day(at, day)));
            container(press).id(Id::from(format!("day {at} {day}"))).into()
        });
        let hours = self.input(Field::Hours(at), "22:00–06:00", sheet).width(HOURS);
        let rests = window.pace == Pace::Stop;
        let rest =
            |rest: bool, name| choice(look, name, rest == rests, Message::Times(Times::Rest(at, rest)));
        let pace = row![
            rest(true, t!(look.texts, "window-rest")),
            container(rest(false, t!(look.texts, "window-limits"))).id(Id::from(format!("limits {at}"))),
        ];
        let limits = (!rests).then(|| self.limits(at, sheet));
        let done = answer(
            look,
            t!(look.texts, "window-done"),
            Some(Message::Times(Times::Done)),
            theme::button::secondary,
        );
        column![
            look.field(t!(look.texts, "window-days"), row(days).spacing(gap::TIGHT).wrap(), None),
            look.field(
                t!(look.texts, "window-hours"),
                column![hours].push(self.wrong(Field::Hours(at), look)),
                None
            ),
            look.field(t!(look.texts, "window-pace"), pace.spacing(gap::TIGHT).wrap(), None),
        ]
        .push(limits)
        .push(done)
        .spacing(gap::MEDIUM)
        .into()
    }

    fn limits(&self, at: usize, sheet: Sheet<'_>) -> Element<'static, Message> {
        let texts = &sheet.look.texts;
        let limits = Whose::ALL.map(|whose| {
            let field = Field::Limit(at, whose);
            let name = match whose {
                Whose::Downloads => t!(texts, "window-downloads"),
                Whose::Uploads => t!(texts, "window-uploads"),
                Whose::Both => t!(texts, "window-both"),
            };
            let input = self.input(field, &t!(texts, "no-limit"), sheet);
            let input = column![input].push(self.wrong(field, sheet.look)).spacing(gap::TIGHT);
            container(sheet.look.field(name, input, None)).width(Fill).into()
        });
        if sheet.room.is_scarce() {
            return column(limits).spacing(gap::MEDIUM).into();
        }
        row(limits).spacing(gap::MEDIUM).into()
    }
}

/// A time of the day as a sentence, and what can be done with it.
fn summary(at: usize, window: &Window, is_open: bool, look: &Look) -> Element<'static, Message> {
    let texts = &look.texts;
    let when = t!(texts, "window-when", days = days(window, texts), hours = shown_hours(window.hours()));
    let words = column![look.text(when), look.caption(pace(window.pace, texts))].spacing(2).width(Fill);
    let press = |id: &str, icon, name, message| {
        Press::new(Id::from(format!("{id} window {at}")), icon, name, Message::Times(message))
    };
    let edit = press("edit", Icon::Edit, t!(texts, "window-edit"), Times::Edit(at)).only(!is_open);
    let presses = row![]
        .push((at > 0).then(|| {
            press("earlier", Icon::Earlier, t!(texts, "window-earlier"), Times::Earlier(at)).quiet(look)
        }))
        .push(edit.quiet(look))
        .push(press("remove", Icon::Remove, t!(texts, "remove"), Times::Remove(at)).quiet(look));
    row![words, presses].spacing(gap::SMALL).align_y(Alignment::Center).into()
}

/// The days of a window in words, those that follow each other as one.
fn days(window: &Window, texts: &Texts) -> String {
    let days = window.days();
    if days == [true; 7] {
        return t!(texts, "window-daily");
    }
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for day in (0..7).filter(|day| days[*day]) {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == day => *last = day,
            _ => runs.push((day, day)),
        }
    }
    let name = |day: usize| weekday(day + 1, texts);
    let words = runs.into_iter().map(|(first, last)| match last - first {
        0 => name(first),
        1 => format!("{}{}{}", name(first), t!(texts, "window-and"), name(last)),
        _ => format!("{}–{}", name(first), name(last)),
    });
    words.collect::<Vec<_>>().join(&t!(texts, "window-and"))
}

/// What holds in it, in words.
fn pace(pace: Pace, texts: &Texts) -> String {
    let Pace::Limits { speed, download, upload } = pace else { return t!(texts, "window-rests") };
    let rate = |rate: u64| format!("{}/s", shown_bytes(rate, texts));
    let limits = [
        (download > 0).then(|| t!(texts, "window-limit-down", speed = rate(download))),
        (upload > 0).then(|| t!(texts, "window-limit-up", speed = rate(upload))),
        (speed > 0).then(|| t!(texts, "window-limit-both", speed = rate(speed))),
    ];
    let limits: Vec<_> = limits.into_iter().flatten().collect();
    if limits.is_empty() { t!(texts, "no-limit") } else { limits.join(&t!(texts, "separator")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Language;

    #[test]
    fn a_time_of_the_day_is_told_in_words() {
        let texts = Texts::of(Language::English);
        for (window, when, what) in [
            ("22:00-06:00 stop", "Every day", "Nothing runs"),
            ("mon-fri 8:00-18:00 500K", "Mon–Fri", "Together at most 500 kB/s"),
            ("sat,sun,tue 8:00-18:00 none", "Tue, Sat, Sun", "No limit"),
            (
                "mon,wed 8:00-9:00 down 2M up 5K",
                "Mon, Wed",
                "Downloads at most 2 MB/s · Uploads at most 5 kB/s",
            ),
        ] {
            let window: Window = window.parse().unwrap();
            assert_eq!((days(&window, &texts).as_str(), pace(window.pace, &texts).as_str()), (when, what));
        }
    }
}
