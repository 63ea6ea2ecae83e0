//! What can be done with a transfer as it stands.

use crate::ipc::{Request, Which};
use crate::{ErrorKind, Kind, Phase, Reason, Snapshot, TransferId};

use super::icon::Icon;

/// Something to do with one transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Stop for now.
    Pause,
    /// Go on.
    Resume,
    /// End it.
    Cancel,
    /// Begin again from the first byte.
    Restart,
    /// Forget it.
    Remove,
    /// Forget it, and move its file to the trash.
    Trash,
    /// Open the file.
    Open,
    /// Open what is there of the file while the rest arrives.
    OpenPart,
    /// Show the file in its folder.
    Show,
    /// Put the link to what was sent onto the clipboard.
    CopyLink,
    /// Give the login that it needs.
    LogIn,
    /// Give another link to the same file.
    NewLink,
    /// Give it another folder.
    NewFolder,
    /// Trust the server whose key is not known.
    Trust,
    /// Show everything about it.
    Details,
}

/// What makes sense for `row`, the most likely first.
pub fn allowed(row: &Snapshot) -> &'static [Verb] {
    match row.state {
        Phase::Queued | Phase::Running if row.kind == Kind::Leftover => &[Verb::Remove],
        _ if row.kind == Kind::Leftover => &[Verb::Resume, Verb::Remove],
        Phase::Queued | Phase::Running | Phase::Verifying => &[Verb::Pause, Verb::Cancel],
        Phase::Waiting if finds_no_place(row) => &[Verb::NewFolder, Verb::Resume, Verb::Pause, Verb::Cancel],
        Phase::Waiting => &[Verb::Resume, Verb::Pause, Verb::Cancel],
        Phase::Paused if has_old_beginning(row) => &[Verb::Restart, Verb::OpenPart, Verb::Cancel],
        Phase::Paused if begins_again(row) => &[Verb::Restart, Verb::Cancel],
        Phase::Paused if needs_login(row) => &[Verb::LogIn, Verb::Resume, Verb::Cancel],
        Phase::Paused if row.reason == Some(Reason::NeedsLink) => {
            &[Verb::NewLink, Verb::Resume, Verb::Cancel]
        }
        Phase::Paused if has_unknown_key(row) => &[Verb::Trust, Verb::Resume, Verb::Cancel],
        Phase::Paused => &[Verb::Resume, Verb::Cancel],
        Phase::Completed if row.link.is_some() => &[Verb::CopyLink, Verb::Details, Verb::Remove],
        Phase::Completed if row.kind == Kind::Upload => &[Verb::Details, Verb::Remove],
        Phase::Completed => &[Verb::Open, Verb::Show, Verb::Remove],
        Phase::Cancelled => &[Verb::Restart, Verb::Remove],
        Phase::Failed if begins_again(row) => &[Verb::Restart, Verb::Remove],
        Phase::Failed if has_unknown_key(row) => &[Verb::Trust, Verb::Resume, Verb::Remove],
        Phase::Failed if finds_no_place(row) => &[Verb::NewFolder, Verb::Resume, Verb::Remove],
        Phase::Failed => &[Verb::Resume, Verb::Restart, Verb::Remove],
    }
}

/// What can be done about it with one press: the most likely.
pub fn first(row: &Snapshot) -> Option<Verb> {
    allowed(row).first().copied()
}

/// Whether something can be done with `row`, likely or not.
pub fn is_possible(verb: Verb, row: &Snapshot) -> bool {
    match verb {
        Verb::Details => true,
        Verb::Show => {
            let is_there = row.progress.done > 0 || row.state == Phase::Completed;
            row.path.is_some() && row.kind == Kind::Download && is_there
        }
        Verb::OpenPart => {
            let goes_on = !matches!(row.state, Phase::Completed | Phase::Cancelled | Phase::Verifying);
            goes_on && row.kind == Kind::Download && row.path.is_some() && row.progress.done > 0
        }
        Verb::Remove => !allowed(row).is_empty(),
        Verb::Trash => row.kind == Kind::Download && row.state == Phase::Completed && row.path.is_some(),
        Verb::Restart => row.kind != Kind::Leftover && row.state != Phase::Verifying,
        verb => allowed(row).contains(&verb),
    }
}

/// It waits for a login at its server. One for a proxy is a setting.
fn needs_login(row: &Snapshot) -> bool {
    let is_proxy = |kind| kind == ErrorKind::ProxyAuthenticationRequired;
    row.reason == Some(Reason::NeedsLogin) && !row.error.as_ref().is_some_and(|error| is_proxy(error.kind))
}

/// There is no room for it where it shall go, or nothing can be written there, and nothing of it is there yet.
fn finds_no_place(row: &Snapshot) -> bool {
    let kinds = [ErrorKind::DiskFull, ErrorKind::ReadOnly, ErrorKind::PermissionDenied];
    let is_refused = row.error.as_ref().is_some_and(|error| kinds.contains(&error.kind));
    row.kind == Kind::Download
        && row.progress.done == 0
        && (row.reason == Some(Reason::DiskSpace) || row.state == Phase::Failed && is_refused)
}

/// It is stopped by the key of a server of which nothing is known.
fn has_unknown_key(row: &Snapshot) -> bool {
    row.error.as_ref().is_some_and(|error| error.unknown_key().is_some())
}

/// The file on the server is another one now, and of the one before it the beginning is here.
fn has_old_beginning(row: &Snapshot) -> bool {
    row.reason == Some(Reason::Changed) && is_possible(Verb::OpenPart, row)
}

/// Going on would do harm or do nothing; only the user may begin again.
fn begins_again(row: &Snapshot) -> bool {
    matches!(row.reason, Some(Reason::RestartNeeded | Reason::Changed)) || is_unknown(row)
}

/// All of it was sent, and nobody knows what became of it.
fn is_unknown(row: &Snapshot) -> bool {
    row.error.as_ref().is_some_and(|error| error.kind == ErrorKind::ResultUnknown)
}

/// What the space bar does: pause what goes on, resume what does not.
pub fn toggle(row: &Snapshot) -> Option<Verb> {
    let moves = [Verb::Pause, Verb::Resume];
    let toggles = if row.state == Phase::Waiting { &moves[..1] } else { &moves[..] };
    allowed(row).iter().copied().find(|verb| toggles.contains(verb))
}

/// Whether doing it loses bytes that somebody could still want.
pub fn loses(verb: Verb, row: &Snapshot) -> bool {
    let bytes = row.progress.done > 0;
    match verb {
        Verb::Remove => {
            bytes && row.kind != Kind::Leftover && !matches!(row.state, Phase::Completed | Phase::Cancelled)
        }
        // Where it can only begin again, what is there is of no use.
        Verb::Restart => bytes && row.kind == Kind::Download && !begins_again(row),
        _ => false,
    }
}

impl Verb {
    /// What to ask the session for, if it is the session's to do.
    pub fn request(self, ids: &[TransferId]) -> Option<Request> {
        let which = Which::Ids(ids.iter().map(ToString::to_string).collect());
        match self {
            Self::Pause => Some(Request::Pause(which)),
            Self::Resume => Some(Request::Resume(which)),
            Self::Cancel => Some(Request::Cancel(which)),
            Self::Restart => Some(Request::Restart(which)),
            Self::Remove => Some(Request::Remove { which, delete_file: false }),
            Self::Trash
            | Self::Open
            | Self::OpenPart
            | Self::Show
            | Self::CopyLink
            | Self::LogIn
            | Self::NewLink
            | Self::NewFolder
            | Self::Trust
            | Self::Details => None,
        }
    }

    /// Its sign.
    pub fn icon(self) -> Icon {
        match self {
            Self::Pause => Icon::Pause,
            Self::Resume => Icon::Resume,
            Self::Cancel => Icon::Cancel,
            Self::Restart => Icon::Restart,
            Self::Remove => Icon::Remove,
            Self::Trash => Icon::Trash,
            Self::Open | Self::OpenPart => Icon::Open,
            Self::Show | Self::NewFolder => Icon::Folder,
            Self::CopyLink | Self::NewLink => Icon::Link,
            Self::LogIn | Self::Trust => Icon::Key,
            Self::Details => Icon::Details,
        }
    }

    /// The key of what it is called where it is done with `row`.
    pub fn name(self, row: &Snapshot) -> &'static str {
        match self {
            Self::Restart if row.kind == Kind::Upload && begins_again(row) => "send-again",
            Self::OpenPart if row.state != Phase::Running => "open-part-there",
            _ => self.key(),
        }
    }

    /// The key of its name among the texts.
    pub fn key(self) -> &'static str {
        match self {
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Cancel => "cancel",
            Self::Restart => "restart",
            Self::Remove => "remove",
            Self::Trash => "move-to-trash",
            Self::Open => "open",
            Self::OpenPart => "open-part",
            Self::Show => "show-in-folder",
            Self::CopyLink => "copy-link",
            Self::LogIn => "log-in",
            Self::NewLink => "new-link",
            Self::NewFolder => "new-folder",
            Self::Trust => "trust-server",
            Self::Details => "details",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Failure;
    use crate::gui::sample::{download, failed, running, upload};

    fn at(state: Phase, reason: Option<Reason>) -> Snapshot {
        Snapshot { state, reason, ..download("a") }
    }

    #[test]
    fn what_stopped_for_good_reason_is_not_simply_resumed() {
        for reason in [Reason::RestartNeeded, Reason::Changed] {
            let row = at(Phase::Paused, Some(reason));
            assert!(!allowed(&row).contains(&Verb::Resume));
            assert_eq!(toggle(&row), None);
        }
        assert_eq!(toggle(&at(Phase::Paused, Some(Reason::User))), Some(Verb::Resume));
        let unknown = failed(upload("a"), &Failure::new(ErrorKind::ResultUnknown));
        assert_eq!((allowed(&unknown)[0], toggle(&unknown)), (Verb::Restart, None));
        assert_eq!(Verb::Restart.name(&unknown), "send-again");
    }

    #[test]
    fn what_is_left_at_a_server_can_be_tried_again_or_forgotten_and_nothing_else() {
        let left = |state| Snapshot { kind: Kind::Leftover, ..at(state, None) };
        for state in [Phase::Waiting, Phase::Paused, Phase::Failed] {
            assert_eq!(allowed(&left(state)), [Verb::Resume, Verb::Remove]);
        }
        assert_eq!(allowed(&left(Phase::Running)), [Verb::Remove]);
    }

    #[test]
    fn what_finds_no_place_can_get_another_folder_as_long_as_nothing_of_it_is_there() {
        let full = at(Phase::Waiting, Some(Reason::DiskSpace));
        assert_eq!(allowed(&full)[..2], [Verb::NewFolder, Verb::Resume]);
        assert_eq!(toggle(&full), Some(Verb::Pause));
        let begun = Snapshot { state: Phase::Waiting, ..full.clone() };
        let begun = Snapshot { progress: running(begun.clone(), 5, 10, 0).progress, ..begun };
        assert!(!is_possible(Verb::NewFolder, &begun));
        let sent = Snapshot { kind: Kind::Upload, ..full };
        assert!(!is_possible(Verb::NewFolder, &sent));
        let refused = failed(download("a"), &Failure::new(ErrorKind::ReadOnly));
        assert_eq!(first(&refused), Some(Verb::NewFolder));
    }

    #[test]
    fn only_a_server_of_which_nothing_is_known_can_come_to_be_trusted() {
        let shown = "it shows ssh-ed25519 SHA256:abc, and known_hosts";
        for (words, verb) in [
            (format!("{shown} does not know it"), Verb::Trust),
            (format!("{shown} knows another one: somebody may be in between"), Verb::Resume),
        ] {
            let failure = Failure::new(ErrorKind::HostKeyNotTrusted).because(&words);
            assert_eq!(first(&failed(upload("a"), &failure)), Some(verb), "{words}");
        }
    }

    #[test]
    fn of_a_file_that_has_changed_what_is_here_can_be_opened() {
        let part = running(download("a"), 5, 10, 1);
        let changed = Snapshot { state: Phase::Paused, reason: Some(Reason::Changed), ..part };
        assert_eq!(allowed(&changed), [Verb::Restart, Verb::OpenPart, Verb::Cancel]);
    }

    #[test]
    fn the_space_bar_pauses_what_goes_on_and_resumes_what_does_not() {
        for (state, verb) in [
            (Phase::Queued, Some(Verb::Pause)),
            (Phase::Running, Some(Verb::Pause)),
            (Phase::Waiting, Some(Verb::Pause)),
            (Phase::Failed, Some(Verb::Resume)),
            (Phase::Completed, None),
        ] {
            assert_eq!(toggle(&at(state, None)), verb, "{state:?}");
        }
    }

    #[test]
    fn only_a_finished_download_can_be_opened() {
        assert!(allowed(&at(Phase::Completed, None)).contains(&Verb::Open));
        let sent = Snapshot { state: Phase::Completed, ..upload("a") };
        assert!(!allowed(&sent).contains(&Verb::Open));
        assert!(!allowed(&at(Phase::Running, None)).contains(&Verb::Open));
    }

    #[test]
    fn what_is_there_of_a_download_can_be_opened_until_all_of_it_is() {
        let part = running(download("a"), 5, 10, 1);
        assert!(is_possible(Verb::OpenPart, &part));
        let paused = Snapshot { state: Phase::Paused, ..part.clone() };
        assert!(is_possible(Verb::OpenPart, &paused));
        assert_ne!(Verb::OpenPart.name(&paused), Verb::OpenPart.name(&part));
        let done = Snapshot { state: Phase::Completed, ..part };
        for row in [done, at(Phase::Running, None), running(upload("a"), 5, 10, 1)] {
            assert!(!is_possible(Verb::OpenPart, &row));
        }
    }

    #[test]
    fn beginning_again_loses_bytes_only_where_they_could_be_continued() {
        let part = running(download("a"), 5, 10, 1);
        assert!(loses(Verb::Restart, &Snapshot { state: Phase::Failed, ..part.clone() }));
        let changed = Snapshot { state: Phase::Paused, reason: Some(Reason::Changed), ..part };
        assert!(!loses(Verb::Restart, &changed));
        assert!(!loses(Verb::Restart, &at(Phase::Failed, None)));
        assert!(!loses(Verb::Pause, &changed));
    }

    #[test]
    fn removing_loses_only_bytes_that_are_there_and_not_finished() {
        let part = running(download("a"), 5, 10, 1);
        assert!(loses(Verb::Remove, &part));
        assert!(!loses(Verb::Remove, &at(Phase::Queued, None)));
        assert!(!loses(Verb::Remove, &Snapshot { state: Phase::Completed, ..part }));
    }
}
