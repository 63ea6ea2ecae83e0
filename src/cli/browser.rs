//! `browser`: how browsers come to know the program that their extension hands downloads over to.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use serde::Serialize;

use super::Wrong;
use super::args::{BrowserAct, Browsers};
use super::output::{self, Printable};
use crate::browser::{self, Browser, Roots, Standing};
use crate::install;

pub(super) fn run(what: BrowserAct) -> Result<ExitCode, Wrong> {
    match what {
        BrowserAct::Install(which) => install(&which),
        BrowserAct::Status { which, json } => status(&which, json),
        BrowserAct::Uninstall(which) => uninstall(&which),
    }
}

/// The browsers that are meant, and where their folders are.
fn meant(which: &Browsers) -> Result<(Vec<Browser>, Roots), Wrong> {
    let (mut browsers, roots) = (named(which), roots(which)?);
    if browsers.is_empty() {
        browsers.extend(Browser::all().iter().filter(|browser| browser.is_here(&roots)));
    }
    if browsers.is_empty() {
        return Err(Wrong::new("No browser was found. Name one with --browser."));
    }
    Ok((browsers, roots))
}

fn named(which: &Browsers) -> Vec<Browser> {
    which.names.iter().filter_map(|name| Browser::named(name)).collect()
}

fn roots(which: &Browsers) -> Result<Roots, Wrong> {
    Roots::here(which.system).ok_or_else(|| Wrong::new("There is no home folder."))
}

fn program() -> Result<PathBuf, Wrong> {
    install::program().map_err(|_| Wrong::new("It cannot be found out where this program is."))
}

fn install(which: &Browsers) -> Result<ExitCode, Wrong> {
    let ((browsers, roots), program) = (meant(which)?, program()?);
    Ok(each(&browsers, which, |browser| {
        let file = browser::install(browser, &roots, &program)?;
        Ok(Some(format!("installed  {}", Printable(&file.display().to_string()))))
    }))
}

/// Also from those that are not here any more, unless some are named.
fn uninstall(which: &Browsers) -> Result<ExitCode, Wrong> {
    let (named, roots) = (named(which), roots(which)?);
    let browsers = if named.is_empty() { Browser::all().to_vec() } else { named };
    Ok(each(&browsers, which, |browser| {
        let was_there = browser::uninstall(browser, &roots)?;
        let words = if was_there { "removed" } else { "was not installed" };
        Ok((was_there || !which.names.is_empty() || browser.is_here(&roots)).then(|| words.to_owned()))
    }))
}

/// Does it for each, and tells what there is to tell. What goes wrong with one does not keep the others from it.
fn each(
    browsers: &[Browser],
    which: &Browsers,
    act: impl Fn(&Browser) -> io::Result<Option<String>>,
) -> ExitCode {
    let mut code = ExitCode::SUCCESS;
    for browser in browsers {
        match act(browser) {
            Ok(Some(done)) => output::result(format_args!("{:<10} {done}", browser.name)),
            Ok(None) => {}
            // Nobody has asked for this one.
            Err(error) if error.kind() == io::ErrorKind::Unsupported && which.names.is_empty() => {}
            Err(error) => code = Wrong::new(format!("{}: {}", browser.name, why(&error))).tell(),
        }
    }
    code
}

fn why(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::Unsupported => {
            "It is not known where it looks for all users. Leave out --system.".to_owned()
        }
        io::ErrorKind::AlreadyExists => {
            "A file of that name is there which is not by Windlass. It was left alone.".to_owned()
        }
        io::ErrorKind::PermissionDenied => "This user may not write there.".to_owned(),
        _ => format!("It did not work ({error})."),
    }
}

/// What a browser was told.
#[derive(Serialize)]
struct Status<'a> {
    browser: &'a str,
    #[serde(flatten)]
    standing: Standing,
    file: Option<PathBuf>,
}

fn status(which: &Browsers, json: bool) -> Result<ExitCode, Wrong> {
    let ((browsers, roots), program) = (meant(which)?, program()?);
    for browser in &browsers {
        let (standing, file) = browser::standing(browser, &roots, &program);
        if json {
            output::json(&Status { browser: browser.name, standing, file });
            continue;
        }
        let words = match standing {
            Standing::NotInstalled => "not installed".to_owned(),
            Standing::Installed => "installed".to_owned(),
            Standing::Old { program } => format!("another program or version: {}", program.display()),
            Standing::Gone { program } => format!("its program is gone: {}", program.display()),
            Standing::Foreign => "a file that is not by Windlass".to_owned(),
            Standing::Unknown => "has no known folder for all users".to_owned(),
        };
        output::result(format_args!("{:<10} {}", browser.name, Printable(&words)));
    }
    Ok(ExitCode::SUCCESS)
}
