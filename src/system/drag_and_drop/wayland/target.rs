//! Drops on the window.
//!
//! `wl_data_offer.finish` out of turn would end the whole connection, the window with it: it is sent only after a
//! drop that the compositor gave an action.

use std::collections::HashMap;
use std::io::{self, PipeReader, Read as _};
use std::os::fd::{AsFd as _, BorrowedFd};
use std::time::Instant;

use wayland_backend::client::ObjectId;
use wayland_client::protocol::wl_data_device_manager::DndAction;
use wayland_client::protocol::wl_data_offer::{Event, WlDataOffer};
use wayland_client::{Connection, Proxy as _, WEnum};

use super::super::{Hover, LARGEST, PATIENCE, content};

/// See the module.
pub(super) struct Target {
    /// The window's surface; the compositor tells us of all surfaces of this connection.
    surface: usize,
    hover: Hover,
    /// The forms of every offer that has not been entered or dismissed.
    offers: HashMap<ObjectId, Vec<String>>,
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
    pipe: PipeReader,
    bytes: Vec<u8>,
    deadline: Instant,
}

impl Target {
    /// For the surface at the address `surface`.
    pub(super) fn new(surface: usize, hover: Hover) -> Self {
        Self { surface, hover, offers: HashMap::new(), drag: None, reading: None }
    }

    /// When what is handed over has to be there.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.reading.as_ref().map(|reading| reading.deadline)
    }

    /// By what it comes.
    pub(super) fn pipe(&self) -> Option<BorrowedFd<'_>> {
        self.reading.as_ref().map(|reading| reading.pipe.as_fd())
    }

    /// There is something new, of which nothing is known yet.
    pub(super) fn offered(&mut self, offer: &WlDataOffer) {
        self.offers.insert(offer.id(), Vec::new());
    }

    /// It is none of our business.
    pub(super) fn dismiss(&mut self, offer: &WlDataOffer) {
        self.offers.remove(&offer.id());
        offer.destroy();
    }

    /// It becomes known.
    pub(super) fn told(&mut self, offer: &WlDataOffer, event: Event) {
        match event {
            Event::Offer { mime_type } => {
                if let Some(forms) = self.offers.get_mut(&offer.id()) {
                    forms.push(mime_type);
                }
            }
            Event::Action { dnd_action } => {
                let reading = self.reading.as_mut().map(|reading| &mut reading.drag);
                for drag in self.drag.iter_mut().chain(reading).filter(|drag| drag.offer == *offer) {
                    drag.granted = dnd_action == WEnum::Value(DndAction::Copy);
                }
            }
            _ => {}
        }
    }

    /// It is over a surface. Nothing comes of that unless it is `foreign`; its offer is kept until it leaves all the
    /// same, as to destroy one earlier ends the drag.
    pub(super) fn enter(&mut self, serial: u32, surface: &ObjectId, offer: WlDataOffer, foreign: bool) {
        self.abandon();
        let offered = self.offers.remove(&offer.id()).unwrap_or_default();
        let ours = foreign && surface.as_ptr().addr() == self.surface;
        let mut drag = Drag { offer, kind: None, granted: false };
        if ours {
            drag.kind = content::KINDS.into_iter().find(|kind| offered.iter().any(|form| form == kind));
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
        let (pipe, theirs) = match io::pipe() {
            Ok(ends) => ends,
            Err(error) => {
                tracing::warn!(%error, "no pipe for what was dropped");
                drag.offer.destroy();
                return self.hover.leave();
            }
        };
        drag.offer.receive(kind.to_owned(), theirs.as_fd());
        // Ours must be closed before the source's, or its end is never seen.
        drop(theirs);
        let _ = connection.flush();
        self.reading = Some(Reading { drag, pipe, bytes: Vec::new(), deadline: Instant::now() + PATIENCE });
    }

    /// Takes what is there; called only when there is something, so that it never waits.
    pub(super) fn read_on(&mut self) {
        let Some(reading) = &mut self.reading else { return };
        let mut buffer = vec![0; 64 * 1024];
        match reading.pipe.read(&mut buffer) {
            Ok(0) => {
                let whole = std::mem::take(&mut reading.bytes);
                self.end(Some(&whole));
            }
            Ok(read) if reading.bytes.len() + read <= LARGEST => reading.bytes.extend(&buffer[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Ok(_) | Err(_) => self.end(None),
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
