//! What can be said about sites.

use std::num::NonZeroU8;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::groups::{Speed, address, speed};
use crate::{Address, CostPolicy, ErrorKind, GroupName, Priority};

/// What can be done with sites, which are servers of which something is known.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Sites {
    #[command(subcommand)]
    pub act: Option<SiteAct>,
    /// One JSON object a line
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Subcommand)]
pub enum SiteAct {
    /// Say what holds for transfers from a server and to it that say nothing else; what is not named stays as it is.
    /// Logins and secret headers are kept in the keyring
    Set(Box<SetSite>),
    /// Forget a site with its secrets
    Remove {
        /// Its address
        #[arg(value_parser = address)]
        url: Address,
    },
}

#[derive(Debug, Args)]
pub struct SetSite {
    /// Its address: all of a server, or a folder there
    pub url: String,
    /// Send this header
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE")]
    pub headers: Vec<String>,
    /// Call ourselves this
    #[arg(long, value_name = "TEXT")]
    pub user_agent: Option<String>,
    /// Log in with this name and password; without a password it is a line of standard input, and asked for on a
    /// terminal
    #[arg(long, value_name = "NAME[:PASSWORD]")]
    pub user: Option<String>,
    /// Insist on a password from standard input
    #[arg(long)]
    pub password_stdin: bool,
    /// Downloads go into this folder
    #[arg(short, long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// They belong to this group
    #[arg(long, value_name = "NAME")]
    pub group: Option<GroupName>,
    /// What they may cost
    #[arg(long, value_name = "POLICY")]
    pub cost_policy: Option<CostPolicy>,
    /// Each moves no more than this in a second, as 500K or 2M, or none
    #[arg(long, value_name = "SPEED", value_parser = speed)]
    pub limit: Option<Speed>,
    /// Each goes over this many connections, instead of as many as gain something
    #[arg(long, value_name = "N")]
    pub connections: Option<NonZeroU8>,
    /// Tries in a row without a byte of progress before giving up
    #[arg(long, value_name = "N")]
    pub retries: Option<u32>,
    /// Pause instead of failing on these errors, as 403,not-found
    #[arg(long, value_name = "KIND,…", value_delimiter = ',')]
    pub pause_on: Vec<ErrorKind>,
    /// Wait so long for a connection, and for the next byte
    #[arg(long, value_name = "SECS", value_parser = clap::value_parser!(u64).range(1..))]
    pub timeout: Option<u64>,
    /// Which of those that wait goes first: 0.0 (last) to 1.0
    #[arg(long, value_name = "NUMBER")]
    pub priority: Option<Priority>,
    /// Go through this proxy, or “direct”
    #[arg(long, value_name = "URL")]
    pub proxy: Option<String>,
    /// Send the cookies in this file (in Netscape's format) to the servers that it names for them
    #[arg(long, value_name = "FILE")]
    pub cookie_file: Option<PathBuf>,
    /// What to say on the desktop when one is complete, or none
    #[arg(long, value_name = "TEXT")]
    pub notify: Option<String>,
}
