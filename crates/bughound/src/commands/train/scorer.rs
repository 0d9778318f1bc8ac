//! `bughound train scorer`: train the ranking network on examples.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

use anyhow::Context;
use bughound_eval::Sha256;
use bughound_train::scorer::{
    CrossValidation, Folds, LearnSettings, LevelQuality, Quality, cross_validate, learn,
};
use bughound_train::{Example, ExampleFolder};
use serde_json::{Value, json};

use crate::args::TrainScorerArgs;
use crate::exit::{Failure, Outcome};
use crate::output;
use crate::settings::Settings;

/// Trains, and says how good it is.
pub(crate) fn run(args: &TrainScorerArgs, settings: &Settings) -> anyhow::Result<Outcome> {
    let mut training: Vec<Example> = Vec::new();
    for folder in &args.examples {
        let more = read(folder, args.max_per_project, args.min_terms)?;
        let is_wanted = |example: &Example| {
            let language = args.language.as_deref();
            language.is_none_or(|language| example.language.eq_ignore_ascii_case(language))
        };
        training.extend(more.into_iter().filter(is_wanted));
    }
    let mut validation = match &args.validation {
        Some(folder) => read(folder, 0, 0)?,
        None => Vec::new(),
    };
    for example in training.iter_mut().chain(&mut validation) {
        example.blank(&args.without);
    }
    let training: Vec<&Example> = training.iter().collect();
    let validation: Vec<&Example> = validation.iter().collect();
    if training.is_empty() {
        return Err(Failure::bad_input("there is no example to learn from").into());
    }
    settings.note(&format!(
        "{} examples, {} for validation",
        training.len(),
        validation.len()
    ));
    let learning = LearnSettings {
        seed: args.seed,
        n_members: args.members,
        n_epochs: args.epochs,
        rate: args.rate,
        dropout: args.dropout,
        weight_decay: args.decay,
        ..LearnSettings::default()
    };
    let crossed = if validation.is_empty() {
        None
    } else {
        let learning = LearnSettings {
            n_members: args.cross_members,
            ..learning.clone()
        };
        let tell = |text: &str| settings.note(text);
        let folds = if args.by_project {
            Folds::ByProject(args.repeat)
        } else {
            Folds::Apart
        };
        let crossed = cross_validate(&training, &validation, folds, &learning, &tell);
        output::print(&report(&crossed))?;
        Some(crossed)
    };
    let Some(out) = &args.out else {
        return Ok(Outcome::Found);
    };
    let mut examples = training.clone();
    examples.extend(&validation);
    let mut repeats = vec![1; training.len()];
    repeats.resize(examples.len(), args.repeat);
    let scorer = learn(&examples, &repeats, &learning, &|member, epoch, loss| {
        settings.note(&format!("member {member}, epoch {epoch}, loss {loss:.4}"));
    });
    let scorer = match &crossed {
        Some(crossed) => scorer.with_calibration(crossed.calibration),
        None => scorer,
    };
    let bytes = scorer.to_bytes(&BTreeMap::from([(
        "examples".to_owned(),
        examples.len().to_string(),
    )]));
    write(out, &bytes)?;
    let record = record(
        args,
        &learning,
        &training,
        &validation,
        crossed.as_ref(),
        &bytes,
    );
    let text = serde_json::to_string_pretty(&record)? + "\n";
    write(&out.with_extension("json"), text.as_bytes())?;
    settings.note(&format!(
        "{} bytes written to {}",
        bytes.len(),
        out.display()
    ));
    Ok(Outcome::Found)
}

fn read(folder: &Path, max_per_project: usize, min_terms: usize) -> anyhow::Result<Vec<Example>> {
    let folder = ExampleFolder::open(folder)?;
    let mut examples = Vec::new();
    for project in folder.projects()? {
        let mut more = folder.read(&project)?;
        more.retain(|example| example.n_terms >= min_terms);
        if max_per_project > 0 {
            more.truncate(max_per_project);
        }
        examples.append(&mut more);
    }
    Ok(examples)
}

fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    std::fs::write(path, bytes).with_context(|| format!("cannot write {}", path.display()))
}

/// For people.
fn report(crossed: &CrossValidation) -> String {
    let mut text = String::from(
        "                                    function                                      file\n\
         held-out project            n   R@1   R@5  R@10  R@50 R@200 nDCG@5     n   R@1   R@5\n",
    );
    let mut line = |name: &str, quality: &Quality| {
        let (function, file) = (&quality.function, &quality.file);
        let _ = write!(text, "{name:<25}{:>4}", function.n());
        for at in 0..5 {
            let _ = write!(text, "{:>6.1}", function.recall_percent(at));
        }
        let _ = write!(text, "{:>7.1}{:>6}", function.ndcg5_percent(), file.n());
        for at in 0..2 {
            let _ = write!(text, "{:>6.1}", file.recall_percent(at));
        }
        text.push('\n');
    };
    for (project, (hand, learned)) in &crossed.by_project {
        line(&format!("{project}, by hand"), hand);
        line("    learned", learned);
    }
    line("all, by hand", &crossed.hand);
    line("all, learned", &crossed.learned);
    if let Some(interval) = crossed.learned.function.recall_interval(1) {
        let _ = writeln!(
            text,
            "function R@5 learned: 95 % interval {:.1} to {:.1}",
            100.0 * interval.low,
            100.0 * interval.high
        );
    }
    let calibration = crossed.calibration;
    let _ = writeln!(
        text,
        "probability = sigmoid({:.3} + {:.3} logit(share)); mass {}, prior {}, file prior {}",
        calibration.offset,
        calibration.slope,
        calibration.mass,
        calibration.prior,
        calibration.file_prior
    );
    for (n, said, right) in &crossed.reliability {
        let _ = writeln!(text, "  said {said:.2}  right {right:.2}  ({n} candidates)");
    }
    text
}

fn record(
    args: &TrainScorerArgs,
    learning: &LearnSettings,
    training: &[&Example],
    validation: &[&Example],
    crossed: Option<&CrossValidation>,
    bytes: &[u8],
) -> Value {
    let count = |examples: &[&Example]| {
        let mut projects: BTreeMap<String, usize> = BTreeMap::new();
        for example in examples {
            *projects.entry(example.repo.clone()).or_default() += 1;
        }
        projects
    };
    json!({
        "format": "bughound-scorer-record/1",
        "weights_sha256": Sha256::of(bytes).to_string(),
        "settings": {
            "seed": learning.seed,
            "members": learning.n_members,
            "cross_members": args.cross_members,
            "by_project": args.by_project,
            "epochs": learning.n_epochs,
            "batch": learning.batch,
            "rate": learning.rate,
            "dropout": learning.dropout,
            "decay": learning.weight_decay,
            "file_loss": learning.file_loss,
            "best": learning.n_best,
            "others": learning.n_others,
            "files": learning.n_files,
            "repeat": args.repeat,
            "max_per_project": args.max_per_project,
            "language": args.language,
            "min_terms": args.min_terms,
            "without": args.without,
        },
        "training": count(training),
        "validation": count(validation),
        "cross_validation": crossed.map(|crossed| json!({
            "hand": numbers(&crossed.hand),
            "learned": numbers(&crossed.learned),
            "calibration": {
                "offset": crossed.calibration.offset,
                "slope": crossed.calibration.slope,
                "mass": crossed.calibration.mass,
                "prior": crossed.calibration.prior,
                "file_prior": crossed.calibration.file_prior,
            },
            "reliability": crossed.reliability.iter().map(|(n, said, right)| json!({
                "candidates": n, "said": round(*said), "right": round(*right),
            })).collect::<Vec<Value>>(),
        })),
    })
}

fn numbers(quality: &Quality) -> Value {
    let level = |level: &LevelQuality| {
        json!({
            "examples": level.n(),
            "recall@1": round(level.recall_percent(0)),
            "recall@5": round(level.recall_percent(1)),
            "recall@10": round(level.recall_percent(2)),
            "recall@50": round(level.recall_percent(3)),
            "recall@200": round(level.recall_percent(4)),
            "ndcg@5": round(level.ndcg5_percent()),
        })
    };
    json!({"function": level(&quality.function), "file": level(&quality.file)})
}

fn round(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}
