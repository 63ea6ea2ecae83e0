//! What can be said about groups, and about the order of transfers.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::{Address, CommandLine, CostPolicy, GroupName};

/// What can be done with groups, which are names for transfers that belong together.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Groups {
    #[command(subcommand)]
    pub act: Option<GroupAct>,
    /// One JSON object a line
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Subcommand)]
pub enum GroupAct {
    /// Make a group, or set something else for it; what is not named stays as it is
    Set(Box<SetGroup>),
    /// Forget a group; its transfers stay
    Remove {
        /// Its name
        name: GroupName,
    },
}

#[derive(Debug, Args)]
pub struct SetGroup {
    /// Its name
    pub name: GroupName,
    /// One runs after the other
    #[arg(long, conflicts_with = "parallel")]
    pub serial: bool,
    /// As many run at once as the settings say
    #[arg(long)]
    pub parallel: bool,
    /// All of it moves no more than this in a second, as 500K or 2M, or none
    #[arg(long, value_name = "SPEED", value_parser = speed)]
    pub limit: Option<Speed>,
    /// Downloads that are added go into this folder, unless they say something else
    #[arg(short, long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// What those may cost that are added, unless they say something else
    #[arg(long, value_name = "POLICY")]
    pub cost_policy: Option<CostPolicy>,
    /// Send this header with those that are added; no secrets, as they may go anywhere
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE")]
    pub headers: Vec<String>,
    /// Run this when all of it has ended well: a program and its arguments, without a shell
    #[arg(long, value_name = "COMMAND")]
    pub on_success: Option<CommandLine>,
    /// Run this when all of it has ended and something failed
    #[arg(long, value_name = "COMMAND")]
    pub on_failure: Option<CommandLine>,
    /// What to say on the desktop when it has ended well, instead of a word for each
    #[arg(long, value_name = "TEXT")]
    pub notify: Option<String>,
    /// Try downloads that failed once more in this folder
    #[arg(long, value_name = "URL", value_parser = address)]
    pub retry_at: Option<Address>,
}

/// A speed, or none at all.
#[derive(Clone, Copy, Debug)]
pub struct Speed(pub Option<u64>);

pub(super) fn speed(text: &str) -> Result<Speed, String> {
    if text == "none" {
        return Ok(Speed(None));
    }
    let speed = crate::speed(text).ok_or("it should look like 500K or 2M, in bytes a second, or none")?;
    Ok(Speed(Some(speed)))
}

pub(super) fn address(text: &str) -> Result<Address, crate::Failure> {
    Address::parse(text).map(|(address, _)| address)
}

/// Where a transfer goes among those that wait.
#[derive(Clone, Debug, Subcommand)]
pub enum Goes {
    /// Before all others of its priority
    First,
    /// Behind all others of its priority
    Last,
    /// Right before another one, with its priority
    Before {
        /// The id of that one, or the beginning of it
        other: String,
    },
    /// Right behind another one, with its priority
    After {
        /// The id of that one, or the beginning of it
        other: String,
    },
    /// Before all others of its group; where one runs after the other, it runs now
    Current,
}
