//! Drag and drop and the clipboard on Wayland: a data device of our own on the window's connection, with its own queue.
//! It is the only one, as a second one would take events away from it (see `src/system/clipboard`).
//!
//! Every reader of the connection sees its events at the same moment, so the thread wakes when the
//! window does and sleeps when it sleeps.

mod pipes;
mod selection;
mod source;
mod target;

use std::collections::HashMap;
use std::io;
use std::os::fd::{AsFd as _, BorrowedFd};
use std::time::Instant;

use wayland_backend::client::{Backend, ObjectId, WaylandError};
use wayland_client::globals::{GlobalListContents, registry_queue_init};
use wayland_client::protocol::wl_data_device::{self, WlDataDevice};
use wayland_client::protocol::wl_data_device_manager::WlDataDeviceManager;
use wayland_client::protocol::wl_data_offer::{self, WlDataOffer};
use wayland_client::protocol::wl_data_source::{self, WlDataSource};
use wayland_client::protocol::wl_keyboard::{self, WlKeyboard};
use wayland_client::protocol::wl_pointer::{self, WlPointer};
use wayland_client::protocol::wl_registry::{self, WlRegistry};
use wayland_client::protocol::wl_seat::{self, Capability, WlSeat};
use wayland_client::protocol::wl_surface::WlSurface;
use wayland_client::{
    Connection, Dispatch, DispatchError, EventQueue, Proxy as _, QueueHandle, WEnum, delegate_noop,
    event_created_child,
};

use wayland_protocols::xdg::activation::v1::client::xdg_activation_v1::XdgActivationV1;

use super::orders::{Order, Orders, wait};
use super::{DragError, Hover, List, Outward};
use pipes::Sendings;
use selection::{Copied, Selection};
use source::Source;
use target::Target;

/// Serves this surface until the last order.
pub(super) fn run(
    backend: Backend,
    surface: ObjectId,
    orders: &Orders,
    hover: Hover,
    outward: Outward,
) -> Result<(), DragError> {
    let connection = Connection::from_backend(backend);
    let result = serve(&connection, surface, orders, hover, outward);
    if result.is_err() {
        // The connection broke. Its owner may be closing it at this moment, and cleaning up would
        // touch what is freed there: leave our few objects behind instead.
        std::mem::forget(connection);
    }
    result
}

fn serve(
    connection: &Connection,
    surface: ObjectId,
    orders: &Orders,
    hover: Hover,
    outward: Outward,
) -> Result<(), DragError> {
    let (globals, mut queue) = registry_queue_init::<Ends>(connection)?;
    let handle = queue.handle();
    let seat: WlSeat = globals.bind(&handle, 1..=5, ())?;
    let manager: WlDataDeviceManager = globals.bind(&handle, 1..=3, ())?;
    let device = manager.get_data_device(&seat, &handle, ());
    // Not every desktop lets a window come to the front.
    let activation: Option<XdgActivationV1> = globals.bind(&handle, 1..=1, ()).ok();
    let address = surface.as_ptr().addr();
    let mut ends = Ends {
        front: activation.zip(WlSurface::from_id(connection, surface).ok()),
        offers: HashMap::new(),
        sendings: Sendings::default(),
        target: Target::new(address, hover),
        source: Source::new(manager.clone(), device.clone(), address, outward),
        selection: Selection::new(manager, device.clone()),
    };
    while ends.step(connection, &mut queue, orders)? {}
    ends.target.abandon();
    ends.source.abandon();
    ends.selection.abandon();
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

/// What the events are for.
struct Ends {
    /// The forms of every offer that is not dragged over a surface or copied yet.
    offers: HashMap<ObjectId, Vec<String>>,
    sendings: Sendings,
    /// What brings the window to the front.
    front: Option<(XdgActivationV1, WlSurface)>,
    target: Target,
    source: Source,
    selection: Selection,
}

impl Ends {
    /// Waits for something to happen and deals with it; false after the last order.
    fn step(
        &mut self,
        connection: &Connection,
        queue: &mut EventQueue<Self>,
        orders: &Orders,
    ) -> Result<bool, DragError> {
        queue.dispatch_pending(self)?;
        let Some(guard) = queue.prepare_read() else { return Ok(true) };
        flowing(queue.flush())?;
        let deadlines = [self.target.deadline(), self.selection.deadline(), self.sendings.deadline()];
        let sources =
            [Some(guard.connection_fd()), Some(orders.as_fd()), self.target.pipe(), self.selection.pipe()];
        let sinks: Vec<BorrowedFd<'_>> = self.sendings.sinks().collect();
        let [events, ordered, dropped, pasted] =
            wait(sources, &sinks, deadlines.into_iter().flatten().min())?;
        if events {
            flowing(guard.read().map(drop))?;
        } else {
            drop(guard);
        }
        if dropped {
            self.target.read_on();
        }
        if pasted {
            self.selection.read_on();
        }
        self.sendings.write_on();
        let is_over = |deadline: Option<Instant>| deadline.is_some_and(|deadline| deadline <= Instant::now());
        if is_over(self.target.deadline()) {
            self.target.end(None);
        }
        if is_over(self.selection.deadline()) {
            self.selection.end(None);
        }
        if ordered {
            let Some(heard) = orders.hear()? else { return Ok(false) };
            // What they follow from, the press of a key or button, may be among what was just read.
            queue.dispatch_pending(self)?;
            for order in heard {
                match order {
                    Order::Drag(list) => self.source.start(list, &queue.handle()),
                    Order::Activate(token) => {
                        if let Some((activation, window)) = &self.front {
                            activation.activate(token, window);
                        }
                    }
                    Order::Copy(text) => self.selection.copy(text, &queue.handle()),
                    Order::Paste(reply) => self.selection.paste(connection, reply),
                }
            }
        }
        Ok(true)
    }
}

impl Dispatch<WlDataDevice, ()> for Ends {
    fn event(
        ends: &mut Self,
        _: &WlDataDevice,
        event: wl_data_device::Event,
        (): &(),
        connection: &Connection,
        _: &QueueHandle<Self>,
    ) {
        let target = &mut ends.target;
        match event {
            wl_data_device::Event::DataOffer { id } => _ = ends.offers.insert(id.id(), Vec::new()),
            wl_data_device::Event::Enter { serial, surface, id: Some(offer), .. } => {
                let forms = ends.offers.remove(&offer.id()).unwrap_or_default();
                // What comes out of the window is not dropped on it.
                let forms = if ends.source.is_carried() { Vec::new() } else { forms };
                target.enter(serial, &surface.id(), offer, &forms);
            }
            wl_data_device::Event::Leave => target.leave(),
            wl_data_device::Event::Drop => target.dropped(connection),
            wl_data_device::Event::Selection { id } => {
                let forms = id.as_ref().and_then(|offer| ends.offers.remove(&offer.id()));
                ends.selection.offered(id.zip(forms));
            }
            _ => {}
        }
    }

    event_created_child!(Ends, WlDataDevice, [wl_data_device::EVT_DATA_OFFER_OPCODE => (WlDataOffer, ())]);
}

impl Dispatch<WlDataOffer, ()> for Ends {
    fn event(
        ends: &mut Self,
        offer: &WlDataOffer,
        event: wl_data_offer::Event,
        (): &(),
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        match event {
            wl_data_offer::Event::Offer { mime_type } => {
                if let Some(forms) = ends.offers.get_mut(&offer.id()) {
                    forms.push(mime_type);
                }
            }
            wl_data_offer::Event::Action { dnd_action } => ends.target.told(offer, dnd_action),
            _ => {}
        }
    }
}

impl Dispatch<WlDataSource, List> for Ends {
    fn event(
        ends: &mut Self,
        source: &WlDataSource,
        event: wl_data_source::Event,
        list: &List,
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        ends.source.told(source, event, list, &mut ends.sendings);
    }
}

impl Dispatch<WlDataSource, Copied> for Ends {
    fn event(
        ends: &mut Self,
        source: &WlDataSource,
        event: wl_data_source::Event,
        text: &Copied,
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        ends.selection.told(source, event, text, &mut ends.sendings);
    }
}

impl Dispatch<WlKeyboard, ()> for Ends {
    fn event(
        ends: &mut Self,
        _: &WlKeyboard,
        event: wl_keyboard::Event,
        (): &(),
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        ends.selection.typed(&event);
    }
}

impl Dispatch<WlPointer, ()> for Ends {
    fn event(
        ends: &mut Self,
        _: &WlPointer,
        event: wl_pointer::Event,
        (): &(),
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        ends.selection.pointed(&event);
        ends.source.pointed(event);
    }
}

impl Dispatch<WlSeat, ()> for Ends {
    fn event(
        ends: &mut Self,
        seat: &WlSeat,
        event: wl_seat::Event,
        (): &(),
        _: &Connection,
        handle: &QueueHandle<Self>,
    ) {
        if let wl_seat::Event::Capabilities { capabilities: WEnum::Value(has) } = event {
            // To ask for one where there has never been one would end the connection.
            let pointer = has.contains(Capability::Pointer).then(|| seat.get_pointer(handle, ()));
            ends.source.point_with(pointer);
            let keyboard = has.contains(Capability::Keyboard).then(|| seat.get_keyboard(handle, ()));
            ends.selection.type_with(keyboard);
        }
    }
}

impl Dispatch<WlRegistry, GlobalListContents> for Ends {
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

delegate_noop!(Ends: ignore WlDataDeviceManager);
delegate_noop!(Ends: ignore XdgActivationV1);

/// A socket that is full, or was read by another thread already, is no failure.
fn flowing(result: Result<(), WaylandError>) -> Result<(), DragError> {
    match result {
        Err(WaylandError::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => Ok(()),
        Err(error) => Err(DispatchError::Backend(error).into()),
        Ok(()) => Ok(()),
    }
}
