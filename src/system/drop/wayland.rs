//! Drops on Wayland: a data device of our own on the window's connection, with its own queue.
//!
//! Every reader of the connection sees its events at the same moment, so the thread wakes when the
//! window does and sleeps when it sleeps. `wl_data_offer.finish` out of turn would end the whole
//! connection, the window with it: it is sent only after a drop that the compositor gave an action.

use std::collections::HashMap;
use std::io::{self, PipeReader, Read as _};
use std::os::fd::AsFd as _;
use std::time::Instant;

use wayland_backend::client::{Backend, ObjectId, WaylandError};
use wayland_client::globals::{GlobalListContents, registry_queue_init};
use wayland_client::protocol::wl_data_device::{self, WlDataDevice};
use wayland_client::protocol::wl_data_device_manager::{DndAction, WlDataDeviceManager};
use wayland_client::protocol::wl_data_offer::{self, WlDataOffer};
use wayland_client::protocol::wl_registry::{self, WlRegistry};
use wayland_client::protocol::wl_seat::WlSeat;
use wayland_client::{
    Connection, Dispatch, DispatchError, EventQueue, Proxy as _, QueueHandle, WEnum, delegate_noop,
    event_created_child,
};

use super::{DropError, Hover, LARGEST, PATIENCE, content, wait};

/// Takes drops for the surface at the address `surface` until `stopped` is closed at its other end.
pub(super) fn run(
    backend: Backend,
    surface: usize,
    stopped: &PipeReader,
    hover: Hover,
) -> Result<(), DropError> {
    let connection = Connection::from_backend(backend);
    let result = serve(&connection, surface, stopped, hover);
    if result.is_err() {
        // The connection broke. Its owner may be closing it at this moment, and cleaning up would
        // touch what is freed there: leave our few objects behind instead.
        std::mem::forget(connection);
    }
    result
}

fn serve(
    connection: &Connection,
    surface: usize,
    stopped: &PipeReader,
    hover: Hover,
) -> Result<(), DropError> {
    let (globals, mut queue) = registry_queue_init::<Target>(connection)?;
    let handle = queue.handle();
    let seat: WlSeat = globals.bind(&handle, 1..=5, ())?;
    let manager: WlDataDeviceManager = globals.bind(&handle, 1..=3, ())?;
    let device = manager.get_data_device(&seat, &handle, ());
    let mut target = Target { surface, hover, offers: HashMap::new(), drag: None, reading: None };
    while target.step(&mut queue, stopped)? {}
    target.abandon();
    if device.version() >= 2 {
        device.release();
    }
    if seat.version() >= 5 {
        seat.release();
    }
    // A full socket keeps them for the window's next flush.
    let _ = connection.flush();
    Ok(())
}

struct Target {
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
    /// Waits for something to happen and deals with it; false once `stopped` is closed.
    fn step(&mut self, queue: &mut EventQueue<Self>, stopped: &PipeReader) -> Result<bool, DropError> {
        queue.dispatch_pending(self)?;
        let Some(guard) = queue.prepare_read() else { return Ok(true) };
        flowing(queue.flush())?;
        let pipe = self.reading.as_ref().map(|reading| reading.pipe.as_fd());
        let deadline = self.reading.as_ref().map(|reading| reading.deadline);
        let [events, stop, data] =
            wait([Some(guard.connection_fd()), Some(stopped.as_fd()), pipe], deadline)?;
        if stop {
            return Ok(false);
        }
        if events {
            flowing(guard.read().map(drop))?;
        } else {
            drop(guard);
        }
        if data {
            self.read_on();
        }
        if deadline.is_some_and(|deadline| deadline <= Instant::now()) {
            self.end(None);
        }
        Ok(true)
    }

    fn enter(&mut self, serial: u32, surface: &ObjectId, offer: WlDataOffer) {
        self.abandon();
        let offered = self.offers.remove(&offer.id()).unwrap_or_default();
        let ours = surface.as_ptr().addr() == self.surface;
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

    fn leave(&mut self) {
        // After a drop it comes too, and means nothing then.
        if let Some(drag) = self.drag.take() {
            drag.offer.destroy();
            self.hover.leave();
        }
    }

    fn dropped(&mut self, connection: &Connection) {
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
    fn read_on(&mut self) {
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
    fn end(&mut self, bytes: Option<&[u8]>) {
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
    fn abandon(&mut self) {
        self.end(None);
        self.leave();
    }
}

impl Dispatch<WlDataDevice, ()> for Target {
    fn event(
        target: &mut Self,
        _: &WlDataDevice,
        event: wl_data_device::Event,
        (): &(),
        connection: &Connection,
        _: &QueueHandle<Self>,
    ) {
        match event {
            wl_data_device::Event::DataOffer { id } => {
                target.offers.insert(id.id(), Vec::new());
            }
            wl_data_device::Event::Enter { serial, surface, id: Some(offer), .. } => {
                target.enter(serial, &surface.id(), offer);
            }
            wl_data_device::Event::Leave => target.leave(),
            wl_data_device::Event::Drop => target.dropped(connection),
            // The clipboard's, which others look after.
            wl_data_device::Event::Selection { id: Some(offer) } => {
                target.offers.remove(&offer.id());
                offer.destroy();
            }
            _ => {}
        }
    }

    event_created_child!(Target, WlDataDevice, [wl_data_device::EVT_DATA_OFFER_OPCODE => (WlDataOffer, ())]);
}

impl Dispatch<WlDataOffer, ()> for Target {
    fn event(
        target: &mut Self,
        offer: &WlDataOffer,
        event: wl_data_offer::Event,
        (): &(),
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        match event {
            wl_data_offer::Event::Offer { mime_type } => {
                if let Some(forms) = target.offers.get_mut(&offer.id()) {
                    forms.push(mime_type);
                }
            }
            wl_data_offer::Event::Action { dnd_action } => {
                let reading = target.reading.as_mut().map(|reading| &mut reading.drag);
                for drag in target.drag.iter_mut().chain(reading).filter(|drag| drag.offer == *offer) {
                    drag.granted = dnd_action == WEnum::Value(DndAction::Copy);
                }
            }
            _ => {}
        }
    }
}

impl Dispatch<WlRegistry, GlobalListContents> for Target {
    fn event(
        _: &mut Self,
        _: &WlRegistry,
        _: wl_registry::Event,
        _: &GlobalListContents,
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
    }
}

delegate_noop!(Target: ignore WlSeat);
delegate_noop!(Target: ignore WlDataDeviceManager);

/// A socket that is full, or was read by another thread already, is no failure.
fn flowing(result: Result<(), WaylandError>) -> Result<(), DropError> {
    match result {
        Err(WaylandError::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => Ok(()),
        Err(error) => Err(DispatchError::Backend(error).into()),
        Ok(()) => Ok(()),
    }
}
