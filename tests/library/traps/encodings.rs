//! Files that are packed on the way, or said to be, and pages in place of files.

use windlass::ErrorKind::{ErrorHttpInvalidServerResponse as Nonsense, UnexpectedStatusCode};
use windlass::Reason;

use super::right::Right;
use super::{FRESH, Fails, Pauses, RESUMED, Trap, spring};

fn whole(name: impl Into<String>, bend: impl Fn(&mut Right) + Send + Sync + 'static) -> Trap {
    Trap::bent(name, move |stage, _, right| {
        right.whole(stage.content);
        bend(right);
    })
    .only(&FRESH)
}

#[test]
fn what_is_packed_on_the_way_is_not_stored_as_the_file() {
    let mut traps = Vec::new();
    for coding in
        ["gzip", "x-gzip", "deflate", "br", "zstd", "compress", "gzip, gzip", "identity, gzip", "klingon"]
    {
        traps.push(
            whole(format!("all of it in {coding}"), move |right| right.set("Content-Encoding", coding))
                .ends(Fails(Nonsense)),
        );
        traps.push(
            Trap::bent(format!("a part of it in {coding}"), move |_, _, right| {
                right.set("Content-Encoding", coding);
            })
            .ends(Fails(Nonsense)),
        );
    }
    traps.push(Trap::beside("packed", |_, _, right| right.set("Content-Encoding", "gzip")));
    traps.push(
        whole("packed text", |right| {
            right.set("Content-Encoding", "gzip");
            right.set("Content-Type", "text/plain");
        })
        .file("a.txt")
        .ends(Fails(Nonsense)),
    );
    spring(traps);
}

#[test]
fn what_is_called_packed_because_the_file_is_stays_as_it_is() {
    let mut traps = Vec::new();
    for file in ["a.tar.gz", "a.tgz", "a.svgz", "a.txt.xz", "a.zst"] {
        traps
            .push(whole(format!("{file} in gzip"), |right| right.set("Content-Encoding", "gzip")).file(file));
    }
    for kind in ["application/gzip", "application/x-gzip", "application/x-tar", "Application/GZip; x=y"] {
        traps.push(whole(format!("{kind} in gzip"), move |right| {
            right.set("Content-Encoding", "gzip");
            right.set("Content-Type", kind);
        }));
    }
    for coding in ["identity", "none", "binary", "utf-8", "aws-chunked", "", "Identity"] {
        traps.push(Trap::bent(format!("called {coding}"), move |_, _, right| {
            right.set("Content-Encoding", coding);
        }));
    }
    spring(traps);
}

fn page(right: &mut Right, begin: &str) {
    right.set("Content-Type", "text/html; charset=utf-8");
    right.body = format!("{begin}{}", "Please log in to this network. ".repeat(40)).into_bytes();
    right.set("Content-Length", right.body.len().to_string());
    right.status = String::from("200 OK");
    for name in ["ETag", "Content-Range", "Accept-Ranges"] {
        right.without(name);
    }
}

#[test]
fn a_page_in_place_of_a_file_is_not_the_file() {
    let mut traps = Vec::new();
    for (name, begin) in [
        ("a page", "<!DOCTYPE html><html>"),
        ("a page in capitals", "<HTML><HEAD>"),
        ("a page behind blank lines", "\n\r\n  <!doctype html>"),
        ("a page behind a mark", "\u{feff}<html lang=\"en\">"),
    ] {
        traps.push(
            Trap::bent(name, move |_, _, right| page(right, begin))
                .file("a.iso")
                .only(&FRESH)
                .ends(Fails(UnexpectedStatusCode)),
        );
    }
    traps.push(
        Trap::bent("a page for a part", |_, _, right| page(right, "<html>"))
            .only(&RESUMED)
            .ends(Pauses(Reason::NeedsLink)),
    );
    traps.push(
        Trap::bent("a page for a part, though changes are welcome", |_, _, right| page(right, "<html>"))
            .only(&RESUMED)
            .restarts_on_change()
            .ends(Pauses(Reason::NeedsLink)),
    );
    traps.push(
        Trap::bent("a page under a tag", |_, _, right| {
            page(right, "<html>");
            right.set("ETag", "\"page\"");
        })
        .only(&RESUMED)
        .ends(Pauses(Reason::NeedsLink)),
    );
    traps.push(Trap::for_one("a page", |_, _, right| page(right, "<html>")));
    traps.push(
        Trap::bent("a page once", |stage, _, right| {
            if stage.number == 0 {
                page(right, "<html>");
            }
        })
        .only(&RESUMED)
        .ends(Pauses(Reason::NeedsLink)),
    );
    spring(traps);
}

#[test]
fn a_file_that_calls_itself_a_page_is_a_file_all_the_same() {
    spring(vec![
        Trap::bent("an image called a page", |_, _, _| {})
            .flavour(|right| right.set("Content-Type", "text/html"))
            .file("a.iso"),
        Trap::bent("a file without an ending called a page", |_, _, _| {})
            .flavour(|right| right.set("Content-Type", "text/html")),
        Trap::bent("an image in one piece called a page", |stage, _, right| right.whole(stage.content))
            .flavour(|right| right.set("Content-Type", "text/html"))
            .file("a.iso"),
    ]);
}
