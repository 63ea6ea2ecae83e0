//! A view of work that goes on, among all else that goes on on a desktop of KDE (`org.kde.JobViewServer`): with how
//! far it is, and ways to pause and end it.

use std::collections::HashMap;

use futures_util::StreamExt as _;
use zbus::message::Type;
use zbus::names::MemberName;
use zbus::zvariant::{OwnedObjectPath, Value};
use zbus::{MatchRule, MessageStream};

use super::bus::Service;
use super::{APP_ID, bus};

const SERVER: &str = "org.kde.JobViewServer";
const VIEW: &str = "org.kde.JobViewV3";
/// It can be ended, and it can be paused.
const CAN: i32 = 1 | 2;

/// How far the work is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// What it is about now.
    pub about: String,
    /// Bytes moved.
    pub done: u64,
    /// Bytes in all, where that is known.
    pub total: Option<u64>,
    /// Bytes a second.
    pub rate: u64,
    /// Files that are done.
    pub files_done: u64,
    /// Files in all.
    pub files: u64,
    /// Whether it rests because somebody wanted that here.
    pub suspended: bool,
}

/// What somebody wants who looks at the view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobWish {
    /// That it rests.
    Suspend,
    /// That it goes on.
    Resume,
    /// That it ends.
    Cancel,
}

/// See the module.
#[derive(Debug)]
pub struct JobView {
    server: Service,
    path: OwnedObjectPath,
    signals: MessageStream,
}

impl JobView {
    /// A new one of this title; nothing where nobody shows any.
    pub async fn begin(title: &str) -> Option<Self> {
        let server = Service { bus: bus::session().await?, name: SERVER };
        // What came of it is told by a notification.
        let hints = HashMap::from([("title", Value::from(title)), ("transient", Value::from(true))]);
        let object = ("/JobViewServer", "org.kde.JobViewServerV2", "requestView");
        let path: OwnedObjectPath = server.call(object, &(APP_ID, CAN, hints)).await?;
        let rule = MatchRule::builder().msg_type(Type::Signal).sender(SERVER).ok()?.interface(VIEW).ok()?;
        let rule = rule.path(path.clone().into_inner()).ok()?.build();
        let signals = MessageStream::for_match_rule(rule, &server.bus, None).await.ok()?;
        Some(Self { server, path, signals })
    }

    /// Shows this from now on.
    pub async fn update(&self, work: &Work) {
        self.tell("update", &properties(work)).await;
    }

    /// Takes the view away.
    pub async fn end(self) {
        let nothing: HashMap<&str, Value<'_>> = HashMap::new();
        self.tell("terminate", &(0_u32, "", nothing)).await;
    }

    async fn tell<B: serde::Serialize + zbus::zvariant::DynamicType>(&self, method: &str, body: &B) {
        // A server that has gone shows nothing, and needs to know nothing.
        _ = self.server.call::<_, ()>((self.path.as_str(), VIEW, method), body).await;
    }

    /// What is wanted next; never anything, once the server has gone.
    pub async fn wish(&mut self) -> JobWish {
        while let Some(Ok(signal)) = self.signals.next().await {
            let header = signal.header();
            match header.member().map(MemberName::as_str) {
                Some("suspendRequested") => return JobWish::Suspend,
                Some("resumeRequested") => return JobWish::Resume,
                Some("cancelRequested") => return JobWish::Cancel,
                _ => {}
            }
        }
        std::future::pending().await
    }
}

fn properties(work: &Work) -> HashMap<&'static str, Value<'_>> {
    let mut properties = HashMap::from([
        ("infoMessage", Value::from(work.about.as_str())),
        ("processedBytes", Value::from(work.done)),
        ("speed", Value::from(work.rate)),
        ("processedFiles", Value::from(work.files_done)),
        ("totalFiles", Value::from(work.files)),
        ("suspended", Value::from(work.suspended)),
    ]);
    if let Some(total) = work.total.filter(|total| *total > 0) {
        let percent = u128::from(work.done.min(total)) * 100 / u128::from(total);
        properties.insert("percent", Value::from(u32::try_from(percent).unwrap_or(100)));
        properties.insert("totalBytes", Value::from(total));
    }
    properties
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_told_only_of_a_whole_that_is_known() {
        let work = Work { done: 1, total: Some(3), ..Work::default() };
        assert_eq!(properties(&work)["percent"], Value::from(33_u32));
        let unknown = Work { total: None, ..work };
        assert!(!properties(&unknown).contains_key("percent"));
    }
}
