//! How a session begins: the profile is claimed, and then its list is read.

use std::path::Path;
use std::sync::{Arc, Mutex};

use tokio::sync::{Notify, broadcast, mpsc};

use super::options::Options;
use super::{BACKLOG, Inner, Notice, READINGS, Session, actor, journal};
use crate::net::Net;
use crate::store::{self, OpenError, Profile, Settings, StateFile};

/// A profile that is this process's, to open its session with.
#[derive(Debug)]
pub struct Claim(store::Lock);

impl Session {
    /// Opens the session of a profile. What was running when it was last closed goes on.
    ///
    /// # Errors
    /// See [`OpenError`]; a profile has one session at a time.
    pub fn open(options: &Options) -> Result<Self, OpenError> {
        Self::open_claimed(Self::claim(&options.profile)?, options)
    }

    /// Takes a profile before its session is opened, which takes long where the list is.
    ///
    /// # Errors
    /// [`OpenError::Locked`] if another process has it, and whatever keeps its folder from being used.
    pub fn claim(profile: &Profile) -> Result<Claim, OpenError> {
        store::lock(&profile.state).map(Claim)
    }

    /// Opens the session of the profile that was claimed, which is that of the options.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn open_claimed(Claim(lock): Claim, options: &Options) -> Result<Self, OpenError> {
        let profile = &options.profile;
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| OpenError::Io { path, source }
        };
        let (file, loaded) = StateFile::open(&profile.state)?;
        let mut notices: Vec<_> = loaded.damaged.into_iter().map(Notice::StateDamaged).collect();
        let settings = Settings::load(&profile.settings).unwrap_or_else(|_| {
            notices.push(Notice::SettingsUnreadable(profile.settings.clone()));
            Settings::default()
        });
        let tls = crate::net::trust(&options.authorities)
            .map_err(|none| OpenError::Io { path: none.about, source: none.source })?;
        let net = Arc::new(Net::new(&tls, options.proxies.clone()));
        let known_net = Arc::downgrade(&net);
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("windlass")
            .enable_all()
            .build()
            .map_err(failed(&profile.state))?;
        let handle = runtime.handle().clone();
        let (commands, received) = mpsc::channel(256);
        let (events, _) = broadcast::channel(BACKLOG);
        let (progress, _) = broadcast::channel(READINGS);
        let listened = Arc::new(Notify::new());
        let journal = journal::Journal::start(file).map_err(failed(&profile.state))?;
        let place = actor::Place {
            journal,
            settings_path: profile.settings.clone(),
            state: profile.state.clone(),
            common: profile.common.clone(),
            conditions: options.conditions,
            net,
            secrets: options.secrets.clone(),
            events: events.clone(),
            progress: progress.clone(),
            listened: listened.clone(),
        };
        let begin = move || actor::Actor::new(place, settings, loaded.transfers, loaded.groups);
        handle.spawn(async move { begin().run(received).await });
        let inner = Inner {
            commands,
            events,
            progress,
            listened,
            notices,
            runtime: Mutex::new(Some(runtime)),
            handle,
            options: options.clone(),
            net: known_net,
            lock,
        };
        Ok(Self { inner: Arc::new(inner) })
    }
}
