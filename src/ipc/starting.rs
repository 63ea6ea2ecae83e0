//! Starting many transfers: in their order, and as many in one call as fit into it.

use super::{Control, Fault, HasHeaders, Reply, Request, WithSecrets};
use crate::Snapshot;

/// How many go into a call, which has a bound. They are written down together, which is what takes time.
const AT_ONCE: usize = 200;

/// Starts transfers, of which `ask` makes a call; `each` is told what became of each.
pub async fn start<R: HasHeaders, T>(
    session: &(impl Control + ?Sized),
    requests: Vec<(T, R)>,
    ask: fn(Vec<WithSecrets<R>>) -> Request,
    mut each: impl FnMut(T, Result<Snapshot, Fault>),
) {
    let mut requests = requests.into_iter().peekable();
    while requests.peek().is_some() {
        let some = requests.by_ref().take(AT_ONCE);
        let (names, packed): (Vec<_>, Vec<_>) =
            some.map(|(name, request)| (name, *WithSecrets::pack(request))).unzip();
        match session.ask(ask(packed)).await {
            Ok(Reply::Started(started)) => {
                names.into_iter().zip(started).for_each(|(name, started)| each(name, started));
            }
            Ok(_) => {}
            Err(fault) => names.into_iter().for_each(|name| each(name, Err(fault.clone()))),
        }
    }
}
