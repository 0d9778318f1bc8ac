//! Both pipelines on a project with two errors, one behind the other: no registry is asked.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(clippy::print_stdout, reason = "a test that is skipped says so")]

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use bughound_agent::{
    Cancel, Clock, NoClock, Policy, PolicyFault, Request, RunOptions, ScriptedPolicy, Session,
    Start,
};
use bughound_core::Completion;
use bughound_pipeline::{
    FULL, Judge, KnownFixPolicy, NoOpPolicy, PIPELINES, Past, Pipeline, Repaired, Repairing,
    SIMPLIFIED, Transfer, Trying, repair, transfer, try_candidates,
};
use bughound_repair::{Knowledge, WorkbenchSettings};
use bughound_sandbox::{Change, Embedded};
use bughound_testbed::systems::Host;
use bughound_testbed::{Prepared, Task, Testbed, Verdict};
use bughound_trace::{EndReason, PolicyRecord, Trace};
use serde_json::json;

const RECIPE: &str = r#"
format = "bughound-build-task/1"
id = "c-two"
about = "two errors, one behind the other"
kind = "compile"
language = "c"
system = "make"
date = "2024-06-01"

[source]
registry = "files"

[[break.edit]]
path = "one.c"
find = "return 1;"
replace = "return 1"

[[break.edit]]
path = "two.c"
find = "return 2;"
replace = "return wto;"

[commands]
build = [["make", "-s", "check"]]
test = [["./check"]]
results = "tap"

[paths]
protected = ["check.c", "Makefile"]

[symptom]
stage = "build"
message = "expected ';'"
class = "other"

[budget]
seconds = 30
disk_mib = 64
memory_mib = 512
processes = 64

[fix]
revert = true

[[candidate]]
name = "the first alone"
edit = [{ path = "one.c", find = "return 1", replace = "return 1;" }]

[[candidate]]
name = "both"
edit = [
    { path = "one.c", find = "return 1", replace = "return 1;" },
    { path = "two.c", find = "wto", replace = "2" },
]

[[candidate]]
name = "another project's"
edit = [{ path = "three.c", find = "a", replace = "b" }]

[[candidate]]
name = "the check says that all is well"
edit = [{ path = "check.c", content = "int main(void) { return 0; }" }]
"#;

const FILES: [(&str, &str); 4] = [
    ("one.c", "int one(void) { return 1; }\n"),
    ("two.c", "int two(void) { return 2; }\n"),
    (
        "check.c",
        "#include <stdio.h>\nint one(void);\nint two(void);\nint main(void) { int ok = one() + two() == 3; printf(\"%sok 1 - sum\\n1..1\\n\", ok ? \"\" : \"not \"); return !ok; }\n",
    ),
    (
        "Makefile",
        "check: check.c one.o two.o\n\tgcc -o check check.c one.o two.o\n%.o: %.c\n\tgcc -c $<\n",
    ),
];

struct Bed {
    _folder: tempfile::TempDir,
    testbed: Testbed,
    prepared: Arc<Prepared>,
}

/// `None` where this machine cannot isolate commands, which is said.
fn bed() -> Option<Bed> {
    if !bughound_sandbox::probe().is_safe() {
        println!("skipped: this machine cannot isolate commands (`bughound doctor` says why)");
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let backend = Embedded::start().unwrap();
    let path = ["/usr/local/bin", "/usr/bin", "/bin"].map(PathBuf::from);
    let host = Host::new(path.to_vec(), None);
    let testbed = Testbed::new(Arc::new(backend), folder.path().join("testbed"), host);
    let task = folder.path().join("c-two");
    std::fs::create_dir_all(task.join("tree")).unwrap();
    std::fs::write(task.join("task.toml"), RECIPE).unwrap();
    for (path, text) in FILES {
        std::fs::write(task.join("tree").join(path), text).unwrap();
    }
    let prepared = testbed
        .prepare(&Task::read(&task).unwrap(), &|_| {})
        .unwrap();
    Some(Bed {
        _folder: folder,
        testbed,
        prepared: Arc::new(prepared),
    })
}

fn run(
    bed: &Bed,
    pipeline: &'static Pipeline,
    policy: &dyn Policy,
    judge: Option<&dyn Judge>,
) -> Repaired {
    let cancel = Cancel::new();
    run_until(bed, pipeline, policy, judge, (&NoClock, &cancel))
}

fn run_until(
    bed: &Bed,
    pipeline: &'static Pipeline,
    policy: &dyn Policy,
    judge: Option<&dyn Judge>,
    (clock, cancel): (&dyn Clock, &Cancel),
) -> Repaired {
    let request = Repairing {
        testbed: &bed.testbed,
        prepared: &bed.prepared,
        pipeline,
        policy,
        knowledge: &Knowledge::built_in(),
        judge,
        tools: WorkbenchSettings::default(),
        attempt: 0,
        seed: 0,
    };
    let options = RunOptions {
        clock,
        cancel,
        parallel_calls: 1,
        on_happening: &|_| {},
    };
    repair(&request, &options).unwrap()
}

fn write(file: &str, content: &str) -> Completion {
    ScriptedPolicy::call("write_file", &json!({"file": file, "content": content}))
}

fn validate() -> Completion {
    ScriptedPolicy::call("validate_and_build", &json!({}))
}

fn exit() -> Completion {
    ScriptedPolicy::text("exit")
}

const ONE: &str = "int one(void) { return 1; }\n";
const TWO: &str = "int two(void) { return 2; }\n";
const WORSE: &str = "int one(void) { return 1 }\nint more(void) { return 0; }\n";

#[test]
fn who_knows_the_fix_gets_everything_and_who_does_nothing_gets_nothing() {
    let Some(bed) = bed() else { return };
    let known = KnownFixPolicy::new([bed.prepared.as_ref()]);
    let cells = transfer(
        &Transfer {
            testbed: &bed.testbed,
            tasks: std::slice::from_ref(&bed.prepared),
            policies: &[&known, &NoOpPolicy],
            pipelines: &PIPELINES,
            knowledge: &Knowledge::built_in(),
            judge: None,
            tools: WorkbenchSettings::default(),
            attempts: 2,
            jobs: 2,
            seed: 0,
            timed: false,
            past: &[],
            cancel: &Cancel::new(),
        },
        &|_| {},
    );
    let got: Vec<(&str, &str, usize, usize, String)> = cells
        .iter()
        .map(|cell| {
            (
                cell.policy.as_str(),
                cell.pipeline.as_str(),
                cell.episodes,
                cell.masked,
                format!("{:.1}", cell.mean),
            )
        })
        .collect();
    let row = |policy, pipeline, mean: &str| (policy, pipeline, 2, 0, mean.to_owned());
    assert_eq!(
        got,
        [
            row("known-fix", "repair-full", "1.0"),
            row("known-fix", "repair-simplified", "1.0"),
            row("no-op", "repair-full", "0.0"),
            row("no-op", "repair-simplified", "0.0"),
        ]
    );
}

#[test]
fn the_simplified_pipeline_has_one_attempt() {
    let Some(bed) = bed() else { return };
    let half = ScriptedPolicy::new(vec![write("one.c", ONE), validate(), exit()]);
    let repaired = run(&bed, &SIMPLIFIED, &half, None);
    assert_eq!(repaired.solved(), Some(false));
    assert_eq!(repaired.trace.stages.len(), 1);
    let whole = ScriptedPolicy::new(vec![
        write("one.c", ONE),
        validate(),
        write("two.c", TWO),
        validate(),
    ]);
    let repaired = run(&bed, &SIMPLIFIED, &whole, None);
    assert_eq!(repaired.solved(), Some(true), "{:?}", repaired.judged);
    assert_eq!(
        (repaired.trace.stages.len(), repaired.trace.end),
        (1, EndReason::Exit)
    );
    let paths: Vec<String> = repaired
        .changes
        .iter()
        .map(|change| change.path.display().to_string())
        .collect();
    assert_eq!(paths, ["one.c", "two.c"]);
}

#[test]
fn the_full_pipeline_keeps_what_was_reached_and_takes_back_what_was_not() {
    let Some(bed) = bed() else { return };
    // An attempt that leaves the error, one that mends the first, one that mends the second.
    let policy = ScriptedPolicy::new(vec![
        write("one.c", WORSE),
        exit(),
        write("one.c", ONE),
        exit(),
        write("two.c", TWO),
        validate(),
    ]);
    let repaired = run(&bed, &FULL, &policy, None);
    assert_eq!(repaired.solved(), Some(true), "{:?}", repaired.judged);
    let openings: Vec<&str> = repaired
        .trace
        .stages
        .iter()
        .map(|stage| stage.messages[1].message.content.lines().next().unwrap())
        .collect();
    assert_eq!(
        openings,
        [
            "The project is in c, its build system is make.",
            "An earlier attempt left this error as it was; its changes were taken back. Try another way.",
            "An earlier attempt mended one error; its changes were kept, and this is the next.",
        ]
    );

    // The same error three times ends it.
    let stuck = ScriptedPolicy::new(vec![exit(), exit(), exit(), exit()]);
    let repaired = run(&bed, &FULL, &stuck, None);
    assert_eq!(
        (repaired.solved(), repaired.trace.stages.len()),
        (Some(false), 3)
    );
}

struct Opinion(Result<(bool, String), String>);

impl Judge for Opinion {
    fn name(&self) -> &str {
        "opinion"
    }

    fn accepts(
        &self,
        _: &Prepared,
        changes: &[Change],
        verdict: &Verdict,
    ) -> Result<(bool, String), String> {
        assert!(verdict.passed && changes.len() == 2);
        self.0.clone()
    }
}

#[test]
fn the_judge_has_the_last_word_and_its_silence_is_no_consent() {
    let Some(bed) = bed() else { return };
    let known = KnownFixPolicy::new([bed.prepared.as_ref()]);
    let check = |pipeline, opinion: Result<(bool, String), String>, solved: Option<bool>| {
        let repaired = run(&bed, pipeline, &known, Some(&Opinion(opinion.clone())));
        assert_eq!(repaired.solved(), solved, "{} {opinion:?}", pipeline.name);
    };
    check(&FULL, Ok((true, "sound".to_owned())), Some(true));
    check(&FULL, Ok((false, "a hack".to_owned())), Some(false));
    check(&FULL, Err("it is away".to_owned()), None);
    check(&SIMPLIFIED, Ok((false, "not asked".to_owned())), Some(true));
}

#[test]
fn an_episode_that_broke_is_masked() {
    let Some(bed) = bed() else { return };
    // The script is too short: the policy fails.
    let repaired = run(
        &bed,
        &SIMPLIFIED,
        &ScriptedPolicy::new(vec![validate()]),
        None,
    );
    assert_eq!(
        (repaired.solved(), repaired.trace.end),
        (None, EndReason::PolicyFault)
    );
    assert!(repaired.trace.extra.contains_key("verdict"));
    // Nonsense is told, not obeyed.
    let nonsense = ScriptedPolicy::new(vec![
        ScriptedPolicy::call("rm_everything", &json!({})),
        write("../../etc/passwd", "x"),
        write("check.c", "int main(void) { return 0; }"),
        exit(),
    ]);
    let repaired = run(&bed, &SIMPLIFIED, &nonsense, None);
    assert_eq!(repaired.solved(), Some(false));
    assert_eq!(
        repaired.trace.extra["verdict"]["blocked"][0]["path"],
        "check.c"
    );
}

#[test]
fn each_error_has_three_tries_of_its_own_and_begins_with_what_was_reached() {
    let Some(bed) = bed() else { return };
    // Two tries at the first error, the third mends it; two at the second, the third mends that.
    let policy = ScriptedPolicy::new(vec![
        write("one.c", WORSE),
        exit(),
        exit(),
        write("one.c", ONE),
        exit(),
        write("two.c", "int two(void) { return wto + 0; }\n"),
        exit(),
        ScriptedPolicy::call(
            "run_sh",
            &json!({"command": "cat one.c two.c; touch more.h; ls"}),
        ),
        exit(),
        ScriptedPolicy::call("run_sh", &json!({"command": "cat one.c; ls"})),
        write("two.c", TWO),
        exit(),
    ]);
    let repaired = run(&bed, &FULL, &policy, None);
    assert_eq!(repaired.solved(), Some(true), "{:?}", repaired.judged);
    assert_eq!(repaired.trace.stages.len(), 6);
    let said = |stage: usize| -> String {
        let messages = &repaired.trace.stages[stage].messages;
        messages
            .iter()
            .map(|message| message.message.content.as_str())
            .collect()
    };
    // The context of an attempt holds nothing of the one before, but for what is said of it.
    assert!(!said(3).contains("int more"), "{}", said(3));
    // The second error's second try begins with the first error mended and its own first try taken back.
    assert!(
        said(4).contains(ONE.trim()) && said(4).contains("return wto; }"),
        "{}",
        said(4)
    );
    assert!(said(4).contains("more.h") && !said(5).contains("more.h"));
    assert!(said(5).contains(ONE.trim()), "{}", said(5));

    // Three tries at the second error that leave it are the end.
    let policy = ScriptedPolicy::new(vec![
        write("one.c", ONE),
        exit(),
        exit(),
        exit(),
        write("two.c", "int two(void) { return wto - 0; }\n"),
        exit(),
    ]);
    let repaired = run(&bed, &FULL, &policy, None);
    assert_eq!(
        (repaired.solved(), repaired.trace.stages.len()),
        (Some(false), 4)
    );
}

#[test]
fn fifty_calls_are_an_attempt() {
    let Some(bed) = bed() else { return };
    let look = || ScriptedPolicy::call("find_files", &json!({"pattern": "*.c"}));
    // 60 looks: the first attempt has 50 of them, then the error is as it was.
    let script: Vec<Completion> = (0..60).map(|_| look()).collect();
    let repaired = run(&bed, &FULL, &ScriptedPolicy::new(script), None);
    assert_eq!(repaired.trace.stages[0].end, Some(EndReason::TurnLimit));
    let n_calls = |stage: usize| {
        let messages = &repaired.trace.stages[stage].messages;
        messages
            .iter()
            .filter(|message| message.message.tool_call_id.is_some())
            .count()
    };
    assert_eq!((n_calls(0), n_calls(1)), (50, 10));
    // A turn is one call there, so that calls cannot be had in bundles.
    let mut bundle = look();
    let more = look().message.tool_calls.remove(0);
    bundle.message.tool_calls.push(bughound_core::ToolCall {
        id: "second".to_owned(),
        ..more
    });
    let script = vec![bundle, exit(), exit(), exit()];
    let repaired = run(&bed, &FULL, &ScriptedPolicy::new(script), None);
    let answers: Vec<&str> = repaired.trace.stages[0]
        .messages
        .iter()
        .filter(|message| message.message.tool_call_id.is_some())
        .map(|message| message.message.content.as_str())
        .collect();
    assert!(
        answers[0].contains("one.c") && !answers[1].contains("one.c"),
        "{answers:?}"
    );
}

/// A clock on which every look takes a quarter of an hour.
#[derive(Default)]
struct Slow(AtomicU64);

impl Clock for Slow {
    fn microseconds(&self) -> u64 {
        self.0.fetch_add(15 * 60 * 1_000_000, Ordering::Relaxed)
    }
}

#[test]
fn eighty_minutes_are_an_episode() {
    let Some(bed) = bed() else { return };
    let script: Vec<Completion> = (0..60).map(|_| write("one.c", ONE)).collect();
    for pipeline in PIPELINES {
        let policy = ScriptedPolicy::new(script.clone());
        let repaired = run_until(
            &bed,
            pipeline,
            &policy,
            None,
            (&Slow::default(), &Cancel::new()),
        );
        // What was reached by then is judged.
        assert_eq!(
            (repaired.trace.end, repaired.solved()),
            (EndReason::TimeLimit, Some(false)),
            "{}",
            pipeline.name
        );
        assert_eq!(repaired.trace.extra["verdict"]["changed"], json!(["one.c"]));
        assert!(repaired.trace.spent.turns < 10);
    }
}

/// Makes the script's calls and has the episode stopped before the reply of a number.
struct Cut<'c> {
    script: Vec<Completion>,
    before: usize,
    cancel: &'c Cancel,
}

impl Policy for Cut<'_> {
    fn name(&self) -> &str {
        "cut"
    }

    fn record(&self) -> PolicyRecord {
        PolicyRecord {
            name: "cut".to_owned(),
            ..PolicyRecord::default()
        }
    }

    fn begin<'e>(&'e self, _: Start<'e>) -> Box<dyn Session + 'e> {
        struct Replies<'a>(&'a Cut<'a>, usize);
        impl Session for Replies<'_> {
            fn reply(&mut self, _: &Request<'_>) -> Result<Completion, PolicyFault> {
                if self.1 == self.0.before {
                    self.0.cancel.cancel();
                }
                self.1 += 1;
                Ok(self.0.script[self.1 - 1].clone())
            }
        }
        Box::new(Replies(self, 0))
    }
}

#[test]
fn an_episode_that_is_cut_anywhere_is_recorded_and_run_again() {
    let Some(bed) = bed() else { return };
    let script = vec![
        write("one.c", WORSE),
        exit(),
        write("one.c", ONE),
        exit(),
        write("two.c", TWO),
        validate(),
    ];
    let kept: Mutex<Vec<Trace>> = Mutex::default();
    for before in 0..script.len() {
        let cancel = Cancel::new();
        let policy = Cut {
            script: script.clone(),
            before,
            cancel: &cancel,
        };
        let repaired = run_until(&bed, &FULL, &policy, None, (&NoClock, &cancel));
        assert_eq!(
            (repaired.trace.end, repaired.solved()),
            (EndReason::Cancelled, None),
            "before reply {before}"
        );
        assert!(
            repaired.why_masked().unwrap().contains("cancelled"),
            "{before}"
        );
        assert!(repaired.trace.extra.contains_key("verdict"), "{before}");
        let turns: u32 = repaired.trace.spent.turns;
        assert_eq!(turns as usize, before + 1, "what was said so far is there");
        kept.lock().unwrap().push(repaired.trace);
    }
    // None of them counts as run.
    assert!(
        kept.lock()
            .unwrap()
            .iter()
            .all(|trace| Past::of(trace).is_none())
    );

    // A run of many that is cut and begun again runs what is missing, and that alone.
    let known = KnownFixPolicy::new([bed.prepared.as_ref()]);
    let traces: Mutex<Vec<Trace>> = Mutex::default();
    let run_all = |past: &[Past], stop_after: usize| {
        let cancel = Cancel::new();
        let n_run = AtomicUsize::new(0);
        let cells = transfer(
            &Transfer {
                testbed: &bed.testbed,
                tasks: std::slice::from_ref(&bed.prepared),
                policies: &[&known],
                pipelines: &PIPELINES,
                knowledge: &Knowledge::built_in(),
                judge: None,
                tools: WorkbenchSettings::default(),
                attempts: 2,
                jobs: 1,
                seed: 7,
                timed: false,
                past,
                cancel: &cancel,
            },
            &|trace| {
                traces.lock().unwrap().push(trace.clone());
                if n_run.fetch_add(1, Ordering::Relaxed) + 1 == stop_after {
                    cancel.cancel();
                }
            },
        );
        let counted: Vec<(usize, usize)> = cells
            .iter()
            .map(|cell| (cell.episodes, cell.past))
            .collect();
        (counted, n_run.into_inner())
    };
    assert_eq!(run_all(&[], 3), (vec![(2, 0), (1, 0)], 3));
    let past: Vec<Past> = traces.lock().unwrap().iter().filter_map(Past::of).collect();
    assert_eq!(run_all(&past, 0), (vec![(2, 2), (2, 1)], 1));
}

#[test]
fn candidates_have_one_attempt_each() {
    let Some(bed) = bed() else { return };
    let tried = try_candidates(
        &Trying {
            testbed: &bed.testbed,
            tasks: std::slice::from_ref(&bed.prepared),
            tools: WorkbenchSettings::default(),
            jobs: 2,
            cancel: &Cancel::new(),
        },
        &|trace| assert_eq!(trace.stages.len(), 1),
    );
    let rows: Vec<(&str, &str, &str)> = tried
        .iter()
        .map(|it| (it.candidate.as_str(), it.outcome, it.why.as_str()))
        .collect();
    assert_eq!(rows.len(), 4, "{rows:?}");
    assert_eq!(rows[0].1, "build_failed", "{rows:?}");
    assert!(rows[0].2.contains("wto"), "{rows:?}");
    assert_eq!(rows[1], ("both", "mended", ""));
    assert_eq!(rows[2].1, "no_change", "{rows:?}");
    assert!(rows[2].2.contains("three.c"), "{rows:?}");
    assert_eq!(rows[3].1, "build_failed", "{rows:?}");
}
