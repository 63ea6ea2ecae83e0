//! Drops on X11: the XDND protocol, version 5, on a connection of our own.
//!
//! A tiny window of ours is named as the `XdndProxy` of the application's window, so sources talk to
//! us; one that ignores proxies talks to the windowing library as ever. All requests that a vanished
//! source would make fail are checked, and its `DestroyNotify` ends a drag that it left open.

use std::io::PipeReader;
use std::os::fd::AsFd as _;
use std::time::Instant;

use x11rb::connection::Connection as _;
use x11rb::errors::{ConnectionError, ReplyError};
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ChangeWindowAttributesAux, ClientMessageEvent, ConnectionExt as _, CreateWindowAux,
    EventMask, PropMode, Property, PropertyNotifyEvent, SelectionNotifyEvent, Window, WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;
use x11rb::{COPY_DEPTH_FROM_PARENT, NONE};

use super::{DropError, Hover, LARGEST, PATIENCE, content, wait};

x11rb::atom_manager! {
    Atoms: AtomsCookie {
        XdndAware, XdndProxy, XdndEnter, XdndPosition, XdndStatus, XdndLeave, XdndDrop, XdndFinished,
        XdndSelection, XdndActionCopy, XdndTypeList, INCR, WINDLASS_DROP,
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

/// Takes drops for the window `top` until `stopped` is closed at its other end.
pub(super) fn run(top: Window, stopped: &PipeReader, hover: Hover) -> Result<(), DropError> {
    let mut target = Target::new(top, hover)?;
    loop {
        while let Some(event) = target.x.poll_for_event()? {
            target.handle(&event)?;
        }
        let [_, stop] = wait([Some(target.x.stream().as_fd()), Some(stopped.as_fd())], target.deadline())?;
        if stop {
            target.x.delete_property(top, target.atoms.XdndProxy)?;
            target.x.flush()?;
            return Ok(());
        }
        if target.deadline().is_some_and(|deadline| deadline <= Instant::now()) {
            target.end(None)?;
        }
    }
}

struct Target {
    x: RustConnection,
    atoms: Atoms,
    /// The application's window.
    top: Window,
    /// Ours, which sources and selections answer to.
    own: Window,
    hover: Hover,
    drag: Option<Drag>,
}

/// What is over the window.
struct Drag {
    source: Window,
    /// The form we would take it in.
    kind: Option<(Atom, &'static str)>,
    /// Set once it was dropped.
    reading: Option<Reading>,
}

/// A dropped thing that is being handed over.
struct Reading {
    deadline: Instant,
    bytes: Vec<u8>,
    /// Whether it comes in pieces (ICCCM §2.7.2).
    pieces: bool,
}

/// What a property of ours held.
enum Piece {
    /// The announcement of pieces.
    Announced,
    Bytes(Vec<u8>),
    TooMuch,
}

impl Target {
    fn new(top: Window, hover: Hover) -> Result<Self, DropError> {
        let (x, screen) = x11rb::connect(None)?;
        let atoms = Atoms::new(&x)?.reply()?;
        let root = x.setup().roots.get(screen).ok_or(DropError::Unsupported)?.root;
        let own = x.generate_id()?;
        let look = CreateWindowAux::new().override_redirect(1).event_mask(EventMask::PROPERTY_CHANGE);
        let class = WindowClass::INPUT_OUTPUT;
        x.create_window(COPY_DEPTH_FROM_PARENT, own, root, -10, -10, 1, 1, 0, class, 0, &look)?.check()?;
        x.change_property32(PropMode::REPLACE, own, atoms.XdndAware, AtomEnum::ATOM, &[VERSION])?;
        // A proxy names itself, so that a source can tell it from one whose program has died.
        x.change_property32(PropMode::REPLACE, own, atoms.XdndProxy, AtomEnum::WINDOW, &[own])?;
        x.change_property32(PropMode::REPLACE, top, atoms.XdndProxy, AtomEnum::WINDOW, &[own])?.check()?;
        Ok(Self { x, atoms, top, own, hover, drag: None })
    }

    fn deadline(&self) -> Option<Instant> {
        self.drag.as_ref()?.reading.as_ref().map(|reading| reading.deadline)
    }

    fn handle(&mut self, event: &Event) -> Result<(), DropError> {
        match event {
            Event::ClientMessage(message) if message.format == 32 => self.message(message),
            Event::SelectionNotify(notice) => self.selection(notice),
            Event::PropertyNotify(notice) => self.property(notice),
            Event::DestroyNotify(notice) => {
                if self.drag.as_ref().is_some_and(|drag| drag.source == notice.window) {
                    self.drag = None;
                    self.hover.leave();
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn message(&mut self, message: &ClientMessageEvent) -> Result<(), DropError> {
        let data = message.data.as_data32();
        let kind = message.type_;
        if kind == self.atoms.XdndEnter {
            return self.enter(data);
        }
        let Some(drag) = self.drag.as_mut().filter(|drag| drag.source == data[0]) else { return Ok(()) };
        if kind == self.atoms.XdndPosition {
            let (accept, action) =
                if drag.kind.is_some() { (1, self.atoms.XdndActionCopy) } else { (0, NONE) };
            let source = drag.source;
            // No rectangle: the source goes on telling where it is, and learns of every change.
            self.send(source, self.atoms.XdndStatus, [self.top, accept, 0, 0, action])?;
        } else if kind == self.atoms.XdndLeave && drag.reading.is_none() {
            self.leave(data[0])?;
        } else if kind == self.atoms.XdndDrop && drag.reading.is_none() {
            let Some((form, _)) = drag.kind else { return self.end(None) };
            let deadline = Instant::now() + PATIENCE;
            drag.reading = Some(Reading { deadline, bytes: Vec::new(), pieces: false });
            let (selection, property) = (self.atoms.XdndSelection, self.atoms.WINDLASS_DROP);
            self.x.delete_property(self.own, property)?;
            self.x.convert_selection(self.own, selection, form, property, data[2])?;
            self.x.flush()?;
        }
        Ok(())
    }

    fn enter(&mut self, data: [u32; 5]) -> Result<(), DropError> {
        if let Some(left_open) = self.drag.take() {
            self.hover.leave();
            self.forget(left_open.source)?;
        }
        let source = data[0];
        if data[1] >> 24 < OLDEST {
            return Ok(());
        }
        let watch = ChangeWindowAttributesAux::new().event_mask(EventMask::STRUCTURE_NOTIFY);
        if present(self.x.change_window_attributes(source, &watch)?.check())?.is_none() {
            return Ok(());
        }
        let offered: Vec<Atom> = if data[1] & 1 == 1 {
            let list =
                self.x.get_property(false, source, self.atoms.XdndTypeList, AtomEnum::ATOM, 0, 1024)?;
            let list = present(list.reply())?;
            list.as_ref().and_then(|list| list.value32()).map_or_else(Vec::new, Iterator::collect)
        } else {
            data[2..].to_vec()
        };
        let kind = self.forms().into_iter().find(|(atom, _)| offered.contains(atom));
        if kind.is_some() {
            self.hover.enter();
        }
        self.drag = Some(Drag { source, kind, reading: None });
        Ok(())
    }

    /// The forms we understand, best first.
    fn forms(&self) -> [(Atom, &'static str); 5] {
        let atoms = &self.atoms;
        let names = [atoms.UriList, atoms.MozUrl, atoms.PlainUtf8, atoms.UTF8_STRING, atoms.Plain];
        std::array::from_fn(|place| (names[place], content::KINDS[place]))
    }

    fn leave(&mut self, source: Window) -> Result<(), DropError> {
        self.drag = None;
        self.hover.leave();
        self.forget(source)
    }

    fn selection(&mut self, notice: &SelectionNotifyEvent) -> Result<(), DropError> {
        if notice.requestor != self.own || notice.selection != self.atoms.XdndSelection {
            return Ok(());
        }
        let Some(reading) = self.drag.as_mut().and_then(|drag| drag.reading.as_mut()) else { return Ok(()) };
        if notice.property == NONE {
            return self.end(None);
        }
        match take_piece(&self.x, self.own, &self.atoms)? {
            Piece::Announced => {
                reading.pieces = true;
                Ok(())
            }
            Piece::Bytes(bytes) => self.end(Some(&bytes)),
            Piece::TooMuch => self.end(None),
        }
    }

    /// The next piece, if that is how it comes; an empty one is the end.
    fn property(&mut self, notice: &PropertyNotifyEvent) -> Result<(), DropError> {
        let ours = notice.window == self.own && notice.atom == self.atoms.WINDLASS_DROP;
        if !ours || notice.state != Property::NEW_VALUE {
            return Ok(());
        }
        let reading = self.drag.as_mut().and_then(|drag| drag.reading.as_mut());
        let Some(reading) = reading.filter(|reading| reading.pieces) else { return Ok(()) };
        match take_piece(&self.x, self.own, &self.atoms)? {
            Piece::Bytes(bytes) if bytes.is_empty() => {
                let whole = std::mem::take(&mut reading.bytes);
                self.end(Some(&whole))
            }
            Piece::Bytes(bytes) if reading.bytes.len() + bytes.len() <= LARGEST => {
                reading.bytes.extend(bytes);
                Ok(())
            }
            Piece::Bytes(_) | Piece::TooMuch | Piece::Announced => self.end(None),
        }
    }

    /// The end of a drop: tells the source and the window, with what came or that nothing did.
    fn end(&mut self, bytes: Option<&[u8]>) -> Result<(), DropError> {
        let Some(drag) = self.drag.take() else { return Ok(()) };
        let bytes = bytes.filter(|bytes| !bytes.is_empty());
        let found = bytes.zip(drag.kind).map(|(bytes, (_, kind))| content::parse(kind, bytes));
        let (accept, action) = match &found {
            Some(found) if !found.is_empty() => (1, self.atoms.XdndActionCopy),
            _ => (0, NONE),
        };
        match found {
            Some(found) => self.hover.dropped(found),
            None => self.hover.leave(),
        }
        self.send(drag.source, self.atoms.XdndFinished, [self.top, accept, action, 0, 0])?;
        self.forget(drag.source)
    }

    fn send(&self, to: Window, kind: Atom, data: [u32; 5]) -> Result<(), DropError> {
        let message = ClientMessageEvent::new(32, to, kind, data);
        self.x.send_event(false, to, EventMask::NO_EVENT, message)?;
        Ok(self.x.flush()?)
    }

    /// Asks for no more word of what happens to `source`.
    fn forget(&self, source: Window) -> Result<(), DropError> {
        let nothing = ChangeWindowAttributesAux::new().event_mask(EventMask::NO_EVENT);
        self.x.change_window_attributes(source, &nothing)?;
        Ok(self.x.flush()?)
    }
}

/// Reads and deletes what the source put into our property.
fn take_piece(x: &RustConnection, own: Window, atoms: &Atoms) -> Result<Piece, DropError> {
    let words = u32::try_from(LARGEST / 4).unwrap_or(u32::MAX);
    let piece = x.get_property(true, own, atoms.WINDLASS_DROP, AtomEnum::ANY, 0, words)?.reply()?;
    if piece.bytes_after > 0 {
        return Ok(Piece::TooMuch);
    }
    if piece.type_ != atoms.INCR {
        return Ok(Piece::Bytes(piece.value));
    }
    let least = piece.value32().and_then(|mut sizes| sizes.next()).unwrap_or(0);
    Ok(if usize::try_from(least).is_ok_and(|least| least <= LARGEST) {
        Piece::Announced
    } else {
        Piece::TooMuch
    })
}

/// Nothing where the server refused because the window is gone.
fn present<T>(answer: Result<T, ReplyError>) -> Result<Option<T>, ConnectionError> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(ReplyError::X11Error(_)) => Ok(None),
        Err(ReplyError::ConnectionError(error)) => Err(error),
    }
}
