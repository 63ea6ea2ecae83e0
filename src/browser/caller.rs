//! Who starts the program so that a browser can speak to it.

use std::ffi::OsString;
use std::path::Path;

use super::manifest::{FIREFOX_ID, NAME, origin};

/// See [`caller`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caller {
    /// Our extension.
    Ours,
    /// Another one, which is not answered.
    Stranger,
}

/// Who asks for a conversation, judging by the arguments of the program; nothing if it was started for something else.
/// Chromium names the origin of the extension, Firefox the file in which it has found the program, and the extension.
#[must_use]
pub fn caller(mut arguments: impl Iterator<Item = OsString>) -> Option<Caller> {
    let mut next = || arguments.next().map(|argument| argument.to_string_lossy().into_owned());
    let (_, first, second) = (next()?, next()?, next());
    let is_ours = if first.starts_with("chrome-extension://") {
        first == origin()
    } else if Path::new(&first).file_name()? == format!("{NAME}.json").as_str() {
        second? == FIREFOX_ID
    } else {
        return None;
    };
    Some(if is_ours { Caller::Ours } else { Caller::Stranger })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(arguments: &[&str]) -> Option<Caller> {
        caller(["windlass"].iter().chain(arguments).map(OsString::from))
    }

    #[test]
    fn a_browser_is_known_by_what_it_says() {
        assert_eq!(of(&[&origin()]), Some(Caller::Ours));
        let file = "/home/me/.mozilla/native-messaging-hosts/org.windlass.windlass.json";
        assert_eq!(of(&[file, FIREFOX_ID]), Some(Caller::Ours));
    }

    #[test]
    fn another_extension_is_a_stranger() {
        let other = format!("chrome-extension://{}/", "a".repeat(32));
        for arguments in [&[other.as_str()][..], &["/x/org.windlass.windlass.json", "other@example.org"]] {
            assert_eq!(of(arguments), Some(Caller::Stranger));
        }
    }

    #[test]
    fn everybody_else_wants_the_window_or_a_command() {
        for arguments in [
            &[][..],
            &["list"],
            &["https://a.example/"],
            &["/x/org.windlass.windlass.json"],
            &["a.json", "b"],
        ] {
            assert_eq!(of(arguments), None, "{arguments:?}");
        }
    }
}
