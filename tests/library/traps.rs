//! Servers that misbehave in every way we know of, and what must come of it: either the file, byte for
//! byte, under its name, or a reason, nothing under that name, and of what is kept on the disk every
//! byte right.
//!
//! Each trap is set four times: for a download that just begins and for one that goes on with half of
//! the file, each over one connection and over eight. Where a combination makes no sense, the trap says
//! so with [`Trap::only`].

mod check;
mod encodings;
mod framing;
mod heads;
mod leftovers;
mod links;
mod patience;
mod ranges;
mod redirects;
mod right;
mod run;
mod statuses;
mod validators;

use std::sync::{Arc, OnceLock};

use windlass::{ErrorKind, OnChange, Reason};

use crate::server::{Reply, Request, content};
use right::Right;
pub use run::spring;

/// Length of the file; eight connections have 160 KiB each, half of which is more than is compared
/// when a download goes on.
const SIZE: usize = 8 * 160 * 1024 + 3;
const TAG: &str = "\"v1\"";

/// How a download comes upon the trap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    FreshOne,
    FreshEight,
    ResumedOne,
    ResumedEight,
}

use Way::{FreshEight, FreshOne, ResumedEight, ResumedOne};

const ALL: [Way; 4] = [FreshOne, FreshEight, ResumedOne, ResumedEight];
const FRESH: [Way; 2] = [FreshOne, FreshEight];
const RESUMED: [Way; 2] = [ResumedOne, ResumedEight];
const EIGHT: [Way; 2] = [FreshEight, ResumedEight];

/// What must come of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The file, byte for byte.
    Whole,
    /// The file that the server has by now.
    New,
    /// Stopped as changed; or the new file, if nothing of the old one had come yet.
    ChangedOrNew,
    /// What came, called unverified: nobody can know that it is not all.
    Unverified,
    Fails(ErrorKind),
    Pauses(Reason),
    Waits(ErrorKind),
}

use End::{ChangedOrNew, Fails, New, Pauses, Unverified, Waits, Whole};

/// What a server knows when it answers.
pub struct Stage {
    /// The file as it was when the download began.
    pub content: &'static [u8],
    /// As long, and another one.
    pub other: &'static [u8],
    /// The number of the request, counted from when the trap was set.
    pub number: usize,
    /// What this trap's right answers look like.
    flavour: Flavour,
}

impl Stage {
    /// The right answer, to be sent or to be made wrong.
    pub fn right(&self, request: &Request) -> Right {
        self.changed(request, self.content, |_| {})
    }

    /// The right answer if the file were another one by now.
    pub fn changed(&self, request: &Request, content: &[u8], change: impl FnOnce(&mut Right)) -> Right {
        let mut right = Right::new(content);
        (self.flavour)(&mut right);
        change(&mut right);
        right.settle(content, request);
        right
    }
}

type Serve = Box<dyn Fn(&Stage, &Request, &mut Reply) + Send + Sync>;
type Before = Box<dyn Fn(&Stage, &Request, &mut Reply, usize) + Send + Sync>;
type Wire = fn(&[Request]) -> Result<(), String>;
type Flavour = fn(&mut Right);

/// One way to misbehave.
pub struct Trap {
    name: String,
    /// The name of the file in its address.
    file: &'static str,
    serve: Serve,
    /// How the first half of a download that goes on is served, if not as usual; the last is how many
    /// bytes each answer may have.
    before: Option<Before>,
    flavour: Flavour,
    /// Whether right answers of this flavour are fetched over several connections.
    splits: bool,
    ways: Vec<Way>,
    ends: [End; 4],
    wire: Vec<Wire>,
    /// Seconds that a server may be silent.
    patience: u64,
    retries: Option<u32>,
    on_change: OnChange,
    /// Requests that the server may get at most.
    most: usize,
}

impl Trap {
    /// A server that answers like this.
    pub fn new(
        name: impl Into<String>,
        serve: impl Fn(&Stage, &Request, &mut Reply) + Send + Sync + 'static,
    ) -> Self {
        Self {
            name: name.into(),
            file: "file.dat",
            serve: Box::new(serve),
            before: None,
            flavour: |_| {},
            splits: true,
            ways: ALL.to_vec(),
            ends: [Whole; 4],
            wire: Vec::new(),
            patience: 10,
            retries: None,
            on_change: OnChange::Pause,
            most: 100,
        }
    }

    /// A server whose every answer is a right one made wrong.
    pub fn bent(
        name: impl Into<String>,
        bend: impl Fn(&Stage, &Request, &mut Right) + Send + Sync + 'static,
    ) -> Self {
        Self::new(name, move |stage, request, reply| {
            let mut right = stage.right(request);
            bend(stage, request, &mut right);
            right.send(reply);
        })
    }

    /// The answers to most of the connections beside the first are wrong.
    pub fn beside(
        name: impl Into<String>,
        bend: impl Fn(&Stage, &Request, &mut Right) + Send + Sync + 'static,
    ) -> Self {
        let wrong = move |stage: &Stage, request: &Request, right: &mut Right| {
            if (1..=6).contains(&stage.number) {
                bend(stage, request, right);
            }
        };
        Self::bent(format!("{} beside the first", name.into()), wrong).only(&EIGHT)
    }

    /// The answer to one of the connections beside the first is wrong.
    pub fn for_one(
        name: impl Into<String>,
        bend: impl Fn(&Stage, &Request, &mut Right) + Send + Sync + 'static,
    ) -> Self {
        let wrong = move |stage: &Stage, request: &Request, right: &mut Right| {
            if stage.number == 3 {
                bend(stage, request, right);
            }
        };
        Self::bent(format!("{} for one of the others", name.into()), wrong).only(&EIGHT)
    }

    pub fn only(mut self, ways: &[Way]) -> Self {
        self.ways = ways.to_vec();
        self
    }

    pub fn ends(mut self, end: End) -> Self {
        self.ends = [end; 4];
        self
    }

    pub fn fresh(mut self, end: End) -> Self {
        (self.ends[0], self.ends[1]) = (end, end);
        self
    }

    pub fn resumed(mut self, end: End) -> Self {
        (self.ends[2], self.ends[3]) = (end, end);
        self
    }

    /// Right answers look like this, and are fetched over one connection only.
    pub fn single(mut self, flavour: Flavour) -> Self {
        (self.flavour, self.splits) = (flavour, false);
        self
    }

    /// Right answers look like this.
    pub fn flavour(mut self, flavour: Flavour) -> Self {
        self.flavour = flavour;
        self
    }

    pub fn before(
        mut self,
        serve: impl Fn(&Stage, &Request, &mut Reply, usize) + Send + Sync + 'static,
    ) -> Self {
        self.before = Some(Box::new(serve));
        self
    }

    pub fn wire(mut self, wire: Wire) -> Self {
        self.wire.push(wire);
        self
    }

    pub fn file(mut self, name: &'static str) -> Self {
        self.file = name;
        self
    }

    pub fn patience(mut self, seconds: u64) -> Self {
        self.patience = seconds;
        self
    }

    pub fn retries(mut self, number: u32) -> Self {
        self.retries = Some(number);
        self
    }

    pub fn restarts_on_change(mut self) -> Self {
        self.on_change = OnChange::Restart;
        self
    }

    pub fn most(mut self, requests: usize) -> Self {
        self.most = requests;
        self
    }
}

fn file() -> &'static [u8] {
    static FILE: OnceLock<Arc<[u8]>> = OnceLock::new();
    FILE.get_or_init(|| content(70, SIZE).into())
}

fn other_file() -> &'static [u8] {
    static OTHER: OnceLock<Arc<[u8]>> = OnceLock::new();
    OTHER.get_or_init(|| content(71, SIZE).into())
}
