//! What makes a transfer no faster than it is, in a sentence; only what is known.

use crate::i18n::{Texts, t};
use crate::{Bound, Phase, Segments, Snapshot};

/// A speed of at least this part of a limit is at that limit.
const AT: f64 = 0.85;

/// The sentence, while bytes move and something is known; `all` is how fast all transfers may be together, 0 for no
/// limit.
pub fn sentence(row: &Snapshot, map: &Segments, all: u64, texts: &Texts) -> Option<String> {
    if row.state != Phase::Running {
        return None;
    }
    let connections = row.progress.connections.max(1);
    Some(match row.progress.bound? {
        Bound::Limit => match limit(row.progress.rate?, map.limit, all) {
            Some(Whose::Own(limit)) => t!(texts, "bound-own-limit", speed = texts.speed(limit)),
            Some(Whose::All(limit)) => t!(texts, "bound-all-limit", speed = texts.speed(limit)),
            None => t!(texts, "bound-limit"),
        },
        Bound::Disk => t!(texts, "bound-disk"),
        Bound::Connection => t!(texts, "bound-connection", count = connections),
        Bound::Host => t!(texts, "bound-host", count = connections),
        Bound::Network => t!(texts, "bound-network"),
        Bound::Proxy => t!(texts, "bound-proxy"),
    })
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Whose {
    Own(u64),
    All(u64),
}

/// Which limit it is that holds up what goes at `rate`, if that is clear: its own or that of all. Groups and times
/// of the day have others.
fn limit(rate: u64, own: Option<u64>, all: u64) -> Option<Whose> {
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    let is_at = |limit: &u64| *limit > 0 && rate as f64 >= *limit as f64 * AT;
    own.filter(is_at).map(Whose::Own).or_else(|| Some(all).filter(is_at).map(Whose::All))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Progress;
    use crate::gui::sample::{download, running};
    use crate::i18n::Language;

    fn said(bound: Option<Bound>, rate: u64, own: Option<u64>, all: u64) -> Option<String> {
        let row = running(download("a"), 1, 100, rate);
        let row = Snapshot { progress: Progress { bound, connections: 4, ..row.progress }, ..row };
        let map = Segments { limit: own, ..Segments::default() };
        sentence(&row, &map, all, &Texts::of(Language::English))
    }

    #[test]
    fn a_limit_is_named_only_where_it_is_clear_which_it_is() {
        let limit = |rate, own, all| said(Some(Bound::Limit), rate, own, all).unwrap();
        assert!(limit(99_000, Some(100_000), 0).contains("100.0 kB/s"));
        assert!(limit(99_000, Some(100_000), 0).contains("this transfer"));
        assert!(limit(990_000, None, 1_000_000).contains("all transfers together"));
        assert_eq!(limit(50_000, Some(100_000), 1_000_000), "A speed limit holds it at this speed.");
    }

    #[test]
    fn every_cause_has_a_sentence_and_where_none_is_known_there_is_none() {
        let all: Vec<_> = Bound::ALL.iter().map(|bound| said(Some(*bound), 1, None, 0).unwrap()).collect();
        assert!(all.iter().all(|words| words.ends_with('.')), "{all:?}");
        assert!(all[3].contains('4'), "{all:?}");
        assert_eq!(said(None, 1, None, 0), None);
        let paused = Snapshot { state: Phase::Paused, ..running(download("a"), 1, 2, 3) };
        assert_eq!(sentence(&paused, &Segments::default(), 0, &Texts::of(Language::English)), None);
    }
}
