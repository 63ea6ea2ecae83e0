//! Moments as people say them.

use jiff::civil::{DateTime, Time};
use jiff::{SignedDuration, Timestamp, Zoned};

/// It is no moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("A time looks like 22:30, 2026-11-22 06:00 or +2h30m.")]
pub struct NotAMoment;

/// A time of the day (`22:30`, the next one), a date with one (`2026-11-22 06:00`, here unless it says where), or
/// some time from now (`+2h30m`).
///
/// # Errors
/// If it is none of these.
pub fn moment(text: &str, now: &Zoned) -> Result<Timestamp, NotAMoment> {
    let text = text.trim();
    if let Some(later) = text.strip_prefix('+') {
        let later = later.parse::<SignedDuration>().ok().filter(|later| !later.is_negative());
        return now.timestamp().checked_add(later.ok_or(NotAMoment)?).map_err(|_| NotAMoment);
    }
    if let Ok(exact) = text.parse::<Timestamp>() {
        return Ok(exact);
    }
    let here = |at: DateTime| at.to_zoned(now.time_zone().clone()).map_err(|_| NotAMoment);
    if let Ok(at) = text.parse::<DateTime>() {
        return Ok(here(at)?.timestamp());
    }
    let time = text.parse::<Time>().map_err(|_| NotAMoment)?;
    let today = here(now.date().to_datetime(time))?;
    if today > *now {
        return Ok(today.timestamp());
    }
    let tomorrow = now.date().tomorrow().map_err(|_| NotAMoment)?;
    Ok(here(tomorrow.to_datetime(time))?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_read_as_people_say_it() {
        let now: Zoned = "2026-11-20T14:00:00+09:00[Asia/Tokyo]".parse().unwrap();
        for (text, expected) in [
            ("22:30", "2026-11-20T22:30:00+09:00"),
            ("06:00", "2026-11-21T06:00:00+09:00"),
            ("14:00", "2026-11-21T14:00:00+09:00"),
            ("2026-12-24 18:00", "2026-12-24T18:00:00+09:00"),
            ("2026-12-24T18:00", "2026-12-24T18:00:00+09:00"),
            ("2026-12-24T18:00:00Z", "2026-12-24T18:00:00Z"),
            ("+2h30m", "2026-11-20T16:30:00+09:00"),
            ("+90s", "2026-11-20T14:01:30+09:00"),
        ] {
            assert_eq!(moment(text, &now), Ok(expected.parse().unwrap()), "{text}");
        }
        for text in ["", "soon", "25:00", "+", "+-2h", "-2h", "2026-13-01 06:00", "+9999999999999h"] {
            assert_eq!(moment(text, &now), Err(NotAMoment), "{text}");
        }
    }
}
