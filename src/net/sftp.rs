//! Files over SFTP, the file transfer of SSH (version 3 of it, which everybody speaks).
//!
//! `sftp://host/path` names a path from the root of the server, `sftp://host/~/path` one from where the
//! login leads, as curl means them. Where files are got, a server is answered for like any web server; see
//! [`gateway`](super::gateway). They are sent by a [`Sender`].

mod body;
mod link;
mod login;
mod packet;
mod sender;
mod trust;

use std::time::SystemTime;

use http::StatusCode;
use secrecy::SecretString;

use super::answer::Answer;
use super::body::Body as AnyBody;
use super::connect::Dial;
use super::connection::Pool;
use super::gateway::{self, File, Part, Refusal};
use super::get::Get;
use super::place::Caller;
use crate::transfer::{Address, Credentials, ErrorKind, Failure};
use body::Body;
use link::{Entry, Link};
use packet::{Reply, Request, Status};
pub(crate) use sender::Sender;

/// The servers of SFTP, and the connections to them that nobody uses for the moment.
#[derive(Clone, Default)]
pub(super) struct Sftp {
    idle: Pool<Link>,
}

impl Sftp {
    /// Asks for a file. As for [`Net::get`](super::Net::get).
    pub(super) async fn get(&self, dial: Dial<'_>, get: &Get<'_>) -> Result<Answer, Failure> {
        let path = path(get.url)?;
        let Some(login) = get.headers.login().or_else(whoever_we_are) else {
            return Ok(Answer::foreign(get.url, StatusCode::UNAUTHORIZED, None));
        };
        let host_key = get.headers.host_key();
        if let Some(link) = self.idle.take_if(&get.url.origin(), |link| link.is_of(&login, host_key)) {
            // Whatever is wrong with it, a fresh one will tell.
            if let Ok(answer) = self.answer(link, get, &path).await {
                return Ok(answer);
            }
        }
        let entry = Entry { url: get.url, login: &login, host_key };
        let answer = match Link::open(&entry, dial).await {
            Ok(link) => self.answer(link, get, &path).await,
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
        let Some(login) = caller.headers.login().or_else(whoever_we_are) else {
            return Err(Failure::new(ErrorKind::Unauthorized).about(caller.url.host()));
        };
        let host_key = caller.headers.host_key();
        if let Some(link) = self.idle.take_if(&caller.url.origin(), |link| link.is_of(&login, host_key))
            && let Ok(sender) = Sender::over(link, self.clone()).await
        {
            return Ok(sender);
        }
        let entry = Entry { url: caller.url, login: &login, host_key };
        let link = Link::open(&entry, dial).await.map_err(|refusal| refusal.into_failure(caller.url))?;
        Sender::over(link, self.clone()).await
    }

    async fn answer(&self, mut link: Link, get: &Get<'_>, path: &[u8]) -> Result<Answer, Refusal> {
        let handle = match link.call(&Request::Open { path }).await? {
            Reply::Handle(_, handle) => handle,
            other => return Err(refusal(get, &other)),
        };
        let stat = match link.call(&Request::Stat { handle: &handle }).await? {
            Reply::Stat(_, stat) => stat,
            other => return Err(refusal(get, &other)),
        };
        if !stat.is_file() || stat.size.is_none() {
            let failure = Failure::new(ErrorKind::UnexpectedStatusCode).about(get.url.host());
            return Err(failure.because("there is something else than a file").into());
        }
        let file = File { size: stat.size, modified: stat.modified, ranges: true };
        let (status, headers, part) = gateway::answer(get, &file, SystemTime::now());
        let range = if let Part::Sized(range) = part { range } else { 0..0 };
        let body = Body::new(link, (handle, stat), range.start, range.end, self.clone());
        Ok(Answer::foreign(get.url, status, Some(AnyBody::foreign(body))).with(headers))
    }

    /// Closes what nobody uses for the moment.
    pub(super) fn forget_connections(&self) {
        self.idle.clear();
    }

    fn keep(&self, link: Link) {
        self.idle.put(&link.origin(), link);
    }
}

/// The path that an address names.
fn path(url: &Address) -> Result<Vec<u8>, Failure> {
    let path = gateway::path(url)?;
    Ok(path.strip_prefix(b"~/").map_or_else(|| [b"/", &path[..]].concat(), <[u8]>::to_vec))
}

/// What a web server would have said instead.
fn refusal(get: &Get<'_>, reply: &Reply) -> Refusal {
    match reply {
        Reply::Status(_, Status::NoSuchFile, _) => Refusal::Status(StatusCode::NOT_FOUND),
        Reply::Status(_, Status::PermissionDenied, _) => Refusal::Status(StatusCode::FORBIDDEN),
        Reply::Status(..) => Failure::new(ErrorKind::Ftp).about(get.url.host()).into(),
        _ => Failure::new(ErrorKind::ErrorHttpInvalidServerResponse).about(get.url.host()).into(),
    }
}

/// The name that this computer knows the user by.
fn whoever_we_are() -> Option<Credentials> {
    let user = ["USER", "LOGNAME"].into_iter().find_map(|name| std::env::var(name).ok())?;
    Some(Credentials { user, password: SecretString::default() })
}
