//! `ctest`: its JUnit file, or its text. Ids are the names of tests.

use super::{Collector, FindingKind, Judge, Outputs, ResultFormat, Results, Run, junit, text};
use crate::TestStatus;

/// CMake's `ctest`.
pub(super) struct Ctest;

impl ResultFormat for Ctest {
    fn name(&self) -> &'static str {
        "ctest"
    }

    /// A file, where ctest is what is called (3.21 and newer); its text says the same where it is not.
    fn wire(&self, run: &mut Run, judge: &Judge<'_>) {
        if let Some(at) = run.position("ctest") {
            let output = judge.output("xml");
            run.insert(at + 1, ["--output-junit", output.as_str()]);
            run.collect.push(output);
        }
    }

    fn parse(&self, outputs: &Outputs<'_>) -> Results {
        let mut collector = Collector::default();
        for (path, text) in outputs.files {
            junit::read(path, text, &mut collector, |case| {
                if case.why.starts_with("Unable to find") {
                    case.status = Some(TestStatus::Error);
                }
                case.name.clone()
            });
        }
        if outputs.files.is_empty() {
            from_text(&text::plain(outputs.stdout), &mut collector);
        }
        collector.finish()
    }
}

fn from_text(text: &str, collector: &mut Collector) {
    let mut is_through = false;
    let mut total = None;
    for line in text.lines() {
        is_through |= line.contains("% tests passed, ") || line == "No tests were found!!!";
        let Some((n, name, status)) = result_line(line) else {
            continue;
        };
        total = Some(n);
        match status {
            Ok(status) => collector.put(name, status),
            Err(word) => {
                let what = format!("{name}: {word}");
                collector.finding(FindingKind::NotUnderstood, what);
            }
        }
    }
    if !is_through {
        collector.finding(FindingKind::Incomplete, "the counts at the end are missing");
    } else if total.is_some_and(|total| collector.n_tests() < total) {
        let what = format!(
            "{} results of {} tests",
            collector.n_tests(),
            total.unwrap_or(0)
        );
        collector.finding(FindingKind::Incomplete, what);
    }
}

type Line<'a> = (usize, &'a str, Result<TestStatus, &'a str>);

/// ` 1/12 Test  #1: a name .......***Failed    0.01 sec`: how many there are, the name, what it did.
fn result_line(line: &str) -> Option<Line<'_>> {
    let (counts, rest) = line.trim_start().split_once(" Test ")?;
    let (at, total) = counts.trim_end().split_once('/')?;
    at.parse::<usize>().ok()?;
    let total = total.parse().ok()?;
    let rest = rest.trim_start().strip_prefix('#')?;
    let (number, rest) = rest.split_once(": ")?;
    number.trim().parse::<usize>().ok()?;
    // The name is padded with dots; what it did stands directly behind them.
    let (name, word) = rest.match_indices(" ..").find_map(|(at, _)| {
        let word = rest[at..].trim_start_matches([' ', '.']);
        let is_status = word.starts_with("Passed") || word.contains("***") || word.is_empty();
        let name = rest[..at].trim_end();
        is_status.then_some((name, word.split_once("***").map_or(word, |(_, word)| word)))
    })?;
    let status = if word.starts_with("Passed") {
        Ok(TestStatus::Passed)
    } else if word.starts_with("Skipped") || word.starts_with("Not Run (Disabled)") {
        Ok(TestStatus::Skipped)
    } else if word.starts_with("Not Run") {
        // Its program is missing.
        Ok(TestStatus::Error)
    } else if ["Failed", "Timeout", "Exception"]
        .into_iter()
        .any(|failure| word.starts_with(failure))
    {
        Ok(TestStatus::Failed)
    } else {
        Err(word)
    };
    Some((total, name, status))
}
