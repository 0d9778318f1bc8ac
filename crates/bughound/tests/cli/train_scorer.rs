//! `train collect`, `words` and `scorer`: from tasks to the weights of the ranking, the same bytes every time.

use std::fs;

use crate::eval::Bench;

#[test]
fn a_ranking_is_made_of_tasks() {
    let bench = Bench::new();
    let collect = "train collect --tasks tasks.jsonl --repo-map map.toml --out examples";
    let ran = bench.run(collect);
    assert_eq!(ran.code, 0, "{}", ran.all());
    let again = bench.run(collect);
    assert!(
        again.stderr.contains("0 examples written"),
        "{}",
        again.all()
    );

    let train = "train scorer --examples examples --validation examples --epochs 2 --members 1";
    for name in ["a", "b"] {
        let ran = bench.run(&format!("{train} --out {name}.safetensors"));
        assert_eq!(ran.code, 0, "{}", ran.all());
        assert!(ran.stdout.contains("all, learned"), "{}", ran.stdout);
    }
    let bytes = |name: &str| fs::read(bench.fixture.path(name)).unwrap();
    assert_eq!(bytes("a.safetensors"), bytes("b.safetensors"));
    let record: serde_json::Value = serde_json::from_slice(&bytes("a.json")).unwrap();
    assert!(record["cross_validation"]["learned"]["function"]["recall@5"].is_number());
    assert_eq!(record["training"].as_object().unwrap().len(), 1);

    let eval = "eval --tasks tasks.jsonl --repo-map map.toml";
    let mut weights = Vec::new();
    for which in ["learned", "hand", "a.safetensors"] {
        let ran = bench.run(&format!("{eval} --weights {which} --out run-{which}"));
        assert_eq!(ran.code, 0, "{}", ran.all());
        let settings = String::from_utf8(bytes(&format!("run-{which}/settings.toml"))).unwrap();
        let line = settings.lines().find(|line| line.starts_with("weights = "));
        weights.push(line.unwrap().to_owned());
    }
    assert_eq!(weights[1], "weights = \"hand\"");
    assert!(weights[0] != weights[2], "{weights:?}");

    let ran = bench.run("train words --tasks tasks.jsonl --out words.bin");
    assert_eq!(ran.code, 0, "{}", ran.all());
    assert!(bytes("words.bin").starts_with(b"BHWORDS1"));
}

#[test]
fn weights_that_do_not_fit_are_told() {
    let bench = Bench::new();
    let check = |command: &str, code: i32, message: &str| {
        let ran = bench.run(command);
        assert_eq!(ran.code, code, "{}", ran.all());
        assert!(ran.stderr.contains(message), "{}", ran.all());
    };
    let eval = "eval --tasks tasks.jsonl --repo-map map.toml --out run";
    check(
        &format!("{eval} --weights tasks.jsonl"),
        3,
        "tasks.jsonl: these weights do not fit",
    );
    check(
        &format!("{eval} --weights nowhere"),
        3,
        "cannot read the weights nowhere",
    );
    check(
        &format!("{eval} --weights hand --protocol hound"),
        2,
        "--weights hand is for rankings made at once",
    );
    fs::create_dir(bench.fixture.path("empty")).unwrap();
    check("train scorer --examples empty", 4, "cannot read");
}
