//! The report of a run, in Markdown and as one HTML page.
//!
//! Both are the same [sections](sections), written out by [`markdown`] and [`html`]; plots are inline SVG
//! and stand in the page alone.

mod episodes;
mod html;
mod markdown;
mod model;
mod numbers;
mod plots;
mod sections;
mod svg;

pub(crate) use html::to_html;
pub(crate) use markdown::to_markdown;

use bughound_tasks::{Finding, Task};

use crate::settings::RunSettings;
use crate::{Miss, PredictionLine, ScoreDocument};

/// What a report speaks of.
pub(crate) struct ReportInput<'a> {
    pub(crate) settings: &'a RunSettings,
    pub(crate) tasks: &'a [Task],
    /// In the order of `tasks`.
    pub(crate) lines: &'a [PredictionLine],
    /// The scores by every scorer, the default first.
    pub(crate) documents: &'a [ScoreDocument],
    /// Of these, the one by the `path` scorer.
    pub(crate) by_path: &'a ScoreDocument,
    pub(crate) misses: &'a [Miss],
    pub(crate) findings: &'a [Finding],
    /// Entries of the tasks file that were left out.
    pub(crate) n_skipped: usize,
}
