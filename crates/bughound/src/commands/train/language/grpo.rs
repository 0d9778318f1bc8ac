//! `bughound train grpo --policy local`: reinforcement with live tools.

use std::path::PathBuf;

use anyhow::Context;
use bughound_local::EngineSettings;
use bughound_nn::GeneratorConfig;
use bughound_tasks::{OnMalformed, Task, read_tasks};
use bughound_tools::Budget;
use bughound_tune::arena::{SearchArena, SearchArenaSettings};
use bughound_tune::episode::Reading;
use bughound_tune::recipe::{Kind, Thinking};
use bughound_tune::{Checkpoints, Grpo, write_model};
use serde_json::json;

use super::shown::Shown;
use super::{Begun, declarations, dialect};
use crate::args::TrainGrpoArgs;
use crate::exit::{Failure, Outcome};
use crate::settings::{Settings, needed_repo_map};

/// Trains a model by reinforcement.
pub(crate) fn run_grpo(args: &TrainGrpoArgs, settings: &Settings) -> anyhow::Result<Outcome> {
    let begun = Begun::read(&args.language, args.learn.seed)?;
    let recipe = &begun.recipe;
    let Some(grpo) = &recipe.grpo else {
        return Err(Failure::bad_input(format!("{} has no [grpo]", recipe.name)).into());
    };
    if recipe.environment.kind != Kind::Search {
        return Err(Failure::bad_input(format!(
            "{}: reinforcement of repairs is not there yet; kind = \"search\" is",
            recipe.name
        ))
        .into());
    }
    begun.refuse_what_does_not_fit("grpo", args.arena.at_once)?;
    let declarations = declarations(recipe)?;
    let map = needed_repo_map(&args.arena.repos)?;
    let tasks = tasks(&args.arena.tasks)?;
    let mut held_out = tasks_of_others(&args.arena.held_out, &tasks, settings)?;
    held_out.sort_by_key(|task| {
        (
            bughound_rollout::seed_of(recipe.seed, &task.instance_id, 0),
            task.instance_id.clone(),
        )
    });
    held_out.truncate(args.arena.held_out_tasks);
    let arena_settings = SearchArenaSettings {
        protocol: recipe.environment.protocol.clone(),
        budgets: recipe.environment.budgets,
        tool_budget: Budget::default(),
    };
    let arena = SearchArena::new(&tasks, &map, &settings.store, arena_settings.clone());
    let others = SearchArena::new(&held_out, &map, &settings.store, arena_settings);
    let reading = Reading {
        tokenizer: &begun.loaded.tokenizer,
        dialect: dialect(recipe),
        declarations: &declarations,
        thinking: Thinking::Keep,
    };
    let out = &args.learn.out;
    std::fs::create_dir_all(out).with_context(|| format!("cannot create {}", out.display()))?;
    let ids: Vec<String> = (tasks.iter().chain(&held_out))
        .map(|task| task.instance_id.clone())
        .collect();
    let digest = begun.digest(&ids)?;
    let checkpoints = Checkpoints {
        out,
        stage: "grpo",
        run: &digest,
        tokenizer: &begun.folder,
    };
    let engine = EngineSettings {
        generator: GeneratorConfig {
            slots: args.arena.at_once,
            ..GeneratorConfig::default()
        },
    };
    let mut shown = Shown::new(out, settings);
    let cancel = shown.token();
    let run = Grpo {
        arena: &arena,
        held_out: (!held_out.is_empty()).then_some(&others as _),
        settings: grpo,
        recompute: recipe.model.recompute,
        seed: recipe.seed,
        at_once: args.arena.at_once,
        reading: &reading,
        tokenizer: &begun.loaded.tokenizer,
        engine: &engine,
        checkpoints: &checkpoints,
        cancel: &cancel,
    };
    let (model, summary) = run.run((*begun.loaded.model).clone(), &mut shown)?;
    let folder = out.join("model");
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("cannot create {}", folder.display()))?;
    write_model(&model, &begun.folder, &folder)?;
    let record = json!({"stage": "grpo", "recipe": recipe, "summary": summary, "run": digest});
    let path = out.join("grpo.json");
    std::fs::write(&path, serde_json::to_string_pretty(&record)? + "\n")
        .with_context(|| format!("cannot write {}", path.display()))?;
    if summary.n_without_variance == summary.n_steps {
        settings.warn("no step taught anything: all rewards of each group were equal");
    }
    settings.note(&format!(
        "{} steps; the model is in {}{}",
        summary.n_steps,
        folder.display(),
        match summary.best {
            Some(step) => format!(
                ", the best on held-out tasks (after {step} steps) in {}",
                out.join("best").display()
            ),
            None => String::new(),
        }
    ));
    Ok(Outcome::Found)
}

fn tasks(files: &[PathBuf]) -> anyhow::Result<Vec<Task>> {
    let mut tasks = Vec::new();
    for file in files {
        tasks.extend(read_tasks(file, OnMalformed::Stop)?.tasks);
    }
    Ok(tasks)
}

/// Held-out tasks; those of projects that are learnt from are left out.
fn tasks_of_others(
    files: &[PathBuf],
    learnt: &[Task],
    settings: &Settings,
) -> anyhow::Result<Vec<Task>> {
    let mut others = tasks(files)?;
    let n = others.len();
    others.retain(|task| !learnt.iter().any(|known| known.repo == task.repo));
    if others.len() < n {
        settings.warn(&format!(
            "{} held-out tasks are of projects that are learnt from, and were left out",
            n - others.len()
        ));
    }
    Ok(others)
}
