//! What kind of file it is, as far as its name, its type or its first bytes tell. Pure.

/// Endings of files that are packed by themselves.
const PACKED: [&str; 14] =
    ["gz", "tgz", "svgz", "gzip", "bz2", "tbz", "xz", "txz", "zst", "tzst", "br", "z", "lz4", "zip"];

/// Endings of files that are certainly no web page.
const BINARY: [&str; 38] = [
    "iso", "img", "zip", "gz", "tgz", "bz2", "xz", "txz", "zst", "7z", "rar", "tar", "deb", "rpm", "exe",
    "msi", "dmg", "pkg", "apk", "jar", "appimage", "flatpak", "snap", "pdf", "epub", "mp3", "mp4", "mkv",
    "webm", "avi", "mov", "flac", "ogg", "png", "jpg", "jpeg", "gif", "bin",
];

/// Whether a file of this name is packed by itself.
pub(super) fn is_packed(name: &str) -> bool {
    ending(name).is_some_and(|ending| PACKED.contains(&ending.as_str()))
}

/// Whether this media type (RFC 9110 §8.3.1, in lower case) is that of a packed file.
pub(super) fn is_packing(media_type: &str) -> bool {
    matches!(
        media_type,
        "application/gzip"
            | "application/x-gzip"
            | "application/x-gtar"
            | "application/x-tar"
            | "application/x-compressed-tar"
            | "application/zstd"
            | "application/x-bzip2"
            | "application/x-xz"
            | "application/zip"
    )
}

/// Whether a file of this name is certainly no web page.
pub(super) fn is_binary(name: &str) -> bool {
    ending(name).is_some_and(|ending| BINARY.contains(&ending.as_str()))
}

/// Whether a file begins as only a web page does (WHATWG MIME Sniffing §7.1).
pub(super) fn begins_as_a_page(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    let begins_with = |word: &[u8]| {
        bytes.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
            && bytes.get(word.len()).is_some_and(|next| matches!(next, b'>') || next.is_ascii_whitespace())
    };
    begins_with(b"<!doctype html") || begins_with(b"<html") || begins_with(b"<head")
}

fn ending(name: &str) -> Option<String> {
    name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_told_by_its_first_words() {
        for page in ["<!DOCTYPE html>", "\u{feff} \n<html lang=en>", "<head>\n"] {
            assert!(begins_as_a_page(page.as_bytes()), "{page}");
        }
        for other in ["", "<", "<html", "<htmlx>", "<?xml version=\"1.0\"?>", "PK\u{3}\u{4}", "text <html>"] {
            assert!(!begins_as_a_page(other.as_bytes()), "{other}");
        }
    }

    #[test]
    fn a_name_tells_the_kind_by_its_last_ending() {
        assert!(is_packed("a.tar.GZ") && is_binary("a.tar.GZ"));
        assert!(!is_packed("gz") && !is_binary("page.html") && !is_binary("download"));
        assert!(is_packed("logo.svgz") && !is_packed("logo.svg"));
    }
}
