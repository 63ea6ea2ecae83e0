//! How fast transfers may be together: those of one direction, and all of them.

use crate::attempt::Limit;
use crate::store::Settings;
use crate::transfer::Kind;

/// See the module.
pub(super) struct SharedLimits {
    down: Limit,
    up: Limit,
    both: Limit,
}

impl SharedLimits {
    pub(super) fn new(settings: &Settings) -> Self {
        let limits = Self { down: Limit::default(), up: Limit::default(), both: Limit::default() };
        limits.set(settings);
        limits
    }

    /// Makes them what the settings say now, also for those that run.
    pub(super) fn set(&self, settings: &Settings) {
        let rate = |bytes: u64| Some(bytes).filter(|bytes| *bytes > 0);
        self.down.set(rate(settings.download_limit));
        self.up.set(rate(settings.upload_limit));
        self.both.set(rate(settings.speed_limit));
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
        let limits = SharedLimits::new(&Settings { download_limit: 100_000, ..Settings::default() });
        let turn = |kind| Limits::new(Limit::default(), limits.of(kind)).turn(1);
        assert!(turn(Kind::Download).is_some() && turn(Kind::Upload).is_none());
        limits.set(&Settings { upload_limit: 100_000, ..Settings::default() });
        assert!(turn(Kind::Download).is_none() && turn(Kind::Upload).is_some());
        limits.set(&Settings { speed_limit: 100_000, upload_limit: 50_000, ..Settings::default() });
        assert_eq!((turn(Kind::Download), turn(Kind::Upload)), (Some(1_000), Some(500)));
    }
}
