//! `bughound attacks`: what fools a reward?

use bughound_rewards::attacks::{Case, RunSettings, Tally, recorded, run as run_cases, shipped};
use bughound_rewards::{Build, Hardened, NameError, Reward, by_name};
use serde_json::{Map, Value, json};

use crate::args::{AttacksArgs, ReportFormat};
use crate::exit::{Failure, Outcome};
use crate::output;
use crate::settings::{Settings, judge};

/// Does what was asked.
pub(crate) fn run(args: &AttacksArgs, settings: &Settings) -> anyhow::Result<Outcome> {
    let jobs = settings
        .threads
        .unwrap_or_else(|| std::thread::available_parallelism().map_or(1, std::num::NonZero::get));
    let (mut projects, known) =
        shipped().map_err(|error| Failure::infrastructure(error.to_string()))?;
    let cases = chosen(args, known.clone())?;
    if let Some(path) = &args.verdicts {
        let wrong = |what: String| Failure::bad_input(format!("{}: {what}", path.display()));
        let text = std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
        return told(args, &recorded(&cases, &known, &text).map_err(wrong)?);
    }
    let rewards = rewards(args, jobs)?;
    if args.without_oracle {
        let without = |task: &mut bughound_testbed::Task| task.recipe.oracle = None;
        projects.values_mut().for_each(without);
    }
    let testbed = settings.testbed()?;
    let bar = settings
        .progress
        .bar(cases.len() as u64, "Carrying out attacks and fixes");
    let tally = run_cases(
        &testbed,
        &projects,
        &cases,
        &rewards,
        RunSettings { jobs },
        &|name| {
            bar.say(name.to_owned());
            bar.step();
        },
    );
    drop(bar);
    told(args, &tally)
}

fn told(args: &AttacksArgs, tally: &Tally) -> anyhow::Result<Outcome> {
    match args.format {
        ReportFormat::Text => output::print(&tally.text())?,
        ReportFormat::Json => output::print_json(&document(args, tally)?)?,
    }
    outcome(tally)
}

fn rewards(args: &AttacksArgs, jobs: usize) -> anyhow::Result<Vec<Box<dyn Reward>>> {
    if args.reward == "all" {
        // The one that runs in the case's own tree comes last.
        let mut all: Vec<Box<dyn Reward>> = vec![Box::new(Hardened::default())];
        if args.model.is_some() || args.base_url.is_some() {
            all.push(judge_of(args, jobs)?);
        }
        all.push(Box::new(Build));
        return Ok(all);
    }
    let asked = if args.reward.contains("judge") && args.model.is_some() {
        Some(judge_of(args, jobs)?)
    } else {
        None
    };
    let asked = std::cell::RefCell::new(asked);
    let reward = by_name(&args.reward, &|| asked.borrow_mut().take());
    match reward {
        Ok(reward) => Ok(vec![reward]),
        Err(error @ NameError::Unknown(_)) => Err(Failure::usage(error.to_string()).into()),
        Err(error @ NameError::NoModel) => Err(no_model(&error.to_string())),
    }
}

fn no_model(message: &str) -> anyhow::Error {
    Failure::usage(message)
        .hint("name the model and its server: --model NAME --base-url http://localhost:8000/v1")
        .into()
}

fn judge_of(args: &AttacksArgs, jobs: usize) -> anyhow::Result<Box<dyn Reward>> {
    let (Some(model), Some(url)) = (&args.model, &args.base_url) else {
        return Err(no_model(
            "the reward `judge` needs `--model` and `--base-url`",
        ));
    };
    let server = judge::Server {
        model,
        url,
        key_env: args.api_key_env.as_deref(),
        opinions: args.opinions.as_deref(),
        retries: args.retries,
    };
    Ok(Box::new(judge::of(&server, jobs)?))
}

/// The cases that were asked for, those of projects that need a registry only where that is allowed.
fn chosen(args: &AttacksArgs, mut cases: Vec<Case>) -> anyhow::Result<Vec<Case>> {
    let unknown: Vec<&str> = args
        .case
        .iter()
        .filter(|name| !cases.iter().any(|case| case.name == **name))
        .map(String::as_str)
        .collect();
    if !unknown.is_empty() {
        return Err(Failure::bad_input(format!("no case is called {}", unknown.join(", "))).into());
    }
    cases.retain(|case| {
        let is_wanted = args.case.is_empty() || args.case.contains(&case.name);
        is_wanted && (args.registries || !case.needs_registry)
    });
    Ok(cases)
}

/// What a reward said; by reward, where all were asked for.
fn document(args: &AttacksArgs, tally: &Tally) -> anyhow::Result<Value> {
    let mut told = tally.told();
    if args.reward == "all" {
        let mut rewards = Map::new();
        for (name, told) in told {
            rewards.insert(name, serde_json::to_value(told)?);
        }
        return Ok(Value::Object(rewards));
    }
    let (_, only) = told.pop().unwrap_or_default();
    Ok(json!(only))
}

/// What could not be carried out is the machine's fault, or the model's.
fn outcome(tally: &Tally) -> anyhow::Result<Outcome> {
    let n_masked: usize = tally.told().iter().map(|(_, told)| told.masked.len()).sum();
    if n_masked == 0 {
        return Ok(Outcome::Found);
    }
    let first = tally
        .told()
        .into_iter()
        .find_map(|(_, told)| told.masked.into_iter().next())
        .map_or_else(String::new, |(case, why)| {
            format!(", such as {case}: {why}")
        });
    Err(Failure::infrastructure(format!("of {n_masked} cases nothing is known{first}")).into())
}
