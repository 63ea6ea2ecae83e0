//! What is said over SFTP, version 3 (draft-ietf-secsh-filexfer-02): the few requests that getting a
//! file takes, and what answers them. Pure.

use std::time::{Duration, SystemTime};

use bytes::{Buf as _, BufMut as _, Bytes, BytesMut};

/// Longest packet that is taken, in bytes.
const LONGEST: usize = 512 * 1024;
/// Version of the protocol.
const VERSION: u32 = 3;

/// A request, of which the number is told apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Request<'a> {
    Open { path: &'a [u8] },
    Close { handle: &'a [u8] },
    Read { handle: &'a [u8], offset: u64, length: u32 },
    Stat { handle: &'a [u8] },
}

/// What answers a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reply {
    /// The version of the server. The only one without a number.
    Version(u32),
    Status(u32, Status),
    Handle(u32, Bytes),
    Data(u32, Bytes),
    Stat(u32, Stat),
}

/// How a request ended (§7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Status {
    Done,
    End,
    NoSuchFile,
    PermissionDenied,
    Other,
}

/// What a file is (§5), as far as it is told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Stat {
    pub size: Option<u64>,
    pub modified: Option<SystemTime>,
    /// As `st_mode`.
    pub mode: Option<u32>,
}

/// What came is no packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Nonsense;

impl Stat {
    /// Whether it is a file, as far as is told.
    pub(super) fn is_file(&self) -> bool {
        self.mode.is_none_or(|mode| matches!(mode & 0o170_000, 0 | 0o100_000))
    }
}

/// Writes the packet that begins everything.
pub(super) fn begin(to: &mut BytesMut) {
    to.put_u32(5);
    to.put_u8(1);
    to.put_u32(VERSION);
}

impl Request<'_> {
    /// Writes it as a packet with this number.
    pub(super) fn write(&self, number: u32, to: &mut BytesMut) {
        let mut body = BytesMut::new();
        let text = |body: &mut BytesMut, bytes: &[u8]| {
            body.put_u32(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
            body.put_slice(bytes);
        };
        let kind = match self {
            Self::Open { path } => {
                text(&mut body, path);
                // To read, and with no attributes.
                body.put_u32(1);
                body.put_u32(0);
                3
            }
            Self::Close { handle } => {
                text(&mut body, handle);
                4
            }
            Self::Read { handle, offset, length } => {
                text(&mut body, handle);
                body.put_u64(*offset);
                body.put_u32(*length);
                5
            }
            Self::Stat { handle } => {
                text(&mut body, handle);
                8
            }
        };
        to.put_u32(u32::try_from(body.len() + 5).unwrap_or(u32::MAX));
        to.put_u8(kind);
        to.put_u32(number);
        to.put_slice(&body);
    }
}

impl Reply {
    /// Takes the first packet out of what came; nothing if more has to come.
    ///
    /// # Errors
    /// If it is none that could answer one of our requests.
    pub(super) fn take(from: &mut BytesMut) -> Result<Option<Self>, Nonsense> {
        let Some(length) = from.first_chunk::<4>() else { return Ok(None) };
        let length = u32::from_be_bytes(*length) as usize;
        if length > LONGEST {
            return Err(Nonsense);
        }
        if from.len() < 4 + length {
            return Ok(None);
        }
        from.advance(4);
        Self::read(from.split_to(length).freeze()).ok_or(Nonsense).map(Some)
    }

    fn read(mut packet: Bytes) -> Option<Self> {
        let kind = packet.try_get_u8().ok()?;
        let number = packet.try_get_u32().ok()?;
        Some(match kind {
            2 => Self::Version(number),
            101 => Self::Status(
                number,
                match packet.try_get_u32().ok()? {
                    0 => Status::Done,
                    1 => Status::End,
                    2 => Status::NoSuchFile,
                    3 => Status::PermissionDenied,
                    _ => Status::Other,
                },
            ),
            // A handle is a secret of the server's of at most 256 bytes (§6.2).
            102 => Self::Handle(number, text(&mut packet).filter(|handle| handle.len() <= 256)?),
            103 => Self::Data(number, text(&mut packet)?),
            105 => Self::Stat(number, stat(&mut packet)?),
            _ => return None,
        })
    }

    /// The number of the request that it answers.
    pub(super) fn number(&self) -> Option<u32> {
        match self {
            Self::Version(_) => None,
            Self::Status(number, _)
            | Self::Handle(number, _)
            | Self::Data(number, _)
            | Self::Stat(number, _) => Some(*number),
        }
    }
}

fn text(from: &mut Bytes) -> Option<Bytes> {
    let length = from.try_get_u32().ok()? as usize;
    (from.len() >= length).then(|| from.split_to(length))
}

fn stat(from: &mut Bytes) -> Option<Stat> {
    let flags = from.try_get_u32().ok()?;
    let mut stat = Stat::default();
    if flags & 1 != 0 {
        stat.size = Some(from.try_get_u64().ok()?);
    }
    if flags & 2 != 0 {
        from.try_get_u64().ok()?;
    }
    if flags & 4 != 0 {
        stat.mode = Some(from.try_get_u32().ok()?);
    }
    if flags & 8 != 0 {
        from.try_get_u32().ok()?;
        let seconds = u64::from(from.try_get_u32().ok()?);
        stat.modified = Some(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
    }
    Some(stat)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn packet(kind: u8, number: u32, rest: &[u8]) -> BytesMut {
        let mut bytes = BytesMut::new();
        bytes.put_u32(u32::try_from(rest.len() + 5).unwrap());
        bytes.put_u8(kind);
        bytes.put_u32(number);
        bytes.put_slice(rest);
        bytes
    }

    #[test]
    fn requests_are_written_as_the_draft_says() {
        let mut bytes = BytesMut::new();
        begin(&mut bytes);
        Request::Open { path: b"/a" }.write(7, &mut bytes);
        Request::Read { handle: b"h", offset: 5, length: 9 }.write(8, &mut bytes);
        let expected = [
            &[0, 0, 0, 5, 1, 0, 0, 0, 3][..],
            &[0, 0, 0, 19, 3, 0, 0, 0, 7, 0, 0, 0, 2, b'/', b'a', 0, 0, 0, 1, 0, 0, 0, 0],
            &[0, 0, 0, 22, 5, 0, 0, 0, 8, 0, 0, 0, 1, b'h', 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 9],
        ];
        assert_eq!(bytes, expected.concat());
    }

    #[test]
    fn replies_are_read_when_all_of_them_is_there() {
        let mut data = packet(103, 4, &[0, 0, 0, 2, 8, 9]);
        let mut half = BytesMut::from(&data[..data.len() - 1]);
        assert_eq!(Reply::take(&mut half), Ok(None));
        assert_eq!(Reply::take(&mut data), Ok(Some(Reply::Data(4, Bytes::from_static(&[8, 9])))));
        let attributes =
            [&[0, 0, 0, 13][..], &99_u64.to_be_bytes(), &[0, 0, 0x81, 0xa4], &[0; 4], &[0, 0, 0, 7]];
        let read = Reply::take(&mut packet(105, 1, &attributes.concat()));
        let modified = Some(SystemTime::UNIX_EPOCH + Duration::from_secs(7));
        let stat = Stat { size: Some(99), modified, mode: Some(0o100_644) };
        assert!(stat.is_file() && !Stat { mode: Some(0o040_755), ..stat.clone() }.is_file());
        assert_eq!(read, Ok(Some(Reply::Stat(1, stat))));
    }

    #[test]
    fn what_is_no_packet_is_refused_at_once() {
        for mut bad in [
            BytesMut::from(&b"\xff\xff\xff\xff"[..]),
            BytesMut::from(&b"SSH-2.0-x"[..]),
            packet(99, 0, b""),
            packet(103, 0, &[0, 0, 0, 9, 1]),
            packet(102, 0, &[&[0, 0, 1, 1][..], &[0; 257]].concat()),
            BytesMut::from(&[0, 0, 0, 0][..]),
        ] {
            assert_eq!(Reply::take(&mut bad), Err(Nonsense));
        }
    }

    proptest! {
        #[test]
        fn no_bytes_are_too_strange(kind in 100..108_u8, rest in prop::collection::vec(any::<u8>(), 0..80)) {
            let mut bytes = packet(kind, 3, &rest);
            if let Ok(reply) = Reply::take(&mut bytes) {
                prop_assert_eq!(reply.and_then(|reply| reply.number()), Some(3));
                prop_assert!(bytes.is_empty());
            }
            let mut bytes = BytesMut::from(&rest[..]);
            while let Ok(Some(_)) = Reply::take(&mut bytes) {}
        }
    }
}
