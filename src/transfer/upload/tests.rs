use super::*;

fn put(file: &str, url: &str) -> UploadRequest {
    UploadRequest::new(file, url).unwrap().by(Method::Put)
}

#[test]
fn a_file_that_is_put_into_a_folder_keeps_its_name() {
    assert_eq!(put("/b/a b.txt", "http://example.org/in/").url.expose(), "http://example.org/in/a%20b.txt");
    assert_eq!(put("/b/a.txt", "http://example.org/in").url.expose(), "http://example.org/in");
    let posted = UploadRequest::new("/a", "http://example.org/in/").unwrap();
    assert_eq!(posted.by(Method::Post).url.expose(), "http://example.org/in/");
}

#[test]
fn the_kind_of_address_says_which_protocols_fit() {
    for (url, own) in [("sftp://a.example/", Protocol::Sftp), ("ftpes://a.example/", Protocol::Ftp)] {
        let fits = |protocol| UploadRequest::new("/a", url).unwrap().through(protocol).check();
        for protocol in Protocol::ALL {
            let is_fit = *protocol == Protocol::Auto || *protocol == own;
            assert_eq!(fits(*protocol).is_ok(), is_fit, "{protocol:?}");
        }
        assert_eq!(fits(Protocol::Raw).unwrap_err().kind, ErrorKind::UnsupportedScheme);
    }
    for protocol in [Protocol::Sftp, Protocol::Ftp] {
        assert!(UploadRequest::new("/a", "https://a.example/").unwrap().through(protocol).check().is_err());
    }
}

#[test]
fn a_login_can_be_given_anew_and_another_address_not() {
    let typed = |url| address_and_login(url).unwrap();
    let mut upload = UploadRequest::new("/a/x", "http://example.org/b/").unwrap().through(Protocol::S3);
    upload.headers.add("X-Amz-Meta-A", "1").unwrap();
    for same in ["http://me:S3CR3T@example.org/b/", "http://me:S3CR3T@example.org/b/x"] {
        let (url, headers) = typed(same);
        upload.point_at(&url, &headers).unwrap();
    }
    assert_eq!((upload.headers.login().unwrap().user, upload.headers.expose().count()), ("me".into(), 2));
    for other in ["http://a:b@example.org/c/", "http://a:b@example.com/b/x", "http://example.org/b/x"] {
        let (url, headers) = typed(other);
        assert_eq!(upload.point_at(&url, &headers).unwrap_err().kind, ErrorKind::NotResumable);
    }
    assert_eq!(upload.headers.login().unwrap().user, "me");
}

#[test]
fn files_that_would_be_stored_in_place_of_each_other_are_found() {
    let folder = "http://example.org/in/";
    assert!(UploadRequest::clash(&[put("/a/x", folder), put("/a/y", folder)]).is_none());
    assert!(UploadRequest::clash(&[put("/a/x", folder), put("/b/x", folder)]).is_some());
    let one = "http://example.org/in";
    assert!(UploadRequest::clash(&[put("/a/x", one), put("/a/y", one)]).is_some());
    let stored = |file: &str, url: &str| UploadRequest::new(file, url).unwrap();
    let folder = "sftp://example.org/in/";
    assert!(UploadRequest::clash(&[stored("/a/x", folder), stored("/a/y", folder)]).is_none());
    assert!(UploadRequest::clash(&[stored("/a/x", folder), stored("/b/x", folder)]).is_some());
    let posted = || UploadRequest::new("/a", one).unwrap();
    assert!(UploadRequest::clash(&[posted(), posted()]).is_none());
    let shared = |file| UploadRequest::new(file, folder).unwrap().through(Protocol::Webdav);
    assert!(UploadRequest::clash(&[shared("/a/x"), shared("/b/y")]).is_none());
    assert!(UploadRequest::clash(&[shared("/a/x"), shared("/b/x")]).is_some());
}

#[test]
fn fields_whose_names_say_that_they_are_secrets_are_written_down_without_their_values() {
    let mut upload = UploadRequest::new("/a", "http://example.org/").unwrap().through(Protocol::Form);
    for (name, value) in
        [("keys[]", "S3CR3T"), ("keys[]", "S3CR3T 2"), ("title", "it"), ("key", "{filename}")]
    {
        upload.add_field(name, value);
    }
    let written = ron::to_string(&upload).unwrap();
    assert!(!written.contains("S3CR3T") && written.contains("keys[]") && written.contains("it"), "{written}");
    assert_eq!(upload.headers.fields().collect::<Vec<_>>(), [("keys[]", "S3CR3T"), ("keys[]", "S3CR3T 2")]);
    let mut read: UploadRequest = ron::from_str(&written).unwrap();
    assert!(read.headers.missing().is_some() && upload.headers.missing().is_none());
    let secrets = upload.headers.secrets().map(|(name, value)| (name.to_owned(), value.to_owned().into()));
    read.headers.restore(secrets);
    assert_eq!(read.headers.fields().map(|(_, value)| value).collect::<Vec<_>>(), ["S3CR3T", "S3CR3T 2"]);
}
