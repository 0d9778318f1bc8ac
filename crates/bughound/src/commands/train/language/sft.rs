//! `bughound train sft --policy local`: imitation of chosen episodes.

use anyhow::Context;
use bughound_trace::Trace;
use bughound_tune::episode::{Reading, samples_of};
use bughound_tune::select::select;
use bughound_tune::{Checkpoints, Sft, write_model};
use serde_json::json;

use super::shown::Shown;
use super::{Begun, declarations, dialect, read_traces};
use crate::args::TrainSftArgs;
use crate::exit::{Failure, Outcome};
use crate::settings::Settings;

/// Steps between checkpoints.
const SAVE_EVERY: u64 = 50;

/// Trains a model by imitation.
pub(crate) fn run_sft(args: &TrainSftArgs, settings: &Settings) -> anyhow::Result<Outcome> {
    let begun = Begun::read(&args.language, args.learn.seed)?;
    let recipe = &begun.recipe;
    let Some(sft) = &recipe.sft else {
        return Err(Failure::bad_input(format!("{} has no [sft]", recipe.name)).into());
    };
    let traces = read_traces(&args.episodes.traces)?;
    let selection = select(&traces, &sft.select);
    let chosen: Vec<&Trace> = selection.chosen.iter().map(|&at| &traces[at]).collect();
    settings.note(&format!(
        "{} of {} episodes are imitated; left out: {}",
        chosen.len(),
        selection.n,
        selection
            .left_out
            .iter()
            .map(|(reason, n)| format!("{n} {}", json!(reason).as_str().unwrap_or_default()))
            .collect::<Vec<_>>()
            .join(", ")
    ));
    begun.refuse_what_does_not_fit("sft", 1)?;
    let declarations = declarations(recipe)?;
    let reading = Reading {
        tokenizer: &begun.loaded.tokenizer,
        dialect: dialect(recipe),
        declarations: &declarations,
        thinking: sft.thinking,
    };
    let mut samples = Vec::new();
    for trace in &chosen {
        // Another model's tokens are not this one's.
        let samples_of = samples_of(&as_text(trace), &reading)
            .with_context(|| format!("{} cannot be written as tokens", trace.id()))?;
        samples.extend(samples_of);
    }
    let ids: Vec<String> = chosen.iter().map(|trace| trace.id()).collect();
    let out = &args.learn.out;
    std::fs::create_dir_all(out).with_context(|| format!("cannot create {}", out.display()))?;
    let digest = begun.digest(&ids)?;
    let checkpoints = Checkpoints {
        out,
        stage: "sft",
        run: &digest,
        tokenizer: &begun.folder,
    };
    let run = Sft {
        samples: &samples,
        settings: sft,
        recompute: recipe.model.recompute,
        seed: recipe.seed,
        save_every: SAVE_EVERY,
        checkpoints: &checkpoints,
    };
    let mut shown = Shown::new(out, settings);
    let (model, summary) = run.run((*begun.loaded.model).clone(), &mut shown)?;
    let folder = out.join("model");
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("cannot create {}", folder.display()))?;
    write_model(&model, &begun.folder, &folder)?;
    let record = json!({"stage": "sft", "recipe": recipe, "selection": selection, "summary": summary, "run": digest});
    let path = out.join("sft.json");
    std::fs::write(&path, serde_json::to_string_pretty(&record)? + "\n")
        .with_context(|| format!("cannot write {}", path.display()))?;
    settings.note(&format!(
        "{} sequences, {} steps: loss {:.3} to {:.3}; the model is in {}",
        summary.n_sequences,
        summary.n_steps,
        summary.loss.0,
        summary.loss.1,
        folder.display()
    ));
    if summary.n_too_long > 0 {
        settings.warn(&format!(
            "{} sequences are longer than the model's context and were left out",
            summary.n_too_long
        ));
    }
    Ok(Outcome::Found)
}

/// An episode without the tokens of whoever acted in it.
fn as_text(trace: &Trace) -> Trace {
    let mut trace = trace.clone();
    for message in trace
        .stages
        .iter_mut()
        .flat_map(|stage| &mut stage.messages)
    {
        if let Some(reply) = &mut message.reply {
            reply.tokens = None;
        }
    }
    trace
}
