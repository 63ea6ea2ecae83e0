//! The names that a file has on its way to its place at a server. Pure.

use crate::transfer::Beside;

/// Longest part of a name that another name is made of: together they fit into what file systems take.
const LONGEST: usize = 200;

/// Paths at the server, all in one folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Names {
    /// The one that it shall have.
    pub place: Vec<u8>,
    /// The one that it has until everything is there.
    pub part: Vec<u8>,
    /// The one that what it replaces may have for a moment.
    pub old: Vec<u8>,
}

impl Names {
    /// Those of an upload to `path`.
    pub(super) fn of(path: &[u8], at: &Beside) -> Self {
        let start = path.iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash + 1);
        let (folder, name) = path.split_at(start);
        let short = shortened(name);
        let hidden =
            |ending: &str| [folder, b".", short, b".", at.tag.as_bytes(), ending.as_bytes()].concat();
        Self {
            place: [folder, &numbered(name, at.number)].concat(),
            part: hidden(".part"),
            old: hidden(".old"),
        }
    }
}

/// `NAME (1).ending`; nothing is put into it at 0.
fn numbered(name: &[u8], number: u32) -> Vec<u8> {
    if number == 0 {
        return name.to_vec();
    }
    let dot = name.iter().rposition(|byte| *byte == b'.').filter(|dot| *dot > 0).unwrap_or(name.len());
    let (stem, ending) = name.split_at(dot);
    [stem, format!(" ({number})").as_bytes(), ending].concat()
}

/// As much of it as may be, and no half of a character.
fn shortened(name: &[u8]) -> &[u8] {
    let is_inside = |at: usize| name.get(at).is_some_and(|byte| byte & 0xC0 == 0x80);
    let mut end = name.len().min(LONGEST);
    while end > 0 && is_inside(end) {
        end -= 1;
    }
    &name[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(path: &str, number: u32) -> [String; 3] {
        let at = Beside { tag: "7f3a".to_owned(), number, whole: false, placing: false };
        let Names { place, part, old } = Names::of(path.as_bytes(), &at);
        [place, part, old].map(|name| String::from_utf8(name).unwrap())
    }

    #[test]
    fn a_file_on_its_way_lies_beside_its_place_and_is_hidden() {
        assert_eq!(names("/in/a.iso", 0), ["/in/a.iso", "/in/.a.iso.7f3a.part", "/in/.a.iso.7f3a.old"]);
        assert_eq!(names("a", 0), ["a", ".a.7f3a.part", ".a.7f3a.old"]);
    }

    #[test]
    fn a_number_stands_before_the_ending_and_changes_only_the_last_name() {
        let [place, part, _] = names("/in.d/a.b.iso", 2);
        assert_eq!((place.as_str(), part.as_str()), ("/in.d/a.b (2).iso", "/in.d/.a.b.iso.7f3a.part"));
        assert_eq!(names("/in.d/a", 1)[0], "/in.d/a (1)");
        assert_eq!(names("/in/.hidden", 1)[0], "/in/.hidden (1)");
    }

    #[test]
    fn a_long_name_is_shortened_where_a_character_ends() {
        let [place, part, old] = names(&"ä".repeat(127), 0);
        assert_eq!(place.len(), 254);
        assert!(part.len() < 255 && old.len() < 255);
        assert!(part.starts_with(&format!(".{}.", "ä".repeat(100))));
        assert_eq!(shortened("aä".repeat(100).as_bytes()).len(), 199);
    }
}
