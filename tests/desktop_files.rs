//! What the desktop reads of the program: its entry, its description and its icons fit the program that they
//! are shipped with.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "what breaks here is a failed test")]

use std::path::Path;
use std::process::Command;

use clap::Parser as _;
use windlass::cli::args::Arguments;
use windlass::i18n::Language;

const ENTRY: &str = include_str!("../assets/org.windlass.Windlass.desktop");
const DESCRIPTION: &str = include_str!("../assets/org.windlass.Windlass.metainfo.xml");
const SERVICE: &str = include_str!("../assets/org.windlass.Windlass.service");
const UNIT: &str = include_str!("../assets/windlass.service");

/// The values of `key` in one group, by languages as the file writes them; the first has none.
fn values<'e>(group: &str, key: &str) -> Vec<(&'e str, &'e str)> {
    let groups = ENTRY.split("\n\n").find(|text| text.starts_with(&format!("[{group}]"))).unwrap();
    let lines = groups.lines().filter_map(|line| line.split_once('='));
    lines
        .filter_map(|(name, value)| {
            let rest = name.strip_prefix(key)?;
            let language = rest.strip_prefix('[').map_or(rest, |rest| rest.trim_end_matches(']'));
            (rest.is_empty() || rest.starts_with('[')).then_some((language, value))
        })
        .collect()
}

fn locale(language: Language) -> String {
    if language == Language::English { String::new() } else { language.code().replace('-', "_") }
}

#[test]
fn every_command_line_is_one_that_the_program_takes() {
    let entry = ENTRY.lines().filter_map(|line| line.strip_prefix("Exec="));
    let unit =
        UNIT.lines().filter_map(|line| line.strip_prefix("Exec")?.split_once('=').map(|(_, line)| line));
    let service = SERVICE.lines().filter_map(|line| line.strip_prefix("Exec=/usr/bin/"));
    let lines: Vec<_> = entry.chain(unit).chain(service).collect();
    assert_eq!(lines.len(), 8, "{lines:?}");
    for line in lines {
        let words = shlex::split(&line.replace("%U", "https://example.org/a file:///a.meta4")).unwrap();
        assert_eq!(words[0], "windlass");
        assert!(Arguments::try_parse_from(&words).is_ok(), "{line}");
    }
}

#[test]
fn every_action_has_a_group_and_the_words_of_the_window() {
    let [(_, actions)] = values("Desktop Entry", "Actions")[..] else { panic!("one line") };
    let actions: Vec<_> = actions.split_terminator(';').collect();
    let keys = ["add-download", "add-upload", "pause-all", "resume-all"];
    assert_eq!(actions.len(), keys.len());
    for (action, key) in actions.iter().zip(keys) {
        let names = values(&format!("Desktop Action {action}"), "Name");
        for language in Language::ALL {
            let texts =
                Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("i18n/{}/windlass.ftl", language.code()));
            let texts = std::fs::read_to_string(texts).unwrap();
            let words = texts.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(" = ")).unwrap();
            let written = names.iter().find(|(written, _)| *written == locale(language));
            assert_eq!(written.map(|(_, name)| *name), Some(words), "{action} in {language:?}");
        }
    }
}

#[test]
fn the_program_is_described_in_every_language() {
    for language in Language::ALL {
        let locale = locale(language);
        for key in ["GenericName", "Comment"] {
            assert!(
                values("Desktop Entry", key).iter().any(|(written, _)| *written == locale),
                "{key} {locale}"
            );
        }
        let summary = if locale.is_empty() {
            "<summary>".to_owned()
        } else {
            format!("<summary xml:lang=\"{locale}\">")
        };
        assert!(DESCRIPTION.contains(&summary), "{summary}");
    }
}

#[test]
fn the_newest_release_is_this_version() {
    let (_, releases) = DESCRIPTION.split_once("<releases>").unwrap();
    let newest = releases.trim_start().strip_prefix("<release version=\"").unwrap();
    assert_eq!(newest.split_once('"').unwrap().0, env!("CARGO_PKG_VERSION"));
}

/// Runs a checker of the desktop's, where it is installed.
fn check(program: &str, arguments: &[&str]) {
    match Command::new(program).args(arguments).output() {
        Ok(done) => {
            let said = [done.stdout, done.stderr].concat();
            assert!(done.status.success(), "{program}: {}", String::from_utf8_lossy(&said));
        }
        Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::NotFound, "{program}"),
    }
}

#[test]
fn the_checkers_of_the_desktop_find_no_fault() {
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets");
    let file = |name: &str| assets.join(name).to_str().unwrap().to_owned();
    check("desktop-file-validate", &[&file("org.windlass.Windlass.desktop")]);
    check(
        "appstreamcli",
        &["validate", "--no-net", "--pedantic", &file("org.windlass.Windlass.metainfo.xml")],
    );
}
