//! The log of a profile: one file that is set aside when it has grown long. Addresses and headers are
//! written only through types that redact themselves.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Bytes after which the file is set aside; one such file is kept.
const LONG: u64 = 1024 * 1024;

/// Begins to log: to standard error if `verbose`, else into `folder`. Without a place to write there
/// is no log, and nothing else suffers.
pub fn start(folder: &Path, verbose: u8) {
    let (ours, others) = match verbose {
        0 => (LevelFilter::INFO, LevelFilter::ERROR),
        1 => (LevelFilter::INFO, LevelFilter::WARN),
        _ => (LevelFilter::DEBUG, LevelFilter::INFO),
    };
    let lines = tracing_subscriber::registry()
        .with(Targets::new().with_default(others).with_target("windlass", ours));
    let layer = tracing_subscriber::fmt::layer();
    // Whoever embeds us may log in a way of their own.
    if verbose > 0 {
        _ = lines.with(layer.with_writer(io::stderr)).try_init();
    } else if let Ok(log) = Log::open(folder) {
        _ = lines.with(layer.with_ansi(false).with_writer(Mutex::new(log))).try_init();
    }
}

/// The file that is written to.
struct Log {
    path: PathBuf,
    file: File,
    length: u64,
}

impl Log {
    fn open(folder: &Path) -> io::Result<Self> {
        crate::store::private_dir(folder)?;
        let path = folder.join("windlass.log");
        let file = OpenOptions::new().append(true).create(true).mode(0o600).open(&path)?;
        let length = file.metadata()?.len();
        Ok(Self { path, file, length })
    }

    fn set_aside(&mut self) -> io::Result<()> {
        std::fs::rename(&self.path, self.path.with_extension("old.log"))?;
        self.file = OpenOptions::new().append(true).create(true).mode(0o600).open(&self.path)?;
        self.length = 0;
        Ok(())
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.length >= LONG {
            self.set_aside()?;
        }
        let written = self.file.write(bytes)?;
        self.length += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn a_long_log_is_set_aside_and_nobody_else_can_read_it() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("log");
        let line = [b'x'; 1000];
        for _ in 0..2 {
            // Opened again, it goes on where it was.
            let mut log = Log::open(&folder).unwrap();
            for _ in 0..1600 {
                log.write_all(&line).unwrap();
            }
        }
        let mut lengths = Vec::new();
        for entry in std::fs::read_dir(&folder).unwrap() {
            let metadata = entry.unwrap().metadata().unwrap();
            assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
            lengths.push(metadata.len());
        }
        assert_eq!(lengths.len(), 2);
        assert!(lengths.iter().all(|length| *length < LONG + 1000), "{lengths:?}");
    }
}
