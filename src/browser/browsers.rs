//! The browsers that are known, and where each of them looks for programs to speak to.

use std::path::{Path, PathBuf};

use super::manifest::Kind;

/// A browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Browser {
    /// What it is called here.
    pub name: &'static str,
    pub(super) kind: Kind,
    /// Its folder in that of the user's configuration; of Firefox at home.
    user: &'static str,
    /// Where it looks on behalf of all users, if that is known.
    system: Option<&'static str>,
    programs: &'static [&'static str],
}

const fn chromium(
    name: &'static str,
    user: &'static str,
    system: Option<&'static str>,
    programs: &'static [&'static str],
) -> Browser {
    Browser { name, kind: Kind::Chromium, user, system, programs }
}

/// All of them.
const ALL: [Browser; 6] = [
    chromium(
        "chromium",
        "chromium",
        Some("etc/chromium/native-messaging-hosts"),
        &["chromium", "chromium-browser"],
    ),
    chromium("chrome", "google-chrome", Some("etc/opt/chrome/native-messaging-hosts"), &["google-chrome"]),
    chromium("edge", "microsoft-edge", Some("etc/opt/edge/native-messaging-hosts"), &["microsoft-edge"]),
    chromium("brave", "BraveSoftware/Brave-Browser", None, &["brave-browser", "brave"]),
    chromium("vivaldi", "vivaldi", None, &["vivaldi", "vivaldi-stable"]),
    Browser {
        name: "firefox",
        kind: Kind::Firefox,
        user: ".mozilla",
        system: Some("usr/lib/mozilla/native-messaging-hosts"),
        programs: &["firefox", "firefox-esr"],
    },
];

/// Where the folders of a user and those of the computer begin.
#[derive(Clone, Debug)]
pub struct Roots {
    /// The user's home.
    pub home: PathBuf,
    /// The folder of the user's configuration.
    pub config: PathBuf,
    /// The topmost folder of the computer.
    pub system: PathBuf,
    /// Where programs are.
    pub programs: Vec<PathBuf>,
    /// Whether what is done is for all users.
    pub for_all: bool,
}

impl Roots {
    /// Those of this user on this computer; nothing if the user has no home.
    #[must_use]
    pub fn here(for_all: bool) -> Option<Self> {
        let user = directories::BaseDirs::new()?;
        let programs = std::env::var_os("PATH").map(|paths| std::env::split_paths(&paths).collect());
        Some(Self {
            home: user.home_dir().to_owned(),
            config: user.config_dir().to_owned(),
            system: PathBuf::from("/"),
            programs: programs.unwrap_or_default(),
            for_all,
        })
    }
}

impl Browser {
    /// All that are known.
    #[must_use]
    pub fn all() -> &'static [Self] {
        &ALL
    }

    /// The one of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        ALL.into_iter().find(|browser| browser.name == name)
    }

    /// Whether it is on this computer, or has been.
    #[must_use]
    pub fn is_here(&self, roots: &Roots) -> bool {
        let is_program = |folder: &Path| self.programs.iter().any(|name| folder.join(name).is_file());
        // Newer ones keep their profiles among the user's configuration, and still look at home for programs.
        let is_newer = self.kind == Kind::Firefox && roots.config.join("mozilla").is_dir();
        is_newer || self.home(roots).is_dir() || roots.programs.iter().any(|folder| is_program(folder))
    }

    fn home(&self, roots: &Roots) -> PathBuf {
        match self.kind {
            Kind::Chromium => roots.config.join(self.user),
            Kind::Firefox => roots.home.join(self.user),
        }
    }

    /// Where it looks; nothing if it is not known where it looks on behalf of all users.
    pub(super) fn folder(&self, roots: &Roots) -> Option<PathBuf> {
        if roots.for_all {
            return Some(roots.system.join(self.system?));
        }
        let folder = match self.kind {
            Kind::Chromium => "NativeMessagingHosts",
            Kind::Firefox => "native-messaging-hosts",
        };
        Some(self.home(roots).join(folder))
    }
}
