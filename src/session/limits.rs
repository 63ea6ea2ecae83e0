//! How fast transfers may be together: those of one direction, and all of them.

use crate::attempt::Limit;
use crate::store::{Pace, Settings};
use crate::transfer::Kind;

/// See the module.
#[derive(Default)]
pub(super) struct SharedLimits {
    down: Limit,
    up: Limit,
    both: Limit,
}

impl SharedLimits {
    /// Makes them what the settings say, or what holds at this time of the day, also for those that run.
    pub(super) fn set(&self, settings: &Settings, pace: Option<Pace>) {
        let rate = |bytes: u64| Some(bytes).filter(|bytes| *bytes > 0);
        let (both, down, up) = match pace {
            Some(Pace::Limits { speed, download, upload }) => (speed, download, upload),
            Some(Pace::Stop) | None => (settings.speed_limit, settings.download_limit, settings.upload_limit),
        };
        self.down.set(rate(down));
        self.up.set(rate(up));
        self.both.set(rate(both));
    }

    /// Those that hold for a transfer of this kind.
    pub(super) fn of(&self, kind: Kind) -> [Limit; 2] {
        let direction = match kind {
            Kind::Download => &self.down,
            Kind::Upload | Kind::Leftover => &self.up,
        };
        [direction.clone(), self.both.clone()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attempt::Limits;

    #[test]
    fn each_direction_has_the_limit_that_the_settings_give_it_and_both_have_one_together() {
        let limits = SharedLimits::default();
        let set = |settings: Settings| limits.set(&settings, None);
        set(Settings { download_limit: 100_000, ..Settings::default() });
        let turn = |kind| Limits::new(Limit::default(), limits.of(kind)).turn(1);
        assert!(turn(Kind::Download).is_some() && turn(Kind::Upload).is_none());
        set(Settings { upload_limit: 100_000, ..Settings::default() });
        assert!(turn(Kind::Download).is_none() && turn(Kind::Upload).is_some());
        let settings = Settings { speed_limit: 100_000, upload_limit: 50_000, ..Settings::default() };
        set(settings.clone());
        assert_eq!((turn(Kind::Download), turn(Kind::Upload)), (Some(1_000), Some(500)));
        limits.set(&settings, Some(Pace::Limits { speed: 0, download: 300_000, upload: 0 }));
        assert_eq!((turn(Kind::Download), turn(Kind::Upload)), (Some(3_000), None));
    }
}
