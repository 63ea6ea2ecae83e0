use super::*;
use crate::transfer::checked::line;
use crate::transfer::{DownloadRequest, Partial};

fn transfer(name: &str) -> Transfer {
    Transfer::new(Job::Download {
        request: DownloadRequest::new(&format!("http://example.org/{name}")).unwrap(),
        partial: Some(Box::new(Partial {
            path: format!("/tmp/{name}").into(),
            total: Some(100),
            validator: None,
            modified: None,
            page: false,
            resumable: true,
            identity: None,
            durable: Ranges::default(),
            evidence: None,
            digests: Vec::new(),
            mirrors: Vec::new(),
            description: None,
            response: None,
            found_at: None,
            verified: None,
        })),
    })
}

fn put(transfer: &Transfer) -> String {
    line(&Entry::Put(Box::new(transfer.clone()))).unwrap()
}

fn durable(loaded: &Loaded, id: TransferId) -> u64 {
    match &loaded.transfers[&id].job {
        Job::Download { partial: Some(partial), .. } => partial.durable.len(),
        _ => 0,
    }
}

/// A state with three transfers in its first lines and one change after them.
fn filled(dir: &Path) -> [TransferId; 3] {
    let transfers = ["a", "b", "c"].map(transfer);
    let (mut file, _) = StateFile::open(dir).unwrap();
    for transfer in &transfers {
        file.append(&put(transfer)).unwrap();
    }
    file.compact(transfers.iter().map(|transfer| Entry::Put(Box::new(transfer.clone())))).unwrap();
    let ids = [0, 1, 2].map(|index: usize| transfers[index].id);
    file.append(&line(&Entry::Durable(ids[0], std::iter::once(0..60).collect())).unwrap()).unwrap();
    ids
}

#[test]
fn what_was_appended_is_there_after_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let ids = filled(dir.path());
    let (mut file, loaded) = StateFile::open(dir.path()).unwrap();
    assert_eq!(loaded.transfers.len(), 3);
    assert_eq!(durable(&loaded, ids[0]), 60);
    file.append(&line(&Entry::Remove(ids[1])).unwrap()).unwrap();
    drop(file);
    let (_, loaded) = StateFile::open(dir.path()).unwrap();
    assert_eq!(loaded.transfers.keys().copied().collect::<Vec<_>>(), [ids[0], ids[2]]);
}

#[test]
fn what_is_learnt_of_a_file_is_read_back_beside_what_was_known_of_its_transfer() {
    let dir = tempfile::tempdir().unwrap();
    let ids = filled(dir.path());
    let (mut file, loaded) = StateFile::open(dir.path()).unwrap();
    let Job::Download { partial: Some(partial), .. } = &loaded.transfers[&ids[0]].job else {
        panic!("it has a file")
    };
    let known = Partial { total: Some(200), resumable: false, ..*partial.clone() };
    file.append(&line(&Entry::Partial(ids[0], Box::new(known.clone()))).unwrap()).unwrap();
    // Of one that was forgotten there is nothing to be learnt.
    file.append(&line(&Entry::Partial(TransferId::new(), Box::new(known.clone()))).unwrap()).unwrap();
    drop(file);
    let (_, again) = StateFile::open(dir.path()).unwrap();
    let Job::Download { request, partial } = &again.transfers[&ids[0]].job else { panic!("a download") };
    assert_eq!((partial.as_deref(), again.transfers.len()), (Some(&known), 3));
    assert_eq!(request.url.host(), "example.org");
}

#[test]
fn what_is_as_usual_is_not_written_and_read_back_as_it_was() {
    let new = transfer("a");
    let written = put(&new);
    assert!(!written.contains("retries") && !written.contains("cookie_file") && written.len() < 400);
    let Some(Entry::Put(read)) = parse(written.trim_end()) else { panic!("{written}") };
    assert_eq!(format!("{read:?}"), format!("{new:?}"));
}

#[test]
fn cut_off_anywhere_it_loses_no_line_that_was_complete() {
    let dir = tempfile::tempdir().unwrap();
    let ids = filled(dir.path());
    let path = path_of(dir.path(), 2);
    let whole = std::fs::read(&path).unwrap();
    let base = whole.len() - whole.split_inclusive(|b| *b == b'\n').next_back().unwrap().len();
    for length in 0..whole.len() {
        let copy = tempfile::tempdir().unwrap();
        for number in [1, 2] {
            std::fs::copy(path_of(dir.path(), number), path_of(copy.path(), number)).unwrap();
        }
        let cut = OpenOptions::new().write(true).open(path_of(copy.path(), 2)).unwrap();
        cut.set_len(length as u64).unwrap();
        let (mut file, loaded) = StateFile::open(copy.path()).unwrap();
        assert_eq!(loaded.transfers.keys().copied().collect::<Vec<_>>(), ids, "cut at {length}");
        assert_eq!(loaded.damaged.is_some(), length < base, "cut at {length}");
        file.append(&line(&Entry::Remove(ids[2])).unwrap()).unwrap();
        let (_, loaded) = StateFile::open(copy.path()).unwrap();
        assert_eq!(loaded.transfers.len(), 2, "cut at {length}, then written to");
    }
}

#[test]
fn a_damaged_line_is_read_from_the_generation_before_and_the_file_kept_aside() {
    let dir = tempfile::tempdir().unwrap();
    let ids = filled(dir.path());
    let path = path_of(dir.path(), 2);
    let whole = std::fs::read(&path).unwrap();
    for at in (0..whole.len() - 1).step_by(7) {
        let copy = tempfile::tempdir().unwrap();
        std::fs::copy(path_of(dir.path(), 1), path_of(copy.path(), 1)).unwrap();
        let mut bytes = whole.clone();
        bytes[at] ^= 0x41;
        atomic::replace(&path_of(copy.path(), 2), &bytes).unwrap();
        match StateFile::open(copy.path()) {
            Ok((_, loaded)) => {
                assert_eq!(loaded.transfers.keys().copied().collect::<Vec<_>>(), ids, "byte {at}");
                if let Some(aside) = loaded.damaged {
                    assert_eq!(std::fs::read(aside).unwrap(), bytes);
                }
            }
            // The damage may lie in the version number.
            Err(OpenError::Newer { .. }) => assert!(at < 60, "byte {at}"),
            Err(error) => panic!("byte {at}: {error}"),
        }
    }
}

#[test]
fn a_newer_state_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path());
    let path = path_of(dir.path(), 2);
    let text = std::fs::read_to_string(&path).unwrap().replacen("version 1", "version 9", 1);
    atomic::replace(&path, text.as_bytes()).unwrap();
    assert!(matches!(StateFile::open(dir.path()), Err(OpenError::Newer { found: 9 })));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
}

#[test]
fn only_the_last_two_generations_are_kept() {
    let dir = tempfile::tempdir().unwrap();
    let (mut file, _) = StateFile::open(dir.path()).unwrap();
    for _ in 0..4 {
        file.compact(std::iter::empty()).unwrap();
    }
    assert_eq!(generations(dir.path()).unwrap(), [4, 5]);
}
