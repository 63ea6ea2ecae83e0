//! The place of the program, as each kind of file wants it written.

use super::InstallError;

/// The entry of the desktop, for the program at `program`.
pub(super) fn entry(text: &str, program: &str) -> Result<String, InstallError> {
    let text = text.replace("\nExec=windlass", &format!("\nExec={}", word(program)?));
    Ok(text.replace("\nTryExec=windlass", &format!("\nTryExec={}", program.replace('\\', "\\\\"))))
}

/// One word of a command line in such an entry (Desktop Entry Specification, “The Exec key”).
pub(super) fn word(word: &str) -> Result<String, InstallError> {
    check(word)?;
    if word.chars().all(|sign| sign.is_ascii_alphanumeric() || "/._-+".contains(sign)) {
        return Ok(word.to_owned());
    }
    // Quoted as a word, and then escaped as a value.
    let quoted = escaped(word, &['"', '`', '$', '\\'], "\\").replace('%', "%%");
    Ok(format!("\"{}\"", quoted.replace('\\', "\\\\")))
}

/// A service of the session bus, likewise.
pub(super) fn service(text: &str, program: &str) -> Result<String, InstallError> {
    check(program)?;
    // Read as a shell would.
    let word = shlex::try_quote(program).map_err(|_| InstallError::NoPlace)?;
    Ok(text.replace("\nExec=/usr/bin/windlass", &format!("\nExec={word}")))
}

/// A unit of systemd, likewise.
pub(super) fn unit(text: &str, program: &str) -> Result<String, InstallError> {
    check(program)?;
    let word = escaped(program, &['"', '\\'], "\\").replace('%', "%%").replace('$', "$$");
    let word = format!("\"{word}\"");
    let text = text.replace("\nExecStart=windlass", &format!("\nExecStart={word}"));
    Ok(text.replace("\nExecStop=windlass", &format!("\nExecStop={word}")))
}

/// A line has one end.
fn check(program: &str) -> Result<(), InstallError> {
    if program.chars().any(char::is_control) { Err(InstallError::NoPlace) } else { Ok(()) }
}

fn escaped(text: &str, signs: &[char], by: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for sign in text.chars() {
        if signs.contains(&sign) {
            escaped.push_str(by);
        }
        escaped.push(sign);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENTRY: &str = "[Desktop Entry]\nExec=windlass %U\nTryExec=windlass\n";
    const SERVICE: &str = "[D-BUS Service]\nExec=/usr/bin/windlass --hidden\n";
    const UNIT: &str = "[Service]\nExecStart=windlass daemon\nExecStop=windlass quit\n";

    #[test]
    fn a_usual_place_is_written_as_it_is() {
        let written = entry(ENTRY, "/home/me/.cargo/bin/windlass").unwrap();
        assert!(written.contains("\nExec=/home/me/.cargo/bin/windlass %U\n"), "{written}");
        assert!(written.contains("\nTryExec=/home/me/.cargo/bin/windlass\n"), "{written}");
    }

    #[test]
    fn a_strange_place_is_quoted_as_each_kind_wants_it() {
        let strange = r#"/a b/50%/$x/"y"/\z"#;
        let written = entry(ENTRY, strange).unwrap();
        assert!(written.contains(r#"Exec="/a b/50%%/\\$x/\\"y\\"/\\\\z" %U"#), "{written}");
        assert!(written.contains(r#"TryExec=/a b/50%/$x/"y"/\\z"#), "{written}");
        let written = service(SERVICE, strange).unwrap();
        let line = written.lines().find_map(|line| line.strip_prefix("Exec=")).unwrap();
        assert_eq!(shlex::split(line).unwrap(), [strange, "--hidden"]);
        let written = unit(UNIT, strange).unwrap();
        assert!(written.contains(r#"ExecStart="/a b/50%%/$$x/\"y\"/\\z" daemon"#), "{written}");
        assert!(written.contains(r#"ExecStop="/a b/50%%/$$x/\"y\"/\\z" quit"#), "{written}");
        assert!(entry(ENTRY, "/a\nExec=b").is_err());
    }
}
