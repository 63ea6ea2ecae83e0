//! Which bytes are still to be got, and which connection gets them. Pure.
//!
//! Every byte of the file is got, or free, or in exactly one slice; only a hedge asks for bytes a
//! second time. A connection that is free takes free bytes from the front; when there are none, it takes
//! the second half of the slice that would last longest.

use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Duration;

use crate::transfer::Ranges;

/// The name of a slice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct SliceId(u64);

/// A part of the file that one connection gets.
#[derive(Clone, Debug)]
struct Slice {
    /// The next byte to come, and where it ends.
    left: Range<u64>,
    /// Bytes a second, where that is known.
    rate: Option<f64>,
    /// The slice whose bytes it gets once more.
    hedges: Option<SliceId>,
}

/// See the module.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    free: Ranges,
    slices: BTreeMap<SliceId, Slice>,
    named: u64,
}

impl Plan {
    /// A plan for a file of `total` bytes of which `got` are there.
    pub(crate) fn new(total: u64, got: &Ranges) -> Self {
        Self { free: got.missing(total).into_iter().collect(), slices: BTreeMap::new(), named: 0 }
    }

    /// Whether every byte was got.
    pub(crate) fn is_complete(&self) -> bool {
        self.free.is_empty() && self.slices.values().all(|slice| slice.left.is_empty())
    }

    /// How many slices there are.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.slices.len()
    }

    /// What is left of a slice; nothing if there is no such slice any more.
    pub(crate) fn left(&self, id: SliceId) -> Option<Range<u64>> {
        self.slices.get(&id).map(|slice| slice.left.clone())
    }

    /// A slice for a free connection: bytes that nobody gets, else half of a slice, so that neither
    /// half is shorter than `least`.
    pub(crate) fn take(&mut self, least: u64) -> Option<(SliceId, Range<u64>)> {
        let free = self.free.iter().next();
        let part = if let Some(part) = free {
            self.free.remove(part.clone());
            part
        } else {
            self.split(least)?
        };
        Some((self.add(part.clone(), None), part))
    }

    /// Halves the slice that would last longest.
    fn split(&mut self, least: u64) -> Option<Range<u64>> {
        let hedged: Vec<_> = self.slices.values().filter_map(|slice| slice.hedges).collect();
        let usual = self.usual_rate();
        let can_be_halved = |(id, slice): &(&SliceId, &mut Slice)| {
            slice.hedges.is_none() && !hedged.contains(id) && length(&slice.left) >= least.max(1) * 2
        };
        let longest = self.slices.iter_mut().filter(can_be_halved);
        let (_, slice) = longest.max_by(|(_, a), (_, b)| a.lasts(usual).total_cmp(&b.lasts(usual)))?;
        let middle = slice.left.start + length(&slice.left).div_ceil(2);
        let part = middle..slice.left.end;
        slice.left.end = middle;
        Some(part)
    }

    /// A slice for a connection that has nothing else to do: all that is left of the one that would
    /// last longest, if that is longer than `worth`.
    pub(crate) fn hedge(&mut self, worth: Duration) -> Option<(SliceId, Range<u64>)> {
        let hedged: Vec<_> = self.slices.values().filter_map(|slice| slice.hedges).collect();
        let usual = self.usual_rate();
        let alone = self.slices.iter().filter(|(id, slice)| {
            slice.hedges.is_none() && !hedged.contains(id) && slice.lasts(usual) > worth.as_secs_f64()
        });
        let (id, slice) = alone.max_by(|(_, a), (_, b)| a.lasts(usual).total_cmp(&b.lasts(usual)))?;
        let (id, part) = (*id, slice.left.clone());
        Some((self.add(part.clone(), Some(id)), part))
    }

    /// `id` has got what came before `at`; the answer is how far it may go.
    pub(crate) fn advance(&mut self, id: SliceId, at: u64) -> Option<u64> {
        let slice = self.slices.get_mut(&id)?;
        slice.left.start = at.clamp(slice.left.start, slice.left.end);
        Some(slice.left.end)
    }

    /// Lets a slice that has come to its end go on, if the bytes behind it are free.
    pub(crate) fn extend(&mut self, id: SliceId) -> bool {
        // Both of a pair must end at the same byte.
        let paired = self.slices.values().any(|slice| slice.hedges == Some(id));
        let slice = self.slices.get_mut(&id).filter(|slice| slice.hedges.is_none() && !paired);
        let Some(slice) = slice else { return false };
        let Some(behind) = self.free.iter().find(|free| free.start == slice.left.end) else { return false };
        slice.left.end = behind.end;
        self.free.remove(behind);
        true
    }

    /// Takes note of how fast a slice is.
    pub(crate) fn set_rate(&mut self, id: SliceId, rate: f64) {
        if let Some(slice) = self.slices.get_mut(&id) {
            slice.rate = Some(rate);
        }
    }

    /// `id` gets no more. What it did not get is free again, unless another one gets it as well; if it
    /// got all of it, so has the one that it hedged, or the one that hedged it. The answer is who else
    /// need not go on.
    pub(crate) fn release(&mut self, id: SliceId) -> Option<SliceId> {
        let slice = self.slices.remove(&id)?;
        let other = slice.hedges.or_else(|| {
            self.slices.iter().find(|(_, other)| other.hedges == Some(id)).map(|(other, _)| *other)
        });
        let other = other.filter(|other| self.slices.contains_key(other));
        if slice.left.is_empty() {
            // Both of a pair end at the same byte.
            if let Some(other) = other {
                self.slices.remove(&other);
            }
            return other;
        }
        match other.and_then(|other| self.slices.get_mut(&other)) {
            // They began at the same byte, so what this one leaves the other one has got or will get.
            Some(other) => other.hedges = None,
            None => self.free.insert(slice.left),
        }
        None
    }

    fn add(&mut self, left: Range<u64>, hedges: Option<SliceId>) -> SliceId {
        let id = SliceId(self.named);
        self.named += 1;
        self.slices.insert(id, Slice { left, rate: None, hedges });
        id
    }

    /// How fast a slice is taken to be of which nothing is known yet.
    fn usual_rate(&self) -> f64 {
        let rates: Vec<f64> = self.slices.values().filter_map(|slice| slice.rate).collect();
        #[expect(clippy::cast_precision_loss, reason = "there are few slices")]
        let count = rates.len().max(1) as f64;
        rates.iter().sum::<f64>() / count
    }
}

impl Slice {
    /// Seconds that it would last; the more bytes the more, if no rate is known at all.
    fn lasts(&self, usual: f64) -> f64 {
        let rate = self.rate.unwrap_or(usual).max(1.0);
        #[expect(clippy::cast_precision_loss, reason = "an estimate")]
        let left = length(&self.left) as f64;
        left / rate
    }
}

fn length(range: &Range<u64>) -> u64 {
    range.end.saturating_sub(range.start)
}

#[cfg(test)]
#[path = "plan/tests.rs"]
mod tests;
