use proptest::prelude::*;

use super::*;

fn packet(kind: u8, number: u32, rest: &[u8]) -> BytesMut {
    let mut bytes = BytesMut::new();
    bytes.put_u32(u32::try_from(rest.len() + 5).unwrap());
    bytes.put_u8(kind);
    bytes.put_u32(number);
    bytes.put_slice(rest);
    bytes
}

#[test]
fn requests_are_written_as_the_draft_says() {
    let mut bytes = BytesMut::new();
    begin(&mut bytes);
    Request::Open { path: b"/a" }.write(7, &mut bytes);
    Request::Read { handle: b"h", offset: 5, length: 9 }.write(8, &mut bytes);
    let expected = [
        &[0, 0, 0, 5, 1, 0, 0, 0, 3][..],
        &[0, 0, 0, 19, 3, 0, 0, 0, 7, 0, 0, 0, 2, b'/', b'a', 0, 0, 0, 1, 0, 0, 0, 0],
        &[0, 0, 0, 22, 5, 0, 0, 0, 8, 0, 0, 0, 1, b'h', 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 9],
    ];
    assert_eq!(bytes, expected.concat());
}

#[test]
fn requests_to_send_are_written_as_the_draft_and_openssh_say() {
    let mut bytes = BytesMut::new();
    Request::Create { path: b"a", anew: false }.write(1, &mut bytes);
    Request::Create { path: b"a", anew: true }.write(2, &mut bytes);
    Request::Write { handle: b"h", offset: 5, bytes: b"xyz" }.write(3, &mut bytes);
    Request::Rename { from: b"a", to: b"b" }.write(4, &mut bytes);
    Request::Sync { handle: b"h" }.write(5, &mut bytes);
    let expected = [
        &[0, 0, 0, 18, 3, 0, 0, 0, 1, 0, 0, 0, 1, b'a', 0, 0, 0, 10, 0, 0, 0, 0][..],
        &[0, 0, 0, 18, 3, 0, 0, 0, 2, 0, 0, 0, 1, b'a', 0, 0, 0, 26, 0, 0, 0, 0],
        &[0, 0, 0, 25, 6, 0, 0, 0, 3, 0, 0, 0, 1, b'h', 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 3],
        b"xyz",
        &[0, 0, 0, 15, 18, 0, 0, 0, 4, 0, 0, 0, 1, b'a', 0, 0, 0, 1, b'b'],
        &[0, 0, 0, 31, 200, 0, 0, 0, 5, 0, 0, 0, 17],
        b"fsync@openssh.com",
        &[0, 0, 0, 1, b'h'],
    ];
    assert_eq!(bytes, expected.concat());
}

#[test]
fn a_server_says_what_else_it_can_and_why_it_does_not_do_something() {
    let mut names = BytesMut::new();
    for text in [REPLACE, b"1", b"other@example.org", b"", LIMITS, b"1"] {
        put(&mut names, text);
    }
    let known = Extensions { replace: true, sync: false, limits: true };
    assert_eq!(Reply::take(&mut packet(2, 3, &names)), Ok(Some(Reply::Version(3, known))));
    let none = Extensions::default();
    assert_eq!(Reply::take(&mut packet(2, 3, &[0, 0, 0, 9])), Ok(Some(Reply::Version(3, none))));
    let mut why = BytesMut::from(&[0, 0, 0, 4][..]);
    put(&mut why, b"no room");
    let other = Reply::Status(7, Status::Other, "no room".to_owned());
    assert_eq!(Reply::take(&mut packet(101, 7, &why)), Ok(Some(other)));
}

#[test]
fn replies_are_read_when_all_of_them_is_there() {
    let mut data = packet(103, 4, &[0, 0, 0, 2, 8, 9]);
    let mut half = BytesMut::from(&data[..data.len() - 1]);
    assert_eq!(Reply::take(&mut half), Ok(None));
    assert_eq!(Reply::take(&mut data), Ok(Some(Reply::Data(4, Bytes::from_static(&[8, 9])))));
    let attributes = [&[0, 0, 0, 13][..], &99_u64.to_be_bytes(), &[0, 0, 0x81, 0xa4], &[0; 4], &[0, 0, 0, 7]];
    let read = Reply::take(&mut packet(105, 1, &attributes.concat()));
    let modified = Some(SystemTime::UNIX_EPOCH + Duration::from_secs(7));
    let stat = Stat { size: Some(99), modified, mode: Some(0o100_644) };
    assert!(stat.is_file() && !Stat { mode: Some(0o040_755), ..stat.clone() }.is_file());
    assert_eq!(read, Ok(Some(Reply::Stat(1, stat))));
}

#[test]
fn what_is_no_packet_is_refused_at_once() {
    for mut bad in [
        BytesMut::from(&b"\xff\xff\xff\xff"[..]),
        BytesMut::from(&b"SSH-2.0-x"[..]),
        packet(99, 0, b""),
        packet(103, 0, &[0, 0, 0, 9, 1]),
        packet(102, 0, &[&[0, 0, 1, 1][..], &[0; 257]].concat()),
        BytesMut::from(&[0, 0, 0, 0][..]),
    ] {
        assert_eq!(Reply::take(&mut bad), Err(Nonsense));
    }
}

proptest! {
    #[test]
    fn no_bytes_are_too_strange(kind in 100..108_u8, rest in prop::collection::vec(any::<u8>(), 0..80)) {
        let mut bytes = packet(kind, 3, &rest);
        if let Ok(reply) = Reply::take(&mut bytes) {
            prop_assert_eq!(reply.and_then(|reply| reply.number()), Some(3));
            prop_assert!(bytes.is_empty());
        }
        let mut bytes = BytesMut::from(&rest[..]);
        while let Ok(Some(_)) = Reply::take(&mut bytes) {}
    }
}
