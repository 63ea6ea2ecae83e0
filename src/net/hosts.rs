//! How many connections there may be to one host, over all transfers.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use url::Origin;

use crate::transfer::{Address, Protocol};

/// Connections to one host at most, but for the first of each transfer.
const MOST: usize = 32;
/// How long a refusal, or a number that was worth having, is remembered.
const REMEMBERED: Duration = Duration::from_secs(600);

/// How soon after a refusal without a word the host must be lost for the refusal to have been a part of that.
const SOON: Duration = Duration::from_secs(5);

/// What is known about the hosts of a session.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hosts(Arc<Mutex<HashMap<Origin, Host>>>);

#[derive(Debug, Default)]
struct Host {
    /// Transfers that get something from it now.
    transfers: usize,
    /// How many connections it took when it refused another one, and when that was.
    refused: Option<(usize, Instant)>,
    /// It did so without a word: the connection did not come about, or broke.
    silently: bool,
    /// How many were worth having, and when that was found out.
    worth: Option<(usize, Instant)>,
    /// How it takes files best, in which of its folders, and when that was found out.
    protocols: HashMap<String, (Protocol, Instant)>,
    /// Taken by whoever finds that out, so that nobody else does meanwhile.
    asking: HashMap<String, Arc<tokio::sync::Mutex<()>>>,
    /// It does not say that it wants a body, or refuses to be asked for that.
    says_nothing: bool,
    /// It says where an upload stands while bytes come, and that is heard here in time.
    tells: bool,
    /// It does not want to be asked before this moment.
    closed_until: Option<Timestamp>,
}

/// A transfer's share of a host, for as long as this lives.
#[derive(Debug)]
pub(crate) struct Share {
    hosts: Hosts,
    origin: Origin,
}

impl Hosts {
    /// Counts a transfer that gets something from this host.
    pub(crate) fn share(&self, origin: Origin) -> Share {
        self.lock().entry(origin.clone()).or_default().transfers += 1;
        Share { hosts: self.clone(), origin }
    }

    /// Takes note that this host does not want to be asked before `until`.
    pub(crate) fn close(&self, origin: Origin, until: Timestamp) {
        self.lock().entry(origin).or_default().closed_until = Some(until);
    }

    /// Until when it does not want to be asked, if that is not over.
    pub(crate) fn closed(&self, origin: &Origin) -> Option<Timestamp> {
        let until = self.lock().get(origin)?.closed_until?;
        (until > Timestamp::now()).then_some(until)
    }

    /// Takes note of how files are best sent to the folder of this address.
    pub(crate) fn remember_protocol(&self, url: &Address, protocol: Protocol) {
        let mut hosts = self.lock();
        let known = &mut hosts.entry(url.origin()).or_default().protocols;
        known.retain(|_, (_, at)| at.elapsed() < REMEMBERED);
        known.insert(folder(url), (protocol, Instant::now()));
    }

    /// How files are best sent there, if that is known.
    pub(crate) fn protocol(&self, url: &Address) -> Option<Protocol> {
        let hosts = self.lock();
        let (protocol, at) = hosts.get(&url.origin())?.protocols.get(&folder(url))?;
        (at.elapsed() < REMEMBERED).then_some(*protocol)
    }

    /// To be locked by whoever finds that out.
    pub(crate) fn asking(&self, url: &Address) -> Arc<tokio::sync::Mutex<()>> {
        self.lock().entry(url.origin()).or_default().asking.entry(folder(url)).or_default().clone()
    }

    /// Takes note that this host does not say whether it wants a body.
    pub(crate) fn says_nothing(&self, origin: Origin) {
        self.lock().entry(origin).or_default().says_nothing = true;
    }

    /// Whether it may say so.
    pub(crate) fn may_say(&self, origin: &Origin) -> bool {
        !self.lock().get(origin).is_some_and(|host| host.says_nothing)
    }

    /// Takes note that this host says where an upload stands while it takes it, and that this is heard here.
    pub(crate) fn tells(&self, origin: Origin) {
        self.lock().entry(origin).or_default().tells = true;
    }

    /// Whether it was heard to do so.
    pub(crate) fn has_told(&self, origin: &Origin) -> bool {
        self.lock().get(origin).is_some_and(|host| host.tells)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Origin, Host>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Share {
    /// How many connections the transfer may have now: at least one, and as many as any other.
    pub(crate) fn allowed(&self) -> usize {
        let hosts = self.hosts.lock();
        let Some(host) = hosts.get(&self.origin) else { return 1 };
        let most = recent(host.refused).map_or(MOST, |taken| taken.min(MOST));
        (most / host.transfers.max(1)).max(1)
    }

    /// How many connections were worth having lately.
    pub(crate) fn worth(&self) -> Option<usize> {
        self.hosts.lock().get(&self.origin).and_then(|host| recent(host.worth))
    }

    /// Takes note that so many connections are worth having.
    pub(crate) fn found(&self, count: usize) {
        if let Some(host) = self.hosts.lock().get_mut(&self.origin) {
            host.worth = Some((count, Instant::now()));
        }
    }

    /// The host refused a connection beside `open` ones of this transfer, perhaps without a word.
    pub(crate) fn refused(&self, open: usize, silently: bool) {
        if let Some(host) = self.hosts.lock().get_mut(&self.origin) {
            // Others have theirs, as far as is known here each of them as many.
            host.refused = Some((open.max(1) * host.transfers.max(1), Instant::now()));
            host.silently = silently;
        }
    }

    /// The last connection of this transfer is lost too: what was refused without a word just before was not one
    /// too many, but the first of all.
    pub(crate) fn lost(&self) {
        if let Some(host) = self.hosts.lock().get_mut(&self.origin)
            && host.silently
        {
            host.refused.take_if(|(_, at)| at.elapsed() < SOON);
        }
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let mut hosts = self.hosts.lock();
        if let Some(host) = hosts.get_mut(&self.origin) {
            host.transfers -= 1;
        }
        hosts.retain(|_, host| {
            let closed = host.closed_until.is_some_and(|until| until > Timestamp::now());
            let sends = host.says_nothing || host.tells || !host.protocols.is_empty();
            closed
                || sends
                || host.transfers > 0
                || recent(host.refused).is_some()
                || recent(host.worth).is_some()
        });
    }
}

/// The path of an address up to its last part.
fn folder(url: &Address) -> String {
    let path = url.url().path();
    path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned()
}

fn recent(noted: Option<(usize, Instant)>) -> Option<usize> {
    noted.filter(|(_, at)| at.elapsed() < REMEMBERED).map(|(count, _)| count)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin(text: &str) -> Origin {
        url::Url::parse(text).unwrap().origin()
    }

    #[test]
    fn transfers_from_one_host_share_its_connections_and_each_has_one() {
        let hosts = Hosts::default();
        let one = hosts.share(origin("http://a.example/"));
        assert_eq!(one.allowed(), MOST);
        let elsewhere = hosts.share(origin("http://b.example/"));
        assert_eq!(elsewhere.allowed(), MOST);
        let others: Vec<_> = (0..MOST * 2).map(|_| hosts.share(origin("http://a.example/"))).collect();
        assert_eq!(one.allowed(), 1);
        drop(others);
        assert_eq!(one.allowed(), MOST);
    }

    #[test]
    fn a_host_that_wants_quiet_has_it_until_the_time_is_over() {
        let hosts = Hosts::default();
        let host = origin("http://a.example/");
        assert_eq!(hosts.closed(&host), None);
        let until = Timestamp::now() + Duration::from_secs(60);
        hosts.close(host.clone(), until);
        assert_eq!(hosts.closed(&host), Some(until));
        assert_eq!(hosts.closed(&origin("http://b.example/")), None);
        hosts.close(host.clone(), Timestamp::now());
        assert_eq!(hosts.closed(&host), None);
    }

    #[test]
    fn what_a_host_refused_and_what_was_worth_having_is_remembered() {
        let hosts = Hosts::default();
        let first = hosts.share(origin("http://a.example/"));
        first.refused(3, false);
        first.found(2);
        drop(first);
        let second = hosts.share(origin("http://a.example/"));
        assert_eq!((second.allowed(), second.worth()), (3, Some(2)));
    }

    #[test]
    fn a_host_that_was_lost_at_once_has_refused_no_connection_unless_it_said_so() {
        let hosts = Hosts::default();
        let share = hosts.share(origin("http://a.example/"));
        share.refused(1, true);
        assert_eq!(share.allowed(), 1);
        share.lost();
        assert_eq!(share.allowed(), MOST);
        share.refused(1, false);
        share.lost();
        assert_eq!(share.allowed(), 1);
    }

    #[test]
    fn how_a_host_takes_files_is_remembered_when_a_download_ends() {
        let hosts = Hosts::default();
        let (url, _) = Address::parse("http://a.example/in/file").unwrap();
        hosts.remember_protocol(&url, Protocol::Raw);
        hosts.says_nothing(origin("http://a.example/"));
        drop(hosts.share(origin("http://b.example/")));
        assert_eq!(hosts.protocol(&url), Some(Protocol::Raw));
        assert!(!hosts.may_say(&origin("http://a.example/")));
    }
}
