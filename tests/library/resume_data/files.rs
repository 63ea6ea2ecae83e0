//! Part files that are where they were, somewhere else, copies, damaged, others, or gone.

use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use windlass::{DownloadRequest, IfExists, ResumeData, Snapshot, save_resume_data};

use super::{HERE, OVERLAP, SIZE, elsewhere, ended, part};
use crate::server::{Server, content};
use crate::{assert_complete, run, write};

const MIB: usize = 1024 * 1024;

/// Continues it at this place.
fn at(dir: &Path, data: &ResumeData, path: &Path) -> Snapshot {
    with(dir, data, data.download().unwrap().into_file(path))
}

fn with(dir: &Path, data: &ResumeData, request: DownloadRequest) -> Snapshot {
    let session = elsewhere(dir);
    run(&session, async { session.resume_download(data, request).await.unwrap().settled().await.unwrap() })
}

/// Takes the part file to another computer.
fn copied(dir: &Path) -> PathBuf {
    let (from, to) = (dir.join("a.bin"), dir.join("far/b.bin"));
    std::fs::create_dir(dir.join("far")).unwrap();
    std::fs::copy(part(&from), part(&to)).unwrap();
    std::fs::remove_file(part(&from)).unwrap();
    to
}

/// How many bytes were asked for behind the first request.
fn asked_for(server: &Server, size: usize) -> usize {
    let length = |first: usize, last: Option<usize>| last.map_or(size, |last| last + 1) - first;
    server.seen().iter().skip(1).map(|request| length(request.first().unwrap_or(0), request.last())).sum()
}

#[test]
fn a_copy_on_another_computer_is_gone_on_with() {
    let dir = tempfile::tempdir().unwrap();
    let body: Arc<[u8]> = content(11, SIZE).into();
    let (server, data) = ended(dir.path(), &body, HERE);
    let place = copied(dir.path());
    let done = at(dir.path(), &data, &place);
    assert_complete(&done, &body);
    assert_eq!((done.path.unwrap(), done.restarts), (place, 0));
    assert_eq!(asked_for(&server, SIZE), SIZE - HERE + OVERLAP);
}

#[test]
fn it_is_moved_to_a_new_place_on_the_same_disk() {
    let dir = tempfile::tempdir().unwrap();
    let body: Arc<[u8]> = content(12, SIZE).into();
    let (server, data) = ended(dir.path(), &body, HERE);
    let into = data.download().unwrap().into_folder(dir.path().join("new/folder"));
    let done = with(dir.path(), &data, into);
    assert_complete(&done, &body);
    assert_eq!(done.path.unwrap(), dir.path().join("new/folder/a.bin"));
    assert!(!part(&dir.path().join("a.bin")).exists());
    assert_eq!(asked_for(&server, SIZE), SIZE - HERE + OVERLAP);
}

#[test]
fn without_it_the_file_is_fetched_from_its_first_byte() {
    let dir = tempfile::tempdir().unwrap();
    let body: Arc<[u8]> = content(13, SIZE).into();
    let (server, data) = ended(dir.path(), &body, HERE);
    std::fs::remove_file(part(&dir.path().join("a.bin"))).unwrap();
    let done = at(dir.path(), &data, &dir.path().join("b.bin"));
    assert_complete(&done, &body);
    assert_eq!(done.path.unwrap(), dir.path().join("b.bin"));
    assert_eq!(server.seen()[1].header("if-range"), None);
}

#[test]
fn blocks_of_a_copy_that_differ_are_fetched_anew_and_nothing_behind_them_stays() {
    let dir = tempfile::tempdir().unwrap();
    let (size, here) = (20 * MIB, 18 * MIB);
    let body: Arc<[u8]> = content(14, size).into();
    let (server, data) = ended(dir.path(), &body, here);
    let place = copied(dir.path());
    let file = std::fs::OpenOptions::new().write(true).open(part(&place)).unwrap();
    file.write_all_at(b"damage", 9 * MIB as u64).unwrap();
    file.write_all_at(&vec![7; 5 * MIB], here as u64).unwrap();
    assert_complete(&at(dir.path(), &data, &place), &body);
    // The damaged block, what had not come, and what shows that the rest is the same.
    let asked: usize = asked_for(&server, size);
    assert!(asked < 12 * MIB, "{asked}");
}

#[test]
fn of_a_copy_that_was_cut_off_what_is_whole_is_gone_on_with() {
    let dir = tempfile::tempdir().unwrap();
    let (size, here) = (20 * MIB, 18 * MIB);
    let body: Arc<[u8]> = content(15, size).into();
    let (server, data) = ended(dir.path(), &body, here);
    let place = copied(dir.path());
    std::fs::OpenOptions::new().write(true).open(part(&place)).unwrap().set_len(10 * MIB as u64).unwrap();
    assert_complete(&at(dir.path(), &data, &place), &body);
    assert_eq!(asked_for(&server, size), 12 * MIB + OVERLAP);
}

#[test]
fn another_file_of_that_name_is_left_alone() {
    for seed in [16, 17] {
        let dir = tempfile::tempdir().unwrap();
        let body: Arc<[u8]> = content(18, SIZE).into();
        let (_, data) = ended(dir.path(), &body, HERE);
        let other = content(seed, if seed == 16 { SIZE } else { 10 });
        let place = dir.path().join("b.bin");
        std::fs::remove_file(part(&dir.path().join("a.bin"))).unwrap();
        write(&part(&place), &other);
        let done = at(dir.path(), &data, &place);
        assert_eq!(done.path.as_deref(), Some(&*dir.path().join("b (1).bin")));
        assert_complete(&done, &body);
        assert!(std::fs::read(part(&place)).unwrap() == other);
    }
}

#[test]
fn a_link_to_a_file_is_not_written_through() {
    let dir = tempfile::tempdir().unwrap();
    let body: Arc<[u8]> = content(19, SIZE).into();
    let (_, data) = ended(dir.path(), &body, HERE);
    let (from, place) = (dir.path().join("a.bin"), dir.path().join("b.bin"));
    let target = dir.path().join("target");
    std::fs::rename(part(&from), &target).unwrap();
    std::os::unix::fs::symlink(&target, part(&place)).unwrap();
    let done = at(dir.path(), &data, &place);
    assert_complete(&done, &body);
    assert!(std::fs::read(&target).unwrap() == body[..HERE]);
}

#[test]
fn a_file_that_has_the_name_is_not_replaced_whatever_was_asked_for_before() {
    let dir = tempfile::tempdir().unwrap();
    let body: Arc<[u8]> = content(20, SIZE).into();
    let (_, data) = ended(dir.path(), &body, HERE);
    let place = dir.path().join("a.bin");
    write(&place, b"mine");
    assert_eq!(data.download().unwrap().if_exists, IfExists::Rename);
    let done = at(dir.path(), &data, &place);
    assert_eq!(done.path.as_deref(), Some(&*dir.path().join("a (1).bin")));
    assert_eq!(std::fs::read(&place).unwrap(), b"mine");
    assert!(std::fs::read(dir.path().join("a (1).bin")).unwrap() == *body);
}

#[test]
fn it_is_saved_where_nothing_is_and_nobody_else_can_read_it() {
    use std::os::unix::fs::PermissionsExt as _;

    let dir = tempfile::tempdir().unwrap();
    let (_, data) = ended(dir.path(), &content(21, SIZE).into(), HERE);
    let file = dir.path().join("a.resume");
    save_resume_data(&data, &file).unwrap();
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let text = std::fs::read(&file).unwrap();
    assert_eq!(ResumeData::parse(&text).unwrap().to_text().unwrap().as_bytes(), text);
    assert_eq!(save_resume_data(&data, &file).unwrap_err().kind, windlass::ErrorKind::FileExists);
    assert!(save_resume_data(&data, &dir.path().join("nowhere/a.resume")).is_err());
}
