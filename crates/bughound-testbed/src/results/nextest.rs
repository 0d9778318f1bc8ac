//! `nextest`: the JUnit file of `cargo nextest`. Ids are `binary::module::test`, with nextest's names of binaries.

use super::{Collector, FindingKind, Judge, Outputs, ResultFormat, Results, Run, junit};

/// `cargo nextest run`.
pub(super) struct Nextest;

/// Below the project's own settings: what those say stays.
const SETTINGS: &str = "[profile.default.junit]\npath = \"bughound-junit.xml\"\n";

impl ResultFormat for Nextest {
    fn name(&self) -> &'static str {
        "nextest"
    }

    fn wire(&self, run: &mut Run, judge: &Judge<'_>) {
        let path = format!("{}/bughound_nextest_{}.toml", judge.folder, judge.nonce);
        if let Some(at) = run.argv.iter().position(|word| word == "run") {
            let settings = format!("bughound:{path}");
            run.insert(
                at + 1,
                ["--no-fail-fast", "--tool-config-file", settings.as_str()],
            );
        }
        run.files.push((path, SETTINGS.as_bytes().to_vec()));
        run.collect.push("/w/**/nextest/default/*.xml".to_owned());
    }

    fn parse(&self, outputs: &Outputs<'_>) -> Results {
        let mut collector = Collector::default();
        if outputs.files.is_empty() {
            collector.finding(FindingKind::Incomplete, "there is no report");
        }
        for (path, text) in outputs.files {
            junit::read(path, text, &mut collector, |case| {
                format!("{}::{}", case.class, case.name)
            });
        }
        collector.finish()
    }
}
