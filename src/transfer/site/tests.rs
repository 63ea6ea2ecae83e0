use secrecy::SecretString;

use super::*;
use crate::transfer::{CostPolicy, DownloadRequest, ErrorKind, Notify, Priority, ProxyChoice};

fn address(url: &str) -> Address {
    Address::parse(url).unwrap().0
}

fn site(url: &str) -> Site {
    let mut site = Site::new(&address(url));
    site.log_in(&Credentials { user: "me".to_owned(), password: SecretString::from("S3CR3T") });
    site.headers.add("X-Client", "one").unwrap();
    site.headers.add("X-Api-Key", "S3CR3T").unwrap();
    site.folder = Some("/in".into());
    site.terms = Terms {
        notify: Notify {
            success: Some("done".to_owned()),
            failure: Some("not done".to_owned()),
            quiet: false,
        },
        priority: Priority::try_from(0.75).unwrap(),
        cost_policy: CostPolicy::Always,
        group: Some("work".parse().unwrap()),
        retries: Some(0),
        pause_on: vec![ErrorKind::NotFound],
        timeout: Some(9),
        limit: Some(1000),
        connections: std::num::NonZeroU8::new(3),
        proxy: ProxyChoice::Direct,
        cookie_file: Some("/cookies".into()),
        ..Terms::default()
    };
    site
}

fn job(url: &str) -> Job {
    Job::Download { request: DownloadRequest::at(address(url)), partial: None }
}

#[test]
fn it_is_written_and_read_without_its_secrets() {
    let site = site("https://me:S3CR3T@a.example/files?token=S3CR3T");
    assert_eq!(site.name(), "https://a.example/files/");
    let written = ron::to_string(&site).unwrap();
    assert!(!format!("{written}{site:?}").contains("S3CR3T"), "{written}");
    let read: Site = ron::from_str(&written).unwrap();
    assert_eq!(ron::to_string(&read).unwrap(), written);
    assert_eq!((&read.terms, &read.folder), (&site.terms, &site.folder));
    assert_eq!(read.headers.lost().collect::<Vec<_>>(), ["Authorization", "X-Api-Key"]);
    let json = serde_json::to_string(&site).unwrap();
    assert_eq!(serde_json::from_str::<Site>(&json).unwrap().terms, site.terms);
}

#[test]
fn it_can_be_written_by_hand_and_what_another_version_knows_is_kept() {
    let text = r#"{"url": "https://a.example", "limit": 5, "retries": "2", "new": [1]}"#;
    let site: Site = ron::from_str(text).unwrap();
    assert_eq!((site.terms.limit, site.terms.retries), (Some(5), Some(2)));
    assert!(ron::to_string(&site).unwrap().contains("new"));
    for wrong in
        ["retries\": \"x", "cost_policy\": \"x", "proxy\": \"x y", "headers\": [\"x\"], \"group\": \"a"]
    {
        let text = format!(r#"{{"url": "https://a.example", "{wrong}"}}"#);
        assert!(ron::from_str::<Site>(&text).is_err(), "{text}");
    }
}

#[test]
fn it_holds_for_what_is_in_its_folder_on_its_server_alone() {
    let site = site("https://a.example/files");
    for inside in ["https://a.example/files", "https://a.example/files/", "https://a.example:443/files/a/b?c"]
    {
        assert!(site.covers(&address(inside)), "{inside}");
    }
    for outside in [
        "https://a.example/",
        "https://a.example/filesystem",
        "https://a.example/x/files/",
        "http://a.example/files/a",
        "https://a.example:444/files/a",
        "https://b.a.example/files/a",
        "https://a.example.net/files/a",
        "https://a.example/files/../a",
        "ftps://a.example/files/a",
    ] {
        assert!(!site.covers(&address(outside)), "{outside}");
    }
}

#[test]
fn the_one_that_says_most_closely_where_holds() {
    let sites =
        ["https://a.example/", "https://a.example/x/y/", "https://a.example/x/", "https://b.example/"];
    let sites = sites.map(|url| Site::new(&address(url)));
    let of = |url: &str| Site::of(&address(url), &sites).map(Site::name);
    assert_eq!(of("https://a.example/x/y/z"), Some("https://a.example/x/y/"));
    assert_eq!(of("https://a.example/x/z"), Some("https://a.example/x/"));
    assert_eq!(of("https://a.example/z"), Some("https://a.example/"));
    assert_eq!(of("https://c.example/z"), None);
}

#[test]
fn a_job_gets_what_it_says_nothing_else_about() {
    let (mut job, site) = (job("https://a.example/b"), site("https://a.example/"));
    if let Job::Download { request, .. } = &mut job {
        request.headers.add("x-client", "two").unwrap();
        (request.terms.limit, request.terms.notify.quiet) = (Some(7), true);
    }
    site.complete(&mut job);
    let Job::Download { request, .. } = job else { unreachable!() };
    assert_eq!(request.destination, Some(Destination::Folder("/in".into())));
    assert_eq!(request.headers.plain().collect::<Vec<_>>(), [("x-client", "two")]);
    let expected = Terms { limit: Some(7), notify: request.terms.notify.clone(), ..site.terms.clone() };
    assert!(request.terms.notify.quiet && request.terms.notify.success.is_none());
    assert_eq!(request.terms, expected);
}

#[test]
fn the_values_of_its_secrets_are_found_where_they_are_kept_and_its_own_stay_its_own() {
    let (mut job, site) = (job("https://a.example/b"), site("https://a.example/"));
    if let Job::Download { request, .. } = &mut job {
        request.headers.add("x-api-key", "MINE").unwrap();
    }
    site.complete(&mut job);
    assert_eq!(job.kept_for_site(), Some(site.key()));
    assert_eq!(job.missing_secret(), None);
    let mut read: Job = ron::from_str(&ron::to_string(&job).unwrap()).unwrap();
    assert_eq!(read.missing_secret(), Some("x-api-key"), "which is not the site's");
    read.take_secrets(Purpose::Site, &site.secrets().unwrap());
    assert_eq!((read.missing_secret(), read.kept_for_site()), (Some("x-api-key"), None));
    read.take_secrets(Purpose::Transfer, &job.own_secrets().unwrap());
    assert_eq!(read.headers().missing(), None);
    assert_eq!(read.headers().login().unwrap().user, "me");
    assert!(read.headers().secrets().any(|(name, value)| (name, value) == ("x-api-key", "MINE")));
}

#[test]
fn a_login_that_is_given_later_is_not_taken_for_that_of_the_site() {
    let (mut job, site) = (job("https://a.example/b"), site("https://a.example/"));
    site.complete(&mut job);
    job.headers_mut().add_login(&Credentials { user: "you".to_owned(), password: SecretString::from("x") });
    let mut read: Job = ron::from_str(&ron::to_string(&job).unwrap()).unwrap();
    read.take_secrets(Purpose::Site, &site.secrets().unwrap());
    assert_eq!(read.missing_secret(), Some("Authorization"));
}
