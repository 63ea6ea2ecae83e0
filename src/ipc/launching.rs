//! Starting this program once more, so that it outlives who started it.

use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::{Client, Fault};
use crate::Profile;
use crate::system::executable;

/// How long a session that was just started may take to answer.
const START: Duration = Duration::from_secs(10);
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// Starts this program with a command, for the profile in this folder if it is not the usual one.
///
/// # Errors
/// If it cannot be started.
pub fn launch(profile: Option<&Path>, command: &str) -> std::io::Result<Child> {
    let mut program = Command::new(executable::path()?);
    if let Some(dir) = profile {
        program.arg("--profile").arg(std::path::absolute(dir)?);
    }
    program.arg(command).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    // A group of its own: Ctrl-C in this terminal is not meant for it, and neither is its end.
    program.process_group(0).current_dir("/").spawn()
}

/// The running session of a profile, which is in the folder `named` if it is not the usual one; if there is none, one
/// is started that outlives this process.
///
/// # Errors
/// If none could be started, or the one that runs speaks another version.
pub async fn connect_or_start(profile: &Profile, named: Option<&Path>) -> Result<Client, Fault> {
    if let Some(session) = Client::connect(profile, false).await? {
        return Ok(session);
    }
    let cannot = || Fault::new("No session could be started.");
    let mut child = launch(named, "daemon").map_err(|_| cannot())?;
    let answered = tokio::time::timeout(START, async {
        loop {
            match Client::connect(profile, false).await {
                Ok(Some(session)) => return Some(session),
                // It said why on its log; somebody else may have been quicker.
                _ if child.try_wait().is_ok_and(|ended| ended.is_some()) => {
                    return Client::connect(profile, false).await.ok().flatten();
                }
                _ => tokio::time::sleep(LOOK_AGAIN).await,
            }
        }
    });
    answered.await.ok().flatten().ok_or_else(cannot)
}
