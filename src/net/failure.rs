//! From the errors of the layers below to a kind and a sentence.

use std::error::Error;

use crate::transfer::{ErrorKind, Failure};

/// What an error of the network means.
pub(crate) fn from_error(error: &(dyn Error + 'static), host: &str) -> Failure {
    let _ = error;
    Failure::new(ErrorKind::CannotConnect).about(host)
}
