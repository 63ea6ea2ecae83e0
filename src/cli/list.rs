//! Lists of what to get or send: one address or file a line, from a file or standard input.
//!
//! Empty lines and those that begin with `#` say nothing. All of a list is looked at before anything starts, and
//! each line that cannot be meant is named with its number.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read as _};
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};

use super::Wrong;
use super::args::Shared;
use super::output::{self, Printable};
use crate::{DownloadRequest, Failure, Source};

/// The longest line that is read, in bytes.
const LONGEST: usize = 16 * 1024;
/// So many lines that cannot be meant are named; the others are only counted.
const NAMED: usize = 20;

/// The addresses of a list.
///
/// # Errors
/// If it cannot be read, or something in it is no address; that was told.
pub(super) fn addresses(list: &Path, shared: &Shared, here: &Path) -> Result<Vec<String>, Wrong> {
    read(list, shared, here, |line| {
        let text = String::from_utf8(line).map_err(|_| "It is not text.".to_owned())?;
        let address = text.trim().to_owned();
        DownloadRequest::new(&address).map_err(|failure| failure.to_string())?;
        Ok(address)
    })
}

/// The files and folders of a list. Whether they are there cannot be seen if they are elsewhere.
///
/// # Errors
/// If it cannot be read, or something in it is not there; that was told.
pub(super) fn files(
    list: &Path,
    shared: &Shared,
    here: &Path,
    are_elsewhere: bool,
) -> Result<Vec<PathBuf>, Wrong> {
    read(list, shared, here, |line| {
        let (file, path) = (PathBuf::from(OsString::from_vec(line)), |file: &Path| here.join(file));
        if !are_elsewhere && !path(&file).is_dir() {
            Source::of(&path(&file)).map_err(|failure| failure.to_string())?;
        }
        Ok(file)
    })
}

fn read<T>(
    list: &Path,
    shared: &Shared,
    here: &Path,
    meaning: impl Fn(Vec<u8>) -> Result<T, String>,
) -> Result<Vec<T>, Wrong> {
    let (called, mut lines): (_, Box<dyn BufRead>) = if list == Path::new("-") {
        if shared.reads_a_password() {
            return Err(Wrong::usage(
                "The password and the list cannot both come from standard input. Name a file with --input.",
            ));
        }
        ("standard input".to_owned(), Box::new(io::stdin().lock()))
    } else {
        let file = File::open(here.join(list)).map_err(|error| Failure::from_io(&error, list))?;
        (list.display().to_string(), Box::new(BufReader::new(file)))
    };
    let (mut found, mut wrong) = (Vec::new(), 0);
    let mut tell = |number: usize, why: &str| {
        wrong += 1;
        if wrong <= NAMED {
            let why = format!("{called}, line {number}: {why}");
            output::note(format_args!("windlass: {}", Printable(&why)));
        }
    };
    for number in 1.. {
        match next(&mut lines).map_err(|error| Failure::from_io(&error, Path::new(&called)))? {
            Line::End => break,
            Line::TooLong => tell(number, "It is too long."),
            Line::Of(line) if line.trim_ascii().is_empty() || line.starts_with(b"#") => {}
            Line::Of(line) => match meaning(line) {
                Ok(meant) => found.push(meant),
                Err(why) => tell(number, &why),
            },
        }
    }
    match wrong {
        0 if found.is_empty() => Err(Wrong::usage(format!("There is nothing in {called}."))),
        0 => Ok(found),
        1 => Err(Wrong::usage("One line cannot be meant, so nothing was started.")),
        more => Err(Wrong::usage(format!("{more} lines cannot be meant, so nothing was started."))),
    }
}

enum Line {
    Of(Vec<u8>),
    TooLong,
    End,
}

/// The next line without its end.
fn next(lines: &mut impl BufRead) -> io::Result<Line> {
    let mut line = Vec::new();
    if lines.take(LONGEST as u64 + 1).read_until(b'\n', &mut line)? == 0 {
        return Ok(Line::End);
    }
    let has_end = line.pop_if(|last| *last == b'\n').is_some();
    if !has_end && line.len() > LONGEST {
        lines.skip_until(b'\n')?;
        return Ok(Line::TooLong);
    }
    line.pop_if(|last| *last == b'\r');
    Ok(Line::Of(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(mut text: &[u8]) -> Vec<Option<Vec<u8>>> {
        let mut found = Vec::new();
        loop {
            match next(&mut text).unwrap() {
                Line::Of(line) => found.push(Some(line)),
                Line::TooLong => found.push(None),
                Line::End => return found,
            }
        }
    }

    #[test]
    fn lines_end_as_on_any_system_and_the_last_one_need_not() {
        let some = |text: &[u8]| Some(text.to_vec());
        assert_eq!(lines(b"a\r\n\n b \nc\xff"), [some(b"a"), some(b""), some(b" b "), some(b"c\xff")]);
        assert_eq!(lines(b""), []);
    }

    #[test]
    fn a_line_that_is_too_long_is_passed_over_to_its_end() {
        let long = [vec![b'x'; LONGEST + 1], b"\nb".to_vec()].concat();
        assert_eq!(lines(&long), [None, Some(b"b".to_vec())]);
        let whole = [vec![b'x'; LONGEST], b"\nb".to_vec()].concat();
        assert_eq!(lines(&whole).len(), 2);
        assert!(lines(&whole).iter().all(Option::is_some));
        assert_eq!(lines(&vec![b'x'; 3 * LONGEST]), [None]);
    }
}
