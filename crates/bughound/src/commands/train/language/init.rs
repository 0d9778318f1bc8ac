//! `bughound train init`: a model of random weights.

use std::fs;

use anyhow::Context;
use bughound_nn::{Model, Precision};
use bughound_tokens::{BpeSettings, Style, train_bpe};
use bughound_trace::Trace;

use super::{read_traces, recipe};
use crate::args::TrainInitArgs;
use crate::exit::{Failure, Outcome};
use crate::settings::Settings;

/// Makes a tokenizer of what episodes say, and random weights of the recipe's shape.
pub(crate) fn run_init(args: &TrainInitArgs, settings: &Settings) -> anyhow::Result<Outcome> {
    let recipe = recipe(&args.recipe)?;
    let (None, Some(shape)) = (&recipe.model.from, &recipe.model.shape) else {
        return Err(Failure::bad_input(format!(
            "{} begins with {}, not with random weights",
            recipe.name,
            recipe.model.from.as_deref().unwrap_or("a folder")
        ))
        .into());
    };
    let traces = read_traces(&args.episodes.traces)?;
    let style = match recipe.environment.protocol.as_str() {
        "compact" => Style::Compact,
        _ => Style::Qwen,
    };
    let bpe = train_bpe(
        texts(&traces).into_iter(),
        &BpeSettings::new(shape.vocabulary, style),
    )?;
    fs::create_dir_all(&args.out)
        .with_context(|| format!("cannot create {}", args.out.display()))?;
    bpe.write(&args.out)?;
    let tokenizer = bpe.tokenizer()?;
    let end = &tokenizer.specials().eos;
    let config = shape.config(recipe.model.context, tokenizer.n_tokens(), end);
    let model = Model::random(config, args.seed.unwrap_or(recipe.seed))?;
    model.save(&args.out, Precision::F32)?;
    settings.note(&format!(
        "{} weights and {} tokens, learnt from {} episodes, written to {}",
        model.config().weights(),
        tokenizer.n_tokens(),
        traces.len(),
        args.out.display()
    ));
    Ok(Outcome::Found)
}

/// Everything that is said in episodes, each message once.
fn texts(traces: &[Trace]) -> Vec<String> {
    let mut texts: Vec<String> = traces
        .iter()
        .flat_map(Trace::messages)
        .map(|message| {
            let mut text = message.message.content.clone();
            for call in &message.message.tool_calls {
                text.push(' ');
                text.push_str(&call.name);
                text.push(' ');
                text.push_str(&call.arguments);
            }
            text
        })
        .collect();
    texts.sort_unstable();
    texts.dedup();
    texts
}
