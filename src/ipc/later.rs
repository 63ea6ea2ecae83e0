//! A link to a session that is still being opened.

use futures_util::future::{BoxFuture, FutureExt as _, Shared};
use futures_util::stream::{self, BoxStream, StreamExt as _};

use super::{Control, Fault, Link, Reply, Request, Update};

/// Whatever is asked of it waits until the session is there. If it never is, every request is refused and every
/// stream is empty.
pub struct Later(Shared<BoxFuture<'static, Option<Link>>>);

impl Later {
    /// The link that `opened` brings.
    pub fn new(opened: impl Future<Output = Option<Link>> + Send + 'static) -> Self {
        Self(opened.boxed().shared())
    }

    fn stream(&self, of: fn(Link) -> BoxStream<'static, Update>) -> BoxStream<'static, Update> {
        let opened = self.0.clone();
        stream::once(async move { opened.await.map_or_else(|| stream::empty().boxed(), of) })
            .flatten()
            .boxed()
    }
}

impl Control for Later {
    fn ask(&self, request: Request) -> BoxFuture<'static, Result<Reply, Fault>> {
        let opened = self.0.clone();
        Box::pin(async move {
            match opened.await {
                Some(link) => link.ask(request).await,
                None => Err(crate::Error::Closed.into()),
            }
        })
    }

    fn updates(&self) -> BoxStream<'static, Update> {
        self.stream(|link| link.updates())
    }

    fn progress(&self) -> BoxStream<'static, Update> {
        self.stream(|link| link.progress())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use futures_util::future;
    use tokio::sync::oneshot;

    use super::*;

    struct Session;

    impl Control for Session {
        fn ask(&self, _: Request) -> BoxFuture<'static, Result<Reply, Fault>> {
            future::ready(Ok(Reply::Done)).boxed()
        }

        fn updates(&self) -> BoxStream<'static, Update> {
            stream::iter([Update::All(vec![]), Update::Gone]).boxed()
        }

        fn progress(&self) -> BoxStream<'static, Update> {
            stream::iter([Update::Progress(Arc::new([]))]).boxed()
        }
    }

    #[tokio::test]
    async fn what_is_asked_early_is_done_when_the_session_is_there() {
        let (opened, opening) = oneshot::channel::<Link>();
        let later = Later::new(opening.map(Result::ok));
        let (asked, updates, progress) = (later.ask(Request::List), later.updates(), later.progress());
        let together = future::join3(asked, updates.collect::<Vec<_>>(), progress.collect::<Vec<_>>());
        let mut together = Box::pin(together);
        assert!(together.as_mut().now_or_never().is_none());
        _ = opened.send(Arc::new(Session));
        let (asked, updates, progress) = together.await;
        assert!(matches!(asked, Ok(Reply::Done)));
        assert!(matches!(updates[..], [Update::All(_), Update::Gone]));
        assert!(matches!(progress[..], [Update::Progress(_)]));
    }

    #[tokio::test]
    async fn a_session_that_never_comes_refuses_and_says_nothing() {
        let later = Later::new(future::ready(None));
        later.ask(Request::Quit).await.unwrap_err();
        assert_eq!(later.updates().count().await + later.progress().count().await, 0);
    }
}
