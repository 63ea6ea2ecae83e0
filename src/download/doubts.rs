//! What to do about a server that contradicts itself or refuses to go on. Pure: it remembers what an
//! attempt has seen, and bounds how often it asks again.

use super::judge::Seen;
use crate::attempt::Outcome;
use crate::transfer::{ErrorKind, Failure, OnChange, Pause, Retry};

/// How often one attempt may begin again from the first byte.
const RESTARTS: u32 = 2;
/// How often it may ask again without a byte of progress in between.
const ROUNDS: u32 = 6;

/// What to do next.
#[derive(Debug)]
pub(super) enum Turn {
    /// Everything is here.
    Finish,
    /// Ask for what is missing.
    AskAgain,
    /// Drop what there is and ask for everything.
    StartOver,
    /// End the attempt.
    End(Outcome),
}

/// See the module.
#[derive(Debug)]
pub(super) struct Doubts {
    on_change: OnChange,
    restarts: u32,
    rounds: u32,
    /// Bytes there were when it asked last.
    held: u64,
    /// The other file that an answer spoke of.
    other: Option<Seen>,
    /// Whether the answers of several connections cannot be trusted to belong together.
    single: bool,
}

impl Doubts {
    pub(super) fn new(on_change: OnChange) -> Self {
        Self { on_change, restarts: 0, rounds: 0, held: 0, other: None, single: false }
    }

    /// Whether one connection has to do.
    pub(super) fn single(&self) -> bool {
        self.single
    }

    /// It is about to ask, with `held` bytes on the disk.
    ///
    /// # Errors
    /// If that has led nowhere too often.
    pub(super) fn ask(&mut self, held: u64) -> Result<(), Failure> {
        self.rounds = if held > self.held { 0 } else { self.rounds + 1 };
        self.held = held;
        if self.rounds > ROUNDS {
            let failure = Failure::new(ErrorKind::ErrorHttpInvalidServerResponse);
            return Err(failure.because("it says one thing now and another one then"));
        }
        Ok(())
    }

    /// It is about to drop everything, for `reason`.
    ///
    /// # Errors
    /// The reason, if it did so too often.
    pub(super) fn start_over(&mut self, reason: ErrorKind) -> Result<(), Failure> {
        self.restarts += 1;
        (self.held, self.rounds) = (0, 0);
        if self.restarts > RESTARTS { Err(Failure::new(reason)) } else { Ok(()) }
    }

    /// One of several connections was answered with another file, or with none. Asking over a single
    /// one shows what it is.
    pub(super) fn disputed(&mut self) -> Turn {
        self.single = true;
        Turn::AskAgain
    }

    /// An answer speaks of another file. Some servers give each of their answers another name, so where
    /// only that differs it is believed when it was heard twice.
    pub(super) fn changed(&mut self, seen: Option<Seen>, host: &str) -> Turn {
        match (self.other.take(), seen) {
            (None, Some(seen)) => {
                self.other = Some(seen);
                Turn::AskAgain
            }
            // What has no name that holds can be had in one piece only.
            (Some(other), Some(seen)) if other != seen => {
                self.single = true;
                Turn::StartOver
            }
            _ => self.is_another(host),
        }
    }

    /// The server has another file now.
    pub(super) fn is_another(&mut self, host: &str) -> Turn {
        match self.on_change {
            OnChange::Restart => {
                self.single = false;
                Turn::StartOver
            }
            OnChange::Pause => {
                Turn::End(Outcome::Paused(Pause::Changed(Failure::new(ErrorKind::Changed).about(host))))
            }
        }
    }

    /// A connection was refused in the middle. A link that was led to may have expired; asked for once
    /// more, the address that the user gave leads to a fresh one.
    pub(super) fn cut_off(failure: Failure) -> Turn {
        // What passes by itself is better waited for.
        if failure.status.is_some() && failure.kind.retry() != Retry::Transient {
            Turn::AskAgain
        } else {
            Turn::End(Outcome::Failed(failure))
        }
    }

    /// The address that the user gave is refused. A link to a file of which something is `held` did
    /// work once. `led` is whether another address is the one that refuses.
    pub(super) fn refused(failure: Failure, held: bool, led: bool) -> Turn {
        let expired = match failure.status {
            Some(403 | 410) => held,
            // A login is of use only where the user meant it to go.
            Some(401) => held && led,
            _ => false,
        };
        Turn::End(if expired { Outcome::Paused(Pause::NeedsLink(failure)) } else { Outcome::Failed(failure) })
    }

    /// A web page comes in place of the file, `held` if some of the file is there.
    pub(super) fn page(held: bool, host: &str) -> Turn {
        let failure = Failure::new(ErrorKind::UnexpectedStatusCode).about(host).because("it is a web page");
        Turn::End(if held { Outcome::Paused(Pause::NeedsLink(failure)) } else { Outcome::Failed(failure) })
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use http::header::{CONTENT_LENGTH, ETAG, HeaderValue};

    use super::*;
    use crate::download::judge::{Asked, Verdict, judge};
    use crate::transfer::Validator;

    /// What an answer under this tag is taken for, when other bytes are there.
    fn seen(tag: &'static str) -> Option<Seen> {
        let known = Some(Validator::ETag("\"old\"".into()));
        let asked = Asked { offset: 5, held: true, version: known, total: Some(9), ..Asked::default() };
        let headers: HeaderMap =
            [(ETAG, HeaderValue::from_static(tag)), (CONTENT_LENGTH, HeaderValue::from_static("9"))]
                .into_iter()
                .collect();
        match judge(&asked, "a", 200, &headers) {
            Verdict::Changed(seen) => seen,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn another_name_is_believed_when_it_was_heard_twice() {
        let mut doubts = Doubts::new(OnChange::Pause);
        assert!(matches!(doubts.changed(seen("\"new\""), "host"), Turn::AskAgain));
        assert!(matches!(
            doubts.changed(seen("\"new\""), "host"),
            Turn::End(Outcome::Paused(Pause::Changed(_)))
        ));
        let mut doubts = Doubts::new(OnChange::Restart);
        assert!(matches!(doubts.changed(None, "host"), Turn::StartOver));
        assert!(!doubts.single());
    }

    #[test]
    fn a_server_that_names_a_file_differently_each_time_is_asked_for_it_in_one_piece() {
        let mut doubts = Doubts::new(OnChange::Pause);
        doubts.changed(seen("\"1\""), "host");
        assert!(matches!(doubts.changed(seen("\"2\""), "host"), Turn::StartOver));
        assert!(doubts.single());
    }

    #[test]
    fn asking_again_ends_without_progress_and_goes_on_with_it() {
        let mut doubts = Doubts::new(OnChange::Pause);
        for held in 0..100 {
            assert!(doubts.ask(held).is_ok());
        }
        let asked = (0..100).take_while(|_| doubts.ask(99).is_ok()).count();
        assert_eq!(asked, ROUNDS as usize);
    }

    #[test]
    fn beginning_again_ends() {
        let mut doubts = Doubts::new(OnChange::Restart);
        let begun = (0..100).take_while(|_| doubts.start_over(ErrorKind::Changed).is_ok()).count();
        assert_eq!(begun, RESTARTS as usize);
    }

    #[test]
    fn only_a_link_that_did_work_can_have_expired() {
        let paused = |status, held, led| {
            let turn = Doubts::refused(Failure::from_status(status), held, led);
            matches!(turn, Turn::End(Outcome::Paused(Pause::NeedsLink(_))))
        };
        assert!(paused(403, true, false) && paused(410, true, true) && paused(401, true, true));
        assert!(!paused(403, false, true) && !paused(401, true, false) && !paused(404, true, true));
    }
}
