//! An issue may come as an argument, a file, standard input or JSON: the answer is the same.

use crate::fixture::Fixture;

const TITLE: &str = "Reader.load accepts an empty file";
const BODY: &str = "It should say \"the settings file is empty\" also without `strict`.";

#[test]
fn all_ways_lead_to_one_answer() {
    let fixture = Fixture::new();
    let text = format!("{TITLE}\n\n{BODY}");
    let json = serde_json::json!({ "title": TITLE, "body": BODY, "number": 3 }).to_string();
    let text_file = fixture.write_beside("issue.md", &text);
    let json_file = fixture.write_beside("issue.json", &json);
    let locate = |arguments: &[&str], stdin: &str| {
        let ran = fixture.run_with_stdin(
            &[&["locate", "--format", "json"], arguments].concat(),
            stdin,
        );
        assert_eq!(ran.code, 0, "{arguments:?}: {}", ran.stderr);
        ran.json()["locations"].clone()
    };
    let expect = locate(&[&text], "");
    assert_eq!(expect[0]["qualified_name"], "Reader.load", "{expect:#}");
    for (arguments, stdin) in [
        (&[json.as_str()][..], ""),
        (&["-"], text.as_str()),
        (&["-"], json.as_str()),
        (&["--issue", "-"], text.as_str()),
        (&["--issue", text_file.to_str().unwrap()], ""),
        (&["--issue", json_file.to_str().unwrap()], ""),
    ] {
        assert_eq!(locate(arguments, stdin), expect, "{arguments:?}");
    }
}

#[test]
fn a_file_name_as_text_is_pointed_out() {
    let fixture = Fixture::new();
    let ran = fixture.run(&["locate", "README.md"]);
    assert!(
        ran.stderr.contains("pass `--issue README.md`"),
        "{}",
        ran.stderr
    );
}

#[test]
fn issues_that_are_not_utf8() {
    let fixture = Fixture::new();
    let file = fixture.write_beside("issue.txt", b"Reader.load \xff fails");
    let ran = fixture.run(&[
        "locate",
        "--format",
        "json",
        "--issue",
        file.to_str().unwrap(),
    ]);
    assert_eq!(ran.code, 0);
    assert!(ran.stderr.contains("is not UTF-8"), "{}", ran.stderr);
    assert_eq!(ran.json()["locations"][0]["qualified_name"], "Reader.load");
}
