//! The log: one file a day in the profile, the last seven kept. Addresses and headers are written
//! only through types that redact themselves.

use std::path::Path;

use tracing_appender::non_blocking::WorkerGuard;
use tracing_appender::rolling::{Builder, Rotation};
use tracing_subscriber::EnvFilter;

/// Writes out what is still in memory when it goes.
pub struct LogGuard(#[expect(dead_code, reason = "held for its drop")] Option<WorkerGuard>);

/// Days that are kept.
const DAYS: usize = 7;

/// Begins to log: to standard error if `verbose`, else into `folder`. Without a place to write there
/// is no log, and nothing else suffers.
#[must_use]
pub fn start(folder: &Path, verbose: u8) -> LogGuard {
    if verbose > 0 {
        let level = if verbose > 1 { "windlass=debug,info" } else { "windlass=info,warn" };
        let filter = EnvFilter::new(level);
        _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
        return LogGuard(None);
    }
    if crate::store::private_dir(folder).is_err() {
        return LogGuard(None);
    }
    let file = Builder::new()
        .rotation(Rotation::DAILY)
        .max_log_files(DAYS)
        .filename_prefix("windlass")
        .filename_suffix("log")
        .build(folder);
    let Ok(file) = file else { return LogGuard(None) };
    let (writer, guard) = tracing_appender::non_blocking(file);
    let filter = EnvFilter::new("windlass=info,error");
    _ = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(false).with_writer(writer).try_init();
    LogGuard(Some(guard))
}
