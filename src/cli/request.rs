//! From command-line options to requests.

use std::io::{BufRead as _, Read as _};
use std::path::{Path, PathBuf};

use secrecy::SecretString;

use super::Wrong;
use super::args::{Clash, Get, Put, SendBy, Shared};
use crate::{Credentials, DownloadRequest, Headers, IfExists, Method, Notify, ProxyChoice, UploadRequest};

/// One request for each address.
pub(super) fn downloads(get: &Get, here: &Path) -> Result<Vec<DownloadRequest>, Wrong> {
    if get.output.is_some() && get.urls.len() > 1 {
        return Err(Wrong::usage("--output takes one address. Use --dir for several."));
    }
    let shared = Common::of(&get.shared)?;
    let mut requests = Vec::with_capacity(get.urls.len());
    for url in &get.urls {
        let request = DownloadRequest::new(url)?;
        let mut request = match &get.output {
            Some(file) => request.into_file(here.join(file)),
            None => {
                request.into_folder(get.dir.as_ref().map_or_else(|| here.to_owned(), |dir| here.join(dir)))
            }
        };
        request.if_exists = match get.if_exists {
            Clash::Rename => IfExists::Rename,
            Clash::Overwrite => IfExists::Overwrite,
            Clash::Fail => IfExists::Fail,
        };
        shared.apply(&mut request.headers, &mut request.notify)?;
        request.proxy = shared.proxy.clone();
        request.cookie_file = shared.cookie_file(here);
        if let Some(login) = &shared.login {
            request.log_in(login);
        }
        if let Some(key) = &get.host_key {
            request.headers.set_host_key(key)?;
        }
        request.retries = get.shared.retries;
        request.limit = get.limit;
        request.sequential = get.sequential;
        request.connections = get.connections;
        requests.push(request);
    }
    Ok(requests)
}

/// One request for each file.
pub(super) fn uploads(put: &Put, here: &Path) -> Result<Vec<UploadRequest>, Wrong> {
    let shared = Common::of(&put.shared)?;
    let mut requests = Vec::with_capacity(put.files.len());
    for file in &put.files {
        let mut request = UploadRequest::new(here.join(file), &put.to)?.by(match put.method {
            SendBy::Post => Method::Post,
            SendBy::Put => Method::Put,
        });
        shared.apply(&mut request.headers, &mut request.notify)?;
        request.proxy = shared.proxy.clone();
        request.cookie_file = shared.cookie_file(here);
        if let Some(login) = &shared.login {
            request.headers.add_login(login);
        }
        request.retries = put.shared.retries;
        requests.push(request);
    }
    match UploadRequest::clash(&requests) {
        Some(url) => Err(Wrong::usage(format!(
            "More than one file would be stored at {url}. Name a folder, ending with /, and files of different names."
        ))),
        None => Ok(requests),
    }
}

/// What the shared options say, read once for all requests.
struct Common<'a> {
    options: &'a Shared,
    login: Option<Credentials>,
    proxy: ProxyChoice,
    proxy_login: Option<Credentials>,
}

impl<'a> Common<'a> {
    fn of(options: &'a Shared) -> Result<Self, Wrong> {
        let login = options.user.as_deref().map(read_login).transpose()?;
        let (proxy, in_address) = ProxyChoice::parse(options.proxy.as_deref().unwrap_or_default())?;
        let proxy_login = options.proxy_user.as_deref().map(read_login).transpose()?.or(in_address);
        Ok(Self { options, login, proxy, proxy_login })
    }

    fn cookie_file(&self, here: &Path) -> Option<PathBuf> {
        self.options.cookie_file.as_ref().map(|file| here.join(file))
    }

    fn apply(&self, headers: &mut Headers, notify: &mut Notify) -> Result<(), Wrong> {
        for line in &self.options.headers {
            headers.add_line(line)?;
        }
        let named = [
            ("Cookie", &self.options.cookie),
            ("Referer", &self.options.referer),
            ("User-Agent", &self.options.user_agent),
        ];
        for (name, value) in named {
            if let Some(value) = value {
                headers.add(name, value)?;
            }
        }
        if let Some(login) = &self.proxy_login {
            headers.add_proxy_login(login);
        }
        match self.options.notify.as_deref() {
            Some("none") => notify.quiet = true,
            text => notify.success = text.map(str::to_owned),
        }
        Ok(())
    }
}

fn read_login(text: &str) -> Result<Credentials, Wrong> {
    let (user, password) = if let Some((user, password)) = text.split_once(':') {
        (user, password.to_owned())
    } else {
        let mut password = String::new();
        std::io::stdin()
            .lock()
            .take(4096)
            .read_line(&mut password)
            .map_err(|_| Wrong::new("The password could not be read from standard input."))?;
        (text, password.trim_end_matches(['\r', '\n']).to_owned())
    };
    Ok(Credentials { user: user.to_owned(), password: SecretString::from(password) })
}
