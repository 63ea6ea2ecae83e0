//! Against a service in this process, at the other end of a socket: it takes no bus.

use std::sync::{Arc, Mutex};

use tokio::net::UnixStream;
use zbus::connection::Builder;
use zbus::object_server::SignalEmitter;
use zbus::{Guid, interface};

use super::*;

const PATH: &str = "/org/windlass/Test";
const NAME: &str = "org.windlass.Test";

/// A service with one property and one method.
struct Lamp {
    is_lit: bool,
}

#[interface(name = "org.windlass.Test")]
impl Lamp {
    #[zbus(property)]
    fn is_lit(&self) -> bool {
        self.is_lit
    }

    /// How many are lit, of others and this one.
    fn count(&self, others: u32) -> u32 {
        others + u32::from(self.is_lit)
    }

    #[zbus(signal)]
    async fn flickers(emitter: &SignalEmitter<'_>) -> zbus::Result<()>;
}

/// The service's end, and ours.
async fn connect() -> (Connection, Service) {
    let (theirs, ours) = UnixStream::pair().unwrap();
    let server = Builder::unix_stream(theirs).server(Guid::generate()).unwrap().p2p();
    let server = server.serve_at(PATH, Lamp { is_lit: false }).unwrap().build();
    let (server, bus) = tokio::try_join!(server, Builder::unix_stream(ours).p2p().build()).unwrap();
    (server, Service { bus, name: NAME })
}

async fn light(server: &Connection, is_lit: bool) {
    let lamp = server.object_server().interface::<_, Lamp>(PATH).await.unwrap();
    lamp.get_mut().await.is_lit = is_lit;
    lamp.get().await.is_lit_changed(lamp.signal_emitter()).await.unwrap();
}

async fn bounded<T>(steps: impl Future<Output = T>) -> T {
    timeout(Duration::from_secs(20), steps).await.expect("the test took too long")
}

#[tokio::test]
async fn what_a_service_says_is_told_at_first_with_every_change_and_no_more_when_it_is_gone() {
    let (server, service) = connect().await;
    let (told, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let ask = |service: Service| async move { service.properties(PATH, NAME).await?.get::<bool>("IsLit") };
    let follow = service.follow([changes(PATH, NAME)], ask, move |said| _ = told.send(said));
    let following = tokio::spawn(follow);
    bounded(async {
        assert_eq!(heard.recv().await, Some(Some(false)));
        for is_lit in [true, false, true] {
            light(&server, is_lit).await;
            // It may be asked once more than needed.
            while heard.recv().await != Some(Some(is_lit)) {}
        }
        server.close().await.unwrap();
        while heard.recv().await != Some(None) {}
        following.await.unwrap();
        assert_eq!(heard.recv().await, None, "that was the last word");
    })
    .await;
}

#[tokio::test]
async fn many_signals_at_once_are_asked_after_once_or_twice() {
    let (server, service) = connect().await;
    let asked = Arc::new(Mutex::new(0));
    let (count, (let_go, held)) = (asked.clone(), tokio::sync::watch::channel(false));
    let ask = move |_| {
        *count.lock().unwrap() += 1;
        let mut held = held.clone();
        async move { held.wait_for(|go| *go).await.is_ok().then_some(()) }
    };
    let (told, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let follow =
        service.clone().follow([signal(PATH, NAME, "Flickers")], ask, move |said| _ = told.send(said));
    let following = tokio::spawn(follow);
    bounded(async {
        while *asked.lock().unwrap() == 0 {
            tokio::task::yield_now().await;
        }
        let emitter = SignalEmitter::new(&server, PATH).unwrap();
        // More than a connection keeps for somebody who does not listen.
        for _ in 0..200 {
            Lamp::flickers(&emitter).await.unwrap();
        }
        // All of them have come before an answer that was given after them.
        assert_eq!(service.call((PATH, NAME, "Count"), &41_u32).await, Some(41_u32));
        let_go.send_replace(true);
        assert_eq!(heard.recv().await, Some(Some(())));
        assert_eq!(heard.recv().await, Some(Some(())));
    })
    .await;
    following.abort();
    assert!((2..=3).contains(&*asked.lock().unwrap()));
}

#[tokio::test]
async fn who_is_not_there_or_says_something_else_says_nothing() {
    let (_server, service) = connect().await;
    bounded(async {
        assert!(service.properties("/org/windlass/Nobody", NAME).await.is_none());
        assert!(service.call::<_, String>((PATH, NAME, "Count"), &41_u32).await.is_none());
        let said = service.properties(PATH, NAME).await.unwrap();
        assert_eq!((said.get::<u32>("IsLit"), said.get::<bool>("IsBroken")), (None, None));
    })
    .await;
}
