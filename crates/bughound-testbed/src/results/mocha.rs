//! `mocha`: the report of its `json` reporter. Ids are `file > full title`.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::{Collector, FindingKind, Judge, Outputs, ResultFormat, Results, Run, jest, text};
use crate::TestStatus;

/// `mocha --reporter json`.
pub(super) struct Mocha;

impl ResultFormat for Mocha {
    fn name(&self) -> &'static str {
        "mocha"
    }

    fn wire(&self, run: &mut Run, judge: &Judge<'_>) {
        let output = judge.output("json");
        let option = format!("output={output}");
        run.append(["--reporter", "json", "--reporter-option", option.as_str()]);
        run.collect.push(output);
    }

    fn parse(&self, outputs: &Outputs<'_>) -> Results {
        let mut collector = Collector::default();
        let files = outputs.files.iter().map(|(_, text)| text.as_str());
        let texts = files.chain(
            [outputs.stdout]
                .into_iter()
                .filter(|_| outputs.files.is_empty()),
        );
        let reports: Vec<Report> = texts
            .filter_map(|text| jest::embedded(text, "{\n  \"stats\""))
            .collect();
        if reports.is_empty() {
            let what = "there is no whole report";
            collector.finding(FindingKind::Incomplete, what);
        }
        for report in &reports {
            read(report, &mut collector);
        }
        collector.finish()
    }
}

#[derive(Deserialize)]
struct Report {
    tests: Vec<Test>,
    pending: Vec<Test>,
    failures: Vec<Test>,
    passes: Vec<Test>,
}

#[derive(Deserialize, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "camelCase")]
struct Test {
    full_title: String,
    #[serde(default)]
    file: Option<String>,
}

impl Test {
    fn id(&self) -> String {
        match &self.file {
            Some(file) => format!("{} > {}", text::relative(file), self.full_title),
            None => self.full_title.clone(),
        }
    }
}

fn read(report: &Report, collector: &mut Collector) {
    let tests: BTreeSet<&Test> = report.tests.iter().collect();
    for test in &report.passes {
        collector.put(&test.id(), TestStatus::Passed);
    }
    for test in &report.pending {
        collector.put(&test.id(), TestStatus::Skipped);
    }
    for failure in &report.failures {
        // What is no test is a hook: what depends on it did not run.
        let status = match tests.contains(failure) {
            true => TestStatus::Failed,
            false => TestStatus::Error,
        };
        collector.put(&failure.id(), status);
    }
    let n_seen = report.passes.len() + report.pending.len() + report.failures.len();
    if n_seen < report.tests.len() {
        let what = format!("{} tests and {n_seen} results", report.tests.len());
        collector.finding(FindingKind::Incomplete, what);
    }
}
