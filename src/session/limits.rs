//! How fast transfers may be together: those of one direction share its limit, whatever goes the other way.

use crate::attempt::Limit;
use crate::store::Settings;
use crate::transfer::Kind;

/// See the module.
pub(super) struct Directions {
    down: Limit,
    up: Limit,
}

impl Directions {
    pub(super) fn of(settings: &Settings) -> Self {
        let limit = |kind| Limit::new(settings.limit(kind));
        Self { down: limit(Kind::Download), up: limit(Kind::Upload) }
    }

    /// Makes them what the settings say now, also for those that run.
    pub(super) fn set(&self, settings: &Settings) {
        for kind in [Kind::Download, Kind::Upload] {
            self.limit(kind).set(settings.limit(kind));
        }
    }

    /// That of one direction.
    pub(super) fn limit(&self, kind: Kind) -> &Limit {
        match kind {
            Kind::Download => &self.down,
            Kind::Upload | Kind::Leftover => &self.up,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attempt::Limits;

    #[test]
    fn each_direction_has_the_limit_that_the_settings_give_it() {
        let settings = Settings { download_limit: 100_000, ..Settings::default() };
        let directions = Directions::of(&settings);
        let is_limited = |kind| {
            let all = directions.limit(kind).clone();
            Limits { all, ..Limits::default() }.turn(1).is_some()
        };
        assert!(is_limited(Kind::Download) && !is_limited(Kind::Upload));
        directions.set(&Settings { upload_limit: 100_000, ..Settings::default() });
        assert!(!is_limited(Kind::Download) && is_limited(Kind::Upload));
    }
}
