//! The download dialog: what it asks of the session, of servers and of the disk while somebody looks at it.

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;

use iced::Task;
use iced::widget::operation;

use crate::gui::form::terms;
use crate::gui::screen::add_download::{self, AddDownload};
use crate::i18n::t;
use crate::ipc::{Fault, Link, Reply, Request, WithSecrets};
use crate::{Address, DownloadRequest, Kind, Probed, TransferId};

use super::asking::groups;
use super::dialogs::start_each;
use super::{App, Dialog, Message};

/// How long nothing is typed before a server is asked about what was.
const PAUSE: Duration = Duration::from_millis(600);

impl App {
    pub(super) fn open_download_dialog(&mut self, links: &[String]) -> Task<Message> {
        if self.download_dialog().is_none() {
            self.dialogs.push(Dialog::Download(AddDownload::new(&[], &self.settings.folder())));
        }
        let there = self.links_there();
        if let Some(dialog) = self.download_dialog() {
            dialog.know(there);
            dialog.add(links);
        }
        Task::batch([operation::focus(add_download::LINKS_FIELD), self.prefill(), self.look_at_links()])
    }

    /// Looks on the clipboard for a download dialog that is blank.
    pub(super) fn prefill(&mut self) -> Task<Message> {
        match self.download_dialog() {
            Some(dialog) if dialog.is_blank() => iced::clipboard::read()
                .map(|text| Message::AddDownload(add_download::Message::Clipboard(text))),
            _ => Task::none(),
        }
    }

    fn download_dialog(&mut self) -> Option<&mut AddDownload> {
        self.dialogs.iter_mut().find_map(|dialog| match dialog {
            Dialog::Download(dialog) => Some(dialog),
            _ => None,
        })
    }

    pub(super) fn is_download_dialog_on_top(&self) -> bool {
        matches!(self.dialogs.last(), Some(Dialog::Download(_)))
    }

    pub(super) fn in_download_dialog(&mut self, message: add_download::Message) -> Task<Message> {
        let there = message.changes_links().then(|| self.links_there());
        let Some(dialog) = self.download_dialog() else {
            let add_download::Message::Answered(refused) = message else { return Task::none() };
            return self.refused(refused);
        };
        if let Some(there) = there {
            dialog.know(there);
        }
        match dialog.update(message) {
            add_download::Action::None => self.look_at_links(),
            add_download::Action::Pick(start) => {
                let picked = self.desktop.pick_folder(t!(self.look.texts, "folder"), start);
                Task::perform(picked, |picked| Message::AddDownload(add_download::Message::Picked(picked)))
            }
            add_download::Action::Groups => Task::perform(self.link.ask(Request::Groups), |reply| {
                Message::AddDownload(add_download::Message::Terms(terms::Message::Groups(groups(reply))))
            }),
            add_download::Action::Show(id) => {
                self.close_download_dialog();
                self.show_details(id)
            }
            add_download::Action::Start(requests) => {
                let starting = start_each(self.link.clone(), requests, Request::Downloads);
                Task::perform(starting, |refused| {
                    Message::AddDownload(add_download::Message::Answered(refused))
                })
            }
            add_download::Action::Close => {
                self.close_download_dialog();
                Task::none()
            }
        }
    }

    fn close_download_dialog(&mut self) {
        self.dialogs.retain(|dialog| !matches!(dialog, Dialog::Download(_)));
    }

    /// The links of all downloads that there are; of several with the same, the newest.
    fn links_there(&self) -> HashMap<Address, TransferId> {
        let downloads = self.store.rows().iter().filter(|row| row.kind == Kind::Download);
        downloads.rev().map(|row| (row.url.clone(), row.id)).collect()
    }

    /// Asks the servers of links about which nobody has asked yet, and looks for a file of the name. What is
    /// asked ends with the link, or with the dialog.
    fn look_at_links(&mut self) -> Task<Message> {
        let link = self.link.clone();
        // The disk of a session elsewhere cannot be looked at from here.
        let is_here = self.profile.is_some();
        let Some(dialog) = self.download_dialog() else { return Task::none() };
        let (requests, is_typing) = dialog.unprobed();
        let mut looking = Vec::with_capacity(requests.len() + 1);
        for request in requests {
            let (address, about) = (request.url.clone(), request.url.clone());
            let asking = Task::perform(probe(link.clone(), request, is_typing), move |answer| {
                Message::AddDownload(add_download::Message::Probed(about.clone(), answer))
            });
            let (asking, handle) = asking.abortable();
            dialog.probing(&address, handle.abort_on_drop());
            looking.push(asking);
        }
        if let Some(path) = dialog.unlooked().filter(|_| is_here) {
            looking.push(Task::perform(is_there(path), |(path, is_there)| {
                Message::AddDownload(add_download::Message::Looked(path, is_there))
            }));
        }
        Task::batch(looking)
    }
}

/// Asks what the server of a link says of it; while somebody types, not at every letter.
async fn probe(link: Link, request: DownloadRequest, is_typing: bool) -> Result<Probed, Fault> {
    if is_typing {
        tokio::time::sleep(PAUSE).await;
    }
    match link.ask(Request::Probe(WithSecrets::pack(request))).await? {
        Reply::Probed(probed) => Ok(probed),
        _ => Err(Fault::new("The session did not tell what it saw.")),
    }
}

/// Whether there is such a file, looked for where a disk may take its time.
async fn is_there(path: PathBuf) -> (PathBuf, bool) {
    let looked_for = path.clone();
    let looking = tokio::task::spawn_blocking(move || looked_for.symlink_metadata().is_ok());
    (path, looking.await.unwrap_or(false))
}
