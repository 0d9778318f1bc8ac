//! `bughound train ablation`: what each part of the training brings.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Context;
use bughound_metrics::Interval;
use bughound_train::navigation::{
    Ablation, AblationSettings, Curve, GrpoSettings, RewardSettings, SftSettings, ablation,
};

use super::navigator::{Shown, read_worlds};
use crate::args::TrainAblationArgs;
use crate::exit::Outcome;
use crate::output;
use crate::settings::Settings;

/// Trains every arm on every fold, measures, and prints a table.
pub(crate) fn run(args: &TrainAblationArgs, settings: &Settings) -> anyhow::Result<Outcome> {
    let worlds = read_worlds(&args.worlds, settings)?;
    let (budget, reward) = (
        args.search.budget,
        RewardSettings {
            cost: args.search.cost,
        },
    );
    let chosen = AblationSettings {
        folds: args.folds,
        seeds: args.seeds,
        sft: SftSettings {
            epochs: args.sft_epochs,
            budget,
            reward,
            ..SftSettings::default()
        },
        grpo: GrpoSettings {
            epochs: args.grpo_epochs,
            budget,
            reward,
            ..GrpoSettings::default()
        },
    };
    let mut log = Shown::new(None, settings)?;
    let result = ablation(&worlds, &chosen, &mut log)?;
    output::print(&table(&result))?;
    let put = |path: &Path, text: String| {
        std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
    };
    if let Some(path) = &args.out {
        put(path, serde_json::to_string_pretty(&result)? + "\n")?;
    }
    if let Some(path) = &args.svg {
        put(path, svg(&result.curves))?;
    }
    Ok(Outcome::Found)
}

/// As Markdown. All numbers in percent but what was read; intervals are 95 % bootstrap intervals over tasks.
fn table(result: &Ablation) -> String {
    let mut text = String::from(
        "| arm | nDCG@5 | R@1 | R@5 | read | nDCG@5 less ranking only |\n|---|---|---|---|---|---|\n",
    );
    let percent = |value: f64, interval: Option<Interval>| match interval {
        Some(Interval { low, high }) => {
            format!(
                "{:.1} ({:.1} to {:.1})",
                100.0 * value,
                100.0 * low,
                100.0 * high
            )
        }
        None => format!("{:.1}", 100.0 * value),
    };
    for arm in &result.arms {
        let quality = &arm.quality;
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {:.1} | {} |",
            arm.arm.title(),
            percent(quality.ndcg, quality.ndcg_interval),
            percent(quality.recall_1, quality.recall_1_interval),
            percent(quality.recall_5, quality.recall_5_interval),
            quality.calls,
            percent(arm.against_ranking_only, arm.against_interval),
        );
    }
    let n = result.arms.first().map_or(0, |arm| arm.quality.n);
    let _ = writeln!(text, "\n{n} tasks, each of a project that was held out.");
    text
}

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 300.0;
const LEFT: f64 = 50.0;
const BOTTOM: f64 = 40.0;

/// nDCG@5 of the searches drawn in training, by step, as means over tenths of the curve.
fn svg(curves: &[Curve]) -> String {
    let smoothed: Vec<(&Curve, Vec<(f64, f64)>)> = curves
        .iter()
        .map(|curve| {
            let size = (curve.points.len() / 40).max(1);
            let points = curve
                .points
                .chunks(size)
                .map(|part| {
                    let n = part.len() as f64;
                    let step = part.iter().map(|p| p.step as f64).sum::<f64>() / n;
                    (step, part.iter().map(|p| p.ndcg).sum::<f64>() / n)
                })
                .collect();
            (curve, points)
        })
        .collect();
    let all = || smoothed.iter().flat_map(|(_, points)| points.iter());
    let last = all().map(|p| p.0).fold(1.0, f64::max);
    let low = all().map(|p| p.1).fold(1.0, f64::min) - 0.01;
    let high = all().map(|p| p.1).fold(0.0, f64::max) + 0.01;
    let x = |step: f64| LEFT + (WIDTH - LEFT - 10.0) * step / last;
    let y = |value: f64| 10.0 + (HEIGHT - BOTTOM - 10.0) * (high - value) / (high - low).max(1e-9);
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" \
         font-size=\"12\">\n<rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"white\"/>\n"
    );
    for at in 0..=4 {
        let value = low + (high - low) * f64::from(at) / 4.0;
        let _ = writeln!(
            text,
            "<line x1=\"{LEFT}\" x2=\"{}\" y1=\"{:.1}\" y2=\"{:.1}\" stroke=\"#ddd\"/><text x=\"8\" y=\"{:.1}\">{:.1}\
             </text>",
            WIDTH - 10.0,
            y(value),
            y(value),
            y(value) + 4.0,
            100.0 * value
        );
    }
    for ((curve, points), colour) in smoothed.iter().zip(["#1f77b4", "#d62728", "#2ca02c"]) {
        let path: Vec<String> = points
            .iter()
            .map(|&(step, value)| format!("{:.1},{:.1}", x(step), y(value)))
            .collect();
        let _ = writeln!(
            text,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>",
            path.join(" ")
        );
        if let Some(&(step, value)) = points.last() {
            let _ = writeln!(
                text,
                "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\" fill=\"{colour}\">{}</text>",
                x(step),
                y(value) + 18.0,
                curve.arm.title()
            );
        }
    }
    let _ = writeln!(
        text,
        "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">step of {last}; nDCG@5 of the searches drawn, %</text>\n</svg>",
        WIDTH / 2.0,
        HEIGHT - 10.0
    );
    text
}
