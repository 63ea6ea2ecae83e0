//! `stats`: how much was moved.

use jiff::Zoned;

use super::Wrong;
use super::output;
use crate::ipc::{Client, Control as _, Reply, Request};
use crate::{Count, Statistics};

pub(super) async fn run(json: bool, session: &Client) -> Result<(), Wrong> {
    let Reply::Statistics(statistics) = session.ask(Request::Statistics).await? else {
        return Err(Wrong::new("The session did not say how much was moved. Try again."));
    };
    if json {
        output::json(&statistics);
    } else {
        list(&statistics);
    }
    Ok(())
}

fn list(statistics: &Statistics) {
    let [today, week, month] = statistics.of(Zoned::now().date());
    output::result(format_args!(
        "{:<10}  {:>12}  {:>12}  {:>9}  {:>6}",
        "", "down", "up", "completed", "failed"
    ));
    for (when, count) in
        [("today", today), ("this week", week), ("this month", month), ("ever", statistics.ever)]
    {
        let Count { completed, failed, .. } = count;
        let (down, up) = (output::size(count.down), output::size(count.up));
        output::result(format_args!("{when:<10}  {down:>12}  {up:>12}  {completed:>9}  {failed:>6}"));
    }
}
