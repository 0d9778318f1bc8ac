//! `rollout`, and `eval` with policies that search step by step.

use std::fs;
use std::net::TcpListener;
use std::process::Stdio;

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
    assert_eq!(same.code, 0, "{}", same.all());
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

#[test]
fn traces_do_not_depend_on_concurrency_and_stay() {
    let bench = Bench::new();
    let run = |arguments: &str| {
        let ran = bench.run(&format!("rollout {TASKS} --n 2 --no-times {arguments}"));
        assert_eq!(ran.code, 0, "{}", ran.all());
        ran.stdout.lines().next().unwrap_or_default().to_owned()
    };
    let bytes = |run: &str| fs::read(bench.fixture.path(run).join("traces.jsonl.zst")).unwrap();
    run("--out run");
    run("--out other --concurrency 3 --threads 2");
    assert_eq!(bytes("run"), bytes("other"));

    // What was cut off is done again; what other tasks brought stays.
    let whole = bytes("run");
    let path = bench.fixture.path("run/traces.jsonl.zst");
    fs::write(&path, &whole[..whole.len() - 30]).unwrap();
    assert_eq!(
        run("--out run --instance ada__pkg-3"),
        "2 searches, 1 of them before"
    );
    assert!(bench.fixture.path("run/traces.jsonl.zst.torn").is_file());
    assert_eq!(run("--out run"), "6 searches, 6 of them before");
    assert_eq!(bytes("run"), whole);
}

/// Ctrl-C while a server does not answer: the run ends at once, and can be continued.
#[test]
#[cfg(unix)]
#[expect(
    clippy::disallowed_methods,
    reason = "a test may start the program that it tests"
)]
fn an_interrupted_run_can_be_continued() {
    let bench = Bench::new();
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/v1", server.local_addr().unwrap());
    let child = std::process::Command::new(env!("CARGO_BIN_EXE_bughound"))
        .args([
            "rollout",
            "--tasks",
            "tasks.jsonl",
            "--repo-map",
            "map.toml",
            "--out",
            "run",
        ])
        .args(["--policy", "http", "--model", "m", "--base-url", &url])
        .current_dir(bench.fixture.path(""))
        .env_clear()
        .env("BUGHOUND_CACHE_DIR", bench.fixture.cache())
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    // The first request is there: the search has begun.
    let connection = server.accept().unwrap();
    assert_cmd::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .assert()
        .success();
    let ended = child.wait_with_output().unwrap();
    drop(connection);
    assert_eq!(ended.status.code(), Some(130));
    let said = String::from_utf8(ended.stderr).unwrap();
    assert!(
        said.contains("stopped after 0 of 3 episodes; the same command continues from there"),
        "{said}"
    );
}
