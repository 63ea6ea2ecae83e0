//! Sites on the command line, where there is no keyring.

use super::server::Server;
use super::{Shell, json, text};

#[test]
fn a_site_is_set_listed_used_changed_and_removed() {
    let (shell, server) = (Shell::new(), Server::with_file(b"content".to_vec()));
    let url = server.url("files");
    let set = |rest: &[&str]| {
        let mut arguments = vec!["sites", "set", &url];
        arguments.extend(rest);
        shell.run(&arguments)
    };
    assert!(set(&["-H", "X-Client: one", "--limit", "2M", "--connections", "2"]).status.success());
    let kept = set(&["-H", "X-Api-Key: CANARY", "--limit", "none", "--cost-policy", "always"]);
    assert!(kept.status.success() && text(&kept.stderr).contains("There is no keyring here"), "{kept:?}");
    let listed = shell.run(&["sites", "--json"]);
    let site = json(text(&listed.stdout).trim());
    assert_eq!(site["url"], format!("{url}/"));
    assert_eq!((&site["headers"][0], &site["connections"]), (&"X-Client: one".into(), &2.into()));
    assert_eq!((&site["limit"], &site["cost_policy"]), (&serde_json::Value::Null, &"always".into()));
    assert!(!text(&listed.stdout).contains("CANARY"));
    assert_eq!(text(&shell.run(&["sites"]).stdout), format!("{url}/\n"));

    let without = shell.run(&["get", &server.url("files/a")]);
    assert_eq!(without.status.code(), Some(1), "{without:?}");
    let got = shell.run(&["get", &server.url("files/a"), "-H", "X-Api-Key: CANARY", "-q"]);
    assert!(got.status.success(), "{got:?}");
    let seen = server.seen();
    assert_eq!(seen.len(), 1, "nothing was asked without what is secret");
    assert_eq!((seen[0].header("x-client"), seen[0].header("x-api-key")), (Some("one"), Some("CANARY")));

    assert!(shell.run(&["sites", "remove", &url]).status.success());
    assert_eq!(shell.run(&["sites", "remove", &url]).status.code(), Some(2));
    assert!(shell.run(&["sites"]).stdout.is_empty());
    assert_eq!(shell.run(&["sites", "set", "nowhere"]).status.code(), Some(2));
}

#[test]
fn a_download_goes_where_its_site_or_its_group_says_unless_it_says_so_itself() {
    let (shell, server) = (Shell::new(), Server::with_file(b"content".to_vec()));
    let url = |path: &str| server.url(path);
    let done = |arguments: &[&str]| {
        let output = shell.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {output:?}");
        output
    };
    done(&["sites", "set", &url("pub"), "-d", "of-site"]);
    done(&["get", "-q", &url("pub/here"), &url("else/here")]);
    assert!(shell.path("of-site/here").exists() && shell.path("here").exists());
    done(&["get", "-q", &url("pub/placed"), "-d", "mine"]);
    done(&["get", "-q", &url("pub/named"), "-o", "named"]);
    assert!(shell.path("mine/placed").exists() && shell.path("named").exists());
    done(&["get", "--background", "--group", "Other", &url("else/other")]);
    done(&["groups", "set", "Night", "-d", "of-group"]);
    for arguments in [
        &["get", "--background", "--group", "Night", &url("else/handed"), &url("pub/handed")][..],
        &["get", "--background", "--group", "Night", &url("else/own"), "-d", "mine"],
    ] {
        done(arguments);
    }
    for path in ["of-group/handed", "of-site/handed", "mine/own", "other"] {
        super::wait_for(path, || shell.path(path).exists().then_some(()));
    }
}
