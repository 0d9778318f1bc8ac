//! Language models from random weights: a teacher's episodes, imitation, reinforcement, and the model at work, in this process and
//! behind a server.

use std::fs;

use serde_json::{Value, json};

use crate::eval::Bench;
use crate::mcp_client::HttpServer;

/// A recipe that takes seconds.
const RECIPE: &str = r#"
format = "bughound-recipe/1"
name = "miniature"
about = "both stages in seconds"
source = "these tests"
seed = 3

[model]
context = 1024

[model.shape]
vocabulary = 700
hidden = 64
layers = 2
heads = 4
key_value_heads = 2
head = 16
feed_forward = 128
tied = true

[environment]
kind = "search"
protocol = "compact"
reward = "ndcg@5"

[environment.budgets]
max_turns = 6
max_context_tokens = 1024

[sft]
epochs = EPOCHS
batch = 3
pass_tokens = 2048

[sft.select]
drop_named_answers = false

[sft.optimizer]
rate = 3e-3
betas = [0.9, 0.95]
weight_decay = 0.0
warm_up = 0.1
schedule = "constant"
clip = 1.0

[grpo]
steps = 24
tasks = 3
group = 16
updates = 1
pass_tokens = 4096
temperature = 1.0
top_p = 1.0
max_reply_tokens = 24
by_deviation = true
clip_low = 0.2
clip_high = 0.28
evaluate_every = 24
save_every = 6

[grpo.optimizer]
rate = 5e-4
betas = [0.9, 0.95]
weight_decay = 0.0
warm_up = 0.0
schedule = "constant"
clip = 1.0
"#;

fn ok(bench: &Bench, command: &str) -> crate::fixture::Ran {
    let ran = bench.run(command);
    assert_eq!(ran.code, 0, "{command}\n{}", ran.all());
    ran
}

/// A teacher's episodes, random weights, and weights that have imitated for a while.
fn taught(epochs: u32) -> Bench {
    let bench = Bench::new();
    let recipe = RECIPE.replace("EPOCHS", &epochs.to_string());
    bench.fixture.write_beside("recipe.toml", recipe);
    ok(
        &bench,
        "rollout --tasks tasks.jsonl --repo-map map.toml --protocol compact --no-times --out teacher",
    );
    ok(
        &bench,
        "train init --recipe recipe.toml --traces teacher --out start",
    );
    ok(
        &bench,
        "train sft --recipe recipe.toml --model start --traces teacher --out sft",
    );
    bench
}

/// The mean reward of greedy episodes.
fn reward(bench: &Bench, model: &str, more: &str) -> f64 {
    let out = format!("run-{}", model.replace('/', "-"));
    ok(
        bench,
        &format!(
            "rollout --tasks tasks.jsonl --repo-map map.toml --protocol compact --policy local --model {model} --dialect compact \
             --temperature 0 --max-tokens 24 --max-context-tokens 1000 --no-times --out {out} {more}"
        ),
    );
    let stats: Value =
        serde_json::from_str(&ok(bench, &format!("traces stats {out} --format json")).stdout)
            .unwrap();
    stats["all"]["reward"]["mean"]
        .as_f64()
        .unwrap_or_else(|| panic!("{stats:#}"))
}

#[test]
fn both_stages_raise_the_reward() {
    let bench = taught(50);
    let steps = |name: &str| -> Vec<Value> {
        let text = bench.read(&format!("{name}/steps.jsonl"));
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    };
    let sft = steps("sft");
    let loss = |at: usize| sft[at]["loss"].as_f64().unwrap();
    assert!(
        loss(0) > 5.0 && loss(sft.len() - 1) < 3.5,
        "{} to {}",
        loss(0),
        loss(sft.len() - 1)
    );

    // Random weights cannot even call a tool.
    assert!(reward(&bench, "start", "") < 0.01);
    ok(
        &bench,
        "train grpo --recipe recipe.toml --model sft/model --tasks tasks.jsonl --repo-map map.toml --out grpo --at-once 16",
    );
    let grpo: Vec<Value> = steps("grpo")
        .into_iter()
        .filter(|step| step["stage"] == "grpo")
        .collect();
    assert_eq!(grpo.len(), 24);
    let mean = |steps: &[Value]| {
        let sum: f64 = steps
            .iter()
            .map(|step| step["episodes"]["reward"].as_f64().unwrap())
            .sum();
        sum / steps.len() as f64
    };
    let (before, after) = (mean(&grpo[..8]), mean(&grpo[16..]));
    // Seeded; the last bits differ between kinds of processors, hence the margin.
    assert!(after > before + 0.05, "{before} to {after}");
    // Sampler and trainer say the same of the same tokens.
    for step in &grpo {
        assert!(step["disagreement"].as_f64().unwrap() < 1e-3, "{step}");
    }
    assert!(bench.fixture.path("grpo/tensorboard/grpo").is_dir());
    assert!(bench.fixture.path("grpo/model/tokenizer.json").is_file());

    // The same command again has nothing left to do.
    let again = ok(
        &bench,
        "train grpo --recipe recipe.toml --model sft/model --tasks tasks.jsonl --repo-map map.toml --out grpo --at-once 16",
    );
    assert!(
        again.stderr.contains("going on after 24 of 24 steps"),
        "{}",
        again.all()
    );
    // Another recipe's run does not mix with it.
    let other = RECIPE
        .replace("EPOCHS", "50")
        .replace("group = 16", "group = 5");
    bench.fixture.write_beside("other.toml", other);
    let ran = bench.run(
        "train grpo --recipe other.toml --model sft/model --tasks tasks.jsonl --repo-map map.toml --out grpo --at-once 16",
    );
    assert_eq!(ran.code, 3, "{}", ran.all());
    assert!(ran.stderr.contains("is of another run"), "{}", ran.all());
}

#[test]
fn a_server_and_this_process_say_the_same() {
    let bench = taught(40);
    let here = reward(&bench, "sft/model", "");
    assert!(here > 0.5, "{here}");
    let server = HttpServer::serve_model(&bench.fixture, "sft/model");
    ok(
        &bench,
        &format!(
            "rollout --tasks tasks.jsonl --repo-map map.toml --protocol compact --policy http --model model --base-url \
             http://{}/v1 --dialect compact --temperature 0 --max-tokens 24 --max-context-tokens 1000 --logprobs --no-times --out http",
            server.address
        ),
    );
    let said = |run: &str| -> Vec<Value> {
        let text = ok(&bench, &format!("traces show {run} --format json")).stdout;
        let traces: Value =
            serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"));
        traces.as_array().cloned().unwrap_or_else(|| vec![traces])
    };
    let words = |trace: &Value| -> Vec<String> {
        let messages = trace["stages"][0]["messages"].as_array().unwrap();
        messages
            .iter()
            .map(|message| message["content"].to_string())
            .collect()
    };
    let ids = |trace: &Value| -> Vec<Value> {
        let messages = trace["stages"][0]["messages"].as_array().unwrap();
        messages
            .iter()
            .filter_map(|message| message["reply"]["tokens"].get("ids").cloned())
            .collect()
    };
    for (one, other) in said("run-sft-model").iter().zip(&said("http")) {
        assert_eq!(words(one), words(other));
        assert_eq!(ids(one), ids(other));
    }
    let check = |body: Value, status: u16, part: &str| {
        let headers = ["Content-Type: application/json"];
        let answer = server.exchange("POST /v1/chat/completions", &headers, &body.to_string());
        assert_eq!(answer.status, status, "{answer:?}");
        assert!(answer.body.contains(part), "{answer:?}");
    };
    let hi = json!([{"role": "user", "content": "hi"}]);
    check(
        json!({"messages": hi, "max_tokens": 3}),
        200,
        "\"completion_tokens\":3",
    );
    check(
        json!({"messages": hi, "max_tokens": 3, "stream": true}),
        200,
        "data: [DONE]",
    );
    check(json!({"messages": hi, "n": 2}), 400, "`n` must be 1");
    check(json!({"messages": []}), 400, "a list that is not empty");
    check(
        json!({"messages": [{"role": "user", "content": "x ".repeat(4000)}]}),
        400,
        "context is 1024",
    );
}

#[test]
fn what_cannot_be_trained_is_told() {
    let bench = Bench::new();
    bench
        .fixture
        .write_beside("recipe.toml", RECIPE.replace("EPOCHS", "50"));
    fs::create_dir(bench.fixture.path("empty")).unwrap();
    let check = |command: &str, code: i32, message: &str| {
        let ran = bench.run(command);
        assert_eq!(ran.code, code, "{}", ran.all());
        assert!(ran.stderr.contains(message), "{}", ran.all());
    };
    check(
        "train sft --recipe tiny --model empty --out x",
        3,
        "tokenizer.json",
    );
    check(
        "train sft --recipe tiny --model nowhere --out x",
        3,
        "is no folder",
    );
    check(
        "train sft --recipe huge --model empty --out x",
        3,
        "there are tiny, tooltrain-7b",
    );
    check("train sft --out x", 2, "--recipe");
    check(
        "train init --recipe tooltrain-7b --out x",
        3,
        "not with random weights",
    );
    let repo = bench.fixture.repo().display().to_string();
    check(
        &format!("locate it --repo {repo} --policy local --model empty"),
        3,
        "tokenizer.json",
    );
    let plan = bench.run("train plan --memory 4");
    assert_eq!(plan.code, 0, "{}", plan.all());
    assert!(
        plan.stdout.contains("tiny: A small Qwen3"),
        "{}",
        plan.stdout
    );
    assert!(
        plan.stdout.contains("does not fit: sft needs"),
        "{}",
        plan.stdout
    );
}
