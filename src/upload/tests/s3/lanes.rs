//! Several parts of one object on their way at once.

use std::sync::Condvar;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use super::*;
use crate::transfer::Retry;

/// How many parts are on their way, and how many there ever were.
#[derive(Default)]
struct Count {
    now: Mutex<usize>,
    changed: Condvar,
    most: AtomicUsize,
}

impl Count {
    /// One more; waits until there are `all` of them, or have been.
    fn begin(&self, all: usize) {
        let mut now = self.now.lock().unwrap();
        *now += 1;
        self.most.fetch_max(*now, SeqCst);
        self.changed.notify_all();
        let waits = |_: &mut usize| self.most.load(SeqCst) < all;
        drop(self.changed.wait_timeout_while(now, Duration::from_secs(10), waits).unwrap());
    }

    fn end(&self) {
        *self.now.lock().unwrap() -= 1;
    }
}

/// What others wait for.
#[derive(Default)]
struct Hold(Mutex<bool>, Condvar);

impl Hold {
    fn is_over(&self) -> bool {
        *self.0.lock().unwrap()
    }

    fn end(&self) {
        *self.0.lock().unwrap() = true;
        self.1.notify_all();
    }

    fn wait(&self) {
        let waits = |over: &mut bool| !*over;
        drop(self.1.wait_timeout_while(self.0.lock().unwrap(), Duration::from_secs(10), waits).unwrap());
    }
}

fn at_once(content: &[u8], server: &Server, lanes: Option<u8>) -> Upload {
    let mut upload = s3(content, server);
    upload.request.terms.connections = lanes.and_then(std::num::NonZeroU8::new);
    upload
}

/// A server for many that does something else where `otherwise` says that it has dealt with a request.
fn serving(bucket: &Bucket, otherwise: impl Fn(&Asked, &mut Call) -> bool + Send + Sync + 'static) -> Server {
    let bucket = bucket.clone();
    Server::for_many(move |call| {
        call.head_alone();
        let asked = bucket.admit(call);
        if let Some(asked) = asked.filter(|asked| !otherwise(asked, call)) {
            bucket.deal_with(&asked, call);
        }
    })
}

/// The parts that were sent, in order of their numbers.
fn parts(bucket: &Bucket) -> Vec<String> {
    let mut parts: Vec<_> = bucket.asked().into_iter().filter(|asked| asked.starts_with("PUT")).collect();
    parts.sort();
    parts
}

fn tags(remote: Option<&Remote>) -> Vec<u64> {
    match remote {
        Some(Remote::S3(s3)) => s3.tags.keys().copied().collect(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn as_many_parts_are_on_their_way_as_there_may_be() {
    let content = three();
    for (lanes, expected) in [(None, 3), (Some(2), 2), (Some(1), 1)] {
        let (bucket, count) = (Bucket::default(), Arc::new(Count::default()));
        let (counting, takes) = (count.clone(), bucket.clone());
        let server = serving(&bucket, move |asked, call| {
            if asked.part().is_some() {
                counting.begin(expected);
                takes.deal_with(asked, call);
                counting.end();
            }
            asked.part().is_some()
        });
        let ended = at_once(&content, &server, lanes).send().await;
        assert_eq!(ended.verified, Some(MD5));
        assert_eq!((ended.meter.done(), ended.meter.fetched()), (THREE as u64, THREE as u64));
        assert_eq!(tags(ended.remote.as_ref()), [1, 2, 3]);
        ended.completed();
        bucket.has(&content);
        assert_eq!((count.most.load(SeqCst), parts(&bucket).len()), (expected, 3));
    }
}

#[tokio::test]
async fn a_part_that_failed_is_sent_again_and_nothing_else_is() {
    let content = three();
    for slow in [false, true] {
        let (bucket, failed) = (Bucket::default(), Hold::default());
        let server = serving(&bucket, move |asked, call| {
            let fails = asked.part() == Some(1) && !failed.is_over();
            if fails {
                call.say("HTTP/1.1 100 Continue\r\n\r\n");
                if slow {
                    call.rest_of_request();
                    error(call, "503 Slow Down", "SlowDown");
                    call.finish();
                    call.rest();
                } else {
                    call.body(MIB);
                    call.reset();
                }
                failed.end();
            } else if asked.part().is_some() {
                // What fails when nothing else is on its way ends it.
                failed.wait();
            }
            fails
        });
        let ended = at_once(&content, &server, None).send().await;
        assert_eq!((ended.verified, ended.meter.done()), (Some(MD5), THREE as u64), "{slow}");
        ended.completed();
        bucket.has(&content);
        assert_eq!(parts(&bucket), ["PUT 1", "PUT 1", "PUT 2", "PUT 3"]);
    }
}

#[tokio::test]
async fn a_server_that_wants_quiet_gets_what_is_on_its_way_and_nothing_more() {
    let (bucket, content, refused) = (Bucket::default(), three(), Hold::default());
    let server = serving(&bucket, move |asked, call| {
        let fails = asked.part() == Some(1);
        if fails {
            call.answer("503 Slow Down", "Retry-After: 60\r\n", "<Error><Code>SlowDown</Code></Error>");
            call.finish();
            call.rest();
            refused.end();
        } else if asked.part().is_some() {
            refused.wait();
        }
        fails
    });
    let ended = at_once(&content, &server, Some(2)).send().await;
    assert_eq!(tags(ended.remote.as_ref()), [2]);
    assert_eq!(ended.meter.confirmed(), Some(PART as u64));
    assert_eq!(ended.meter.done(), PART as u64, "what did not get there does not count");
    let (failure, _) = ended.failed();
    assert!(failure.not_before.is_some() && failure.kind.retry() == Retry::Transient);
    assert_eq!(parts(&bucket), ["PUT 1", "PUT 2"]);
}

#[tokio::test]
async fn a_server_that_refuses_every_part_ends_it_in_its_own_words() {
    for (status, code, kind) in [
        ("503 Slow Down", "SlowDown", ErrorKind::ServiceUnavailable),
        ("403 Forbidden", "AccessDenied", ErrorKind::Forbidden),
    ] {
        let bucket = Bucket::default();
        let server = serving(&bucket, move |asked, call| {
            if asked.part().is_some() {
                error(call, status, code);
                call.finish();
                call.rest();
            }
            asked.part().is_some()
        });
        let (failure, _) = at_once(&three(), &server, None).send().await.failed();
        assert_eq!((failure.kind, failure.reason.as_deref()), (kind, Some(&*format!("{code}: so it is"))));
        assert!(parts(&bucket).len() <= 6, "{:?}", parts(&bucket));
    }
}

#[tokio::test]
async fn what_was_confirmed_is_known_also_where_the_server_has_no_list() {
    let (bucket, content) = (Bucket::default(), three());
    let server = serving(&bucket, |asked, call| {
        let fails = asked.part() == Some(2);
        if fails {
            call.say("HTTP/1.1 100 Continue\r\n\r\n");
            call.body(MIB);
            call.reset();
        }
        fails
    });
    let ended = at_once(&content, &server, None).send().await;
    assert_eq!(tags(ended.remote.as_ref()), [1, 3]);
    let remote = ended.remote.clone();
    ended.failed();

    let before = bucket.asked().len();
    let server = serving(&bucket, |asked, call| {
        let lists = asked.method == Verb::GET;
        if lists {
            call.answer("405 Method Not Allowed", "", "");
        }
        lists
    });
    let upload = at_once(&content, &server, None);
    let mut delivery = Delivery::of(vec![Source::of(&upload.request.file).unwrap()]);
    delivery.remote = remote;
    let ended = upload.start_from(delivery).end().await;
    assert_eq!(ended.verified, Some(MD5));
    bucket.has(&content);
    assert_eq!(bucket.asked()[before..], ["GET id", "PUT 2", "POST id"]);
}

#[tokio::test]
async fn a_stop_ends_all_of_them_at_once() {
    let (bucket, count) = (Bucket::default(), Arc::new(Count::default()));
    let counting = count.clone();
    let server = serving(&bucket, move |asked, call| {
        if asked.part().is_some() {
            counting.begin(3);
            call.rest();
        }
        asked.part().is_some()
    });
    let running = at_once(&three(), &server, None).start();
    until("all are on their way", || count.most.load(SeqCst) == 3).await;
    running.stop.cancel();
    assert!(matches!(running.end().await.outcome, Outcome::Stopped));
}
