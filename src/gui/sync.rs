//! The session's word, as messages. While nobody looks, progress is left at the door.

use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use futures_util::StreamExt as _;
use futures_util::stream::BoxStream;
use iced::Subscription;

use crate::Event;
use crate::ipc::{Link, Update};

/// The one stream of updates for the whole life of the window. It is never replaced, so that no
/// request to open the window can fall between two of them.
#[derive(Clone)]
pub struct Feed {
    link: Link,
    watched: Arc<AtomicBool>,
}

impl Feed {
    /// The updates that come through `link`.
    pub fn new(link: Link) -> Self {
        Self { link, watched: Arc::new(AtomicBool::new(false)) }
    }

    /// Says whether somebody looks.
    pub fn watch(&self, watched: bool) {
        self.watched.store(watched, Relaxed);
    }

    /// Whether somebody looks.
    pub fn is_watched(&self) -> bool {
        self.watched.load(Relaxed)
    }

    /// The updates as messages.
    pub fn subscription(&self) -> Subscription<Update> {
        Subscription::run_with(self.clone(), Self::stream)
    }

    fn stream(&self) -> BoxStream<'static, Update> {
        let feed = self.clone();
        self.link.updates().filter(move |update| std::future::ready(feed.wants(update))).boxed()
    }

    fn wants(&self, update: &Update) -> bool {
        self.is_watched() || !matches!(update, Update::Event(Event::Progress { .. }))
    }
}

impl Hash for Feed {
    /// There is one feed, and it stays the same.
    fn hash<H: Hasher>(&self, state: &mut H) {
        "updates of the session".hash(state);
    }
}

#[cfg(test)]
mod tests {
    use futures_util::future::BoxFuture;

    use super::*;
    use crate::TransferId;
    use crate::ipc::{Control, Fault, Reply, Request};

    struct Scripted(Vec<Update>);

    impl Control for Scripted {
        fn ask(&self, _: Request) -> BoxFuture<'static, Result<Reply, Fault>> {
            Box::pin(async { Ok(Reply::Done) })
        }

        fn updates(&self) -> BoxStream<'static, Update> {
            futures_util::stream::iter(self.0.clone()).boxed()
        }
    }

    #[test]
    fn while_nobody_looks_only_progress_stays_away() {
        let script = vec![
            Update::Event(Event::Progress { moved: Arc::new([]) }),
            Update::Event(Event::Removed { id: TransferId::new() }),
            Update::OpenWindow { links: vec![], files: vec![] },
        ];
        let feed = Feed::new(Arc::new(Scripted(script)));
        let seen = |feed: &Feed| futures_util::stream::StreamExt::count(feed.stream());
        let block =
            iced::futures::executor::block_on::<futures_util::stream::Count<BoxStream<'static, Update>>>;
        assert_eq!(block(seen(&feed)), 2);
        feed.watch(true);
        assert_eq!(block(seen(&feed)), 3);
    }
}
