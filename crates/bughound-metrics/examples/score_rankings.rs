//! Scores rankings read from standard input, for cross-checks against other evaluation libraries.
//!
//! Input: `{"metrics": ["recall@5", …], "tasks": [{"truth": ["a", …], "ranking": ["b", …]}, …]}`.
//! Output: one list of values per task, in the order of the metrics.

use std::io::Read;

use bughound_metrics::{Judged, Metric};

#[derive(serde::Deserialize)]
struct Input {
    metrics: Vec<Metric>,
    tasks: Vec<Task>,
}

#[derive(serde::Deserialize)]
struct Task {
    truth: Vec<String>,
    ranking: Vec<String>,
}

#[expect(clippy::print_stdout, reason = "the result of the program")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    let input: Input = serde_json::from_str(&text)?;
    let values: Vec<Vec<f64>> = input
        .tasks
        .iter()
        .map(|task| {
            let judged = Judged::new(
                task.ranking.iter().map(String::as_str),
                task.truth.iter().map(String::as_str),
                None,
            );
            input
                .metrics
                .iter()
                .map(|metric| metric.value(&judged))
                .collect()
        })
        .collect();
    println!("{}", serde_json::to_string(&values)?);
    Ok(())
}
