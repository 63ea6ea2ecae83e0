//! Each file: where it lies, what it is for, and what is in it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::mark::{self, Format};
use super::{InstallError, Standing, line};

/// A file that the program puts into the folder of the user's data.
#[derive(Debug)]
pub struct File {
    /// Where it lies.
    pub path: PathBuf,
    /// What it is for, in a few words.
    pub purpose: &'static str,
    pub(super) bytes: Vec<u8>,
}

/// What is made of the definition of the command line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Generated {
    /// The manual page.
    Manual,
    /// What completes commands in bash.
    Bash,
    /// In fish.
    Fish,
    /// In zsh.
    Zsh,
}

/// A file as it is shipped: place, purpose, format and content.
type Shipped = (&'static str, &'static str, Format, &'static [u8]);

const ICON: &str = "the icon";

const SHIPPED: [Shipped; 6] = [
    (
        "metainfo/org.windlass.Windlass.metainfo.xml",
        "what software centres say about it",
        Format::Xml,
        include_bytes!("../../assets/org.windlass.Windlass.metainfo.xml"),
    ),
    (
        "icons/hicolor/scalable/apps/org.windlass.Windlass.svg",
        ICON,
        Format::Xml,
        include_bytes!("../../assets/org.windlass.Windlass.svg"),
    ),
    (
        "icons/hicolor/symbolic/apps/org.windlass.Windlass-symbolic.svg",
        "the icon in one colour",
        Format::Xml,
        include_bytes!("../../assets/org.windlass.Windlass-symbolic.svg"),
    ),
    (
        "icons/hicolor/64x64/apps/org.windlass.Windlass.png",
        ICON,
        Format::Png,
        include_bytes!("../../assets/windlass-64.png"),
    ),
    (
        "icons/hicolor/128x128/apps/org.windlass.Windlass.png",
        ICON,
        Format::Png,
        include_bytes!("../../assets/windlass-128.png"),
    ),
    (
        "icons/hicolor/256x256/apps/org.windlass.Windlass.png",
        ICON,
        Format::Png,
        include_bytes!("../../assets/windlass-256.png"),
    ),
];

const ENTRY: &str = include_str!("../../assets/org.windlass.Windlass.desktop");
const SERVICE: &str = include_str!("../../assets/org.windlass.Windlass.service");
const UNIT: &str = include_str!("../../assets/windlass.service");

/// Where those lie, what they are for, and what they are.
const GENERATED: [(&str, &str, Format, Generated); 4] = [
    ("man/man1/windlass.1", "man windlass", Format::Roff, Generated::Manual),
    ("bash-completion/completions/windlass", "completions for bash", Format::Lines, Generated::Bash),
    ("fish/vendor_completions.d/windlass.fish", "completions for fish", Format::Lines, Generated::Fish),
    (
        "zsh/site-functions/_windlass",
        "completions for zsh, once this folder is in its fpath",
        Format::AfterFirst,
        Generated::Zsh,
    ),
];

impl File {
    /// All files for the program at `program`, below the folder `data`. `generate` makes what belongs to the
    /// command line.
    ///
    /// # Errors
    /// If the place of the program cannot be written down.
    pub fn all(
        data: &Path,
        program: &Path,
        generate: impl Fn(Generated) -> Vec<u8>,
    ) -> Result<Vec<Self>, InstallError> {
        let file = |place: &str, purpose, format, bytes: &[u8]| Self {
            path: data.join(place),
            purpose,
            bytes: mark::marked(bytes, format),
        };
        let program = program.to_str().ok_or(InstallError::NoPlace)?;
        let entry = line::entry(ENTRY, program)?;
        let service = line::service(SERVICE, program)?;
        let unit = line::unit(UNIT, program)?;
        let place = "applications/org.windlass.Windlass.desktop";
        let mut files = vec![file(place, "in the menu of programs", Format::Lines, entry.as_bytes())];
        files.extend(SHIPPED.map(|(place, purpose, format, bytes)| file(place, purpose, format, bytes)));
        let place = "dbus-1/services/org.windlass.Windlass.service";
        files.push(file(
            place,
            "started by the desktop when it is needed",
            Format::Lines,
            service.as_bytes(),
        ));
        let purpose = "systemctl --user start windlass: a session without a window; not enabled";
        files.push(file("systemd/user/windlass.service", purpose, Format::Lines, unit.as_bytes()));
        let generated = GENERATED;
        files.extend(
            generated.map(|(place, purpose, format, what)| file(place, purpose, format, &generate(what))),
        );
        Ok(files)
    }

    /// How it stands.
    ///
    /// # Errors
    /// If it may not be looked at.
    pub fn standing(&self) -> io::Result<Standing> {
        let there = match self.path.symlink_metadata() {
            Ok(there) => there,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Standing::Missing),
            Err(error) => return Err(error),
        };
        if !there.is_file() {
            return Ok(Standing::Foreign);
        }
        let bytes = fs::read(&self.path)?;
        Ok(if bytes == self.bytes {
            Standing::There
        } else if mark::is_marked(&bytes) {
            Standing::Other
        } else {
            Standing::Foreign
        })
    }
}
