//! Telling the user that something is done, in the desktop's own way.
//!
//! Showing never waits and never fails: one task takes the notices in turn, each bounded in time.
//! Waiting for a click is bounded too, in time and in number, because a daemon that dies never says so.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use notify_rust::{Hint, Notification, NotificationHandle, NotificationResponse};
use tokio::sync::mpsc::{self, UnboundedSender};
use tokio::task::AbortHandle;
use zbus::fdo::DBusProxy;
use zbus::names::BusName;

use super::{APP_ID, APP_NAME, bus};

const DAEMON: &str = "org.freedesktop.Notifications";

/// The longest one notice may keep the next one waiting: daemons are started on demand.
const SHOW: Duration = Duration::from_secs(5);

/// How long a click on a notice still means something.
const CLICK: Duration = Duration::from_secs(600);

/// How many notices may wait for a click, each on a connection of its own. The oldest give way.
const CLICKS: usize = 8;

/// How many notices may wait to be shown. More come only while the daemon does not answer.
const QUEUE: usize = 32;

/// The longest title or text, in characters.
const LONGEST: usize = 200;

/// One notification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What happened.
    pub title: String,
    /// To what.
    pub body: String,
    /// Whether it is good news.
    pub success: bool,
    /// What can be opened from it.
    pub file: Option<PathBuf>,
    /// The text on the button that opens the file; clicking the notice does the same.
    pub open_label: String,
    /// The text on the button that shows the file in its folder.
    pub show_label: String,
    /// The number of a series of which only the last one stays: it takes the place of the one before.
    pub series: Option<u64>,
}

/// What the user asked for by clicking on a notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoticeAction {
    /// Open the file.
    Open(PathBuf),
    /// Show where the file is.
    Show(PathBuf),
}

/// Somebody who tells the user.
pub trait Notify: Send + Sync + 'static {
    /// Shows `notice` soon; at once back.
    fn show(&self, notice: Notice);
}

/// The desktop's notification daemon. Dropping it stops waiting for clicks.
#[derive(Clone, Debug)]
pub struct Notifier {
    notices: mpsc::Sender<Notice>,
}

impl Notifier {
    /// Starts to take notices; clicks on them come out of `actions`.
    ///
    /// # Panics
    /// Outside a tokio runtime.
    pub fn start(actions: UnboundedSender<NoticeAction>) -> Self {
        let (notices, received) = mpsc::channel(QUEUE);
        tokio::spawn(serve(received, actions));
        Self { notices }
    }
}

impl Notify for Notifier {
    fn show(&self, notice: Notice) {
        if self.notices.try_send(notice).is_err() {
            tracing::debug!("too many notices are waiting; one was left out");
        }
    }
}

/// Nobody, for tests: remembers what was to be shown.
#[derive(Clone, Debug, Default)]
pub struct Remembered(Arc<Mutex<Vec<Notice>>>);

impl Remembered {
    /// Everything that was to be shown so far.
    pub fn shown(&self) -> Vec<Notice> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Notify for Remembered {
    fn show(&self, notice: Notice) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(notice);
    }
}

/// What a daemon can do, asked once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Daemon {
    /// Its name on the bus, which no other daemon will ever have.
    owner: String,
    /// Whether it reads the text as markup.
    markup: bool,
    /// Whether it shows buttons.
    actions: bool,
}

/// The last notification of a series.
#[derive(Debug, Default)]
struct Last {
    /// The daemon that shows it: another one gives its numbers anew.
    owner: String,
    series: Option<u64>,
    number: u32,
}

impl Last {
    /// What the notice takes the place of at this daemon.
    fn replaced_by(&self, notice: &Notice, daemon: &Daemon) -> Option<u32> {
        let follows = notice.series.is_some() && notice.series == self.series && self.owner == daemon.owner;
        follows.then_some(self.number)
    }
}

async fn serve(mut notices: mpsc::Receiver<Notice>, actions: UnboundedSender<NoticeAction>) {
    let mut known = Daemon::default();
    let mut clicks: VecDeque<(u32, AbortHandle)> = VecDeque::new();
    let mut last = Last::default();
    while let Some(notice) = notices.recv().await {
        let shown = tokio::time::timeout(SHOW, show(&notice, &mut known, &last)).await;
        let Ok(Some(handle)) = shown else { continue };
        let number = handle.id();
        if notice.series.is_some() {
            last = Last { owner: known.owner.clone(), series: notice.series, number };
        }
        clicks.retain(|(replaced, click)| {
            // It would be taken for one on what is there now.
            if *replaced == number {
                click.abort();
            }
            *replaced != number && !click.is_finished()
        });
        let Some(file) = notice.file.filter(|_| known.actions) else { continue };
        if clicks.len() >= CLICKS
            && let Some((_, oldest)) = clicks.pop_front()
        {
            oldest.abort();
        }
        let click = tokio::spawn(wait_for_click(handle, file, actions.clone()));
        clicks.push_back((number, click.abort_handle()));
    }
    for (_, click) in clicks {
        click.abort();
    }
}

async fn show(notice: &Notice, known: &mut Daemon, last: &Last) -> Option<NotificationHandle> {
    if let Some(daemon) = meet(known).await {
        *known = daemon;
    }
    let mut notification = composed(notice, known);
    if let Some(number) = last.replaced_by(notice, known) {
        notification.id(number);
    }
    match notification.show_async().await {
        Ok(handle) => Some(handle),
        Err(error) => {
            tracing::debug!(%error, "no notification could be shown");
            None
        }
    }
}

/// The daemon of now, if it is another than the known one.
async fn meet(known: &Daemon) -> Option<Daemon> {
    let connection = bus::session().await?;
    let names = DBusProxy::new(&connection).await.ok()?;
    let owner = names.get_name_owner(BusName::try_from(DAEMON).ok()?).await;
    if owner.is_ok_and(|owner| owner.as_str() == known.owner) {
        return None;
    }
    let path = "/org/freedesktop/Notifications";
    let answer = connection.call_method(Some(DAEMON), path, Some(DAEMON), "GetCapabilities", &()).await;
    let answer = answer.inspect_err(|error| tracing::debug!(%error, "no notification daemon")).ok()?;
    let abilities: Vec<String> = answer.body().deserialize().ok()?;
    let can = |ability: &str| abilities.iter().any(|known| known == ability);
    let owner = answer.header().sender().map(ToString::to_string).unwrap_or_default();
    Some(Daemon { owner, markup: can("body-markup"), actions: can("actions") })
}

/// The notification as this daemon can show it.
fn composed(notice: &Notice, daemon: &Daemon) -> Notification {
    let category = if notice.success { "transfer.complete" } else { "transfer.error" };
    let body = plain(&notice.body);
    let mut notification = Notification::new();
    notification
        .appname(APP_NAME)
        .icon(APP_ID)
        .summary(&plain(&notice.title))
        .body(&if daemon.markup { escaped(&body) } else { body })
        .hint(Hint::DesktopEntry(APP_ID.into()))
        .hint(Hint::Category(category.into()));
    if daemon.actions && notice.file.is_some() {
        notification.action("default", &plain(&notice.open_label));
        notification.action("show", &plain(&notice.show_label));
    }
    notification
}

async fn wait_for_click(handle: NotificationHandle, file: PathBuf, actions: UnboundedSender<NoticeAction>) {
    let click = handle.wait_for_action_async(|response| {
        let action = match response {
            NotificationResponse::Default => NoticeAction::Open(file),
            NotificationResponse::Action(name) if name == "show" => NoticeAction::Show(file),
            _ => return,
        };
        // Without a receiver the program is about to end.
        let _ = actions.send(action);
    });
    let _ = tokio::time::timeout(CLICK, click).await;
}

/// `text` on one line, without characters that cannot be seen or turn the order of others, and cut
/// to [`LONGEST`]: names of files and pages come from strangers.
fn plain(text: &str) -> String {
    let one_line = text.chars().map(|sign| if sign.is_whitespace() { ' ' } else { sign });
    let mut kept = one_line.filter(|sign| !hidden(*sign));
    let mut text: String = kept.by_ref().take(LONGEST).collect();
    if kept.next().is_some() {
        text.pop();
        text.push('…');
    }
    text
}

/// Controls, the soft hyphen, marks and overrides of direction, invisible operators, the byte order
/// mark, annotations and tags. Not the joiners: scripts and emoji need them.
fn hidden(sign: char) -> bool {
    sign.is_control()
        || matches!(sign,
            '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{FEFF}'
            | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FFF9}'..='\u{FFFB}'
            | '\u{E0000}'..='\u{E0FFF}')
}

/// `text` as markup that reads the same.
fn escaped(text: &str) -> String {
    let mut markup = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => markup.push_str("&amp;"),
            '<' => markup.push_str("&lt;"),
            '>' => markup.push_str("&gt;"),
            sign => markup.push(sign),
        }
    }
    markup
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn notice() -> Notice {
        Notice {
            title: "Download complete".into(),
            body: "<b>a & b</b>.iso".into(),
            success: true,
            file: Some("/a.iso".into()),
            open_label: "Open".into(),
            show_label: "Show".into(),
            series: None,
        }
    }

    fn daemon(markup: bool, actions: bool) -> Daemon {
        Daemon { owner: ":1.1".into(), markup, actions }
    }

    #[test]
    fn markup_is_escaped_only_for_daemons_that_read_it() {
        assert_eq!(composed(&notice(), &daemon(true, true)).body, "&lt;b&gt;a &amp; b&lt;/b&gt;.iso");
        assert_eq!(composed(&notice(), &daemon(false, true)).body, "<b>a & b</b>.iso");
        assert_eq!(composed(&notice(), &daemon(true, true)).summary, "Download complete");
    }

    #[test]
    fn buttons_need_a_daemon_that_shows_them_and_a_file() {
        let both = ["default", "Open", "show", "Show"];
        assert_eq!(composed(&notice(), &daemon(true, true)).actions, both);
        assert!(composed(&notice(), &daemon(true, false)).actions.is_empty());
        assert!(composed(&Notice { file: None, ..notice() }, &daemon(true, true)).actions.is_empty());
    }

    #[test]
    fn a_notice_takes_the_place_only_of_one_of_its_series_at_the_same_daemon() {
        let last = Last { owner: ":1.1".into(), series: Some(1), number: 7 };
        let replaced = |series, owner: &str| {
            let daemon = Daemon { owner: owner.into(), ..Daemon::default() };
            last.replaced_by(&Notice { series, ..notice() }, &daemon)
        };
        assert_eq!(replaced(Some(1), ":1.1"), Some(7));
        assert_eq!((replaced(Some(2), ":1.1"), replaced(None, ":1.1")), (None, None));
        assert_eq!(replaced(Some(1), ":1.2"), None);
    }

    #[test]
    fn good_and_bad_news_are_told_apart() {
        let hints = |success| composed(&Notice { success, ..notice() }, &Daemon::default()).hints;
        assert!(hints(true).contains(&Hint::Category("transfer.complete".into())));
        assert!(hints(false).contains(&Hint::Category("transfer.error".into())));
        assert!(hints(true).contains(&Hint::DesktopEntry("org.windlass.Windlass".into())));
    }

    #[test]
    fn a_name_cannot_hide_or_turn_around_what_it_is() {
        assert_eq!(plain("inv\u{202E}fdp\u{2066}.exe\u{200B}\u{7}"), "invfdp.exe");
        assert_eq!(plain("one\ntwo"), "one two");
        assert_eq!(plain("می\u{200C}خواهم 👩\u{200D}💻"), "می\u{200C}خواهم 👩\u{200D}💻");
    }

    #[test]
    fn a_long_text_is_cut_with_a_mark() {
        assert_eq!(plain(&"é".repeat(200)).chars().count(), 200);
        let cut = plain(&"é".repeat(201));
        assert_eq!(cut.chars().count(), 200);
        assert!(cut.ends_with("é…"));
    }

    proptest! {
        #[test]
        fn no_text_is_too_strange_to_show(text in any::<String>()) {
            let shown = plain(&text);
            prop_assert!(shown.chars().count() <= LONGEST && !shown.chars().any(char::is_control));
            prop_assert!(!escaped(&shown).contains(['<', '>']));
        }
    }
}
