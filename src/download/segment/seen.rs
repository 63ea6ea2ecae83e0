//! What others see of the connections to one file.

use super::Work;
use crate::attempt::Seen;
use crate::download::plan::Taker;
use crate::transfer::{Connection, Ranges};

impl Seen for Work {
    fn seen(&self) -> (Ranges, Vec<Connection>) {
        let (arrived, takers) = {
            let plan = self.plan();
            (plan.arrived(self.total.unwrap_or(u64::MAX)), plan.takers())
        };
        let host = |number| {
            let source = self.sources.iter().find(|source| source.number == number);
            source.map(|source| source.spot().url.host()).unwrap_or_default()
        };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a rate is positive and small"
        )]
        let connection = |taker: Taker| Connection {
            host: host(taker.source),
            from: taker.from,
            at: taker.left.start,
            until: self.total.map(|_| taker.left.end),
            rate: taker.rate.map(|rate| rate as u64),
        };
        (arrived, takers.into_iter().map(connection).collect())
    }
}
