//! Paths as people type them.

use std::path::{Path, PathBuf};

/// A path that does not begin at the root.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is not a whole path")]
pub struct NotWhole;

/// The path that somebody typed; `~` stands for the user's own folder.
///
/// # Errors
/// If it does not begin at the root.
pub fn whole(typed: &str) -> Result<PathBuf, NotWhole> {
    let typed = typed.trim();
    let home = || directories::BaseDirs::new().map(|dirs| dirs.home_dir().to_owned());
    let path = match typed.strip_prefix('~') {
        Some("") => home(),
        Some(rest) => rest.strip_prefix('/').and_then(|rest| Some(home()?.join(rest))),
        None => Some(PathBuf::from(typed)),
    };
    path.filter(|path| path.is_absolute()).ok_or(NotWhole)
}

/// A path as people read it: what is in the user's own folder begins with `~`.
pub fn shown(path: &Path) -> String {
    let home = directories::BaseDirs::new();
    match home.and_then(|home| path.strip_prefix(home.home_dir()).map(Path::to_owned).ok()) {
        Some(rest) if rest.as_os_str().is_empty() => "~".to_owned(),
        Some(rest) => format!("~/{}", rest.display()),
        None => path.display().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_shown_as_it_would_be_typed() {
        for typed in ["/tmp/a", "~/a/b", "~"] {
            assert_eq!(shown(&whole(typed).unwrap()), typed);
        }
    }

    #[test]
    fn a_path_begins_at_the_root_or_at_home() {
        assert_eq!(whole(" /tmp/a ").unwrap(), PathBuf::from("/tmp/a"));
        assert!(whole("~/a").unwrap().ends_with("a"));
        assert!(whole("~").unwrap().is_absolute());
        for typed in ["", "a/b", "~other/a", "./a"] {
            assert_eq!(whole(typed), Err(NotWhole));
        }
    }
}
