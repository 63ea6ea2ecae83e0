//! placeholder until merge
use crate::attempt::{Attempt, Outcome};
use std::sync::Arc;
pub(crate) async fn run(
    _a: Attempt,
    _r: crate::UploadRequest,
    _s: crate::Source,
    _t: Arc<rustls::ClientConfig>,
) -> Outcome {
    Outcome::Stopped
}
