//! Servers that are slow, silent, or have enough of us.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use windlass::ErrorKind;

use super::{EIGHT, FRESH, Fails, Trap, spring};

#[test]
fn silence_is_borne_for_a_while_only() {
    spring(vec![
        Trap::new("says nothing", |_, _, reply| _ = reply.body(1))
            .patience(1)
            .ends(Fails(ErrorKind::Timeout)),
        Trap::new("falls silent in the head", |_, _, reply| {
            reply.send("HTTP/1.1 200 OK\r\n");
            reply.body(1);
        })
        .patience(1)
        .ends(Fails(ErrorKind::Timeout)),
        Trap::new("falls silent behind the head", |stage, request, reply| {
            stage.right(request).send_some(reply, 0);
            reply.body(1);
        })
        .patience(1)
        .ends(Fails(ErrorKind::Timeout)),
        Trap::new("falls silent in the body once", |stage, request, reply| {
            let right = stage.right(request);
            if stage.number == 0 {
                right.send_some(reply, right.body.len() / 2);
                reply.body(1);
            } else {
                right.send(reply);
            }
        })
        .patience(1),
        Trap::new("falls silent on the others", |stage, request, reply| {
            let right = stage.right(request);
            if (1..=6).contains(&stage.number) {
                right.send_some(reply, right.body.len() / 3);
                reply.body(1);
            } else {
                right.send(reply);
            }
        })
        .only(&EIGHT)
        .patience(1),
        Trap::new("speaks one byte at a time for a while", |stage, request, reply| {
            let right = stage.right(request);
            let (slow, quick) = right.body.split_at(20);
            reply.send(right.head());
            for byte in slow {
                reply.send([*byte]);
                std::thread::sleep(Duration::from_millis(20));
            }
            reply.send(quick);
        })
        .patience(1),
        Trap::new("a head one byte at a time", |stage, request, reply| {
            let right = stage.right(request);
            for byte in right.head().bytes() {
                reply.send([byte]);
                std::thread::sleep(Duration::from_millis(1));
            }
            reply.send(&right.body);
        })
        .patience(5),
    ]);
}

#[test]
fn a_server_that_takes_few_connections_gets_no_more_and_gives_the_file() {
    let mut traps = Vec::new();
    for allowed in 1..=4_usize {
        for status in ["429 Too Many Requests", "503 Service Unavailable", "403 Forbidden", "reset"] {
            let open_now = Arc::new(AtomicUsize::new(0));
            let trap =
                Trap::new(format!("{allowed} at a time, else {status}"), move |stage, request, reply| {
                    let mut right = stage.right(request);
                    if open_now.fetch_add(1, SeqCst) < allowed {
                        right.send(reply);
                    } else if status == "reset" {
                        reply.reset();
                    } else {
                        right.refuse(status);
                        right.send(reply);
                    }
                    open_now.fetch_sub(1, SeqCst);
                });
            traps.push(trap.only(&[super::FreshEight]).retries(8));
        }
    }
    spring(traps);
}

#[test]
fn a_server_that_names_a_time_is_not_asked_before_it() {
    use std::time::Instant;
    let mut traps = Vec::new();
    for status in ["429 Too Many Requests", "503 Service Unavailable"] {
        let refused = std::sync::Mutex::new(None);
        let trap = Trap::new(format!("{status} for three seconds"), move |stage, request, reply| {
            let mut right = stage.right(request);
            let since = *refused.lock().unwrap().get_or_insert_with(Instant::now);
            if stage.number == 0 {
                right.refuse(status);
                right.set("Retry-After", "3");
            } else if since.elapsed() < Duration::from_secs(3) {
                right.refuse("403 Too Early");
            }
            right.send(reply);
        });
        traps.push(trap.only(&[super::FreshOne]));
    }
    spring(traps);
}

#[test]
fn a_server_that_gives_little_and_then_refuses_is_asked_again() {
    spring(vec![
        Trap::bent("every second answer is a refusal", |stage, _, right| {
            if stage.number % 2 == 1 {
                right.refuse("503 Service Unavailable");
            }
        })
        .only(&FRESH),
        Trap::bent("every second answer hangs up in the middle", |stage, _, right| {
            if stage.number % 2 == 0 {
                let half = right.body.len() / 2;
                right.body.truncate(half);
            }
        }),
    ]);
}
