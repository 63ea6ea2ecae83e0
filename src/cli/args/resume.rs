//! What can be said about resume data.

use std::path::PathBuf;

use clap::Args;

/// Where a transfer goes on from.
#[derive(Debug, Args)]
pub struct FromResumeData {
    /// Continue from what save-resume-data has written. Logins and secret headers are not in it: give them again.
    /// The part file, NAME.part, goes on if it is where the file goes, also as a copy on another computer. To
    /// send, name the file only if it is elsewhere now
    #[arg(long, value_name = "FILE")]
    pub resume_data: Option<PathBuf>,
}

/// A transfer that is to go on elsewhere.
#[derive(Debug, Args)]
pub struct SaveResumeData {
    /// The id, or the beginning of it
    pub id: String,
    /// The new file. Whoever reads it can get the file, or write into the upload, as far as the address alone
    /// allows that
    pub file: PathBuf,
}
