//! The one window: opening, raising and putting it away while the program goes on.
//!
//! On X11 it is hidden and shown again, because each newly opened window would leave a thread and a
//! connection behind. Wayland cannot hide, so there it is closed and opened again.

use std::path::PathBuf;
use std::time::Duration;

use iced::window::{self, Id, Mode, UserAttention};
use iced::{Size, Task, mouse};

use super::desktop;
use super::display::Backend;
use super::icon;
use super::room::Room;

mod left;

pub use left::Left;

const APPLICATION_ID: &str = "org.windlass.Windlass";
const FIRST_SIZE: Size = Size::new(960.0, 640.0);
const SMALLEST: Size = Size::new(640.0, 480.0);
/// A window manager takes a moment to say that it has minimised a window, or made it as large as the screen.
const SETTLE: Duration = Duration::from_millis(300);

/// Something that happened to the window.
#[derive(Clone, Debug)]
pub enum Message {
    /// It is there.
    Opened(Id),
    /// The user wants it away.
    CloseRequested,
    /// It is gone.
    Closed(Id),
    /// It has this size now.
    Resized(Size),
    /// It was of this size a moment ago.
    Rested(Size),
    /// It is of this size, and takes all of the screen or not.
    Settled(Size, bool),
    /// Somebody looks at it.
    Looked,
    /// Somebody looks elsewhere.
    LookedAway,
    /// Whether it is minimised, where the window system tells.
    Minimised(Option<bool>),
    /// Something from the window system's own drag and drop.
    Dragged(desktop::Event),
}

/// What the program should do about it.
#[derive(Debug)]
pub enum Action {
    /// Nothing.
    None,
    /// Run this.
    Run(Task<Message>),
    /// Make the new window ready.
    Ready(Id),
    /// Put it away.
    PutAway,
    /// Something was dragged over it or dropped.
    Dragged(desktop::Event),
}

/// Where the window is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Nowhere,
    Opening(Id),
    Shown(Id),
    Minimised(Id),
    Hidden(Id),
}

/// The window.
#[derive(Debug)]
pub struct Window {
    backend: Backend,
    place: Place,
    size: Size,
    /// How large it is when it does not take all of the screen.
    own_size: Size,
    is_maximised: bool,
}

impl Window {
    /// A window that is not open yet, and in which everything is `scale` times as large as usual.
    pub fn new(backend: Backend, scale: f32) -> Self {
        let size = FIRST_SIZE * (1.0 / scale);
        Self { backend, place: Place::Nowhere, size, own_size: size, is_maximised: false }
    }

    /// How it is now, when everything in it is `scale` times as large as usual.
    pub fn left(&self, scale: f32) -> Left {
        Left::of(self.own_size * scale, self.is_maximised)
    }

    /// Makes it as it was left, before it opens.
    pub fn recall(&mut self, left: Left, scale: f32) {
        self.own_size = left.size() * (1.0 / scale);
        self.size = self.own_size;
        self.is_maximised = left.is_maximised;
    }

    /// Everything in it becomes larger or smaller, so that less or more finds room.
    pub fn rescale(&mut self, before: f32, now: f32) {
        self.size = self.size * (before / now);
        self.own_size = self.own_size * (before / now);
    }

    /// Whether somebody could see it.
    pub fn is_seen(&self) -> bool {
        matches!(self.place, Place::Shown(_))
    }

    /// Whether it shows something when it is drawn.
    pub fn is_drawn(&self) -> bool {
        !matches!(self.place, Place::Hidden(_))
    }

    /// How large it is.
    pub fn size(&self) -> Size {
        self.size
    }

    /// How much room there is in it.
    pub fn room(&self) -> Room {
        Room::of(self.size)
    }

    /// Whether it is there, perhaps hidden.
    pub fn is_open(&self) -> bool {
        !matches!(self.place, Place::Nowhere | Place::Opening(_))
    }

    /// Opens it, or brings it to the front. `has_token` says that the desktop is told why, and does it itself where
    /// nobody else can.
    pub fn show(&mut self, has_token: bool) -> Task<Message> {
        match self.place {
            Place::Nowhere => {
                let (id, opening) = window::open(self.settings());
                // Known at once, so that a second request while it opens does not open a second one.
                self.place = Place::Opening(id);
                opening.map(Message::Opened)
            }
            Place::Opening(_) => Task::none(),
            Place::Hidden(id) => {
                self.place = Place::Shown(id);
                window::set_mode(id, Mode::Windowed).chain(window::gain_focus(id))
            }
            Place::Shown(id) | Place::Minimised(id) => {
                self.place = Place::Shown(id);
                self.raise(id, has_token)
            }
        }
    }

    fn raise(&self, id: Id, has_token: bool) -> Task<Message> {
        match self.backend {
            Backend::X11 => window::minimize(id, false).chain(window::gain_focus(id)),
            Backend::Wayland if has_token => Task::none(),
            // Only the user can move a window to the front there.
            Backend::Wayland => window::request_user_attention(id, Some(UserAttention::Informational)),
        }
    }

    /// Whether putting it away closes it.
    pub fn closes(&self) -> bool {
        self.backend == Backend::Wayland
    }

    /// Puts it away; the program goes on.
    pub fn put_away(&mut self) -> Task<Message> {
        let (Place::Shown(id) | Place::Minimised(id)) = self.place else { return Task::none() };
        match self.backend {
            Backend::X11 => {
                self.place = Place::Hidden(id);
                window::set_mode(id, Mode::Hidden)
            }
            Backend::Wayland => {
                self.place = Place::Nowhere;
                window::close(id)
            }
        }
    }

    /// Follows what happened.
    pub fn update(&mut self, message: Message) -> Action {
        match message {
            Message::Opened(id) => {
                self.place = Place::Shown(id);
                return Action::Ready(id);
            }
            Message::CloseRequested => return Action::PutAway,
            Message::Closed(id) if self.id() == Some(id) => self.place = Place::Nowhere,
            Message::Resized(size) => {
                self.size = size;
                let settled = Task::future(async { tokio::time::sleep(SETTLE).await });
                return Action::Run(settled.map(move |()| Message::Rested(size)));
            }
            // Of many sizes on the way, the last one counts.
            Message::Rested(size) if size == self.size => {
                if let Place::Shown(id) = self.place {
                    let asked = window::is_maximized(id);
                    return Action::Run(asked.map(move |all| Message::Settled(size, all)));
                }
            }
            Message::Settled(size, is_maximised) if size == self.size => {
                self.is_maximised = is_maximised;
                if !is_maximised {
                    self.own_size = size;
                }
            }
            Message::Looked => {
                if let Place::Minimised(id) = self.place {
                    self.place = Place::Shown(id);
                }
                if let (Place::Shown(id), Backend::X11) = (self.place, self.backend) {
                    // It stays urgent on X11 until it is told not to be.
                    return Action::Run(window::request_user_attention(id, None));
                }
            }
            Message::LookedAway => {
                if let Place::Shown(id) = self.place {
                    let settled = Task::future(tokio::time::sleep(SETTLE));
                    return Action::Run(
                        settled.then(move |()| window::is_minimized(id)).map(Message::Minimised),
                    );
                }
            }
            Message::Minimised(Some(true)) => {
                if let Place::Shown(id) = self.place {
                    self.place = Place::Minimised(id);
                }
            }
            Message::Dragged(event) => return Action::Dragged(event),
            Message::Closed(_) | Message::Minimised(_) | Message::Rested(_) | Message::Settled(..) => {}
        }
        Action::None
    }

    /// The window that is being opened.
    #[cfg(test)]
    pub fn opening(&self) -> Option<Id> {
        if let Place::Opening(id) = self.place { Some(id) } else { None }
    }

    fn id(&self) -> Option<Id> {
        match self.place {
            Place::Nowhere => None,
            Place::Opening(id) | Place::Shown(id) | Place::Minimised(id) | Place::Hidden(id) => Some(id),
        }
    }

    fn settings(&self) -> window::Settings {
        window::Settings {
            size: self.own_size,
            maximized: self.is_maximised,
            min_size: Some(SMALLEST),
            exit_on_close_request: false,
            ..known_to_the_desktop()
        }
    }
}

/// What every window of the program has, so that the desktop knows whose it is.
pub(super) fn known_to_the_desktop() -> window::Settings {
    let mut settings = window::Settings {
        icon: window::icon::from_rgba(icon::WINDOW.to_vec(), icon::WINDOW_SIZE, icon::WINDOW_SIZE).ok(),
        ..window::Settings::default()
    };
    APPLICATION_ID.clone_into(&mut settings.platform_specific.application_id);
    settings
}

/// The message for something the window system says, if it matters.
pub fn message(event: &iced::Event, id: Id) -> Option<Message> {
    use window::Event as E;
    let dropped = |file: &PathBuf| desktop::Event::Dropped { links: Vec::new(), files: vec![file.clone()] };
    match event {
        iced::Event::Mouse(mouse::Event::CursorEntered) => Some(Message::Looked),
        iced::Event::Window(event) => match event {
            E::CloseRequested => Some(Message::CloseRequested),
            E::Closed => Some(Message::Closed(id)),
            E::Resized(size) => Some(Message::Resized(*size)),
            E::Focused => Some(Message::Looked),
            E::Unfocused => Some(Message::LookedAway),
            E::FileHovered(_) => Some(Message::Dragged(desktop::Event::Hover)),
            E::FilesHoveredLeft => Some(Message::Dragged(desktop::Event::Leave)),
            E::FileDropped(file) => Some(Message::Dragged(dropped(file))),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(backend: Backend) -> Window {
        let mut window = Window::new(backend, 1.0);
        let _ = window.show(false);
        let Place::Opening(id) = window.place else { panic!("{window:?}") };
        let _ = window.update(Message::Opened(id));
        assert!(window.is_seen());
        window
    }

    #[test]
    fn asking_twice_while_it_opens_opens_one() {
        let mut window = Window::new(Backend::X11, 1.0);
        let _ = window.show(false);
        let before = window.place;
        assert_eq!(window.show(false).units(), 0);
        assert_eq!(window.place, before);
    }

    #[test]
    fn on_x11_the_same_window_comes_back_and_on_wayland_a_new_one() {
        let mut window = opened(Backend::X11);
        let id = window.id();
        let _ = window.put_away();
        assert!(!window.is_seen() && !window.is_drawn());
        let _ = window.show(false);
        assert_eq!((window.id(), window.is_seen()), (id, true));

        let mut window = opened(Backend::Wayland);
        let old = window.id();
        let _ = window.put_away();
        assert_eq!(window.id(), None);
        let _ = window.show(false);
        assert_ne!(window.id(), old);
        // The old one's farewell comes late.
        if let Some(old) = old {
            let _ = window.update(Message::Closed(old));
        }
        assert!(window.id().is_some());
    }

    #[test]
    fn a_minimised_window_is_not_seen_until_somebody_looks() {
        let mut window = opened(Backend::X11);
        let _ = window.update(Message::Minimised(Some(true)));
        assert!(!window.is_seen());
        let _ = window.update(Message::Looked);
        assert!(window.is_seen());
        let _ = window.update(Message::Minimised(None));
        assert!(window.is_seen());
    }

    #[test]
    fn it_opens_as_large_as_it_was_left_whatever_is_in_it() {
        let mut window = opened(Backend::X11);
        let large = Size::new(1300.0, 900.0);
        let _ = window.update(Message::Resized(large));
        let _ = window.update(Message::Settled(Size::new(1000.0, 700.0), false));
        assert_eq!(window.left(1.0), Left::default(), "a size on the way");
        let _ = window.update(Message::Settled(large, false));
        let screen = Size::new(2560.0, 1400.0);
        let _ = window.update(Message::Resized(screen));
        let _ = window.update(Message::Settled(screen, true));
        let left = window.left(1.0);
        assert_eq!(left, Left { width: 1300, height: 900, is_maximised: true });
        let mut next = Window::new(Backend::X11, 2.0);
        next.recall(left, 2.0);
        assert_eq!((next.settings().size, next.settings().maximized), (large * 0.5, true));
        assert_eq!(next.left(2.0), left);
        let absurd = Left { width: 0, height: u32::MAX, is_maximised: false };
        next.recall(absurd, 1.0);
        assert_eq!(next.settings().size, Size::new(SMALLEST.width, 16_384.0));
    }

    #[test]
    fn in_a_window_of_the_same_size_larger_things_find_less_room() {
        let mut window = Window::new(Backend::X11, 1.0);
        window.rescale(1.0, 2.0);
        assert_eq!(window.settings().size, Size::new(480.0, 320.0));
        assert_eq!(Window::new(Backend::X11, 2.0).settings().size, window.settings().size);
    }
}
