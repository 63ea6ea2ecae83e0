//! `sites`: what is to be known of servers, so that nobody has to say it with every transfer.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use super::args::{Global, SetSite, SiteAct, Sites};
use super::destinations::{say_forgotten, say_kept, unwritable};
use super::output::{self, Printable};
use super::{Wrong, block_on, connect, elsewhere, login, profile, request};
use crate::ipc::{Control as _, Reply, Request, WithSecrets};
use crate::{Address, AddressBookEntry as _, Headers, ProxyChoice, Secrets, Site};

pub(super) fn run(what: Sites, global: &Global, keyring: &Arc<dyn Secrets>) -> Result<ExitCode, Wrong> {
    let known = known(global)?;
    match what.act {
        None => list(&known, what.json),
        Some(SiteAct::Set(set)) => keep(changed(&known, *set, global)?, global, keyring)?,
        Some(SiteAct::Remove { url }) => forget(&Site::new(&url), global, keyring)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Those of the profile, or of the session elsewhere that is meant.
pub(super) fn known(global: &Global) -> Result<Vec<Site>, Wrong> {
    if elsewhere::is_meant(global) {
        return match ask(Request::Sites, global)? {
            Reply::Sites(sites) => Ok(sites),
            _ => Err(Wrong::new("The session did not say its sites. Try again.")),
        };
    }
    let sites = crate::Sites::load(&profile(global)?);
    let sites = sites.map_err(|error| Wrong::new(format!("The sites cannot be read: {error}")))?;
    Ok(sites.iter().cloned().collect())
}

fn ask(request: Request, global: &Global) -> Result<Reply, Wrong> {
    block_on(async {
        let session = connect(global, false).await?.ok_or_else(Wrong::no_session)?;
        Ok(session.ask(request).await?)
    })
}

/// The site that is meant, with what is said about it now.
fn changed(known: &[Site], set: SetSite, global: &Global) -> Result<Site, Wrong> {
    elsewhere::check_paths(global, [&set.dir, &set.cookie_file].into_iter().flatten())?;
    let (url, in_address) = Address::parse(&set.url)?;
    let new = Site::new(&url);
    let mut site = known.iter().find(|site| site.name() == new.name()).cloned().unwrap_or(new);
    let mut headers = Headers::default();
    for line in &set.headers {
        headers.add_line(line)?;
    }
    if let Some(agent) = &set.user_agent {
        headers.add("User-Agent", agent)?;
    }
    let (proxy, proxy_login) = ProxyChoice::parse(set.proxy.as_deref().unwrap_or_default())?;
    if let Some(login) = &proxy_login {
        headers.add_proxy_login(login);
    }
    site.headers.take_over(headers);
    if let Some(login) = login::only(set.user.as_deref(), set.password_stdin)?.or(in_address) {
        site.log_in(&login);
    }
    if set.proxy.is_some() {
        site.terms.proxy = proxy;
    }
    say(&mut site, set);
    Ok(site)
}

/// What takes no looking at.
fn say(site: &mut Site, set: SetSite) {
    let here = std::env::current_dir().unwrap_or_default();
    let whole = |path: &Path| here.join(path);
    site.folder = set.dir.as_deref().map(whole).or(site.folder.take());
    let terms = &mut site.terms;
    terms.cookie_file = set.cookie_file.as_deref().map(whole).or(terms.cookie_file.take());
    terms.group = set.group.or(terms.group.take());
    terms.cost_policy = set.cost_policy.unwrap_or(terms.cost_policy);
    if let Some(limit) = set.limit {
        terms.limit = limit.0;
    }
    terms.connections = set.connections.or(terms.connections);
    terms.retries = set.retries.or(terms.retries);
    if !set.pause_on.is_empty() {
        terms.pause_on = set.pause_on;
    }
    terms.timeout = set.timeout.or(terms.timeout);
    terms.priority = set.priority.unwrap_or(terms.priority);
    if let Some(text) = &set.notify {
        terms.notify = request::notify(text);
    }
}

fn keep(site: Site, global: &Global, keyring: &Arc<dyn Secrets>) -> Result<(), Wrong> {
    if elsewhere::is_meant(global) {
        return ask(Request::KeepSite(WithSecrets::pack(site)), global).map(drop);
    }
    let profile = profile(global)?;
    let kept = block_on(async { Ok(crate::keep(site, &profile, Some(keyring)).await) })?;
    say_kept(kept.map_err(|error| unwritable(&error))?, "site");
    Ok(())
}

fn forget(site: &Site, global: &Global, keyring: &Arc<dyn Secrets>) -> Result<(), Wrong> {
    if elsewhere::is_meant(global) {
        return ask(Request::ForgetSite { url: site.url().clone() }, global).map(drop);
    }
    let profile = profile(global)?;
    let forgotten =
        block_on(async { Ok(crate::forget::<Site>(site.name(), &profile, Some(keyring)).await) })?;
    let unknown =
        || Wrong::usage(format!("There is no site “{}”. “windlass sites” lists them.", site.name()));
    say_forgotten(forgotten.map_err(|error| unwritable(&error))?.ok_or_else(unknown)?, "site");
    Ok(())
}

fn list(sites: &[Site], json: bool) {
    for site in sites {
        if !json {
            output::result(Printable(site.name()));
        } else if let Ok(line) = serde_json::to_string(site) {
            output::result(line);
        }
    }
}
