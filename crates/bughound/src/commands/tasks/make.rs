//! `bughound tasks make`: breaks projects that are well, and keeps what fails clearly.

use std::fmt::Write as _;

use bughound_maker::{
    Base, Candidate, MakeSettings, OnTestbed, Outcome as Became, Trial, candidates, counts, make,
};
use bughound_testbed::{Kind, Testbed};
use serde_json::json;

use crate::args::{KindChoice, ReportFormat, TasksMakeArgs};
use crate::exit::{Failure, Outcome};
use crate::output;
use crate::settings::Settings;

/// Makes tasks, or tries versions of a dependency.
pub(super) fn run(args: &TasksMakeArgs, settings: &Settings) -> anyhow::Result<Outcome> {
    let mut bases = Vec::new();
    for folder in &args.base {
        bases.extend(Base::all(folder).map_err(|error| Failure::bad_input(error.to_string()))?);
    }
    let testbed = settings.testbed()?;
    match &args.dependency {
        Some(dependency) => versions(dependency, &bases, &testbed, args, settings),
        None => changes(&bases, &testbed, args, settings),
    }
}

fn changes(
    bases: &[Base],
    testbed: &Testbed,
    args: &TasksMakeArgs,
    settings: &Settings,
) -> anyhow::Result<Outcome> {
    let make_settings = MakeSettings {
        kinds: kinds(&args.kind),
        count: args.count,
        attempts: args.attempts,
        repeat: args.repeat,
        seed: args.seed,
        out: args.out.clone().unwrap_or_default(),
    };
    let bar = settings.progress.bar(bases.len() as u64, "Making tasks");
    let mut trials: Vec<Trial> = Vec::new();
    let mut failed = Vec::new();
    for base in bases {
        let id = &base.recipe.id;
        let say = |what: &str| bar.say(format!("{id}: {what}"));
        let made = OnTestbed::new(testbed, base, args.repeat, &say)
            .map_err(|fault| fault.what)
            .and_then(|prover| {
                make(base, &prover, &make_settings, &mut |trial| {
                    say(&line(trial));
                })
            });
        match made {
            Ok(made) => trials.extend(made),
            // One base that cannot be prepared says nothing of the others.
            Err(what) => {
                settings.warn(&format!("{id} stays out: {what}"));
                failed.push(json!({"base": id, "what": what}));
            }
        }
        bar.step();
    }
    drop(bar);
    match args.format {
        ReportFormat::Json => output::print_json(&json!({
            "format": "bughound-tasks-make/1",
            "trials": trials,
            "failed": failed,
        }))?,
        ReportFormat::Text => output::print(&text(&trials))?,
    }
    let is_made = |trial: &&Trial| matches!(trial.outcome, Became::Made { .. });
    if trials.iter().any(|trial| is_made(&trial)) {
        return Ok(Outcome::Found);
    }
    if failed.len() == bases.len() {
        return Err(Failure::infrastructure("no base could be prepared").into());
    }
    Ok(Outcome::NothingFound)
}

fn kinds(chosen: &[KindChoice]) -> Vec<Kind> {
    let kind = |choice: &KindChoice| match choice {
        KindChoice::Mutation => Kind::Mutation,
        KindChoice::Compile => Kind::Compile,
        KindChoice::Configuration => Kind::Configuration,
        KindChoice::Environment => Kind::Environment,
    };
    if chosen.is_empty() {
        return vec![
            Kind::Mutation,
            Kind::Compile,
            Kind::Configuration,
            Kind::Environment,
        ];
    }
    chosen.iter().map(kind).collect()
}

fn line(trial: &Trial) -> String {
    let place = format!("{}:{}", trial.path, trial.line);
    let what = format!("{} {place} {}", trial.operator, trial.description);
    match &trial.outcome {
        Became::Made { id, fail_to_pass } => {
            format!("made       {id}: {what}; {fail_to_pass} tests named")
        }
        Became::Discarded { reason, detail } => {
            let first = detail.lines().next().unwrap_or("");
            let more = if first.is_empty() {
                String::new()
            } else {
                format!(" ({first})")
            };
            format!(
                "discarded  {} {:?}: {what}: {}{more}",
                trial.base,
                trial.kind,
                reason.name()
            )
        }
    }
}

fn text(trials: &[Trial]) -> String {
    let mut text = String::new();
    for trial in trials {
        let _ = writeln!(text, "{}", line(trial));
    }
    for ((kind, outcome), n) in counts(trials) {
        let _ = writeln!(text, "{kind:?} {outcome}: {n}");
    }
    text
}

fn versions(
    dependency: &str,
    bases: &[Base],
    testbed: &Testbed,
    args: &TasksMakeArgs,
    settings: &Settings,
) -> anyhow::Result<Outcome> {
    let mut found: Vec<(String, Vec<Candidate>)> = Vec::new();
    for base in bases {
        let bar = settings
            .progress
            .spinner(format!("{}: {dependency}", base.recipe.id));
        let prover = OnTestbed::new(testbed, base, args.repeat, &|what| bar.say(what.to_owned()))
            .map_err(|fault| Failure::infrastructure(fault.what))?;
        found.push((
            base.recipe.id.clone(),
            candidates(base, &prover, dependency, &args.version),
        ));
    }
    let breaks = found
        .iter()
        .flat_map(|(_, list)| list)
        .any(|candidate| candidate.works == Some(false));
    match args.format {
        ReportFormat::Json => {
            let list: Vec<_> = found
                .iter()
                .map(|(base, list)| json!({"base": base, "candidates": list}))
                .collect();
            output::print_json(&json!({"format": "bughound-tasks-versions/1", "bases": list}))?;
        }
        ReportFormat::Text => {
            let mut text = String::new();
            for (base, candidate) in found
                .iter()
                .flat_map(|(base, list)| list.iter().map(move |it| (base, it)))
            {
                let verdict = match candidate.works {
                    Some(true) => "works".to_owned(),
                    Some(false) => format!("breaks {} tests", candidate.n_broken),
                    None => "unknown".to_owned(),
                };
                let _ = writeln!(
                    text,
                    "{base}  {}  {verdict}  {}",
                    candidate.pin,
                    candidate.message.lines().next().unwrap_or("")
                );
            }
            output::print(&text)?;
        }
    }
    Ok(if breaks {
        Outcome::Found
    } else {
        Outcome::NothingFound
    })
}
