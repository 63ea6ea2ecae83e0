//! Progress and a number on the program's icon, in docks and task bars that show them: Plasma's, Ubuntu's, Plank's
//! and others' listen to `com.canonical.Unity.LauncherEntry`. Nobody says whether anybody does.

use std::collections::HashMap;

use zbus::Connection;
use zbus::zvariant::Value;

use super::{APP_ID, bus};

const ENTRY: &str = "com.canonical.Unity.LauncherEntry";
const PATH: &str = "/com/canonical/Unity/LauncherEntry";

/// What the icon shows.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Badge {
    /// How much is done, 0 to 1, as far as that is known.
    pub progress: Option<f64>,
    /// How many are at work; zero shows no number.
    pub count: i64,
    /// Whether somebody should look.
    pub urgent: bool,
}

/// Whoever shows the icon.
#[derive(Clone, Debug)]
pub struct Dock(Connection);

impl Dock {
    /// Nothing without a bus.
    pub async fn meet() -> Option<Self> {
        bus::session().await.map(Self)
    }

    /// Shows this from now on.
    pub async fn show(&self, badge: Badge) {
        let entry = format!("application://{APP_ID}.desktop");
        let told = self.0.emit_signal(None::<&str>, PATH, ENTRY, "Update", &(entry, properties(badge))).await;
        if let Err(error) = told {
            tracing::debug!(%error, "no dock was told");
        }
    }
}

fn properties(badge: Badge) -> HashMap<&'static str, Value<'static>> {
    HashMap::from([
        ("progress", Value::from(badge.progress.unwrap_or(0.0))),
        ("progress-visible", Value::from(badge.progress.is_some())),
        ("count", Value::from(badge.count)),
        ("count-visible", Value::from(badge.count > 0)),
        ("urgent", Value::from(badge.urgent)),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_known_is_not_shown() {
        let unknown = properties(Badge { count: 2, ..Badge::default() });
        assert_eq!(unknown["progress-visible"], Value::from(false));
        assert_eq!(unknown["count-visible"], Value::from(true));
        let nothing = properties(Badge::default());
        assert_eq!(nothing["count-visible"], Value::from(false));
        let half = properties(Badge { progress: Some(0.5), ..Badge::default() });
        assert_eq!((&half["progress"], &half["progress-visible"]), (&Value::from(0.5), &Value::from(true)));
    }
}
