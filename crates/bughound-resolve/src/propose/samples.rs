//! Samples of a model, as Agentless draws them: the first greedily, the others with a temperature.
//!
//! Each sample is kept as it comes, so that a run that is cut off asks only for what is missing.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use bughound_core::Message;
use bughound_llm::{CancelToken, ChatRequest, Client, LlmErrorKind, Sampling, ToolUse};
use serde::{Deserialize, Serialize};

use super::Candidate;

/// The temperature of all samples but the first, where nobody says one: Agentless's.
const TEMPERATURE: f64 = 0.8;

/// Somebody who is asked for samples.
pub trait Asker: Sync {
    /// The answer to the question, the `n`th time, from 0.
    ///
    /// # Errors
    /// Why there is none.
    fn ask(&self, question: &[Message], n: usize) -> Result<String, String>;
}

/// A model at a server.
pub struct ModelAsker<'a> {
    /// The server.
    pub client: &'a Client,
    /// How tokens are drawn, as far as somebody said it.
    pub sampling: Sampling,
    /// The seed of a sample.
    pub seed: &'a (dyn Fn(usize) -> u64 + Sync),
    /// Calls it off.
    pub cancel: &'a CancelToken,
    /// How long one answer may take.
    pub wait: Duration,
}

impl Asker for ModelAsker<'_> {
    fn ask(&self, question: &[Message], n: usize) -> Result<String, String> {
        let drawn = if n == 0 { 0.0 } else { TEMPERATURE };
        let request = ChatRequest {
            messages: question.to_vec(),
            tool_use: ToolUse::None,
            sampling: Sampling {
                temperature: self.sampling.temperature.or(Some(drawn)),
                seed: Some((self.seed)(n)),
                ..self.sampling.clone()
            },
            ..ChatRequest::default()
        };
        let deadline = Instant::now().checked_add(self.wait);
        let answer = self
            .client
            .complete(&request, &mut |_| {}, self.cancel, deadline);
        match answer {
            Ok(completion) => Ok(completion.message.content),
            Err(error) if matches!(error.kind(), LlmErrorKind::Cancelled) => {
                Err("interrupted".to_owned())
            }
            Err(error) => Err(error.to_string()),
        }
    }
}

/// One answer, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// Which question it answers ([`question_id`]).
    pub question: String,
    /// Which sample, from 0.
    pub n: usize,
    /// The model's name.
    pub model: String,
    /// What it said.
    pub text: String,
}

/// What is asked for.
pub struct SamplesRequest<'a> {
    /// The question.
    pub question: &'a [Message],
    /// The model's name.
    pub model: &'a str,
    /// How many samples.
    pub count: usize,
    /// How many at the same time.
    pub jobs: usize,
    /// Samples of an earlier run; those that answer another question do not count.
    pub known: &'a [Sample],
}

/// What came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Samples {
    /// By number.
    pub candidates: Vec<Candidate>,
    /// How many of them were there before.
    pub n_known: usize,
    /// Why some are missing, where some are.
    pub fault: Option<String>,
}

/// What tells questions apart.
pub fn question_id(question: &[Message], model: &str) -> String {
    let text = serde_json::to_string(question).unwrap_or_default();
    bughound_testbed::sha256(format!("{model}\n{text}").as_bytes())
}

/// Asks for samples; `keep` hears of each that is new. After the first fault nothing more is asked.
pub fn by_samples(
    request: &SamplesRequest<'_>,
    asker: &dyn Asker,
    keep: &(dyn Fn(&Sample) + Sync),
) -> Samples {
    let id = question_id(request.question, request.model);
    let mut got: Vec<Option<Sample>> = vec![None; request.count];
    let mut n_known = 0;
    for sample in request.known.iter().filter(|sample| sample.question == id) {
        if let Some(place) = got.get_mut(sample.n)
            && place.is_none()
        {
            *place = Some(sample.clone());
            n_known += 1;
        }
    }
    let missing: Vec<usize> = (0..request.count).filter(|&n| got[n].is_none()).collect();
    let next = AtomicUsize::new(0);
    let failed = AtomicBool::new(false);
    let fault: Mutex<Option<(usize, String)>> = Mutex::new(None);
    let got = Mutex::new(got);
    std::thread::scope(|scope| {
        for _ in 0..request.jobs.clamp(1, missing.len().max(1)) {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(&n) = missing.get(at) else { return };
                    if failed.load(Ordering::Relaxed) {
                        return;
                    }
                    match asker.ask(request.question, n) {
                        Ok(text) => {
                            let sample = Sample {
                                question: id.clone(),
                                n,
                                model: request.model.to_owned(),
                                text,
                            };
                            keep(&sample);
                            got.lock().unwrap_or_else(PoisonError::into_inner)[n] = Some(sample);
                        }
                        Err(why) => {
                            failed.store(true, Ordering::Relaxed);
                            let mut fault = fault.lock().unwrap_or_else(PoisonError::into_inner);
                            if fault.as_ref().is_none_or(|(earlier, _)| *earlier > n) {
                                *fault = Some((n, why));
                            }
                        }
                    }
                }
            });
        }
    });
    let got = got.into_inner().unwrap_or_else(PoisonError::into_inner);
    let candidates = got
        .into_iter()
        .flatten()
        .map(|sample| Candidate {
            id: format!("sample-{}", sample.n + 1),
            origin: sample.model,
            text: sample.text,
        })
        .collect();
    Samples {
        candidates,
        n_known,
        fault: fault
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner)
            .map(|(_, why)| why),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Answers with the sample's number; fails from one on.
    struct Counter {
        fails_at: usize,
    }

    impl Asker for Counter {
        fn ask(&self, _: &[Message], n: usize) -> Result<String, String> {
            if n >= self.fails_at {
                return Err("away".to_owned());
            }
            Ok(format!("answer {n}"))
        }
    }

    #[test]
    fn what_is_there_is_not_asked_again() {
        let question = [Message::user("q")];
        let run = |known: &[Sample], fails_at: usize| {
            let kept = Mutex::new(Vec::new());
            let request = SamplesRequest {
                question: &question,
                model: "m",
                count: 4,
                jobs: 1,
                known,
            };
            let samples = by_samples(&request, &Counter { fails_at }, &|sample| {
                kept.lock().unwrap().push(sample.clone());
            });
            (samples, kept.into_inner().unwrap())
        };
        let (cut, kept) = run(&[], 2);
        assert_eq!(cut.candidates.len(), 2);
        assert_eq!(cut.fault.as_deref(), Some("away"));
        let (whole, new) = run(&kept, 9);
        assert_eq!((whole.n_known, whole.fault), (2, None));
        assert_eq!(new.len(), 2);
        let ids: Vec<&str> = whole.candidates.iter().map(|it| it.id.as_str()).collect();
        assert_eq!(ids, ["sample-1", "sample-2", "sample-3", "sample-4"]);
        let other: Vec<Sample> = kept
            .into_iter()
            .map(|sample| Sample {
                question: "another".to_owned(),
                ..sample
            })
            .collect();
        assert_eq!(run(&other, 9).0.n_known, 0);
    }
}
