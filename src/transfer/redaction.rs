//! Taking secrets out of what a server says: some quote what they were told, in the words of an error or in the
//! answer to an upload, and both are kept and shown.

use secrecy::{ExposeSecret as _, SecretString};

use super::address::Address;
use super::error::Failure;
use super::headers::{Headers, from_basic};
use super::snapshot::Response;

/// What stands in place of a secret.
const HIDDEN: &str = "…";
/// The shortest secret that is looked for, in bytes: shorter ones stand in many words by chance.
const SHORTEST: usize = 6;
/// Of one that was cut off where the text ends, so much is enough.
const BEGINNING: usize = 4;

/// The secrets of one request, as somebody may quote them.
#[derive(Clone, Default)]
pub(crate) struct Redaction(Vec<SecretString>);

impl Redaction {
    /// Of what goes to `url` with these headers, and of these further secrets.
    pub(crate) fn of(headers: &Headers, url: &Address, more: &[SecretString]) -> Self {
        let mut plain = Vec::new();
        for (name, value) in headers.secrets() {
            if name.to_ascii_lowercase().contains("cookie") {
                let pairs =
                    value.split(';').map(|pair| pair.split_once('=').map_or(pair, |(_, value)| value));
                plain.extend(pairs.map(|value| value.trim().to_owned()));
            } else {
                plain.extend(said_as(value));
            }
        }
        plain.extend(more.iter().flat_map(|secret| said_as(secret.expose_secret())));
        plain.extend(url.url().query_pairs().map(|(_, value)| value.into_owned()));
        let mut all: Vec<_> = plain.iter().flat_map(|secret| written_as(secret)).collect();
        all.retain(|secret| secret.len() >= SHORTEST);
        // What is part of another one comes after it.
        all.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        all.dedup();
        Self(all.into_iter().map(SecretString::from).collect())
    }

    /// The same text without them.
    fn text(&self, said: &str) -> String {
        let secrets = || self.0.iter().map(SecretString::expose_secret);
        let mut text = said.to_owned();
        for secret in secrets().filter(|secret| said.contains(*secret)) {
            text = text.replace(secret, HIDDEN);
        }
        let cut = |secret: &str| {
            let ends = secret.char_indices().map(|(at, _)| at).filter(|at| *at >= BEGINNING);
            ends.rev().find(|end| text.ends_with(&secret[..*end]))
        };
        if let Some(longest) = secrets().filter_map(cut).max() {
            text.truncate(text.len() - longest);
            text += HIDDEN;
        }
        text
    }

    /// Takes them out of what a server has said of a failure.
    pub(crate) fn hide_in_failure(&self, failure: &mut Failure) {
        if let Some(reason) = &mut failure.reason {
            *reason = self.text(reason);
        }
    }

    /// Takes them out of an answer.
    pub(crate) fn hide_in_response(&self, response: &mut Response) {
        response.body = self.text(&response.body);
        for (_, value) in &mut response.headers {
            *value = self.text(value);
        }
    }
}

/// What is secret in the value of a header: of a login (RFC 9110 §11.4) what stands behind its kind, and the
/// password in that.
fn said_as(value: &str) -> Vec<String> {
    let login = value.split_once(' ').map(|(_, login)| login.trim().to_owned());
    let password =
        from_basic(&SecretString::from(value)).map(|login| login.password.expose_secret().to_owned());
    [value.to_owned()].into_iter().chain(login).chain(password).collect()
}

/// A secret as it is, on one line, and as addresses, forms and JSON have it.
fn written_as(secret: &str) -> [String; 5] {
    let line = secret.split_whitespace().collect::<Vec<_>>().join(" ");
    let part = percent_encoding::utf8_percent_encode(secret, percent_encoding::NON_ALPHANUMERIC).to_string();
    let form = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect();
    let json = serde_json::to_string(secret).unwrap_or_default();
    [secret.to_owned(), line, part, form, json.trim_matches('"').to_owned()]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::address::Credentials;
    use super::super::error::ErrorKind;
    use super::*;

    fn redaction() -> Redaction {
        let mut headers = Headers::default();
        headers.add_login(&Credentials { user: "me".to_owned(), password: SecretString::from("S3CR3T/a b") });
        headers.add("X-Api-Key", "K3Y-K3Y").unwrap();
        headers.add("Cookie", "a=1; session=C00K1E").unwrap();
        let (url, _) = Address::parse("http://a.example/x?token=T0K3N-T0K3N&v=1").unwrap();
        Redaction::of(&headers, &url, &[SecretString::from("M0R3-S3CR3TS")])
    }

    #[test]
    fn what_a_server_quotes_is_left_out_however_it_is_written() {
        for (said, kept) in [
            ("no login S3CR3T/a b here", "no login … here"),
            ("Authorization: Basic bWU6UzNDUjNUL2EgYg==", "Authorization: …"),
            ("bad token bWU6UzNDUjNUL2EgYg==.", "bad token …."),
            ("/x?p=S3CR3T%2Fa%20b&q=S3CR3T%2Fa+b", "/x?p=…&q=…"),
            ("key K3Y-K3Y, a=1; session=C00K1E", "key …, a=1; session=…"),
            ("{\"token\": \"T0K3N-T0K3N\", \"v\": 1}", "{\"token\": \"…\", \"v\": 1}"),
            ("M0R3-S3CR3TS M0R3-S3CR3TS", "… …"),
            ("cut off: T0K3N-T", "cut off: …"),
            ("all is well", "all is well"),
        ] {
            let mut failure = Failure::new(ErrorKind::Forbidden).because(said);
            redaction().hide_in_failure(&mut failure);
            assert_eq!(failure.reason.as_deref(), Some(kept));
            let headers = vec![("X-Said".to_owned(), said.to_owned())];
            let mut response = Response { status: 200, headers, body: said.to_owned() };
            redaction().hide_in_response(&mut response);
            assert_eq!((response.body.as_str(), response.headers[0].1.as_str()), (kept, kept));
        }
    }

    #[test]
    fn a_short_secret_does_not_tear_words_apart() {
        let mut headers = Headers::default();
        headers.add("X-Token", "the").unwrap();
        let (url, _) = Address::parse("http://a.example/").unwrap();
        assert_eq!(Redaction::of(&headers, &url, &[]).text("then the other"), "then the other");
    }

    proptest! {
        #[test]
        fn no_secret_is_left_whatever_stands_around_it(before in ".{0,20}", after in ".{0,300}", cut in 0..40_usize) {
            let said: String = format!("{before}K3Y-K3Y{after}K3Y-K3Y").chars().rev().skip(cut).collect();
            let said: String = said.chars().rev().collect();
            let text = redaction().text(&said);
            prop_assert!(!text.contains("K3Y-"), "{}", text);
        }
    }
}
