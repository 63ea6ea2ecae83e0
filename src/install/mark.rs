//! The mark by which the program knows its own files again.

const MARK: &str = "Written by Windlass, which may replace or remove it.";

/// How something can be said in a file that nobody reads.
#[derive(Clone, Copy)]
pub(super) enum Format {
    /// Behind a #.
    Lines,
    /// The same after the first line, which has to stay first.
    AfterFirst,
    Xml,
    Roff,
    Png,
}

/// Whether these bytes have it.
pub(super) fn is_marked(bytes: &[u8]) -> bool {
    bytes.windows(MARK.len()).any(|part| part == MARK.as_bytes())
}

/// The same bytes with it, where nobody who reads them for what they are is disturbed.
pub(super) fn marked(bytes: &[u8], format: Format) -> Vec<u8> {
    let first_line = bytes.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |end| end + 1);
    let (at, mark) = match format {
        Format::Lines => (0, format!("# {MARK}\n").into_bytes()),
        Format::AfterFirst => (first_line, format!("# {MARK}\n").into_bytes()),
        Format::Roff => (0, format!(".\\\" {MARK}\n").into_bytes()),
        Format::Xml => (bytes.len(), format!("<!-- {MARK} -->\n").into_bytes()),
        // Before the last chunk, which is empty.
        Format::Png => (bytes.len().saturating_sub(12), png_comment()),
    };
    let (before, after) = bytes.split_at(at);
    [before, &mark, after].concat()
}

/// A chunk of text, as PNG has it.
fn png_comment() -> Vec<u8> {
    let content = [b"tEXtComment\0".as_slice(), MARK.as_bytes()].concat();
    let length = u32::try_from(content.len() - 4).unwrap_or_default();
    [&length.to_be_bytes(), content.as_slice(), &crc32fast::hash(&content).to_be_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_found_again_and_stands_where_it_disturbs_nobody() {
        let text = |bytes: &[u8], format| String::from_utf8(marked(bytes, format)).unwrap();
        assert_eq!(text(b"[A]\n", Format::Lines), format!("# {MARK}\n[A]\n"));
        assert_eq!(text(b"#compdef w\nx\n", Format::AfterFirst), format!("#compdef w\n# {MARK}\nx\n"));
        assert_eq!(text(b"<a/>\n", Format::Xml), format!("<a/>\n<!-- {MARK} -->\n"));
        assert_eq!(text(b".TH\n", Format::Roff), format!(".\\\" {MARK}\n.TH\n"));
        for format in [Format::Lines, Format::AfterFirst, Format::Xml, Format::Roff, Format::Png] {
            assert!(is_marked(&marked(&[0; 20], format)));
        }
        assert!(!is_marked(b"Written by hand"));
    }

    #[test]
    fn a_marked_picture_is_still_one() {
        let picture = include_bytes!("../../assets/windlass-64.png");
        let marked = marked(picture, Format::Png);
        // Every chunk: its length, its kind, its content, its sum.
        let mut rest = &marked[8..];
        let mut kinds = Vec::new();
        while let Some((length, after)) = rest.split_first_chunk::<4>() {
            let length = u32::from_be_bytes(*length) as usize;
            let (content, after) = after.split_at(4 + length);
            let (sum, after) = after.split_first_chunk::<4>().unwrap();
            assert_eq!(u32::from_be_bytes(*sum), crc32fast::hash(content));
            kinds.push(content[..4].to_vec());
            rest = after;
        }
        assert_eq!(kinds.iter().rev().take(2).collect::<Vec<_>>(), [b"IEND", b"tEXt"]);
    }
}
