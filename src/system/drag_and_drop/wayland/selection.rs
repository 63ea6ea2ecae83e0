//! The clipboard: text that was copied here or elsewhere.
//!
//! The compositor tells of what others have copied before it gives the window the keyboard, and takes the news of
//! something copied only with the number of something that the user has done.

use std::io;
use std::os::fd::{AsFd as _, BorrowedFd};
use std::sync::Arc;
use std::task::Poll;
use std::time::{Duration, Instant};

use wayland_client::protocol::wl_data_device::WlDataDevice;
use wayland_client::protocol::wl_data_device_manager::WlDataDeviceManager;
use wayland_client::protocol::wl_data_offer::WlDataOffer;
use wayland_client::protocol::wl_data_source::{Event, WlDataSource};
use wayland_client::protocol::wl_keyboard::{self, WlKeyboard};
use wayland_client::protocol::wl_pointer;
use wayland_client::{Connection, Proxy as _, QueueHandle};

use super::super::orders::Reply;
use super::Ends;
use super::pipes::{Receiving, Sendings};

/// The forms of a text, best first.
const FORMS: [&str; 5] = ["text/plain;charset=utf-8", "UTF8_STRING", "text/plain", "STRING", "TEXT"];

/// The longest another program may take to hand over what it has copied: the window waits for that.
const PATIENCE: Duration = Duration::from_millis(900);

/// What belongs to a source of the clipboard: the text.
pub(super) struct Copied(Arc<[u8]>);

/// See the module.
pub(super) struct Selection {
    manager: WlDataDeviceManager,
    device: WlDataDevice,
    keyboard: Option<WlKeyboard>,
    /// The number of what the user did last.
    serial: Option<u32>,
    /// What others offer, and the form in which we would take it.
    offer: Option<(WlDataOffer, Option<&'static str>)>,
    /// What was copied here, until somebody else copies something.
    copied: Option<(WlDataSource, Arc<[u8]>)>,
    /// What is handed over, and who waits for it.
    reading: Option<(Receiving, Reply)>,
}

impl Selection {
    pub(super) fn new(manager: WlDataDeviceManager, device: WlDataDevice) -> Self {
        let (keyboard, serial, offer, copied, reading) = (None, None, None, None, None);
        Self { manager, device, keyboard, serial, offer, copied, reading }
    }

    /// When what is handed over has to be there.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.reading.as_ref().map(|(receiving, _)| receiving.deadline())
    }

    /// By what it comes.
    pub(super) fn pipe(&self) -> Option<BorrowedFd<'_>> {
        self.reading.as_ref().map(|(receiving, _)| receiving.as_fd())
    }

    /// There is this keyboard now, or none.
    pub(super) fn type_with(&mut self, keyboard: Option<WlKeyboard>) {
        let before = std::mem::replace(&mut self.keyboard, keyboard);
        if let Some(keyboard) = before.filter(|it| it.version() >= wl_keyboard::REQ_RELEASE_SINCE) {
            keyboard.release();
        }
    }

    pub(super) fn typed(&mut self, event: &wl_keyboard::Event) {
        match *event {
            wl_keyboard::Event::Enter { serial, .. } | wl_keyboard::Event::Key { serial, .. } => {
                self.serial = Some(serial);
            }
            // An offer is good for as long as there is the keyboard.
            wl_keyboard::Event::Leave { .. } => self.offered(None),
            _ => {}
        }
    }

    pub(super) fn pointed(&mut self, event: &wl_pointer::Event) {
        if let wl_pointer::Event::Button { serial, .. } = *event {
            self.serial = Some(serial);
        }
    }

    /// Others offer this in these forms, or nothing.
    pub(super) fn offered(&mut self, offer: Option<(WlDataOffer, Vec<String>)>) {
        let form = |forms: &[String]| FORMS.into_iter().find(|form| forms.iter().any(|it| it == form));
        let offer = offer.map(|(offer, forms)| (offer, form(&forms)));
        if let Some((before, _)) = std::mem::replace(&mut self.offer, offer) {
            before.destroy();
        }
    }

    /// Offers this text to others.
    pub(super) fn copy(&mut self, text: String, handle: &QueueHandle<Ends>) {
        let Some(serial) = self.serial else { return };
        let text: Arc<[u8]> = text.into_bytes().into();
        let source = self.manager.create_data_source(handle, Copied(text.clone()));
        for form in FORMS {
            source.offer(form.to_owned());
        }
        self.device.set_selection(Some(&source), serial);
        if let Some((before, _)) = self.copied.replace((source, text)) {
            before.destroy();
        }
    }

    /// Follows what becomes of something that was copied here.
    pub(super) fn told(
        &mut self,
        source: &WlDataSource,
        event: Event,
        text: &Copied,
        sendings: &mut Sendings,
    ) {
        match event {
            Event::Send { fd, .. } => sendings.send(fd, &text.0),
            Event::Cancelled if source.is_alive() => {
                self.copied.take_if(|(copied, _)| copied == source);
                source.destroy();
            }
            _ => {}
        }
    }

    /// Gets the text that was copied last.
    pub(super) fn paste(&mut self, connection: &Connection, reply: Reply) {
        if let Some((_, text)) = &self.copied {
            return answer(&reply, Some(text));
        }
        let asked = match &self.offer {
            Some((offer, Some(form))) => Receiving::ask(connection, offer, form, PATIENCE),
            _ => Err(io::ErrorKind::NotFound.into()),
        };
        match asked {
            Ok(receiving) => self.reading = Some((receiving, reply)),
            Err(_) => answer(&reply, None),
        }
    }

    /// Takes what is there; called only when there is something, so that it never waits.
    pub(super) fn read_on(&mut self) {
        if let Some((receiving, _)) = &mut self.reading
            && let Poll::Ready(bytes) = receiving.read_on()
        {
            self.end(bytes.as_deref());
        }
    }

    /// Gives whoever waits what came, or nothing.
    pub(super) fn end(&mut self, bytes: Option<&[u8]>) {
        if let Some((_, reply)) = self.reading.take() {
            answer(&reply, bytes);
        }
    }

    /// Lets go of whatever is going on.
    pub(super) fn abandon(&mut self) {
        self.end(None);
        self.offered(None);
        if let Some((source, _)) = self.copied.take() {
            source.destroy();
        }
        self.type_with(None);
    }
}

/// Lines end as they do here, whoever wrote them.
fn answer(reply: &Reply, bytes: Option<&[u8]>) {
    let text = bytes.map(|bytes| String::from_utf8_lossy(bytes).replace("\r\n", "\n").replace('\r', "\n"));
    // Whoever asked may have given up.
    let _ = reply.send(text);
}
