//! What a server asks for before it gives something (RFC 9110 §11.3): `Digest realm="a", Basic realm="b"`.

/// One challenge: its scheme, and names with values.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Challenge {
    pub scheme: String,
    pairs: Vec<(String, String)>,
}

impl Challenge {
    /// The value of a name, whichever case it is in.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let pair = self.pairs.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        Some(&pair.1)
    }
}

/// The challenges in the value of a `WWW-Authenticate`. What makes no sense is passed over.
pub(super) fn parse(value: &str) -> Vec<Challenge> {
    let mut challenges: Vec<Challenge> = Vec::new();
    for part in parts(value) {
        let end = part.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(part.len());
        let (word, rest) = part.split_at(end);
        let rest = rest.trim_start();
        // A word with anything but "=" behind it begins another challenge.
        let pair = if let Some(value) = rest.strip_prefix('=') {
            Some((word, value))
        } else {
            challenges.push(Challenge { scheme: word.to_owned(), pairs: Vec::new() });
            rest.split_once('=')
        };
        if let (Some((name, value)), Some(last)) = (pair, challenges.last_mut()) {
            last.pairs.push((name.trim().to_owned(), unquoted(value.trim())));
        }
    }
    challenges
}

/// What stands between commas that are not quoted.
fn parts(value: &str) -> impl Iterator<Item = &str> {
    let (mut quoted, mut escaped) = (false, false);
    let parts = value.split(move |c| {
        let ends = c == ',' && !quoted;
        if escaped {
            escaped = false;
        } else {
            escaped = quoted && c == '\\';
            quoted ^= c == '"';
        }
        ends
    });
    parts.map(str::trim).filter(|part| !part.is_empty())
}

fn unquoted(value: &str) -> String {
    let Some(inside) = value.strip_prefix('"') else { return value.to_owned() };
    let mut text = String::new();
    let mut chars = inside.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => break,
            '\\' => text.extend(chars.next()),
            c => text.push(c),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(value: &str) -> Vec<String> {
        let all = parse(value);
        all.iter()
            .map(|one| {
                let pairs: Vec<_> = one.pairs.iter().map(|(n, v)| format!("{n}={v}")).collect();
                format!("{}[{}]", one.scheme, pairs.join("|"))
            })
            .collect()
    }

    #[test]
    fn challenges_are_told_apart() {
        assert_eq!(shown(r#"Basic realm="a, b""#), ["Basic[realm=a, b]"]);
        assert_eq!(
            shown(r#"Digest realm="x" , nonce = "1\"2",qop=auth, Basic realm="y",, Negotiate, Bearer"#),
            [r#"Digest[realm=x|nonce=1"2|qop=auth]"#, "Basic[realm=y]", "Negotiate[]", "Bearer[]"]
        );
        assert_eq!(shown("NTLM TlRMTVNTUAAB, Basic realm=z"), ["NTLM[]", "Basic[realm=z]"]);
        assert_eq!(shown(", ,"), [""; 0]);
        assert_eq!(shown("realm=lost"), [""; 0]);
    }

    proptest! {
        #[test]
        fn nothing_breaks_it(value in "[a-zA-Z =,\"\\\\]{0,60}") {
            parse(&value);
        }

        #[test]
        fn quoted_values_come_back(value in "[ -~]{0,20}") {
            let quoted = value.replace('\\', "\\\\").replace('"', "\\\"");
            let read = parse(&format!("Digest a=\"{quoted}\", b=c"));
            prop_assert_eq!(read[0].get("A"), Some(value.as_str()));
            prop_assert_eq!(read[0].get("b"), Some("c"));
        }
    }
}
