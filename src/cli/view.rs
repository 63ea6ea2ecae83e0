//! How transfers of a command that runs here are shown while they run.

use std::collections::HashMap;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use super::output::{self, Printable};
use crate::{Phase, Progress, Snapshot, TransferId};

/// From more than so many on, only those that are under way have bars.
const MANY: usize = 20;

/// Bars on a terminal, one line for every change of state elsewhere.
pub(super) struct View {
    bars: Option<MultiProgress>,
    known: HashMap<TransferId, ProgressBar>,
    last: HashMap<TransferId, Phase>,
    silent: bool,
    /// More than have room on a terminal.
    many: bool,
}

impl View {
    /// A view of so many transfers.
    pub(super) fn new(silent: bool, count: usize) -> Self {
        let bars = (!silent && output::is_watched()).then(MultiProgress::new);
        Self { bars, known: HashMap::new(), last: HashMap::new(), silent, many: count > MANY }
    }

    /// Shows one as it is now.
    pub(super) fn show(&mut self, snapshot: &Snapshot) {
        if self.silent {
            return;
        }
        let changed = self.last.insert(snapshot.id, snapshot.state) != Some(snapshot.state);
        let Some(bars) = &self.bars else {
            if changed {
                let amount = output::amount(&snapshot.progress);
                output::note(format_args!(
                    "{}: {} {amount}",
                    Printable(&snapshot.name),
                    output::state(snapshot)
                ));
            }
            return;
        };
        if self.many && matches!(snapshot.state, Phase::Queued | Phase::Completed) {
            if let Some(bar) = self.known.remove(&snapshot.id) {
                bars.remove(&bar);
            }
            return;
        }
        let bar = self
            .known
            .entry(snapshot.id)
            .or_insert_with(|| bars.add(ProgressBar::new(0).with_style(style())));
        bar.set_prefix(short(&snapshot.name));
        bar.set_message(if snapshot.state == Phase::Running {
            String::new()
        } else {
            output::state(snapshot)
        });
        if snapshot.state == Phase::Completed {
            bar.finish();
        } else if snapshot.error.is_some() {
            bar.abandon();
        }
        let id = snapshot.id;
        self.move_on(id, &snapshot.progress);
    }

    /// Shows how far one has come.
    pub(super) fn move_on(&mut self, id: TransferId, progress: &Progress) {
        let Some(bar) = self.known.get(&id) else { return };
        match progress.total {
            Some(total) => bar.set_length(total),
            None => bar.unset_length(),
        }
        bar.set_position(progress.done);
        if let Some(rate) = progress.rate {
            let left =
                progress.eta.map(|eta| format!("  {} left", output::duration(eta))).unwrap_or_default();
            bar.set_message(format!("{}/s{left}", output::size(rate)));
        }
    }

    /// Leaves everything as it stands.
    pub(super) fn finish(&self) {
        for bar in self.known.values().filter(|bar| !bar.is_finished()) {
            bar.abandon();
        }
    }
}

fn style() -> ProgressStyle {
    let template = "{prefix:30} {wide_bar:.cyan/dim} {decimal_bytes:>10} of {decimal_total_bytes:10} {msg}";
    ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("━━─")
}

/// A name that fits before its bar.
fn short(name: &str) -> String {
    let name = Printable(name).to_string();
    if name.chars().count() <= 30 {
        return name;
    }
    let (head, tail): (String, String) =
        (name.chars().take(18).collect(), name.chars().rev().take(11).collect());
    format!("{head}…{}", tail.chars().rev().collect::<String>())
}
