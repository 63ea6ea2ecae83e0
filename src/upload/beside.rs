//! Uploads to servers that keep files under paths: a file goes to a name of its own beside its place, and
//! gets that place when the server has all of it. What was there before stays whole until then, and is
//! not replaced at all unless that was asked for.

use std::ops::Range;
use std::time::Duration;

use http_body_util::BodyExt as _;

use super::desk::Desk;
use super::engine;
use super::protocol::{Finished, Opened, Protocol, Sent};
use super::refusal::Trouble;
use super::source::Content;
use crate::attempt::Outcome;
use crate::net::{Caller, FtpSender, Place, SftpSender};
use crate::transfer::{
    Address, Beside, ErrorKind, Failure, IfExists, OpenConnection, Ranges, Remote, Scheme, Verified,
};
use names::Names;

mod names;

/// How long a server may take to notice that nothing more comes.
const MOMENT: Duration = Duration::from_secs(1);
/// Highest number that a name gets.
const MOST: u32 = 999;

/// A server of one kind, as far as this takes.
pub(super) trait Server: Sized + Send {
    fn connect(desk: &Desk<'_>, caller: &Caller<'_>) -> impl Future<Output = Result<Self, Failure>> + Send;

    /// The path that an address names.
    fn path(url: &Address) -> Result<Vec<u8>, Failure>;

    /// How many bytes before the end of a file that was broken off are sent again; nothing if all of them.
    fn unsure(&self) -> Option<u64>;

    /// Whether it says how large files are.
    fn tells_sizes(&self) -> bool;

    fn look(&mut self, path: &[u8]) -> impl Future<Output = Result<Place, Failure>> + Send;

    /// Begins to write. The answer is whether the server can begin there.
    fn begin(
        &mut self,
        desk: &Desk<'_>,
        path: &[u8],
        offset: u64,
    ) -> impl Future<Output = Result<bool, Failure>> + Send;

    /// Sends bytes. The answer is up to where the server has said that it has them, if it says that.
    fn write(&mut self, bytes: &[u8]) -> impl Future<Output = Result<Option<u64>, Failure>> + Send;

    fn end(&mut self) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Some servers replace what is there also unasked, and some do not do so even if asked.
    fn rename(
        &mut self,
        from: &[u8],
        to: &[u8],
        replace: bool,
    ) -> impl Future<Output = Result<(), Failure>> + Send;

    fn remove(&mut self, path: &[u8]) -> impl Future<Output = Result<(), Failure>> + Send;

    /// It is needed no more.
    fn keep(self);
}

/// Brings an upload to its end, from where it stands.
pub(super) async fn run(desk: &Desk<'_>, begun: Option<Beside>) -> Outcome {
    match desk.request.url.scheme() {
        Scheme::Sftp => Box::pin(engine::run(desk, begun.map(Upload::<SftpSender>::from))).await,
        _ => Box::pin(engine::run(desk, begun.map(Upload::<FtpSender>::from))).await,
    }
}

/// Removes what is there of an upload.
pub(super) async fn abort(desk: &Desk<'_>, begun: Beside) -> Result<(), Trouble> {
    match desk.request.url.scheme() {
        Scheme::Sftp => Box::pin(desk.unless_stopped(Upload::<SftpSender>::from(begun).abort(desk))).await,
        _ => Box::pin(desk.unless_stopped(Upload::<FtpSender>::from(begun).abort(desk))).await,
    }
}

/// See the module.
pub(super) struct Upload<S> {
    at: Beside,
    server: Option<(S, OpenConnection)>,
    verified: Verified,
    /// Whether everything was found in its place.
    is_placed: bool,
}

impl<S> From<Beside> for Upload<S> {
    fn from(at: Beside) -> Self {
        Self { at, server: None, verified: Verified::None, is_placed: false }
    }
}

impl<S: Server> Protocol for Upload<S> {
    async fn open(desk: &Desk<'_>) -> Result<Opened<Self>, Trouble> {
        let tag = uuid::Uuid::now_v7().simple().to_string().split_off(24);
        let mut upload = Self::from(Beside { tag, number: 0, whole: false, placing: false });
        desk.unless_stopped(upload.find_room(desk)).await?;
        Ok(Opened::empty(upload))
    }

    fn remote(&self) -> Remote {
        Remote::Beside(self.at.clone())
    }

    async fn query(&mut self, desk: &Desk<'_>) -> Result<Ranges, Trouble> {
        let has = desk.unless_stopped(self.what_is_there(desk)).await?;
        Ok(Ranges::up_to(has))
    }

    async fn send(&mut self, desk: &Desk<'_>, span: Range<u64>) -> Result<Sent, Trouble> {
        desk.unless_stopped(self.write(desk, span.clone())).await?;
        Ok(Sent::Has(span))
    }

    async fn finish(&mut self, desk: &Desk<'_>) -> Result<Finished, Trouble> {
        let is_old = self.at.placing;
        if !self.is_placed {
            if desk.source().size == 0 {
                desk.unless_stopped(self.write(desk, 0..0)).await?;
            }
            self.at.placing = true;
            desk.attempt.begun(self.remote()).await?;
            self.place(desk).await?;
        }
        if is_old && desk.request.if_exists == IfExists::Overwrite {
            // A stop in between may have left what was replaced.
            let names = self.names(desk)?;
            let _ = self.server(desk).await?.remove(&names.old).await;
        }
        self.let_go();
        Ok(Finished { response: None, verified: self.verified })
    }

    async fn abort(mut self, desk: &Desk<'_>) -> Result<(), Trouble> {
        let (names, placing) = (self.names(desk)?, self.at.placing);
        let server = self.server(desk).await?;
        let part = server.look(&names.part).await?;
        if placing {
            let place = server.look(&names.place).await?;
            let is_placed = part == Place::Nothing && place == Place::File(desk.source().size);
            if is_placed {
                let failure = Failure::new(ErrorKind::AlreadyComplete).about(desk.request.url.host());
                return Err(failure.into());
            }
            if place == Place::Nothing && matches!(server.look(&names.old).await?, Place::File(_)) {
                // It was about to be replaced, and is not.
                server.rename(&names.old, &names.place, false).await?;
            }
        }
        if part == Place::Nothing {
            return Ok(());
        }
        server.remove(&names.part).await?;
        // rclone brings a file back that was still being written when it was removed.
        tokio::time::sleep(MOMENT).await;
        match server.look(&names.part).await? {
            Place::Nothing => Ok(()),
            _ => Err(Failure::new(ErrorKind::Locked).about(desk.request.url.host()).into()),
        }
    }
}

impl<S: Server> Upload<S> {
    /// Over a server that is connected to.
    #[cfg(test)]
    pub(super) fn over(server: S, at: Beside, open: OpenConnection) -> Self {
        Self { server: Some((server, open)), ..Self::from(at) }
    }

    fn names(&self, desk: &Desk<'_>) -> Result<Names, Failure> {
        Ok(Names::of(&S::path(&desk.request.stored_at())?, &self.at))
    }

    async fn server(&mut self, desk: &Desk<'_>) -> Result<&mut S, Failure> {
        if self.server.is_none() {
            let (url, headers) = (&desk.request.url, &desk.request.headers);
            let caller = Caller { url, headers, timeouts: desk.attempt.timeouts };
            let server = S::connect(desk, &caller).await?;
            self.server = Some((server, desk.attempt.meter.connection()));
        }
        match &mut self.server {
            Some((server, _)) => Ok(server),
            None => unreachable!("a server that was connected to"),
        }
    }

    /// Leaves the connection to others.
    fn let_go(&mut self) {
        if let Some((server, _)) = self.server.take() {
            server.keep();
        }
    }

    /// Makes sure that there is a place for the file, or that it may take the one of another.
    async fn find_room(&mut self, desk: &Desk<'_>) -> Result<(), Trouble> {
        loop {
            let names = self.names(desk)?;
            let server = self.server(desk).await?;
            if desk.request.if_exists == IfExists::Overwrite {
                return Ok(());
            }
            match server.look(&names.place).await? {
                Place::Nothing => return Ok(()),
                Place::File(_) if desk.request.if_exists == IfExists::Skip => {
                    self.let_go();
                    return Err(Outcome::Skipped.into());
                }
                _ => self.take_next(desk)?,
            }
        }
    }

    /// The name is taken: takes the next one, if that may be.
    fn take_next(&mut self, desk: &Desk<'_>) -> Result<(), Failure> {
        if desk.request.if_exists == IfExists::Rename && self.at.number < MOST {
            self.at.number += 1;
            return Ok(());
        }
        Err(Failure::new(ErrorKind::FileExists).about(desk.request.stored_at().to_string()))
    }

    /// How many bytes from the first on need not be sent.
    async fn what_is_there(&mut self, desk: &Desk<'_>) -> Result<u64, Trouble> {
        let (names, size) = (self.names(desk)?, desk.source().size);
        let Beside { whole, placing, .. } = self.at;
        let server = self.server(desk).await?;
        let there = server.look(&names.part).await?;
        let is_placed =
            placing && there == Place::Nothing && server.look(&names.place).await? == Place::File(size);
        let unsure = if whole { None } else { server.unsure() };
        let is_all = is_placed || placing && there == Place::File(size);
        self.is_placed = is_placed;
        if is_all {
            self.verified = Verified::Length;
            return Ok(size);
        }
        Ok(match (there, unsure) {
            (Place::File(has), Some(unsure)) if has <= size => has.saturating_sub(unsure),
            _ => 0,
        })
    }

    async fn write(&mut self, desk: &Desk<'_>, span: Range<u64>) -> Result<(), Trouble> {
        let names = self.names(desk)?;
        let is_there = match self.carry(desk, &names.part, span.clone()).await {
            Ok(true) => self.is_all_there(desk, &names.part).await?,
            Ok(false) => false,
            Err(failure) => {
                // What was on its way may still come.
                self.server = None;
                if span.start == 0 || failure.kind != ErrorKind::Ftp {
                    return Err(failure.into());
                }
                false
            }
        };
        if is_there {
            return Ok(());
        }
        if span.start > 0 {
            // Servers that cannot go on in the middle have been seen to say that they can.
            self.at.whole = true;
        }
        Err(Trouble::Resync(Failure::new(ErrorKind::Truncated).about(desk.request.url.host())))
    }

    /// Sends these bytes. The answer is whether the server could begin there.
    async fn carry(&mut self, desk: &Desk<'_>, path: &[u8], span: Range<u64>) -> Result<bool, Failure> {
        let (start, meter) = (span.start, &desk.attempt.meter);
        let mut content = Content::open(vec![desk.part(span)], desk.attempt.limits.clone()).await?;
        let server = self.server(desk).await?;
        if !server.begin(desk, path, start).await? {
            return Ok(false);
        }
        while let Some(frame) = content.frame().await {
            let Ok(bytes) = frame?.into_data() else { continue };
            let has = server.write(&bytes).await?;
            meter.add(bytes.len() as u64);
            if let Some(has) = has {
                meter.confirm(has);
            }
        }
        server.end().await?;
        Ok(true)
    }

    async fn is_all_there(&mut self, desk: &Desk<'_>, path: &[u8]) -> Result<bool, Failure> {
        let server = self.server(desk).await?;
        let is_right = server.look(path).await? == Place::File(desk.source().size);
        let is_unknown = !server.tells_sizes();
        self.verified = if is_right { Verified::Length } else { Verified::None };
        Ok(is_right || is_unknown)
    }

    /// Gives the file its name. This takes a moment and is not broken off.
    async fn place(&mut self, desk: &Desk<'_>) -> Result<(), Trouble> {
        loop {
            let names = self.names(desk)?;
            let server = self.server(desk).await?;
            if desk.request.if_exists == IfExists::Overwrite {
                return Ok(replace(server, &names).await?);
            }
            if server.look(&names.place).await? == Place::Nothing {
                let Err(failure) = server.rename(&names.part, &names.place, false).await else {
                    return Ok(());
                };
                if server.look(&names.place).await? == Place::Nothing {
                    return Err(failure.into());
                }
            }
            self.take_next(desk)?;
            desk.attempt.begun(self.remote()).await?;
        }
    }
}

/// Puts the file in place of what is there. Where the server does not replace files, the old one goes out of
/// the way first, and comes back if need be.
async fn replace<S: Server>(server: &mut S, names: &Names) -> Result<(), Failure> {
    let Err(failure) = server.rename(&names.part, &names.place, true).await else { return Ok(()) };
    let Place::File(_) = server.look(&names.place).await? else { return Err(failure) };
    if server.rename(&names.place, &names.old, false).await.is_err() {
        return Err(failure);
    }
    match server.rename(&names.part, &names.place, false).await {
        Ok(()) => {
            // Whether it can be removed or not, the file is where it should be.
            let _ = server.remove(&names.old).await;
            Ok(())
        }
        Err(failure) => {
            server.rename(&names.old, &names.place, false).await?;
            Err(failure)
        }
    }
}
