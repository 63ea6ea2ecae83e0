//! Logins as they are given: with a password, or with a name alone and the password as a line of standard input.
//! Where that is a terminal the password is asked for, and not shown while it is typed.

use std::io::{self, BufRead, IsTerminal as _, Read as _, Write as _};

use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};
use secrecy::SecretString;

use super::args::Shared;
use super::{INTERRUPTED, Wrong};
use crate::Credentials;

/// Longest password that is read, in bytes.
const LONGEST: u64 = 4096;
/// What Ctrl-C types.
const CTRL_C: u8 = 3;

impl Shared {
    /// Whether a password is to be typed.
    pub(super) fn reads_a_password(&self) -> bool {
        [&self.user, &self.proxy_user].into_iter().flatten().any(|login| is_name_alone(login))
    }

    /// The login for the server, and that for the proxy.
    ///
    /// # Errors
    /// If a password cannot be read.
    pub(super) fn logins(&self) -> Result<(Option<Credentials>, Option<Credentials>), Wrong> {
        if self.password_stdin && !self.reads_a_password() {
            return Err(nothing_to_read("--user NAME or --proxy-user NAME"));
        }
        let read = |login: &String| read(login, self.password_stdin);
        Ok((self.user.as_ref().map(read).transpose()?, self.proxy_user.as_ref().map(read).transpose()?))
    }
}

/// The one login of a command.
///
/// # Errors
/// If its password cannot be read, or it is said to be read and is not.
pub(super) fn only(login: Option<&str>, password_stdin: bool) -> Result<Option<Credentials>, Wrong> {
    if password_stdin && !login.is_some_and(is_name_alone) {
        return Err(nothing_to_read("--user NAME"));
    }
    login.map(|login| read(login, password_stdin)).transpose()
}

/// Changes to a transfer, with the password of a login that is a name alone.
///
/// # Errors
/// If it cannot be read.
pub(super) fn asked_for(mut changes: Vec<(String, String)>) -> Result<Vec<(String, String)>, Wrong> {
    for (key, login) in &mut changes {
        if key == "login" && !login.is_empty() && is_name_alone(login) {
            *login = format!("{login}:{}", typed(login)?);
        }
    }
    Ok(changes)
}

fn nothing_to_read(what: &str) -> Wrong {
    Wrong::usage(format!("--password-stdin needs {what}, without a password."))
}

fn is_name_alone(login: &str) -> bool {
    !login.contains(':')
}

/// Reads a login. Its password `must` not be empty, or may be: keys may do instead.
fn read(login: &str, must: bool) -> Result<Credentials, Wrong> {
    let (user, password) = match login.split_once(':') {
        Some((user, password)) => (user, password.to_owned()),
        None => (login, typed(login)?),
    };
    if must && password.is_empty() {
        return Err(Wrong::new("Standard input has no password."));
    }
    Ok(Credentials { user: user.to_owned(), password: SecretString::from(password) })
}

fn typed(user: &str) -> Result<String, Wrong> {
    let unread = || Wrong::new("The password could not be read from standard input.");
    let stdin = io::stdin();
    let hidden = stdin.is_terminal().then(Hidden::begin).transpose().map_err(|_| unread())?;
    if hidden.is_some() {
        _ = write!(io::stderr(), "Password for {}: ", super::output::Printable(user));
    }
    let line = line(&mut stdin.lock(), hidden.is_some()).map_err(|_| unread())?;
    if hidden.is_some() {
        _ = writeln!(io::stderr());
    }
    drop(hidden);
    let line = line.ok_or_else(|| Wrong { message: "Interrupted.".to_owned(), code: INTERRUPTED })?;
    String::from_utf8(line).map_err(|_| unread())
}

/// A line without its end; from a terminal nothing if it ends with Ctrl-C.
fn line(from: &mut impl BufRead, terminal: bool) -> io::Result<Option<Vec<u8>>> {
    let mut line = Vec::new();
    for byte in from.take(LONGEST).bytes() {
        match byte? {
            b'\n' => break,
            CTRL_C if terminal => return Ok(None),
            byte => line.push(byte),
        }
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    Ok(Some(line))
}

/// A terminal that does not show what is typed, until this is dropped. Ctrl-C only ends the line there, as a
/// signal would leave the terminal like this.
struct Hidden(Termios);

impl Hidden {
    fn begin() -> rustix::io::Result<Self> {
        let before = tcgetattr(io::stdin())?;
        let mut modes = before.clone();
        modes.local_modes.remove(LocalModes::ECHO | LocalModes::ISIG);
        modes.special_codes[SpecialCodeIndex::VEOL] = CTRL_C;
        // What was typed before was shown, and is no password.
        tcsetattr(io::stdin(), OptionalActions::Flush, &modes)?;
        Ok(Self(before))
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        _ = tcsetattr(io::stdin(), OptionalActions::Now, &self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_one_line_and_the_next_one_is_another() {
        let mut typed = &b"S3:CR3T \r\nsecond\x03\n\nlast"[..];
        let mut next = |terminal| line(&mut typed, terminal).unwrap();
        assert_eq!(next(false).as_deref(), Some(&b"S3:CR3T "[..]));
        assert_eq!(next(false).as_deref(), Some(&b"second\x03"[..]));
        assert_eq!(next(true).as_deref(), Some(&b""[..]));
        assert_eq!(next(false).as_deref(), Some(&b"last"[..]));
        assert_eq!(line(&mut &b"half\x03"[..], true).unwrap(), None);
    }

    #[test]
    fn nobody_reads_a_password_that_is_there_already_or_not_wanted() {
        for login in [None, Some("me:S3CR3T")] {
            assert!(only(login, true).is_err());
            assert!(only(login, false).is_ok());
        }
    }
}
