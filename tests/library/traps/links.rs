//! Links that were led to and have expired.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use windlass::{ErrorKind, Reason};

use super::check::asks_once_for_a_link;
use super::run::hold;
use super::{ALL, End, Fails, FreshEight, FreshOne, Pauses, RESUMED, Stage, Trap, spring};
use crate::server::{Reply, Request};

fn lead(to: &str, reply: &mut Reply) {
    reply.send(format!(
        "HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    ));
}

fn refuse(status: &str, reply: &mut Reply) {
    reply.send(format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
}

/// Before the trap the address leads to `/old`, which gives the file.
fn led_to_old(stage: &Stage, request: &Request, reply: &mut Reply, share: usize) {
    if request.path == "/old" { hold(stage, request, reply, share) } else { lead("/old", reply) }
}

#[test]
fn an_expired_link_is_asked_for_once_more_where_it_came_from() {
    let mut traps = Vec::new();
    for status in ["401 Unauthorized", "403 Forbidden", "404 Not Found", "410 Gone"] {
        // What went on from the old link goes on from a new one.
        traps.push(
            Trap::new(format!("the old link is {status}"), move |stage, request, reply| {
                match &*request.path {
                    "/old" => refuse(status, reply),
                    "/new" => _ = stage.right(request).send(reply),
                    _ => lead("/new", reply),
                }
            })
            .before(led_to_old)
            .only(&RESUMED)
            .wire(asks_once_for_a_link),
        );
        // A link that is good for a few requests only.
        traps.push(
            Trap::new(
                format!("{status} to every fifth request"),
                move |stage, request, reply| match &*request.path {
                    "/signed" if stage.number % 5 == 4 => refuse(status, reply),
                    "/signed" => {
                        let mut right = stage.right(request);
                        if right.status.starts_with("206") {
                            right.part(stage.content, right.first, right.end.min(right.first + 120_000));
                        }
                        right.send(reply);
                    }
                    _ => lead("/signed", reply),
                },
            )
            .only(&[FreshOne])
            .most(200),
        );
        let dead = match status {
            "404 Not Found" => Fails(ErrorKind::NotFound),
            _ => Pauses(Reason::NeedsLink),
        };
        traps.push(
            Trap::new(format!("every link is {status}"), move |_, request, reply| match &*request.path {
                "/file.dat" => lead("/new", reply),
                _ => refuse(status, reply),
            })
            .before(led_to_old)
            .only(&RESUMED)
            .ends(dead),
        );
    }
    spring(traps);
}

#[test]
fn a_link_that_expires_for_all_connections_is_asked_for_once() {
    let mut traps = Vec::new();
    for status in ["401 Unauthorized", "403 Forbidden", "410 Gone"] {
        let links = AtomicUsize::new(0);
        let trap = Trap::new(format!("{status} to all from the tenth on"), move |stage, request, reply| {
            if request.path == "/file.dat" {
                return lead(&format!("/link{}", links.fetch_add(1, SeqCst)), reply);
            }
            if request.path == "/link0" && stage.number > 10 {
                return refuse(status, reply);
            }
            let mut right = stage.right(request);
            if right.status.starts_with("206") {
                right.part(stage.content, right.first, right.end.min(right.first + 40_000));
            }
            right.send(reply);
        });
        traps.push(trap.only(&[FreshEight]).wire(asks_once_for_a_link));
    }
    spring(traps);
}

#[test]
fn a_link_that_never_worked_is_not_called_expired() {
    let always = |status: &'static str, end: End| {
        Trap::new(format!("led to {status}"), move |_, request, reply| match &*request.path {
            "/file.dat" => lead("/new", reply),
            _ => refuse(status, reply),
        })
        .only(&super::FRESH)
        .ends(end)
    };
    spring(vec![
        always("401 Unauthorized", Pauses(Reason::NeedsLogin)),
        always("403 Forbidden", Fails(ErrorKind::Forbidden)),
        always("410 Gone", Fails(ErrorKind::Gone)),
        always("404 Not Found", Fails(ErrorKind::NotFound)),
    ]);
}

#[test]
fn a_new_link_to_another_file_is_not_followed_blindly() {
    spring(vec![
        Trap::new("a new link to another file", |stage, request, reply| match &*request.path {
            "/new" => {
                _ = stage.changed(request, stage.other, |right| right.set("ETag", "\"v2\"")).send(reply);
            }
            _ => lead("/new", reply),
        })
        .before(led_to_old)
        .only(&RESUMED)
        .ends(Pauses(Reason::Changed)),
        Trap::new("a new link to another file under the same name", |stage, request, reply| match &*request
            .path
        {
            "/new" => _ = stage.changed(request, stage.other, |_| {}).send(reply),
            _ => lead("/new", reply),
        })
        .before(led_to_old)
        .only(&RESUMED)
        .ends(Pauses(Reason::Changed)),
        Trap::new("a login page instead of a new link", |_, request, reply| {
            if request.path == "/login" {
                let page = "<!doctype html><html>Log in</html>";
                let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n";
                reply.send(format!("{head}Content-Length: {}\r\n\r\n{page}", page.len()));
            } else {
                lead("/login", reply);
            }
        })
        .before(led_to_old)
        .only(&RESUMED)
        .ends(Pauses(Reason::NeedsLink)),
        Trap::new("a link that works as before", |stage, request, reply| match &*request.path {
            "/old" => _ = stage.right(request).send(reply),
            _ => lead("/old", reply),
        })
        .before(led_to_old)
        .only(&ALL),
    ]);
}
