//! Files dragged out of the window.
//!
//! A drag begins with the press of a button, which the compositor knows by its number: a pointer of our own
//! remembers the last one, beside the pointer of the windowing library.

use wayland_client::protocol::wl_data_device::WlDataDevice;
use wayland_client::protocol::wl_data_device_manager::{DndAction, WlDataDeviceManager};
use wayland_client::protocol::wl_data_source::{Event, WlDataSource};
use wayland_client::protocol::wl_pointer::{self, ButtonState, WlPointer};
use wayland_client::protocol::wl_surface::WlSurface;
use wayland_client::{Proxy as _, QueueHandle, WEnum};

use super::super::{List, Outward, URI_LIST};
use super::Ends;
use super::pipes::Sendings;

/// The first button of a mouse.
const LEFT: u32 = 0x110;
/// Since then a drag has an action and a definite end.
const ACTIONS: u32 = 3;

/// See the module.
pub(super) struct Source {
    manager: WlDataDeviceManager,
    device: WlDataDevice,
    /// The address of the window's surface.
    surface: usize,
    outward: Outward,
    pointer: Option<WlPointer>,
    /// The window's surface, while the pointer is over it.
    over: Option<WlSurface>,
    /// The number of the press, while the button is held that was pressed there.
    press: Option<u32>,
    /// What the pointer carries.
    carried: Option<WlDataSource>,
}

impl Source {
    pub(super) fn new(
        manager: WlDataDeviceManager,
        device: WlDataDevice,
        surface: usize,
        outward: Outward,
    ) -> Self {
        Self { manager, device, surface, outward, pointer: None, over: None, press: None, carried: None }
    }

    /// Whether what is dragged at the moment comes from here.
    pub(super) fn is_carried(&self) -> bool {
        self.carried.is_some()
    }

    /// There is this pointer now, or none.
    pub(super) fn point_with(&mut self, pointer: Option<WlPointer>) {
        let before = std::mem::replace(&mut self.pointer, pointer);
        (self.over, self.press) = (None, None);
        if let Some(pointer) = before.filter(|pointer| pointer.version() >= wl_pointer::REQ_RELEASE_SINCE) {
            pointer.release();
        }
    }

    pub(super) fn pointed(&mut self, event: wl_pointer::Event) {
        match event {
            wl_pointer::Event::Enter { surface, .. } => {
                self.over = (surface.id().as_ptr().addr() == self.surface).then_some(surface);
                self.press = None;
            }
            wl_pointer::Event::Leave { .. } => (self.over, self.press) = (None, None),
            wl_pointer::Event::Button { serial, button: LEFT, state, .. } => {
                self.press = (state == WEnum::Value(ButtonState::Pressed)).then_some(serial);
            }
            _ => {}
        }
    }

    /// Lets the pointer carry `list`, if the button is still held.
    pub(super) fn start(&mut self, list: List, handle: &QueueHandle<Ends>) {
        let Some((surface, serial)) = self.over.as_ref().zip(self.press.take()) else { return };
        if self.manager.version() < ACTIONS {
            return;
        }
        let source = self.manager.create_data_source(handle, list);
        source.offer(URI_LIST.to_owned());
        source.set_actions(DndAction::Copy);
        self.device.start_drag(Some(&source), surface, None, serial);
        self.outward.carried(false);
        self.carried = Some(source);
    }

    /// Follows what becomes of something that was or is carried.
    pub(super) fn told(&mut self, source: &WlDataSource, event: Event, list: &List, sendings: &mut Sendings) {
        let is_carried = self.carried.as_ref() == Some(source);
        match event {
            Event::Target { mime_type } if is_carried => self.outward.carried(mime_type.is_some()),
            Event::Send { mime_type, fd } if mime_type == URI_LIST => sendings.send(fd, list),
            Event::DndDropPerformed if is_carried => self.put_down(),
            // Some say both.
            Event::Cancelled | Event::DndFinished if source.is_alive() => {
                if is_carried {
                    self.put_down();
                }
                source.destroy();
            }
            _ => {}
        }
    }

    fn put_down(&mut self) {
        self.carried = None;
        self.outward.ended();
    }

    /// Lets go of whatever is going on.
    pub(super) fn abandon(&mut self) {
        if let Some(source) = self.carried.take() {
            source.destroy();
        }
        self.outward.ended();
        self.point_with(None);
    }
}
