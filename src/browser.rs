//! Downloads that a browser hands over: what its extension speaks to (native messaging), and how a browser comes to
//! know that.
//!
//! The browser starts this program with the name of whoever asks, and speaks to it on standard input and output: a
//! length, then JSON. All that is heard is looked at again here, as an extension lives among pages: only addresses of
//! servers, only harmless names, no header that would break a transfer, and no cookie for another server. It goes on
//! to the session through the control socket, secrets the way of secrets, and `accepted` is said once the session has
//! written it down. Nothing of it is logged. The extension is in `assets/browser`.

mod browsers;
mod caller;
mod cookie;
mod frame;
mod host;
mod link;
mod listing;
mod manifest;
mod outside;
mod setup;
mod words;

pub use browsers::{Browser, Roots};
pub use caller::{Caller, caller};
pub use host::run;
pub use manifest::NAME;
pub use setup::{Standing, install, standing, uninstall};

/// What the fuzzer throws at the host: frames of anything, of which each is answered or ends it, and links that become
/// requests in which nothing is what it should not be.
#[cfg(any(test, fuzzing))]
pub(crate) fn fuzz(input: &[u8]) {
    let mut rest = input;
    while let Ok(Some(message)) = frame::read(&mut rest) {
        assert!(message.len() <= frame::LONGEST);
        let Ok(words::Call { ask: words::Ask::Add { links, .. }, .. }) = words::Call::read(&message) else {
            continue;
        };
        links.into_iter().for_each(link::fuzz);
    }
}
