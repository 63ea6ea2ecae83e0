//! Drives the real program without a display: its views through a simulator, its tasks at once.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context, Poll, Wake, Waker};

use futures_util::StreamExt as _;
use futures_util::stream::BoxStream;
use iced::keyboard::key::Named;
use iced::{Program, Size, Theme, window};
use iced_test::Simulator;
use iced_test::runtime::{Action, clipboard, task, window as windows};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use windlass::gui::{self, App, FirstOpen, Message, Services};
use windlass::ipc::{Request, Update};
use windlass::{Profile, Settings, Snapshot};

use crate::fake::{FakeDesktop, FakeLink};
use crate::hands::Hands;

/// The program in the hands of a test.
pub struct Ui {
    app: App,
    screen: Box<dyn Screen>,
    running: Vec<BoxStream<'static, Action<Message>>>,
    runtime: Runtime,
    window: window::Id,
    /// The session it talks to.
    pub link: Arc<FakeLink>,
    /// The desktop it is on.
    pub desktop: Arc<FakeDesktop>,
    /// Where it keeps how the window was left.
    state: TempDir,
    /// What is on the clipboard.
    pub clipboard: Option<String>,
    size: Size,
    /// Whether it has ended.
    pub exited: bool,
    /// How often a window was opened.
    pub opened: usize,
}

/// Where the session of a window lives: in its own process, in another one, or perhaps on another computer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Whose {
    Own,
    Elsewhere,
    Far,
}

/// Whether a task that could not go on has said that it can.
#[derive(Default)]
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Relaxed);
    }
}

/// What a test needs of a program, whatever its exact type.
trait Screen {
    fn update(&self, app: &mut App, message: Message) -> iced::Task<Message>;
    fn with(
        &self,
        app: &App,
        window: window::Id,
        size: Size,
        act: &mut dyn FnMut(&mut dyn Hands),
    ) -> Vec<Message>;
}

impl<P: Program<State = App, Message = Message, Theme = Theme>> Screen for P {
    fn update(&self, app: &mut App, message: Message) -> iced::Task<Message> {
        Program::update(self, app, message)
    }

    fn with(
        &self,
        app: &App,
        window: window::Id,
        size: Size,
        act: &mut dyn FnMut(&mut dyn Hands),
    ) -> Vec<Message> {
        let view = self.view(app, window);
        let mut simulator = Simulator::with_size(self.settings(), size, view);
        act(&mut simulator);
        simulator.into_messages().collect()
    }
}

impl Ui {
    /// The program with an open window and these transfers.
    pub fn with(rows: Vec<Snapshot>) -> Self {
        let mut ui = Self::starting(FirstOpen { visible: true, ..FirstOpen::default() }, Settings::default());
        ui.send(Message::Update(Update::All(rows)));
        ui
    }

    /// An open window on a session that lives in another process.
    pub fn on_a_session_elsewhere() -> Self {
        Self::boot(FirstOpen { visible: true, ..FirstOpen::default() }, Settings::default(), Whose::Elsewhere)
    }

    /// An open window on a session whose disk is not that of this computer, as far as anybody knows.
    pub fn far_from_its_session() -> Self {
        Self::boot(FirstOpen { visible: true, ..FirstOpen::default() }, Settings::default(), Whose::Far)
    }

    /// The program as it starts, in English unless the settings say otherwise.
    pub fn starting(open: FirstOpen, settings: Settings) -> Self {
        Self::boot(open, settings, Whose::Own)
    }

    /// The program as it starts after this one has ended, with these transfers.
    pub fn again(self, rows: Vec<Snapshot>) -> Self {
        assert!(self.exited, "it goes on");
        let open = FirstOpen { visible: true, ..FirstOpen::default() };
        let mut ui = Self::boot_in(self.state, open, self.link.settings(), Whose::Own);
        ui.send(Message::Update(Update::All(rows)));
        ui
    }

    fn boot(open: FirstOpen, settings: Settings, whose: Whose) -> Self {
        Self::boot_in(tempfile::tempdir().unwrap(), open, settings, whose)
    }

    fn boot_in(state: TempDir, open: FirstOpen, settings: Settings, whose: Whose) -> Self {
        let settings = match settings.language.as_str() {
            "system" => Settings { language: "en".to_owned(), ..settings },
            _ => settings,
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let (link, desktop) = (Arc::new(FakeLink::default()), Arc::new(FakeDesktop::default()));
        link.keep(settings.clone());
        let at_home = Profile::at("/home/me/windlass");
        let services = Services {
            owns_session: whose == Whose::Own,
            link: link.clone(),
            runtime: runtime.handle().clone(),
            desktop: desktop.clone(),
            profile: (whose != Whose::Far).then(|| Profile { state: state.path().into(), ..at_home }),
            settings,
            open,
            opening: None,
        };
        let program = gui::program(services);
        let (app, task) = {
            let _inside = runtime.enter();
            program.boot()
        };
        let mut ui = Self {
            app,
            screen: Box::new(program),
            running: Vec::new(),
            runtime,
            window: window::Id::unique(),
            link,
            desktop,
            state,
            clipboard: None,
            size: Size::new(960.0, 640.0),
            exited: false,
            opened: 0,
        };
        ui.run(task);
        ui
    }

    /// Gives it a message and lets everything happen that can happen now.
    pub fn send(&mut self, message: Message) {
        let mut messages = VecDeque::from([message]);
        while let Some(message) = messages.pop_front() {
            let task = {
                let _inside = self.runtime.enter();
                self.screen.update(&mut self.app, message)
            };
            self.running.extend(task::into_stream(task));
            self.settle(&mut messages);
        }
    }

    fn run(&mut self, task: iced::Task<Message>) {
        self.running.extend(task::into_stream(task));
        let mut messages = VecDeque::new();
        self.settle(&mut messages);
        for message in messages {
            self.send(message);
        }
    }

    /// Takes every step that needs no waiting. What waits for a clock waits for ever.
    fn settle(&mut self, messages: &mut VecDeque<Message>) {
        let woken = Arc::new(Woken::default());
        let waker = Waker::from(Arc::clone(&woken));
        let mut context = Context::from_waker(&waker);
        let mut moved = true;
        while std::mem::take(&mut moved) | woken.0.swap(false, Relaxed) {
            for mut task in std::mem::take(&mut self.running) {
                let step = {
                    let _inside = self.runtime.enter();
                    task.poll_next_unpin(&mut context)
                };
                match step {
                    Poll::Ready(None) => continue,
                    Poll::Ready(Some(action)) => {
                        self.act(action, messages);
                        moved = true;
                    }
                    Poll::Pending => {}
                }
                self.running.push(task);
            }
        }
    }

    fn act(&mut self, action: Action<Message>, messages: &mut VecDeque<Message>) {
        match action {
            Action::Output(message) => messages.push_back(message),
            Action::Clipboard(clipboard::Action::Read { channel, .. }) => {
                let _ = channel.send(self.clipboard.clone());
            }
            Action::Clipboard(clipboard::Action::Write { contents, .. }) => self.clipboard = Some(contents),
            Action::Window(windows::Action::Open(id, _, opened)) => {
                self.window = id;
                self.opened += 1;
                let _ = opened.send(id);
            }
            Action::Exit => self.exited = true,
            _ => {}
        }
    }

    pub fn hands(&mut self, mut act: impl FnMut(&mut dyn Hands)) {
        let messages = self.screen.with(&self.app, self.window, self.size, &mut act);
        for message in messages {
            self.send(message);
        }
    }

    /// Makes the window this large.
    pub fn resize(&mut self, width: f32, height: f32) {
        self.size = Size::new(width, height);
        self.send(Message::Window(gui::window::Message::Resized(self.size)));
    }

    /// Clicks on a text.
    pub fn click(&mut self, text: &str) {
        let mut found = false;
        self.hands(|hands| found = hands.click_text(text));
        assert!(found, "{text:?} is not on the screen: {:#?}", self.texts());
    }

    /// Presses on a text, moves the pointer and lets go.
    pub fn pull(&mut self, text: &str, far: f32) {
        let mut found = false;
        self.hands(|hands| found = hands.pull(text, far));
        assert!(found, "{text:?} is not on the screen: {:#?}", self.texts());
    }

    /// Clicks on the part with this name.
    pub fn press(&mut self, name: &str) {
        let mut found = false;
        self.hands(|hands| found = hands.click_id(name));
        assert!(found, "{name:?} is not on the screen: {:#?}", self.texts());
    }

    /// Chooses something from the menu of a row.
    pub fn choose(&mut self, row: &Snapshot, what: &str) {
        self.click(&row.name);
        self.send(Message::Key(gui::Command::Menu));
        self.press(&format!("menu {what}"));
    }

    /// Clicks into a field and writes.
    pub fn write(&mut self, field: &str, text: &str) {
        let mut found = false;
        self.hands(|hands| {
            found = hands.click_id(field);
            hands.write(text);
        });
        assert!(found, "there is no field {field:?}: {:#?}", self.texts());
    }

    /// Presses keys, one after the other, in a window in which the keyboard is where it begins.
    pub fn keys(&mut self, keys: &[Named]) {
        self.hands(|hands| {
            for key in keys {
                hands.tap(*key);
            }
        });
    }

    /// How large the window is.
    pub fn size(&self) -> Size {
        self.size
    }

    /// The colours of the window.
    pub fn theme(&self) -> Theme {
        self.app.theme()
    }

    /// How many times as large as usual everything is.
    pub fn scale(&self) -> f32 {
        self.app.scale()
    }

    /// Whether nothing moves by itself.
    pub fn is_still(&self) -> bool {
        self.app.is_still()
    }

    /// What the session was asked since the last time.
    pub fn asked(&self) -> Vec<Request> {
        self.link.asked()
    }
}
