//! Letting a model order the best candidates, in one request.

use std::time::{Duration, Instant};

use bughound_agent::{read_rerank_answer, rerank_question, reranked};
use bughound_core::Location;
use bughound_index::Index;
use bughound_llm::{ChatRequest, Delta, LlmErrorKind, Sampling, ToolUse};
use bughound_rollout::seed_of;

use crate::args::LocateArgs;
use crate::exit::{Failure, Kind};
use crate::interrupt::Flag;
use crate::output::locations::RerankRecord;
use crate::output::plain::printable;
use crate::settings::{Settings, agent};

/// Candidates that are asked about where nobody says how many.
const N_CANDIDATES: u32 = 20;

/// What was asked and what came of it; with the fault, where the model could not be asked.
pub(super) type Told = (RerankRecord, Option<Failure>);

pub(super) fn n_candidates(args: &LocateArgs) -> usize {
    let n = args.rerank_candidates.unwrap_or(N_CANDIDATES);
    usize::try_from(n).unwrap_or(usize::MAX)
}

/// The locations in the model's order. Where it cannot be asked, or is not understood, they keep their own.
///
/// # Errors
/// Settings that make no sense: nothing has been asked then.
pub(super) fn rerank(
    args: &LocateArgs,
    settings: &Settings,
    index: &Index,
    issue: &str,
    locations: Vec<Location>,
) -> anyhow::Result<(Vec<Location>, Told)> {
    let client = agent::client(&args.agent, 1, "--rerank")?;
    let n = n_candidates(args).min(locations.len());
    let mut record = RerankRecord {
        model: client.settings().model.clone(),
        candidates: n,
        chosen: 0,
        fault: None,
        usage: None,
        cost_usd: None,
    };
    if n < 2 {
        return Ok((locations, (record, None)));
    }
    let request = ChatRequest {
        messages: rerank_question(index, issue, &locations[..n]),
        tools: Vec::new(),
        tool_use: ToolUse::None,
        sampling: Sampling {
            seed: Some(seed_of(args.agent.seed, "rerank", 0)),
            ..agent::sampling(&args.agent)
        },
        logprobs: false,
        extra: serde_json::Map::new(),
    };
    let milliseconds = agent::budgets(&args.agent).max_milliseconds;
    let deadline = Instant::now().checked_add(Duration::from_millis(milliseconds));
    let flag = Flag::take();
    let spinner = settings.progress.spinner("Asking the model");
    let mut on_delta = |delta: Delta| {
        if let Delta::Retry { reason, wait } = delta {
            let seconds = wait.as_secs_f64();
            settings.note(&format!("{reason}; again in {seconds:.1} s"));
        }
    };
    let reply = client.complete(&request, &mut on_delta, &flag.token(), deadline);
    drop(spinner);
    let completion = match reply {
        Ok(completion) => completion,
        Err(error) => {
            let message = format!("the candidates were not reranked: {error}");
            record.fault = Some(error.to_string());
            let failure = match error.kind() {
                LlmErrorKind::Cancelled => Failure::new(Kind::Interrupted, message),
                _ => Failure::infrastructure(message),
            };
            return Ok((locations, (record, Some(failure))));
        }
    };
    record.cost_usd = completion
        .usage
        .as_ref()
        .and_then(|usage| client.cost(usage));
    record.usage = completion.usage;
    let chosen = match read_rerank_answer(&completion.message.content, n) {
        Ok(chosen) => chosen,
        Err(word) => {
            let fault = format!(
                "the model's answer is no list of numbers: `{}`",
                printable(&word)
            );
            settings.warn(&format!("{fault}; the built-in order stands"));
            record.fault = Some(fault);
            return Ok((locations, (record, None)));
        }
    };
    if !chosen.unknown.is_empty() {
        settings.warn(&format!(
            "the model named candidates that do not exist: {}",
            chosen.unknown.join(", ")
        ));
    }
    if chosen.places.is_empty() {
        settings.warn("the model chose no candidate; the built-in order stands");
    }
    record.chosen = chosen.places.len();
    Ok((reranked(locations, &chosen), (record, None)))
}
