//! What a policy learnt, for people.

mod difference;
mod matrix;
mod run;

pub(crate) use difference::difference_text;
pub(crate) use run::analysis_text;

use bughound_metrics::{Interval, Share};

use crate::output::Terminal;
use crate::output::plain::{columns, fit, printable};

/// How much is shown.
#[derive(Clone, Copy)]
pub(crate) struct Shown {
    /// States of the matrix.
    pub(crate) states: usize,
    /// Findings of each detector.
    pub(crate) evidence: usize,
    pub(crate) terminal: Terminal,
}

/// Tools and transitions that are listed.
const MOST_ROWS: usize = 16;

/// `12.3 % [10.1, 14.5]`.
fn share_text(share: Option<&Share>) -> String {
    share.map_or("–".to_owned(), |share| {
        format!(
            "{:.1} %{}",
            share.share * 100.0,
            interval_text(share.interval, 100.0)
        )
    })
}

/// `12.3 %`.
fn percent_text(share: Option<&Share>) -> String {
    share.map_or("–".to_owned(), |share| {
        format!("{:.1} %", share.share * 100.0)
    })
}

/// ` [10.1, 14.5]`, or nothing.
fn interval_text(interval: Option<Interval>, scale: f64) -> String {
    interval.map_or(String::new(), |interval| {
        format!(
            " [{:.1}, {:.1}]",
            interval.low * scale,
            interval.high * scale
        )
    })
}

/// A name in so many columns.
fn name_text(name: &str, width: usize) -> String {
    let name = printable(name);
    let name = fit(&name, width);
    let pad = " ".repeat(width.saturating_sub(columns(&name)));
    format!("{name}{pad}")
}
