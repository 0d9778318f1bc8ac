//! `eval`, `score`, `compare` and `tasks`.

use std::fs;

use crate::fixture::Fixture;

/// Tasks made of changes to [`Fixture::new`]'s repository, which is given as `ada/pkg`.
pub(crate) struct Bench {
    pub(crate) fixture: Fixture,
}

impl Bench {
    /// | task | changes | its issue |
    /// |---|---|---|
    /// | `ada__pkg-1` | `pkg/config.py::Reader.load` | names it |
    /// | `ada__pkg-2` | `pkg/cli.py::show_banner` | names it |
    /// | `ada__pkg-3` | `pkg/config.py::default_settings` | speaks of nothing |
    pub(crate) fn new() -> Self {
        let fixture = Fixture::new();
        let map = format!("\"ada/pkg\" = \"{}\"\n", fixture.repo().display());
        fixture.write_beside("map.toml", map);
        let bench = Self { fixture };
        let lines = [
            bench.task(
                1,
                "pkg/config.py",
                "file.read()",
                "file.read().strip()",
                "`Reader.load` keeps blanks",
            ),
            bench.task(
                2,
                "pkg/cli.py",
                "'banner'",
                "'Banner'",
                "show_banner() returns lower case",
            ),
            bench.task(3, "pkg/config.py", "True}", "False}", "it is wrong"),
        ];
        bench.fixture.write_beside("tasks.jsonl", lines.join("\n"));
        bench
    }

    fn task(&self, number: u32, file: &str, from: &str, to: &str, issue: &str) -> String {
        let path = self.fixture.repo().join(file);
        let before = fs::read_to_string(&path).unwrap();
        assert!(before.contains(from));
        fs::write(&path, before.replace(from, to)).unwrap();
        let patch = self.fixture.git(&["diff"]) + "\n";
        fs::write(&path, before).unwrap();
        serde_json::json!({
            "instance_id": format!("ada__pkg-{number}"),
            "repo": "ada/pkg",
            "base_commit": self.fixture.git(&["rev-parse", "HEAD"]),
            "problem_statement": issue,
            "patch": patch,
        })
        .to_string()
    }

    /// The program with `arguments`, beside the repository.
    pub(crate) fn run(&self, arguments: &str) -> crate::fixture::Ran {
        let arguments: Vec<&str> = arguments.split_whitespace().collect();
        let mut command = self.fixture.command(&arguments);
        self.fixture
            .finish(command.current_dir(self.fixture.path("")))
    }

    fn eval(&self, arguments: &str) -> crate::fixture::Ran {
        self.run(&format!(
            "eval --tasks tasks.jsonl --repo-map map.toml {arguments}"
        ))
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.fixture.path(name)).unwrap()
    }
}

#[test]
fn a_run_is_made_continued_scored_and_compared() {
    let bench = Bench::new();
    let ran = bench.eval("--out run");
    assert_eq!(ran.code, 0, "{}", ran.all());
    assert!(
        ran.stdout
            .starts_with("3 tasks, 3 answered (0 of them before), 0 without an answer\n"),
        "{}",
        ran.stdout
    );
    for name in [
        "settings.toml",
        "predictions.jsonl",
        "ground-truth.json",
        "metrics.json",
        "report.md",
        "report.html",
    ] {
        assert!(!bench.read(&format!("run/{name}")).is_empty());
    }

    // Half of the last line is gone.
    let predictions = bench.read("run/predictions.jsonl");
    fs::write(
        bench.fixture.path("run/predictions.jsonl"),
        &predictions[..predictions.len() - 40],
    )
    .unwrap();
    let again = bench.eval("--out run");
    assert!(
        again
            .stdout
            .starts_with("3 tasks, 3 answered (2 of them before)"),
        "{}",
        again.all()
    );

    // From the run folder, from its predictions, and from the patches: always the same.
    for arguments in [
        "--predictions run",
        "--predictions run/predictions.jsonl",
        "--predictions run --repo-map map.toml",
    ] {
        let scored = bench.run(&format!(
            "score {arguments} --tasks tasks.jsonl --format json"
        ));
        assert_eq!(
            scored.stdout,
            bench.read("run/metrics.json"),
            "{}",
            scored.stderr
        );
    }
    let function = &bench
        .run("score --predictions run --tasks tasks.jsonl --format json")
        .json()["levels"]["function"];
    assert!(function["metrics"]["recall@5"]["mean"].as_f64().unwrap() > 0.6);

    let other = bench.eval("--out other --jobs 2 --threads 2");
    assert_eq!(other.code, 0, "{}", other.all());
    let compared = bench.run("compare run other");
    assert!(
        compared
            .stdout
            .contains("no task differs in function recall@5"),
        "{}",
        compared.all()
    );
    let json = bench
        .run("compare run other --level file --metric mrr --format json")
        .json();
    assert_eq!(json["differences"]["level"], "file");
    assert_eq!(json["metrics"][0]["ties"], 3);
}

#[test]
fn scores_for_people() {
    let bench = Bench::new();
    bench.fixture.write_beside(
        "others.jsonl",
        "{\"instance_id\": \"ada__pkg-1\", \"locations\": [\"pkg/config.py::Reader.load\"]}\n",
    );
    bench.fixture.write_beside(
        "gt.json",
        r#"{"ada__pkg-1": ["pkg/config.py::Reader.load"], "ada__pkg-2": ["pkg/cli.py::main"]}"#,
    );
    let ran = bench.run("score --predictions others.jsonl --tasks tasks.jsonl --ground-truth gt.json --scorer locagent");
    insta::assert_snapshot!(ran.all(), @r"
    exit code 0
    --- stdout
    scorer locagent: LocAgent's script: all right answers in the first k, on tasks that edit an existing function
    3 tasks of tasks.jsonl, 1 answered; ground truth from gt.json
    intervals: 95 %, percentile bootstrap over tasks, 10000 resamples, seed 17
      without an answer, counting 0: 1 (ada__pkg-2)
      left out of all sums, their ground truth not being known: 1 (ada__pkg-3)

    file level: 2 tasks count, 2 with something to find, 1 answered
      metric             %       interval  ceiling      with truth alone
      capped_acc@1    50.0    0.0 … 100.0    100.0                  50.0
      capped_acc@3    50.0    0.0 … 100.0    100.0                  50.0
      capped_acc@5    50.0    0.0 … 100.0    100.0                  50.0
      capped_acc@10   50.0    0.0 … 100.0    100.0                  50.0
      capped_acc@15   50.0    0.0 … 100.0    100.0                  50.0
      acc@1           50.0    0.0 … 100.0    100.0                  50.0
      acc@5           50.0    0.0 … 100.0    100.0                  50.0
      acc@10          50.0    0.0 … 100.0    100.0                  50.0
      recall@5        50.0    0.0 … 100.0    100.0                  50.0
      recall@10       50.0    0.0 … 100.0    100.0                  50.0
      ndcg@5          50.0    0.0 … 100.0    100.0                  50.0
      ndcg@10         50.0    0.0 … 100.0    100.0                  50.0

    module level: 2 tasks count, 2 with something to find, 1 answered
      metric             %       interval  ceiling      with truth alone
      capped_acc@1    50.0    0.0 … 100.0    100.0                  50.0
      capped_acc@3    50.0    0.0 … 100.0    100.0                  50.0
      capped_acc@5    50.0    0.0 … 100.0    100.0                  50.0
      capped_acc@10   50.0    0.0 … 100.0    100.0                  50.0
      capped_acc@15   50.0    0.0 … 100.0    100.0                  50.0
      acc@1           50.0    0.0 … 100.0    100.0                  50.0
      acc@5           50.0    0.0 … 100.0    100.0                  50.0
      acc@10          50.0    0.0 … 100.0    100.0                  50.0
      recall@5        50.0    0.0 … 100.0    100.0                  50.0
      recall@10       50.0    0.0 … 100.0    100.0                  50.0
      ndcg@5          50.0    0.0 … 100.0    100.0                  50.0
      ndcg@10         50.0    0.0 … 100.0    100.0                  50.0

    function level: 2 tasks count, 2 with something to find, 1 answered
      metric             %       interval  ceiling      with truth alone
      capped_acc@1    50.0    0.0 … 100.0    100.0                  50.0
      capped_acc@3    50.0    0.0 … 100.0    100.0                  50.0
      capped_acc@5    50.0    0.0 … 100.0    100.0                  50.0
      capped_acc@10   50.0    0.0 … 100.0    100.0                  50.0
      capped_acc@15   50.0    0.0 … 100.0    100.0                  50.0
      acc@1           50.0    0.0 … 100.0    100.0                  50.0
      acc@5           50.0    0.0 … 100.0    100.0                  50.0
      acc@10          50.0    0.0 … 100.0    100.0                  50.0
      recall@5        50.0    0.0 … 100.0    100.0                  50.0
      recall@10       50.0    0.0 … 100.0    100.0                  50.0
      ndcg@5          50.0    0.0 … 100.0    100.0                  50.0
      ndcg@10         50.0    0.0 … 100.0    100.0                  50.0

    definitions, each averaged over the tasks that count:
      capped_acc@1   1 where as much that is right stands in the first place as there can, else 0
      capped_acc@3   1 where as much that is right stands in the first 3 places as there can, else 0
      capped_acc@5   1 where as much that is right stands in the first 5 places as there can, else 0
      capped_acc@10  1 where as much that is right stands in the first 10 places as there can, else 0
      capped_acc@15  1 where as much that is right stands in the first 15 places as there can, else 0
      acc@1          1 where all that is right stands in the first place, else 0
      acc@5          1 where all that is right stands in the first 5 places, else 0
      acc@10         1 where all that is right stands in the first 10 places, else 0
      recall@5       share of what is right that stands in the first 5 places
      recall@10      share of what is right that stands in the first 10 places
      ndcg@5         gain of the first 5 places, 1/log2(rank + 1) for each right answer, over the best possible gain
      ndcg@10        gain of the first 10 places, 1/log2(rank + 1) for each right answer, over the best possible gain
    ");
}

#[test]
fn what_stands_in_the_way_is_said() {
    let bench = Bench::new();
    assert_eq!(bench.eval("--out run --limit 1").code, 0);
    bench.fixture.write_beside(
        "others.jsonl",
        "{\"instance_id\": \"ada__pkg-1\", \"files\": []}\n",
    );
    bench
        .fixture
        .write_beside("broken.jsonl", "{\"instance_id\": \"x\"}\n");
    let check = |arguments: &str, code: i32, expect: &str| {
        let ran = bench.run(arguments);
        assert_eq!(ran.code, code, "{}", ran.all());
        assert!(ran.stderr.contains(expect), "{arguments}\n{}", ran.all());
        assert_eq!(ran.stdout, "");
    };
    check(
        "eval --tasks tasks.jsonl --out run",
        2,
        "hint: give --repos DIR or --repo-map FILE",
    );
    check(
        "eval --tasks tasks.jsonl --repo-map map.toml --out run",
        3,
        "tasks.limit was 1, now not given",
    );
    check(
        "eval --tasks tasks.jsonl --repo-map map.toml --out x --instance nope",
        3,
        "no task is called `nope`",
    );
    check(
        "eval --tasks tasks.jsonl --repo-map map.toml --out x --policy nope",
        2,
        "possible values: hound",
    );
    check(
        "eval --tasks broken.jsonl --repo-map map.toml --out x",
        3,
        "broken.jsonl: x: line 1: not a task",
    );
    check(
        "eval --tasks nope.jsonl --repo-map map.toml --out x",
        3,
        "cannot read nope.jsonl",
    );
    check(
        "eval --tasks tasks.jsonl --repo-map map.toml --out map.toml",
        4,
        "cannot create map.toml",
    );
    check(
        "score --predictions others.jsonl --tasks tasks.jsonl",
        2,
        "give --ground-truth FILE, or --tasks FILE with --repos DIR",
    );
    check(
        "score --predictions others.jsonl --tasks tasks.jsonl --scorer nope",
        2,
        "possible values: path, fleval, locagent",
    );
    bench.fixture.write_beside("empty.jsonl", "");
    check(
        "score --predictions empty.jsonl --tasks tasks.jsonl --repo-map map.toml",
        3,
        "empty.jsonl holds no prediction",
    );
    check(
        "compare run others.jsonl --level nope",
        2,
        "hint: it has file, class, function",
    );
    check(
        "compare run others.jsonl --metric recall@7",
        2,
        "the scorer path has no recall@7 at the level function",
    );
    check(
        "compare run others.jsonl --metric fun",
        2,
        "`fun` is no metric",
    );
    check("tasks import nope.parquet", 3, "cannot read nope.parquet");
    check("tasks check tasks.jsonl", 2, "hint: give --repos DIR");
}

#[test]
fn tasks_that_cannot_be_worked_on() {
    let bench = Bench::new();
    let tasks = bench.read("tasks.jsonl");
    let commit = bench.fixture.git(&["rev-parse", "HEAD"]);
    let gone = "0123456789012345678901234567890123456789";
    let (first, rest) = tasks.split_once('\n').unwrap();
    let tasks = format!("{}\nno task\n{rest}", first.replace(&commit, gone));
    bench.fixture.write_beside("tasks.jsonl", tasks);
    let stopped = bench.eval("--out run");
    assert_eq!(stopped.code, 3);
    assert!(
        stopped.stderr.contains("tasks.jsonl: line 2: not JSON"),
        "{}",
        stopped.stderr
    );
    let ran = bench.eval("--out run --keep-going");
    assert_eq!(ran.code, 0, "{}", ran.all());
    assert!(
        ran.stdout
            .starts_with("3 tasks, 2 answered (0 of them before), 1 without an answer\n"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout.contains("ada__pkg-1: ada/pkg: the commit 01234"),
        "{}",
        ran.stdout
    );
    let report = bench.read("run/report.md");
    assert!(
        report.contains("1 line of the tasks file left out"),
        "{report}"
    );
    let nothing = bench.eval("--out nothing --keep-going --instance ada__pkg-1");
    assert_eq!(nothing.code, 3, "{}", nothing.all());
    assert!(
        nothing
            .stderr
            .contains("none of the 1 tasks could be answered, ada__pkg-1 for one")
    );
    let checked = bench.run("tasks check tasks.jsonl --repo-map map.toml --keep-going");
    assert_eq!(checked.code, 3, "{}", checked.all());
    assert!(
        checked
            .stdout
            .contains("3 tasks, 2 usable, 2 findings; entries left out: 1"),
        "{}",
        checked.stdout
    );
}

#[test]
fn sets_of_tasks() {
    let bench = Bench::new();
    let imported = bench.run("tasks import tasks.jsonl --instance ada__pkg-2 --out two.jsonl");
    assert_eq!(imported.code, 0, "{}", imported.all());
    assert_eq!(bench.read("two.jsonl").lines().count(), 1);
    let checked = bench
        .run("tasks check tasks.jsonl --repo-map map.toml --ground-truth gt.json --format json");
    assert_eq!(checked.json()["usable"], 3);
    let truth: serde_json::Value = serde_json::from_str(&bench.read("gt.json")).unwrap();
    assert_eq!(
        truth["ada__pkg-2"]["functions"],
        serde_json::json!(["pkg/cli.py::show_banner"])
    );
    let stats = bench
        .run("tasks stats tasks.jsonl --repo-map map.toml --format json")
        .json();
    assert_eq!(stats["all"]["single_location"], 3);
    insta::assert_snapshot!(bench.run("tasks stats tasks.jsonl --repo-map map.toml").stdout, @r"
    project                           tasks  known  issue chars      files  functions  no function
    ada/pkg                               3      3           23        1.0        1.0            0
    all                                   3      3           23        1.0        1.0            0

    of 3 tasks with known ground truth: 3 with one file, 3 with one function, 0 edit module-level code, 0 add functions, 0 add files, 0 edit no function, method or class

    ceiling, %       file   function
    recall@1        100.0      100.0
    recall@3        100.0      100.0
    recall@5        100.0      100.0
    recall@10       100.0      100.0
    acc@1           100.0      100.0
    acc@5           100.0      100.0
    acc@10          100.0      100.0
    ");
    let unknown = bench.run("tasks stats tasks.jsonl --project x/y");
    assert_eq!(unknown.code, 3, "{}", unknown.all());
}
