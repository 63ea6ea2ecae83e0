//! What a transfer may cost, and what holds it up. Pure: functions of what the desktop knows.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::conditions::{Conditions, Connectivity};
use super::data_plan::Budget;

/// What a transfer may cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CostPolicy {
    /// It waits for a network that costs nothing.
    UnrestrictedOnly,
    /// It waits where it would cost more than what was paid for.
    #[default]
    Default,
    /// It goes on whatever it costs, but not over a limit that was set to be kept.
    Always,
}

/// It is no policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("A cost policy is one of unrestricted-only, default, always.")]
pub struct NotAPolicy;

/// What the network costs now, the first of these that holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cost {
    /// Nothing.
    Unmetered,
    /// It is counted, and will be enough.
    OnTrack,
    /// It is counted, and will not be enough if it goes on like this.
    Exceeding,
    /// It is another provider's, which may cost more.
    Roaming,
    /// It is used up, and somebody wants that to be kept to.
    Over,
}

/// What holds a transfer up that could start otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Hold {
    /// There is no network, or it leads nowhere yet.
    Network,
    /// What goes over it is counted.
    Metered,
    /// It is another provider's.
    Roaming,
    /// It is used up, or soon would be.
    DataLimit,
    /// The battery has to last, or the desktop saves power.
    Battery,
}

/// What somebody wants to be done for the battery.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Saving {
    /// Nothing runs on it.
    pub on_battery: bool,
    /// Nothing runs on it when it has less than this, in percent.
    pub below: u8,
    /// Nothing runs while the desktop saves power.
    pub in_power_saver: bool,
}

impl CostPolicy {
    /// Its name on the outside.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::UnrestrictedOnly => "unrestricted-only",
            Self::Default => "default",
            Self::Always => "always",
        }
    }

    /// Whether a transfer with this policy may run at this cost: the table, cell by cell.
    #[must_use]
    pub fn allows(self, cost: Cost) -> bool {
        match cost {
            Cost::Unmetered => true,
            Cost::OnTrack => self != Self::UnrestrictedOnly,
            Cost::Exceeding | Cost::Roaming => self == Self::Always,
            Cost::Over => false,
        }
    }

    /// What holds it up, if something does.
    fn holds(self, cost: Cost) -> Option<Hold> {
        if self.allows(cost) {
            return None;
        }
        Some(match (cost, self) {
            (Cost::Roaming, _) => Hold::Roaming,
            (Cost::Unmetered | Cost::OnTrack, _) | (Cost::Exceeding, Self::UnrestrictedOnly) => Hold::Metered,
            (Cost::Exceeding | Cost::Over, _) => Hold::DataLimit,
        })
    }
}

impl fmt::Display for CostPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for CostPolicy {
    type Err = NotAPolicy;

    fn from_str(text: &str) -> Result<Self, NotAPolicy> {
        let all = [Self::UnrestrictedOnly, Self::Default, Self::Always];
        all.into_iter().find(|policy| policy.name() == text).ok_or(NotAPolicy)
    }
}

impl Cost {
    /// What the network costs under these conditions, with so much left of what was paid for.
    #[must_use]
    pub fn of(conditions: Conditions, budget: Budget) -> Self {
        match budget {
            _ if !conditions.metered => Self::Unmetered,
            Budget::Spent { kept_to: true } => Self::Over,
            _ if conditions.roaming => Self::Roaming,
            Budget::OnTrack => Self::OnTrack,
            Budget::Exceeding | Budget::Spent { kept_to: false } => Self::Exceeding,
        }
    }
}

impl Saving {
    fn holds(self, conditions: Conditions) -> bool {
        let is_low = conditions.battery.is_some_and(|percent| percent < self.below);
        conditions.on_battery && (self.on_battery || is_low) || conditions.power_saver && self.in_power_saver
    }
}

/// What holds up a transfer with this policy, the first of these that does.
#[must_use]
pub fn hold(policy: CostPolicy, conditions: Conditions, budget: Budget, saving: Saving) -> Option<Hold> {
    if conditions.network != Connectivity::Online {
        return Some(Hold::Network);
    }
    policy.holds(Cost::of(conditions, budget)).or_else(|| saving.holds(conditions).then_some(Hold::Battery))
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICIES: [CostPolicy; 3] = [CostPolicy::UnrestrictedOnly, CostPolicy::Default, CostPolicy::Always];
    const SPENT: Budget = Budget::Spent { kept_to: true };

    fn metered(roaming: bool) -> Conditions {
        Conditions { roaming, ..Conditions::metered() }
    }

    /// What holds up transfers of the three policies.
    fn holds(conditions: Conditions, budget: Budget) -> [Option<Hold>; 3] {
        POLICIES.map(|policy| hold(policy, conditions, budget, Saving::default()))
    }

    #[test]
    fn on_an_unmetered_network_everything_runs() {
        let free = Conditions { roaming: true, ..Conditions::default() };
        for budget in [Budget::OnTrack, Budget::Exceeding, SPENT] {
            assert_eq!(holds(free, budget), [None; 3]);
        }
    }

    #[test]
    fn metered_and_on_track_only_what_wants_an_unrestricted_network_waits() {
        assert_eq!(holds(metered(false), Budget::OnTrack), [Some(Hold::Metered), None, None]);
    }

    #[test]
    fn metered_and_on_track_to_exceed_only_what_may_always_run_runs() {
        let expected = [Some(Hold::Metered), Some(Hold::DataLimit), None];
        assert_eq!(holds(metered(false), Budget::Exceeding), expected);
        assert_eq!(holds(metered(false), Budget::Spent { kept_to: false }), expected);
    }

    #[test]
    fn roaming_under_the_limit_only_what_may_always_run_runs() {
        for budget in [Budget::OnTrack, Budget::Exceeding, Budget::Spent { kept_to: false }] {
            assert_eq!(holds(metered(true), budget), [Some(Hold::Roaming), Some(Hold::Roaming), None]);
        }
    }

    #[test]
    fn over_a_limit_that_is_kept_to_nothing_runs_roaming_or_not() {
        for roaming in [false, true] {
            assert_eq!(holds(metered(roaming), SPENT), [Some(Hold::DataLimit); 3]);
        }
    }

    #[test]
    fn without_a_network_or_with_one_that_wants_a_login_first_everything_waits_for_it() {
        for network in [Connectivity::Offline, Connectivity::Portal] {
            let conditions = Conditions { network, on_battery: true, ..Conditions::default() };
            let saving = Saving { on_battery: true, ..Saving::default() };
            let held = hold(CostPolicy::Always, conditions, Budget::OnTrack, saving);
            assert_eq!(held, Some(Hold::Network), "{network:?}");
        }
    }

    #[test]
    fn the_battery_is_spared_as_somebody_wishes_and_only_while_it_is_used() {
        let held = |conditions: Conditions, saving| {
            hold(CostPolicy::Always, conditions, Budget::OnTrack, saving).is_some()
        };
        let at =
            |percent, on_battery| Conditions { battery: Some(percent), on_battery, ..Conditions::default() };
        let below = Saving { below: 20, ..Saving::default() };
        assert!(held(at(19, true), below) && !held(at(20, true), below) && !held(at(19, false), below));
        let always = Saving { on_battery: true, ..Saving::default() };
        assert!(held(at(100, true), always) && !held(at(1, false), always));
        let saves = Conditions { power_saver: true, ..Conditions::default() };
        assert!(held(saves, Saving { in_power_saver: true, ..Saving::default() }));
        assert!(!held(saves, Saving::default()) && !held(at(1, true), Saving::default()));
    }

    #[test]
    fn a_policy_is_read_as_it_is_written() {
        for policy in POLICIES {
            assert_eq!(policy.to_string().parse(), Ok(policy));
            assert_eq!(ron::to_string(&policy).unwrap().trim_matches('"').replace("r#", ""), policy.name());
        }
        assert_eq!("free".parse::<CostPolicy>(), Err(NotAPolicy));
    }
}
