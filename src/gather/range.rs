//! Links that stand for many: `[001-120]`, `[a-f]`, `[0-100:10]`.

/// How long all the links of one may be together, in bytes.
const LONGEST: usize = 8 * 1024 * 1024;

/// A link with ranges in it.
pub(super) struct Range<'a> {
    parts: Vec<Part<'a>>,
    length: usize,
}

enum Part<'a> {
    Text(&'a str),
    Numbers(Steps),
    Letters(Steps),
}

/// From one to another, in steps.
#[derive(Clone, Copy)]
struct Steps {
    first: u64,
    last: u64,
    step: u64,
    /// How many digits there are at least.
    width: usize,
}

impl Steps {
    fn count(self) -> usize {
        usize::try_from(self.first.abs_diff(self.last) / self.step)
            .map_or(usize::MAX, |n| n.saturating_add(1))
    }

    fn at(self, index: usize) -> u64 {
        let by = self.step.saturating_mul(index as u64);
        if self.first <= self.last { self.first.saturating_add(by) } else { self.first.saturating_sub(by) }
    }
}

/// Reads a link; nothing if there is no range in it.
pub(super) fn read(link: &str) -> Option<Range<'_>> {
    let mut parts = Vec::new();
    let (mut text, mut at) = (0, 0);
    while let Some(open) = link[at..].find('[').map(|open| at + open) {
        at = open + 1;
        let Some(close) = link[at..].find([']', '[']).map(|close| at + close) else { break };
        if let Some(part) = part(&link[at..close]).filter(|_| link[close..].starts_with(']')) {
            parts.push(Part::Text(&link[text..open]));
            parts.push(part);
            (text, at) = (close + 1, close + 1);
        }
    }
    (!parts.is_empty()).then(|| {
        parts.push(Part::Text(&link[text..]));
        Range { parts, length: link.len() }
    })
}

fn part(inside: &str) -> Option<Part<'static>> {
    let (range, step) = inside.split_once(':').unwrap_or((inside, "1"));
    let (first, last) = range.split_once('-')?;
    let step = number(step).filter(|step| *step > 0)?;
    if let (Some(from), Some(to)) = (number(first), number(last)) {
        let width = if first.starts_with('0') { first.len() } else { 1 };
        return Some(Part::Numbers(Steps { first: from, last: to, step, width }));
    }
    let (from, to) = (letter(first)?, letter(last)?);
    let same_case = from.is_ascii_lowercase() == to.is_ascii_lowercase();
    same_case.then(|| Part::Letters(Steps { first: u64::from(from), last: u64::from(to), step, width: 1 }))
}

fn number(text: &str) -> Option<u64> {
    let digits = (1..=18).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

fn letter(text: &str) -> Option<u8> {
    match text.as_bytes() {
        [letter] if letter.is_ascii_alphabetic() => Some(*letter),
        _ => None,
    }
}

impl Range<'_> {
    /// All the links that it stands for, the last range running fastest; nothing if they are more than `most`.
    pub(super) fn links(&self, most: usize) -> Option<Vec<String>> {
        let counts = self.parts.iter().map(Part::count);
        let count = counts.fold(1_usize, usize::saturating_mul);
        // A number takes at most two letters more than the range that it stands in.
        if count > most || count.saturating_mul(self.length) > LONGEST {
            return None;
        }
        Some((0..count).map(|index| self.link(index)).collect())
    }

    fn link(&self, index: usize) -> String {
        let mut index = index;
        let mut written: Vec<String> = Vec::with_capacity(self.parts.len());
        for part in self.parts.iter().rev() {
            let count = part.count();
            written.push(part.at(index % count));
            index /= count;
        }
        written.into_iter().rev().collect()
    }
}

impl Part<'_> {
    fn count(&self) -> usize {
        match self {
            Self::Text(_) => 1,
            Self::Numbers(steps) | Self::Letters(steps) => steps.count(),
        }
    }

    fn at(&self, index: usize) -> String {
        match self {
            Self::Text(text) => (*text).to_owned(),
            Self::Numbers(steps) => format!("{:0width$}", steps.at(index), width = steps.width),
            Self::Letters(steps) => {
                let letter = u8::try_from(steps.at(index)).unwrap_or(b'_');
                char::from(letter).to_string()
            }
        }
    }
}
