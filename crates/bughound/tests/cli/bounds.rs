//! Issues and repositories of unusual sizes and kinds: an answer, or a reason.

use assert_cmd::Command;

use crate::fixture::Fixture;

const ISSUE: &str = "Reader.load accepts an empty settings file";

fn check(fixture: &Fixture, arguments: &[&str], issue: &str, expect: &[&str]) {
    let ran = fixture.run_with_stdin(
        &[&["locate", "--format", "json", "-"], arguments].concat(),
        issue,
    );
    let found = if ran.code == 0 { ran.ids() } else { Vec::new() };
    assert_eq!(
        found.first().map(String::as_str),
        expect.first().copied(),
        "{}",
        ran.stderr
    );
    assert_eq!(ran.code, i32::from(expect.is_empty()), "{}", ran.stderr);
}

#[test]
fn issues_of_any_size_and_language() {
    let fixture = Fixture::new();
    let load = "pkg/config.py::Reader.load";
    check(&fixture, &[], "load", &[load]);
    check(&fixture, &[], "?", &[]);
    check(
        &fixture,
        &[],
        "Reader.load принимает пустой файл настроек",
        &[load],
    );
    check(
        &fixture,
        &[],
        "Reader.load 读取空的设置文件时没有报错",
        &[load],
    );
    check(&fixture, &[], "读取空文件时没有报错", &[]);
    check(
        &fixture,
        &[],
        "`Reader.load` nimmt eine leere Datei für die Einstellungen an",
        &[load],
    );
    // Two megabytes: prose, one line, a pasted log.
    let prose = "Nothing of interest is told here, again and again.\n".repeat(40_000);
    check(&fixture, &[], &format!("{ISSUE}\n\n{prose}"), &[load]);
    check(
        &fixture,
        &[],
        &format!("{ISSUE}\n\n{}", "word ".repeat(400_000)),
        &[load],
    );
    check(
        &fixture,
        &[],
        &format!("{ISSUE}\n\n{}", "x".repeat(2_000_000)),
        &[load],
    );
    let log = "[INFO] a line of a build\n".repeat(100_000);
    check(
        &fixture,
        &[],
        &format!("{ISSUE}\n\n```\n{log}```\n"),
        &[load],
    );
    check(&fixture, &[], &format!("{ISSUE}\n\n{log}"), &[load]);
}

#[test]
fn repositories_without_history() {
    let fixture = Fixture::new();
    let url = format!("file://{}", fixture.repo().display());
    let shallow = fixture.path("shallow");
    Command::new("git")
        .args(["clone", "--quiet", "--depth", "1", &url])
        .arg(&shallow)
        .assert()
        .success();
    let exported = fixture.path("exported");
    std::fs::create_dir_all(exported.join("pkg")).unwrap();
    for name in ["pkg/config.py", "pkg/cli.py"] {
        std::fs::copy(fixture.repo().join(name), exported.join(name)).unwrap();
    }
    for folder in [&shallow, &exported] {
        let folder = folder.to_str().unwrap();
        check(
            &fixture,
            &["--repo", folder],
            ISSUE,
            &["pkg/config.py::Reader.load"],
        );
    }
    // One file, and none.
    let single = fixture.path("single");
    std::fs::create_dir(&single).unwrap();
    check(&fixture, &["--repo", single.to_str().unwrap()], ISSUE, &[]);
    std::fs::write(single.join("a.py"), "def load():\n    pass\n").unwrap();
    check(
        &fixture,
        &["--repo", single.to_str().unwrap()],
        ISSUE,
        &["a.py::load"],
    );
}

#[test]
fn languages_that_are_not_understood() {
    let fixture = Fixture::empty();
    fixture.write(
        "lib/prices.rb",
        "class Prices\n  def total(lines)\n    lines.sum\n  end\nend\n",
    );
    fixture.write(
        "lib/report.rb",
        "class Report\n  def render(rows)\n    rows.join\n  end\nend\n",
    );
    fixture.write(
        "spec/prices_spec.rb",
        "describe Prices do\n  it 'sums the total'\nend\n",
    );
    fixture.write("README.md", "The total of all prices.\n");
    fixture.commit("Prices");
    let issue = "Prices: the total of the lines is wrong";
    for level in ["file", "function"] {
        check(&fixture, &["--level", level], issue, &["lib/prices.rb"]);
    }
    // A few scripts beside a product change nothing.
    let fixture = Fixture::new();
    let answer = || {
        fixture
            .run_with_stdin(&["locate", "--format", "quickfix", "-"], ISSUE)
            .stdout
    };
    let before = answer();
    fixture.write("scripts/load.sh", "echo load an empty settings file\n");
    assert_eq!(answer(), before);
}

#[test]
fn many_files() {
    let fixture = Fixture::new();
    for n in 0..3000 {
        fixture.write(
            &format!("gen/p{}/m{n}.py", n % 50),
            format!("def generated_{n}():\n    return {n}\n"),
        );
    }
    check(&fixture, &[], ISSUE, &["pkg/config.py::Reader.load"]);
}
