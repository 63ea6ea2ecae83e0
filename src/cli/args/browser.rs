//! What can be said about browsers.

use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};

/// What can be done with browsers, whose extension hands downloads over.
#[derive(Debug, Subcommand)]
pub enum BrowserAct {
    /// Tell browsers where Windlass is, so that its extension can hand downloads over
    Install(Browsers),
    /// Show what browsers were told
    Status {
        #[command(flatten)]
        which: Browsers,
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Take back what browsers were told
    Uninstall(Browsers),
}

/// Which browsers are meant.
#[derive(Debug, Args)]
pub struct Browsers {
    /// Only this one; again for more. Otherwise all that are here
    #[arg(long = "browser", value_name = "NAME", value_parser = names())]
    pub names: Vec<String>,
    /// For all users of this computer
    #[arg(long)]
    pub system: bool,
}

fn names() -> PossibleValuesParser {
    crate::browser::Browser::all().iter().map(|browser| browser.name).collect::<Vec<_>>().into()
}
