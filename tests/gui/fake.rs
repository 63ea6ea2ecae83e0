//! A session and a desktop that do what a test says, and remember what they were asked.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard};

use futures_util::StreamExt as _;
use futures_util::future::{BoxFuture, ready};
use futures_util::stream::{BoxStream, empty, pending};
use tokio::sync::watch;

use crate::gui::desktop::{CannotOpen, Desktop, Event, NotTrashed, Picked, Scheme, TrayMenu, Wishes};
use crate::ipc::{Afterwards, Control, Fault, Reply, Request, Update, WhenDone};
use crate::{
    ErrorKind, Failure, GroupView, History, Place, Probed, Segments, Settings, Site, Snapshot, Statistics,
};

/// A session.
#[derive(Default)]
pub struct FakeLink {
    asked: Mutex<Vec<Request>>,
    refusals: Mutex<VecDeque<Fault>>,
    settings: Mutex<Settings>,
    places: Mutex<Vec<Place>>,
    sites: Mutex<Vec<Site>>,
    map: Mutex<Segments>,
    history: Mutex<History>,
    whole: Mutex<Option<Snapshot>>,
    looks: AtomicUsize,
    statistics: Mutex<Statistics>,
    groups: Mutex<Vec<GroupView>>,
    probed: Mutex<Option<Result<Probed, Fault>>>,
    probes: AtomicUsize,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

impl FakeLink {
    /// What it was asked since the last time, each as its JSON-RPC words.
    pub fn asked(&self) -> Vec<Request> {
        std::mem::take(&mut lock(&self.asked))
    }

    /// Refuses the next request for a transfer.
    pub fn refuse(&self, fault: Fault) {
        lock(&self.refusals).push_back(fault);
    }

    /// Has this place from now on.
    pub fn know(&self, place: Place) {
        lock(&self.places).push(place);
    }

    /// Has this site from now on.
    pub fn know_site(&self, site: Site) {
        lock(&self.sites).push(site);
    }

    /// The file of every transfer is like this.
    pub fn map(&self, map: Segments) {
        *lock(&self.map) = map;
    }

    /// This has become of every transfer.
    pub fn remember(&self, history: History) {
        *lock(&self.history) = history;
    }

    /// This is the whole of every transfer.
    pub fn knows(&self, whole: Snapshot) {
        *lock(&self.whole) = Some(whole);
    }

    /// How often it was asked what a panel of particulars shows.
    pub fn looks(&self) -> usize {
        self.looks.load(Relaxed)
    }

    /// Has moved so much.
    pub fn has_moved(&self, statistics: Statistics) {
        *lock(&self.statistics) = statistics;
    }

    /// Has these groups from now on.
    pub fn has_groups(&self, groups: Vec<GroupView>) {
        *lock(&self.groups) = groups;
    }

    /// Servers say this of every file, instead of not answering at all.
    pub fn will_say(&self, probed: Result<Probed, Fault>) {
        *lock(&self.probed) = Some(probed);
    }

    /// How often it was asked what a server says.
    pub fn probes(&self) -> usize {
        self.probes.load(Relaxed)
    }

    fn looked_up(&self, request: &Request) -> Option<Result<Reply, Fault>> {
        match request {
            Request::Destinations => Some(Ok(Reply::Destinations(lock(&self.places).clone()))),
            Request::Segments { .. } | Request::History { .. } => {
                self.looks.fetch_add(1, Relaxed);
                Some(Ok(match request {
                    Request::History { .. } => Reply::History(lock(&self.history).clone()),
                    _ => Reply::Segments(lock(&self.map).clone()),
                }))
            }
            Request::Show { .. } => {
                let whole = lock(&self.whole).clone().map(|whole| Reply::Transfer(Box::new(whole)));
                Some(whole.ok_or_else(|| Fault::new("There is no such transfer.")))
            }
            Request::WhenDone { then: None } => {
                let can = vec![Afterwards::Nothing, Afterwards::Quit, Afterwards::Suspend];
                Some(Ok(Reply::WhenDone(WhenDone { can, ..WhenDone::default() })))
            }
            Request::Settings => Some(Ok(Reply::Settings(Box::new(self.settings())))),
            Request::Sites => Some(Ok(Reply::Sites(lock(&self.sites).clone()))),
            Request::Groups => Some(Ok(Reply::Groups(lock(&self.groups).clone()))),
            Request::Statistics => Some(Ok(Reply::Statistics(lock(&self.statistics).clone()))),
            Request::Probe(_) => {
                self.probes.fetch_add(1, Relaxed);
                let failure = || Err(Failure::new(ErrorKind::CannotConnect).about("example.org").into());
                Some(lock(&self.probed).clone().unwrap_or_else(failure).map(Reply::Probed))
            }
            _ => None,
        }
    }

    /// Keeps these settings, as if somebody else had set them.
    pub fn keep(&self, settings: Settings) {
        *lock(&self.settings) = settings;
    }

    /// The settings it keeps.
    pub fn settings(&self) -> Settings {
        lock(&self.settings).clone()
    }
}

impl Control for FakeLink {
    fn ask(&self, request: Request) -> BoxFuture<'static, Result<Reply, Fault>> {
        // The window asks for these by itself.
        if let Some(reply) = self.looked_up(&request) {
            return Box::pin(ready(reply));
        }
        let reply = match &request {
            Request::Configure(settings) => {
                let refused = lock(&self.refusals).pop_front();
                refused.map_or_else(
                    || {
                        self.keep((**settings).clone());
                        Ok(Reply::Done)
                    },
                    Err,
                )
            }
            _ => lock(&self.refusals).pop_front().map_or(Ok(Reply::Done), Err),
        };
        lock(&self.asked).push(request);
        Box::pin(ready(reply))
    }

    fn updates(&self) -> BoxStream<'static, Update> {
        pending().boxed()
    }

    fn progress(&self) -> BoxStream<'static, Update> {
        pending().boxed()
    }
}

/// A desktop.
pub struct FakeDesktop {
    opened: Mutex<Vec<PathBuf>>,
    trashed: Mutex<Vec<PathBuf>>,
    dragged: Mutex<Vec<PathBuf>>,
    menus: Mutex<Vec<TrayMenu>>,
    picked: Mutex<Option<Picked>>,
    wishes: watch::Sender<Wishes>,
    detached: AtomicBool,
    activated: Mutex<Vec<String>>,
}

impl Default for FakeDesktop {
    fn default() -> Self {
        Self {
            opened: Mutex::default(),
            trashed: Mutex::default(),
            dragged: Mutex::default(),
            menus: Mutex::default(),
            picked: Mutex::default(),
            wishes: watch::Sender::new(Wishes { scheme: Scheme::Light, ..Wishes::default() }),
            detached: AtomicBool::new(false),
            activated: Mutex::default(),
        }
    }
}

impl FakeDesktop {
    /// What the user will choose in the next dialog; without this there is no dialog.
    pub fn will_pick(&self, picked: Picked) {
        *lock(&self.picked) = Some(picked);
    }

    /// What was opened or shown.
    pub fn opened(&self) -> Vec<PathBuf> {
        std::mem::take(&mut lock(&self.opened))
    }

    /// What was moved to the trash, or could not be.
    pub fn trashed(&self) -> Vec<PathBuf> {
        std::mem::take(&mut lock(&self.trashed))
    }

    /// What was dragged out of the window.
    pub fn dragged(&self) -> Vec<PathBuf> {
        std::mem::take(&mut lock(&self.dragged))
    }

    /// The menus that the tray was given, the newest last.
    pub fn menus(&self) -> Vec<TrayMenu> {
        std::mem::take(&mut lock(&self.menus))
    }

    /// Whether the window was let go.
    /// The tokens by which the window came to the front.
    pub fn activated(&self) -> Vec<String> {
        std::mem::take(&mut lock(&self.activated))
    }

    pub fn was_detached(&self) -> bool {
        self.detached.load(Relaxed)
    }

    fn pick(&self) -> BoxFuture<'static, Picked> {
        Box::pin(ready(lock(&self.picked).take().unwrap_or(Picked::Unavailable)))
    }

    fn opens(&self, file: PathBuf) -> BoxFuture<'static, Result<(), CannotOpen>> {
        let result = if file.starts_with("/broken") { Err(CannotOpen(file.clone())) } else { Ok(()) };
        lock(&self.opened).push(file);
        Box::pin(ready(result))
    }
}

impl Desktop for FakeDesktop {
    fn open(&self, file: PathBuf) -> BoxFuture<'static, Result<(), CannotOpen>> {
        self.opens(file)
    }

    fn open_part(&self, file: PathBuf) -> BoxFuture<'static, Result<(), CannotOpen>> {
        let mut part = file.into_os_string();
        part.push(".part");
        self.opens(part.into())
    }

    fn show_in_folder(&self, file: PathBuf) -> BoxFuture<'static, Result<(), CannotOpen>> {
        self.opens(file)
    }

    fn move_to_trash(&self, file: PathBuf) -> BoxFuture<'static, Result<(), NotTrashed>> {
        let result = if file.starts_with("/broken") { Err(NotTrashed(file.clone())) } else { Ok(()) };
        lock(&self.trashed).push(file);
        Box::pin(ready(result))
    }

    fn pick_files(&self, _: String) -> BoxFuture<'static, Picked> {
        self.pick()
    }

    fn pick_folder(&self, _: String, _: PathBuf) -> BoxFuture<'static, Picked> {
        self.pick()
    }

    fn wishes(&self) -> watch::Receiver<Wishes> {
        self.wishes.subscribe()
    }

    fn has_tray(&self) -> bool {
        true
    }

    fn set_tray(&self, menu: TrayMenu) {
        lock(&self.menus).push(menu);
    }

    fn drag_out(&self, files: Vec<PathBuf>) {
        lock(&self.dragged).extend(files);
    }

    fn attach(&self, _: &dyn iced::Window) {}

    fn activate(&self, token: String) {
        lock(&self.activated).push(token);
    }

    fn detach(&self) {
        self.detached.store(true, Relaxed);
    }

    fn events(&self) -> BoxStream<'static, Event> {
        empty().boxed()
    }
}
