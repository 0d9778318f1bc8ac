//! `bughound tool`.

use crate::fixture::Fixture;

#[test]
fn runs_a_tool() {
    let fixture = Fixture::new();
    let ran = fixture.run(&["tool", "search_class", "file=pkg/config.py", "class=Reader"]);
    assert_eq!(ran.code, 0, "{}", ran.all());
    assert!(ran.stdout.contains("class Reader"), "{}", ran.stdout);
    let ran = fixture.run(&[
        "tool",
        "read_lines",
        "file=pkg/cli.py",
        "start=4",
        "end=5",
        "--rev",
        "HEAD",
    ]);
    assert!(ran.stdout.contains("def main(arguments):"), "{}", ran.all());
    let ran = fixture.run(&[
        "tool",
        "read_lines",
        r#"{"file": "pkg/cli.py", "start": 4}"#,
        "--format",
        "json",
    ]);
    assert!(
        ran.json()["text"].as_str().unwrap().contains("def main"),
        "{}",
        ran.all()
    );
}

#[test]
fn tools_know_the_history() {
    let fixture = Fixture::new();
    let ran = fixture.run(&["tool", "find_similar_fixes", "text=the banner is wrong"]);
    assert_eq!(ran.code, 0, "{}", ran.all());
    assert!(ran.stdout.contains("Show a banner"), "{}", ran.stdout);
    let ran = fixture.run(&[
        "tool",
        "find_similar_fixes",
        "text=the banner is wrong",
        "--rev",
        "v1",
    ]);
    assert!(
        !ran.stdout.contains("Show a banner"),
        "ancestors only: {}",
        ran.stdout
    );
}

#[test]
fn misses_and_wrong_calls() {
    let fixture = Fixture::new();
    let check = |arguments: &[&str], code: i32, expect: &str| {
        let ran = fixture.run(&[&["tool"], arguments].concat());
        assert_eq!(ran.code, code, "{arguments:?}: {}", ran.all());
        assert!(ran.all().contains(expect), "{arguments:?}: {}", ran.all());
    };
    check(
        &["search_class", "file=pkg/config.py", "class=Raeder"],
        1,
        "Did you mean",
    );
    check(&["search_class"], 2, "Wrong arguments for search_class");
    check(&["search_class", "Reader"], 2, "write key=value");
    check(&["find_everything"], 2, "tool --list");
    check(&[], 2, "<NAME>");
}

#[test]
fn lists_every_tool() {
    let fixture = Fixture::new();
    let text = fixture.run(&["tool", "--list"]).stdout;
    let document = fixture.run(&["tool", "--list", "--format", "json"]).json();
    let tools = document["tools"].as_array().unwrap();
    assert!(tools.len() >= 10);
    for tool in tools {
        let name = tool["function"]["name"].as_str().unwrap();
        assert!(text.contains(name), "{name}: {text}");
        assert_eq!(tool["function"]["parameters"]["type"], "object", "{name}");
    }
    assert!(text.contains("set reposearcher-released"), "{text}");
}
