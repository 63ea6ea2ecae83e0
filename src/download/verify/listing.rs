//! Files of checksums, as `sha256sum` and others write them. Pure: from a text to the checksum of a file.
//!
//! Three kinds of line are known: `HEX  NAME` and `HEX *NAME` (GNU), `SHA256 (NAME) = HEX` (BSD), and `HEX`
//! alone, in the file of one sum. GNU writes a name that holds a line's end or a backslash with `\n` or `\\` in
//! it, and a backslash before the sum.

use crate::transfer::{Algorithm, Checksum};

/// The checksum of the file called `name` by the list `text`; sums without the name of their algorithm are
/// of `usual`. The strongest one, if there are several.
pub(crate) fn find(text: &str, name: &str, usual: Algorithm) -> Option<Checksum> {
    let named = text.lines().filter_map(|line| {
        let entry = entry(line, usual)?;
        (entry.name.rsplit('/').next() == Some(name)).then_some(entry.checksum)
    });
    named.max_by_key(Checksum::algorithm)
}

/// The checksum in a file that holds one alone, or with the name of the file behind it.
pub(crate) fn only(text: &str, name: &str, usual: Algorithm) -> Option<Checksum> {
    let mut words = text.split_whitespace();
    match (words.next(), words.next()) {
        (Some(sum), None) => checksum(usual, sum),
        _ => find(text, name, usual),
    }
}

struct Entry {
    name: String,
    checksum: Checksum,
}

fn entry(line: &str, usual: Algorithm) -> Option<Entry> {
    let line = line.trim_end_matches(['\r', '\n']);
    if line.starts_with('#') {
        return None;
    }
    bsd(line).or_else(|| gnu(line, usual))
}

/// `SHA256 (NAME) = HEX`; a name may hold anything, also what looks like an end of it.
fn bsd(line: &str) -> Option<Entry> {
    let (line, is_escaped) = unmarked(line);
    let (algorithm, rest) = line.split_once(" (")?;
    let (name, sum) = rest.rsplit_once(") = ")?;
    Some(Entry { name: plain(name, is_escaped), checksum: checksum(Algorithm::from_name(algorithm)?, sum)? })
}

/// `HEX  NAME`, or `HEX *NAME` where it was read as bytes.
fn gnu(line: &str, usual: Algorithm) -> Option<Entry> {
    let (line, is_escaped) = unmarked(line);
    let (sum, name) = line.split_once(' ')?;
    let name = name.strip_prefix([' ', '*']).unwrap_or(name);
    (!name.is_empty()).then_some(Entry { name: plain(name, is_escaped), checksum: checksum(usual, sum)? })
}

fn unmarked(line: &str) -> (&str, bool) {
    line.strip_prefix('\\').map_or((line, false), |line| (line, true))
}

fn plain(name: &str, is_escaped: bool) -> String {
    if !is_escaped {
        return name.to_owned();
    }
    let mut plain = String::with_capacity(name.len());
    let mut chars = name.chars();
    while let Some(c) = chars.next() {
        plain.push(match (c, c == '\\') {
            (_, true) => match chars.next() {
                Some('n') => '\n',
                Some('r') => '\r',
                Some(other) => other,
                None => '\\',
            },
            (c, false) => c,
        });
    }
    plain
}

fn checksum(algorithm: Algorithm, sum: &str) -> Option<Checksum> {
    let is_hex = sum.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_hex.then(|| format!("{}:{sum}", algorithm.name()).parse().ok())?
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SUM: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    const MD5: &str = "900150983cd24fb0d6963f7d28e17f72";

    #[test]
    fn all_usual_kinds_of_line_are_understood() {
        for line in [
            format!("{SUM}  a b.iso"),
            format!("{SUM} *a b.iso\r"),
            format!("{SUM}  ./dir/a b.iso"),
            format!("SHA256 (a b.iso) = {SUM}"),
            format!("# a comment\n\n{MD5}  a b.iso\n{}  other\n{SUM}  a b.iso\n", SUM.replace('b', "c")),
        ] {
            assert_eq!(find(&line, "a b.iso", Algorithm::Sha256).unwrap().hex(), SUM, "{line}");
        }
        let escaped = format!("\\{SUM}  a\\\\b\\nc");
        assert!(find(&escaped, "a\\b\nc", Algorithm::Sha256).is_some());
        let odd = format!("SHA256 (a) = (b.iso) = {SUM}");
        assert!(find(&odd, "a) = (b.iso", Algorithm::Sha256).is_some());
    }

    #[test]
    fn a_sum_of_another_file_or_of_another_kind_is_none() {
        let list = format!("{SUM}  b.iso\n{MD5}  a.iso\nMD5 (c.iso) = {MD5}\nSHA256 (a.iso) = {MD5}\n");
        assert!(find(&list, "a.iso", Algorithm::Sha256).is_none());
        assert_eq!(find(&list, "c.iso", Algorithm::Sha256).unwrap().algorithm(), Algorithm::Md5);
        assert!(find("<html>404 not found</html>", "a.iso", Algorithm::Sha256).is_none());
    }

    #[test]
    fn a_file_with_one_sum_alone_needs_no_name() {
        assert_eq!(only(&format!("{SUM}\n"), "a", Algorithm::Sha256).unwrap().hex(), SUM);
        assert_eq!(only(&format!("{SUM}  a\n"), "a", Algorithm::Sha256).unwrap().hex(), SUM);
        assert!(only(&format!("{SUM}  b\n"), "a", Algorithm::Sha256).is_none());
    }

    proptest! {
        #[test]
        fn no_list_breaks_the_reader(text in "[\\PC\\n\\\\]{0,200}", name in "\\PC{0,10}") {
            _ = (find(&text, &name, Algorithm::Md5), only(&text, &name, Algorithm::Sha1));
        }

        #[test]
        fn every_name_is_found_in_either_kind_of_list(name in "[^/\\n\\r\\\\]{1,20}", other in "[^/\\n\\r\\\\]{1,20}") {
            prop_assume!(name != other);
            let gnu = format!("{SUM}  {name}\n");
            let bsd = format!("SHA256 ({name}) = {SUM}\n");
            for list in [gnu, bsd] {
                // A name may itself look like a line of the other kind.
                prop_assume!(!name.contains(") = "));
                prop_assert!(find(&list, &name, Algorithm::Sha256).is_some(), "{:?}", list);
                prop_assert!(find(&list, &other, Algorithm::Sha256).is_none(), "{:?}", list);
            }
        }
    }
}
