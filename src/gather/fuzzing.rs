//! The fuzzer's door: takes anything and panics if a promise is broken. See `tests/fuzz`.

use super::{MOST, gather};
use crate::download::name::harmless;
use crate::transfer::Address;

/// Pasted text: what is found can be asked for, and is no more than there may be.
pub(crate) fn fuzz(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let gathered = gather(&text);
    assert!(gathered.entries.len() <= MOST);
    for entry in &gathered.entries {
        let url = &entry.request.url;
        assert!(url.url().username().is_empty() && url.url().password().is_none(), "{url}");
        assert!(Address::parse(url.expose()).is_ok_and(|(again, _)| again == *url), "{url}");
        let name = entry.file_name();
        assert_eq!(harmless(&name), name);
        assert!(entry.request.destination.is_none());
    }
    for omission in &gathered.left_out {
        assert!(!omission.text.is_empty() && !omission.reason.to_string().is_empty());
    }
}
