//! What a server's refusal means for an upload that can be continued, and what it says in words. Pure.

use jiff::Timestamp;

use crate::attempt::Outcome;
use crate::net::retry_after;
use crate::net::transport::Answer;
use crate::transfer::{Address, ErrorKind, Failure};

/// What is wrong with a server that says so.
pub(super) const HASTY: &str = "it said that it had the file before all of it was sent";

/// Why a step of an upload did not get where it should.
#[derive(Debug)]
pub(super) enum Trouble {
    /// This attempt is over.
    Over(Outcome),
    /// The same, and what has begun at the server cannot go on.
    Spent(Outcome),
    /// The two sides differ in what has come: the server is to be asked.
    Resync(Failure),
    /// The server knows nothing of the upload any more.
    Gone(Failure),
    /// It was too much at once.
    Smaller(Failure),
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Self {
        Self::Over(Outcome::Failed(failure))
    }
}

impl From<Outcome> for Trouble {
    fn from(outcome: Outcome) -> Self {
        Self::Over(outcome)
    }
}

impl From<Trouble> for Outcome {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Over(outcome) | Trouble::Spent(outcome) => outcome,
            Trouble::Resync(failure) | Trouble::Gone(failure) | Trouble::Smaller(failure) => {
                Self::Failed(failure)
            }
        }
    }
}

/// What went wrong when the server of `target` answered like this.
pub(super) fn failure(target: &Address, answer: &Answer) -> Failure {
    let status = answer.response.status;
    if (300..400).contains(&status) {
        return astray(target, answer);
    }
    let failure = Failure::from_status(status).about(target.host());
    let failure = failure.not_before(retry_after(&answer.headers, Timestamp::now()));
    match words(answer) {
        Some(words) => failure.because(&words),
        None => failure,
    }
}

/// The same of an answer about what was begun at `target`: whether to ask, to begin anew or to give up.
pub(super) fn trouble(target: &Address, answer: &Answer) -> Trouble {
    let failure = failure(target, answer);
    match answer.response.status {
        409 | 412 | 460 => Trouble::Resync(failure),
        404 | 410 => Trouble::Gone(failure),
        413 => Trouble::Smaller(failure),
        _ => failure.into(),
    }
}

/// An answer that no server should give.
pub(super) fn nonsense(target: &Address, answer: &Answer, why: &str) -> Failure {
    let mut failure =
        Failure::new(ErrorKind::ErrorHttpInvalidServerResponse).about(target.host()).because(why);
    failure.status = Some(answer.response.status);
    failure
}

/// The address that the server of `target` has made for what was asked for there. Nothing that was safe
/// becomes unsafe.
///
/// # Errors
/// If it names none.
pub(super) fn made(target: &Address, answer: &Answer) -> Result<Address, Failure> {
    let nowhere = || nonsense(target, answer, "it does not say where to send the file");
    made_at(target, answer.location.as_deref().ok_or_else(nowhere)?)?.ok_or_else(nowhere)
}

/// The same of what it calls that address; nothing if it is none for this.
pub(super) fn made_at(target: &Address, location: &str) -> Result<Option<Address>, Failure> {
    let made = target.join(location).ok().filter(Address::is_web);
    match made {
        Some(made) if target.is_https() && !made.is_https() => {
            Err(Failure::new(ErrorKind::HttpsToHttpOnRedirection).about(made.host()))
        }
        made => Ok(made),
    }
}

/// The address of the same origin at which the server wants the same request.
pub(super) fn same_again(target: &Address, answer: &Answer) -> Option<Address> {
    let next = matches!(answer.response.status, 307 | 308).then(|| landing(target, answer).ok())??;
    (next.origin() == target.origin()).then_some(next)
}

/// Where a redirect leads.
pub(super) fn landing(target: &Address, answer: &Answer) -> Result<Address, Failure> {
    let nowhere = || Failure::new(ErrorKind::RedirectFailed).about(target.host());
    let location = answer.location.as_deref().ok_or_else(nowhere)?;
    target.join(location).map_err(|_| nowhere())
}

/// A redirect that is not followed.
fn astray(target: &Address, answer: &Answer) -> Failure {
    let mut failure = match landing(target, answer) {
        Ok(next) => Failure::new(ErrorKind::RedirectFailed)
            .about(next.host())
            .because(&format!("{} leads there, and nothing was sent there", target.host())),
        Err(failure) => failure.because("it leads to no address"),
    };
    failure.status = Some(answer.response.status);
    failure
}

/// What the server said in words, if the body of its answer is text: of a page, only the title.
fn words(answer: &Answer) -> Option<String> {
    let body = answer.response.body.trim_start_matches('\u{feff}').trim();
    if body.is_empty() || body.contains(['\0', char::REPLACEMENT_CHARACTER]) {
        return None;
    }
    let page = match answer.media_type.as_deref() {
        None => body.starts_with('<'),
        Some(kind) => kind.contains("html") || kind.contains("xml"),
    };
    if page {
        return title(body).map(str::to_owned);
    }
    let text = match answer.media_type.as_deref() {
        None => true,
        Some(kind) => kind.starts_with("text/") || kind.ends_with("json"),
    };
    text.then(|| body.chars().take(400).collect())
}

fn title(page: &str) -> Option<&str> {
    // Only ASCII letters change, so places in the one are places in the other.
    let lower = page.to_ascii_lowercase();
    let start = lower.find("<title>")? + "<title>".len();
    let end = start + lower[start..].find("</title>")?;
    Some(&page[start..end])
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::transfer::Response;

    /// An answer with this body, and without a kind if that is empty.
    pub(in crate::upload) fn answer(status: u16, media_type: &str, body: &str) -> Answer {
        let response = Response { status, headers: Vec::new(), body: body.to_owned() };
        let media_type = Some(media_type.to_owned()).filter(|kind| !kind.is_empty());
        Answer { response, headers: http::HeaderMap::default(), location: None, media_type }
    }

    #[test]
    fn the_servers_words_are_its_text_or_the_title_of_its_page() {
        for (media_type, body, expected) in [
            ("text/plain", " Quota\r\nexceeded ", Some("Quota\r\nexceeded")),
            ("", "no room", Some("no room")),
            ("application/problem+json", "{\"title\":\"no\"}", Some("{\"title\":\"no\"}")),
            ("text/html", "<html><TITLE>413 Too Large</title><h1>x", Some("413 Too Large")),
            ("", "<html><body>no title", None),
            ("image/png", "text", None),
            ("text/plain", "bin\0ary", None),
            ("text/plain", "", None),
        ] {
            assert_eq!(words(&answer(413, media_type, body)).as_deref(), expected, "{body}");
        }
    }
}
