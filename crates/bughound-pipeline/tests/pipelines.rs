//! Both pipelines on a project with two errors, one behind the other: no registry is asked.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![allow(clippy::print_stdout, reason = "a test that is skipped says so")]

use std::path::PathBuf;
use std::sync::Arc;

use bughound_agent::{Cancel, NoClock, Policy, RunOptions, ScriptedPolicy};
use bughound_core::Completion;
use bughound_pipeline::{
    FULL, Judge, KnownFixPolicy, NoOpPolicy, PIPELINES, Pipeline, Repaired, Repairing, SIMPLIFIED,
    Transfer, repair, transfer,
};
use bughound_repair::{Knowledge, WorkbenchSettings};
use bughound_sandbox::{Change, Embedded};
use bughound_testbed::systems::Host;
use bughound_testbed::{Prepared, Task, Testbed, Verdict};
use bughound_trace::EndReason;
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
        clock: &NoClock,
        cancel: &Cancel::new(),
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
            cancel: &Cancel::new(),
        },
        &|_| {},
    )
    .unwrap();
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
