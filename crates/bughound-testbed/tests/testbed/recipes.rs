//! What a folder must have to be a task, and what is said where it has not.

use bughound_testbed::{Suite, Task};

const GOOD: &str = r#"
format = "bughound-build-task/1"
id = "t"
about = "an example"
kind = "mutation"
language = "python"
system = "python"
date = "2024-06-01"

[source]
registry = "files"

[commands]
results = "pytest"

[symptom]
stage = "test"
message = "AssertionError"
class = "test"

[fix]
revert = true
"#;

/// Reads a task whose `task.toml` is [`GOOD`] with `from` replaced.
fn read(from: &str, to: &str) -> Result<Task, String> {
    assert!(GOOD.contains(from), "{from}");
    let folder = tempfile::tempdir().unwrap();
    let task = folder.path().join("t");
    std::fs::create_dir(&task).unwrap();
    std::fs::write(task.join("task.toml"), GOOD.replacen(from, to, 1)).unwrap();
    Task::read(&task).map_err(|error| error.what)
}

#[test]
fn a_recipe_that_is_wrong_says_where() {
    let check = |from: &str, to: &str, expected: &str| {
        let error = read(from, to).unwrap_err();
        assert!(error.contains(expected), "{to}: {error}");
    };
    assert!(read("an example", "an example").is_ok());
    check(
        "task/1\"",
        "task/9\"",
        "this program reads \"bughound-build-task/1\"",
    );
    check("id = \"t\"", "id = \"u\"", "is not the folder's name");
    check(
        "system = \"python\"",
        "system = \"bazel\"",
        "system = \"bazel\"; there are: ",
    );
    check(
        "results = \"pytest\"",
        "results = \"nose\"",
        "is no format of results",
    );
    check("2024-06-01", "2024-13-01", "is no day such as");
    check("2024-06-01", "yesterday", "is no day such as");
    check(
        "AssertionError",
        "(",
        "symptom.message is no regular expression",
    );
    check("revert = true", "", "neither `revert = true` nor edits");
    check(
        "[source]\nregistry = \"files\"",
        "[source]\nregistry = \"pypi\"\nname = \"a\"\nversion = \"1\"\nsha256 = \"12\"",
        "has not 64 hexadecimal digits",
    );
    check(
        "kind = \"mutation\"",
        "kind = \"magic\"",
        "unknown variant `magic`",
    );
    check("about", "abuot", "unknown field `abuot`");
    check(
        "[fix]\n",
        "[paths]\nallowed = [\"a[\"]\n[fix]\n",
        "paths: error parsing glob",
    );
    check(
        "[fix]\n",
        "[[break.edit]]\npath = \"/etc/passwd\"\nremove = true\n[fix]\n",
        "leaves the tree",
    );
    check("[fix]\n", "[fix]\nedit = 3\n", "invalid type");
    let oracle = |text: &str| format!("[oracle]\n{text}\n[fix]\n");
    check(
        "[fix]\n",
        &oracle("driver = \"python\"\ncase = []"),
        "everybody would be right",
    );
    check(
        "[fix]\n",
        &oracle("driver = \"python\"\n[[oracle.case]]\ncall = \"m:f\"\nargs = \"1\""),
        "args = \"1\" is no JSON array",
    );
    check(
        "[fix]\n",
        &oracle("driver = \"node\"\n[[oracle.case]]\ncall = \"f\"\nargs = \"[]\""),
        "is not of the form `module:function`",
    );
    check(
        "[fix]\n",
        &oracle("driver = \"program\"\n[[oracle.case]]\nstdin = \"1\""),
        "needs `run`",
    );
    check(
        "[fix]\n",
        &oracle(
            "driver = \"program\"\nrun = [\"a\"]\nfile = [{ path = \"../a\", content = \"\" }]\n[[oracle.case]]\nstdin = \"1\"",
        ),
        "leaves the tree",
    );
    check(
        "[fix]\n",
        "[[candidate]]\nname = \"a\"\n[fix]\n",
        "has no edits",
    );
    let candidate = "[[candidate]]\nname = \"a\"\nedit = [{ path = \"a\", remove = true }]\n";
    check(
        "[fix]\n",
        &format!("{candidate}{candidate}[fix]\n"),
        "each needs a name of its own",
    );
}

#[test]
fn a_folder_without_a_recipe_is_no_task() {
    let folder = tempfile::tempdir().unwrap();
    let error = Task::read(folder.path()).unwrap_err();
    assert!(
        error.what.contains("a task's folder has a task.toml"),
        "{error}"
    );
    let error = Suite::read(folder.path()).unwrap_err();
    assert!(error.what.contains("has no task"), "{error}");
    let error = Suite::read(&folder.path().join("none")).unwrap_err();
    assert!(error.what.contains("cannot be read"), "{error}");
}

#[test]
fn every_shipped_recipe_reads() {
    let wrong: Vec<String> = Suite::shipped()
        .entries
        .into_iter()
        .filter_map(|entry| entry.task.err())
        .map(|error| error.to_string())
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
