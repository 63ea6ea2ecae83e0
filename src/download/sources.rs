//! Where a file can be got in one attempt: the address itself, then its mirrors, the best first.
//!
//! One of them is asked first: the address itself, until it gives nothing any more or nothing right. If a
//! checksum can prove the whole in the end the others [help](Sources::crew) it, each of them with a version
//! and a [share](crate::net::Share) of its own; else bytes of two sources never meet. A source that gives
//! something else, or nothing, is dropped for the attempt. What the user says is said to the address alone.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

use super::judge::Grant;
use crate::net::{Answer, Net};
use crate::transfer::{Address, DownloadRequest, Headers, Validator};

mod choice;
mod origins;
mod teams;
mod turning;

pub(super) use origins::{Blame, Origins};
pub(super) use teams::Teams;
pub(super) use turning::is_to_blame;

/// One of them.
pub(crate) struct Source {
    /// Its place among them; the address itself is 0.
    pub number: usize,
    pub url: Address,
    /// What the user says there.
    pub headers: Headers,
    pub net: Arc<Net>,
    spot: Mutex<Arc<Spot>>,
    brought: AtomicU64,
    surplus: AtomicUsize,
    is_given_up: AtomicBool,
}

/// Where exactly it is for now, and what to say there.
pub(crate) struct Spot {
    /// Behind all redirects, once it has answered.
    pub url: Address,
    pub headers: Headers,
    /// What it calls the version that it has, if it has a name for it.
    pub version: Option<Validator>,
    /// Whether it has shown that it has the file.
    pub is_known: bool,
    /// Whether it helps another one, whose version has another name.
    pub helps: bool,
}

impl Source {
    fn new(number: usize, url: &Address, headers: Headers, net: Arc<Net>) -> Arc<Self> {
        let spot = Spot {
            url: url.clone(),
            headers: Headers::default(),
            version: None,
            is_known: false,
            helps: true,
        };
        Arc::new(Self {
            number,
            url: url.clone(),
            headers,
            net,
            spot: Mutex::new(Arc::new(spot)),
            brought: AtomicU64::default(),
            surplus: AtomicUsize::default(),
            is_given_up: AtomicBool::default(),
        })
    }

    /// Where exactly it is.
    pub(crate) fn spot(&self) -> Arc<Spot> {
        self.spot.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set_spot(&self, spot: Spot) {
        *self.spot.lock().unwrap_or_else(PoisonError::into_inner) = Arc::new(spot);
    }

    /// It is the one that was asked first, and this is its answer.
    pub(super) fn leads(&self, answer: &Answer, grant: &Grant) {
        self.set_spot(Spot {
            url: answer.url.clone(),
            headers: if answer.at_home { self.headers.clone() } else { Headers::default() },
            version: grant.version.clone(),
            is_known: true,
            helps: false,
        });
    }

    /// It has given what it was asked for. Of a helper, the first answer says where its file is from now
    /// on, and which version.
    pub(super) fn gives(&self, answer: &Answer, grant: &Grant) {
        if !self.spot().is_known {
            let (url, version) = (answer.url.clone(), grant.version.clone());
            self.set_spot(Spot { url, headers: Headers::default(), version, is_known: true, helps: true });
        }
    }

    /// Counts bytes that came from it.
    pub(super) fn add(&self, bytes: u64) {
        self.brought.fetch_add(bytes, Relaxed);
    }

    /// Whether one of its connections shall end; asked by one that could.
    pub(super) fn retire(&self) -> bool {
        self.surplus.fetch_update(Relaxed, Relaxed, |surplus| surplus.checked_sub(1)).is_ok()
    }

    fn is_given_up(&self) -> bool {
        self.is_given_up.load(Relaxed)
    }

    fn give_up(&self) {
        self.is_given_up.store(true, Relaxed);
    }
}

/// See the module.
pub(super) struct Sources {
    all: Vec<Arc<Source>>,
    first: usize,
    one_at_a_time: bool,
}

impl Sources {
    /// Those of this request.
    pub(super) fn of(request: &DownloadRequest, net: &Arc<Net>) -> Self {
        let mut mirrors: Vec<_> = request.mirrors.iter().collect();
        mirrors.sort_by_key(|mirror| mirror.priority);
        let mut all = vec![Source::new(0, &request.url, request.headers.clone(), net.clone())];
        let stranger = Arc::new(net.for_strangers());
        for mirror in mirrors {
            if all.iter().all(|known| known.url != mirror.url) {
                all.push(Source::new(all.len(), &mirror.url, Headers::default(), stranger.clone()));
            }
        }
        Self { all, first: 0, one_at_a_time: false }
    }

    /// The one that is asked first.
    pub(super) fn first(&self) -> &Arc<Source> {
        &self.all[self.first]
    }

    /// Whether that is the address itself.
    pub(super) fn is_at_home(&self) -> bool {
        self.first == 0
    }

    /// Whether there was never more than one.
    pub(super) fn is_single(&self) -> bool {
        self.all.len() == 1
    }

    /// Those that work together: the one that was asked first, and with `help` all others that are good.
    pub(super) fn crew(&self, help: bool) -> Vec<Arc<Source>> {
        let help = help && !self.one_at_a_time;
        let others = self.all.iter().filter(|source| help && source.number != self.first);
        let others = others.filter(|source| !source.is_given_up());
        std::iter::once(self.first()).chain(others).cloned().collect()
    }

    /// Drops the one that is asked first.
    fn drop_first(&self) {
        self.first().give_up();
    }

    /// Turns to the first that is good. If there is none, everything stays.
    fn turn(&mut self) -> bool {
        let good = self.all.iter().position(|source| !source.is_given_up());
        self.first = good.unwrap_or(self.first);
        good.is_some()
    }

    /// Drops those that have brought a file that is wrong as a whole, and lets no two of them work
    /// together any more.
    fn accuse(&mut self, blame: &Blame) {
        let guilty = self.all.iter().filter(|source| blame.wrong.contains(&source.number));
        guilty.for_each(|source| source.give_up());
        self.one_at_a_time = true;
    }

    /// Drops those that have brought wrong pieces, but for the last one. If it is not clear who has, they
    /// work one at a time from now on. The answer is whether that changes anything.
    pub(super) fn punish(&mut self, blame: &Blame) -> bool {
        let mut good = self.all.iter().filter(|source| !source.is_given_up()).count();
        let mut changes = blame.is_unclear && !self.one_at_a_time && good > 1;
        for source in self.all.iter().filter(|source| blame.wrong.contains(&source.number)) {
            if good > 1 && !source.is_given_up() {
                source.give_up();
                good -= 1;
                changes = true;
            }
        }
        self.one_at_a_time |= blame.is_unclear;
        self.turn();
        changes
    }
}
