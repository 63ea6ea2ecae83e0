//! The list of what the program is made of is the one that the window shows, and tells everything.
//! `WINDLASS_WRITE=1 cargo test --test licences` writes it anew.
#![cfg(feature = "app")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "what breaks here is a failed test")]
#![allow(clippy::disallowed_methods, reason = "half a list is an old one, and told of")]

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::process::Command;

use serde_json::Value;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
/// The list is that of one system, or it would differ from one to the next.
const SYSTEM: &str = "x86_64-unknown-linux-gnu";

/// What cargo knows, without asking the network.
fn metadata() -> Value {
    let said = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--offline", "--locked", "--filter-platform", SYSTEM])
        .current_dir(ROOT)
        .output()
        .unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    serde_json::from_slice(&said.stdout).unwrap()
}

/// The packages that end up in the program: neither tests nor what only builds it.
fn built_in(resolved: &Value) -> BTreeSet<String> {
    let nodes: HashMap<_, _> = resolved["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| (node["id"].as_str().unwrap(), node["deps"].as_array().unwrap()))
        .collect();
    let root = resolved["root"].as_str().unwrap();
    let (mut found, mut open) = (BTreeSet::new(), vec![root]);
    while let Some(id) = open.pop() {
        let is_built_in =
            |of: &&Value| of["dep_kinds"].as_array().unwrap().iter().any(|kind| kind["kind"].is_null());
        for next in nodes[id].iter().filter(is_built_in) {
            let next = next["pkg"].as_str().unwrap();
            if found.insert(next.to_owned()) {
                open.push(next);
            }
        }
    }
    found
}

/// A licence in one way, of the several in which packages say the same.
fn in_order(licence: &str) -> String {
    if licence.contains(" AND ") {
        return licence.to_owned();
    }
    let choices: BTreeSet<_> =
        licence.split(" OR ").flat_map(|choice| choice.split('/')).map(str::trim).collect();
    choices.into_iter().collect::<Vec<_>>().join(" OR ")
}

/// Each licence, and the names of what is under it.
fn listed(metadata: &Value) -> String {
    let built_in = built_in(&metadata["resolve"]);
    let mut licences: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for package in metadata["packages"].as_array().unwrap() {
        if built_in.contains(package["id"].as_str().unwrap()) {
            let name = package["name"].as_str().unwrap();
            let licence = package["license"].as_str().unwrap_or_else(|| panic!("{name} names no licence"));
            licences.entry(in_order(licence)).or_default().insert(name);
        }
    }
    let parts = licences
        .into_iter()
        .map(|(licence, names)| format!("{licence}\n{}\n", names.into_iter().collect::<Vec<_>>().join(", ")));
    parts.collect::<Vec<_>>().join("\n")
}

#[test]
fn the_list_of_licences_is_up_to_date() {
    let path = std::path::Path::new(ROOT).join("assets/licences.txt");
    let list = listed(&metadata());
    if std::env::var_os("WINDLASS_WRITE").is_some() {
        std::fs::write(&path, &list).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == list, "write it anew, see the head of this file: {list}");
}
