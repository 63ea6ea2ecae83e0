//! The desktop as it is.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream::{self, BoxStream, StreamExt as _};
use iced::Window;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::watch;

use super::{Asked, CannotOpen, Desktop, Event, NotTrashed, Picked, TrayMenu, Wishes};
use crate::gui::display::Backend;
use crate::system::drag_and_drop::{DragAndDrop, DragEvent};
use crate::system::picker::{Parent, Picker as _, Portal};
use crate::system::tray::{IconPixmap, Tray, TrayEvent};
use crate::system::{appearance, application, files, resources};

/// How long the first frame may wait for the word whether it should be dark. A portal that runs
/// answers in a few milliseconds; one that has to be started first is told of later.
const FIRST_WORD: Duration = Duration::from_millis(40);

/// See the module.
pub struct Real {
    runtime: tokio::runtime::Handle,
    wishes: watch::Receiver<Wishes>,
    tray: Tray,
    drops: UnboundedSender<DragEvent>,
    dragging: Arc<Mutex<Option<DragAndDrop>>>,
    parent: Mutex<Parent>,
    heard: Mutex<Option<Heard>>,
}

type Heard = (UnboundedReceiver<DragEvent>, UnboundedReceiver<TrayEvent>, UnboundedReceiver<Asked>);

impl Real {
    /// Meets the desktop. Waits a moment for its word on light and dark, so that a dark desktop does
    /// not flash. With the name of the program the desktop can ask for something; only one process can have it.
    pub fn meet(runtime: &tokio::runtime::Handle, by_name: bool) -> Arc<Self> {
        let _inside = runtime.enter();
        let (told, mut wishes) = watch::channel(Wishes::default());
        // Where the X server says how large everything is, the window system follows that by itself.
        let knows_size = Backend::of_environment() == Some(Backend::X11) && resources::say_size();
        tokio::spawn(appearance::watch(told, knows_size));
        let (drops, dropped) = unbounded_channel();
        let (events, happened) = unbounded_channel();
        let (asked, wanted) = unbounded_channel();
        if by_name {
            tokio::spawn(application::serve(asked));
        }
        let icon = IconPixmap { width: ICON_SIZE, height: ICON_SIZE, rgba: ICON.to_vec() };
        let tray = Tray::start(TrayMenu::default(), vec![icon], events);
        runtime.block_on(async {
            _ = tokio::time::timeout(FIRST_WORD, wishes.changed()).await;
        });
        Arc::new(Self {
            runtime: runtime.clone(),
            wishes,
            tray,
            drops,
            dragging: Arc::default(),
            parent: Mutex::default(),
            heard: Mutex::new(Some((dropped, happened, wanted))),
        })
    }

    fn parent(&self) -> Parent {
        self.parent.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Runs what talks to the desktop where its connections live.
    fn there<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
        otherwise: T,
    ) -> BoxFuture<'static, T> {
        let work = self.runtime.spawn(work);
        Box::pin(async move { work.await.unwrap_or(otherwise) })
    }
}

const ICON: &[u8] = include_bytes!("../../../assets/windlass-64.rgba");
const ICON_SIZE: u32 = 64;

impl Desktop for Real {
    fn open(&self, file: PathBuf) -> BoxFuture<'static, Result<(), CannotOpen>> {
        let opening = file.clone();
        let failed = CannotOpen(file);
        let otherwise = Err(failed.clone());
        self.there(async move { files::open(opening).await.map(|_| ()).map_err(|_| failed) }, otherwise)
    }

    fn open_part(&self, file: PathBuf) -> BoxFuture<'static, Result<(), CannotOpen>> {
        let opening = file.clone();
        let failed = CannotOpen(file);
        let otherwise = Err(failed.clone());
        self.there(async move { files::open_part(opening).await.map(|_| ()).map_err(|_| failed) }, otherwise)
    }

    fn show_in_folder(&self, file: PathBuf) -> BoxFuture<'static, Result<(), CannotOpen>> {
        let shown = file.clone();
        let failed = CannotOpen(file);
        let otherwise = Err(failed.clone());
        self.there(
            async move { files::show_in_folder(shown).await.map(|_| ()).map_err(|_| failed) },
            otherwise,
        )
    }

    fn move_to_trash(&self, file: PathBuf) -> BoxFuture<'static, Result<(), NotTrashed>> {
        let failed = NotTrashed(file.clone());
        let otherwise = Err(failed.clone());
        let moving = async move {
            files::move_to_trash(file).await.map_err(|error| {
                tracing::warn!(%error, file = %failed.0.display(), "not moved to the trash");
                failed
            })
        };
        self.there(moving, otherwise)
    }

    fn pick_files(&self, title: String) -> BoxFuture<'static, Picked> {
        self.there(Portal.pick_files(self.parent(), title), Picked::Unavailable)
    }

    fn pick_folder(&self, title: String, start: PathBuf) -> BoxFuture<'static, Picked> {
        let start = start.is_dir().then_some(start);
        self.there(Portal.pick_folder(self.parent(), title, start), Picked::Unavailable)
    }

    fn wishes(&self) -> watch::Receiver<Wishes> {
        self.wishes.clone()
    }

    fn set_tray(&self, menu: TrayMenu) {
        self.tray.update(menu);
    }

    fn has_tray(&self) -> bool {
        self.tray.is_online()
    }

    fn drag_out(&self, files: Vec<PathBuf>) {
        let dragging = Arc::clone(&self.dragging);
        // A file may be on a network, and nobody knows how long it takes to look.
        self.runtime.spawn_blocking(move || {
            let there: Vec<_> = files.into_iter().filter(|file| file.exists()).collect();
            if let Some(dragging) = &*dragging.lock().unwrap_or_else(PoisonError::into_inner) {
                dragging.drag(&there);
            }
        });
    }

    fn attach(&self, window: &dyn Window) {
        *self.parent.lock().unwrap_or_else(PoisonError::into_inner) = Parent::of(window);
        match DragAndDrop::attach(window, self.drops.clone()) {
            Ok(both) => *self.dragging.lock().unwrap_or_else(PoisonError::into_inner) = Some(both),
            Err(error) => tracing::warn!(%error, "nothing can be dragged over the window or out of it"),
        }
    }

    fn activate(&self, token: String) {
        if let Some(dragging) = &*self.dragging.lock().unwrap_or_else(PoisonError::into_inner) {
            dragging.activate(token);
        }
    }

    fn detach(&self) {
        *self.dragging.lock().unwrap_or_else(PoisonError::into_inner) = None;
        *self.parent.lock().unwrap_or_else(PoisonError::into_inner) = Parent::default();
    }

    fn events(&self) -> BoxStream<'static, Event> {
        let heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some((dropped, happened, wanted)) = heard else { return stream::pending().boxed() };
        let drops = stream::unfold(dropped, |mut dropped| async { Some((dropped.recv().await?, dropped)) });
        let tray =
            stream::unfold(happened, |mut happened| async { Some((happened.recv().await?, happened)) });
        let drops = drops.map(|event| match event {
            DragEvent::Hover => Event::Hover,
            DragEvent::Leave => Event::Leave,
            DragEvent::Dropped(content) => Event::Dropped { links: content.links, files: content.files },
            DragEvent::Outward { welcome } => Event::Outward { welcome },
            DragEvent::Ended => Event::Ended,
        });
        let tray = tray.filter_map(|event| async move {
            match event {
                TrayEvent::Token(token) => Some(Event::Asked(Asked::Token(token))),
                TrayEvent::Action(action) => Some(Event::Tray(action)),
                // Asked for when the window is put away.
                TrayEvent::HostAppeared | TrayEvent::HostGone => None,
            }
        });
        let wanted = stream::unfold(wanted, |mut wanted| async { Some((wanted.recv().await?, wanted)) });
        stream::select(stream::select(drops, tray), wanted.map(Event::Asked)).boxed()
    }
}
