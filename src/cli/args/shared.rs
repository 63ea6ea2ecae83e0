//! Options that downloads and uploads share.

use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;

/// Options that downloads and uploads share.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub struct Shared {
    /// Read more of them from this file, one a line; “-” is standard input. Empty lines and those that begin
    /// with # say nothing
    #[arg(short, long, value_name = "LIST")]
    pub input: Option<PathBuf>,
    /// Send this header to the address, and to nobody else
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE")]
    pub headers: Vec<String>,
    /// Log in with this name and password; without a password it is a line of standard input, and asked for on a
    /// terminal
    #[arg(long, value_name = "NAME[:PASSWORD]")]
    pub user: Option<String>,
    /// Send these cookies
    #[arg(long, value_name = "NAME=VALUE; …")]
    pub cookie: Option<String>,
    /// Send the cookies in this file (in Netscape's format) to the servers that it names for them
    #[arg(long, value_name = "FILE")]
    pub cookie_file: Option<PathBuf>,
    /// Say that the link was found there
    #[arg(long, value_name = "URL")]
    pub referer: Option<String>,
    /// Call ourselves this
    #[arg(long, value_name = "TEXT")]
    pub user_agent: Option<String>,
    /// Go through this proxy (http, https, socks5 or socks5h), or “direct”; instead of what the settings
    /// or the environment say
    #[arg(long, value_name = "URL")]
    pub proxy: Option<String>,
    /// Log in to the proxy; without a password it is the next line of standard input
    #[arg(long, value_name = "NAME[:PASSWORD]")]
    pub proxy_user: Option<String>,
    /// Insist on a password from standard input, for --user first and then for --proxy-user, where they are names
    /// alone
    #[arg(long)]
    pub password_stdin: bool,
    /// Hand over to the running session, starting one if there is none, and print one id a line
    #[arg(long)]
    pub background: bool,
    /// Wait for a network that costs nothing (unrestricted-only), wait where it would cost more than what was
    /// paid for (default), or go on whatever it costs (always)
    #[arg(long, value_name = "POLICY")]
    pub cost_policy: Option<crate::CostPolicy>,
    /// They belong to this group
    #[arg(long, value_name = "NAME")]
    pub group: Option<crate::GroupName>,
    /// In that group one runs after the other
    #[arg(long, requires = "group")]
    pub serial: bool,
    /// Run this when it has worked, or all of the group has: a program and its arguments, without a shell
    #[arg(long, value_name = "COMMAND")]
    pub on_success: Option<crate::CommandLine>,
    /// Run this when it has failed, or something of the group has when all of it has ended
    #[arg(long, value_name = "COMMAND")]
    pub on_failure: Option<crate::CommandLine>,
    /// Tries in a row without a byte of progress before giving up
    #[arg(long, value_name = "N")]
    pub retries: Option<u32>,
    /// Pause instead of failing on these errors, as 403,not-found: names of errors or HTTP statuses
    #[arg(long, value_name = "KIND,…", value_delimiter = ',')]
    pub pause_on: Vec<crate::ErrorKind>,
    /// Wait so long for a connection (at most 300), and for the next byte (at most 120)
    #[arg(long, value_name = "SECS", value_parser = clap::value_parser!(u64).range(1..))]
    pub timeout: Option<u64>,
    /// Which of those that wait goes first: 0.0 (last) to 1.0, 0.5 if you say nothing
    #[arg(long, value_name = "NUMBER")]
    pub priority: Option<crate::Priority>,
    /// Start then: at the next 22:30, at 2026-11-22 06:00, or in +2h30m
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub start_at: Option<Timestamp>,
    /// Trust the authorities in this file as well; not with --background
    #[arg(long, value_name = "PEM", conflicts_with = "background")]
    pub ca_file: Option<PathBuf>,
    /// What to say on the desktop when it worked; “none” for nothing at all
    #[arg(long, value_name = "TEXT")]
    pub notify: Option<String>,
    /// Print one JSON object for each transfer
    #[arg(long)]
    pub json: bool,
}

fn moment(text: &str) -> Result<Timestamp, crate::NotAMoment> {
    crate::moment(text, &jiff::Zoned::now())
}
