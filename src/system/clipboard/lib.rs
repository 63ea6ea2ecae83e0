//! The clipboard of the window on Wayland, in the place of the crate of this name.
//!
//! That one makes a data device of its own on the window's connection, beside the one that drag and drop needs.
//! GNOME's compositor serves only one of them, and which one changes with the focus: pasting or dropping was dead, by
//! turns. So there is one for both, and this hands to whoever has it what the windowing library asks for. It offers as
//! much of the interface as that library uses.

use std::ffi::c_void;
use std::io;
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// Whoever has the data device.
pub trait Selection: Send + Sync {
    /// The text that was copied last, here or elsewhere. Waits for the program that has it, though not for long.
    ///
    /// # Errors
    /// If there is none, or it does not come.
    fn load(&self) -> io::Result<String>;

    /// Offers this text to all programs.
    fn store(&self, text: String);
}

static BEHIND: Mutex<Option<Weak<dyn Selection>>> = Mutex::new(None);

/// Lets `selection` answer for the clipboard for as long as it lives, instead of any other.
pub fn stand_behind(selection: &Arc<impl Selection + 'static>) {
    let selection: Arc<dyn Selection> = selection.clone();
    *BEHIND.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::downgrade(&selection));
}

fn behind() -> io::Result<Arc<dyn Selection>> {
    let behind = BEHIND.lock().unwrap_or_else(PoisonError::into_inner);
    behind
        .as_ref()
        .and_then(Weak::upgrade)
        .ok_or_else(|| io::Error::other("nothing stands behind the clipboard"))
}

/// See the module.
#[derive(Debug)]
pub struct Clipboard(());

impl Clipboard {
    /// The display is not looked at.
    ///
    /// # Safety
    /// None is needed here; the other crate did.
    #[expect(unsafe_code, reason = "so it is called")]
    pub unsafe fn new(_display: *mut c_void) -> Self {
        Self(())
    }

    /// See [`Selection::load`].
    ///
    /// # Errors
    /// As there, and if nothing stands behind it.
    pub fn load(&self) -> io::Result<String> {
        behind()?.load()
    }

    /// See [`Selection::store`].
    pub fn store<T: Into<String>>(&self, text: T) {
        if let Ok(behind) = behind() {
            behind.store(text.into());
        }
    }

    /// What was marked last is not followed.
    ///
    /// # Errors
    /// Always.
    pub fn load_primary(&self) -> io::Result<String> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Nothing is told of what was marked.
    pub fn store_primary<T: Into<String>>(&self, _text: T) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fake(Mutex<String>);

    impl Selection for Fake {
        fn load(&self) -> io::Result<String> {
            Ok(self.0.lock().unwrap().clone())
        }

        fn store(&self, text: String) {
            *self.0.lock().unwrap() = text;
        }
    }

    #[test]
    fn whoever_stands_behind_it_answers_for_as_long_as_it_lives() {
        let clipboard = Clipboard(());
        clipboard.store("lost");
        clipboard.load().unwrap_err();
        let fake = Arc::new(Fake(Mutex::default()));
        stand_behind(&fake);
        clipboard.store("kept");
        assert_eq!(clipboard.load().unwrap(), "kept");
        drop(fake);
        clipboard.load().unwrap_err();
    }
}
