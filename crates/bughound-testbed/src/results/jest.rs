//! `jest` and `vitest`: the JSON that both write, in the same shape. Ids are `file > describe > test`.

use serde::Deserialize;

use super::{Collector, FindingKind, Judge, Outputs, ResultFormat, Results, Run, text};
use crate::TestStatus;

/// `jest --json`.
pub(super) struct Jest;

/// `vitest run --reporter=json`.
pub(super) struct Vitest;

impl ResultFormat for Jest {
    fn name(&self) -> &'static str {
        "jest"
    }

    fn wire(&self, run: &mut Run, judge: &Judge<'_>) {
        let output = judge.output("json");
        run.append(["--json".to_owned(), format!("--outputFile={output}")]);
        run.collect.push(output);
    }

    fn parse(&self, outputs: &Outputs<'_>) -> Results {
        parse(outputs)
    }
}

impl ResultFormat for Vitest {
    fn name(&self) -> &'static str {
        "vitest"
    }

    fn wire(&self, run: &mut Run, judge: &Judge<'_>) {
        let output = judge.output("json");
        run.append([
            "--reporter=json".to_owned(),
            format!("--outputFile={output}"),
        ]);
        run.collect.push(output);
    }

    fn parse(&self, outputs: &Outputs<'_>) -> Results {
        parse(outputs)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    test_results: Vec<File>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct File {
    name: String,
    #[serde(default)]
    status: String,
    assertion_results: Vec<Test>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Test {
    #[serde(default)]
    ancestor_titles: Vec<String>,
    title: String,
    status: String,
}

fn parse(outputs: &Outputs<'_>) -> Results {
    let mut collector = Collector::default();
    let files = outputs.files.iter().map(|(_, text)| text.as_str());
    let mut n_reports = 0;
    for text in files.chain(
        [outputs.stdout]
            .into_iter()
            .filter(|_| outputs.files.is_empty()),
    ) {
        if let Some(report) = embedded::<Report>(text, "{\"num") {
            n_reports += 1;
            for file in &report.test_results {
                read(file, &mut collector);
            }
        }
    }
    if n_reports == 0 {
        let what = "there is no whole report";
        collector.finding(FindingKind::Incomplete, what);
    }
    collector.finish()
}

fn read(file: &File, collector: &mut Collector) {
    let path = text::relative(&file.name);
    if file.assertion_results.is_empty() && file.status == "failed" {
        collector.put(path, TestStatus::Error);
    }
    for test in &file.assertion_results {
        let names = test.ancestor_titles.iter().map(String::as_str);
        let id: Vec<&str> = std::iter::once(path)
            .chain(names.filter(|name| !name.is_empty()))
            .chain([test.title.as_str()])
            .collect();
        let id = id.join(" > ");
        let status = match test.status.as_str() {
            "passed" => TestStatus::Passed,
            "failed" => TestStatus::Failed,
            "pending" | "skipped" | "todo" | "disabled" => TestStatus::Skipped,
            other => {
                let what = format!("{id}: {other}");
                collector.finding(FindingKind::NotUnderstood, what);
                continue;
            }
        };
        collector.put_numbered(&id, status);
    }
}

/// The last JSON value of a text that begins with `start` and can be read as a report: before it stands what tests
/// printed.
pub(super) fn embedded<T: serde::de::DeserializeOwned>(text: &str, start: &str) -> Option<T> {
    if let Ok(report) = serde_json::from_str(text) {
        return Some(report);
    }
    // Few of the places are tried: reading is linear in what follows each.
    text.rmatch_indices(start).take(20).find_map(|(at, _)| {
        let mut values = serde_json::Deserializer::from_str(&text[at..]).into_iter();
        values.next()?.ok()
    })
}
