//! What was measured, for people and as JSON.

use std::fmt::Write;
use std::path::Path;

use serde::Serialize;

use crate::statistics::percentile;

/// One thing that was measured.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// What.
    pub what: String,
    /// The unit of the values.
    pub unit: &'static str,
    /// The middle of the values.
    pub median: f64,
    /// The smallest value.
    pub min: f64,
    /// The greatest value.
    pub max: f64,
    /// What the median should be at most.
    pub target: Option<f64>,
    /// Of a rival: what of ours it is compared with, and how many times our median its own is.
    pub ratio: Option<(String, f64)>,
}

impl Row {
    /// A row of values; all zero where there are none.
    pub fn of(what: &str, unit: &'static str, values: &[f64], target: Option<f64>) -> Self {
        let at = |share| percentile(values, share).unwrap_or(0.0);
        Self {
            what: what.to_owned(),
            unit,
            median: at(0.5),
            min: at(0.0),
            max: at(1.0),
            target,
            ratio: None,
        }
    }

    /// The median in milliseconds, where it is a time.
    fn ms(&self) -> Option<f64> {
        match self.unit {
            "ms" => Some(self.median),
            "µs" => Some(self.median / 1000.0),
            _ => None,
        }
    }
}

/// All that was measured in one run.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The repository's folder name.
    pub repo: String,
    /// The commit.
    pub commit: String,
    /// How often each measurement was taken.
    pub n_runs: usize,
    /// Number of cores.
    pub n_cores: usize,
    /// Sizes of the input.
    pub facts: Vec<(String, u64)>,
    /// Ours.
    pub ours: Vec<Row>,
    /// Others'.
    pub rivals: Vec<Row>,
    /// Rivals that could not be measured.
    pub absent: Vec<String>,
}

impl Report {
    pub(crate) fn new(repo: &Path, commit: &str, n_runs: usize) -> Self {
        Self {
            repo: repo
                .file_name()
                .map_or_else(String::new, |name| name.to_string_lossy().into_owned()),
            commit: commit.to_owned(),
            n_runs,
            n_cores: std::thread::available_parallelism().map_or(1, usize::from),
            facts: Vec::new(),
            ours: Vec::new(),
            rivals: Vec::new(),
            absent: Vec::new(),
        }
    }

    pub(crate) fn push(&mut self, row: Row) {
        self.ours.push(row);
    }

    /// Adds a rival and its ratio to one of our rows.
    pub(crate) fn rival(&mut self, mut row: Row, beside: &str) {
        let own = self
            .ours
            .iter()
            .find(|own| own.what == beside)
            .and_then(Row::ms);
        if let (Some(own), Some(theirs)) = (own, row.ms())
            && own > 0.0
        {
            row.ratio = Some((beside.to_owned(), theirs / own));
        }
        self.rivals.push(row);
    }

    pub(crate) fn absent(&mut self, what: &str) {
        self.absent.push(what.to_owned());
    }

    /// As Markdown tables.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        let facts: Vec<String> = self
            .facts
            .iter()
            .map(|(name, count)| format!("{count} {name}"))
            .collect();
        // Writing to a string does not fail.
        let _ = writeln!(
            text,
            "{} at {}: {}.",
            self.repo,
            self.commit,
            facts.join(", ")
        );
        let _ = writeln!(
            text,
            "Medians of {} runs on {} cores.\n",
            self.n_runs, self.n_cores
        );
        text += "| | median | least – most | target |\n|---|---|---|---|\n";
        for row in &self.ours {
            let target = row.target.map_or(String::new(), |target| {
                let verdict = if row.median <= target {
                    "met"
                } else {
                    "missed"
                };
                format!("≤ {} {}: {verdict}", number(target), row.unit)
            });
            let _ = writeln!(text, "| {} | {} | {target} |", row.what, span(row));
        }
        if !self.rivals.is_empty() {
            text += "\n| rival | median | least – most | times ours |\n|---|---|---|---|\n";
            for row in &self.rivals {
                let ratio = row.ratio.as_ref().map_or(String::new(), |(beside, ratio)| {
                    format!("{} × {beside}", number(*ratio))
                });
                let _ = writeln!(text, "| {} | {} | {ratio} |", row.what, span(row));
            }
        }
        for absent in &self.absent {
            let _ = writeln!(text, "\nNot measured: {absent}.");
        }
        text
    }
}

fn span(row: &Row) -> String {
    format!(
        "{} {} | {} – {}",
        number(row.median),
        row.unit,
        number(row.min),
        number(row.max)
    )
}

/// Three digits that count.
fn number(value: f64) -> String {
    match value.abs() {
        large if large >= 100.0 => format!("{value:.0}"),
        middle if middle >= 10.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_in_words() {
        let mut report = Report::new(Path::new("/x/django"), "abc", 3);
        report.n_cores = 2;
        report.facts.push(("files".to_owned(), 7));
        report.push(Row::of(
            "cold index",
            "ms",
            &[300.0, 310.0, 290.0],
            Some(400.0),
        ));
        report.push(Row::of("search_class p50", "µs", &[12.0], Some(10.0)));
        report.rival(Row::of("slow one", "ms", &[3000.0], None), "cold index");
        report.rival(Row::of("look-up", "ms", &[12.0], None), "search_class p50");
        report.absent("ctags");
        let expect = "\
django at abc: 7 files.
Medians of 3 runs on 2 cores.

| | median | least – most | target |
|---|---|---|---|
| cold index | 300 ms | 290 – 310 | ≤ 400 ms: met |
| search_class p50 | 12.0 µs | 12.0 – 12.0 | ≤ 10.0 µs: missed |

| rival | median | least – most | times ours |
|---|---|---|---|
| slow one | 3000 ms | 3000 – 3000 | 10.0 × cold index |
| look-up | 12.0 ms | 12.0 – 12.0 | 1000 × search_class p50 |

Not measured: ctags.
";
        assert_eq!(report.to_text(), expect);
    }
}
