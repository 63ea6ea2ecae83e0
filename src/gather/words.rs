//! Links among the words of a line.

use std::borrow::Cow;

use crate::transfer::Scheme;

/// How a link that leaves out its scheme begins.
const BARE: &str = "www.";
/// Links that have no host.
const MAGNET: &str = "magnet:?";
/// How far before `://` a scheme may begin.
const LONGEST_SCHEME: usize = 16;

/// The links in a line, in their order. What ends a sentence, or what a link is wrapped in, is no part of it.
pub(super) fn links(line: &str) -> Vec<Cow<'_, str>> {
    if is_one_with_spaces(line) {
        return vec![line.into()];
    }
    let mut found = Vec::new();
    let mut end = 0;
    for start in starts(line) {
        if start < end {
            // It is inside another link.
            continue;
        }
        end = start + length(line, start);
        let text = &line[start..end];
        let is_bare = text.get(..BARE.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(BARE));
        found.push(if is_bare { format!("https://{text}").into() } else { text.into() });
    }
    found
}

/// Where links may begin, in order.
fn starts(line: &str) -> Vec<usize> {
    let schemes = line.match_indices("://").filter_map(|(at, _)| scheme_before(line, at));
    let bare = line.match_indices(BARE).map(|(at, _)| at).filter(|at| begins_a_word(line, *at));
    let magnets = line.match_indices(MAGNET).map(|(at, _)| at);
    let mut starts: Vec<_> = schemes.chain(bare).chain(magnets).collect();
    starts.sort_unstable();
    starts
}

/// Where the scheme begins that ends at `end`.
fn scheme_before(line: &str, end: usize) -> Option<usize> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    let before = &line.as_bytes()[..end];
    let length = before.iter().rev().take(LONGEST_SCHEME).take_while(|byte| is_part(byte)).count();
    let scheme = &before[end - length..];
    let letter = scheme.iter().position(u8::is_ascii_alphabetic)?;
    Some(end - length + letter)
}

fn begins_a_word(line: &str, at: usize) -> bool {
    let before = line[..at].chars().next_back();
    before.is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '/' | '.' | '-' | '@' | ':' | '=' | '%'))
}

/// How long the link is that begins at `start`, in bytes.
fn length(line: &str, start: usize) -> usize {
    let before = line[..start].chars().next_back();
    let (mut round, mut square) = (0_i32, 0_i32);
    let mut end = line.len() - start;
    for (at, c) in line[start..].char_indices() {
        match c {
            '(' => round += 1,
            ')' => round -= 1,
            '[' => square += 1,
            ']' => square -= 1,
            _ => {}
        }
        let closes = match before {
            Some('(') => round < 0,
            Some('[') => square < 0,
            Some('\'') => c == '\'',
            _ => false,
        };
        if closes || ends_a_link(c) {
            (round, square) = (round + i32::from(c == ')'), square + i32::from(c == ']'));
            end = at;
            break;
        }
    }
    without_tail(&line[start..start + end], before, (round, square)).len()
}

/// What no link contains as it is.
fn ends_a_link(c: char) -> bool {
    let punctuation = "，。、；：！？（）【】「」『』《》〈〉“”‘’«»…";
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '<' | '>' | '"' | '`' | '|' | '\\')
        || punctuation.contains(c)
}

/// Takes off what belongs to the sentence. The counts say how many brackets are open; of closing ones that were
/// never opened they are below nothing.
fn without_tail(link: &str, before: Option<char>, (mut round, mut square): (i32, i32)) -> &str {
    let mut link = link;
    while let Some(last) = link.chars().next_back() {
        let is_tail = match last {
            '.' | ',' | ';' | ':' | '!' | '?' | '\'' => true,
            '*' | '_' | '~' => before == Some(last),
            ')' if round < 0 => {
                round += 1;
                true
            }
            ']' if square < 0 => {
                square += 1;
                true
            }
            _ => false,
        };
        if !is_tail {
            break;
        }
        link = &link[..link.len() - last.len_utf8()];
    }
    link
}

/// Whether a line is one link with a name that somebody wrote with spaces, as browsers allow: the first word is
/// the beginning of a name, and only the last one has its ending.
fn is_one_with_spaces(line: &str) -> bool {
    let Some((scheme, after)) = line.split_once("://") else { return false };
    let known = Scheme::named(&scheme.to_ascii_lowercase()).is_some();
    let plain = !after.contains("://") && !after.contains(|c| c != ' ' && ends_a_link(c));
    let Some((first, others)) = after.split_once(' ').filter(|_| known && plain) else { return false };
    let begins = first
        .rsplit_once('/')
        .is_some_and(|(_, name)| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '-'));
    let ending = others.rsplit(' ').next().and_then(|last| last.rsplit_once('.'));
    begins
        && ending.is_some_and(|(stem, ending)| {
            !stem.is_empty()
                && (1..=5).contains(&ending.len())
                && ending.chars().all(|c| c.is_ascii_alphanumeric())
        })
}
