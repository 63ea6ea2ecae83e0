//! `when-done`: what happens when all transfers are done.

use super::Wrong;
use super::args::Then;
use super::output;
use crate::ipc::{Afterwards, Client, Control as _, Reply, Request, WhenDone};

pub(super) async fn run(then: Option<Then>, session: &Client) -> Result<(), Wrong> {
    let request = Request::WhenDone { then: then.map(Afterwards::from) };
    let Reply::WhenDone(when) = session.ask(request).await? else {
        return Err(Wrong::new("The session did not say what happens. Try again."));
    };
    if then.is_none() {
        output::result(told(&when));
    }
    Ok(())
}

/// The word for it, which can be given back.
fn told(when: &WhenDone) -> String {
    let word = match when.then {
        Afterwards::Nothing => "nothing",
        Afterwards::Quit => "quit",
        Afterwards::Suspend => "suspend",
        Afterwards::PowerOff => "power-off",
    };
    when.seconds.map_or_else(|| word.to_owned(), |seconds| format!("{word} in {seconds} s"))
}

impl From<Then> for Afterwards {
    fn from(then: Then) -> Self {
        match then {
            Then::Nothing => Self::Nothing,
            Then::Quit => Self::Quit,
            Then::Suspend => Self::Suspend,
            Then::PowerOff => Self::PowerOff,
        }
    }
}
