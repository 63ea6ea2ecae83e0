//! The connections to each of the sources that work together: how many there are, how many there may be,
//! and how fast they are.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use super::Source;
use super::choice::{self, Standing};
use crate::download::fetch::Fetched;
use crate::net::Share;
use crate::transfer::{ErrorKind, Failure};

/// Sources that are used at once; the next one comes in where one is dropped.
const AT_ONCE: usize = 8;
/// Connections to several sources, all together.
const MOST: usize = 32;
/// How long is read how much a source brings.
const READING: Duration = Duration::from_millis(50);
/// How much a new reading counts beside those before.
const FRESH: f64 = 0.4;
/// How long a source may be slow until it is left.
const PATIENCE: Duration = Duration::from_secs(2);
/// A source whose last connection broke off so often is dropped if there are others.
const BREAKS: u32 = 8;

/// See the module. The first of them was asked first.
pub(in crate::download) struct Teams {
    teams: Vec<Team>,
    read_at: Duration,
}

struct Team {
    source: Arc<Source>,
    /// Its part of what there may be to its host, once it is known which host that is.
    share: Option<Share>,
    open: usize,
    tried: bool,
    breaks: u32,
    /// What it had brought when that was read last, and whether any of it since this began.
    brought: u64,
    has_begun: bool,
    /// Bytes a second for each connection.
    rate: Option<f64>,
    slow_since: Option<Duration>,
    /// Why it was dropped.
    dropped: Option<Fetched>,
}

impl Team {
    fn new(source: &Arc<Source>) -> Self {
        source.surplus.store(0, Relaxed);
        Self {
            source: source.clone(),
            share: None,
            open: 0,
            tried: false,
            breaks: 0,
            brought: source.brought.load(Relaxed),
            has_begun: false,
            rate: None,
            slow_since: None,
            dropped: None,
        }
    }

    /// How many connections there may be. One until it is known what it has.
    fn allowed(&self) -> usize {
        if self.dropped.is_some() { 0 } else { self.share.as_ref().map_or(1, Share::allowed) }
    }

    /// Takes its share of its host as soon as it is known where it leads.
    fn settle(&mut self) {
        let spot = self.source.spot();
        if self.share.is_none() && spot.is_known {
            self.share = Some(self.source.net.share(&spot.url));
        }
    }
}

impl Teams {
    pub(in crate::download) fn new(sources: &[Arc<Source>]) -> Self {
        let mut teams = Self { teams: sources.iter().map(Team::new).collect(), read_at: Duration::ZERO };
        teams.settle();
        teams
    }

    /// The source of a team.
    pub(in crate::download) fn source(&self, team: usize) -> &Arc<Source> {
        &self.teams[team].source
    }

    /// Whether there are other sources than the first one.
    pub(in crate::download) fn are_several(&self) -> bool {
        self.teams.len() > 1
    }

    /// How many of them are to be tried at once.
    pub(in crate::download) fn count(&self) -> usize {
        self.teams.len().min(AT_ONCE)
    }

    /// The share of the first one, if it works alone.
    pub(in crate::download) fn share(&self) -> Option<&Share> {
        self.teams.first().filter(|_| !self.are_several()).and_then(|team| team.share.as_ref())
    }

    /// How many connections were worth having to the first one lately.
    pub(in crate::download) fn worth(&self) -> Option<usize> {
        self.teams.first()?.share.as_ref()?.worth()
    }

    /// How many connections there may be to all of them.
    pub(in crate::download) fn allowed(&self) -> usize {
        let all = self.standings().iter().map(|standing| standing.allowed).sum();
        if self.are_several() { MOST.min(all) } else { all }
    }

    /// Which of them gets the next connection.
    pub(in crate::download) fn next(&self) -> Option<usize> {
        choice::next(&self.standings())
    }

    /// How fast a connection to this one will be, where there are several.
    pub(in crate::download) fn rate(&self, team: usize) -> Option<f64> {
        self.teams[team].rate.filter(|_| self.are_several())
    }

    /// A connection to it was opened.
    pub(in crate::download) fn opened(&mut self, team: usize) {
        self.teams[team].open += 1;
        self.teams[team].tried = true;
    }

    /// A connection to it has come to its end.
    pub(in crate::download) fn closed(&mut self, team: usize) {
        self.teams[team].open = self.teams[team].open.saturating_sub(1);
    }

    /// How many connections to it there are.
    pub(in crate::download) fn open(&self, team: usize) -> usize {
        self.teams[team].open
    }

    /// Its last connection broke off in the middle; whether another one should be tried.
    pub(in crate::download) fn may_go_on(&mut self, team: usize) -> bool {
        let others = self.teams.iter().enumerate().any(|(it, other)| it != team && other.dropped.is_none());
        self.teams[team].breaks += 1;
        others && self.teams[team].breaks < BREAKS
    }

    /// It refused a connection beside those that it has, perhaps without a word.
    pub(in crate::download) fn refused(&self, team: usize, silently: bool) {
        if let Some(share) = &self.teams[team].share {
            share.refused(self.teams[team].open, silently);
        }
    }

    /// Its last connection broke.
    pub(in crate::download) fn lost(&self, team: usize) {
        if let Some(share) = &self.teams[team].share {
            share.lost();
        }
    }

    /// Uses it no more. The one that was asked first may be asked again later, the others not.
    pub(in crate::download) fn drop(&mut self, team: usize, reason: Fetched) {
        self.teams[team].dropped.get_or_insert(reason);
        if team > 0 {
            self.teams[team].source.give_up();
        }
    }

    /// Why nothing is left to be used: what the first one said.
    pub(in crate::download) fn reason(&mut self) -> Fetched {
        let said = self.teams.first_mut().and_then(|team| team.dropped.take());
        said.unwrap_or_else(|| Fetched::Failed(Failure::new(ErrorKind::Truncated)))
    }

    /// Looks at what they bring.
    pub(in crate::download) fn look(&mut self, now: Duration) {
        self.settle();
        let passed = now.saturating_sub(self.read_at);
        if passed < READING {
            return;
        }
        self.read_at = now;
        for team in &mut self.teams {
            let brought = team.source.brought.load(Relaxed);
            let fresh = brought - std::mem::replace(&mut team.brought, brought);
            // How long a server takes to answer says nothing about how fast it sends.
            let had_begun = team.has_begun;
            team.has_begun |= fresh > 0;
            if team.open == 0 || !had_begun {
                continue;
            }
            #[expect(clippy::cast_precision_loss, reason = "an estimate")]
            let rate = fresh as f64 / passed.as_secs_f64() / team.open as f64;
            team.rate = Some(team.rate.map_or(rate, |before| before + FRESH * (rate - before)));
        }
        let standings = self.standings();
        for (number, team) in self.teams.iter_mut().enumerate() {
            let is_slow = choice::is_slow(&standings, number);
            team.slow_since = team.slow_since.or(Some(now)).filter(|_| is_slow);
        }
    }

    /// Lets connections end of which a source has more than it may have, or than `most`; and, a few at a
    /// time, those to a source that has been slow for too long.
    pub(in crate::download) fn trim(&self, most: usize, now: Duration) {
        for team in &self.teams {
            let is_left = team.slow_since.is_some_and(|since| now >= since + PATIENCE);
            let spared = if is_left { team.open / 2 } else { usize::MAX };
            let surplus = team.open.saturating_sub(team.allowed().min(most).min(spared));
            team.source.surplus.store(surplus, Relaxed);
        }
    }

    fn settle(&mut self) {
        for team in &mut self.teams {
            team.settle();
        }
    }

    fn standings(&self) -> Vec<Standing> {
        let mut used = 0;
        let stands = |team: &Team| {
            used += usize::from(team.dropped.is_none());
            let allowed = if used > AT_ONCE { 0 } else { team.allowed() };
            Standing { open: team.open, allowed, tried: team.tried, rate: team.rate }
        };
        self.teams.iter().map(stands).collect()
    }
}
