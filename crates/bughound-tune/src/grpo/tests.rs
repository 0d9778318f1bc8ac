//! Reinforcement in an arena of one turn: the more of a reply's tokens are even, the better.

use std::path::Path;

use bughound_agent::{Policy, Purpose, Request, Start};
use bughound_core::Message;
use bughound_llm::Dialect;
use bughound_nn::GeneratorConfig;
use bughound_tokens::{BpeSettings, Style, train_bpe};
use bughound_trace::{EndReason, Expects, Trace, TraceMessage};
use serde_json::Value;

use super::*;
use crate::arena::Opened;
use crate::recipe::{Recipe, Shape, Thinking};
use crate::select::tests::trace;

/// Three tasks; the third breaks down in its first attempt.
struct Even;

impl Arena for Even {
    fn n_tasks(&self) -> usize {
        3
    }

    fn id(&self, task: usize) -> &str {
        ["one", "two", "three"][task]
    }

    fn open<'a>(&'a self, task: usize) -> Box<dyn Opened + 'a> {
        Box::new(EvenTask(task))
    }
}

struct EvenTask(usize);

impl Opened for EvenTask {
    fn run(&self, policy: &dyn Policy, attempt: u32, seed: u64, cancel: &Cancel) -> Trace {
        let mut messages = vec![TraceMessage::environment(
            Message::user(format!("task {}", self.0)),
            0,
        )];
        let mut session = policy.begin(Start {
            environment: None,
            instance_id: "x",
            issue: "",
            attempt,
            seed,
            cancel,
        });
        let completion = session.reply(&Request {
            messages: &messages,
            tools: None,
            declared_tools: None,
            max_calls: 1,
            purpose: Purpose::Act,
            expects: Expects::Nothing,
            stage: ("search", 0),
            turn: 0,
            milliseconds_left: 60_000,
            on_text: &|_| {},
            on_note: &|_| {},
        });
        let mut trace = trace(&format!("p-{} {attempt} 0 open", self.0));
        let Ok(completion) = completion else {
            trace.end = EndReason::PolicyFault;
            trace.reward = None;
            return trace;
        };
        let ids = completion.tokens.as_ref().unwrap().ids.clone();
        let even = ids.iter().filter(|id| *id % 2 == 0).count();
        messages.push(TraceMessage::policy(completion, 0, 0));
        trace.stages[0].messages = messages;
        if self.0 == 2 && attempt == 0 {
            trace.end = EndReason::ToolFault;
            trace.reward = None;
        } else if let Some(reward) = &mut trace.reward {
            reward.value = even as f64 / ids.len() as f64;
        }
        trace
    }
}

/// Stops once after so many steps, and remembers rewards.
struct Told {
    stop_after: Option<usize>,
    steps: Vec<Value>,
}

impl Watch for Told {
    fn step(&mut self, _: &str, _: u64, record: &Value) -> Result<(), TuneError> {
        self.steps.push(record.clone());
        Ok(())
    }

    fn should_stop(&self) -> bool {
        self.stop_after == Some(self.steps.len())
    }
}

fn settings() -> GrpoSettings {
    let (_, text) = crate::recipe::RECIPES[0];
    let mut settings = Recipe::parse("tiny", text).unwrap().grpo.unwrap();
    settings.steps = 24;
    settings.tasks = 3;
    settings.group = 16;
    settings.max_reply_tokens = 6;
    settings.evaluate_every = 6;
    settings.save_every = 4;
    settings.optimizer.rate = 2e-2;
    settings.optimizer.warm_up = 0.0;
    settings
}

fn run(
    out: &Path,
    settings: &GrpoSettings,
    told: &mut Told,
) -> Result<(Model, GrpoSummary), TuneError> {
    let bpe = train_bpe(
        std::iter::once("task 0 1 2"),
        &BpeSettings::new(300, Style::Compact),
    )
    .unwrap();
    bpe.write(out).unwrap();
    let tokenizer = Arc::new(bpe.tokenizer().unwrap());
    let shape = Shape {
        vocabulary: 300,
        hidden: 16,
        layers: 1,
        heads: 2,
        key_value_heads: 1,
        head: 8,
        feed_forward: 32,
        tied: true,
    };
    let model = Model::random(shape.config(64, tokenizer.n_tokens(), &[]), 5).unwrap();
    let reading = Reading {
        tokenizer: &tokenizer,
        dialect: Dialect::Compact,
        declarations: &|_| Vec::new(),
        thinking: Thinking::Keep,
    };
    let grpo = Grpo {
        arena: &Even,
        held_out: Some(&Even),
        settings,
        recompute: true,
        seed: 11,
        at_once: 4,
        reading: &reading,
        tokenizer: &tokenizer,
        engine: &EngineSettings {
            generator: GeneratorConfig {
                slots: 4,
                ..GeneratorConfig::default()
            },
        },
        checkpoints: &Checkpoints {
            out,
            stage: "grpo",
            run: "a",
            tokenizer: out,
        },
        cancel: &Cancel::default(),
    };
    grpo.run(model, told)
}

fn told(stop_after: Option<usize>) -> Told {
    Told {
        stop_after,
        steps: Vec::new(),
    }
}

#[test]
fn the_reward_rises_and_a_run_that_goes_on_is_one_that_was_not_interrupted() {
    for (staleness, kl, updates) in [(0, 0.0, 1), (1, 0.01, 2), (2, 0.0, 1)] {
        let mut settings = settings();
        (settings.staleness, settings.kl, settings.updates) = (staleness, kl, updates);
        let (whole, parts) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let mut all = told(None);
        let (expected, summary) = run(whole.path(), &settings, &mut all).unwrap();
        let mean = |steps: &[Value]| {
            let rewards = steps
                .iter()
                .map(|step| step["episodes"]["reward"].as_f64().unwrap());
            rewards.sum::<f64>() / steps.len() as f64
        };
        let (first, last) = (mean(&all.steps[..4]), mean(&all.steps[20..]));
        assert!(
            last > first + 0.15,
            "staleness {staleness}: {first} to {last}"
        );
        assert_eq!(summary.held_out.len(), 5);
        assert!(whole.path().join("best").join("config.json").is_file());
        for (at, step) in all.steps.iter().enumerate() {
            // Never further behind than a checkpoint is.
            let behind = step["staleness"].as_u64().unwrap();
            assert_eq!(behind, (at % 4).min(staleness) as u64, "step {at}");
            assert_eq!(step["episodes"]["n_faults"], 1, "{step}");
            if staleness == 0 {
                assert_eq!(step["disagreement"], 0.0, "{step}");
            }
        }

        // Stopped within step 6: it goes on after the checkpoint of step 4.
        let error = run(parts.path(), &settings, &mut told(Some(6))).unwrap_err();
        assert!(matches!(error, TuneError::Stopped), "{error}");
        let mut rest = told(None);
        let (found, _) = run(parts.path(), &settings, &mut rest).unwrap();
        assert_eq!(rest.steps.len(), 20);
        assert_eq!(rest.steps, all.steps[4..]);
        assert_eq!(found.weights().data(), expected.weights().data());
    }
}
