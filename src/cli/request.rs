//! From command-line options to requests.

use std::io::Read as _;
use std::num::NonZeroU8;
use std::path::{Path, PathBuf};

use super::args::{Clash, Get, How, Put, SendBy, Sending, Shared};
use super::trees::Named;
use super::{Wrong, block_on};
use crate::{
    Address, Completion, Credentials, DownloadRequest, Failure, Headers, IfExists, Metalink, Method, Notify,
    Options, Profile, Protocol, ProxyChoice, Terms, UploadRequest,
};

/// One request for each address.
pub(super) fn downloads(get: &Get, here: &Path) -> Result<Vec<DownloadRequest>, Wrong> {
    if get.output.is_some() && get.urls.len() > 1 {
        return Err(Wrong::usage("--output takes one address. Use --dir for several."));
    }
    if get.urls.len() > 1 && !(get.checksums.is_empty() && get.mirrors.is_empty()) {
        return Err(Wrong::usage("--checksum and --mirror are about one file. Give one address with them."));
    }
    let shared = Common::of(&get.shared)?;
    let mut requests = Vec::with_capacity(get.urls.len());
    for url in &get.urls {
        let request = DownloadRequest::new(url)?;
        let mut request = match &get.output {
            Some(file) => request.into_file(here.join(file)),
            None => request.into_folder(folder(get, here)),
        };
        request.expected.checksums.clone_from(&get.checksums);
        for mirror in &get.mirrors {
            request = request.with_mirror(Address::parse(mirror)?.0);
        }
        requests.push(chosen(request, get, &shared, here)?);
    }
    Ok(requests)
}

/// One request for each file that a Metalink describes. Headers and logins go to the origin that it was
/// got from, and to nobody else it names.
pub(super) fn described(
    source: &str,
    get: &Get,
    here: &Path,
    profile: Profile,
) -> Result<Vec<DownloadRequest>, Wrong> {
    let shared = Common::of(&get.shared)?;
    let (metalink, home) = if source.contains("://") {
        let asked = chosen(DownloadRequest::new(source)?, get, &shared, here)?;
        let authorities = get.shared.ca_file.iter().cloned().collect();
        let options = Options { authorities, ..Options::new(profile) };
        (block_on(async { Ok(crate::metalink(&asked, &options).await?) })?, Some(asked))
    } else {
        if get.shared.sends_something() {
            return Err(Wrong::usage(
                "A Metalink in a file says itself where its files are. Headers and logins are sent only to where one comes from.",
            ));
        }
        (read_metalink(&here.join(source), source)?, None)
    };
    if get.output.is_some() && metalink.files.len() > 1 {
        return Err(Wrong::usage("--output takes one file, and the Metalink describes more. Use --dir."));
    }
    let requests = metalink.files.into_iter().filter_map(|file| file.request(&folder(get, here)));
    let requests = requests.map(|request| {
        let mut request = match &get.output {
            Some(file) => request.into_file(here.join(file)),
            None => request,
        };
        match &home {
            Some(home) if home.url.origin() == request.url.origin() => request.headers = home.headers.clone(),
            _ => shared.add_proxy_login(&mut request.headers),
        }
        prefer(&mut request, get, &shared, here);
        request
    });
    Ok(requests.collect())
}

/// Reads a file that is `called` so.
fn read_metalink(path: &Path, called: &str) -> Result<Metalink, Wrong> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .and_then(|file| file.take(Metalink::LONGEST as u64 + 1).read_to_end(&mut bytes))
        .map_err(|error| Failure::from_io(&error, Path::new(called)))?;
    Metalink::parse(&bytes).map_err(|error| Wrong::new(format!("{called}: {error}")))
}

pub(super) fn folder(get: &Get, here: &Path) -> PathBuf {
    get.dir.as_ref().map_or_else(|| here.to_owned(), |dir| here.join(dir))
}

/// A request with what is to be said to its server, and what holds for every file that is got.
fn chosen(
    mut request: DownloadRequest,
    get: &Get,
    shared: &Common<'_>,
    here: &Path,
) -> Result<DownloadRequest, Wrong> {
    shared.apply(&mut request.headers)?;
    if let Some(login) = &shared.login {
        request.log_in(login);
    }
    if let Some(key) = &get.host_key {
        request.headers.set_host_key(key)?;
    }
    prefer(&mut request, get, shared, here);
    Ok(request)
}

/// What holds for every file that is got, wherever it is.
pub(super) fn prefer(request: &mut DownloadRequest, get: &Get, shared: &Common<'_>, here: &Path) {
    request.if_exists = get.if_exists.into();
    request.terms = shared.terms(std::mem::take(&mut request.terms), get.limit, get.connections, here);
    request.sequential = get.sequential;
    request.find_checksum = get.find_checksum;
}

/// One request for each file.
pub(super) fn uploads(put: &Put, named: &Named, here: &Path) -> Result<Vec<UploadRequest>, Wrong> {
    let shared = Common::of(&put.shared)?;
    let mut requests = Vec::with_capacity(named.files.len());
    let protocol = protocol(&put.how, put.together)?;
    if put.how.if_exists.is_some() && !protocol.sees_names() {
        return Err(Wrong::usage(
            "Whether a name is taken can only be seen over WebDAV, SFTP and FTP. Leave out --if-exists.",
        ));
    }
    if put.together && named.has_folder() {
        return Err(Wrong::usage("A folder is sent file by file. Leave out --together."));
    }
    let (each, others) = if put.together { named.files.split_at(1) } else { (&named.files[..], &[][..]) };
    for (file, folders) in each {
        let mut request = UploadRequest::new(file, &put.to)?;
        request.folders.clone_from(folders);
        request = match (put.how.method, protocol) {
            (Some(method), Protocol::Auto | Protocol::Raw) => request.by(method.into()),
            (Some(method), Protocol::Resumable) => request.by(method.into()).through(protocol),
            (method, protocol) => {
                request.method = method.map(Method::from).unwrap_or_default();
                request.through(protocol)
            }
        };
        fill_in(&mut request, &put.how);
        request.form.others = others.iter().map(|(file, _)| file.clone()).collect();
        request.if_exists = put.how.if_exists.map_or(IfExists::Fail, IfExists::from);
        request.terms = shared.terms(Terms::default(), put.how.limit, put.connections, here);
        request.link.clone_from(&put.how.link);
        if let Some(key) = &put.how.host_key {
            request.headers.set_host_key(key)?;
        }
        shared.apply(&mut request.headers)?;
        if let Some(login) = &shared.login {
            request.log_in(login);
        }
        request.check()?;
        requests.push(request);
    }
    match UploadRequest::clash(&requests) {
        Some(url) => Err(Wrong::usage(format!(
            "More than one file would be stored at {url}. Name a folder, ending with /, and files of different names."
        ))),
        None => Ok(requests),
    }
}

/// What stands in the form beside the files.
fn fill_in(request: &mut UploadRequest, how: &Sending) {
    request.form.file_field.clone_from(&how.file_field);
    for (name, value) in &how.fields {
        request.add_field(name, value);
    }
}

/// Fields make a form, and only a form has them.
pub(super) fn protocol(how: &Sending, together: bool) -> Result<Protocol, Wrong> {
    let is_form = !how.fields.is_empty() || how.file_field.is_some() || together;
    match (how.protocol, is_form) {
        (How::Auto | How::Form, true) | (How::Form, false) => Ok(Protocol::Form),
        (_, true) => {
            Err(Wrong::usage("Only a form has fields. Leave out --protocol, or use --protocol form."))
        }
        (How::Auto, false) => Ok(Protocol::Auto),
        (How::Raw, false) => Ok(Protocol::Raw),
        (How::Tus, false) => Ok(Protocol::Tus),
        (How::Resumable, false) => Ok(Protocol::Resumable),
        (How::S3, false) => Ok(Protocol::S3),
        (How::Google, false) => Ok(Protocol::Google),
        (How::Sftp, false) => Ok(Protocol::Sftp),
        (How::Ftp, false) => Ok(Protocol::Ftp),
        (How::Webdav, false) => Ok(Protocol::Webdav),
    }
}

impl From<Clash> for IfExists {
    fn from(clash: Clash) -> Self {
        match clash {
            Clash::Rename => Self::Rename,
            Clash::Overwrite => Self::Overwrite,
            Clash::Skip => Self::Skip,
            Clash::Fail => Self::Fail,
        }
    }
}

impl From<SendBy> for Method {
    fn from(method: SendBy) -> Self {
        match method {
            SendBy::Post => Self::Post,
            SendBy::Put => Self::Put,
            SendBy::Patch => Self::Patch,
        }
    }
}

impl Shared {
    /// Whether they say something that is meant for a server.
    pub(super) fn sends_something(&self) -> bool {
        let named = [&self.user, &self.cookie, &self.referer, &self.user_agent];
        !self.headers.is_empty() || named.into_iter().any(Option::is_some)
    }
}

/// What the shared options say, read once for all requests.
pub(super) struct Common<'a> {
    options: &'a Shared,
    pub login: Option<Credentials>,
    proxy: ProxyChoice,
    proxy_login: Option<Credentials>,
}

impl<'a> Common<'a> {
    pub fn of(options: &'a Shared) -> Result<Self, Wrong> {
        let (login, proxy_login) = options.logins()?;
        let (proxy, in_address) = ProxyChoice::parse(options.proxy.as_deref().unwrap_or_default())?;
        Ok(Self { options, login, proxy, proxy_login: proxy_login.or(in_address) })
    }

    /// These terms with what is said anew. A policy, a group and what is to be run hold only when they are said.
    pub fn terms(
        &self,
        before: Terms,
        limit: Option<u64>,
        connections: Option<NonZeroU8>,
        here: &Path,
    ) -> Terms {
        let said = self.options;
        Terms {
            notify: said.notify.as_deref().map_or(before.notify, notify),
            priority: said.priority.unwrap_or(before.priority),
            start_at: said.start_at,
            cost_policy: said.cost_policy.unwrap_or_default(),
            group: said.group.clone(),
            completion: completion(said),
            retries: said.retries.or(before.retries),
            pause_on: if said.pause_on.is_empty() { before.pause_on } else { said.pause_on.clone() },
            timeout: said.timeout.or(before.timeout),
            limit: limit.or(before.limit),
            connections: connections.or(before.connections),
            proxy: if said.proxy.is_some() { self.proxy.clone() } else { before.proxy },
            cookie_file: said.cookie_file.as_ref().map(|file| here.join(file)),
        }
    }

    /// The headers alone.
    pub fn headers(&self) -> Result<Headers, Wrong> {
        let mut headers = Headers::default();
        self.apply(&mut headers)?;
        Ok(headers)
    }

    fn apply(&self, headers: &mut Headers) -> Result<(), Wrong> {
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
        self.add_proxy_login(headers);
        Ok(())
    }

    pub fn add_proxy_login(&self, headers: &mut Headers) {
        if let Some(login) = &self.proxy_login {
            headers.add_proxy_login(login);
        }
    }
}

/// What is to be run at the end of each; in a group it is that of the group.
fn completion(said: &Shared) -> Completion {
    if said.group.is_some() {
        return Completion::default();
    }
    Completion { on_success: said.on_success.clone(), on_failure: said.on_failure.clone() }
}

pub(super) fn notify(text: &str) -> Notify {
    match text {
        "none" => Notify { quiet: true, ..Notify::default() },
        text => Notify { success: Some(text.to_owned()), ..Notify::default() },
    }
}
