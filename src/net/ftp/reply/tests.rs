use proptest::prelude::*;

use super::*;

fn reply(text: &str) -> Reply {
    Reply::read(text.as_bytes()).unwrap().unwrap().0
}

#[test]
fn a_reply_of_many_lines_ends_with_its_own_code() {
    let text =
        "211-Features:\r\n SIZE\r\n211-more\r\n 211 not the end\r\n212 nor this\r\nREST\r\n211 End\r\n";
    let (read, taken) = Reply::read(format!("{text}220 next\r\n").as_bytes()).unwrap().unwrap();
    assert_eq!((read.code, taken), (211, text.len()));
    assert_eq!(
        read.lines,
        ["Features:", " SIZE", "211-more", " 211 not the end", "212 nor this", "REST", "End"]
    );
}

#[test]
fn a_reply_is_read_when_all_of_it_is_there_and_nonsense_at_once() {
    assert_eq!(Reply::read(b""), Ok(None));
    assert_eq!(Reply::read(b"22"), Ok(None));
    assert_eq!(Reply::read(b"220 hello\r"), Ok(None));
    assert_eq!(reply("220\r\n").code, 220);
    assert_eq!(reply("220 hello\n").text(), "hello");
    for junk in [
        "HTTP/1.1 400 Bad Request\r\n",
        "SSH-2.0-x",
        "\r\n",
        "22 x\r\n",
        "2200 x\r\n",
        "020 x\n",
        "\u{16}\u{3}",
    ] {
        assert_eq!(Reply::read(junk.as_bytes()), Err(Nonsense), "{junk:?}");
    }
}

#[test]
fn a_reply_without_end_is_not_waited_for() {
    let long = format!("220-{}", "welcome\r\n".repeat(LONGEST / 9 + 1));
    assert_eq!(Reply::read(long.as_bytes()), Err(Nonsense));
    assert_eq!(Reply::read(&vec![b'2'; LONGEST + 1]), Err(Nonsense));
}

#[test]
fn ports_are_read_from_what_servers_write() {
    for (text, port) in [
        ("229 Entering Extended Passive Mode (|||6446|)\r\n", Some(6446)),
        ("229 ok (!!!6446!)\r\n", Some(6446)),
        ("229 ok (|||0|)\r\n", None),
        ("229 ok (|||99999|)\r\n", None),
        ("229 ok (|||+1|)\r\n", None),
        ("229 ok\r\n", None),
        ("200 ok (|||6446|)\r\n", None),
    ] {
        assert_eq!(reply(text).extended_port(), port, "{text}");
    }
    for (text, port) in [
        ("227 Entering Passive Mode (10,0,0,1,25,46)\r\n", Some(6446)),
        ("227 Passive 10,0,0,1,25,46.\r\n", Some(6446)),
        ("227 =10,0,0,1,25,46\r\n", Some(6446)),
        ("227 (10,0,0,1,25)\r\n", None),
        ("227 (10,0,0,1,300,46)\r\n", None),
        ("227 (10,0,0,1,0,0)\r\n", None),
        ("500 (10,0,0,1,25,46)\r\n", None),
    ] {
        assert_eq!(reply(text).port(), port, "{text}");
    }
}

#[test]
fn sizes_and_moments_are_read_or_are_not_there() {
    assert_eq!(reply("213 123\r\n").size(), Some(123));
    assert_eq!(reply("213 -1\r\n").size(), None);
    assert_eq!(reply("213 99999999999999999999\r\n").size(), None);
    assert_eq!(reply("550 123\r\n").size(), None);
    let moment = |text: &str| reply(&format!("213 {text}\r\n")).modified();
    let seconds = |text: &str| moment(text).map(httpdate::fmt_http_date);
    assert_eq!(seconds("20261120120000").as_deref(), Some("Fri, 20 Nov 2026 12:00:00 GMT"));
    assert_eq!(seconds("20261120120060").as_deref(), Some("Fri, 20 Nov 2026 12:00:59 GMT"));
    assert_ne!(moment("20261120120000.123"), moment("20261120120000.124"));
    for bad in [
        "19126112012000",
        "2026",
        "",
        "20261340120000",
        "2026112012000x",
        "20261120120000.x",
        "18991231000000",
    ] {
        assert_eq!(moment(bad), None, "{bad}");
    }
}

#[test]
fn features_are_known_only_if_they_were_told() {
    let features = |text| Features::of(&reply(text));
    let told = features("211-Features\r\n SIZE\r\n rest stream\r\n UTF8\r\n211 End\r\n");
    assert_eq!(told, Features { rest: Some(true), size: true, mlst: false, utf8: true });
    assert_eq!(features("211-x\r\n SIZE\r\n211 End\r\n").rest, Some(false));
    assert_eq!(features("500 what\r\n").rest, None);
}

#[test]
fn a_full_server_is_told_from_a_wrong_login() {
    for (text, busy) in [
        ("421 There are too many connected users, please try later.\r\n", true),
        ("530 Sorry, the maximum number of clients (2) for this user are already connected.\r\n", true),
        ("530 Login incorrect.\r\n", false),
        ("430 Invalid username or password\r\n", false),
        ("530 Sorry, max 3 users -- try again later\r\n", true),
    ] {
        assert_eq!(reply(text).is_too_busy(), busy, "{text}");
    }
}

proptest! {
    #[test]
    fn no_bytes_are_too_strange(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(Some((reply, taken))) = Reply::read(&bytes) {
            prop_assert!(taken <= bytes.len() && bytes[taken - 1] == b'\n');
            prop_assert!((100..=699).contains(&reply.code));
            let _ = (reply.size(), reply.modified(), reply.extended_port(), reply.port(), Features::of(&reply));
        }
    }

    #[test]
    fn what_looks_like_replies_is_read_the_same_however_it_is_cut(
        text in "([2-5][0-9]{2}[ -][ -~(),|]{0,20}\r?\n){0,6}",
        cut in 0..200_usize,
    ) {
        let bytes = text.as_bytes();
        let cut = cut.min(bytes.len());
        if let Ok(Some((reply, taken))) = Reply::read(&bytes[..cut]) {
            prop_assert_eq!(Reply::read(bytes), Ok(Some((reply, taken))));
        }
        if let Ok(Some((reply, _))) = Reply::read(bytes) {
            let _ = (reply.size(), reply.modified(), reply.extended_port(), reply.port());
        }
    }
}
