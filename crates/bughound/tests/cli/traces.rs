//! `traces`: show, stats, diff, export, import, and what bad input gets.

use std::fs;
use std::path::PathBuf;

use bughound_trace::{CallOutcome, CallRecord, Trace, TraceWriter, import};
use serde_json::json;

use crate::fixture::{Fixture, Ran};

/// An episode with two calls, one of which missed, and an answer.
fn episode(instance_id: &str, attempt: u32) -> Trace {
    let call = |id: &str, name: &str, arguments: &str| json!([{"id": id, "type": "function", "function": {"name": name, "arguments": arguments}}]);
    let log = json!({
        "instance_id": instance_id, "repo": "ada/pkg", "base_commit": "0123456789abcdef0123456789abcdef01234567",
        "model": "tiny", "reward": 0.5, "cost": 0.0125,
        "model_patch": "--- a/pkg/config.py\n+++ b/pkg/config.py\n",
        "messages": [
            {"role": "system", "content": "You find bugs."},
            {"role": "user", "content": "`Reader.load` keeps blanks \u{1b}[31mred\u{1b}[0m"},
            {"role": "assistant", "content": "I look.", "tool_calls": call("c1", "search_class", "{\"name\": \"Reader\"}"),
             "usage": {"prompt_tokens": 1200, "completion_tokens": 17}},
            {"role": "tool", "tool_call_id": "c1", "content": (1..=20).map(|n| format!("line {n}\n")).collect::<String>()},
            {"role": "assistant", "content": "", "reasoning": "hm", "tool_calls": call("c2", "search_clas", "{}")},
            {"role": "tool", "tool_call_id": "c2", "content": "There is no tool `search_clas`."},
            {"role": "assistant", "content": "It is Reader.load."},
        ],
    });
    let mut trace = import(log.to_string().as_bytes(), "", None)
        .remove(0)
        .unwrap();
    trace.attempt = attempt;
    for (at, message) in trace.stages[0].messages.iter_mut().enumerate() {
        message.at = at as u64 * 100;
        if let Some(CallRecord {
            tool,
            outcome,
            microseconds,
            ..
        }) = &mut message.call
        {
            *microseconds = 41;
            if tool == "search_clas" {
                *outcome = CallOutcome::UnknownTool;
            }
        }
    }
    trace.spent.calls_ok = 1;
    trace.spent.milliseconds = 1500;
    trace.reward.as_mut().unwrap().truth = vec!["pkg/config.py::Reader.load".to_owned()];
    trace
}

fn write(fixture: &Fixture, name: &str, traces: &[Trace]) -> PathBuf {
    let path = fixture.path(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let mut writer = TraceWriter::open(&path).unwrap();
    for trace in traces {
        writer.append(trace).unwrap();
    }
    path
}

/// The program with `arguments`, beside the repository.
fn run(fixture: &Fixture, arguments: &str) -> Ran {
    let arguments: Vec<&str> = arguments.split_whitespace().collect();
    let mut command = fixture.command(&arguments);
    fixture.finish(command.current_dir(fixture.path("")))
}

fn three(fixture: &Fixture) {
    let traces = [
        episode("ada__pkg-1", 0),
        episode("ada__pkg-1", 1),
        episode("ada__pkg-2", 0),
    ];
    write(fixture, "run/traces.jsonl.zst", &traces);
}

#[test]
fn an_episode_reads_like_a_conversation() {
    let fixture = Fixture::empty();
    three(&fixture);
    insta::assert_snapshot!(run(&fixture, "traces show run").all(), @r#"
    exit code 0
    --- stdout
    ada__pkg-1#0  unknown (tiny), protocol import:openai, seed 0
    ada/pkg at 0123456789ab
    3 turns, 2 calls (1 ok), 1,200 + 17 tokens, 1.5 s, $0.0125
    ended: answered; reward 0.500 (reward 0.500)

    ── 1 system
    │ You find bugs.

    ── 2 user
    │ `Reader.load` keeps blanks �[31mred�[0m

    ── 3 policy (1,200 + 17 tokens)
    │ I look.
    → search_class {"name": "Reader"}

    ── 4 tool (result of search_class, ok, 151 bytes, 41 µs)
    │ line 1
    │ line 2
    │ line 3
    │ line 4
    │ line 5
    │ line 6
    │ line 7
    │ line 8
    │ line 9
    │ line 10
    │ line 11
    │ line 12
    │ … 8 more lines; --full prints them

    ── 5 policy
    │ (thinks)
    │ hm
    → search_clas {}

    ── 6 tool (result of search_clas, unknown tool, 31 bytes, 41 µs)
    │ There is no tool `search_clas`.

    ── 7 policy
    │ It is Reader.load.

    ── answer
      1. pkg/config.py  unresolved
    --- stderr
    this is ada__pkg-1#0, the first of several: --nth 2 shows ada__pkg-1#1
    "#);
    let full = run(&fixture, "traces show run/traces.jsonl.zst --nth 3 --full");
    assert!(
        full.stdout.contains("│ line 20\n") && full.stdout.starts_with("ada__pkg-2#0"),
        "{}",
        full.all()
    );
    assert!(full.stderr.is_empty(), "{}", full.stderr);
    let json = run(&fixture, "traces show run --id ada__pkg-1#1 --format json").json();
    assert_eq!((&json["attempt"], &json["format"]), (&json!(1), &json!(1)));
    assert_eq!(run(&fixture, "traces show run --id ada__pkg-2").code, 0);
    insta::assert_snapshot!(run(&fixture, "traces show run --id ada__pkg-9").all(), @r"
    exit code 3
    --- stderr
    error: none of the 3 traces of run has the id `ada__pkg-9`
    hint: ids are INSTANCE#ATTEMPT; `--nth 1` shows the first trace with its id
    ");
    insta::assert_snapshot!(run(&fixture, "traces show run --nth 4").all(), @r"
    exit code 3
    --- stderr
    error: run holds 3 traces only
    ");
}

#[test]
fn many_episodes_are_numbers() {
    let fixture = Fixture::empty();
    three(&fixture);
    let mut other = episode("ada__pkg-3", 0);
    other.policy.model = None;
    write(&fixture, "other.jsonl.zst", &[other]);
    insta::assert_snapshot!(run(&fixture, "traces stats run").all(), @r"
    exit code 0
    --- stdout
    3 episodes of 2 tasks; 0 ended in a fault or were stopped
    ended: answered 3 (100.0 %)
    answers: 3 read, 0 missing; 0 of 3 places are in the repository (unresolved 3)
    reward: mean 0.500 [0.500, 0.500] over 2 tasks (3 episodes); best of each task 0.500; all the same in 2 tasks

    an episode                   median          p90          max         mean          total
    turns                             3            3            3            3              9
    calls                             2            2            2            2              6
    prompt tokens                 1,200        1,200        1,200        1,200          3,600
    completion tokens                17           17           17           17             51
    cost, US dollars             0.0125       0.0125       0.0125       0.0125         0.0375
    time                          1.5 s        1.5 s        1.5 s        1.5 s          4.5 s
    tool output               182 bytes    182 bytes    182 bytes    182 bytes      546 bytes

    calls that were valid and found what they named: 50.0 %; malformed replies: 0.0 %
    results: ok 3, unknown tool 3

    tool              calls    share       ok  median output  median time
    search_clas           3   50.0 %    0.0 %       31 bytes        41 µs
    search_class          3   50.0 %  100.0 %      151 bytes        41 µs
    ");
    let json = run(&fixture, "traces stats run other.jsonl.zst --format json").json();
    assert_eq!(json["format"], "bughound-trace-stats/1");
    assert_eq!(
        (&json["all"]["episodes"], &json["groups"][1]["episodes"]),
        (&json!(4), &json!(3))
    );
    let text = run(&fixture, "traces stats run other.jsonl.zst").stdout;
    assert!(
        text.contains("\n══ unknown (tiny), protocol import:openai\n3 episodes of 2 tasks"),
        "{text}"
    );
    write(&fixture, "none.jsonl.zst", &[]);
    assert_eq!(run(&fixture, "traces stats none.jsonl.zst").code, 1);
}

#[test]
fn differences_are_told() {
    let fixture = Fixture::empty();
    three(&fixture);
    let mut changed = episode("ada__pkg-1", 0);
    changed.spent.milliseconds = 7;
    let mut other = episode("ada__pkg-1", 1);
    other.stages[0].messages[2].message.tool_calls[0].name = "search_text".to_owned();
    other.reward = None;
    write(&fixture, "other.jsonl.zst", &[other, changed]);
    insta::assert_snapshot!(run(&fixture, "traces diff run other.jsonl.zst").all(), @r#"
    exit code 1
    --- stdout
    ada__pkg-1#1
      calls     - 1: search_class {"name":"Reader"}
                + 1: search_text {"name":"Reader"}
      reward    - 0.5
                + none
    in the first alone, 1: ada__pkg-2#0
    2 pairs, 1 differ (calls 1, reward 1)
    "#);
    let json = run(&fixture, "traces diff run other.jsonl.zst --format json");
    assert_eq!(
        (
            json.code,
            &json.json()["changes"]["ada__pkg-1#1"][0]["kind"]
        ),
        (1, &json!("calls"))
    );
    insta::assert_snapshot!(run(&fixture, "traces diff run run").all(), @r"
    exit code 0
    --- stdout
    3 pairs, 0 differ
    ");
}

#[test]
fn others_can_read_what_is_exported() {
    let fixture = Fixture::empty();
    three(&fixture);
    let ran = run(
        &fixture,
        "traces export run --to openai --min-reward 0.5 --without-faults",
    );
    let lines: Vec<&str> = ran.stdout.lines().collect();
    assert_eq!((ran.code, lines.len()), (0, 3), "{}", ran.stderr);
    let line: serde_json::Value = serde_json::from_str(lines[0]).unwrap();
    assert_eq!(
        line["messages"][2]["tool_calls"][0]["function"]["name"],
        "search_class"
    );
    assert!(
        line["messages"][1]["content"]
            .as_str()
            .unwrap()
            .contains('\u{1b}')
    );

    let ran = run(
        &fixture,
        "traces export run --to openai --stage search --out sft.jsonl",
    );
    insta::assert_snapshot!(ran.all(), @r"
    exit code 0
    --- stderr
    3 conversations of 3 episodes written; episodes left out: 0
    ");
    assert_eq!(
        fs::read_to_string(fixture.path("sft.jsonl"))
            .unwrap()
            .lines()
            .count(),
        3
    );
    let ran = run(&fixture, "traces export run --to openai --min-reward 0.6");
    assert_eq!((ran.code, ran.stdout.as_str()), (1, ""), "{}", ran.all());

    let ran = run(&fixture, "traces export run --to verl --out train.parquet");
    insta::assert_snapshot!(ran.all(), @r"
    exit code 0
    --- stderr
    2 rows of 3 episodes written; episodes left out: 0
    ");
    let bytes = fs::read(fixture.path("train.parquet")).unwrap();
    assert!(bytes.starts_with(b"PAR1") && bytes.ends_with(b"PAR1"));
    fixture.write_beside("gt.json", r#"{"ada__pkg-2": ["pkg/cli.py"]}"#);
    let ran = run(
        &fixture,
        "traces export run --to verl --ground-truth gt.json --out train.parquet",
    );
    insta::assert_snapshot!(ran.all(), @r"
    exit code 0
    --- stderr
    warning: nothing says what is right for 1 tasks, ada__pkg-1 for one: they are left out
    1 rows of 1 episodes written; episodes left out: 2
    ");
    fixture.write_beside("gt.json", r#"{"x": ["pkg/cli.py"]}"#);
    let ran = run(
        &fixture,
        "traces export run --to verl --ground-truth gt.json --out other.parquet",
    );
    insta::assert_snapshot!(ran.all(), @r"
    exit code 3
    --- stderr
    error: nothing says what is right for any of these episodes
    hint: give --ground-truth FILE; `bughound tasks check --ground-truth` writes one
    ");
    assert!(!fixture.path("other.parquet").exists());
    insta::assert_snapshot!(run(&fixture, "traces export run --to verl").all(), @r"
    exit code 2
    --- stderr
    error: parquet is nothing for standard output
    hint: say where to write: --out FILE.parquet
    ");
}

#[test]
fn logs_become_traces() {
    let fixture = Fixture::empty();
    let log = json!({"trajectory_format": "mini-swe-agent-1.1", "info": {"exit_status": "Submitted"}, "messages": [{"role": "user", "content": "It breaks."}]});
    for name in [
        "logs/a/one.traj.json",
        "logs/a/b/two.traj.json",
        "logs/notes.txt",
    ] {
        fixture.write_beside(name, log.to_string());
    }
    let ran = run(&fixture, "traces import logs --out t.jsonl.zst");
    insta::assert_snapshot!(ran.all(), @r"
    exit code 0
    --- stderr
    2 traces of 2 files written to t.jsonl.zst; entries left out: 0
    ");
    let json = run(&fixture, "traces show t.jsonl.zst --id one --format json").json();
    assert_eq!(
        (&json["protocol"], &json["end"]),
        (&json!("import:mini-swe-agent"), &json!("exit"))
    );

    insta::assert_snapshot!(run(&fixture, "traces import logs --out t.jsonl.zst").all(), @r"
    exit code 3
    --- stderr
    error: t.jsonl.zst holds traces already
    hint: choose another --out, or replace it with --force
    ");
    let ran = run(
        &fixture,
        "traces import logs logs/a/one.traj.json --out t.jsonl.zst --force",
    );
    assert_eq!(ran.code, 0, "{}", ran.all());
    assert_eq!(run(&fixture, "traces show t.jsonl.zst --id one#1").code, 0);

    fixture.write_beside("logs/a/three.traj", "{\"history\": ");
    insta::assert_snapshot!(run(&fixture, "traces import logs --out u.jsonl.zst").all(), @r"
    exit code 3
    --- stderr
    error: logs/a/three.traj: neither JSON nor JSON Lines: EOF while parsing a value at line 1 column 12
    hint: --keep-going leaves out what cannot be read
    ");
    assert!(!fixture.path("u.jsonl.zst").exists());
    insta::assert_snapshot!(run(&fixture, "traces import logs --keep-going --out u.jsonl.zst").all(), @r"
    exit code 0
    --- stderr
    warning: logs/a/three.traj: neither JSON nor JSON Lines: EOF while parsing a value at line 1 column 12
    2 traces of 3 files written to u.jsonl.zst; entries left out: 1
    ");
    insta::assert_snapshot!(run(&fixture, "traces import absent --out v.jsonl.zst").all(), @r"
    exit code 3
    --- stderr
    error: there is no file absent
    ");
    fs::create_dir(fixture.path("empty")).unwrap();
    insta::assert_snapshot!(run(&fixture, "traces import empty --out v.jsonl.zst").all(), @r"
    exit code 3
    --- stderr
    error: no *.traj and no *.traj.json is in empty or below
    hint: name other logs one by one
    ");
}

#[test]
fn bad_files() {
    let fixture = Fixture::empty();
    three(&fixture);
    insta::assert_snapshot!(run(&fixture, "traces stats absent.jsonl.zst").all(), @r"
    exit code 3
    --- stderr
    error: cannot open absent.jsonl.zst: No such file or directory (os error 2)
    ");
    fixture.write_beside("notes.txt", "Dear diary,\n");
    insta::assert_snapshot!(run(&fixture, "traces show notes.txt").all(), @r"
    exit code 3
    --- stderr
    error: notes.txt is not a file of traces: it begins neither like zstd nor like a line of JSON
    hint: `bughound traces import` turns logs of other agents into traces
    ");
    insta::assert_snapshot!(run(&fixture, "traces show repo").all(), @r"
    exit code 3
    --- stderr
    error: repo is not a file of traces: the folder holds no traces.jsonl.zst
    hint: `bughound traces import` turns logs of other agents into traces
    ");
    fixture.write_beside("log.jsonl", "{\"messages\": []}\n");
    insta::assert_snapshot!(run(&fixture, "traces stats log.jsonl").all(), @r"
    exit code 3
    --- stderr
    error: log.jsonl is not a file of traces: no trace is in it, and the line at byte 0 is no trace and is left out: missing field `format`
    hint: `bughound traces import` turns logs of other agents into traces
    ");
    fixture.write_beside("newer.jsonl", "{\"format\": 2, \"bughound\": \"7.0.0\"}\n");
    insta::assert_snapshot!(run(&fixture, "traces show newer.jsonl").all(), @r"
    exit code 3
    --- stderr
    error: newer.jsonl was written by Bughound 7.0.0 in trace format 2; this is Bughound 0.1.0, which reads formats up to 1: a newer Bughound is needed
    ");

    // Cut in the middle of the last episode: the others are read.
    let path = fixture.path("run/traces.jsonl.zst");
    let bytes = fs::read(&path).unwrap();
    fs::write(&path, &bytes[..bytes.len() - 10]).unwrap();
    let ran = run(&fixture, "traces stats run --format json");
    assert_eq!((ran.code, &ran.json()["all"]["episodes"]), (0, &json!(2)));
    assert!(
        ran.stderr
            .contains("warning: run/traces.jsonl.zst: the file ends inside a trace: its last"),
        "{}",
        ran.stderr
    );
}

/// A full disk, by way of a limit on the size of files.
#[test]
#[cfg(unix)]
fn a_full_disk_loses_nothing() {
    let fixture = Fixture::empty();
    let noise = |seed: u32| -> String {
        let mut state = seed;
        (0..4000)
            .map(|_| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                char::from(b'!' + u8::try_from(state >> 26).unwrap())
            })
            .collect()
    };
    let lines: Vec<String> = (0..9)
        .map(|at| json!({"messages": [{"role": "user", "content": noise(at)}]}).to_string())
        .collect();
    fixture.write_beside("logs.jsonl", lines.join("\n"));
    let script = format!(
        "trap '' XFSZ; ulimit -f 20; exec {} traces import logs.jsonl --out t.jsonl.zst",
        env!("CARGO_BIN_EXE_bughound")
    );
    let mut command = assert_cmd::Command::new("sh");
    command
        .args(["-c", &script])
        .current_dir(fixture.path(""))
        .env("BUGHOUND_CACHE_DIR", fixture.cache());
    let ran = fixture.finish(&mut command);
    assert_eq!(ran.code, 4, "{}", ran.all());
    assert!(
        ran.stderr
            .contains("nothing is lost: the file ends with its last whole trace"),
        "{}",
        ran.stderr
    );
    let json = run(&fixture, "traces stats t.jsonl.zst --format json");
    let n = json.json()["all"]["episodes"].as_u64().unwrap();
    assert!(
        (1..9).contains(&n) && json.stderr.is_empty(),
        "{n} {}",
        json.stderr
    );
}
