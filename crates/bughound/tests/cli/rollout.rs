//! `rollout`, and `eval` with policies that search step by step.

use std::fs;

use crate::eval::Bench;

const TASKS: &str = "--tasks tasks.jsonl --repo-map map.toml";

#[test]
fn searches_are_run_kept_continued_and_replayed() {
    let bench = Bench::new();
    let command = format!("rollout {TASKS} --n 2 --no-times --out run");
    let ran = bench.run(&command);
    assert_eq!(ran.code, 0, "{}", ran.all());
    insta::with_settings!({filters => vec![(r"mean reward .*", "mean reward …")]}, {
        insta::assert_snapshot!(ran.stdout, @r"
        6 searches, 0 of them before
          exit 6
        mean reward …
        the traces are in run/traces.jsonl.zst
        ");
    });
    let traces = || fs::read(bench.fixture.path("run/traces.jsonl.zst")).unwrap();
    let whole = traces();
    assert!(
        bench
            .read("run/settings.toml")
            .contains("protocol = \"hound\"")
    );

    // Half of the file is gone.
    fs::write(
        bench.fixture.path("run/traces.jsonl.zst"),
        &whole[..whole.len() / 2],
    )
    .unwrap();
    let again = bench.run(&command);
    assert_eq!(again.code, 0, "{}", again.all());
    assert!(
        !again.stdout.starts_with("6 searches, 0 of them before"),
        "{}",
        again.stdout
    );
    assert_eq!(traces(), whole);

    let other = bench.run(&format!("{command} --seed 7"));
    assert_eq!(other.code, 3, "{}", other.all());
    assert!(
        other.stderr.contains("seed was 0, now 7"),
        "{}",
        other.stderr
    );

    let replay = bench.run(&format!(
        "rollout {TASKS} --n 2 --policy replay --replay run --out replay"
    ));
    assert_eq!(replay.code, 0, "{}", replay.all());
    let same = bench.run("traces diff run replay");
    assert!(same.code <= 1, "{}", same.all());
}

#[test]
fn agents_are_evaluated_with_their_searches() {
    let bench = Bench::new();
    let ran = bench.run(&format!("eval {TASKS} --protocol reposearcher --out run"));
    assert_eq!(ran.code, 0, "{}", ran.all());
    assert!(bench.read("run/report.md").contains("\n## Searches\n"));
    assert!(
        bench
            .read("run/predictions.jsonl")
            .contains("\"end\":\"exit\"")
    );
    let stats = bench.run("traces stats run");
    assert_eq!(stats.code, 0, "{}", stats.all());
}

#[test]
fn wrong_wishes_are_told() {
    let bench = Bench::new();
    let check = |arguments: &str, code: i32, expect: &str| {
        let ran = bench.run(&format!("rollout {TASKS} --out run {arguments}"));
        assert_eq!(ran.code, code, "{}", ran.all());
        assert!(ran.stderr.contains(expect), "{}", ran.stderr);
    };
    check("--policy http", 2, "--model");
    check(
        "--policy http --model m --base-url nonsense",
        2,
        "must start with http://",
    );
    check(
        "--policy http --model m --base-url http://localhost:1 --api-key-env NO_SUCH_KEY",
        2,
        "the environment variable NO_SUCH_KEY, which `--api-key-env` names, is not set",
    );
    check("--policy replay --replay nowhere", 3, "nowhere");
    check("--protocol nonsense", 2, "reposearcher-released");
    // Nobody listens there; the traces say so, and the run can be continued.
    check(
        "--policy http --model m --base-url http://127.0.0.1:9 --retries 0 --episode-retries 0",
        4,
        "3 of 3 searches ended by a fault, ada__pkg-1#0 for one: http://127.0.0.1:9/v1/chat/completions: the server \
         cannot be reached",
    );
}
