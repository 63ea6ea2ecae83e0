//! What the tray says and offers: a pure function of what is going on.

use crate::i18n::{Texts, t};

use super::desktop::{TrayAction, TrayItem, TrayMenu};
use super::store::Totals;

/// The menu for this moment. It leaves out speeds, so that it changes only when something happens.
pub fn menu(totals: Totals, texts: &Texts) -> TrayMenu {
    let tooltip = match totals.running {
        0 => t!(texts, "tray-idle"),
        count => t!(texts, "tray-running", count = count),
    };
    let item = |label, action, enabled| TrayItem::Action { label, action, enabled };
    let items = vec![
        item(t!(texts, "tray-open"), TrayAction::Open, true),
        item(t!(texts, "add-download"), TrayAction::AddDownload, true),
        TrayItem::Separator,
        item(t!(texts, "pause-all"), TrayAction::PauseAll, totals.alive > 0),
        item(t!(texts, "resume-all"), TrayAction::ResumeAll, totals.stopped > 0),
        TrayItem::Separator,
        item(t!(texts, "quit"), TrayAction::Quit, true),
    ];
    TrayMenu { tooltip, items }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Language;

    #[test]
    fn the_menu_offers_only_what_would_do_something() {
        let texts = Texts::of(Language::English);
        let enabled = |totals| {
            let menu = menu(totals, &texts);
            let can = |wanted| {
                menu.items.iter().any(|item| {
                    matches!(item, TrayItem::Action { action, enabled: true, .. } if *action == wanted)
                })
            };
            (can(TrayAction::PauseAll), can(TrayAction::ResumeAll), can(TrayAction::Quit))
        };
        assert_eq!(enabled(Totals::default()), (false, false, true));
        assert_eq!(enabled(Totals { alive: 1, ..Totals::default() }), (true, false, true));
        assert_eq!(enabled(Totals { stopped: 1, ..Totals::default() }), (false, true, true));
    }

    #[test]
    fn the_menu_does_not_change_while_bytes_only_move() {
        let texts = Texts::of(Language::English);
        let slow = Totals { running: 2, alive: 2, down: 1, ..Totals::default() };
        assert_eq!(menu(slow, &texts), menu(Totals { down: 900, up: 3, ..slow }, &texts));
        assert_eq!(menu(slow, &texts).tooltip, "Windlass: 2 transfers are running");
    }
}
