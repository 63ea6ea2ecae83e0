//! Drag and drop on X11: the XDND protocol, version 5, both ends of it on a connection of our own.
//!
//! All requests that a vanished program would make fail are checked, or their failure means nothing.

mod source;
mod started;
mod target;
mod under;

use std::os::fd::AsFd as _;
use std::rc::Rc;
use std::time::Instant;

use x11rb::COPY_DEPTH_FROM_PARENT;
use x11rb::connection::Connection as _;
use x11rb::errors::{ConnectionError, ReplyError};
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ClientMessageEvent, ConnectionExt as _, CreateWindowAux, EventMask, PropMode, Window,
    WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

use super::orders::{Order, Orders, wait};
use super::{DragError, Hover, Outward};
use source::Source;
use target::Target;

x11rb::atom_manager! {
    Atoms: AtomsCookie {
        XdndAware, XdndProxy, XdndEnter, XdndPosition, XdndStatus, XdndLeave, XdndDrop, XdndFinished,
        XdndSelection, XdndActionCopy, XdndActionMove, XdndTypeList, _NET_STARTUP_INFO_BEGIN, _NET_STARTUP_INFO, INCR, TARGETS, WINDLASS_DROP,
        UriList: b"text/uri-list",
        MozUrl: b"text/x-moz-url",
        PlainUtf8: b"text/plain;charset=utf-8",
        UTF8_STRING,
        Plain: b"text/plain",
    }
}

/// The protocol we speak, and the oldest that has all we need.
const VERSION: u32 = 5;
const OLDEST: u32 = 3;

/// Serves the window `top` until the last order.
pub(super) fn run(top: Window, orders: &Orders, hover: Hover, outward: Outward) -> Result<(), DragError> {
    let wire = Rc::new(Wire::new(top)?);
    let mut target = Target::new(Rc::clone(&wire), hover)?;
    let mut source = Source::new(Rc::clone(&wire), outward)?;
    loop {
        while let Some(event) = wire.x.poll_for_event()? {
            match &event {
                Event::ClientMessage(message) if message.format == 32 => {
                    target.message(message)?;
                    source.message(message)?;
                }
                event => {
                    target.handle(event)?;
                    source.handle(event)?;
                }
            }
        }
        if source.follow()? {
            // What was heard meanwhile does not wake anybody any more.
            continue;
        }
        let deadline = target.deadline().into_iter().chain(source.deadline()).min();
        let [_, ordered] = wait([Some(wire.x.stream().as_fd()), Some(orders.as_fd())], &[], deadline)?;
        if ordered {
            let Some(heard) = orders.hear()? else {
                source.give_up()?;
                return target.detach();
            };
            for order in heard {
                match order {
                    Order::Drag(list) => source.start(list)?,
                    Order::Activate(token) => started::tell(&wire, &token)?,
                    // The clipboard is none of ours here.
                    Order::Copy(_) | Order::Paste(_) => {}
                }
            }
        }
        let now = Instant::now();
        if target.deadline().is_some_and(|deadline| deadline <= now) {
            target.end(None)?;
        }
        if source.deadline().is_some_and(|deadline| deadline <= now) {
            source.give_up()?;
        }
    }
}

/// What both ends work with.
struct Wire {
    x: RustConnection,
    atoms: Atoms,
    root: Window,
    /// The application's window.
    top: Window,
    /// Ours, which other programs answer to.
    own: Window,
}

impl Wire {
    fn new(top: Window) -> Result<Self, DragError> {
        let (x, screen) = x11rb::connect(None)?;
        let atoms = Atoms::new(&x)?.reply()?;
        let root = x.setup().roots.get(screen).ok_or(DragError::Unsupported)?.root;
        let own = x.generate_id()?;
        let look = CreateWindowAux::new().override_redirect(1).event_mask(EventMask::PROPERTY_CHANGE);
        let class = WindowClass::INPUT_OUTPUT;
        x.create_window(COPY_DEPTH_FROM_PARENT, own, root, -10, -10, 1, 1, 0, class, 0, &look)?.check()?;
        x.change_property32(PropMode::REPLACE, own, atoms.XdndAware, AtomEnum::ATOM, &[VERSION])?;
        // A proxy names itself, so that a source can tell it from one whose program has died.
        x.change_property32(PropMode::REPLACE, own, atoms.XdndProxy, AtomEnum::WINDOW, &[own])?;
        Ok(Self { x, atoms, root, top, own })
    }

    /// Tells `to` something about `window`, which is itself or what it stands for.
    fn send(&self, to: Window, window: Window, kind: Atom, data: [u32; 5]) -> Result<(), DragError> {
        let message = ClientMessageEvent::new(32, window, kind, data);
        self.x.send_event(false, to, EventMask::NO_EVENT, message)?;
        Ok(self.x.flush()?)
    }
}

/// Nothing where the server refused because the window is gone.
fn present<T>(answer: Result<T, ReplyError>) -> Result<Option<T>, ConnectionError> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(ReplyError::X11Error(_)) => Ok(None),
        Err(ReplyError::ConnectionError(error)) => Err(error),
    }
}
