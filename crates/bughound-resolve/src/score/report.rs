//! %Resolved, with what it is of.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use bughound_metrics::wilson;
use serde::Serialize;

use super::{Outcome, Resolved};

/// How many tasks are resolved, and of how many.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Summary {
    /// Tasks that were asked for.
    pub tasks: usize,
    /// Tasks of which something is known: the denominator. Those without a prediction count.
    pub judged: usize,
    /// Tasks that are resolved.
    pub resolved: usize,
    /// Tasks of which the testbed's failing leaves nothing known: in no number.
    pub faults: usize,
    /// The share; absent where nothing was judged.
    pub share: Option<f64>,
    /// Wilson's 95 % interval of the share, tasks taken for independent.
    pub interval: Option<(f64, f64)>,
    /// Tasks by outcome.
    pub outcomes: BTreeMap<Outcome, usize>,
}

/// Counts.
pub fn summary(records: &[Resolved]) -> Summary {
    let mut summary = Summary {
        tasks: records.len(),
        ..Summary::default()
    };
    for record in records {
        *summary.outcomes.entry(record.outcome).or_default() += 1;
    }
    let count = |outcome| summary.outcomes.get(&outcome).copied().unwrap_or(0);
    summary.faults = count(Outcome::Fault);
    summary.resolved = count(Outcome::Resolved);
    summary.judged = summary.tasks - summary.faults;
    if summary.judged > 0 {
        let share = summary.resolved as f64 / summary.judged as f64;
        let interval = wilson(share, summary.judged as f64);
        summary.share = Some(share);
        summary.interval = Some((interval.low, interval.high));
    }
    summary
}

/// One line an instance, then the numbers.
pub fn report_text(records: &[Resolved]) -> String {
    let mut text = String::new();
    let width = records
        .iter()
        .map(|record| record.instance_id.len())
        .max()
        .unwrap_or(0);
    for record in records {
        let _ = writeln!(
            text,
            "{:width$}  {:13}  {}",
            record.instance_id,
            word(record.outcome),
            told(record)
        );
    }
    let summary = summary(records);
    match (summary.share, summary.interval) {
        (Some(share), Some((low, high))) => {
            let _ = writeln!(
                text,
                "Resolved: {} of {} = {:.1} % (95 % interval, Wilson: {:.1} to {:.1} %)",
                summary.resolved,
                summary.judged,
                100.0 * share,
                100.0 * low,
                100.0 * high
            );
        }
        _ => text.push_str("Resolved: nothing is known of any task\n"),
    }
    let others: Vec<String> = summary
        .outcomes
        .iter()
        .filter(|(outcome, _)| !matches!(outcome, Outcome::Resolved | Outcome::Fault))
        .map(|(outcome, n)| format!("{n} {}", word(*outcome)))
        .collect();
    if !others.is_empty() {
        let _ = writeln!(text, "Not resolved: {}", others.join(", "));
    }
    if summary.faults > 0 {
        let _ = writeln!(
            text,
            "Left out, nothing is known of them: {} of {} tasks",
            summary.faults, summary.tasks
        );
    }
    text
}

fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Resolved => "resolved",
        Outcome::Unresolved => "unresolved",
        Outcome::NotApplied => "not applied",
        Outcome::Empty => "empty",
        Outcome::NoPrediction => "no prediction",
        Outcome::Fault => "fault",
    }
}

fn told(record: &Resolved) -> String {
    let mut said = Vec::new();
    let (f2p, p2p) = (record.fail_to_pass, record.pass_to_pass);
    if f2p.1 + p2p.1 > 0 && matches!(record.outcome, Outcome::Resolved | Outcome::Unresolved) {
        said.push(format!(
            "FAIL_TO_PASS {}/{}, PASS_TO_PASS {}/{}",
            f2p.0, f2p.1, p2p.0, p2p.1
        ));
    }
    if let Some(first) = record.failing.first() {
        said.push(format!("fails: {first}"));
    }
    said.extend(record.why.iter().cloned());
    if let Some(first) = record.refused.first() {
        said.push(first.to_string());
    }
    if let Some(fault) = &record.fault {
        said.push(fault.what.lines().next().unwrap_or_default().to_owned());
    }
    if !record.left_out.is_empty() {
        let paths: Vec<String> = record
            .left_out
            .iter()
            .map(|it| format!("{} ({})", it.path, it.why))
            .collect();
        said.push(format!("left out: {}", paths.join(", ")));
    }
    said.join("; ")
}

#[cfg(test)]
mod tests {
    use bughound_testbed::{Fault, FaultKind};

    use super::*;

    #[test]
    fn faults_are_no_failures() {
        let fault = Fault {
            kind: FaultKind::Disk,
            what: "the disk is full".to_owned(),
        };
        let records = [
            Resolved {
                fail_to_pass: (2, 2),
                pass_to_pass: (7, 7),
                ..Resolved::without_a_run("a", Outcome::Resolved)
            },
            Resolved::without_a_run("b", Outcome::NoPrediction),
            Resolved::of_fault("c", fault),
        ];
        insta::assert_snapshot!(report_text(&records), @r"
        a  resolved       FAIL_TO_PASS 2/2, PASS_TO_PASS 7/7
        b  no prediction  
        c  fault          the disk is full
        Resolved: 1 of 2 = 50.0 % (95 % interval, Wilson: 9.5 to 90.5 %)
        Not resolved: 1 no prediction
        Left out, nothing is known of them: 1 of 3 tasks
        ");
        assert_eq!(summary(&[]).share, None);
    }
}
