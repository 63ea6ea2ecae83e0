//! Resume data: transfers that are given out of the session, and that come into it.
//!
//! A transfer of which resume data is made is cancelled, and lets go of what there is of it: its part file stays
//! when it is forgotten, and so does what its server has. Nothing is lost if the data is: as long as the
//! cancelled transfer is listed, the data can be made again.
//!
//! What comes in is a new transfer. It has nothing in common with any other one of the session: no part
//! file, and no upload at a server.

use std::path::{Path, PathBuf};

use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

use super::actor::Actor;
use super::batch::Pending;
use super::command::Command;
use super::handle::{Download, Handle, Upload};
use super::start::{at_its_site, ready};
use super::{Error, Session};
use crate::download::{part_path, take_down};
use crate::store;
use crate::transfer::{
    Destination, DownloadRequest, ErrorKind, Failure, IllegalMove, Job, ResumeData, Snapshot, State, Step,
    Transfer, TransferId, UploadRequest,
};

impl Download {
    /// Ends it, and gives what is needed to continue it in another session or on another computer.
    ///
    /// What has arrived stays in the part file, which is nobody's from now on, and can go along to the other
    /// computer. All of it is read once, so that a copy can be told from other files; that takes as long as
    /// the disk does. This can be done again as long as the transfer is listed.
    ///
    /// # Errors
    /// If it is complete, or was removed, or its part file cannot be read.
    pub async fn cancel_by_producing_resume_data(&self) -> Result<ResumeData, Error> {
        self.session.hand_over(self.id).await
    }
}

impl Upload {
    /// Ends it, and gives what is needed to continue it in another session or on another computer. What its
    /// server has stays there, for as long as the server keeps it. This can be done again as long as the
    /// transfer is listed.
    ///
    /// # Errors
    /// If it is complete or was removed, or if it goes in one request that has begun: what was half sent
    /// there may have been done, and cannot be continued. Then nothing has changed.
    pub async fn cancel_by_producing_resume_data(&self) -> Result<ResumeData, Error> {
        self.session.hand_over(self.id).await
    }
}

impl Session {
    /// Ends a transfer and makes its resume data, see [`Download::cancel_by_producing_resume_data`] and
    /// [`Upload::cancel_by_producing_resume_data`].
    ///
    /// # Errors
    /// As there.
    pub async fn hand_over(&self, id: TransferId) -> Result<ResumeData, Error> {
        let mut job = self.ask(|reply| Command::HandOver(id, reply)).await??;
        if let Job::Download { request, partial: partial @ Some(_) } = &mut job
            && let Some(known) = partial.take()
        {
            request.destination = Some(Destination::File(known.path.clone()));
            let (part, stop) = (part_path(&known.path), CancellationToken::new());
            // Whoever does not wait for it any more need not have it.
            let _guard = stop.clone().drop_guard();
            let reading = self.runtime().spawn_blocking(move || take_down(*known, &stop));
            let taken_down = reading.await.map_err(|_| Error::Closed)?;
            *partial = taken_down.map_err(|error| Failure::from_io(&error, &part))?.map(Box::new);
        }
        Ok(ResumeData::of(job))
    }

    /// Continues a download from its resume data, with what [`ResumeData::download`] says was asked for,
    /// completed with its secrets and changed as one likes: another destination, a fresh link to the file.
    ///
    /// The part file is the one beside the destination, or the one that was there before, which is moved if it
    /// is on the same disk. What is not proved of it is fetched anew, and all of the file if there is none.
    ///
    /// # Errors
    /// If it is the resume data of an upload, another transfer has the part file, or it cannot be written down.
    pub async fn resume_download(
        &self,
        data: &ResumeData,
        request: DownloadRequest,
    ) -> Result<Download, Error> {
        Ok(Download(self.take_over(data.clone().go_on_with(request, place)?).await?))
    }

    /// Continues an upload from its resume data, with what [`ResumeData::upload`] says was asked for, completed
    /// with its secrets. The file may be elsewhere now, under the same name.
    ///
    /// # Errors
    /// If it is the resume data of a download, the file is not the one that was being sent, another transfer goes
    /// on with the upload, or it cannot be written down.
    pub async fn resume_upload(&self, data: &ResumeData, request: UploadRequest) -> Result<Upload, Error> {
        data.upload()?;
        let data = data.clone();
        let look = move || {
            let (request, delivery) = ready(request)?;
            data.go_on_sending(request, delivery)
        };
        let job = self.runtime().spawn_blocking(look).await.map_err(|_| Error::Closed)??;
        Ok(Upload(self.take_over(job).await?))
    }

    async fn take_over(&self, job: Job) -> Result<Handle, Error> {
        let job = at_its_site(job, &self.address_book().await?);
        let snapshot = self.ask(|reply| Command::TakeOver(Box::new(job), reply)).await??;
        Ok(Handle { session: self.clone(), id: snapshot.id })
    }
}

/// Writes resume data to a new file that the user alone can read. Whoever reads it can do what the module about
/// [`ResumeData`] says.
///
/// # Errors
/// If there is such a file, or it cannot be written.
pub fn save_resume_data(data: &ResumeData, path: &Path) -> Result<(), Failure> {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let written = data.to_text().and_then(|text| store::create(&path, text.as_bytes()));
    written.map_err(|error| Failure::from_io(&error, &path))
}

/// Where a file that went to `before` goes by this request. Its name is what it was, unless another is asked for.
fn place(request: &DownloadRequest, before: &Path) -> PathBuf {
    let place = match &request.destination {
        None => before.to_owned(),
        Some(Destination::File(file)) => file.clone(),
        Some(Destination::Folder(folder)) => folder.join(before.file_name().unwrap_or_default()),
    };
    std::path::absolute(&place).unwrap_or(place)
}

impl Actor {
    /// Ends a transfer whose resume data somebody wants. The answer comes when its task has handed in all that it
    /// has and that is written down.
    pub(super) fn hand_over(&mut self, id: TransferId, reply: oneshot::Sender<Result<Job, Error>>) {
        if let Err(error) = self.may_be_handed_over(id) {
            _ = reply.send(Err(error));
            return;
        }
        if self.transfers.get(&id).is_some_and(|transfer| transfer.state != State::Cancelled) {
            self.stop(id, State::Cancelled);
        }
        self.change(id, |transfer| transfer.handed_over = true);
        if self.running.contains_key(&id) {
            self.handing_over.entry(id).or_default().push(reply);
        } else {
            self.batch.pending.push(Pending::HandedOver(id, reply));
        }
    }

    fn may_be_handed_over(&self, id: TransferId) -> Result<(), Error> {
        let known = self.transfers.get(&id).filter(|_| !self.leaving.contains_key(&id));
        let transfer = known.ok_or(Error::Unknown(id))?;
        if transfer.is_leftover() {
            return Err(IllegalMove::of_leftover().into());
        }
        let has_let_go = match &transfer.job {
            Job::Download { partial, .. } => partial.is_some(),
            Job::Upload { .. } | Job::Leftover { .. } => transfer.handed_over,
        };
        if transfer.state != State::Cancelled || !has_let_go {
            transfer.state.allows(Step::Cancel)?;
        }
        let is_half_sent = self.running.contains_key(&id) && !transfer.job.is_repeatable();
        if is_half_sent || transfer.state.needs_restart() {
            let failure = Failure::new(ErrorKind::NotResumable);
            return Err(failure.because("it goes in one request, which has begun").into());
        }
        Ok(())
    }

    /// The task of a transfer has ended; those who wait for its resume data get what there is, unless it is
    /// complete.
    pub(super) fn on_let_go(&mut self, id: TransferId) {
        let Some(replies) = self.handing_over.remove(&id) else { return };
        if !self.transfers.get(&id).is_some_and(is_complete) {
            self.batch.pending.extend(replies.into_iter().map(|reply| Pending::HandedOver(id, reply)));
            return;
        }
        self.change(id, |transfer| transfer.handed_over = false);
        for reply in replies {
            _ = reply
                .send(State::Completed.allows(Step::Cancel).map_err(Error::from).and(Err(Error::Closed)));
        }
    }

    /// Takes on a transfer that goes on with what others may have hold of.
    pub(super) fn take_over(&mut self, job: Job, reply: oneshot::Sender<Result<Snapshot, Error>>) {
        let has_hold = |other: &&Transfer| !other.handed_over && !is_complete(other);
        let others = self.transfers.values().filter(has_hold);
        if let Some(other) = others.into_iter().find(|other| job.collides_with(&other.job)) {
            let failure = Failure::new(ErrorKind::FileExists).about(subject(&job));
            let failure = failure.because(&format!("transfer {} goes on with it", other.id));
            _ = reply.send(Err(failure.into()));
            return;
        }
        self.add(job, reply);
    }
}

fn is_complete(transfer: &Transfer) -> bool {
    transfer.state == State::Completed
}

/// What two transfers cannot both have.
fn subject(job: &Job) -> String {
    match job {
        Job::Download { partial: Some(partial), .. } => part_path(&partial.path).display().to_string(),
        Job::Download { request, .. } => request.url.host(),
        Job::Upload { request, .. } | Job::Leftover { request, .. } => request.url.host(),
    }
}
