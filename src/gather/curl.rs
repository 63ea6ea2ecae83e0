//! A command of curl, as browsers copy it and pages show it.

use secrecy::SecretString;

use super::NotTaken;
use crate::transfer::{Credentials, DownloadRequest, Failure, Headers, ProxyChoice};

/// Headers that ask for something else than the whole file as it is.
const NOT_SENT: [&str; 5] =
    ["if-none-match", "if-modified-since", "if-match", "if-unmodified-since", "content-type"];
/// Options that change nothing of what is got.
const WITHOUT_VALUE: [&str; 44] = [
    "compressed",
    "location",
    "location-trusted",
    "silent",
    "show-error",
    "fail",
    "fail-with-body",
    "fail-early",
    "insecure",
    "remote-name",
    "remote-name-all",
    "remote-header-name",
    "verbose",
    "include",
    "progress-bar",
    "no-progress-meter",
    "http1.0",
    "http1.1",
    "http2",
    "http2-prior-knowledge",
    "http3",
    "ipv4",
    "ipv6",
    "remote-time",
    "no-buffer",
    "parallel",
    "create-dirs",
    "get",
    "head",
    "tlsv1",
    "tlsv1.2",
    "tlsv1.3",
    "ssl",
    "basic",
    "digest",
    "anyauth",
    "path-as-is",
    "retry-connrefused",
    "retry-all-errors",
    "tr-encoding",
    "clobber",
    "no-clobber",
    "junk-session-cookies",
    "tcp-nodelay",
];
/// The same with a value.
const WITH_VALUE: [&str; 18] = [
    "retry",
    "retry-delay",
    "retry-max-time",
    "max-time",
    "connect-timeout",
    "continue-at",
    "write-out",
    "cookie-jar",
    "dump-header",
    "output-dir",
    "max-redirs",
    "keepalive-time",
    "speed-limit",
    "speed-time",
    "limit-rate",
    "stderr",
    "parallel-max",
    "max-filesize",
];
/// Options that send something.
const SENDING: [&str; 11] = [
    "data",
    "data-raw",
    "data-binary",
    "data-ascii",
    "data-urlencode",
    "json",
    "form",
    "form-string",
    "upload-file",
    "url-query",
    "quote",
];

/// Where in a line a command of curl begins; nothing if it is none.
pub(super) fn begins(line: &str) -> Option<usize> {
    let command = line.trim_start();
    let command = command.strip_prefix("$ ").map_or(command, str::trim_start);
    let behind = command.strip_prefix("curl")?;
    let behind = behind.strip_prefix(".exe").unwrap_or(behind);
    behind.starts_with([' ', '\t', '\\']).then_some(line.len() - command.len())
}

/// What a command asks for.
#[derive(Default)]
pub(super) struct Call {
    pub urls: Vec<String>,
    names: Vec<String>,
    headers: Headers,
    login: Option<Credentials>,
    proxy: ProxyChoice,
    /// Whether brackets in an address are ranges.
    pub has_ranges: bool,
}

impl Call {
    /// Reads the words of a command.
    ///
    /// # Errors
    /// If it does something else than to get files, or says something that is not known here.
    pub(super) fn read(words: &[String]) -> Result<Self, NotTaken> {
        let mut call = Self { has_ranges: true, ..Self::default() };
        let mut words = words.iter().skip(1).map(String::as_str);
        let mut options = true;
        while let Some(word) = words.next() {
            match word.strip_prefix('-').filter(|option| options && !option.is_empty()) {
                None => call.urls.push(word.to_owned()),
                Some("-") => options = false,
                Some(option) => match option.strip_prefix('-') {
                    Some(name) => call.option(name, None, &mut words)?,
                    None => call.letters(option, &mut words)?,
                },
            }
        }
        Ok(call)
    }

    /// Options of one letter each, of which the last may have its value right behind it.
    fn letters<'a>(
        &mut self,
        letters: &'a str,
        words: &mut impl Iterator<Item = &'a str>,
    ) -> Result<(), NotTaken> {
        for (at, letter) in letters.char_indices() {
            let name = long(letter).ok_or_else(|| NotTaken::Option(format!("-{letter}")))?;
            let behind = &letters[at + letter.len_utf8()..];
            if has_value(name) {
                return self.option(name, Some(behind).filter(|value| !value.is_empty()), words);
            }
            self.option(name, None, words)?;
        }
        Ok(())
    }

    fn option<'a>(
        &mut self,
        name: &str,
        value: Option<&'a str>,
        words: &mut impl Iterator<Item = &'a str>,
    ) -> Result<(), NotTaken> {
        if SENDING.contains(&name) {
            return Err(NotTaken::Sends);
        }
        if name == "globoff" {
            self.has_ranges = false;
            return Ok(());
        }
        if WITHOUT_VALUE.contains(&name) {
            return Ok(());
        }
        let unknown = || NotTaken::Option(format!("--{}", name.chars().take(40).collect::<String>()));
        if !has_value(name) {
            return Err(unknown());
        }
        let value = value.or_else(|| words.next()).ok_or(NotTaken::Unfinished)?;
        match name {
            "url" => self.urls.push(value.to_owned()),
            "output" => self.names.push(value.to_owned()),
            "header" => self.header(value),
            "user-agent" => self.add("User-Agent", value),
            "referer" => self.add("Referer", value.strip_suffix(";auto").unwrap_or(value)),
            "cookie" if value.contains('=') => self.add("Cookie", value),
            // The cookies stand in a file, of which the text says nothing more.
            "cookie" if !value.is_empty() => return Err(unknown()),
            "user" => self.login = Some(login(value)),
            "proxy-user" => self.headers.add_proxy_login(&login(value)),
            "proxy" => {
                let (proxy, login) = ProxyChoice::parse(value).map_err(|_| unknown())?;
                self.proxy = proxy;
                if let Some(login) = login {
                    self.headers.add_proxy_login(&login);
                }
            }
            "request" if !value.eq_ignore_ascii_case("get") => return Err(NotTaken::Sends),
            _ => {}
        }
        Ok(())
    }

    /// A header that is to be sent; those that the transfer sets by itself, or that name another answer, are not.
    fn header(&mut self, line: &str) {
        if let Some((name, value)) = line.split_once(':')
            && !NOT_SENT.contains(&name.trim().to_ascii_lowercase().as_str())
            && !value.trim().is_empty()
        {
            self.add(name, value);
        }
    }

    fn add(&mut self, name: &str, value: &str) {
        // What cannot be sent has nothing to do with which file it is.
        _ = self.headers.add(name, value);
    }

    /// The addresses, each with the name of its file, if it has one.
    pub(super) fn targets(&self) -> impl Iterator<Item = (String, Option<&str>)> {
        let names = self.names.iter().map(|name| Some(name.as_str()).filter(|name| *name != "-"));
        let with_scheme = |url: &String| {
            // As curl takes it.
            if url.contains("://") { url.clone() } else { format!("http://{url}") }
        };
        self.urls.iter().map(with_scheme).zip(names.chain(std::iter::repeat(None)))
    }

    /// The request for one of its addresses.
    ///
    /// # Errors
    /// If that is none.
    pub(super) fn request(&self, url: &str) -> Result<DownloadRequest, Failure> {
        let in_address = DownloadRequest::new(url)?;
        let mut request = DownloadRequest { headers: self.headers.clone(), ..in_address.clone() };
        if let Some(login) = self.login.clone().or_else(|| in_address.headers.login()) {
            request.log_in(&login);
        }
        request.terms.proxy = self.proxy.clone();
        Ok(request)
    }
}

fn login(text: &str) -> Credentials {
    let (user, password) = text.split_once(':').unwrap_or((text, ""));
    Credentials { user: user.to_owned(), password: SecretString::from(password) }
}

fn has_value(name: &str) -> bool {
    const OURS: [&str; 10] = [
        "url",
        "output",
        "header",
        "user-agent",
        "referer",
        "cookie",
        "user",
        "proxy-user",
        "proxy",
        "request",
    ];
    OURS.contains(&name) || WITH_VALUE.contains(&name) || SENDING.contains(&name)
}

/// The name of an option of one letter.
fn long(letter: char) -> Option<&'static str> {
    Some(match letter {
        'H' => "header",
        'b' => "cookie",
        'u' => "user",
        'A' => "user-agent",
        'e' => "referer",
        'o' => "output",
        'x' => "proxy",
        'U' => "proxy-user",
        'X' => "request",
        'd' => "data",
        'F' => "form",
        'T' => "upload-file",
        'Q' => "quote",
        'g' => "globoff",
        'm' => "max-time",
        'C' => "continue-at",
        'w' => "write-out",
        'c' => "cookie-jar",
        'D' => "dump-header",
        'y' => "speed-time",
        'Y' => "speed-limit",
        'L' => "location",
        's' | 'S' => "silent",
        'f' => "fail",
        'k' => "insecure",
        'O' => "remote-name",
        'J' => "remote-header-name",
        'v' => "verbose",
        'i' => "include",
        'I' => "head",
        'G' => "get",
        '#' => "progress-bar",
        '0' => "http1.0",
        '4' => "ipv4",
        '6' => "ipv6",
        'R' => "remote-time",
        'N' => "no-buffer",
        'Z' => "parallel",
        'j' => "junk-session-cookies",
        '1' => "tlsv1",
        _ => return None,
    })
}
