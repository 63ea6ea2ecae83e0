//! A service on a bus, and what it says, kept up to date.
//!
//! It is asked at first, and again whenever a signal says that its answer may be another one now, or that it
//! has come or gone. Nothing is taken from the signal itself: whoever may send one in another's name can make
//! us ask and no more, and what comes in a burst is asked for once. Nobody is asked by the clock.

use std::collections::HashMap;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::SelectAll;
use serde::Serialize;
use tokio::sync::Notify;
use tokio::time::timeout;
use zbus::message::Type;
use zbus::proxy::{self, CacheProperties, MethodFlags};
use zbus::zvariant::{DynamicDeserialize, DynamicType, OwnedValue};
use zbus::{Connection, MatchRule, MessageStream};

/// The longest wait for an answer. Who takes longer is taken to be absent until something signals again.
const ANSWER: Duration = Duration::from_secs(5);

const BUS: &str = "org.freedesktop.DBus";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";

/// A service by its name.
#[derive(Clone, Debug)]
pub(in crate::system) struct Service {
    pub bus: Connection,
    pub name: &'static str,
}

/// What an object says of itself.
#[derive(Debug, Default)]
pub(in crate::system) struct Properties(HashMap<String, OwnedValue>);

impl Properties {
    /// The property of that name, if it is there and is of that kind.
    pub(in crate::system) fn get<T: TryFrom<OwnedValue>>(&self, name: &str) -> Option<T> {
        T::try_from(self.0.get(name)?.try_clone().ok()?).ok()
    }
}

impl From<HashMap<String, OwnedValue>> for Properties {
    fn from(known: HashMap<String, OwnedValue>) -> Self {
        Self(known)
    }
}

/// A signal of an object or, if the path ends with a `*`, of all below it.
pub(in crate::system) fn signal(
    path: &'static str,
    interface: &'static str,
    member: &'static str,
) -> zbus::Result<MatchRule<'static>> {
    Ok(below(path)?.interface(interface)?.member(member)?.build())
}

/// The signal of such an object that properties of an interface have changed.
pub(in crate::system) fn changes(
    path: &'static str,
    interface: &'static str,
) -> zbus::Result<MatchRule<'static>> {
    Ok(below(path)?.interface(PROPERTIES)?.member("PropertiesChanged")?.arg(0, interface)?.build())
}

fn below(path: &'static str) -> zbus::Result<zbus::match_rule::Builder<'static>> {
    let rule = MatchRule::builder().msg_type(Type::Signal);
    match path.strip_suffix("/*") {
        Some(path) => rule.path_namespace(path),
        None => rule.path(path),
    }
}

impl Service {
    /// Tells what it says, now and with every change: nothing while it is not there. Ends with the bus.
    pub(in crate::system) async fn follow<T, Answer: Future<Output = Option<T>>>(
        self,
        signals: impl IntoIterator<Item = zbus::Result<MatchRule<'static>>>,
        ask: impl Fn(Self) -> Answer,
        tell: impl Fn(Option<T>),
    ) {
        let mut heard = SelectAll::new();
        for rule in signals.into_iter().chain([self.comes_or_goes()]) {
            match self.listen(rule).await {
                Ok(stream) => heard.push(stream),
                Err(error) => {
                    tracing::debug!(%error, service = self.name, "cannot be listened to");
                    return tell(None);
                }
            }
        }
        let may_have_changed = Notify::new();
        // Signals must be taken while an answer is on its way, or nothing more is read off the bus.
        let listening = async {
            while let Some(Ok(_)) = heard.next().await {
                may_have_changed.notify_one();
            }
        };
        let asking = async {
            loop {
                tell(ask(self.clone()).await);
                may_have_changed.notified().await;
            }
        };
        tokio::select! {
            () = listening => {}
            () = asking => {}
        }
        tell(None);
    }

    /// What one of its objects says of itself.
    pub(in crate::system) async fn properties(&self, path: &str, interface: &str) -> Option<Properties> {
        self.call::<_, HashMap<String, OwnedValue>>((path, PROPERTIES, "GetAll"), &interface)
            .await
            .map(Properties)
    }

    /// Calls a method: of a path, an interface, and of that name. A service that is not there is not started,
    /// so that one that goes is not held back by us.
    pub(in crate::system) async fn call<B, R>(
        &self,
        (path, interface, method): (&str, &str, &str),
        body: &B,
    ) -> Option<R>
    where
        B: Serialize + DynamicType,
        R: for<'d> DynamicDeserialize<'d>,
    {
        let call = async {
            let object = proxy::Builder::<zbus::Proxy<'_>>::new(&self.bus)
                .destination(self.name)?
                .path(path)?
                .interface(interface)?
                .cache_properties(CacheProperties::No)
                .build()
                .await?;
            object.call_with_flags(method, MethodFlags::NoAutoStart.into(), body).await
        };
        match timeout(ANSWER, call).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) => {
                tracing::debug!(%error, service = self.name, method, "no answer");
                None
            }
            Err(_) => {
                tracing::debug!(service = self.name, method, "no answer in time");
                None
            }
        }
    }

    /// Starts it, if the bus knows how.
    pub(in crate::system) async fn start(&self) {
        let path = "/org/freedesktop/DBus";
        let without_flags = (self.name, 0_u32);
        let start = self.bus.call_method(Some(BUS), path, Some(BUS), "StartServiceByName", &without_flags);
        if let Ok(Err(error)) = timeout(ANSWER, start).await {
            tracing::debug!(%error, service = self.name, "cannot be started");
        }
    }

    async fn listen(&self, rule: zbus::Result<MatchRule<'static>>) -> zbus::Result<MessageStream> {
        let listening = MessageStream::for_match_rule(rule?, &self.bus, None);
        timeout(ANSWER, listening).await.unwrap_or_else(|_| Err(zbus::Error::Failure("no answer".into())))
    }

    fn comes_or_goes(&self) -> zbus::Result<MatchRule<'static>> {
        let rule = MatchRule::builder().msg_type(Type::Signal).interface(BUS)?;
        Ok(rule.member("NameOwnerChanged")?.arg(0, self.name)?.build())
    }
}

#[cfg(test)]
#[path = "service/tests.rs"]
mod tests;
