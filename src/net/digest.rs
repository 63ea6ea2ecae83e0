//! Digest authentication (RFC 7616): a login that is proved and not sent.

use std::fmt::Write as _;

use md5::{Digest as _, Md5};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::{ExposeSecret as _, SecretString};
use sha2::Sha256;

use super::challenge::Challenge;
use crate::transfer::Credentials;

/// What a server asks for, and how often it was answered. Shared by all who have a login for it.
#[derive(Clone, Debug)]
pub(super) struct Digest {
    realm: String,
    nonce: String,
    opaque: Option<String>,
    hash: Hash,
    /// The hash as the server named it, if it did.
    algorithm: Option<&'static str>,
    /// Whether the login is hashed together with both sides' numbers.
    session: bool,
    /// Whether requests are counted (`qop=auth`); the oldest servers do not know that.
    counted: bool,
    /// Whether the name is hashed, too.
    hides_name: bool,
    /// Our number; it stays the same as long as the server's does.
    cnonce: String,
    count: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Hash {
    Md5,
    Sha256,
}

/// The names of hashes, and whether the login is hashed together with both sides' numbers.
const ALGORITHMS: [(&str, Hash, bool); 4] = [
    ("MD5", Hash::Md5, false),
    ("MD5-sess", Hash::Md5, true),
    ("SHA-256", Hash::Sha256, false),
    ("SHA-256-sess", Hash::Sha256, true),
];

impl Hash {
    fn of(self, text: &str) -> String {
        match self {
            Self::Md5 => hex(&Md5::digest(text)),
            Self::Sha256 => hex(&Sha256::digest(text)),
        }
    }
}

impl Digest {
    /// The strongest of the challenges that can be met; `cnonce` is any number that was never used before.
    pub(super) fn choose(challenges: &[Challenge], cnonce: &str) -> Option<Self> {
        challenges.iter().filter_map(|challenge| Self::of(challenge, cnonce)).max_by_key(|digest| digest.hash)
    }

    fn of(challenge: &Challenge, cnonce: &str) -> Option<Self> {
        if !challenge.scheme.eq_ignore_ascii_case("digest") {
            return None;
        }
        let (algorithm, hash, session) = match challenge.get("algorithm") {
            None => (None, Hash::Md5, false),
            Some(name) => {
                let known = ALGORITHMS.iter().find(|(known, ..)| known.eq_ignore_ascii_case(name));
                known.map(|(name, hash, session)| (Some(*name), *hash, *session))?
            }
        };
        let qop = challenge.get("qop");
        let is_auth = |qop: &str| qop.split(',').any(|one| one.trim().eq_ignore_ascii_case("auth"));
        if qop.is_some_and(|qop| !is_auth(qop)) {
            return None;
        }
        Some(Self {
            realm: challenge.get("realm")?.to_owned(),
            nonce: challenge.get("nonce")?.to_owned(),
            opaque: challenge.get("opaque").map(str::to_owned),
            hash,
            algorithm,
            session,
            counted: qop.is_some(),
            hides_name: challenge.get("userhash").is_some_and(|word| word.eq_ignore_ascii_case("true")),
            cnonce: cnonce.to_owned(),
            count: 0,
        })
    }

    /// Whether this one is for the same challenge.
    pub(super) fn answers_to(&self, other: &Self) -> bool {
        (&self.realm, &self.nonce, self.hash) == (&other.realm, &other.nonce, other.hash)
    }

    /// The value of an `Authorization` for the next request.
    pub(super) fn answer(&mut self, login: &Credentials, method: &str, target: &str) -> SecretString {
        self.count += 1;
        let count = format!("{:08x}", self.count);
        let Self { realm, nonce, cnonce, hash, .. } = &*self;
        let mut secret = hash.of(&format!("{}:{realm}:{}", login.user, login.password.expose_secret()));
        if self.session {
            secret = hash.of(&format!("{secret}:{nonce}:{cnonce}"));
        }
        let what = hash.of(&format!("{method}:{target}"));
        let response = if self.counted {
            hash.of(&format!("{secret}:{nonce}:{count}:{cnonce}:auth:{what}"))
        } else {
            hash.of(&format!("{secret}:{nonce}:{what}"))
        };
        let mut value =
            format!("Digest {}, realm={}, nonce={}", self.name(login), quoted(realm), quoted(nonce));
        _ = write!(value, ", uri={}, response=\"{response}\"", quoted(target));
        if let Some(algorithm) = self.algorithm {
            _ = write!(value, ", algorithm={algorithm}");
        }
        if self.counted {
            _ = write!(value, ", qop=auth, nc={count}, cnonce={}", quoted(cnonce));
        } else if self.session {
            _ = write!(value, ", cnonce={}", quoted(cnonce));
        }
        if let Some(opaque) = &self.opaque {
            _ = write!(value, ", opaque={}", quoted(opaque));
        }
        if self.hides_name {
            value.push_str(", userhash=true");
        }
        SecretString::from(value)
    }

    fn name(&self, login: &Credentials) -> String {
        let user = &login.user;
        if self.hides_name {
            format!("username=\"{}\"", self.hash.of(&format!("{user}:{}", self.realm)))
        } else if user.is_ascii() {
            format!("username={}", quoted(user))
        } else {
            format!("username*=UTF-8''{}", utf8_percent_encode(user, NON_ALPHANUMERIC))
        }
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;
    use crate::net::challenge;

    fn login(user: &str, password: &str) -> Credentials {
        Credentials { user: user.to_owned(), password: SecretString::from(password) }
    }

    fn answer(challenge: &str, cnonce: &str, login: &Credentials, target: &str) -> String {
        let mut digest = Digest::choose(&challenge::parse(challenge), cnonce).unwrap();
        digest.answer(login, "GET", target).expose_secret().to_owned()
    }

    #[test]
    fn the_examples_of_the_standard_come_out_as_there() {
        // RFC 7616 §3.9.1
        let common = r#"Digest realm="http-auth@example.org", qop="auth, auth-int",
            nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS""#;
        let cnonce = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";
        let mufasa = login("Mufasa", "Circle of Life");
        for (algorithm, response) in [
            ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
            ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
        ] {
            let answer =
                answer(&format!("{common}, algorithm={algorithm}"), cnonce, &mufasa, "/dir/index.html");
            assert!(answer.contains(&format!("response=\"{response}\"")), "{answer}");
            for part in ["username=\"Mufasa\"", "nc=00000001", "qop=auth,", &format!("algorithm={algorithm}")]
            {
                assert!(answer.contains(part), "{answer}");
            }
        }
        // RFC 2069 §2.4, with the correction of its erratum 749; no counting.
        let old = r#"Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093""#;
        let answer = answer(old, "x", &login("Mufasa", "CircleOfLife"), "/dir/index.html");
        assert!(answer.contains("response=\"1949323746fe6a43ef61f9606e7febea\""), "{answer}");
        assert!(!answer.contains("nc=") && !answer.contains("algorithm"));
    }

    #[test]
    fn a_hidden_name_comes_out_as_in_the_standard() {
        // RFC 7616 §3.9.2, which uses a hash that few servers know; the name's hash is that of ours.
        let challenge =
            r#"Digest realm="api@example.org", qop="auth", algorithm=SHA-256, nonce="n", userhash=true"#;
        let shown = answer(challenge, "c", &login("Jäsøn Doe", "x"), "/");
        assert!(shown.contains("userhash=true") && !shown.contains("Doe"), "{shown}");
        let open = answer(&challenge.replace("true", "false"), "c", &login("Jäsøn Doe", "x"), "/");
        assert!(open.contains("username*=UTF-8''J%C3%A4s%C3%B8n%20Doe,"), "{open}");
    }

    #[test]
    fn every_request_is_counted_and_our_number_stays() {
        let challenges = challenge::parse(r#"Digest realm="r", nonce="n", qop=auth, algorithm=MD5-sess"#);
        let mut digest = Digest::choose(&challenges, "ours").unwrap();
        let me = login("me", "S3CR3T");
        let answers: Vec<_> = (0..17).map(|_| digest.answer(&me, "GET", "/a")).collect();
        let [first, last] = [&answers[0], &answers[16]].map(ExposeSecret::expose_secret);
        assert!(
            first.contains("nc=00000001, cnonce=\"ours\"") && last.contains("nc=00000011, cnonce=\"ours\"")
        );
        assert!(first.contains("algorithm=MD5-sess"));
        assert!(!first.contains("S3CR3T"));
    }

    #[test]
    fn the_strongest_challenge_that_can_be_met_is_met() {
        let chosen = |text: &str| Digest::choose(&challenge::parse(text), "c").map(|digest| digest.hash);
        let both = r#"Basic realm="b", Digest realm="a", nonce="1", algorithm=MD5, Digest realm="a", nonce="2", algorithm=SHA-256"#;
        assert_eq!(chosen(both), Some(Hash::Sha256));
        assert_eq!(chosen(r#"Digest realm="a", nonce="1", algorithm=SHA-512-256"#), None);
        assert_eq!(chosen(r#"Digest realm="a", nonce="1", qop="auth-int""#), None);
        assert_eq!(chosen(r#"Digest realm="a""#), None);
        assert_eq!(chosen(r#"Basic realm="a""#), None);
    }

    #[test]
    fn what_is_quoted_cannot_break_out() {
        let mut digest = Digest::choose(&challenge::parse(r#"Digest realm="a\"b", nonce="n""#), "c").unwrap();
        let value = digest.answer(&login("me\", x=\"", "p"), "GET", "/").expose_secret().to_owned();
        assert!(value.contains(r#"username="me\", x=\"""#) && value.contains(r#"realm="a\"b""#), "{value}");
    }
}
