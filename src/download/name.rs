//! What a downloaded file is called. Pure: from headers and addresses to a name that can do no harm.
//!
//! A name comes from `Content-Disposition` (RFC 6266), else from the last part of the address that
//! was asked for, else from that of the address that answered. Whatever it was, it leaves here as a
//! plain visible file name: no path, nothing hidden, nothing that looks like something else.

use http::HeaderValue;
use unicode_normalization::UnicodeNormalization as _;
use url::Url;

use crate::transfer::Address;

/// Longest name in bytes; leaves room for ` (99)` and `.part` within the usual 255.
const LONGEST: usize = 200;
/// Longest ending that is kept when a name has to be cut.
const LONGEST_ENDING: usize = 20;
/// Names that other systems keep for devices.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];

/// The name for a download.
pub(crate) fn suggest(disposition: Option<&[u8]>, asked: &Url, answered: &Url) -> String {
    disposition
        .and_then(from_disposition)
        .or_else(|| from_url(asked))
        .or_else(|| from_url(answered))
        .map_or_else(|| "download".to_owned(), |name| harmless(&name))
}

/// The name for a download whose answer came from `answered`.
pub(crate) fn stated(disposition: Option<&HeaderValue>, asked: &Address, answered: &Address) -> String {
    /// A longer one is no name.
    const LONGEST: usize = 8192;
    let disposition = disposition.map(HeaderValue::as_bytes).filter(|value| value.len() <= LONGEST);
    suggest(disposition, asked.url(), answered.url())
}

/// The name for a download of which nothing is known but where it is.
pub(crate) fn in_address(address: &Address) -> String {
    suggest(None, address.url(), address.url())
}

/// `name` with a number before its ending: `a (2).tar.gz`.
pub(crate) fn numbered(name: &str, number: u32) -> String {
    if number == 0 {
        return name.to_owned();
    }
    let (stem, ending) = split_ending(name);
    format!("{stem} ({number}){ending}")
}

/// Makes any text a harmless file name. Done twice, it changes nothing more.
pub(crate) fn harmless(text: &str) -> String {
    let last = text.rsplit(['/', '\\']).next().unwrap_or_default();
    let clean: String = last.nfc().map(|c| if is_unwanted(c) { '_' } else { c }).collect();
    let clean = trim(&clean);
    let clean = if is_device(clean) { format!("_{clean}") } else { clean.to_owned() };
    let mut name: String = trim(&shorten(&clean)).nfc().collect();
    // Our own part files end like this.
    if name.to_ascii_lowercase().ends_with(".part") {
        name.replace_range(name.len() - 5..name.len() - 4, "_");
    }
    if name.is_empty() { "download".to_owned() } else { name }
}

/// Whether another system would take it for a device, whatever its ending.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_lowercase();
    DEVICES.iter().any(|device| {
        let numbered = matches!(*device, "com" | "lpt");
        stem.strip_prefix(device).is_some_and(|rest| {
            rest.is_empty() || (numbered && rest.len() == 1 && "123456789".contains(rest))
        })
    })
}

fn trim(name: &str) -> &str {
    name.trim_start_matches(['.', ' ', '-', '~']).trim_end_matches(['.', ' '])
}

/// Separators, controls, what steers the direction of text, and what other systems refuse.
fn is_unwanted(c: char) -> bool {
    c.is_control()
        || matches!(c, '"' | '*' | '/' | ':' | '<' | '>' | '?' | '\\' | '|')
        || matches!(c,
            '\u{ad}' | '\u{600}'..='\u{605}' | '\u{61c}' | '\u{6dd}' | '\u{70f}' | '\u{890}'..='\u{891}' | '\u{8e2}'
            | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
            | '\u{fff0}'..='\u{fffb}' | '\u{110bd}' | '\u{110cd}' | '\u{13430}'..='\u{1343f}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
            | '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}')
        || (c as u32) & 0xfffe == 0xfffe
        || matches!(c, '\u{fdd0}'..='\u{fdef}')
        || (c != ' ' && c.is_whitespace())
}

/// Cuts the middle out of a long name, so that its ending stays.
fn shorten(name: &str) -> String {
    if name.len() <= LONGEST {
        return name.to_owned();
    }
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending)) if ending.len() < LONGEST_ENDING => (stem, &name[stem.len()..]),
        _ => (name, ""),
    };
    let mut cut = LONGEST - ending.len();
    while !stem.is_char_boundary(cut) {
        cut -= 1;
    }
    format!("{}{ending}", &stem[..cut])
}

/// The ending with its dot; `.tar` before a packer's ending belongs to it.
fn split_ending(name: &str) -> (&str, &str) {
    let Some(dot) = name.rfind('.').filter(|dot| *dot > 0) else { return (name, "") };
    let dot = name[..dot].rfind(".tar").filter(|tar| *tar > 0 && tar + 4 == dot).unwrap_or(dot);
    name.split_at(dot)
}

fn from_url(url: &Url) -> Option<String> {
    let last = url.path_segments()?.rfind(|part| !part.is_empty())?;
    Some(percent_encoding::percent_decode_str(last).decode_utf8_lossy().into_owned())
}

/// `filename*` before `filename` (RFC 6266 §4.3), whatever their order.
fn from_disposition(value: &[u8]) -> Option<String> {
    let (mut plain, mut extended) = (None, None);
    for (name, value) in parameters(value) {
        match name.as_str() {
            "filename" if plain.is_none() => plain = Some(text_of(&value)),
            "filename*" if extended.is_none() => extended = extended_value(&value),
            _ => {}
        }
    }
    extended.or(plain).filter(|name| !name.trim().is_empty())
}

/// Header bytes are UTF-8 if they can be, else Latin-1.
fn text_of(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}

/// `UTF-8'language'percent-encoded` (RFC 8187 §3.2).
fn extended_value(value: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(value).ok()?;
    let (charset, rest) = text.split_once('\'')?;
    let (_, encoded) = rest.split_once('\'')?;
    let bytes: Vec<u8> = percent_encoding::percent_decode_str(encoded).collect();
    if charset.eq_ignore_ascii_case("utf-8") {
        String::from_utf8(bytes).ok()
    } else if charset.eq_ignore_ascii_case("iso-8859-1") {
        Some(bytes.into_iter().map(char::from).collect())
    } else {
        None
    }
}

/// The parameters after the disposition's type: names in lower case, values without their quotes.
fn parameters(value: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let mut rest = value;
    // Servers that forget the type begin with the parameter at once.
    if let Some(semicolon) = rest.iter().position(|byte| *byte == b';')
        && !rest[..semicolon].contains(&b'=')
    {
        rest = &rest[semicolon + 1..];
    }
    while !rest.is_empty() {
        let Some(equals) = rest.iter().position(|byte| matches!(byte, b'=' | b';')) else { break };
        if rest[equals] == b';' {
            rest = &rest[equals + 1..];
            continue;
        }
        let name = text_of(rest[..equals].trim_ascii()).to_ascii_lowercase();
        let (value, used) = parameter_value(&rest[equals + 1..]);
        found.push((name, value));
        rest = &rest[equals + 1 + used..];
    }
    found
}

/// A token or a quoted string, and how many bytes it took, up to and with the semicolon behind it.
fn parameter_value(rest: &[u8]) -> (Vec<u8>, usize) {
    let blanks = rest.len() - rest.trim_ascii_start().len();
    let body = &rest[blanks..];
    let (value, mut used) = if body.first() == Some(&b'"') { quoted(body) } else { (Vec::new(), 0) };
    let tail = body[used..].iter().position(|byte| *byte == b';').unwrap_or(body.len() - used);
    let value = if used == 0 { body[..tail].trim_ascii().to_vec() } else { value };
    used += tail;
    (value, (blanks + used + 1).min(rest.len()))
}

/// A quoted string (RFC 9110 §5.6.4) without its quotes, and how many bytes it took.
fn quoted(body: &[u8]) -> (Vec<u8>, usize) {
    let mut value = Vec::new();
    let mut at = 1;
    while let Some(byte) = body.get(at) {
        at += 1;
        match byte {
            b'"' => break,
            b'\\' => {
                // Paths of other systems come unescaped; only a quote or a backslash can be escaped.
                match body.get(at) {
                    Some(next @ (b'"' | b'\\')) => {
                        value.push(*next);
                        at += 1;
                    }
                    _ => value.push(b'\\'),
                }
            }
            byte => value.push(*byte),
        }
    }
    (value, at)
}

#[cfg(test)]
#[path = "name/tests.rs"]
mod tests;
