//! Scores a file of predictions against a file of ground truth and prints every metric.
//!
//! `score_predictions PREDICTIONS GROUND_TRUTH [SCORER]`

use std::collections::BTreeMap;
use std::path::PathBuf;

use bughound_metrics::{Answer, BootstrapSettings, ScoredTask, score_run, scorer_named};
use bughound_tasks::{OnMalformed, read_ground_truth, read_predictions};

#[expect(clippy::print_stdout, reason = "the result of the program")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [predictions, truth, rest @ ..] = arguments.as_slice() else {
        return Err("score_predictions PREDICTIONS GROUND_TRUTH [SCORER]".into());
    };
    let scorer = scorer_named(rest.first().map_or("path", String::as_str))?;
    let set = read_predictions(&PathBuf::from(predictions), OnMalformed::Skip)?;
    for finding in &set.findings {
        println!("! {finding}");
    }
    let answers: BTreeMap<String, Answer> = set
        .predictions
        .into_iter()
        .map(|p| (p.instance_id.clone(), p.answer()))
        .collect();
    let truths = read_ground_truth(&PathBuf::from(truth))?;
    let tasks: Vec<ScoredTask<'_>> = truths
        .iter()
        .map(|(id, truth)| ScoredTask {
            id,
            truth,
            answer: answers.get(id),
        })
        .collect();
    for level in score_run(scorer, &tasks, &BootstrapSettings::default()).levels {
        let n = level.denominators;
        println!(
            "{}: {} tasks, {} with truth, {} answered",
            level.level, n.tasks, n.with_truth, n.answered
        );
        for aggregate in level.aggregates {
            let interval = aggregate
                .interval
                .map(|i| format!("{:.2} to {:.2}", 100.0 * i.low, 100.0 * i.high));
            println!(
                "  {:12} {:6.2}  [{}]  ceiling {:.2}",
                aggregate.metric.to_string(),
                100.0 * aggregate.mean,
                interval.unwrap_or_default(),
                100.0 * aggregate.ceiling
            );
        }
    }
    Ok(())
}
