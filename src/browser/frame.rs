//! One message on the line to the browser: its length in four bytes, as this computer counts, and so many of JSON.

use std::io::{self, Read, Write};

use serde::Serialize;

/// Longest message either way, in bytes. The browser takes no longer one, and none that it sends needs to be.
pub(super) const LONGEST: usize = 1024 * 1024;

/// The next message; nothing if the browser has hung up.
///
/// # Errors
/// `FileTooLarge` if it is too long: then nothing more can be read. `UnexpectedEof` if it was cut off.
pub(super) fn read(from: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = Vec::with_capacity(4);
    from.by_ref().take(4).read_to_end(&mut length)?;
    let length = match <[u8; 4]>::try_from(length) {
        Ok(length) => u32::from_ne_bytes(length) as usize,
        Err(cut) if cut.is_empty() => return Ok(None),
        Err(_) => return Err(io::ErrorKind::UnexpectedEof.into()),
    };
    if length > LONGEST {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    let mut message = Vec::with_capacity(length);
    from.by_ref().take(length as u64).read_to_end(&mut message)?;
    if message.len() < length { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(Some(message)) }
}

/// Sends a message.
///
/// # Errors
/// `FileTooLarge` if the browser would not take it, and those of the line.
pub(super) fn write(to: &mut impl Write, message: &impl Serialize) -> io::Result<()> {
    let message = serde_json::to_vec(message)?;
    let length = u32::try_from(message.len()).ok().filter(|_| message.len() <= LONGEST);
    to.write_all(&length.ok_or(io::ErrorKind::FileTooLarge)?.to_ne_bytes())?;
    to.write_all(&message)?;
    to.flush()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn kind(mut bytes: &[u8]) -> io::ErrorKind {
        read(&mut bytes).unwrap_err().kind()
    }

    #[test]
    fn messages_come_one_after_the_other_until_the_browser_hangs_up() {
        let mut line = Vec::new();
        write(&mut line, &"first").unwrap();
        write(&mut line, &2).unwrap();
        let mut line = line.as_slice();
        assert_eq!(read(&mut line).unwrap().unwrap(), b"\"first\"");
        assert_eq!(read(&mut line).unwrap().unwrap(), b"2");
        assert_eq!(read(&mut line).unwrap(), None);
    }

    #[test]
    fn half_a_message_is_none() {
        for cut in [&[1][..], &[0, 0, 0], &5_u32.to_ne_bytes(), &[&5_u32.to_ne_bytes()[..], b"1234"].concat()]
        {
            assert_eq!(kind(cut), io::ErrorKind::UnexpectedEof, "{cut:?}");
        }
    }

    #[test]
    fn a_message_that_is_too_long_is_not_even_waited_for() {
        for length in [u32::MAX, u32::try_from(LONGEST).unwrap() + 1] {
            assert_eq!(kind(&length.to_ne_bytes()), io::ErrorKind::FileTooLarge);
        }
        let mut line = Vec::new();
        assert_eq!(write(&mut line, &"x".repeat(LONGEST)).unwrap_err().kind(), io::ErrorKind::FileTooLarge);
        assert!(line.is_empty());
    }

    proptest! {
        #[test]
        fn anything_is_read_to_its_end(bytes: Vec<u8>) {
            let mut rest = bytes.as_slice();
            while let Ok(Some(_)) = read(&mut rest) {}
        }
    }
}
