//! The icon in the tray: a `StatusNotifierItem` whose menu is data.
//!
//! It is there whenever somebody shows it: without a watcher it waits for one, without a bus it does
//! nothing. Whether anybody shows it is [`Tray::is_online`]; only then may a window hide behind it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::StreamExt as _;
use ksni::TrayMethods as _;
use ksni::menu::StandardItem;
use tokio::sync::mpsc::UnboundedSender;
use tokio::sync::watch;
use zbus::fdo::DBusProxy;
use zbus::names::BusName;

use super::{APP_ID, APP_NAME, bus};

const WATCHER: &str = "org.kde.StatusNotifierWatcher";

/// How often to look for the activation token of a click, which not every desktop has.
const WAITS_FOR_TOKEN: u32 = 5;

/// What the icon says and offers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Menu {
    /// Shown while the pointer rests on the icon.
    pub tooltip: String,
    /// From top to bottom.
    pub items: Vec<Item>,
}

/// One line of the menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// Something to choose.
    Action {
        /// The text, as it is to be read.
        label: String,
        /// What choosing it asks for.
        action: TrayAction,
        /// Whether it can be chosen now.
        enabled: bool,
    },
    /// A line between groups.
    Separator,
}

/// What the user can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrayAction {
    /// The window; also what a click on the icon means.
    Open,
    /// Everything shall rest.
    PauseAll,
    /// Everything shall go on.
    ResumeAll,
    /// The dialog for a new download.
    AddDownload,
    /// The end of the program.
    Quit,
}

/// What happens at the tray.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrayEvent {
    /// By this activation token the desktop vouches for what the user asks for next.
    Token(String),
    /// The user asked for something.
    Action(TrayAction),
    /// The icon can be seen from now on.
    HostAppeared,
    /// Nobody shows the icon any more.
    HostGone,
}

/// The icon in one size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IconPixmap {
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// Red, green, blue, opacity; row by row from the top, `width * height * 4` bytes.
    pub rgba: Vec<u8>,
}

/// The icon; it goes away when this is dropped.
#[derive(Debug)]
pub struct Tray {
    menu: watch::Sender<Menu>,
    online: Arc<AtomicBool>,
}

impl Tray {
    /// Shows the icon as soon as somebody can, and tells `events` what happens to it. Without any
    /// pixmap the desktop looks for the application's icon by name.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn start(menu: Menu, icon: Vec<IconPixmap>, events: UnboundedSender<TrayEvent>) -> Self {
        let (tray, menus) = Self::unseen(menu.clone());
        let icon = icon.into_iter().filter_map(argb).collect();
        let online = Arc::clone(&tray.online);
        let face = Face { menu, icon, events, online, refused: Arc::default() };
        tokio::spawn(serve(face, menus));
        tray
    }

    /// A tray that no desktop knows, for tests; the receiver holds what would be shown.
    pub fn unseen(menu: Menu) -> (Self, watch::Receiver<Menu>) {
        let (menu, menus) = watch::channel(menu);
        (Self { menu, online: Arc::default() }, menus)
    }

    /// Shows `menu` from now on. Nothing is sent if it is what is shown.
    pub fn update(&self, menu: Menu) {
        self.menu.send_if_modified(|shown| {
            let changed = *shown != menu;
            *shown = menu;
            changed
        });
    }

    /// Whether somebody shows the icon.
    pub fn is_online(&self) -> bool {
        self.online.load(Ordering::Relaxed)
    }
}

/// Keeps the icon as `menus` say, until there are no more.
async fn serve(face: Face, mut menus: watch::Receiver<Menu>) {
    let handle = tokio::select! {
        handle = register(&face) => handle,
        () = async { while menus.changed().await.is_ok() {} } => None,
    };
    let Some(handle) = handle else { return };
    menus.mark_changed();
    while menus.changed().await.is_ok() {
        let menu = menus.borrow_and_update().clone();
        handle.update(|face| face.menu = menu).await;
    }
    handle.shutdown().await;
}

/// Puts the icon on the bus; nothing without a bus. Comes back only with an icon that will be shown
/// as soon as there is a watcher.
async fn register(face: &Face) -> Option<ksni::Handle<Face>> {
    let connection = bus::session().await?;
    let names = DBusProxy::new(&connection).await.ok()?;
    let watcher = BusName::try_from(WATCHER).ok()?;
    let mut changes = names.receive_name_owner_changed_with_args(&[(0, WATCHER)]).await.ok()?;
    loop {
        face.refused.store(false, Ordering::Relaxed);
        match face.clone().assume_sni_available(true).spawn().await {
            Ok(handle) if !face.refused.load(Ordering::Relaxed) => {
                face.be_online(true);
                return Some(handle);
            }
            Ok(handle) => {
                // Between our asking and its listening a watcher may have come unseen.
                if !names.name_has_owner(watcher.clone()).await.unwrap_or(false) {
                    return Some(handle);
                }
                handle.shutdown().await;
            }
            Err(error) => {
                tracing::debug!(%error, "the tray does not take the icon");
                if matches!(error, ksni::Error::Dbus(_)) {
                    return None;
                }
                // A watcher that refuses or cannot be started: the next one may do better.
                while changes.next().await?.args().is_ok_and(|change| change.new_owner().is_none()) {}
            }
        }
    }
}

/// The icon as ksni asks for it.
#[derive(Clone)]
struct Face {
    menu: Menu,
    icon: Vec<ksni::Icon>,
    events: UnboundedSender<TrayEvent>,
    online: Arc<AtomicBool>,
    /// Whether registering found nobody.
    refused: Arc<AtomicBool>,
}

impl Face {
    fn be_online(&self, online: bool) {
        if self.online.swap(online, Ordering::Relaxed) != online {
            self.tell(if online { TrayEvent::HostAppeared } else { TrayEvent::HostGone });
        }
    }

    fn asked(&self, action: TrayAction) {
        if let Some(token) = token() {
            self.tell(TrayEvent::Token(token));
        }
        self.tell(TrayEvent::Action(action));
    }

    fn tell(&self, event: TrayEvent) {
        // Without a receiver the program is about to end.
        let _ = self.events.send(event);
    }
}

/// The activation token for what the user has just done. It comes on a way of its own, perhaps a moment later.
fn token() -> Option<String> {
    for _ in 0..WAITS_FOR_TOKEN {
        if let Some(token) = ksni::current_xdg_activation_token() {
            return Some(token);
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    None
}

impl ksni::Tray for Face {
    fn id(&self) -> String {
        APP_ID.into()
    }

    fn title(&self) -> String {
        APP_NAME.into()
    }

    fn icon_name(&self) -> String {
        // Hosts prefer a name to pixels, and show nothing if the theme does not have it.
        if self.icon.is_empty() { APP_ID.into() } else { String::new() }
    }

    fn icon_pixmap(&self) -> Vec<ksni::Icon> {
        self.icon.clone()
    }

    fn tool_tip(&self) -> ksni::ToolTip {
        ksni::ToolTip { title: self.menu.tooltip.clone(), ..Default::default() }
    }

    fn activate(&mut self, _x: i32, _y: i32) {
        self.asked(TrayAction::Open);
    }

    fn menu(&self) -> Vec<ksni::MenuItem<Self>> {
        self.menu.items.iter().map(entry).collect()
    }

    fn watcher_online(&self) {
        self.be_online(true);
    }

    fn watcher_offline(&self, reason: ksni::OfflineReason) -> bool {
        tracing::debug!(?reason, "nobody shows the tray icon");
        self.refused.store(true, Ordering::Relaxed);
        self.be_online(false);
        true
    }
}

fn entry(item: &Item) -> ksni::MenuItem<Face> {
    let Item::Action { label, action, enabled } = item else { return ksni::MenuItem::Separator };
    let action = *action;
    StandardItem {
        // A single underscore would mark an access key.
        label: label.replace('_', "__"),
        enabled: *enabled,
        activate: Box::new(move |face: &mut Face| face.asked(action)),
        ..Default::default()
    }
    .into()
}

/// As the tray wants it: opacity first. Nothing if the size is not that of the pixels.
fn argb(icon: IconPixmap) -> Option<ksni::Icon> {
    let (width, height) = (i32::try_from(icon.width).ok()?, i32::try_from(icon.height).ok()?);
    let pixels = u64::from(icon.width) * u64::from(icon.height);
    if pixels == 0 || u64::try_from(icon.rgba.len()).ok()? != pixels * 4 {
        return None;
    }
    let mut data = icon.rgba;
    data.chunks_exact_mut(4).for_each(|pixel| pixel.rotate_right(1));
    Some(ksni::Icon { width, height, data })
}

#[cfg(test)]
mod tests {
    use ksni::Tray as _;
    use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

    use super::*;

    fn menu() -> Menu {
        let open = Item::Action { label: "Open my_files".into(), action: TrayAction::Open, enabled: true };
        let pause = Item::Action { label: "Pause all".into(), action: TrayAction::PauseAll, enabled: false };
        Menu { tooltip: "2 running".into(), items: vec![open, Item::Separator, pause] }
    }

    fn face() -> (Face, UnboundedReceiver<TrayEvent>) {
        let (events, received) = unbounded_channel();
        (
            Face { menu: menu(), icon: Vec::new(), events, online: Arc::default(), refused: Arc::default() },
            received,
        )
    }

    #[test]
    fn a_menu_that_is_shown_already_is_not_sent_again() {
        let (tray, mut menus) = Tray::unseen(menu());
        tray.update(menu());
        assert!(!menus.has_changed().unwrap());
        tray.update(Menu::default());
        assert_eq!(*menus.borrow_and_update(), Menu::default());
    }

    #[test]
    fn choosing_a_line_asks_for_its_action() {
        let (mut face, mut received) = face();
        let entries = face.menu();
        let ksni::MenuItem::Standard(pause) = &entries[2] else { panic!("no line") };
        assert!(!pause.enabled);
        (pause.activate)(&mut face);
        face.activate(0, 0);
        assert_eq!(received.try_recv().unwrap(), TrayEvent::Action(TrayAction::PauseAll));
        assert_eq!(received.try_recv().unwrap(), TrayEvent::Action(TrayAction::Open));
        assert!(matches!(entries[1], ksni::MenuItem::Separator));
    }

    #[test]
    fn an_underscore_in_a_label_stays_one() {
        let (face, _received) = face();
        let ksni::MenuItem::Standard(open) = &face.menu()[0] else { panic!("no line") };
        assert_eq!(open.label, "Open my__files");
    }

    #[test]
    fn a_host_that_comes_and_goes_is_told_once_each_time() {
        let (face, mut received) = face();
        face.watcher_online();
        face.watcher_online();
        assert!(face.watcher_offline(ksni::OfflineReason::No));
        assert!(face.watcher_offline(ksni::OfflineReason::No));
        let told: Vec<_> = std::iter::from_fn(|| received.try_recv().ok()).collect();
        assert_eq!(told, [TrayEvent::HostAppeared, TrayEvent::HostGone]);
    }

    #[test]
    fn pixels_are_turned_and_wrong_sizes_left_out() {
        let icon = |width, rgba: &[u8]| IconPixmap { width, height: 1, rgba: rgba.to_vec() };
        assert_eq!(argb(icon(2, &[1, 2, 3, 4, 5, 6, 7, 8])).unwrap().data, [4, 1, 2, 3, 8, 5, 6, 7]);
        assert!(argb(icon(2, &[1, 2, 3, 4])).is_none());
        assert!(argb(icon(0, &[])).is_none());
        assert!(argb(icon(u32::MAX, &[])).is_none());
    }
}
