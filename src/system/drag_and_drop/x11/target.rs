//! Drops on the window.
//!
//! A tiny window of ours is named as the `XdndProxy` of the application's window, so sources talk to
//! us; one that ignores proxies talks to the windowing library as ever. A source that vanishes ends its drag by its
//! `DestroyNotify`.

use std::rc::Rc;
use std::time::Instant;

use x11rb::NONE;
use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ChangeWindowAttributesAux, ClientMessageEvent, ConnectionExt as _, EventMask, PropMode,
    Property, PropertyNotifyEvent, SelectionNotifyEvent, Window,
};
use x11rb::wrapper::ConnectionExt as _;

use super::super::{DragError, Hover, LARGEST, PATIENCE, content};
use super::{OLDEST, Wire, present};

/// See the module.
pub(super) struct Target {
    wire: Rc<Wire>,
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
    pub(super) fn new(wire: Rc<Wire>, hover: Hover) -> Result<Self, DragError> {
        let proxy = wire.atoms.XdndProxy;
        let named =
            wire.x.change_property32(PropMode::REPLACE, wire.top, proxy, AtomEnum::WINDOW, &[wire.own])?;
        named.check()?;
        Ok(Self { wire, hover, drag: None })
    }

    /// Takes no more drops.
    pub(super) fn detach(self) -> Result<(), DragError> {
        self.wire.x.delete_property(self.wire.top, self.wire.atoms.XdndProxy)?;
        Ok(self.wire.x.flush()?)
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.drag.as_ref()?.reading.as_ref().map(|reading| reading.deadline)
    }

    pub(super) fn handle(&mut self, event: &Event) -> Result<(), DragError> {
        match event {
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

    pub(super) fn message(&mut self, message: &ClientMessageEvent) -> Result<(), DragError> {
        let data = message.data.as_data32();
        let kind = message.type_;
        if kind == self.wire.atoms.XdndEnter {
            return self.enter(data);
        }
        let Some(drag) = self.drag.as_mut().filter(|drag| drag.source == data[0]) else { return Ok(()) };
        if kind == self.wire.atoms.XdndPosition {
            let (accept, action) =
                if drag.kind.is_some() { (1, self.wire.atoms.XdndActionCopy) } else { (0, NONE) };
            let source = drag.source;
            // No rectangle: the source goes on telling where it is, and learns of every change.
            self.send(source, self.wire.atoms.XdndStatus, [self.wire.top, accept, 0, 0, action])?;
        } else if kind == self.wire.atoms.XdndLeave && drag.reading.is_none() {
            self.leave(data[0])?;
        } else if kind == self.wire.atoms.XdndDrop && drag.reading.is_none() {
            let Some((form, _)) = drag.kind else { return self.end(None) };
            let deadline = Instant::now() + PATIENCE;
            drag.reading = Some(Reading { deadline, bytes: Vec::new(), pieces: false });
            let (selection, property) = (self.wire.atoms.XdndSelection, self.wire.atoms.WINDLASS_DROP);
            self.wire.x.delete_property(self.wire.own, property)?;
            self.wire.x.convert_selection(self.wire.own, selection, form, property, data[2])?;
            self.wire.x.flush()?;
        }
        Ok(())
    }

    fn enter(&mut self, data: [u32; 5]) -> Result<(), DragError> {
        if let Some(left_open) = self.drag.take() {
            self.hover.leave();
            self.forget(left_open.source)?;
        }
        let source = data[0];
        if data[1] >> 24 < OLDEST {
            return Ok(());
        }
        let watch = ChangeWindowAttributesAux::new().event_mask(EventMask::STRUCTURE_NOTIFY);
        if present(self.wire.x.change_window_attributes(source, &watch)?.check())?.is_none() {
            return Ok(());
        }
        let offered: Vec<Atom> = if data[1] & 1 == 1 {
            let list = self.wire.x.get_property(
                false,
                source,
                self.wire.atoms.XdndTypeList,
                AtomEnum::ATOM,
                0,
                1024,
            )?;
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
        let atoms = &self.wire.atoms;
        let names = [atoms.UriList, atoms.MozUrl, atoms.PlainUtf8, atoms.UTF8_STRING, atoms.Plain];
        std::array::from_fn(|place| (names[place], content::KINDS[place]))
    }

    fn leave(&mut self, source: Window) -> Result<(), DragError> {
        self.drag = None;
        self.hover.leave();
        self.forget(source)
    }

    fn selection(&mut self, notice: &SelectionNotifyEvent) -> Result<(), DragError> {
        if notice.requestor != self.wire.own || notice.selection != self.wire.atoms.XdndSelection {
            return Ok(());
        }
        let Some(reading) = self.drag.as_mut().and_then(|drag| drag.reading.as_mut()) else { return Ok(()) };
        if notice.property == NONE {
            return self.end(None);
        }
        match take_piece(&self.wire)? {
            Piece::Announced => {
                reading.pieces = true;
                Ok(())
            }
            Piece::Bytes(bytes) => self.end(Some(&bytes)),
            Piece::TooMuch => self.end(None),
        }
    }

    /// The next piece, if that is how it comes; an empty one is the end.
    fn property(&mut self, notice: &PropertyNotifyEvent) -> Result<(), DragError> {
        let ours = notice.window == self.wire.own && notice.atom == self.wire.atoms.WINDLASS_DROP;
        if !ours || notice.state != Property::NEW_VALUE {
            return Ok(());
        }
        let reading = self.drag.as_mut().and_then(|drag| drag.reading.as_mut());
        let Some(reading) = reading.filter(|reading| reading.pieces) else { return Ok(()) };
        match take_piece(&self.wire)? {
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
    pub(super) fn end(&mut self, bytes: Option<&[u8]>) -> Result<(), DragError> {
        let Some(drag) = self.drag.take() else { return Ok(()) };
        let bytes = bytes.filter(|bytes| !bytes.is_empty());
        let found = bytes.zip(drag.kind).map(|(bytes, (_, kind))| content::parse(kind, bytes));
        let (accept, action) = match &found {
            Some(found) if !found.is_empty() => (1, self.wire.atoms.XdndActionCopy),
            _ => (0, NONE),
        };
        match found {
            Some(found) => self.hover.dropped(found),
            None => self.hover.leave(),
        }
        self.send(drag.source, self.wire.atoms.XdndFinished, [self.wire.top, accept, action, 0, 0])?;
        self.forget(drag.source)
    }

    fn send(&self, to: Window, kind: Atom, data: [u32; 5]) -> Result<(), DragError> {
        self.wire.send(to, to, kind, data)
    }

    /// Asks for no more word of what happens to `source`.
    fn forget(&self, source: Window) -> Result<(), DragError> {
        let nothing = ChangeWindowAttributesAux::new().event_mask(EventMask::NO_EVENT);
        self.wire.x.change_window_attributes(source, &nothing)?;
        Ok(self.wire.x.flush()?)
    }
}

/// Reads and deletes what the source put into our property.
fn take_piece(wire: &Wire) -> Result<Piece, DragError> {
    let words = u32::try_from(LARGEST / 4).unwrap_or(u32::MAX);
    let piece =
        wire.x.get_property(true, wire.own, wire.atoms.WINDLASS_DROP, AtomEnum::ANY, 0, words)?.reply()?;
    if piece.bytes_after > 0 {
        return Ok(Piece::TooMuch);
    }
    if piece.type_ != wire.atoms.INCR {
        return Ok(Piece::Bytes(piece.value));
    }
    let least = piece.value32().and_then(|mut sizes| sizes.next()).unwrap_or(0);
    Ok(if usize::try_from(least).is_ok_and(|least| least <= LARGEST) {
        Piece::Announced
    } else {
        Piece::TooMuch
    })
}
