//! Writing down what has changed, and telling of it: nothing is answered before it is on the disk.

use std::io;
use std::path::Path;
use std::sync::Arc;

use super::Error;
use super::actor::Actor;
use super::batch::{Batch, Pending};
use super::events::Event;
use crate::store::Entry;
use crate::transfer::Failure;

impl Actor {
    /// Writes down what has changed; then answers and tells.
    pub(super) async fn commit(&mut self) {
        self.settle();
        let mut batch = std::mem::take(&mut self.batch);
        batch.changed.extend(self.unsaved.iter().filter(|id| self.transfers.contains_key(id)));
        let entries = batch.entries(&self.transfers, &self.groups.all);
        let written =
            if entries.is_empty() { Ok(None) } else { self.place.journal.commit(&entries).await.map(Some) };
        match written {
            Ok(written) => {
                self.unsaved.clear();
                self.note_due(&batch);
                if let Some(keeping) = &mut self.keeping {
                    keeping.tidy();
                }
                self.answer(&mut batch, None);
                self.tell(&batch);
                if written.is_some_and(|written| written.long)
                    && let Err(error) = self.place.journal.compact(self.everything()).await
                {
                    tracing::warn!(%error, "the state could not be written anew; it goes on as it is");
                }
            }
            Err(error) => {
                tracing::error!(%error, "the state could not be written");
                self.go_back(batch, &error);
            }
        }
    }

    fn answer(&self, batch: &mut Batch, error: Option<&io::Error>) {
        for pending in batch.pending.drain(..) {
            match pending {
                Pending::Done(reply) => {
                    _ = reply.send(error.map_or(Ok(()), |error| Err(Error::NotSaved(error.to_string()))));
                }
                Pending::Added(id, reply) => {
                    let added = self.transfers.get(&id).map(|transfer| self.snapshot(transfer));
                    let not_saved = || Error::NotSaved(error.map_or_else(String::new, ToString::to_string));
                    _ = reply.send(added.ok_or_else(not_saved));
                }
                Pending::HandedOver(id, reply) => {
                    let known = self.transfers.get(&id).map(|transfer| transfer.job.clone());
                    let job = known.ok_or(Error::Unknown(id));
                    _ = reply.send(error.map_or(job, |error| Err(Error::NotSaved(error.to_string()))));
                }
                Pending::Committed(reply) => {
                    let failure = |error: &io::Error| {
                        Failure::from_io(error, Path::new("state")).because(&error.to_string())
                    };
                    _ = reply.send(error.map_or(Ok(()), |error| Err(failure(error))));
                }
            }
        }
    }

    fn tell(&mut self, batch: &Batch) {
        for id in &batch.removed {
            self.told.remove(id);
            _ = self.place.events.send(Event::Removed { id: *id });
        }
        if self.place.events.receiver_count() == 0 {
            return;
        }
        for name in batch.groups.keys() {
            _ = self.place.events.send(self.event_of_group(name));
        }
        for id in batch.added.union(&batch.changed).chain(batch.shown.difference(&batch.changed)) {
            let Some(transfer) = self.transfers.get(id) else { continue };
            let transfer = Arc::new(self.snapshot(transfer));
            _ = self.place.events.send(if batch.added.contains(id) {
                Event::Added { transfer }
            } else {
                Event::Changed { transfer }
            });
        }
    }

    /// The disk refused: what somebody asked for was not done. What tasks have reported stays true,
    /// and is written later.
    fn go_back(&mut self, mut batch: Batch, error: &io::Error) {
        self.unsaved.extend(batch.durable.keys().chain(&batch.planned).copied());
        for (id, before) in std::mem::take(&mut batch.before) {
            match before {
                Some(before) if !self.running.contains_key(&id) && !before.state.is_active() => {
                    self.transfers.insert(id, before);
                }
                Some(_) => _ = self.unsaved.insert(id),
                None => _ = self.transfers.remove(&id),
            }
            self.index(id);
        }
        for (name, before) in std::mem::take(&mut batch.groups) {
            self.groups.put_back(name, before);
        }
        // What is due of this is seen again when it can be written down.
        self.batch.touched.extend(std::mem::take(&mut batch.touched));
        self.answer(&mut batch, Some(error));
        self.tell(&batch);
    }

    /// Everything, as it stands in a new state file.
    fn everything(&self) -> Vec<Entry> {
        let groups = self.groups.all.values().map(|group| Entry::Group(Box::new(group.clone())));
        groups.chain(self.transfers.values().map(|transfer| Entry::Put(Box::new(transfer.clone())))).collect()
    }
}
