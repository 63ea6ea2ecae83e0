//! Files dragged out of the window.
//!
//! A drag begins with the press of a button, which the compositor knows by its number: a pointer of our own
//! remembers the last one, beside the pointer of the windowing library.

use std::fs::File;
use std::io::{self, Write as _};
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::time::Instant;

use wayland_client::protocol::wl_data_device::WlDataDevice;
use wayland_client::protocol::wl_data_device_manager::{DndAction, WlDataDeviceManager};
use wayland_client::protocol::wl_data_source::{Event, WlDataSource};
use wayland_client::protocol::wl_pointer::{self, ButtonState, WlPointer};
use wayland_client::protocol::wl_surface::WlSurface;
use wayland_client::{Proxy as _, QueueHandle, WEnum};

use super::super::{List, Outward, PATIENCE, URI_LIST};
use super::Ends;

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
    /// Lists on their way to other programs.
    sendings: Vec<Sending>,
}

/// A list on its way to another program.
struct Sending {
    to: File,
    list: List,
    sent: usize,
    deadline: Instant,
}

impl Source {
    pub(super) fn new(
        manager: WlDataDeviceManager,
        device: WlDataDevice,
        surface: usize,
        outward: Outward,
    ) -> Self {
        let (pointer, over, press, carried, sendings) = (None, None, None, None, Vec::new());
        Self { manager, device, surface, outward, pointer, over, press, carried, sendings }
    }

    /// Whether what is dragged at the moment comes from here.
    pub(super) fn is_carried(&self) -> bool {
        self.carried.is_some()
    }

    /// When the first of those who are sent something has had enough time.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.sendings.iter().map(|sending| sending.deadline).min()
    }

    /// Those who have not taken all that they are sent.
    pub(super) fn sinks(&self) -> impl Iterator<Item = BorrowedFd<'_>> {
        self.sendings.iter().map(|sending| sending.to.as_fd())
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
    pub(super) fn told(&mut self, source: &WlDataSource, event: Event, list: &List) {
        let is_carried = self.carried.as_ref() == Some(source);
        match event {
            Event::Target { mime_type } if is_carried => self.outward.carried(mime_type.is_some()),
            Event::Send { mime_type, fd } if mime_type == URI_LIST => self.send(fd, list),
            Event::DndDropPerformed if is_carried => self.put_down(),
            Event::Cancelled | Event::DndFinished => {
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

    fn send(&mut self, to: OwnedFd, list: &List) {
        // Who asks may not read, and nobody else may have to wait for that.
        if let Err(error) = rustix::io::ioctl_fionbio(&to, true) {
            tracing::warn!(%error, "what was dragged out could not be handed over");
            return;
        }
        let deadline = Instant::now() + PATIENCE;
        self.sendings.push(Sending { to: to.into(), list: List::clone(list), sent: 0, deadline });
        self.write_on();
    }

    /// Gives everybody as much as they take, and up on those who take too long.
    pub(super) fn write_on(&mut self) {
        let now = Instant::now();
        self.sendings.retain_mut(|sending| sending.write() && now < sending.deadline);
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

impl Sending {
    /// Whether there is more to write.
    fn write(&mut self) -> bool {
        while self.sent < self.list.len() {
            match self.to.write(&self.list[self.sent..]) {
                Ok(0) => return false,
                Ok(written) => self.sent += written,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                // One that has closed its end wants no more.
                Err(error) => return error.kind() == io::ErrorKind::WouldBlock,
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    fn sending(list: Vec<u8>) -> (Sending, io::PipeReader) {
        let (theirs, ours) = io::pipe().unwrap();
        rustix::io::ioctl_fionbio(&ours, true).unwrap();
        let to = OwnedFd::from(ours).into();
        (Sending { to, list: list.into(), sent: 0, deadline: Instant::now() + PATIENCE }, theirs)
    }

    #[test]
    fn a_long_list_is_sent_as_it_is_taken_and_then_ends() {
        let list: Vec<u8> = (0..300_000).map(|at: u32| at.to_le_bytes()[0]).collect();
        let (mut sending, mut theirs) = sending(list.clone());
        let (mut taken, mut buffer) = (Vec::new(), vec![0; 5_000]);
        while sending.write() {
            let read = theirs.read(&mut buffer).unwrap();
            taken.extend(&buffer[..read]);
        }
        drop(sending);
        theirs.read_to_end(&mut taken).unwrap();
        assert!(taken == list);
    }

    #[test]
    fn one_who_closes_the_pipe_is_sent_nothing_more() {
        let (mut sending, theirs) = sending(vec![0; 300_000]);
        assert!(sending.write());
        drop(theirs);
        assert!(!sending.write());
    }
}
