//! What is told of drags, each with its beginning and its end.

use tokio::sync::mpsc::UnboundedSender;

use super::content::Content;

/// What happens over the window, and to what is dragged out of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DragEvent {
    /// Something that may hold files or links is over the window.
    Hover,
    /// It is gone again, or could not be read.
    Leave,
    /// It was dropped. Nothing usable may have been in it.
    Dropped(Content),
    /// Files are carried out of the window.
    Outward {
        /// Whether they could be dropped where the pointer is.
        welcome: bool,
    },
    /// They were dropped somewhere, or given up.
    Ended,
}

/// Keeps the promise that every hover ends exactly once.
#[derive(Debug)]
pub(super) struct Hover {
    events: UnboundedSender<DragEvent>,
    open: bool,
}

impl Hover {
    pub(super) fn new(events: UnboundedSender<DragEvent>) -> Self {
        Self { events, open: false }
    }

    pub(super) fn enter(&mut self) {
        if !self.open {
            self.open = true;
            self.send(DragEvent::Hover);
        }
    }

    pub(super) fn leave(&mut self) {
        if std::mem::take(&mut self.open) {
            self.send(DragEvent::Leave);
        }
    }

    pub(super) fn dropped(&mut self, content: Content) {
        if std::mem::take(&mut self.open) {
            self.send(DragEvent::Dropped(content));
        }
    }

    fn send(&self, event: DragEvent) {
        // Without a receiver the window is about to be let go.
        let _ = self.events.send(event);
    }
}

impl Drop for Hover {
    fn drop(&mut self) {
        self.leave();
    }
}

/// Keeps the promise that every drag out of the window ends, and tells only what is new.
#[derive(Debug)]
pub(super) struct Outward {
    events: UnboundedSender<DragEvent>,
    told: Option<bool>,
}

impl Outward {
    pub(super) fn new(events: UnboundedSender<DragEvent>) -> Self {
        Self { events, told: None }
    }

    /// It goes on; `welcome` where it could be dropped now.
    pub(super) fn carried(&mut self, welcome: bool) {
        if self.told.replace(welcome) != Some(welcome) {
            let _ = self.events.send(DragEvent::Outward { welcome });
        }
    }

    pub(super) fn ended(&mut self) {
        if self.told.take().is_some() {
            let _ = self.events.send(DragEvent::Ended);
        }
    }
}

impl Drop for Outward {
    fn drop(&mut self) {
        self.ended();
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

    use super::*;

    fn all(received: &mut UnboundedReceiver<DragEvent>) -> Vec<DragEvent> {
        std::iter::from_fn(|| received.try_recv().ok()).collect()
    }

    #[test]
    fn every_hover_ends_exactly_once() {
        let (events, mut received) = unbounded_channel();
        let mut hover = Hover::new(events);
        hover.leave();
        hover.enter();
        hover.enter();
        hover.dropped(Content::default());
        hover.leave();
        hover.dropped(Content::default());
        assert_eq!(all(&mut received), [DragEvent::Hover, DragEvent::Dropped(Content::default())]);
    }

    #[test]
    fn a_target_that_goes_away_leaves_no_hover_behind() {
        let (events, mut received) = unbounded_channel();
        let mut hover = Hover::new(events);
        hover.enter();
        drop(hover);
        assert_eq!(all(&mut received), [DragEvent::Hover, DragEvent::Leave]);
    }

    #[test]
    fn a_drag_outward_is_told_of_as_it_changes_and_ends_once() {
        let (events, mut received) = unbounded_channel();
        let mut outward = Outward::new(events);
        outward.ended();
        for welcome in [false, false, true, true] {
            outward.carried(welcome);
        }
        outward.ended();
        outward.carried(false);
        drop(outward);
        let (refused, welcome) = (false, true);
        let (refused, welcome) = (DragEvent::Outward { welcome: refused }, DragEvent::Outward { welcome });
        let told = [refused.clone(), welcome, DragEvent::Ended, refused, DragEvent::Ended];
        assert_eq!(all(&mut received), told);
    }
}
