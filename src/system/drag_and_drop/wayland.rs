//! Drag and drop on Wayland: a data device of our own on the window's connection, with its own queue.
//!
//! Every reader of the connection sees its events at the same moment, so the thread wakes when the
//! window does and sleeps when it sleeps.

mod source;
mod target;

use std::io;
use std::os::fd::{AsFd as _, BorrowedFd};
use std::time::Instant;

use wayland_backend::client::{Backend, WaylandError};
use wayland_client::globals::{GlobalListContents, registry_queue_init};
use wayland_client::protocol::wl_data_device::{self, WlDataDevice};
use wayland_client::protocol::wl_data_device_manager::WlDataDeviceManager;
use wayland_client::protocol::wl_data_offer::{self, WlDataOffer};
use wayland_client::protocol::wl_data_source::{self, WlDataSource};
use wayland_client::protocol::wl_pointer::{self, WlPointer};
use wayland_client::protocol::wl_registry::{self, WlRegistry};
use wayland_client::protocol::wl_seat::{self, Capability, WlSeat};
use wayland_client::{
    Connection, Dispatch, DispatchError, EventQueue, Proxy as _, QueueHandle, WEnum, delegate_noop,
    event_created_child,
};

use super::orders::{Order, Orders, wait};
use super::{DragError, Hover, List, Outward};
use source::Source;
use target::Target;

/// Serves the surface at the address `surface` until the last order.
pub(super) fn run(
    backend: Backend,
    surface: usize,
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
    surface: usize,
    orders: &Orders,
    hover: Hover,
    outward: Outward,
) -> Result<(), DragError> {
    let (globals, mut queue) = registry_queue_init::<Ends>(connection)?;
    let handle = queue.handle();
    let seat: WlSeat = globals.bind(&handle, 1..=5, ())?;
    let manager: WlDataDeviceManager = globals.bind(&handle, 1..=3, ())?;
    let device = manager.get_data_device(&seat, &handle, ());
    let source = Source::new(manager, device.clone(), surface, outward);
    let mut ends = Ends { target: Target::new(surface, hover), source };
    while ends.step(&mut queue, orders)? {}
    ends.target.abandon();
    ends.source.abandon();
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
    target: Target,
    source: Source,
}

impl Ends {
    /// Waits for something to happen and deals with it; false after the last order.
    fn step(&mut self, queue: &mut EventQueue<Self>, orders: &Orders) -> Result<bool, DragError> {
        queue.dispatch_pending(self)?;
        let Some(guard) = queue.prepare_read() else { return Ok(true) };
        flowing(queue.flush())?;
        let deadline = self.target.deadline().into_iter().chain(self.source.deadline()).min();
        let sources = [Some(guard.connection_fd()), Some(orders.as_fd()), self.target.pipe()];
        let sinks: Vec<BorrowedFd<'_>> = self.source.sinks().collect();
        let [events, ordered, data] = wait(sources, &sinks, deadline)?;
        if events {
            flowing(guard.read().map(drop))?;
        } else {
            drop(guard);
        }
        if data {
            self.target.read_on();
        }
        self.source.write_on();
        if self.target.deadline().is_some_and(|deadline| deadline <= Instant::now()) {
            self.target.end(None);
        }
        if ordered {
            match orders.hear()? {
                // The press that it follows from may be among what was just read.
                Order::Drag(list) => {
                    queue.dispatch_pending(self)?;
                    self.source.start(list, &queue.handle());
                }
                Order::None => {}
                Order::End => return Ok(false),
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
            wl_data_device::Event::DataOffer { id } => target.offered(&id),
            wl_data_device::Event::Enter { serial, surface, id: Some(offer), .. } => {
                // What comes out of the window is not dropped on it.
                target.enter(serial, &surface.id(), offer, !ends.source.is_carried());
            }
            wl_data_device::Event::Leave => target.leave(),
            wl_data_device::Event::Drop => target.dropped(connection),
            // The clipboard's, which others look after.
            wl_data_device::Event::Selection { id: Some(offer) } => target.dismiss(&offer),
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
        ends.target.told(offer, event);
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
        ends.source.told(source, event, list);
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
            // To ask for a pointer where there has never been one would end the connection.
            let pointer = has.contains(Capability::Pointer).then(|| seat.get_pointer(handle, ()));
            ends.source.point_with(pointer);
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

/// A socket that is full, or was read by another thread already, is no failure.
fn flowing(result: Result<(), WaylandError>) -> Result<(), DragError> {
    match result {
        Err(WaylandError::Io(error)) if error.kind() == io::ErrorKind::WouldBlock => Ok(()),
        Err(error) => Err(DispatchError::Backend(error).into()),
        Ok(()) => Ok(()),
    }
}
