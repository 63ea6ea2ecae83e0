//! How much was moved, and on which of the last days.

use iced::widget::{column, container, row, rule, space, text, tooltip};
use iced::{Alignment, Element, Fill, FillPortion};
use jiff::Zoned;
use jiff::civil::Date;

use crate::gui::icon::Icon;
use crate::gui::look::Look;
use crate::gui::room::Room;
use crate::gui::theme::text::Tone;
use crate::gui::theme::{self, font, size, space as gap};
use crate::gui::widget::page::Page;
use crate::i18n::t;
use crate::ipc::{Fault, Reply};
use crate::{Count, Statistics};

/// So many days are drawn.
const DAYS: u16 = 30;
/// How high the tallest day is drawn where there is room.
const HIGH: f32 = 120.0;
/// How much of the height all else takes.
const ELSE: f32 = 370.0;
/// How high the tallest day is drawn at least.
const LOW: f32 = 36.0;
/// How wide a column of numbers is, compared with the one that says of when they are.
const NUMBERS: u16 = 3;
const NAMES: u16 = 4;

/// See the module.
#[derive(Debug)]
pub struct Sums {
    /// The day that it is.
    today: Date,
    /// What the session said, once it has.
    said: Option<Result<Statistics, Fault>>,
}

/// What happens to it.
#[derive(Clone, Debug)]
pub enum Message {
    /// The session says it.
    Said(Result<Statistics, Fault>),
    /// Leave it.
    Close,
}

/// What it asks for.
#[derive(Debug, PartialEq, Eq)]
pub enum Action {
    /// Nothing.
    None,
    /// To be closed.
    Close,
}

/// What the session said, out of its answer.
pub fn of_reply(reply: Result<Reply, Fault>) -> Message {
    Message::Said(match reply {
        Ok(Reply::Statistics(statistics)) => Ok(statistics),
        Ok(_) => Err(Fault::new("The session did not tell it.")),
        Err(fault) => Err(fault),
    })
}

impl Sums {
    /// As it is today, before the session has said anything.
    pub fn new() -> Self {
        Self { today: Zoned::now().date(), said: None }
    }

    /// Follows a message.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Said(said) => self.said = Some(said),
            Message::Close => return Action::Close,
        }
        Action::None
    }

    /// How it looks, in so much room.
    pub fn view<'a>(&'a self, room: Room, look: &'a Look) -> Element<'a, Message> {
        let body = match &self.said {
            None => space().height(HIGH).into(),
            Some(Err(fault)) => look.text(look.fault(fault)).style(Tone::Danger.style()).into(),
            Some(Ok(statistics)) if statistics.since.is_none() => nothing(look),
            Some(Ok(statistics)) => self.sums(statistics, room, look),
        };
        let title = t!(look.texts, "statistics");
        Page { title, above: None, body, below: None, room, close: Message::Close }.view(look)
    }

    fn sums<'a>(&self, statistics: &Statistics, room: Room, look: &'a Look) -> Element<'a, Message> {
        let texts = &look.texts;
        let high = (room.of_dialog() - ELSE).clamp(LOW, HIGH);
        let [today, week, month] = statistics.of(self.today);
        let since = texts.day(statistics.since.unwrap_or(self.today));
        let head = [
            (Icon::Download, t!(texts, "statistics-down")),
            (Icon::Upload, t!(texts, "statistics-up")),
            (Icon::Check, t!(texts, "statistics-completed")),
            (Icon::Alert, t!(texts, "statistics-failed")),
        ];
        let times = [
            (t!(texts, "statistics-today"), today),
            (t!(texts, "statistics-week"), week),
            (t!(texts, "statistics-month"), month),
            (t!(texts, "statistics-since", day = since), statistics.ever),
        ];
        let lines = if room.is_scarce() { blocks(&head, times, look) } else { table(head, times, look) };
        column![self.graph(statistics, high, look), lines].spacing(gap::LARGE).into()
    }

    /// A bar for each day: what came below, what went above it.
    fn graph<'a>(&self, statistics: &Statistics, high: f32, look: &'a Look) -> Element<'a, Message> {
        let texts = &look.texts;
        let days = statistics.last(DAYS, self.today);
        let most = days.iter().map(|(_, count)| count.down.saturating_add(count.up)).max().unwrap_or(0);
        let first = texts.day(days.first().map_or(self.today, |(day, _)| *day));
        let bars = row(days.into_iter().map(|(day, count)| bar(day, count, (most, high), look))).spacing(3);
        let names = row![
            look.caption(first),
            container(look.caption(t!(texts, "statistics-today"))).align_right(Fill),
        ];
        let title = row![
            container(look.caption(t!(texts, "statistics-days", count = i64::from(DAYS)))).width(Fill),
            sample(Tone::Accent),
            look.caption(t!(texts, "statistics-down")),
            space().width(gap::SMALL),
            sample(Tone::Success),
            look.caption(t!(texts, "statistics-up")),
        ];
        let title = title.spacing(gap::TIGHT).align_y(Alignment::Center);
        column![title, bars.height(high), rule::horizontal(1).style(theme::rule::hairline), names]
            .spacing(gap::SMALL)
            .into()
    }
}

fn nothing<'a>(look: &Look) -> Element<'a, Message> {
    let words = look.text(t!(look.texts, "statistics-none")).style(Tone::Muted.style()).center();
    let middle = column![Icon::Chart.view(48.0, Tone::Muted).opacity(0.6), words]
        .spacing(gap::LARGE)
        .align_x(Alignment::Center);
    container(middle).center_x(Fill).padding(gap::WIDE).into()
}

/// What was moved in each time, one below the other.
fn table<'a>(head: [(Icon, String); 4], times: [(String, Count); 4], look: &'a Look) -> Element<'a, Message> {
    let head = head.map(|(icon, name)| {
        let name = look.caption(name).wrapping(text::Wrapping::None);
        let pair = row![icon.view(14.0, Tone::Muted), name].spacing(gap::TIGHT).align_y(Alignment::Center);
        container(pair).align_right(FillPortion(NUMBERS)).into()
    });
    let first: Element<'a, Message> = space().width(FillPortion(NAMES)).into();
    let mut table = column![line(std::iter::once(first).chain(head))];
    for (name, count) in times {
        table = table.push(rule::horizontal(1).style(theme::rule::hairline)).push(numbers(name, count, look));
    }
    container(table).width(Fill).style(theme::container::group).into()
}

/// The same, with numbers below each other as well.
fn blocks<'a>(
    head: &[(Icon, String); 4],
    times: [(String, Count); 4],
    look: &'a Look,
) -> Element<'a, Message> {
    let blocks = times.map(|(name, count)| {
        let lines = head.iter().zip(said(count, look)).map(|((icon, name), number)| {
            let line =
                row![icon.view(14.0, Tone::Muted), look.caption(name.clone()).width(Fill), look.text(number)];
            line.spacing(gap::SMALL).align_y(Alignment::Center).into()
        });
        let block = column![look.text(name).font(font::strong(look.font))].extend(lines);
        let block = container(block.spacing(gap::TIGHT)).padding([gap::SMALL, gap::MEDIUM]).width(Fill);
        block.style(theme::container::group).into()
    });
    column(blocks).spacing(gap::SMALL).into()
}

fn line<'a>(cells: impl IntoIterator<Item = Element<'a, Message>>) -> Element<'a, Message> {
    container(row(cells).spacing(gap::SMALL)).padding([gap::SMALL, gap::LARGE]).into()
}

fn numbers<'a>(name: String, count: Count, look: &Look) -> Element<'a, Message> {
    let numbers = said(count, look).map(|number| {
        let number = look.text(number).font(look.font).wrapping(text::Wrapping::None);
        container(number).align_right(FillPortion(NUMBERS)).into()
    });
    let name = container(look.text(name)).width(FillPortion(NAMES)).into();
    line(std::iter::once(name).chain(numbers))
}

/// The numbers in words.
fn said(count: Count, look: &Look) -> [String; 4] {
    let texts = &look.texts;
    let transfers = |count: u64| texts.count(usize::try_from(count).unwrap_or(usize::MAX));
    [texts.size(count.down), texts.size(count.up), transfers(count.completed), transfers(count.failed)]
}

/// A day; what it stands for is told when the pointer rests on it.
fn bar<'a>(day: Date, count: Count, (most, high): (u64, f32), look: &Look) -> Element<'a, Message> {
    let part = |bytes: u64, tone: Tone| {
        container(space()).width(Fill).height(height(bytes, most, high)).style(theme::container::bar_of(tone))
    };
    let bars = column![space().height(Fill), part(count.up, Tone::Success), part(count.down, Tone::Accent)];
    let texts = &look.texts;
    let (down, up) = (texts.size(count.down), texts.size(count.up));
    let words = t!(texts, "statistics-day", day = texts.day(day), down = down, up = up);
    let hint = container(look.text(words).size(size::CAPTION)).padding([5, 9]).style(theme::container::tip);
    tooltip(bars.width(Fill).height(high), hint, tooltip::Position::Top).gap(4).into()
}

/// How high so many bytes are drawn. Few can be seen as well.
#[expect(clippy::cast_precision_loss, reason = "pixels")]
fn height(bytes: u64, most: u64, high: f32) -> f32 {
    match bytes {
        0 => 0.0,
        bytes => (bytes as f32 / most.max(1) as f32 * high).max(2.0),
    }
}

fn sample<'a>(tone: Tone) -> Element<'a, Message> {
    container(space()).width(10).height(10).style(theme::container::bar_of(tone)).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_as_high_as_they_are_busy_and_few_bytes_are_seen() {
        assert!(height(0, 100, HIGH).abs() < f32::EPSILON);
        assert!(
            (height(100, 100, HIGH) - HIGH).abs() < 0.01 && (height(50, 100, HIGH) - HIGH / 2.0).abs() < 0.01
        );
        assert!((height(1, u64::MAX, HIGH) - 2.0).abs() < 0.01);
    }

    #[test]
    fn what_the_session_does_not_say_is_told() {
        let mut sums = Sums::new();
        let _ = sums.update(of_reply(Ok(Reply::Done)));
        assert!(matches!(sums.said, Some(Err(_))));
        let _ = sums.update(of_reply(Ok(Reply::Statistics(Statistics::default()))));
        assert!(matches!(sums.said, Some(Ok(_))));
    }
}
