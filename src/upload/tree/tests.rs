use std::collections::BTreeSet;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use proptest::prelude::*;

use super::*;

fn file(path: impl AsRef<Path>, size: u64) {
    std::fs::File::create_new(path).unwrap().set_len(size).unwrap();
}

/// What is found, each in one word: `path=length`, `path/` or `path!reason`.
fn found(tree: Tree, below: &Path) -> Vec<String> {
    let shown = |path: &Path| path.strip_prefix(below).unwrap().to_string_lossy().into_owned();
    tree.map(|found| match found {
        Found::File { path, folders, size } => {
            format!("{}={size}", folders.as_path().join(path.file_name().unwrap()).to_string_lossy())
        }
        Found::Folder(path) => format!("{}/", shown(&path)),
        Found::LeftOut(LeftOut { path, why }) => format!("{}!{}", shown(&path), why.name()),
    })
    .collect()
}

#[test]
fn files_come_in_the_order_of_their_names_with_the_folders_that_lead_to_them() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("photos");
    std::fs::create_dir_all(root.join("b/deep")).unwrap();
    std::fs::create_dir(root.join("empty")).unwrap();
    for (name, size) in [("b/2", 2), ("b/deep/1", 1), ("c d.part", 3), (".hidden", 4), ("a", 0)] {
        file(root.join(name), size);
    }
    assert_eq!(
        found(Tree::of(&root).unwrap(), dir.path()),
        [
            "photos/",
            "photos/.hidden=4",
            "photos/a=0",
            "photos/b/",
            "photos/b/2=2",
            "photos/b/deep/",
            "photos/b/deep/1=1",
            "photos/c d.part=3",
            "photos/empty!empty-folder",
        ]
    );
    let inside = found(Tree::inside(&root).unwrap(), dir.path());
    assert_eq!(inside[..3], ["photos/", ".hidden=4", "a=0"]);
    let mut tally = Tally::default();
    for found in Tree::of(&root).unwrap() {
        tally.add(&found);
    }
    assert_eq!(tally, Tally { files: 5, folders: 3, bytes: 10 });
}

#[test]
fn a_link_is_sent_only_if_it_leads_to_a_file_of_the_folder_and_never_followed_into_a_folder() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("r");
    std::fs::create_dir_all(root.join("sub")).unwrap();
    file(root.join("sub/f"), 7);
    file(dir.path().join("secret"), 1);
    for (link, target) in [
        ("1", "sub/f"),
        ("2", "../secret"),
        ("3", "sub"),
        ("4", "."),
        ("5", "nowhere"),
        ("6", "6"),
        ("7", ".."),
        ("8", "/dev/null"),
    ] {
        symlink(target, root.join(link)).unwrap();
    }
    let expected = [
        "r/",
        "r/1=7",
        "r/2!link-to-outside",
        "r/3!link-to-folder",
        "r/4!link-to-folder",
        "r/5!link-to-nothing",
        "r/6!link-to-nothing",
        "r/7!link-to-folder",
        "r/8!link-to-outside",
        "r/sub/",
        "r/sub/f=7",
    ];
    assert_eq!(found(Tree::of(&root).unwrap(), dir.path()), expected);
    // Whoever names a link to a folder means the folder.
    symlink("r", dir.path().join("link")).unwrap();
    let through = found(Tree::of(&dir.path().join("link")).unwrap(), dir.path());
    assert_eq!(through.len(), expected.len());
    assert_eq!(through[1], "link/1=7");
}

#[test]
fn what_cannot_be_sent_is_told_and_the_rest_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("r");
    std::fs::create_dir_all(root.join("closed")).unwrap();
    file(root.join("z"), 1);
    let _socket = std::os::unix::net::UnixListener::bind(root.join("socket")).unwrap();
    std::fs::set_permissions(root.join("closed"), std::fs::Permissions::from_mode(0o000)).unwrap();
    let found = found(Tree::of(&root).unwrap(), dir.path());
    // The administrator may read everything.
    let closed = ["r/closed!unreadable", "r/closed!empty-folder"];
    assert!(closed.contains(&found[1].as_str()), "{found:?}");
    assert_eq!(found[2..], ["r/socket!no-file", "r/z=1"]);
    let told = LeftOut { path: "/r/socket".into(), why: Why::NoFile }.to_string();
    assert_eq!(told, "/r/socket: not sent, as it is no ordinary file");
}

#[test]
fn only_a_folder_is_a_tree_and_an_empty_one_is_told() {
    let dir = tempfile::tempdir().unwrap();
    file(dir.path().join("f"), 1);
    assert!(Tree::of(&dir.path().join("f")).is_err());
    assert!(Tree::of(&dir.path().join("none")).is_err());
    std::fs::create_dir(dir.path().join("e")).unwrap();
    assert_eq!(found(Tree::of(&dir.path().join("e")).unwrap(), dir.path()), ["e!empty-folder"]);
}

#[test]
fn a_folder_without_a_name_gives_what_is_in_it() {
    let dir = tempfile::tempdir().unwrap();
    file(dir.path().join("f"), 1);
    let tree = Tree::of(&dir.path().join("x/..")).map(|_| ());
    assert!(tree.is_err(), "there is no x");
    std::fs::create_dir(dir.path().join("x")).unwrap();
    let tree = Tree::of(&dir.path().join("x/..")).unwrap();
    let files: Vec<_> = tree
        .filter_map(|found| match found {
            Found::File { folders, .. } => Some(folders),
            _ => None,
        })
        .collect();
    assert_eq!(files, [Folders::default()]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn every_file_is_found_once_in_order_whatever_its_name_is(
        paths in prop::collection::btree_set(
            prop::collection::vec(prop::collection::vec(any::<u8>(), 1..6), 1..4), 0..20,
        ),
    ) {
        let dir = tempfile::tempdir().unwrap();
        let mut made = BTreeSet::new();
        for parts in &paths {
            let Ok(inside) = parts.iter().try_fold(Folders::default(), |folders, part| {
                if part.contains(&0) { Err(()) } else { folders.inner(OsStr::from_bytes(part)).ok_or(()) }
            }) else { continue };
            let path = dir.path().join(inside.as_path());
            if path.parent().is_some_and(|parent| std::fs::create_dir_all(parent).is_ok())
                && std::fs::File::create_new(&path).is_ok()
            {
                made.insert(path);
            }
        }
        let found: Vec<PathBuf> = Tree::inside(dir.path()).unwrap().filter_map(|found| match found {
            Found::File { path, folders, .. } => {
                assert_eq!(dir.path().join(folders.as_path()).join(path.file_name().unwrap()), path);
                Some(path)
            }
            _ => None,
        }).collect();
        prop_assert!(found.is_sorted());
        prop_assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), made);
    }
}
