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
use super::theme::space;

const APPLICATION_ID: &str = "org.windlass.Windlass";
const FIRST_SIZE: Size = Size::new(960.0, 640.0);
const SMALLEST: Size = Size::new(720.0, 480.0);
/// A window manager takes a moment to say that it has minimised a window.
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
}

impl Window {
    /// A window that is not open yet.
    pub fn new(backend: Backend) -> Self {
        Self { backend, place: Place::Nowhere, size: FIRST_SIZE }
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

    /// How high a dialog can be at most.
    pub fn room(&self) -> f32 {
        self.size.height - 2.0 * (space::LARGE + space::WIDE)
    }

    /// Opens it, or brings it to the front.
    pub fn show(&mut self) -> Task<Message> {
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
                self.raise(id)
            }
        }
    }

    fn raise(&self, id: Id) -> Task<Message> {
        match self.backend {
            Backend::X11 => window::minimize(id, false).chain(window::gain_focus(id)),
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
            Message::Resized(size) => self.size = size,
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
            Message::Closed(_) | Message::Minimised(_) => {}
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
            size: self.size,
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
        let mut window = Window::new(backend);
        let _ = window.show();
        let Place::Opening(id) = window.place else { panic!("{window:?}") };
        let _ = window.update(Message::Opened(id));
        assert!(window.is_seen());
        window
    }

    #[test]
    fn asking_twice_while_it_opens_opens_one() {
        let mut window = Window::new(Backend::X11);
        let _ = window.show();
        let before = window.place;
        assert_eq!(window.show().units(), 0);
        assert_eq!(window.place, before);
    }

    #[test]
    fn on_x11_the_same_window_comes_back_and_on_wayland_a_new_one() {
        let mut window = opened(Backend::X11);
        let id = window.id();
        let _ = window.put_away();
        assert!(!window.is_seen() && !window.is_drawn());
        let _ = window.show();
        assert_eq!((window.id(), window.is_seen()), (id, true));

        let mut window = opened(Backend::Wayland);
        let old = window.id();
        let _ = window.put_away();
        assert_eq!(window.id(), None);
        let _ = window.show();
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
}
