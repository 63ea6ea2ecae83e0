//! The command line: what can be said, and what it means.

use std::num::NonZeroU8;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

mod browser;
mod choices;
mod groups;
mod resume;
mod shared;
mod sites;

pub use browser::{BrowserAct, Browsers};
pub use choices::{Clash, DesktopAct, How, New, SendBy, Then};
pub use groups::{Goes, GroupAct, Groups, SetGroup};
pub use resume::{FromResumeData, SaveResumeData};
pub use shared::Shared;
pub use sites::{SetSite, SiteAct, Sites};

/// Gets files from servers and sends files to them, in the background.
#[derive(Debug, Parser)]
#[command(name = "windlass", version, max_term_width = 100)]
pub struct Arguments {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub open: Open,
}

/// What holds for every command.
#[derive(Clone, Debug, Args)]
pub struct Global {
    /// Keep settings, transfers and the control socket in this folder
    #[arg(long, value_name = "DIR", env = "WINDLASS_PROFILE", global = true)]
    pub profile: Option<PathBuf>,
    /// Speak to the session at this socket, which may lead to another computer (as with ssh -L), instead of the one
    /// of the profile; none is started. Files to send, --output, --dir and --cookie-file are files there: give
    /// whole paths
    #[arg(long, value_name = "PATH", env = "WINDLASS_SOCKET", global = true)]
    pub socket: Option<PathBuf>,
    /// Say more about what is going on; twice for everything
    #[arg(short, long, action = clap::ArgAction::Count, global = true)]
    pub verbose: u8,
    /// Say nothing but results and errors
    #[arg(short, long, global = true)]
    pub quiet: bool,
}

/// What the window opens with.
#[derive(Clone, Debug, Default, Args)]
pub struct Open {
    /// Links for the download dialog, files for the upload dialog
    #[arg(value_name = "URL|FILE")]
    pub targets: Vec<String>,
    /// Open the window with a dialog for something new
    #[arg(long, value_enum, value_name = "DIALOG", conflicts_with = "hidden")]
    pub new: Option<New>,
    /// Start without a window: tray and transfers only
    #[arg(long)]
    pub hidden: bool,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Open the window, or raise the one that is open
    Open(Open),
    /// Run the transfers without a window, a tray or a display
    Daemon,
    /// Get files
    Get(Box<Get>),
    /// Send files
    Put(Box<Put>),
    /// List the destinations, which are names for where files go and how, or change them
    Destinations(Destinations),
    /// List the sites, which are servers of which something is known, or change them
    Sites(Sites),
    /// List the transfers
    List {
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Show one transfer
    Show {
        /// The id, or the beginning of it
        id: String,
        /// As a JSON object
        #[arg(long)]
        json: bool,
    },
    /// Show the transfers as they go, until Ctrl-C
    Watch,
    /// Stop transfers for now
    Pause(Which),
    /// Let transfers go on
    Resume(Which),
    /// End transfers; what came stays until they are removed or restarted, and what an unfinished upload has at its
    /// server is removed
    Cancel(Which),
    /// End a transfer, and write what is needed to continue it into a file
    SaveResumeData(SaveResumeData),
    /// Drop the bytes and begin again
    Restart(Which),
    /// Forget transfers, with their part files, here and at servers
    Remove {
        #[command(flatten)]
        which: Which,
        /// Remove completed files as well
        #[arg(long)]
        delete_file: bool,
    },
    /// Change what was asked for: url=ADDRESS (of the same file), login=NAME (its password is asked for), limit=SPEED
    /// (as 500K, 2M or none), priority=NUMBER, start-at=TIME (or now), cost-policy=POLICY, group=NAME (or none),
    /// folder=PATH (of a download of which nothing is here yet), host-key=FINGERPRINT
    Set {
        /// The id, or the beginning of it
        id: String,
        /// What to change
        #[arg(value_name = "KEY=VALUE", required = true, value_parser = key_and_value)]
        changes: Vec<(String, String)>,
    },
    /// Move a transfer to another place among those that wait
    Move {
        /// The id, or the beginning of it
        id: String,
        #[command(subcommand)]
        to: Goes,
    },
    /// List the groups, which are names for transfers that belong together, or change them
    Groups(Groups),
    /// List what is left at servers of uploads that were given up; it is being removed there
    #[command(args_conflicts_with_subcommands = true)]
    Leftovers {
        /// One JSON object a line
        #[arg(long)]
        json: bool,
        #[command(subcommand)]
        command: Option<Leftovers>,
    },
    /// Show how much the session moved: today, this week, this month and ever
    Stats {
        /// As a JSON object, with every day
        #[arg(long)]
        json: bool,
    },
    /// Show settings, all of them or those that are named, or set them
    Settings {
        /// A name, to show it, or NAME=VALUE, to set it
        #[arg(value_name = "NAME[=VALUE]")]
        settings: Vec<String>,
    },
    /// Let the extension for browsers hand downloads over
    #[command(subcommand)]
    Browser(BrowserAct),
    /// Let the desktop and the shell know the program, in the folders of this user: in the menu, with its icon, as
    /// what opens Metalinks, with manual and completions. Not needed where it came in a package
    Desktop {
        #[command(subcommand)]
        act: DesktopAct,
    },
    /// Print what lets a shell complete these commands
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page (roff), of one command if it is named
    Manual {
        /// The command; or “guide” for how to do what, “socket” for how other programs speak to a session (Markdown)
        command: Option<String>,
    },
    /// Choose what happens when all transfers are done, for this time, or show what was chosen. A minute is left to
    /// choose otherwise, and anything that is added stops it
    WhenDone {
        /// What happens
        then: Option<Then>,
    },
    /// Write everything down and end the running session
    Quit,
}

/// What can be done about that.
#[derive(Debug, Subcommand)]
pub enum Leftovers {
    /// Try again at once to remove it. Where a login is missing, give it first, as in
    /// `windlass set ID url=https://NAME:PASSWORD@HOST/…`
    Remove {
        #[command(flatten)]
        which: Which,
        /// Only forget it, and leave the server alone
        #[arg(long)]
        forget: bool,
    },
}

fn key_and_value(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("it should look like KEY=VALUE")?;
    Ok((key.to_owned(), value.to_owned()))
}

fn speed(text: &str) -> Result<u64, String> {
    crate::speed(text).ok_or_else(|| "it should look like 500K or 2M, in bytes a second".to_owned())
}

/// Which transfers are meant.
#[derive(Debug, Args)]
pub struct Which {
    /// Ids, or beginnings of ids
    #[arg(value_name = "ID", required_unless_present = "all", conflicts_with = "all")]
    pub ids: Vec<String>,
    /// All for which it makes sense
    #[arg(long)]
    pub all: bool,
}

#[derive(Debug, Args)]
pub struct Get {
    /// Where the files are
    #[arg(value_name = "URL", required_unless_present_any = ["metalink", "pasted", "input", "resume_data"], conflicts_with_all = ["metalink", "pasted", "resume_data"])]
    pub urls: Vec<String>,
    /// Get what is found in this text: links among other words, photo[001-120].jpg, a web page, a curl command as a
    /// browser copies it; “-” is standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["metalink", "input", "resume_data", "checksums", "mirrors", "host_key"])]
    pub pasted: Option<PathBuf>,
    /// Get what this Metalink describes, a file or an address
    #[arg(long, value_name = "FILE|URL", conflicts_with_all = ["input", "resume_data"])]
    pub metalink: Option<String>,
    /// Call the file complete only if it amounts to this; again for more
    #[arg(long = "checksum", value_name = "ALGO:HEX", conflicts_with = "metalink")]
    pub checksums: Vec<crate::Checksum>,
    /// Look for a file of checksums beside it, such as SHA256SUMS
    #[arg(long)]
    pub find_checksum: bool,
    /// The file is also there; again for more. With a checksum it comes from all of them at once. No header
    /// and no login is sent there
    #[arg(long = "mirror", value_name = "URL", conflicts_with = "metalink")]
    pub mirrors: Vec<String>,
    /// Put the file exactly there
    #[arg(short, long, value_name = "FILE", conflicts_with = "dir")]
    pub output: Option<PathBuf>,
    /// Put the files into this folder instead of the current one
    #[arg(short, long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// Get the bytes in order, to look at the file while it arrives
    #[arg(long)]
    pub sequential: bool,
    /// Get no more than this in a second, as 500K or 2M
    #[arg(long, value_name = "SPEED", value_parser = speed)]
    pub limit: Option<u64>,
    /// Get each file over this many connections, instead of as many as gain something
    #[arg(long, value_name = "N")]
    pub connections: Option<NonZeroU8>,
    /// What to do when the name is taken
    #[arg(long, value_enum, default_value_t = Clash::Rename)]
    pub if_exists: Clash,
    /// The one key that the server may show (sftp), as ssh-keygen -l shows it
    #[arg(long, value_name = "SHA256:…")]
    pub host_key: Option<String>,
    #[command(flatten)]
    pub from: FromResumeData,
    #[command(flatten)]
    pub shared: Shared,
}

#[derive(Debug, Args)]
pub struct Put {
    /// The files to send. A folder is sent with all that is in it, as folders where the server has them and
    /// file by file elsewhere; of one that ends with / only what is in it
    #[arg(value_name = "FILE|FOLDER", required_unless_present_any = ["input", "resume_data"])]
    pub files: Vec<PathBuf>,
    /// Where they go, an address or the name of a destination; where files have names, an address that ends
    /// with / gets each file's name behind it, and that of a folder is one anyway
    #[arg(long, value_name = "URL|NAME", default_value = "", hide_default_value = true)]
    #[arg(required_unless_present = "resume_data", conflicts_with = "resume_data")]
    pub to: String,
    /// Send all files in one form
    #[arg(long)]
    pub together: bool,
    /// Send this many parts of a file at once, where it goes in parts (s3: 4 unless you say otherwise; tus: 1)
    #[arg(long, value_name = "N")]
    pub connections: Option<NonZeroU8>,
    #[command(flatten)]
    pub how: Sending,
    #[command(flatten)]
    pub from: FromResumeData,
    #[command(flatten)]
    pub shared: Shared,
}

/// How files are sent: what can be kept under a name.
#[derive(Debug, Args)]
pub struct Sending {
    /// How they are sent; what the server can take best is found out
    #[arg(long, value_enum, default_value_t = How::Auto)]
    pub protocol: How,
    /// As the body of one request with this method, or a form with it
    #[arg(long, value_enum, ignore_case = true)]
    pub method: Option<SendBy>,
    /// Put this field into the form, before the file; again for more
    #[arg(long = "form-field", value_name = "NAME=VALUE", value_parser = key_and_value)]
    pub fields: Vec<(String, String)>,
    /// What the field with the file is called in the form, instead of “file”
    #[arg(long, value_name = "NAME")]
    pub file_field: Option<String>,
    /// What to do when there is such a file already (webdav, sftp, ftp), instead of failing
    #[arg(long, value_enum)]
    pub if_exists: Option<Clash>,
    /// The one key that the server may show (sftp), as ssh-keygen -l shows it
    #[arg(long, value_name = "SHA256:…")]
    pub host_key: Option<String>,
    /// Send no more than this in a second, as 500K or 2M
    #[arg(long, value_name = "SPEED", value_parser = speed)]
    pub limit: Option<u64>,
    /// Where the link is in what the server says: {json:a.b[0]}, {header:NAME}, {response}, {filename} and
    /// text around them
    #[arg(long, value_name = "RULE", value_parser = crate::LinkRule::parse)]
    pub link: Option<crate::LinkRule>,
}

/// What can be done with destinations, which are names for where files go and how.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Destinations {
    #[command(subcommand)]
    pub act: Option<Destination>,
    /// One JSON object a line
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Subcommand)]
pub enum Destination {
    /// Give a name to where files go and how; logins and secret headers are kept in the keyring
    Add(Box<Add>),
    /// Forget a destination with its secrets
    Remove {
        /// Its name
        name: String,
    },
    /// Take over a custom uploader of ShareX
    Import {
        /// The file, as NAME.sxcu
        file: PathBuf,
        /// Call it so, instead of what it calls itself
        #[arg(long)]
        name: Option<String>,
    },
}

#[derive(Debug, Args)]
pub struct Add {
    /// What to call it
    pub name: String,
    /// Where files go
    #[arg(long, value_name = "URL")]
    pub to: String,
    #[command(flatten)]
    pub how: Sending,
    /// Send this header with every file
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE")]
    pub headers: Vec<String>,
    /// Log in with this name and password; without a password it is a line of standard input, and asked for on a
    /// terminal
    #[arg(long, value_name = "NAME[:PASSWORD]")]
    pub user: Option<String>,
    /// Insist on a password from standard input
    #[arg(long)]
    pub password_stdin: bool,
    /// Let the window put the link to what was sent onto the clipboard
    #[arg(long)]
    pub copy_link: bool,
}
