//! Drops on the window.
//!
//! `wl_data_offer.finish` out of turn would end the whole connection, the window with it: it is sent only after a
//! drop that the compositor gave an action.

use std::os::fd::{AsFd as _, BorrowedFd};
use std::task::Poll;
use std::time::Instant;

use wayland_backend::client::ObjectId;
use wayland_client::protocol::wl_data_device_manager::DndAction;
use wayland_client::protocol::wl_data_offer::WlDataOffer;
use wayland_client::{Connection, Proxy as _, WEnum};

use super::super::{Hover, PATIENCE, content};
use super::pipes::Receiving;

/// See the module.
pub(super) struct Target {
    /// The window's surface; the compositor tells us of all surfaces of this connection.
    surface: usize,
    hover: Hover,
    drag: Option<Drag>,
    reading: Option<Reading>,
}

/// What is over one of the surfaces.
struct Drag {
    offer: WlDataOffer,
    /// The form we would take it in; none over other surfaces.
    kind: Option<&'static str>,
    /// Whether the compositor has granted an action.
    granted: bool,
}

/// A dropped thing that is being handed over.
struct Reading {
    drag: Drag,
    from: Receiving,
}

impl Target {
    /// For the surface at the address `surface`.
    pub(super) fn new(surface: usize, hover: Hover) -> Self {
        Self { surface, hover, drag: None, reading: None }
    }

    /// When what is handed over has to be there.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.reading.as_ref().map(|reading| reading.from.deadline())
    }

    /// By what it comes.
    pub(super) fn pipe(&self) -> Option<BorrowedFd<'_>> {
        self.reading.as_ref().map(|reading| reading.from.as_fd())
    }

    /// The compositor has granted this action, or none.
    pub(super) fn told(&mut self, offer: &WlDataOffer, action: WEnum<DndAction>) {
        let reading = self.reading.as_mut().map(|reading| &mut reading.drag);
        for drag in self.drag.iter_mut().chain(reading).filter(|drag| drag.offer == *offer) {
            drag.granted = action == WEnum::Value(DndAction::Copy);
        }
    }

    /// Something in these forms is over a surface. Nothing comes of that without any; its offer is kept until it leaves
    /// all the same, as to destroy one earlier ends the drag.
    pub(super) fn enter(&mut self, serial: u32, surface: &ObjectId, offer: WlDataOffer, forms: &[String]) {
        self.abandon();
        let ours = surface.as_ptr().addr() == self.surface;
        let mut drag = Drag { offer, kind: None, granted: false };
        if ours {
            drag.kind = content::KINDS.into_iter().find(|kind| forms.iter().any(|form| form == kind));
            drag.offer.accept(serial, drag.kind.map(str::to_owned));
            if drag.offer.version() >= 3 {
                let action = if drag.kind.is_some() { DndAction::Copy } else { DndAction::empty() };
                drag.offer.set_actions(action, action);
            }
        }
        if drag.kind.is_some() {
            self.hover.enter();
        }
        self.drag = Some(drag);
    }

    pub(super) fn leave(&mut self) {
        // After a drop it comes too, and means nothing then.
        if let Some(drag) = self.drag.take() {
            drag.offer.destroy();
            self.hover.leave();
        }
    }

    pub(super) fn dropped(&mut self, connection: &Connection) {
        let Some(drag) = self.drag.take() else { return };
        let Some(kind) = drag.kind else { return drag.offer.destroy() };
        match Receiving::ask(connection, &drag.offer, kind, PATIENCE) {
            Ok(from) => self.reading = Some(Reading { drag, from }),
            Err(error) => {
                tracing::warn!(%error, "no pipe for what was dropped");
                drag.offer.destroy();
                self.hover.leave();
            }
        }
    }

    /// Takes what is there; called only when there is something, so that it never waits.
    pub(super) fn read_on(&mut self) {
        if let Some(reading) = &mut self.reading
            && let Poll::Ready(bytes) = reading.from.read_on()
        {
            self.end(bytes.as_deref());
        }
    }

    /// The end of a drop: tells the source and the window, with what came or that nothing did.
    pub(super) fn end(&mut self, bytes: Option<&[u8]>) {
        let Some(Reading { drag, .. }) = self.reading.take() else { return };
        // A source that dies closes the pipe as well.
        let bytes = bytes.filter(|bytes| !bytes.is_empty());
        let found = bytes.zip(drag.kind).map(|(bytes, kind)| content::parse(kind, bytes));
        if found.as_ref().is_some_and(|found| !found.is_empty()) && drag.granted {
            drag.offer.finish();
        }
        drag.offer.destroy();
        match found {
            Some(found) => self.hover.dropped(found),
            None => self.hover.leave(),
        }
    }

    /// Lets go of whatever is going on.
    pub(super) fn abandon(&mut self) {
        self.end(None);
        self.leave();
    }
}
