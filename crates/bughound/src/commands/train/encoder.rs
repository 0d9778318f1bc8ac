//! `bughound train encoder`: train the dense encoder.

use std::collections::BTreeMap;

use anyhow::Context;
use bughound_train::encoder::{EncoderSettings, EpochReport, RankMeans, train_encoder};
use bughound_train::pairs::Pairs;
use serde_json::json;

use crate::args::TrainEncoderArgs;
use crate::exit::Outcome;
use crate::settings::Settings;

/// Trains, and writes weights and record.
pub(crate) fn run(args: &TrainEncoderArgs, settings: &Settings) -> anyhow::Result<Outcome> {
    let mut pairs = Pairs::default();
    for file in &args.pairs {
        pairs.append(&Pairs::read(file)?)?;
    }
    let chosen = EncoderSettings {
        n_terms: args.terms,
        dim: args.dim,
        own_query_table: args.own_query_table,
        epochs: args.epochs,
        batch_size: args.batch,
        n_siblings: args.siblings,
        temperature: args.temperature,
        lexical: args.lexical,
        rate: args.rate,
        docstrings: !args.no_docstrings,
        commits: !args.no_commits,
        seed: args.seed,
    };
    let trained = train_encoder(&pairs, args.half, &chosen, &|epoch: &EpochReport| {
        let held_out = match epoch.validation.n {
            0 => String::new(),
            n => {
                let show = |means: RankMeans| {
                    format!("{:.4} {:.4}", means.reciprocal_rank, means.hit_at_10)
                };
                let found = epoch.validation;
                format!(
                    "; {n} fixes of other projects, mean reciprocal rank and hit at 10: encoder {}, words {}, both {}",
                    show(found.encoder),
                    show(found.words),
                    show(found.both)
                )
            }
        };
        settings.note(&format!(
            "epoch {}: loss {:.4}, first in its batch {:.4}{held_out}",
            epoch.epoch, epoch.loss, epoch.first
        ));
    });
    let half = args.half.map(|half| half.to_string());
    let metadata = BTreeMap::from([
        ("kind".to_owned(), "bughound encoder".to_owned()),
        (
            "projects".to_owned(),
            half.clone().unwrap_or_else(|| "all".to_owned()),
        ),
    ]);
    let record = json!({
        "kind": "bughound encoder",
        "settings": chosen,
        "half": half,
        "projects": trained.projects,
        "pairs": {
            "fix": trained.n_pairs[0],
            "commit": trained.n_pairs[1],
            "docstring": trained.n_pairs[2],
        },
        "terms": trained.model.n_terms(),
        "epochs": trained.epochs,
    });
    std::fs::write(&args.out, trained.model.to_bytes(&metadata))
        .with_context(|| format!("cannot write {}", args.out.display()))?;
    let beside = args.out.with_extension("json");
    let text = serde_json::to_string_pretty(&record)? + "\n";
    std::fs::write(&beside, text).with_context(|| format!("cannot write {}", beside.display()))?;
    settings.note(&format!(
        "{} terms written to {}, the record to {}",
        trained.model.n_terms(),
        args.out.display(),
        beside.display()
    ));
    Ok(Outcome::Found)
}
