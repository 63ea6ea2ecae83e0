//! Words to choose from.

use clap::{Subcommand, ValueEnum};

/// What to do when a name is taken.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Clash {
    /// Take the next free number
    Rename,
    /// Replace the file once the new one is complete
    Overwrite,
    /// Leave the file alone, and move nothing
    Skip,
    /// Leave the file alone and fail
    Fail,
}

/// A dialog for something new.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum New {
    /// For downloads
    Download,
    /// For an upload
    Upload,
}

impl From<New> for crate::ipc::New {
    fn from(new: New) -> Self {
        match new {
            New::Download => Self::Download,
            New::Upload => Self::Upload,
        }
    }
}

/// What is to be done with what the desktop knows of the program.
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum DesktopAct {
    /// Put the files there, for the program where it lies now
    Install,
    /// Remove those that were put there
    Uninstall,
    /// Show which are there
    Status,
}

/// The method of an upload.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum SendBy {
    /// May not be sent twice without asking
    Post,
    /// May be sent again after a cut
    Put,
    /// May not be sent twice without asking
    Patch,
}

/// How a file is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum How {
    /// However the server can take it best
    Auto,
    /// As the body of one request
    Raw,
    /// As a browser sends a form
    Form,
    /// tus, which goes on after a cut
    Tus,
    /// Resumable uploads of HTTP (a draft of the IETF), which go on after a cut
    Resumable,
    /// An object of S3, whose address ends with /bucket/name and whose login is the two keys
    S3,
    /// A resumable session of Google's services
    Google,
    /// SFTP, as an address with sftp:// says too
    Sftp,
    /// FTP, as an address with ftp://, ftps:// or ftpes:// says too
    Ftp,
    /// WebDAV; the name is there only when the file is complete
    Webdav,
}

/// What happens when all is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Then {
    /// Nothing
    Nothing,
    /// The session ends, and the window with it
    Quit,
    /// The computer sleeps
    Suspend,
    /// The computer is switched off
    PowerOff,
}
