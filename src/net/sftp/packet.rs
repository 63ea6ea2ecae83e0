//! What is said over SFTP, version 3 (draft-ietf-secsh-filexfer-02): the few requests that getting and
//! sending a file takes, some of them OpenSSH's own (its PROTOCOL, §4), and what answers them. Pure.

use std::time::{Duration, SystemTime};

use bytes::{Buf as _, BufMut as _, Bytes, BytesMut};

/// Longest packet that is taken, in bytes.
const LONGEST: usize = 512 * 1024;
/// Version of the protocol.
const VERSION: u32 = 3;

/// A request, of which the number is told apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Request<'a> {
    /// To read it.
    Open {
        path: &'a [u8],
    },
    /// To write to it. It is made if it is not there, and emptied if it shall begin `anew`.
    Create {
        path: &'a [u8],
        anew: bool,
    },
    Close {
        handle: &'a [u8],
    },
    Read {
        handle: &'a [u8],
        offset: u64,
        length: u32,
    },
    Write {
        handle: &'a [u8],
        offset: u64,
        bytes: &'a [u8],
    },
    Stat {
        handle: &'a [u8],
    },
    /// What is at `path` itself, wherever it may point.
    Look {
        path: &'a [u8],
    },
    Remove {
        path: &'a [u8],
    },
    MakeFolder {
        path: &'a [u8],
    },
    /// To where nothing is, as far as servers keep to the draft (§6.5).
    Rename {
        from: &'a [u8],
        to: &'a [u8],
    },
    /// In place of what is there.
    Replace {
        from: &'a [u8],
        to: &'a [u8],
    },
    /// Has it written to the disk.
    Sync {
        handle: &'a [u8],
    },
    /// What the server takes at once.
    Limits,
}

/// What a server can do beyond the draft.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Extensions {
    pub replace: bool,
    pub sync: bool,
    pub limits: bool,
}

const REPLACE: &[u8] = b"posix-rename@openssh.com";
const SYNC: &[u8] = b"fsync@openssh.com";
const LIMITS: &[u8] = b"limits@openssh.com";

/// What answers a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reply {
    /// The version of the server. The only one without a number.
    Version(u32, Extensions),
    /// With what the server says about it.
    Status(u32, Status, String),
    Handle(u32, Bytes),
    Data(u32, Bytes),
    Stat(u32, Stat),
    /// To a request that is not in the draft.
    Extended(u32, Bytes),
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
        let start = to.len();
        to.put_u32(0);
        to.put_u8(self.kind());
        to.put_u32(number);
        match self {
            Self::Open { path } => {
                put(to, path);
                // To read, and with no attributes.
                to.put_u64(1 << 32);
            }
            Self::Create { path, anew } => {
                put(to, path);
                // To write, to make, to empty (§6.3), and with no attributes.
                to.put_u32(2 | 8 | if *anew { 16 } else { 0 });
                to.put_u32(0);
            }
            Self::Close { handle } | Self::Stat { handle } => put(to, handle),
            Self::Read { handle, offset, length } => {
                put(to, handle);
                to.put_u64(*offset);
                to.put_u32(*length);
            }
            Self::Write { handle, offset, bytes } => {
                put(to, handle);
                to.put_u64(*offset);
                put(to, bytes);
            }
            Self::Look { path } | Self::Remove { path } => put(to, path),
            Self::MakeFolder { path } => {
                put(to, path);
                to.put_u32(0);
            }
            Self::Rename { from, to: into } => {
                put(to, from);
                put(to, into);
            }
            Self::Replace { from, to: into } => {
                put(to, REPLACE);
                put(to, from);
                put(to, into);
            }
            Self::Sync { handle } => {
                put(to, SYNC);
                put(to, handle);
            }
            Self::Limits => put(to, LIMITS),
        }
        let length = u32::try_from(to.len() - start - 4).unwrap_or(u32::MAX);
        to[start..start + 4].copy_from_slice(&length.to_be_bytes());
    }

    fn kind(&self) -> u8 {
        match self {
            Self::Open { .. } | Self::Create { .. } => 3,
            Self::Close { .. } => 4,
            Self::Read { .. } => 5,
            Self::Write { .. } => 6,
            Self::Look { .. } => 7,
            Self::Stat { .. } => 8,
            Self::Remove { .. } => 13,
            Self::MakeFolder { .. } => 14,
            Self::Rename { .. } => 18,
            Self::Replace { .. } | Self::Sync { .. } | Self::Limits => 200,
        }
    }
}

fn put(to: &mut BytesMut, bytes: &[u8]) {
    to.put_u32(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
    to.put_slice(bytes);
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
            2 => Self::Version(number, extensions(&mut packet)),
            101 => {
                let status = match packet.try_get_u32().ok()? {
                    0 => Status::Done,
                    1 => Status::End,
                    2 => Status::NoSuchFile,
                    3 => Status::PermissionDenied,
                    _ => Status::Other,
                };
                let words = text(&mut packet).unwrap_or_default();
                Self::Status(number, status, String::from_utf8_lossy(&words).into_owned())
            }
            // A handle is a secret of the server's of at most 256 bytes (§6.2).
            102 => Self::Handle(number, text(&mut packet).filter(|handle| handle.len() <= 256)?),
            103 => Self::Data(number, text(&mut packet)?),
            105 => Self::Stat(number, stat(&mut packet)?),
            201 => Self::Extended(number, packet),
            _ => return None,
        })
    }

    /// The number of the request that it answers.
    pub(super) fn number(&self) -> Option<u32> {
        match self {
            Self::Version(..) => None,
            Self::Status(number, ..)
            | Self::Handle(number, _)
            | Self::Data(number, _)
            | Self::Extended(number, _)
            | Self::Stat(number, _) => Some(*number),
        }
    }
}

fn text(from: &mut Bytes) -> Option<Bytes> {
    let length = from.try_get_u32().ok()? as usize;
    (from.len() >= length).then(|| from.split_to(length))
}

/// Names, and what is said about each of them, as far as they can be read.
fn extensions(from: &mut Bytes) -> Extensions {
    let mut known = Extensions::default();
    while let Some(name) = text(from) {
        match &name[..] {
            REPLACE => known.replace = true,
            SYNC => known.sync = true,
            LIMITS => known.limits = true,
            _ => {}
        }
        text(from);
    }
    known
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
#[path = "packet/tests.rs"]
mod tests;
