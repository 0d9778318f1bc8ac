//! `train worlds`, `sft` and `grpo`: from tasks to weights, the same bytes every time.

use std::fs;

use crate::eval::Bench;

#[test]
fn weights_are_made_of_tasks() {
    let bench = Bench::new();
    let ran = bench.run("train worlds --tasks tasks.jsonl --repo-map map.toml --out worlds");
    assert_eq!(ran.code, 0, "{}", ran.all());
    let again = bench.run("train worlds --tasks tasks.jsonl --repo-map map.toml --out worlds");
    assert!(again.stderr.contains("0 worlds written"), "{}", again.all());

    let bytes = |name: &str| fs::read(bench.fixture.path(name)).unwrap();
    let stage = "--policy hound --worlds worlds --batch 2";
    for name in ["a", "b"] {
        let ran = bench.run(&format!(
            "train sft {stage} --epochs 2 --out {name}.safetensors --log {name}.jsonl"
        ));
        assert_eq!(ran.code, 0, "{}", ran.all());
        let ran = bench.run(&format!(
            "train grpo {stage} --from {name}.safetensors --epochs 1 --group 4 --out {name}2.safetensors --log \
             {name}.jsonl"
        ));
        assert_eq!(ran.code, 0, "{}", ran.all());
    }
    assert_eq!(bytes("a.safetensors"), bytes("b.safetensors"));
    assert_eq!(bytes("a2.safetensors"), bytes("b2.safetensors"));
    assert_ne!(bytes("a.safetensors"), bytes("a2.safetensors"));
    assert_eq!(bytes("a.jsonl"), bytes("b.jsonl"));

    let ran = bench.run(
        "rollout --tasks tasks.jsonl --repo-map map.toml --n 1 --policy navigator --navigator a2.safetensors --out run",
    );
    assert_eq!(ran.code, 0, "{}", ran.all());
    assert!(ran.stdout.contains("exit 3"), "{}", ran.stdout);

    let record: serde_json::Value = serde_json::from_slice(&bytes("a2.json")).unwrap();
    let stages = record["stages"].as_array().unwrap();
    let names: Vec<&str> = stages.iter().filter_map(|s| s["stage"].as_str()).collect();
    assert_eq!(names, ["sft", "grpo"]);
    for line in String::from_utf8(bytes("a.jsonl")).unwrap().lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let numbers: &[&str] = match line["stage"].as_str().unwrap() {
            "sft" => &["steps_loss", "ranking_loss", "rate"],
            _ => &[
                "reward",
                "group_variance",
                "entropy",
                "kl_to_sampler",
                "calls",
            ],
        };
        assert!(numbers.iter().all(|name| line[name].is_number()), "{line}");
    }
}

#[test]
fn what_cannot_be_trained_is_told() {
    let bench = Bench::new();
    let check = |command: &str, code: i32, message: &str| {
        let ran = bench.run(command);
        assert_eq!(ran.code, code, "{}", ran.all());
        assert!(ran.stderr.contains(message), "{}", ran.all());
    };
    fs::create_dir(bench.fixture.path("empty")).unwrap();
    check(
        "train sft --policy hound --worlds empty --out x",
        3,
        "there is no world in which a search could succeed",
    );
    check(
        "train grpo --policy hound --worlds empty --from tasks.jsonl --out x",
        3,
        "tasks.jsonl: not a file of weights",
    );
    check(
        "rollout --tasks tasks.jsonl --repo-map map.toml --policy navigator --navigator tasks.jsonl --out run",
        3,
        "tasks.jsonl: not a file of weights",
    );
    check(
        "train sft --policy hound --worlds empty --out x --batch 0",
        2,
        "it must be at least 1",
    );
}
