//! The end of a start (startup notification protocol 0.1): until then the desktop shows that something begins.

use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{
    Atom, CLIENT_MESSAGE_EVENT, ClientMessageEvent, ConnectionExt as _, EventMask,
};

use super::{DragError, Wire};

/// What fits into one message, in bytes.
const PIECE: usize = 20;

/// Tells everybody that what began under this name is there.
pub(super) fn tell(wire: &Wire, id: &str) -> Result<(), DragError> {
    for (number, data) in pieces(&words(id)).enumerate() {
        let kind: Atom =
            if number == 0 { wire.atoms._NET_STARTUP_INFO_BEGIN } else { wire.atoms._NET_STARTUP_INFO };
        let message = ClientMessageEvent {
            response_type: CLIENT_MESSAGE_EVENT,
            format: 8,
            sequence: 0,
            window: wire.own,
            type_: kind,
            data: data.into(),
        };
        wire.x.send_event(false, wire.root, EventMask::PROPERTY_CHANGE, message)?;
    }
    Ok(wire.x.flush()?)
}

/// The message, with the zero at its end.
fn words(id: &str) -> Vec<u8> {
    let id = id.replace('\\', "\\\\").replace('"', "\\\"");
    format!("remove: ID=\"{id}\"\0").into_bytes()
}

fn pieces(words: &[u8]) -> impl Iterator<Item = [u8; PIECE]> {
    words.chunks(PIECE).map(|chunk| {
        let mut piece = [0; PIECE];
        piece[..chunk.len()].copy_from_slice(chunk);
        piece
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_quoted_and_cut_into_pieces_of_which_the_last_ends_with_zero() {
        let all: Vec<u8> = pieces(&words(r#"a b"\_TIME12"#)).flatten().collect();
        assert_eq!(
            &all[..28],
            br#"remove: ID="a b\"\\_TIME12""#.iter().chain(b"\0").copied().collect::<Vec<_>>()
        );
        assert_eq!((all.len(), all[27..].iter().all(|byte| *byte == 0)), (40, true));
        assert_eq!(pieces(&words("12345678")).count(), 2);
    }
}
