//! Files dragged out of the window.
//!
//! The window has the pointer from the press until its button is let go of, so nobody else hears of its motion the
//! usual way. The raw events of the devices (`XInput` 2) come all the same. They say only that something moved: where
//! the pointer is and whether the button is held is then asked.

use std::rc::Rc;
use std::time::Instant;

use x11rb::connection::{Connection as _, RequestConnection as _};
use x11rb::protocol::Event;
use x11rb::protocol::xinput::{self, ConnectionExt as _, Device, XIEventMask};
use x11rb::protocol::xproto::{
    AtomEnum, ClientMessageEvent, ConnectionExt as _, EventMask, GrabMode, KeyButMask, Keycode, ModMask,
    PropMode, SELECTION_NOTIFY_EVENT, SelectionNotifyEvent, SelectionRequestEvent, Timestamp,
};
use x11rb::wrapper::ConnectionExt as _;
use x11rb::{CURRENT_TIME, NONE};

use super::super::{DragError, List, Outward, PATIENCE};
use super::under::{Place, place_at};
use super::{Wire, present};

/// The raw events that come whoever has the pointer.
const RAW: (u16, u16) = (2, 1);
/// The sign of the key that gives a drag up.
const ESCAPE: u32 = 0xFF1B;

/// See the module.
pub(super) struct Source {
    wire: Rc<Wire>,
    outward: Outward,
    /// Whether the server tells what is needed.
    can: bool,
    /// What is given to those who ask; it may outlast its drag, as they may take their time.
    list: List,
    carried: Option<Carried>,
}

/// A drag that goes on.
struct Carried {
    over: Option<Over>,
    /// The key that gives it up, if there is one.
    escape: Option<Keycode>,
    /// When the pointer was last moved.
    time: Timestamp,
    /// Whether it has moved since somebody looked.
    moved: bool,
    /// Set once the button was let go of: how long an answer is waited for.
    deadline: Option<Instant>,
}

/// What is below the pointer.
struct Over {
    place: Place,
    /// Where the pointer was last.
    at: u32,
    /// Whether a word of it is awaited.
    asked: bool,
    /// Whether the pointer has moved since that was asked.
    moved: bool,
    /// What it said last.
    welcome: bool,
}

impl Source {
    pub(super) fn new(wire: Rc<Wire>, outward: Outward) -> Result<Self, DragError> {
        let can = wire.x.extension_information(xinput::X11_EXTENSION_NAME)?.is_some() && {
            let version = present(wire.x.xinput_xi_query_version(RAW.0, RAW.1)?.reply())?;
            version.is_some_and(|version| (version.major_version, version.minor_version) >= RAW)
        };
        Ok(Self { wire, outward, can, list: List::default(), carried: None })
    }

    pub(super) fn deadline(&self) -> Option<Instant> {
        self.carried.as_ref()?.deadline
    }

    /// Begins to carry `list`, if the button is still held.
    pub(super) fn start(&mut self, list: List) -> Result<(), DragError> {
        self.give_up()?;
        let wire = &self.wire;
        if !self.can || !wire.x.query_pointer(wire.root)?.reply()?.mask.contains(KeyButMask::BUTTON1) {
            return Ok(());
        }
        self.list = list;
        wire.x.set_selection_owner(wire.own, wire.atoms.XdndSelection, CURRENT_TIME)?;
        let escape = escape(wire)?;
        if let Some(key) = escape {
            // Where another program has it, only the mouse can end this.
            let (mode, none) = (GrabMode::ASYNC, ModMask::default());
            // Held or not, the locks of capitals and numbers mean nothing here.
            for locks in [none, ModMask::LOCK, ModMask::M2, ModMask::LOCK | ModMask::M2] {
                wire.x.grab_key(false, wire.root, locks, key, mode, mode)?;
            }
        }
        self.listen(XIEventMask::RAW_MOTION | XIEventMask::RAW_BUTTON_RELEASE)?;
        self.outward.carried(false);
        let (time, moved) = (CURRENT_TIME, true);
        self.carried = Some(Carried { over: None, escape, time, moved, deadline: None });
        Ok(())
    }

    /// Asks for these raw events from now on.
    fn listen(&self, mask: XIEventMask) -> Result<(), DragError> {
        let mask = xinput::EventMask { deviceid: Device::ALL_MASTER.into(), mask: vec![mask] };
        self.wire.x.xinput_xi_select_events(self.wire.root, &[mask])?;
        Ok(self.wire.x.flush()?)
    }

    pub(super) fn handle(&mut self, event: &Event) -> Result<(), DragError> {
        match event {
            Event::XinputRawMotion(raw) | Event::XinputRawButtonRelease(raw) => {
                if let Some(carried) = &mut self.carried {
                    carried.time = raw.time;
                    carried.moved = true;
                }
                Ok(())
            }
            Event::KeyPress(key)
                if self.carried.as_ref().and_then(|carried| carried.escape) == Some(key.detail) =>
            {
                self.give_up()
            }
            Event::SelectionRequest(request) if request.selection == self.wire.atoms.XdndSelection => {
                self.hand_over(request)
            }
            Event::SelectionClear(clear) if clear.selection == self.wire.atoms.XdndSelection => {
                self.list = List::default();
                self.give_up()
            }
            _ => Ok(()),
        }
    }

    pub(super) fn message(&mut self, message: &ClientMessageEvent) -> Result<(), DragError> {
        let data = message.data.as_data32();
        if message.type_ == self.wire.atoms.XdndStatus {
            return self.answered(data);
        }
        if message.type_ == self.wire.atoms.XdndFinished && self.carried.is_none() {
            self.list = List::default();
        }
        Ok(())
    }

    /// Looks where the pointer is and whether its button is held, if that may have changed; says whether it did so.
    pub(super) fn follow(&mut self) -> Result<bool, DragError> {
        let moved = |carried: &&mut Carried| carried.moved && carried.deadline.is_none();
        let Some(carried) = self.carried.as_mut().filter(moved) else { return Ok(false) };
        carried.moved = false;
        let wire = &self.wire;
        let pointer = wire.x.query_pointer(wire.root)?.reply()?;
        let place = place_at(wire, pointer.root_x, pointer.root_y)?;
        if carried.over.as_ref().map(|over| over.place) != place {
            if let Some(left) = carried.over.take() {
                left.leave(wire)?;
            }
            self.outward.carried(false);
            carried.over = place.map(|place| Over::enter(wire, place)).transpose()?;
        }
        let is_held = pointer.mask.contains(KeyButMask::BUTTON1);
        let Some(over) = &mut carried.over else {
            if !is_held {
                self.give_up()?;
            }
            return Ok(true);
        };
        over.at = packed(pointer.root_x, pointer.root_y);
        over.tell(wire, carried.time)?;
        if !is_held {
            carried.deadline = Some(Instant::now() + PATIENCE);
        }
        Ok(true)
    }

    /// What is below the pointer says whether it would take what is carried.
    fn answered(&mut self, data: [u32; 5]) -> Result<(), DragError> {
        let Some(carried) = &mut self.carried else { return Ok(()) };
        let Some(over) = carried.over.as_mut().filter(|over| over.place.window == data[0] && over.asked)
        else {
            return Ok(());
        };
        over.asked = false;
        // What is taken away would be missing in the list.
        over.welcome = data[1] & 1 == 1 && data[4] != self.wire.atoms.XdndActionMove;
        self.outward.carried(over.welcome);
        if over.moved {
            return over.tell(&self.wire, carried.time);
        }
        if carried.deadline.is_none() {
            return Ok(());
        }
        if over.welcome {
            let (place, time) = (over.place, carried.time);
            carried.over = None;
            let data = [self.wire.own, 0, time, 0, 0];
            self.wire.send(place.to, place.window, self.wire.atoms.XdndDrop, data)?;
        }
        self.give_up()
    }

    /// Ends the drag, wherever it is. What was dropped already stays.
    pub(super) fn give_up(&mut self) -> Result<(), DragError> {
        let Some(carried) = self.carried.take() else { return Ok(()) };
        if let Some(over) = carried.over {
            over.leave(&self.wire)?;
        }
        if let Some(key) = carried.escape {
            self.wire.x.ungrab_key(key, self.wire.root, ModMask::ANY)?;
        }
        self.outward.ended();
        self.listen(XIEventMask::default())
    }

    /// Gives the list to somebody who asks for it, or says in which form it can be had.
    fn hand_over(&self, request: &SelectionRequestEvent) -> Result<(), DragError> {
        let (x, atoms) = (&self.wire.x, &self.wire.atoms);
        // Very old programs name no property.
        let property = if request.property == NONE { request.target } else { request.property };
        let fits = self.list.len() + 64 < x.maximum_request_bytes();
        let is_given = if request.target == atoms.TARGETS {
            let forms = [atoms.TARGETS, atoms.UriList];
            x.change_property32(PropMode::REPLACE, request.requestor, property, AtomEnum::ATOM, &forms)?;
            true
        } else if request.target == atoms.UriList && fits && !self.list.is_empty() {
            x.change_property8(PropMode::REPLACE, request.requestor, property, atoms.UriList, &self.list)?;
            true
        } else {
            false
        };
        let answer = SelectionNotifyEvent {
            response_type: SELECTION_NOTIFY_EVENT,
            sequence: 0,
            time: request.time,
            requestor: request.requestor,
            selection: request.selection,
            target: request.target,
            property: if is_given { property } else { NONE },
        };
        x.send_event(false, request.requestor, EventMask::NO_EVENT, answer)?;
        Ok(x.flush()?)
    }
}

impl Over {
    fn enter(wire: &Wire, place: Place) -> Result<Self, DragError> {
        let data = [wire.own, place.version << 24, wire.atoms.UriList, NONE, NONE];
        wire.send(place.to, place.window, wire.atoms.XdndEnter, data)?;
        Ok(Self { place, at: 0, asked: false, moved: false, welcome: false })
    }

    /// Tells where the pointer is, as soon as it has answered to where it was.
    fn tell(&mut self, wire: &Wire, time: Timestamp) -> Result<(), DragError> {
        self.moved = self.asked;
        if self.asked {
            return Ok(());
        }
        self.asked = true;
        let data = [wire.own, 0, self.at, time, wire.atoms.XdndActionCopy];
        wire.send(self.place.to, self.place.window, wire.atoms.XdndPosition, data)
    }

    fn leave(self, wire: &Wire) -> Result<(), DragError> {
        let data = [wire.own, 0, 0, 0, 0];
        wire.send(self.place.to, self.place.window, wire.atoms.XdndLeave, data)
    }
}

/// A point of the screen, as messages have it.
fn packed(x: i16, y: i16) -> u32 {
    let [x, y] = [x, y].map(|place| u32::from(u16::from_ne_bytes(place.to_ne_bytes())));
    x << 16 | y
}

/// The key that gives a drag up.
fn escape(wire: &Wire) -> Result<Option<Keycode>, DragError> {
    let (first, last) = (wire.x.setup().min_keycode, wire.x.setup().max_keycode);
    let signs = wire.x.get_keyboard_mapping(first, last - first + 1)?.reply()?;
    let mut keys = signs.keysyms.chunks(usize::from(signs.keysyms_per_keycode).max(1));
    let at = keys.position(|signs| signs.contains(&ESCAPE));
    Ok(at.and_then(|at| first.checked_add(u8::try_from(at).ok()?)))
}
