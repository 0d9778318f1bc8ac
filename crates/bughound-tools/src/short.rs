//! Short lists of places, for policies with little room.
//!
//! A place is a line `- path::Qualified.name`: whoever leads the conversation may put a number where the dash is.

use bughound_core::SymbolId;
use bughound_index::{Index, SymbolIdx};

use crate::budget::Page;
use crate::{Budget, ToolContext, ToolOutput};

/// What a line that names a place begins with.
pub const PLACE: &str = "- ";

/// The most places of one list.
pub const MOST_PLACES: usize = 6;

/// The most lines of an excerpt, and the most bytes of one of them.
pub(crate) const MOST_LINES: usize = 8;
pub(crate) const MOST_LINE_BYTES: usize = 64;

/// Places, each once, in this order; what is over is counted where that is `exhaustive`.
pub(crate) fn places(
    context: &ToolContext,
    found: impl Iterator<Item = SymbolIdx>,
    none: &str,
    exhaustive: bool,
) -> ToolOutput {
    let mut ids: Vec<SymbolId> = Vec::new();
    let mut n_over = 0;
    for symbol in found {
        let id = context.index().symbol(symbol).id();
        if ids.contains(&id) {
            continue;
        }
        if ids.len() < MOST_PLACES {
            ids.push(id);
        } else if exhaustive {
            n_over += 1;
        } else {
            break;
        }
    }
    let mut page = Page::new(context.budget());
    if ids.is_empty() {
        page.line(none);
    }
    for id in &ids {
        page.line(&format!("{PLACE}{id}"));
    }
    page.leave_out(n_over);
    page.finish()
}

/// The budget of an excerpt.
pub(crate) fn excerpt_budget(budget: Budget) -> Budget {
    Budget {
        max_line_bytes: budget.max_line_bytes.min(MOST_LINE_BYTES),
        ..budget
    }
}

/// The definition that may be an answer: itself, or what is around it.
pub(crate) fn candidate(index: &Index, symbol: SymbolIdx) -> Option<SymbolIdx> {
    let mut at = symbol;
    while !index.symbol(at).is_candidate() {
        at = index.parent(at)?;
    }
    Some(at)
}
