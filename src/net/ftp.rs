//! Files over FTP (RFC 959, 3659), in the open or over TLS (RFC 4217).
//!
//! `ftp://` is open, `ftps://` is TLS from the first byte on (port 990, as curl means it), `ftpes://`
//! turns to TLS before the login. Data comes over passive connections alone, to the server itself, on the same
//! way as the control connection. Where a
//! server tells size and time of a file and can begin in its middle, it is answered for like any web
//! server; see [`gateway`](super::gateway). Files are sent by a [`Sender`].

mod body;
mod control;
mod line;
mod reply;
mod sender;

use std::time::SystemTime;

use secrecy::SecretString;

use super::answer::Answer;
use super::body::Body as AnyBody;
use super::connect::Dial;
use super::connection::Pool;
use super::gateway::{self, Part, Refusal};
use super::get::Get;
use super::place::Caller;
use crate::transfer::{Credentials, Failure};
use body::{Body, Wanted};
use control::Control;
pub(crate) use sender::Sender;

/// The servers of FTP, and the control connections to them that nobody uses for the moment.
#[derive(Clone, Default)]
pub(super) struct Ftp {
    idle: Pool<Control>,
}

impl Ftp {
    /// Asks for a file. As for [`Net::get`](super::Net::get).
    pub(super) async fn get(&self, dial: Dial<'_>, get: &Get<'_>) -> Result<Answer, Failure> {
        let path = gateway::path(get.url)?;
        let login = get.headers.login().unwrap_or_else(anonymous);
        if let Some(control) = self.idle.take_if(&get.url.origin(), |control| control.is_of(&login)) {
            // Whatever is wrong with it, a fresh one will tell.
            if let Ok(answer) = self.answer(control, dial, get, &path).await {
                return Ok(answer);
            }
        }
        let answer = match Control::open(get.url, login, dial).await {
            Ok(control) => self.answer(control, dial, get, &path).await,
            Err(refusal) => Err(refusal),
        };
        match answer {
            Ok(answer) => Ok(answer),
            Err(Refusal::Status(status)) => Ok(Answer::foreign(get.url, status, None)),
            Err(Refusal::Failed(failure)) => Err(failure),
        }
    }

    /// A connection over which files can be sent, one that was kept or a fresh one.
    ///
    /// # Errors
    /// If none comes about, or the login is refused.
    pub(super) async fn sender(&self, dial: Dial<'_>, caller: &Caller<'_>) -> Result<Sender, Failure> {
        let login = caller.headers.login().unwrap_or_else(anonymous);
        if let Some(mut control) = self.idle.take_if(&caller.url.origin(), |control| control.is_of(&login))
            && control.settle().await.is_ok()
            && control.ask("NOOP", b"").await.is_ok_and(|reply| reply.code != 421)
        {
            return Ok(Sender::over(control, self.clone()));
        }
        let control = Control::open(caller.url, login, dial).await;
        Ok(Sender::over(control.map_err(|refusal| refusal.into_failure(caller.url))?, self.clone()))
    }

    async fn answer(
        &self,
        mut control: Control,
        dial: Dial<'_>,
        get: &Get<'_>,
        path: &[u8],
    ) -> Result<Answer, Refusal> {
        control.settle().await?;
        let mut file = control.look(path).await?;
        loop {
            let (status, headers, part) = gateway::answer(get, &file, SystemTime::now());
            let (offset, left) = match &part {
                Part::Nothing => {
                    self.keep(control);
                    return Ok(Answer::foreign(get.url, status, None).with(headers));
                }
                Part::Sized(part) => (part.start, Some(part.end - part.start)),
                Part::Endless => (0, None),
            };
            let Some(data) = control.retrieve(dial, path, offset).await? else {
                file.ranges = false;
                continue;
            };
            let to_end = left.is_none_or(|left| file.size == Some(offset + left));
            let wanted = Wanted { path: path.to_vec(), file, left, to_end };
            let body = Body::new(data, control, wanted, self.clone());
            return Ok(Answer::foreign(get.url, status, Some(AnyBody::foreign(body))).with(headers));
        }
    }

    /// Closes what nobody uses for the moment.
    pub(super) fn forget_connections(&self) {
        self.idle.clear();
    }

    fn keep(&self, control: Control) {
        self.idle.put(&control.origin(), control);
    }
}

/// Whoever is not known (RFC 1635).
fn anonymous() -> Credentials {
    Credentials { user: "anonymous".to_owned(), password: SecretString::from("anonymous@") }
}
