//! A server of S3 as one talks to it: every request is signed just before it is sent.

use http::Method;
use http::header::{CONTENT_LENGTH, ETAG};

use super::sign::Signer;
use super::words;
use crate::net::transport::Answer;
use crate::transfer::{Address, Failure, Response, UploadRequest};
use crate::upload::desk::{Desk, Message, unanswered};
use crate::upload::refusal::{self, Trouble};
use crate::upload::source::Part;

/// How often the same is signed again because the server has said where or when it is.
const SIGNED_AGAIN: u32 = 2;

/// See the module.
#[derive(Clone)]
pub(super) struct Store {
    signer: Signer,
}

/// What was said, and who said it.
pub(super) struct Said {
    pub at: Address,
    pub answer: Answer,
    /// Everything had been sent by then.
    pub whole: bool,
}

/// An object as the server has it.
pub(super) struct Object {
    pub size: u64,
    pub tag: String,
    pub response: Response,
}

impl Store {
    /// The one that `request` is for, with its login.
    ///
    /// # Errors
    /// If it cannot be signed for.
    pub(super) fn of(request: &UploadRequest) -> Result<Self, Failure> {
        Ok(Self { signer: Signer::of(request)? })
    }

    /// Says it, signed for this moment and once more if the server lives elsewhere or by another clock.
    pub(super) async fn say(
        &mut self,
        desk: &Desk<'_>,
        message: &Message,
        query: &[(&str, &str)],
    ) -> Result<Said, Trouble> {
        let meter = &desk.attempt.meter;
        let carries_file = message.body.iter().any(|part| matches!(part, Part::File { .. }));
        let (begun, mut again) = (meter.done(), 0..SIGNED_AGAIN);
        loop {
            let to = self.signer.sign(&message.method, query, &message.headers)?;
            let said = if carries_file {
                let exchange = desk.send(&to, message).await?;
                Said { at: to, answer: exchange.end.map_err(unanswered)?, whole: exchange.whole }
            } else {
                let (at, answer) = desk.ask(&to, message).await?;
                Said { at, answer, whole: true }
            };
            if again.next().is_none() || !self.signer.learn(&said.answer) {
                return Ok(said);
            }
            meter.set_done(begun);
        }
    }

    /// What stands there now, if that may be known.
    pub(super) async fn look(&mut self, desk: &Desk<'_>) -> Result<Option<Object>, Trouble> {
        let said = self.say(desk, &Message::ruled(Method::HEAD), &[]).await?;
        let size = said.answer.headers.get(CONTENT_LENGTH).and_then(|size| size.to_str().ok()?.parse().ok());
        let there = said.answer.response.status == 200;
        let tag = said.tag().unwrap_or_default();
        Ok(size.filter(|_| there).map(|size| Object { size, tag, response: said.answer.response }))
    }
}

impl Said {
    pub(super) fn tag(&self) -> Option<String> {
        self.answer.headers.get(ETAG).and_then(|tag| tag.to_str().ok()).map(str::to_owned)
    }

    pub(super) fn nonsense(&self, why: &str) -> Failure {
        refusal::nonsense(&self.at, &self.answer, why)
    }

    pub(super) fn refusal(&self) -> words::Refusal {
        words::refusal(&self.at, &self.answer)
    }

    /// The same of an answer about what was begun.
    pub(super) fn trouble(&self) -> Trouble {
        let words::Refusal { code, failure } = self.refusal();
        match code.as_str() {
            // It may have forgotten a part that it had, where it cannot be asked for them.
            "NoSuchUpload" | "InvalidPart" => Trouble::Gone(failure),
            // It came damaged.
            "BadDigest" => Trouble::Resync(failure),
            _ => failure.into(),
        }
    }
}
