//! Names of versions: weak, missing, changing, lying.

use windlass::Reason;

use super::check::{asks_for_the_overlap, names_no_version, names_the_version};
use super::right::Right;
use super::{
    ChangedOrNew, EIGHT, Flavour, FreshOne, New, Pauses, RESUMED, ResumedOne, SIZE, Trap, Whole, spring,
};

const DATE: &str = "Fri, 20 Nov 2026 12:00:00 GMT";
const LONG_AGO: &str = "Fri, 20 Nov 2026 11:00:00 GMT";
const LATER: &str = "Fri, 20 Nov 2026 11:30:00 GMT";
const JUST_NOW: &str = "Fri, 20 Nov 2026 11:59:59 GMT";

fn dated(right: &mut Right, modified: &str) {
    right.set("Date", DATE);
    right.set("Last-Modified", modified);
}

#[test]
fn a_file_without_a_name_that_holds_comes_over_one_connection_and_goes_on_by_its_bytes() {
    let flavours: [(&str, Flavour); 12] = [
        ("a weak tag", |right| right.set("ETag", "W/\"v1\"")),
        ("no name", |right| right.without("ETag")),
        ("a tag without quotes", |right| right.set("ETag", "v1")),
        ("an empty tag", |right| right.set("ETag", "")),
        ("half a tag", |right| right.set("ETag", "\"")),
        ("two tags", |right| right.add("ETag", "\"v2\"")),
        ("two tags in one", |right| right.set("ETag", "\"v1\", \"v2\"")),
        ("a tag that is no text", |right| right.set("ETag", "\"\u{e4}\u{f6}\"")),
        ("a date of just now", |right| {
            right.without("ETag");
            dated(right, JUST_NOW);
        }),
        ("a date of change without one of today", |right| {
            right.without("ETag");
            right.set("Last-Modified", LONG_AGO);
        }),
        ("a date of tomorrow", |right| {
            right.without("ETag");
            dated(right, "Sat, 21 Nov 2026 12:00:00 GMT");
        }),
        ("a weak tag and a date", |right| {
            right.set("ETag", "W/\"v1\"");
            dated(right, LONG_AGO);
        }),
    ];
    let mut traps: Vec<_> = flavours
        .into_iter()
        .map(|(name, flavour)| Trap::bent(name, |_, _, _| {}).single(flavour).wire(names_no_version))
        .collect();
    traps.push(
        Trap::bent("no name, and its end is known", |_, _, _| {})
            .single(|right| right.without("ETag"))
            .only(&RESUMED)
            .wire(asks_for_the_overlap),
    );
    spring(traps);
}

#[test]
fn a_name_that_holds_is_said_with_every_request_and_allows_several_connections() {
    fn by_date(seen: &[crate::server::Request]) -> Result<(), String> {
        let rest = seen.iter().filter(|request| request.first() != Some(0));
        let unnamed = rest.filter(|request| request.header("if-range") != Some(LONG_AGO)).count();
        if unnamed == 0 { Ok(()) } else { Err("a date was not said".to_owned()) }
    }
    spring(vec![
        Trap::bent("a strong tag", |_, _, _| {}).wire(names_the_version),
        Trap::bent("a long tag", |_, _, _| {})
            .flavour(|right| right.set("ETag", format!("\"{}\"", "x".repeat(4000)))),
        Trap::bent("a date of long ago", |_, _, _| {})
            .flavour(|right| {
                right.without("ETag");
                dated(right, LONG_AGO);
            })
            .wire(by_date),
        Trap::bent("a tag that is missing in later answers", |stage, _, right| {
            if stage.number > 0 {
                right.without("ETag");
            }
        })
        .wire(names_the_version),
        Trap::bent("a tag that is weak in later answers", |stage, _, right| {
            if stage.number > 0 {
                right.set("ETag", "W/\"v1\"");
            }
        }),
        Trap::bent("no names in answers to a name", |_, request, right| {
            if request.header("if-range").is_some() {
                right.without("ETag");
            }
        }),
    ]);
}

/// Other bytes under these headers from the `first` answer on.
fn changes(name: &str, first: usize, change: Flavour) -> Trap {
    Trap::new(format!("{name} from {first} on"), move |stage, request, reply| {
        let right = if stage.number < first {
            stage.right(request)
        } else {
            stage.changed(request, stage.other, change)
        };
        right.send(reply);
    })
}

#[test]
fn a_file_that_changed_stops_and_is_never_mixed_with_the_old_one() {
    let renamed: Flavour = |right| right.set("ETag", "\"v2\"");
    let traps = vec![
        changes("another tag", 0, renamed).only(&RESUMED).ends(Pauses(Reason::Changed)),
        changes("another date", 0, |right| dated(right, LATER))
            .flavour(|right| {
                right.without("ETag");
                dated(right, LONG_AGO);
            })
            .only(&RESUMED)
            .ends(Pauses(Reason::Changed)),
        changes("another tag and another date", 0, |right| {
            right.set("ETag", "\"v2\"");
            dated(right, LATER);
        })
        .flavour(|right| dated(right, LONG_AGO))
        .only(&RESUMED)
        .ends(Pauses(Reason::Changed)),
        changes("the same tag over other bytes", 0, |_| {}).only(&RESUMED).ends(Pauses(Reason::Changed)),
        changes("no name over other bytes", 0, |_| {})
            .single(|right| right.without("ETag"))
            .only(&RESUMED)
            .ends(Pauses(Reason::Changed)),
        changes("a weak tag over other bytes", 0, |_| {})
            .single(|right| right.set("ETag", "W/\"v1\""))
            .only(&RESUMED)
            .ends(Pauses(Reason::Changed)),
        Trap::new("a shorter file without a name", |stage, request, reply| {
            stage.changed(request, &stage.other[..SIZE - 9], |_| {}).send(reply);
        })
        .single(|right| right.without("ETag"))
        .only(&RESUMED)
        .ends(Pauses(Reason::Changed)),
        Trap::new("a file that is shorter than what is here", |stage, request, reply| {
            stage.changed(request, &stage.other[..9], |right| right.set("ETag", "\"v2\"")).send(reply);
        })
        .only(&RESUMED)
        .ends(Pauses(Reason::Changed)),
        // A server that does not know If-Range sends a part of the new file.
        Trap::new("a part of another version", |stage, request, reply| {
            let mut right = stage.changed(request, stage.other, |right| right.set("ETag", "\"v2\""));
            let first = request.first().unwrap_or_default();
            right.part(stage.other, first, request.last().map_or(SIZE, |last| last + 1));
            right.send(reply);
        })
        .only(&RESUMED)
        .ends(Pauses(Reason::Changed)),
    ];
    spring(traps);
}

#[test]
fn a_file_that_changes_while_it_is_fetched_stops_and_is_never_mixed() {
    let renamed: Flavour = |right| right.set("ETag", "\"v2\"");
    let mut traps = Vec::new();
    for first in 1..=7 {
        traps.push(changes("another tag", first, renamed).only(&EIGHT).ends(ChangedOrNew));
        traps.push(
            Trap::new(format!("a longer file from {first} on"), move |stage, request, reply| {
                let longer = [stage.content, b"more"].concat();
                let right = if stage.number < first {
                    stage.right(request)
                } else {
                    stage.changed(request, &longer, |right| right.set("ETag", "\"v2\""))
                };
                right.send(reply);
            })
            .only(&[super::ResumedEight])
            .ends(Pauses(Reason::Changed)),
        );
    }
    spring(traps);
}

#[test]
fn a_file_that_changed_is_begun_again_if_the_settings_say_so() {
    let renamed: Flavour = |right| right.set("ETag", "\"v2\"");
    let mut traps = vec![
        changes("another tag", 0, renamed).only(&RESUMED),
        changes("the same tag over other bytes", 0, |_| {}).only(&RESUMED),
        changes("no name over other bytes", 0, |_| {}).single(|right| right.without("ETag")).only(&RESUMED),
    ];
    traps.extend((1..=7).map(|first| changes("another tag", first, renamed).only(&EIGHT)));
    spring(traps.into_iter().map(|trap| trap.ends(New).restarts_on_change()).collect());
}

#[test]
fn a_file_that_changes_under_a_connection_that_brought_nothing_is_not_mixed_either() {
    // The first of eight connections gets no byte; the others get theirs. Then the file is another one.
    let trap = Trap::new("a hole at the first byte", |stage, request, reply| {
        stage.changed(request, stage.other, |right| right.set("ETag", "\"v2\"")).send(reply);
    })
    .before(|stage, request, reply, share| {
        let share = if request.first() == Some(0) { 0 } else { share * 8 / 7 + 1 };
        super::run::hold(stage, request, reply, share);
    })
    .only(&[super::ResumedEight])
    .ends(Pauses(Reason::Changed));
    // Where nothing can be compared, it is begun again.
    let renamed =
        Trap::new("a hole at the first byte, and a tag for every answer", |stage, request, reply| {
            stage.changed(request, stage.content, |right| rotating(stage, right)).send(reply);
        })
        .flavour(|right| dated(right, LONG_AGO))
        .before(|stage, request, reply, share| {
            let share = if request.first() == Some(0) { 0 } else { share * 8 / 7 + 1 };
            super::run::hold(stage, request, reply, share);
        })
        .only(&[super::ResumedEight]);
    spring(vec![trap, renamed]);
}

/// Every answer has a tag of its own.
fn rotating(stage: &super::Stage, right: &mut Right) {
    right.set("ETag", format!("\"{}\"", stage.number + 100));
}

#[test]
fn a_server_that_names_one_file_in_many_ways_gives_it_in_the_end() {
    let answer = |respects: bool| {
        move |stage: &super::Stage, request: &crate::server::Request, reply: &mut crate::server::Reply| {
            let mut right = stage.changed(request, stage.content, |right| rotating(stage, right));
            if !respects && let Some(first) = request.first() {
                right.part(stage.content, first, request.last().map_or(SIZE, |last| last + 1));
            }
            right.send(reply);
        }
    };
    let with_date: Flavour = |right| dated(right, LONG_AGO);
    spring(vec![
        Trap::new("a tag for every answer", answer(true)),
        Trap::new("a tag for every answer, no If-Range", answer(false)),
        // With a date that holds, what is there is compared and continued.
        Trap::new("a tag for every answer and a date", answer(true))
            .flavour(with_date)
            .wire(asked_for_little),
        Trap::new("a tag for every answer and a date, no If-Range", answer(false))
            .flavour(with_date)
            .wire(asked_for_little),
        Trap::new("two nodes with two tags and a date", |stage, request, reply| {
            let tag = if stage.number % 2 == 0 { "\"a\"" } else { "\"b\"" };
            stage.changed(request, stage.content, |right| right.set("ETag", tag)).send(reply);
        })
        .flavour(with_date),
        Trap::new("another tag and date over the same date and other bytes", |stage, request, reply| {
            stage.changed(request, stage.other, |right| right.set("ETag", "\"v2\"")).send(reply);
        })
        .flavour(with_date)
        .only(&RESUMED)
        .ends(Pauses(Reason::Changed)),
    ]);
}

/// Of what was there, no more than what is compared was asked for again.
fn asked_for_little(seen: &[crate::server::Request]) -> Result<(), String> {
    let whole = seen.iter().skip(1).filter(|request| request.first() == Some(0) && request.last().is_none());
    if whole.count() <= 2 { Ok(()) } else { Err("it was begun again".to_owned()) }
}

#[test]
fn a_server_that_cannot_bear_a_name_in_a_request_is_no_loss_of_bytes() {
    let unbearable = |status: &'static str| {
        move |_: &super::Stage, request: &crate::server::Request, right: &mut Right| {
            if request.header("if-range").is_some() {
                right.refuse(status);
            }
        }
    };
    let client_error = super::Fails(windlass::ErrorKind::UnexpectedClientError);
    spring(vec![
        Trap::bent("400 to If-Range", unbearable("400 Bad Request")).only(&[ResumedOne]).ends(client_error),
        Trap::bent("412 to If-Range", unbearable("412 Precondition Failed"))
            .only(&[ResumedOne])
            .ends(client_error),
        Trap::bent("400 to If-Range, just begun", unbearable("400 Bad Request"))
            .only(&[FreshOne])
            .ends(Whole),
    ]);
}
