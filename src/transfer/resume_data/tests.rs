use std::convert::Infallible;
use std::path::PathBuf;

use proptest::prelude::*;
use secrecy::SecretString;

use super::*;
use crate::transfer::{Address, Completion, CostPolicy, Resumable};
use crate::transfer::{
    Beside, Checksum, Credentials, Destination, Evidence, FileIdentity, Google, GroupName, Nextcloud,
    Partial, Protocol, Ranges, Remote, Response, S3, Source, Tus, TusPart, TusParts, Validator, Verified,
    Webdav,
};

const SIZE: u64 = 1000;

fn address(text: &str) -> Address {
    Address::parse(text).unwrap().0
}

fn evidence(ranges: Ranges) -> Evidence {
    let sum = |range: std::ops::Range<u64>| {
        Ok::<_, Infallible>(*blake3::hash(format!("{range:?}").as_bytes()).as_bytes())
    };
    Evidence::take("/home/me/a ü.iso".into(), ranges, sum).unwrap()
}

fn partial(ranges: Ranges, total: Option<u64>) -> Partial {
    Partial {
        path: "/home/me/a ü.iso".into(),
        total,
        validator: Some(Validator::ETag("\"v // 1\"".to_owned())),
        modified: None,
        page: false,
        resumable: true,
        identity: Some(FileIdentity { inode: 5, born: 7 }),
        durable: Ranges::default(),
        evidence: Some(Box::new(evidence(ranges))),
        digests: vec!["crc32:00000001".parse::<Checksum>().unwrap()],
        mirrors: Vec::new(),
        description: None,
        response: None,
        found_at: None,
        verified: None,
    }
}

fn download(partial: Partial) -> Job {
    let mut request = DownloadRequest::new("https://me:S3CR3T@a.example/x?key=SIGNED").unwrap();
    for line in ["X-Token: S3CR3T", "Cookie: S3CR3T", "Proxy-Authorization: S3CR3T", "Accept: text/plain"] {
        request.headers.add_line(line).unwrap();
    }
    (request.if_exists, request.terms.cookie_file) = (IfExists::Overwrite, Some("/etc/cookies".into()));
    Job::Download { request, partial: Some(Box::new(partial)) }
}

fn sound_download() -> Job {
    download(partial(Ranges::up_to(600), Some(SIZE)))
}

fn upload_to(url: &str, remote: Option<Remote>) -> Job {
    let mut request = UploadRequest::new("/home/me/file", url).unwrap();
    request.log_in(&Credentials { user: "me".to_owned(), password: SecretString::from("S3CR3T") });
    let identity = FileIdentity { inode: 1, born: 1 };
    let delivery = Delivery {
        remote,
        confirmed: 400,
        response: Some(Response { status: 500, headers: Vec::new(), body: "S3CR3T".to_owned() }),
        verified: Some(Verified::Length),
        ..Delivery::of(vec![Source { size: SIZE, modified: 3, identity }])
    };
    Job::Upload { request, delivery: Box::new(delivery) }
}

fn upload(remote: Remote) -> Job {
    upload_to("https://a.example/in", Some(remote))
}

fn tus(path: &str) -> Tus {
    Tus::new(address(&format!("https://b.example/{path}?key=SIGNED")))
}

fn parts(ends: [u64; 3]) -> Remote {
    let part = |(start, end)| TusPart { tus: tus("p"), start, end };
    let parts = [(0, ends[0]), (ends[0], ends[1]), (ends[1], ends[2])].map(part).to_vec();
    Remote::TusParts(TusParts { endpoint: address("https://a.example/in"), parts, joining: false })
}

fn remotes() -> Vec<Remote> {
    let url = |name: &str| address(&format!("https://a.example/{name}"));
    vec![
        Remote::Tus(tus("u")),
        parts([300, 600, SIZE]),
        Remote::Resumable(Resumable::new(url("r"), 8)),
        Remote::S3(S3 { id: Some("id".to_owned()), part: 500, tags: [(1, "\"tag\"".to_owned())].into() }),
        Remote::Google(Google { session: url("g"), chunk: 500 }),
        Remote::Webdav(Webdav { part: url("p"), target: url("t"), partly: None, chunk: 500, moving: false }),
        Remote::Nextcloud(Nextcloud { folder: url("f/"), target: url("t"), chunk: 500, moving: false }),
    ]
}

fn text(job: Job) -> String {
    ResumeData::of(job).to_text().unwrap()
}

fn refused(text: impl AsRef<[u8]>) -> NotResumeData {
    ResumeData::parse(text.as_ref()).unwrap_err()
}

/// Says what makes no sense about this, if its text is read.
fn nonsense(job: Job) -> &'static str {
    match refused(text(job)) {
        NotResumeData::Nonsense(why) => why,
        other => panic!("{other:?}"),
    }
}

#[test]
fn no_secret_is_in_it_but_the_address_with_all_that_belongs_to_it() {
    let uploads = remotes().into_iter().map(upload);
    for (job, signed) in
        std::iter::once((sound_download(), 1)).chain(uploads.zip([1, 3].into_iter().chain([0; 9])))
    {
        let data = ResumeData::of(job);
        let written = data.to_text().unwrap();
        assert!(!format!("{data:?}").contains("SIGNED"), "{data:?}");
        assert!(!format!("{written}{data:?}").contains("S3CR3T"), "{written}");
        assert_eq!(written.matches("SIGNED").count(), signed, "{written}");
        assert!(written.contains("Authorization"), "what is missing is known by its name");
    }
    let request = ResumeData::parse(text(sound_download()).as_bytes()).unwrap().download().unwrap();
    assert_eq!(request.headers.lost().count(), 4);
    assert_eq!(request.headers.expose().collect::<Vec<_>>(), [("Accept", "text/plain")]);
}

#[test]
fn it_replaces_no_file_and_reads_none_that_was_only_named_beside_it() {
    let request = ResumeData::parse(text(sound_download()).as_bytes()).unwrap().download().unwrap();
    assert_eq!((request.if_exists, request.terms.cookie_file), (IfExists::Rename, None));
    // Nor if somebody has written that into it.
    let checked = checked::line(&sound_download()).unwrap();
    assert!(checked.contains("cookies") && checked.contains("overwrite"));
    let request = ResumeData::parse(format!("{TITLE}1\n{checked}").as_bytes()).unwrap().download().unwrap();
    assert_eq!((request.if_exists, request.terms.cookie_file), (IfExists::Rename, None));
}

#[test]
fn no_command_comes_along_and_nothing_that_costs_money_or_belongs_to_a_session() {
    let completion = Completion {
        on_success: Some("sh -c 'rm -r ~'".parse().unwrap()),
        on_failure: Some("sh -c 'rm -r /'".parse().unwrap()),
    };
    let (group, policy) = (Some("night".parse::<GroupName>().unwrap()), CostPolicy::Always);
    let Job::Download { mut request, partial } = sound_download() else { unreachable!() };
    (request.terms.completion, request.terms.group, request.terms.cost_policy) =
        (completion.clone(), group.clone(), policy);
    let Job::Upload { request: mut up, delivery } = upload(Remote::Tus(tus("u"))) else { unreachable!() };
    (up.terms.completion, up.terms.group, up.terms.cost_policy) = (completion, group, policy);
    for job in [Job::Download { request, partial }, Job::Upload { request: up, delivery }] {
        let written = checked::line(&job).unwrap();
        assert!(written.contains("rm") && written.contains("night") && written.contains("always"));
        // Whether this program has written it or somebody else.
        let read = ResumeData::parse(format!("{TITLE}1\n{written}").as_bytes()).unwrap();
        for data in [read, ResumeData::of(job)] {
            let terms = data.download().map(|request| request.terms);
            let terms = terms.or_else(|_| data.upload().map(|request| request.terms)).unwrap();
            assert!(terms.completion.is_empty() && terms.group.is_none());
            assert_eq!(terms.cost_policy, CostPolicy::Default);
            assert!(!data.to_text().unwrap().contains("rm -r"));
        }
    }
}

#[test]
fn what_is_something_else_is_told_from_what_is_damaged_and_what_is_newer() {
    let whole = text(sound_download());
    for foreign in ["", "// windlass transfers, version 1", "{}", "\u{0}\u{1}", &"x".repeat(100)] {
        assert_eq!(refused(foreign), NotResumeData::Foreign, "{foreign:?}");
    }
    let mut long = whole.clone().into_bytes();
    long.resize(ResumeData::LONGEST + 1, b' ');
    assert_eq!(refused(long), NotResumeData::Foreign);
    assert_eq!(refused(whole.replacen("version 1", "version 2", 1)), NotResumeData::Newer { found: 2 });
    assert_eq!(refused(format!("{TITLE}2\nof another kind")), NotResumeData::Newer { found: 2 });
    for damaged in [
        whole.replacen("version 1", "version 0", 1),
        whole.replacen("version 1", "version one", 1),
        whole.replacen("600", "700", 1),
        whole[..whole.len() - 9].to_owned(),
        whole.lines().next().unwrap().to_owned(),
        format!("{whole}more"),
    ] {
        assert_eq!(refused(damaged), NotResumeData::Damaged);
    }
    let crossed_a_mailbox = whole.replace('\n', "\r\n") + "\r\n\r\n";
    assert!(ResumeData::parse(crossed_a_mailbox.as_bytes()).is_ok());
}

#[test]
fn the_other_direction_is_told() {
    let (down, up) = (ResumeData::of(sound_download()), ResumeData::of(upload(Remote::Tus(tus("u")))));
    assert_eq!(down.upload().unwrap_err(), NotResumeData::OfDownload);
    assert_eq!(up.download().unwrap_err(), NotResumeData::OfUpload);
    assert_eq!((down.kind(), up.kind()), (Kind::Download, Kind::Upload));
}

#[test]
fn a_download_that_cannot_have_been_is_refused() {
    let of = |change: &dyn Fn(&mut Partial)| {
        let mut partial = partial(Ranges::up_to(600), Some(SIZE));
        change(&mut partial);
        nonsense(download(partial))
    };
    assert_eq!(of(&|it| it.total = Some(599)), "it has bytes behind the end of the file");
    assert_eq!(of(&|it| it.total = Some(u64::MAX)), "its file is longer than any");
    assert_eq!(of(&|it| it.path = "a.iso".into()), "its file has no place");
    assert_eq!(of(&|it| it.path = "/".into()), "its file has no place");
    assert_eq!(of(&|it| it.evidence = None), "nothing proves its bytes");
    assert_eq!(of(&|it| it.durable = Ranges::up_to(5)), "it has bytes that nothing proves");
    let many = evidence([0..10, 20..30].into_iter().collect());
    assert_eq!(of(&|it| it.validator = Some(Validator::ETag("a\nb".into()))), "its version has no name");
    let twice = text(download(Partial { evidence: Some(Box::new(many)), ..partial(Ranges::up_to(9), None) }));
    let value = twice.lines().nth(1).and_then(checked::text).unwrap().replace("(20,30)", "(20,20)");
    let line = format!("{value} // {:08x}", crc32fast::hash(value.as_bytes()));
    let why = "it does not say what its bytes amount to";
    assert_eq!(refused(format!("{TITLE}1\n{line}")), NotResumeData::Nonsense(why));

    let changed = |change: &dyn Fn(&mut DownloadRequest)| {
        let Job::Download { mut request, partial } = sound_download() else { unreachable!() };
        change(&mut request);
        nonsense(Job::Download { request, partial })
    };
    let nowhere = |request: &mut DownloadRequest| request.destination = Some(Destination::File("a".into()));
    assert_eq!(changed(&nowhere), "its file has no place");
    let Job::Upload { request, delivery } = upload(Remote::Tus(tus("u"))) else { unreachable!() };
    let leftover = Job::Leftover { request, delivery };
    assert_eq!(nonsense(leftover), "it is about nothing that anybody wants");
}

#[test]
fn words_that_are_no_address_or_no_header_are_refused() {
    let written = text(sound_download());
    let value = written.lines().nth(1).and_then(checked::text).unwrap();
    for (from, to) in [("https://", "gopher://"), ("text/plain", "a\\r\\nX: b"), ("\"Accept\"", "\"Range\"")]
    {
        let value = value.replacen(from, to, 1);
        let line = format!("{value} // {:08x}", crc32fast::hash(value.as_bytes()));
        assert!(matches!(refused(format!("{TITLE}1\n{line}")), NotResumeData::Nonsense(_)), "{to}");
    }
}

#[test]
fn an_upload_that_cannot_have_been_is_refused() {
    let remote = |remote| nonsense(upload(remote));
    let cannot = "what it says of the server cannot be";
    for ends in [[300, 300, SIZE], [300, 600, SIZE + 1], [300, 200, SIZE], [300, 600, 900]] {
        assert_eq!(remote(parts(ends)), cannot, "{ends:?}");
    }
    assert_eq!(remote(Remote::Tus(Tus { checked: SIZE + 1, ..tus("u") })), cannot);
    assert_eq!(remote(Remote::S3(S3 { id: None, part: 0, tags: [].into() })), cannot);
    let tags = [(u64::MAX, String::new())].into();
    assert_eq!(remote(Remote::S3(S3 { id: None, part: 1, tags })), cannot);
    let chunks = crate::transfer::Chunks { size: Some(u64::MAX), ..Default::default() };
    assert_eq!(remote(Remote::Tus(Tus { chunks, ..tus("u") })), cannot);
    let google = Google { session: address("https://a.example/"), chunk: 0 };
    assert_eq!(remote(Remote::Google(google)), cannot);
    let beside = |tag: &str| Beside { tag: tag.to_owned(), number: 0, whole: false, placing: false };
    assert_eq!(remote(Remote::Beside(beside("7f3a"))), "it goes on in another way");
    let sent = |tag| upload_to("sftp://a.example/in/", Some(Remote::Beside(beside(tag))));
    assert!(ResumeData::parse(text(sent("7f3a")).as_bytes()).is_ok());
    assert_eq!(nonsense(sent("../../etc")), cannot);
    let Job::Upload { request, delivery } = upload(Remote::Tus(tus("u"))) else { unreachable!() };
    let with = |change: &dyn Fn(&mut UploadRequest, &mut Delivery)| {
        let (mut request, mut delivery) = (request.clone(), delivery.clone());
        change(&mut request, &mut delivery);
        nonsense(Job::Upload { request, delivery })
    };
    assert_eq!(with(&|_, it| it.confirmed = SIZE + 1), "more of it has arrived than there is");
    assert_eq!(with(&|_, it| it.sources.clear()), "it does not know its files");
    assert_eq!(with(&|_, it| it.sources[0].size = u64::MAX), "its files are longer than any");
    assert_eq!(with(&|it, _| it.file = "file".into()), "its file has no place");
    assert_eq!(with(&|it, _| it.protocol = Protocol::Sftp), "nothing is sent there like that");
}

#[test]
fn an_upload_goes_on_with_the_same_file_alone() {
    let data = ResumeData::of(upload(Remote::Tus(tus("u"))));
    let request = data.upload().unwrap();
    let now = |size, modified| {
        let identity = FileIdentity { inode: 9, born: 9 };
        Delivery::of(vec![Source { size, modified, identity }])
    };
    let Ok(Job::Upload { delivery, .. }) = data.clone().go_on_sending(request.clone(), now(SIZE, 3)) else {
        panic!("a copy of it is the same")
    };
    assert_eq!((delivery.sources[0].identity.inode, delivery.confirmed), (9, 400));
    for (size, modified) in [(SIZE, 4), (SIZE + 1, 3)] {
        let refused = data.clone().go_on_sending(request.clone(), now(size, modified)).unwrap_err();
        assert_eq!(refused.kind, ErrorKind::FileChanged);
    }
    let elsewhere = UploadRequest { url: address("https://c.example/"), ..request };
    let refused = data.go_on_sending(elsewhere, now(SIZE, 3)).unwrap_err();
    assert_eq!(refused.kind, ErrorKind::NotResumable);
}

#[test]
fn two_that_would_go_on_with_one_thing_are_found() {
    let moved = |path: &str| {
        let partial = partial(Ranges::up_to(9), None);
        let Ok(job) = ResumeData::of(download(partial))
            .go_on_with(DownloadRequest::new("http://a.example/").unwrap(), |_, _| PathBuf::from(path))
        else {
            panic!()
        };
        job
    };
    // They would take it from the same place.
    assert!(moved("/a").collides_with(&moved("/b")));
    for (at, one) in remotes().into_iter().enumerate() {
        for (other_at, other) in remotes().into_iter().enumerate() {
            assert_eq!(upload(one.clone()).collides_with(&upload(other)), at == other_at, "{one:?}");
        }
        assert!(!upload(one).collides_with(&moved("/a")));
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_as_the_same(
        ends in prop::collection::vec((0..SIZE, 1..SIZE), 1..9),
        name in "[^/\u{0}]{1,20}",
        total in prop::option::of(2 * SIZE..9 * SIZE),
        remote in any::<prop::sample::Index>(),
    ) {
        let ranges: Ranges = ends.into_iter().map(|(start, length)| start..start + length).collect();
        prop_assume!(name != "." && name != "..");
        let path = PathBuf::from("/home/me").join(name);
        let jobs = [
            download(Partial { path, ..partial(ranges, total) }),
            upload(remote.get(&remotes()).clone()),
        ];
        for job in jobs {
            let written = text(job);
            let read = ResumeData::parse(written.as_bytes());
            prop_assert_eq!(read.map(|data| data.to_text().unwrap()), Ok(written));
        }
    }

    #[test]
    fn whatever_somebody_has_changed_in_it_is_refused_or_read_as_it_is_written(
        which in any::<prop::sample::Index>(),
        at in any::<prop::sample::Index>(),
        length in 0_usize..9,
        put in prop_oneof!["[0-9]{1,20}", "[\\x20-\\x7e]{0,6}", Just("None".to_owned()), Just("()".to_owned())],
    ) {
        let jobs: Vec<_> = std::iter::once(sound_download()).chain(remotes().into_iter().map(upload)).collect();
        let written = text(which.get(&jobs).clone());
        let mut value = written.lines().nth(1).and_then(checked::text).unwrap().to_owned();
        let places: Vec<_> = value.char_indices().map(|(at, _)| at).chain([value.len()]).collect();
        let start = at.index(places.len());
        let end = (start + length).min(places.len() - 1);
        value.replace_range(places[start]..places[end], &put);
        let line = format!("{value} // {:08x}", crc32fast::hash(value.as_bytes()));
        if let Ok(data) = ResumeData::parse(format!("{TITLE}1\n{line}").as_bytes()) {
            let text = data.to_text().unwrap();
            let again = ResumeData::parse(text.as_bytes()).map(|data| data.to_text().unwrap());
            prop_assert_eq!(again, Ok(text));
        }
    }

    #[test]
    fn whatever_it_is_given_it_does_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..200), value in ".{0,80}") {
        let _ = ResumeData::parse(&bytes);
        let _ = ResumeData::parse(format!("{TITLE}1\n{value} // {:08x}", crc32fast::hash(value.as_bytes())).as_bytes());
    }
}
