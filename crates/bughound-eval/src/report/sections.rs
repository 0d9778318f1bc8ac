//! What a report says.

use std::collections::BTreeMap;

use bughound_metrics::{Aggregate, LevelScores, Metric, ScoreLevel};

use super::model::{Block, Section, Table};
use super::numbers::{
    ProjectScores, RANK_BUCKETS, by_project, duration, percent, rank_distribution, stage_times,
    with_interval,
};
use super::plots::{self, Share};
use super::{ReportInput, episodes};
use crate::misses::FOUND_WITHIN;
use crate::score_document::metrics_of;
use crate::score_text::counted;
use crate::{ErrorKind, Miss, MissReason, ScoreDocument, definition};

/// The heading of the whole.
pub(crate) fn title(input: &ReportInput<'_>) -> String {
    format!("{} on {}", input.settings.policy, input.settings.tasks.file)
}

/// Every section, in order. All are always there, but that on searches, which most policies have none of.
pub(crate) fn sections(input: &ReportInput<'_>) -> Vec<Section> {
    let mut sections = vec![
        summary(input),
        metrics(input),
        other_scorers(input),
        projects(input),
        ranks(input),
        times(input),
        misses(input),
        oddities(input),
        definitions(input),
    ];
    if let Some(searches) = episodes::section(input) {
        sections.insert(AFTER_TIMES, searches);
    }
    sections
}

/// Where the section on searches stands.
const AFTER_TIMES: usize = 6;

fn summary(input: &ReportInput<'_>) -> Section {
    let settings = input.settings;
    let answers = &input.by_path.answers;
    let n_faults = input.by_path.not_scored.faults.len();
    let mut table = Table::new(&["what", "value"]);
    table.text_columns = vec![1];
    let mut row = |what: &str, value: String| table.row([what.to_owned(), value]);
    row("policy", settings.policy.clone());
    row("bughound", settings.bughound.clone());
    row("tasks file", settings.tasks.file.clone());
    row("its SHA-256", settings.tasks.sha256.to_string());
    row("tasks", settings.tasks.count.to_string());
    if let Some(limit) = settings.tasks.selection.limit {
        row("limit", limit.to_string());
    }
    if !settings.tasks.selection.instances.is_empty() {
        row("instances", settings.tasks.selection.instances.join(", "));
    }
    row("answered", answers.answered.to_string());
    row(
        "not answered, counting 0",
        answers.unanswered.len().to_string(),
    );
    row("faults, left out of all sums", n_faults.to_string());
    row("ground truth", input.by_path.ground_truth.in_words());
    let mut blocks = vec![Block::Table(table)];
    if n_faults > 0 {
        blocks.push(Block::Text(format!(
            "This run is not complete: {} could not be worked on. The numbers below are without them; running the \
             same command again tries them again.",
            counted(n_faults, "task")
        )));
    }
    Section {
        title: "Run",
        blocks,
    }
}

fn metrics(input: &ReportInput<'_>) -> Section {
    let document = input.by_path;
    let bootstrap = &document.scores.bootstrap;
    let mut blocks = vec![
        Block::Text(format!(
            "Percent, by the scorer {}: {}. In brackets the {} % interval (percentile bootstrap over tasks, {} \
             resamples, seed {}).",
            document.scorer.name,
            document.scorer.about,
            bootstrap.confidence * 100.0,
            bootstrap.resamples,
            bootstrap.seed
        )),
        Block::Plot {
            caption: "Percent, with intervals; upright ticks are what perfect answers would reach."
                .to_owned(),
            svg: metrics_plot(document),
        },
    ];
    blocks.extend(score_tables(document));
    Section {
        title: "Metrics",
        blocks,
    }
}

fn metrics_plot(document: &ScoreDocument) -> String {
    const SHOWN: [Metric; 8] = [
        Metric::Recall(1),
        Metric::Recall(3),
        Metric::Recall(5),
        Metric::Recall(10),
        Metric::Accuracy(5),
        Metric::AveragePrecision,
        Metric::ReciprocalRank,
        Metric::Ndcg(5),
    ];
    let levels: Vec<&LevelScores> = [ScoreLevel::File, ScoreLevel::Class, ScoreLevel::Function]
        .into_iter()
        .filter_map(|level| document.scores.level(level))
        .collect();
    let series: Vec<String> = levels.iter().map(|level| level.level.to_string()).collect();
    let rows: Vec<(String, Vec<Share>)> = SHOWN
        .into_iter()
        .map(|metric| {
            let shares = levels.iter().filter_map(|level| level.aggregate_of(metric));
            (metric.to_string(), shares.map(|a| share(a, true)).collect())
        })
        .collect();
    plots::dots("Metrics with intervals", &series, &rows)
}

fn share(aggregate: &Aggregate, with_ceiling: bool) -> Share {
    let (low, high) = match aggregate.interval {
        Some(interval) => (interval.low, interval.high),
        None => (aggregate.mean, aggregate.mean),
    };
    Share {
        value: aggregate.mean,
        low,
        high,
        ceiling: with_ceiling.then_some(aggregate.ceiling),
    }
}

/// Values, ceilings and denominators of a score, with levels side by side.
fn score_tables(document: &ScoreDocument) -> Vec<Block> {
    let levels = &document.scores.levels;
    let names: Vec<String> = levels.iter().map(|level| level.level.to_string()).collect();
    let head = |first: &str| {
        let mut head = vec![first.to_owned()];
        head.extend(names.iter().cloned());
        head
    };
    let table_of = |first: &str, cell: &dyn Fn(&Aggregate) -> String| {
        let mut table = Table {
            head: head(first),
            ..Table::default()
        };
        for metric in metrics_of(&document.scores) {
            let cells = levels.iter().map(|level| match level.aggregate_of(metric) {
                Some(aggregate) => cell(aggregate),
                None => "-".to_owned(),
            });
            table.row(std::iter::once(metric.to_string()).chain(cells));
        }
        table
    };
    let values = table_of("metric", &with_interval);
    let mut ceilings = table_of("metric", &|aggregate| percent(aggregate.ceiling));
    ceilings.folded = Some("Ceilings: what perfect answers would reach".to_owned());
    let mut alone = table_of("metric", &|aggregate| percent(aggregate.mean_with_truth));
    alone.folded = Some("Over the tasks with something to find alone".to_owned());
    let mut denominators = Table {
        head: head("tasks"),
        ..Table::default()
    };
    let mut row = |what: &str, count: &dyn Fn(&LevelScores) -> usize| {
        let cells = levels.iter().map(|level| count(level).to_string());
        denominators.row(std::iter::once(what.to_owned()).chain(cells));
    };
    row("that count", &|level| level.denominators.tasks);
    row("with something to find", &|level| {
        level.denominators.with_truth
    });
    row("answered", &|level| level.denominators.answered);
    row("left out by the scorer", &|level| level.left_out.len());
    [values, denominators, ceilings, alone]
        .map(Block::Table)
        .into()
}

fn other_scorers(input: &ReportInput<'_>) -> Section {
    let mut blocks = Vec::new();
    for document in input.documents {
        if document.scorer.name != input.by_path.scorer.name {
            blocks.push(Block::Text(format!(
                "{}: {}.",
                document.scorer.name, document.scorer.about
            )));
            blocks.extend(score_tables(document));
        }
    }
    Section {
        title: "Other scorers",
        blocks,
    }
}

fn projects(input: &ReportInput<'_>) -> Section {
    const METRICS: [Metric; 3] = [Metric::Recall(1), Metric::Recall(5), Metric::Accuracy(5)];
    let mut table = Table::new(&["project", "tasks"]);
    let mut by_level: Vec<(ScoreLevel, Vec<ProjectScores>)> = Vec::new();
    for level in [ScoreLevel::File, ScoreLevel::Function] {
        let Some(scores) = input.by_path.scores.level(level) else {
            continue;
        };
        table
            .head
            .extend(METRICS.iter().map(|metric| format!("{level} {metric}")));
        by_level.push((level, by_project(input, scores)));
    }
    let find = |project: &ProjectScores, metric: Metric| -> Option<Aggregate> {
        project
            .aggregates
            .iter()
            .find(|a| a.metric == metric)
            .copied()
    };
    let mut rows = Vec::new();
    let n_projects = by_level.first().map_or(0, |(_, projects)| projects.len());
    for at in 0..n_projects {
        let projects: Vec<&ProjectScores> = by_level.iter().map(|(_, all)| &all[at]).collect();
        let cells = projects.iter().flat_map(|project| {
            METRICS
                .map(|metric| find(project, metric).map_or("-".to_owned(), |a| with_interval(&a)))
        });
        let first = [
            projects[0].repo.clone(),
            projects[0].denominators.tasks.to_string(),
        ];
        table.row(first.into_iter().chain(cells));
        let shares = projects
            .iter()
            .filter_map(|project| find(project, Metric::Recall(5)));
        rows.push((
            projects[0].repo.clone(),
            shares.map(|a| share(&a, false)).collect(),
        ));
    }
    let series: Vec<String> = by_level
        .iter()
        .map(|(level, _)| format!("{level} recall@5"))
        .collect();
    Section {
        title: "Projects",
        blocks: vec![
            Block::Plot {
                caption: "Recall@5 in percent, with intervals, project by project.".to_owned(),
                svg: plots::dots("Recall@5 by project", &series, &rows),
            },
            Block::Table(table),
        ],
    }
}

fn ranks(input: &ReportInput<'_>) -> Section {
    let levels: Vec<&LevelScores> = [ScoreLevel::File, ScoreLevel::Function]
        .into_iter()
        .filter_map(|level| input.by_path.scores.level(level))
        .collect();
    let series: Vec<String> = levels
        .iter()
        .map(|level| format!("first gold {}", level.level))
        .collect();
    let counts: Vec<Vec<usize>> = levels
        .iter()
        .map(|level| rank_distribution(level))
        .collect();
    let mut groups: Vec<&str> = RANK_BUCKETS.iter().map(|(_, name)| *name).collect();
    groups.push("not ranked");
    let mut table = Table::new(&["rank"]);
    table.head.extend(series.iter().cloned());
    for (at, group) in groups.iter().enumerate() {
        let cells = counts.iter().map(|counts| counts[at].to_string());
        table.row(std::iter::once((*group).to_owned()).chain(cells));
    }
    let first_ranks: Vec<(String, Vec<Option<usize>>)> = series
        .iter()
        .zip(&levels)
        .map(|(name, level)| {
            let tasks = level.tasks.iter().filter(|task| task.n_truth > 0);
            (
                name.clone(),
                tasks.map(|task| task.ranks.first().copied()).collect(),
            )
        })
        .collect();
    let depth = input.settings.depth;
    Section {
        title: "Rank distribution",
        blocks: vec![
            Block::Text(format!(
                "Tasks by the rank of the first right answer, out of those with something to find. Rankings are {} \
                 files and {} functions deep.",
                depth.files, depth.functions
            )),
            Block::Plot {
                caption: "Number of tasks by the rank of the first right answer.".to_owned(),
                svg: plots::bars("Rank distribution", &series, &groups, &counts),
            },
            Block::Plot {
                caption: "Share of tasks with a right answer among the first k, over k.".to_owned(),
                svg: plots::curve(
                    "Found among the first k",
                    &first_ranks,
                    depth.functions.max(depth.files),
                ),
            },
            Block::Table(table),
        ],
    }
}

fn times(input: &ReportInput<'_>) -> Section {
    let times = stage_times(input.lines);
    let mut table = Table::new(&["stage", "mean", "median", "90 %", "longest", "sum (s)"]);
    for stage in &times {
        table.row([
            stage.stage.clone(),
            duration(stage.mean()),
            duration(stage.quantile(0.5)),
            duration(stage.quantile(0.9)),
            duration(stage.quantile(1.0)),
            format!("{:.1}", stage.sum() / 1000.0),
        ]);
    }
    let rows: Vec<(String, f64, String)> = times
        .iter()
        .map(|stage| {
            (
                stage.stage.clone(),
                stage.mean(),
                format!("{} ms", duration(stage.mean())),
            )
        })
        .collect();
    Section {
        title: "Time per stage",
        blocks: vec![
            Block::Text(
                "Milliseconds per answered task. Tasks run side by side, so the sum can exceed the time on the wall."
                    .to_owned(),
            ),
            Block::Plot {
                caption: "Mean time per task and stage.".to_owned(),
                svg: plots::lying_bars("Mean time per stage", &rows),
            },
            Block::Table(table),
        ],
    }
}

fn misses(input: &ReportInput<'_>) -> Section {
    let mut counts: BTreeMap<MissReason, usize> = BTreeMap::new();
    for miss in input.misses {
        *counts.entry(miss.reason).or_default() += 1;
    }
    let mut reasons = Table::new(&["reason", "tasks"]);
    for (reason, n) in &counts {
        reasons.row([reason.text(), n.to_string()]);
    }
    let rows: Vec<(String, f64, String)> = counts
        .iter()
        .map(|(reason, n)| (reason.text(), *n as f64, n.to_string()))
        .collect();
    let mut tasks = Table::new(&[
        "task",
        "reason",
        "found",
        "file rank",
        "function rank",
        "gold",
    ]);
    tasks.text_columns = vec![1, 5];
    tasks.folded = Some("Every miss".to_owned());
    for miss in input.misses {
        tasks.row([
            miss.instance_id.clone(),
            miss.reason.text(),
            format!("{} of {}", miss.n_found, miss.n_truth),
            rank(miss.file_rank),
            rank(miss.function_rank),
            gold(miss),
        ]);
    }
    Section {
        title: "Misses",
        blocks: vec![
            Block::Text(format!(
                "{} of {} are misses: not every function and class to find is among the first {FOUND_WITHIN} \
                 functions. Ranks are those of the first right answer.",
                input.misses.len(),
                counted(input.lines.len(), "task")
            )),
            Block::Plot {
                caption: "Misses by reason.".to_owned(),
                svg: plots::lying_bars("Misses by reason", &rows),
            },
            Block::Table(reasons),
            Block::Table(tasks),
        ],
    }
}

fn rank(rank: Option<usize>) -> String {
    rank.map_or("-".to_owned(), |rank| rank.to_string())
}

/// What was to be found, the first few.
fn gold(miss: &Miss) -> String {
    const SHOWN: usize = 4;
    let mut text = miss.truth[..miss.truth.len().min(SHOWN)].join(", ");
    if miss.truth.len() > SHOWN {
        text += &format!(", … {} more", miss.truth.len() - SHOWN);
    }
    text
}

fn oddities(input: &ReportInput<'_>) -> Section {
    let mut failed = Table::new(&["task", "kind", "reason"]);
    failed.text_columns = vec![1, 2];
    for line in input.lines {
        if let Some(error) = &line.error {
            let kind = match error.kind {
                ErrorKind::Fault => "fault, left out".to_owned(),
                kind => format!("{}, counts 0", kind.name()),
            };
            failed.row([line.instance_id.clone(), kind, error.message.clone()]);
        }
    }
    let mut findings = Table::new(&["task", "kind", "finding"]);
    findings.text_columns = vec![1, 2];
    findings.folded = Some("Findings about tasks and patches".to_owned());
    for finding in input.findings {
        let message = match finding.line {
            Some(line) => format!("line {line}: {}", finding.message),
            None => finding.message.clone(),
        };
        let task = finding
            .instance_id
            .clone()
            .unwrap_or_else(|| "-".to_owned());
        findings.row([task, finding.kind.name().to_owned(), message]);
    }
    let unscored = &input.by_path.not_scored.without_ground_truth;
    let mut blocks = vec![Block::Text(format!(
        "{} without an answer, {} about tasks and patches, {} of the tasks file left out, {} without known ground \
         truth.",
        counted(failed.rows.len(), "task"),
        counted(findings.rows.len(), "finding"),
        counted(input.n_skipped, "line"),
        counted(unscored.len(), "task"),
    ))];
    if !unscored.is_empty() {
        blocks.push(Block::Text(format!(
            "Left out of all sums, their ground truth not being known: {}.",
            unscored.join(", ")
        )));
    }
    for table in [failed, findings] {
        if !table.rows.is_empty() {
            blocks.push(Block::Table(table));
        }
    }
    Section {
        title: "Findings and faults",
        blocks,
    }
}

fn definitions(input: &ReportInput<'_>) -> Section {
    let mut metrics: Vec<Metric> = Vec::new();
    for document in input.documents {
        for metric in metrics_of(&document.scores) {
            if !metrics.contains(&metric) {
                metrics.push(metric);
            }
        }
    }
    let mut table = Table::new(&["metric", "value of one task"]);
    table.text_columns = vec![1];
    for metric in metrics {
        table.row([metric.to_string(), definition(metric)]);
    }
    Section {
        title: "Definitions",
        blocks: vec![
            Block::Text(
                "Every number is the mean over the tasks that count. What is right and what counts as found is the \
                 scorer's to say: see docs/metrics.md and docs/evaluation.md."
                    .to_owned(),
            ),
            Block::Table(table),
        ],
    }
}
