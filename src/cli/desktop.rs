//! `windlass desktop`: what the desktop and the shell know of the program.

use std::process::ExitCode;

use super::args::DesktopAct;
use super::output::{self, Printable};
use super::{Wrong, printed};
use crate::install::{self, File, Generated, InstallError, Standing};

/// Installs, removes or looks.
pub(super) fn run(act: DesktopAct) -> Result<ExitCode, Wrong> {
    let data = install::data_folder()?;
    let files = File::all(&data, &install::program()?, |what| match what {
        Generated::Manual => printed::page().unwrap_or_default(),
        Generated::Bash => printed::completion(clap_complete::Shell::Bash),
        Generated::Fish => printed::completion(clap_complete::Shell::Fish),
        Generated::Zsh => printed::completion(clap_complete::Shell::Zsh),
    })?;
    match act {
        DesktopAct::Install => {
            install::install(&files)?;
            install::tell_desktop(&data);
            files.iter().for_each(tell);
        }
        DesktopAct::Uninstall => {
            install::uninstall(&files, &data)?.into_iter().for_each(tell);
        }
        DesktopAct::Status => {
            for file in &files {
                let standing = match file.standing() {
                    Ok(Standing::Missing) => "missing",
                    Ok(Standing::There) => "there",
                    Ok(Standing::Other) => "of another version or place",
                    Ok(Standing::Foreign) => "not from Windlass",
                    Err(_) => "cannot be read",
                };
                output::result(format_args!("{standing}\t{}", Printable(&file.path.to_string_lossy())));
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn tell(file: &File) {
    output::result(format_args!("{}\t({})", Printable(&file.path.to_string_lossy()), file.purpose));
}

impl From<InstallError> for Wrong {
    fn from(error: InstallError) -> Self {
        Self::new(error.to_string())
    }
}
