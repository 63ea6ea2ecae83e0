//! The dialogs over the list, one above the other, and what they ask for.

use std::mem::{Discriminant, discriminant};
use std::path::PathBuf;

use iced::Task;
use iced::widget::operation;

use crate::TransferId;
use crate::gui::form::terms;
use crate::gui::notice::Notice;
use crate::gui::overlay::{self, Overlay};
use crate::gui::screen::add_download::{self, AddDownload};
use crate::gui::screen::add_upload::{self, AddUpload, place, trees};
use crate::gui::screen::renew::{self, Renew};
use crate::gui::screen::settings::Preferences;
use crate::i18n::t;
use crate::ipc::{self, Fault, HasHeaders, InWindow, Link, New, Reply, Request, WithSecrets};

use super::asking::groups;
use super::books;
use super::pages::Page;
use super::{App, Message};

/// Something that lies over the list.
#[derive(Debug)]
pub enum Dialog {
    /// The download dialog.
    Download(AddDownload),
    /// The upload dialog.
    Upload(AddUpload),
    /// The settings.
    Settings(Preferences),
    /// What a transfer needs from somebody.
    Renew(Renew),
    /// A page of its own.
    Page(Page),
    /// A question or a page of particulars.
    Overlay(Overlay),
}

impl Dialog {
    /// The transfer it is about.
    pub fn transfer(&self) -> Option<TransferId> {
        match self {
            Self::Overlay(overlay) => overlay.transfer(),
            Self::Renew(renew) => Some(renew.transfer()),
            _ => None,
        }
    }

    /// What tells it from the others that could lie in its place.
    pub(super) fn kind(&self) -> (Discriminant<Self>, Option<Discriminant<Overlay>>) {
        let overlay = if let Self::Overlay(overlay) = self { Some(discriminant(overlay)) } else { None };
        (discriminant(self), overlay)
    }

    /// The field that somebody most likely wants to write in first.
    pub(super) fn first_field(&self) -> Option<&'static str> {
        match self {
            Self::Download(_) => Some(add_download::LINKS_FIELD),
            Self::Upload(_) => Some(add_upload::ADDRESS_FIELD),
            Self::Renew(_) => Some(renew::FIRST_FIELD),
            Self::Settings(_) => Some(crate::gui::screen::settings::SEARCH_FIELD),
            Self::Page(page) => page.first_field(),
            Self::Overlay(_) => None,
        }
    }
}

impl App {
    /// Opens the window, with dialogs for what came along.
    pub(super) fn open_window(&mut self, wanted: InWindow) -> Task<Message> {
        self.token = wanted.token;
        let blank = match wanted.new {
            Some(New::Download) => self.open_download_dialog(&[]),
            Some(New::Upload) => self.open_upload_dialog(Vec::new()),
            None => Task::none(),
        };
        Task::batch([self.show_window(), blank, self.open_dialogs(&wanted.links, wanted.files)])
    }

    /// Opens the dialogs for links and files, if there are any.
    pub(super) fn open_dialogs(&mut self, links: &[String], files: Vec<PathBuf>) -> Task<Message> {
        let upload = if files.is_empty() { Task::none() } else { self.open_upload_dialog(files) };
        let download = if links.is_empty() { Task::none() } else { self.open_download_dialog(links) };
        upload.chain(download)
    }

    pub(super) fn open_upload_dialog(&mut self, files: Vec<PathBuf>) -> Task<Message> {
        if let Some(dialog) = self.upload_dialog() {
            dialog.add(files);
        } else {
            self.dialogs.push(Dialog::Upload(AddUpload::new(files)));
        }
        Task::batch([
            operation::focus(add_upload::ADDRESS_FIELD),
            self.list_places(),
            self.look_into_folders(),
        ])
    }

    pub(super) fn open_overlay(&mut self, overlay: Overlay) -> Task<Message> {
        let there = self.dialogs.iter().any(|dialog| matches!(dialog, Dialog::Overlay(o) if *o == overlay));
        if !there {
            self.dialogs.push(Dialog::Overlay(overlay));
        }
        Task::none()
    }

    fn upload_dialog(&mut self) -> Option<&mut AddUpload> {
        self.dialogs.iter_mut().find_map(|dialog| match dialog {
            Dialog::Upload(dialog) => Some(dialog),
            _ => None,
        })
    }

    pub(super) fn is_upload_dialog_on_top(&self) -> bool {
        matches!(self.dialogs.last(), Some(Dialog::Upload(_)))
    }

    /// Asks for what this transfer needs.
    pub(super) fn open_renewal(&mut self, id: TransferId) -> Task<Message> {
        let Some(renew) = self.store.get(id).and_then(Renew::of) else { return Task::none() };
        self.dialogs.push(Dialog::Renew(renew));
        operation::focus(renew::FIRST_FIELD)
    }

    pub(super) fn in_renewal(&mut self, message: renew::Message) -> Task<Message> {
        let found = self.dialogs.iter_mut().find_map(|dialog| match dialog {
            Dialog::Renew(dialog) => Some(dialog),
            _ => None,
        });
        match found.map(|dialog| dialog.update(message)) {
            Some(renew::Action::Change(id, change)) => {
                let asked = self.link.ask(Request::Amend { id: id.to_string(), changes: vec![change] });
                Task::perform(asked, |done| Message::Renew(renew::Message::Answered(done.map(drop))))
            }
            Some(renew::Action::Trust(id, url, key)) => {
                let trusted = books::trust(self.link.clone(), id, url, key);
                Task::perform(trusted, |done| Message::Renew(renew::Message::Answered(done)))
            }
            Some(renew::Action::Close) => {
                self.dialogs.retain(|dialog| !matches!(dialog, Dialog::Renew(_)));
                Task::none()
            }
            Some(renew::Action::None) | None => Task::none(),
        }
    }

    /// Leaves the topmost dialog.
    pub(super) fn leave_dialog(&mut self) -> Task<Message> {
        let stays = matches!(self.dialogs.last(), Some(Dialog::Overlay(overlay)) if !overlay.can_leave());
        if !stays {
            self.dialogs.pop();
        }
        Task::none()
    }

    /// Does what the main button of the topmost dialog does.
    pub(super) fn answer_dialog(&mut self) -> Task<Message> {
        match self.dialogs.last() {
            Some(Dialog::Download(_)) => self.in_download_dialog(add_download::Message::Start),
            Some(Dialog::Upload(_)) => self.in_upload_dialog(add_upload::Message::Start),
            Some(Dialog::Overlay(overlay)) => self.in_overlay(overlay.main_answer()),
            // Nobody trusts a server by a slip of a finger.
            Some(Dialog::Renew(renew)) if renew.is_written() => self.in_renewal(renew::Message::Start),
            Some(Dialog::Settings(_) | Dialog::Page(_) | Dialog::Renew(_)) | None => Task::none(),
        }
    }

    pub(super) fn in_upload_dialog(&mut self, message: add_upload::Message) -> Task<Message> {
        let Some(dialog) = self.upload_dialog() else {
            let add_upload::Message::Answered(refused) = message else { return Task::none() };
            return self.refused(refused);
        };
        match dialog.update(message) {
            add_upload::Action::None => self.look_into_folders(),
            add_upload::Action::PickFolder => {
                let picked = self.desktop.pick_folder(t!(self.look.texts, "folder"), PathBuf::new());
                Task::perform(picked, |picked| Message::AddUpload(add_upload::Message::Picked(picked)))
            }
            add_upload::Action::Pick => {
                let picked = self.desktop.pick_files(t!(self.look.texts, "files"));
                Task::perform(picked, |picked| Message::AddUpload(add_upload::Message::Picked(picked)))
            }
            add_upload::Action::Groups => Task::perform(self.link.ask(Request::Groups), |reply| {
                let groups = terms::Message::Groups(groups(reply));
                Message::AddUpload(add_upload::Message::Terms(groups))
            }),
            add_upload::Action::Start(requests) => {
                Task::perform(start_each(self.link.clone(), requests, Request::Uploads), |refused| {
                    Message::AddUpload(add_upload::Message::Answered(refused))
                })
            }
            add_upload::Action::Keep(place) => {
                let kept = self.link.ask(Request::KeepDestination(WithSecrets::pack(*place)));
                let kept = Task::perform(kept, |kept| {
                    Message::AddUpload(add_upload::Message::Place(place::Message::Kept(kept.map(drop))))
                });
                kept.chain(self.list_places())
            }
            add_upload::Action::Close => {
                self.dialogs.retain(|dialog| !matches!(dialog, Dialog::Upload(_)));
                Task::none()
            }
        }
    }

    /// Finds out what is in the folders that are new in the upload dialog. It ends with them.
    fn look_into_folders(&mut self) -> Task<Message> {
        let Some(dialog) = self.upload_dialog() else { return Task::none() };
        let looking = dialog.unseen().into_iter().map(|folder| {
            let path = folder.clone();
            let news = Task::run(trees::news(folder.clone()), move |news| {
                Message::AddUpload(add_upload::Message::Tree(path.clone(), news))
            });
            let (news, handle) = news.abortable();
            dialog.look(folder, handle.abort_on_drop());
            news
        });
        Task::batch(looking.collect::<Vec<_>>())
    }

    /// Asks for the places that the upload dialog offers, and offers those that were used last first.
    pub(super) fn list_places(&self) -> Task<Message> {
        let used = self.store.rows().iter().filter_map(|row| row.destination.clone()).collect::<Vec<_>>();
        Task::perform(self.link.ask(Request::Destinations), move |reply| {
            let places = match reply {
                Ok(Reply::Destinations(places)) => place::last_used_first(places, &used),
                // What cannot be read is told by the command line.
                Ok(_) | Err(_) => Vec::new(),
            };
            Message::AddUpload(add_upload::Message::Place(place::Message::Listed(places)))
        })
    }

    /// Tells about what was refused after its dialog had been left.
    pub(super) fn refused<T>(&mut self, refused: Vec<(T, Fault)>) -> Task<Message> {
        let notices = refused.into_iter().map(|(_, fault)| self.notice(Notice::Session(fault)));
        Task::batch(notices.collect::<Vec<_>>())
    }

    pub(super) fn in_overlay(&mut self, message: overlay::Message) -> Task<Message> {
        match message {
            overlay::Message::Back => self.leave_dialog(),
            overlay::Message::KeepRunning => {
                let left = self.leave_dialog();
                left.chain(self.put_away())
            }
            overlay::Message::Quit => self.leave(),
            overlay::Message::Lose(verb, ids) => {
                let left = self.leave_dialog();
                left.chain(self.ask_for(verb, &ids))
            }
        }
    }
}

/// Starts transfers in their order, of which `ask` makes a call; the answer is what was refused.
pub(super) async fn start_each<R: HasHeaders, T>(
    link: Link,
    requests: Vec<(T, R)>,
    ask: fn(Vec<WithSecrets<R>>) -> Request,
) -> Vec<(T, Fault)> {
    let mut refused = Vec::new();
    ipc::start(&*link, requests, ask, |what, started| {
        refused.extend(started.err().map(|fault| (what, fault)));
    })
    .await;
    refused
}
