//! The pages of what is kept of servers: the places that files are sent to, and sites.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use iced::Task;
use iced::widget::operation;

use crate::gui::desktop::Picked;
use crate::gui::screen::book::{self, Action, Form, Happening, Import};
use crate::i18n::t;
use crate::ipc::{Fault, Link, Reply, Request, WithSecrets};
use crate::{Address, AddressBookEntry as _, Failure, NotAFingerprint, Site, TransferId};

use super::{App, Message, asking, pages};

/// The longest file that is looked at, in bytes; none that is meant for this is as long.
const LONGEST: u64 = 1024 * 1024;

/// For which page a message is.
type For<F> = fn(book::Message<F>) -> pages::Message;

impl App {
    /// Asks what is in an address book.
    pub(super) fn read_book<F: Form + 'static>(&self, page: For<F>) -> Task<Message> {
        Task::perform(self.link.ask(F::all()), book::of_reply::<F>).map(move |told| Message::Page(page(told)))
    }

    pub(super) fn follow_book<F: Form + 'static>(&mut self, action: Action, page: For<F>) -> Task<Message> {
        let told = move |message| Message::Page(page(message));
        match action {
            Action::None => Task::none(),
            Action::Read => self.read_book::<F>(page),
            Action::Groups => {
                let asked = self.link.ask(Request::Groups);
                Task::perform(asked, move |reply| told(Happening::Groups(asking::groups(reply))))
            }
            Action::Ask(request) => {
                Task::perform(self.link.ask(request), move |done| told(Happening::Done(done.map(drop))))
            }
            Action::PickFolder => {
                let picked = self.desktop.pick_folder(t!(self.look.texts, "folder"), self.settings.folder());
                Task::perform(picked, move |picked| told(Happening::Picked(picked)))
            }
            Action::PickFile => {
                let picked = self.desktop.pick_files(t!(self.look.texts, "files"));
                Task::perform(picked, move |picked| told(Happening::Picked(picked)))
            }
            Action::Import => {
                let picked = self.desktop.pick_files(t!(self.look.texts, "destination-import"));
                Task::perform(async move { import(picked.await).await }, move |read| {
                    told(Happening::Imported(read))
                })
            }
            Action::Focus(field) => operation::focus(field),
            Action::Close => self.leave_dialog(),
        }
    }
}

/// Trusts a server if it shows the key of this fingerprint, from now on for every transfer with it, and goes on with
/// this one.
pub(super) async fn trust(link: Link, id: TransferId, url: Address, key: String) -> Result<(), Fault> {
    let Reply::Sites(sites) = link.ask(Request::Sites).await? else {
        return Err(Fault::new("The session did not tell its sites."));
    };
    let all = Site::new(&url.join("/")?);
    let is_new = !sites.iter().any(|site| site.name() == all.name());
    // For each folder on a server its own site holds and no other one.
    let there = sites.into_iter().filter(|site| site.url().origin() == url.origin());
    let lacks_key = |site: &Site| site.headers.host_key().is_none();
    for mut site in there.filter(lacks_key).chain(is_new.then_some(all)) {
        let wrong = |error: NotAFingerprint| Fault::new(error.to_string());
        site.headers.set_host_key(&key).map_err(wrong)?;
        link.ask(Request::KeepSite(WithSecrets::pack(site))).await?;
    }
    link.ask(Request::Amend { id: id.to_string(), changes: vec![("host-key".to_owned(), key)] }).await?;
    Ok(())
}

/// Reads what was chosen, where a disk may take its time.
async fn import(picked: Picked) -> Import {
    let path = match picked {
        Picked::Paths(paths) => paths.into_iter().next(),
        Picked::Cancelled => None,
        Picked::Unavailable => return Import::Unavailable,
    };
    let Some(path) = path else { return Import::Cancelled };
    tokio::task::spawn_blocking(move || read(&path)).await.unwrap_or(Import::Cancelled)
}

fn read(path: &Path) -> Import {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    match beginning(path) {
        Ok(bytes) => Import::Read(name, bytes),
        Err(error) => Import::Unreadable(Failure::from_io(&error, path).into()),
    }
}

fn beginning(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(LONGEST).read_to_end(&mut bytes)?;
    Ok(bytes)
}
