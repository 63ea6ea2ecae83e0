//! Which rows are in sight, and how far to scroll for one that is not.

use std::ops::Range;

use super::ROW;

/// The rows that are in sight when `offset` pixels are above and `height` pixels are in sight.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "rows"
)]
pub(super) fn in_sight(count: usize, offset: f32, height: f32) -> Range<usize> {
    // Rows may have gone since the list was last scrolled.
    let offset = offset.clamp(0.0, (count as f32 * ROW - height).max(0.0));
    let first = ((offset / ROW) as usize).min(count);
    let last = (((offset + height) / ROW).ceil() as usize).min(count);
    first..last
}

/// Where to scroll so that row `at` is in sight, if it is not.
#[expect(clippy::cast_precision_loss, reason = "rows")]
pub(super) fn reveal(at: usize, offset: f32, height: f32) -> Option<f32> {
    let top = at as f32 * ROW;
    if top < offset {
        Some(top)
    } else if top + ROW > offset + height {
        Some(top + ROW - height)
    } else {
        None
    }
}
