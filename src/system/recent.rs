//! The list of recent files, which file choosers and menus of desktops show (`recently-used.xbel`, as the Desktop
//! Bookmark specification has it).
//!
//! Others write it too, so it is read anew each time, and all that stands in it stays as it is.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::files::uri_of;

/// The longest list that is read, in bytes.
const LONGEST: u64 = 16 * 1024 * 1024;

const EMPTY: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<xbel version="1.0"
      xmlns:bookmark="http://www.freedesktop.org/standards/desktop-bookmarks"
      xmlns:mime="http://www.freedesktop.org/standards/shared-mime-info">
</xbel>
"#;

/// Adds files that have just come to the list of this user.
///
/// # Errors
/// Any of the file system's, and `InvalidData` if the list is something else. It is then as it was.
pub fn add(files: &[PathBuf]) -> io::Result<()> {
    let home = directories::BaseDirs::new().ok_or(io::ErrorKind::NotFound)?;
    fs::create_dir_all(home.data_dir())?;
    add_to(&home.data_dir().join("recently-used.xbel"), files)
}

fn add_to(list: &Path, files: &[PathBuf]) -> io::Result<()> {
    let mut text = match read(list) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => EMPTY.to_owned(),
        read => read?,
    };
    let end = text.rfind("</xbel>").ok_or(io::ErrorKind::InvalidData)?;
    let kinds = Kinds::of_system();
    let fresh: String = files
        .iter()
        .map(|file| (escaped(&uri_of(file)), file))
        .filter(|(uri, _)| !text.contains(&format!("href=\"{uri}\"")))
        .map(|(uri, file)| entry(&uri, &kinds.of(file)))
        .collect();
    if fresh.is_empty() {
        return Ok(());
    }
    text.insert_str(end, &fresh);
    crate::replace(list, text.as_bytes())
}

fn read(list: &Path) -> io::Result<String> {
    // Who wants no such list makes it a link to nowhere, or to nothing.
    if !list.symlink_metadata()?.is_file() {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut text = String::new();
    let length = fs::File::open(list)?.take(LONGEST).read_to_string(&mut text)? as u64;
    if length == LONGEST { Err(io::ErrorKind::InvalidData.into()) } else { Ok(text) }
}

fn entry(uri: &str, kind: &str) -> String {
    let now = Timestamp::now();
    format!(
        r#"  <bookmark href="{uri}" added="{now}" modified="{now}" visited="{now}">
    <info>
      <metadata owner="http://freedesktop.org">
        <mime:mime-type type="{kind}"/>
        <bookmark:applications>
          <bookmark:application name="Windlass" exec="&apos;xdg-open %u&apos;" modified="{now}" count="1"/>
        </bookmark:applications>
      </metadata>
    </info>
  </bookmark>
"#
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('\'', "&apos;")
}

/// The kinds of files that the system knows by their names, as `weight:kind:*.ending`.
struct Kinds(String);

impl Kinds {
    fn of_system() -> Self {
        Self(fs::read_to_string("/usr/share/mime/globs2").unwrap_or_default())
    }

    fn of(&self, file: &Path) -> String {
        let name = file.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        let known = self.0.lines().filter_map(|line| {
            let (weight, rest) = line.split_once(':')?;
            let (kind, glob) = rest.split_once(':')?;
            let ending = glob.strip_prefix('*')?;
            let fits = !ending.contains(['*', '?', '[']) && name.ends_with(ending);
            fits.then_some((weight.parse::<u32>().ok()?, ending.len(), kind))
        });
        known.max().map_or("application/octet-stream", |(_, _, kind)| kind).to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_added_once_and_what_stands_there_stays() {
        let dir = tempfile::tempdir().unwrap();
        let list = dir.path().join("recently-used.xbel");
        let files = ["/a b & c.pdf", "/b.bin"].map(PathBuf::from);
        add_to(&list, &files[..1]).unwrap();
        let first = fs::read_to_string(&list).unwrap();
        assert!(first.contains("href=\"file:///a%20b%20%26%20c.pdf\""), "{first}");
        add_to(&list, &files).unwrap();
        let second = fs::read_to_string(&list).unwrap();
        assert!(second.starts_with(first.trim_end().trim_end_matches("</xbel>")), "{second}");
        assert_eq!(second.matches("<bookmark ").count(), 2);
        assert!(second.ends_with("</xbel>\n"));
    }

    #[test]
    fn a_list_that_is_none_or_is_not_wanted_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let list = dir.path().join("recently-used.xbel");
        crate::replace(&list, b"<html>").unwrap();
        assert!(add_to(&list, &["/a".into()]).is_err());
        assert_eq!(fs::read(&list).unwrap(), b"<html>");
        let nothing = dir.path().join("nothing.xbel");
        std::os::unix::fs::symlink("/dev/null", &nothing).unwrap();
        assert!(add_to(&nothing, &["/a".into()]).is_err());
        assert!(nothing.is_symlink());
    }

    #[test]
    fn a_kind_is_known_by_the_longest_ending_of_a_name() {
        let kinds =
            Kinds("50:application/gzip:*.gz\n50:application/x-tar-gz:*.tar.gz\n50:text/x:core*\n".into());
        assert_eq!(kinds.of(Path::new("/a.TAR.gz")), "application/x-tar-gz");
        assert_eq!(kinds.of(Path::new("/core")), "application/octet-stream");
    }
}
