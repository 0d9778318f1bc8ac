//! `bughound doctor`.

use crate::fixture::Fixture;

#[test]
fn all_is_well() {
    let fixture = Fixture::new();
    fixture.run(&["index"]);
    let ran = fixture.run(&["doctor", "--format", "json"]);
    assert_eq!(ran.code, 0, "{}", ran.stdout);
    let document = ran.json();
    for check in document["checks"].as_array().unwrap() {
        // What of a sandbox can be enforced is up to the machine.
        if !check["name"].as_str().unwrap().contains("sandbox") {
            assert_eq!(check["health"], "ok", "{check:#}");
        }
    }
    let primitives = document["sandbox"]["primitives"].as_array().unwrap();
    assert_eq!(primitives[0]["kind"], "namespaces", "{document:#}");
    assert_eq!(document["cache_dir"], "[FOLDER]/cache");
    assert!(
        document["tables"]
            .as_array()
            .unwrap()
            .iter()
            .any(|table| table["name"] == "outlines"),
        "{document:#}"
    );
    let text = fixture.run(&["doctor"]).stdout;
    for word in [
        "bughound",
        "threads",
        "cache",
        "repository",
        "revision",
        "can be watched in 3 folders",
        "[FOLDER]/repo",
    ] {
        assert!(text.contains(word), "{word}: {text}");
    }
}

#[test]
fn what_is_wrong_is_told() {
    let fixture = Fixture::new();
    let check = |arguments: &[&str], code: i32, expect: &str| {
        let ran = fixture.run(&[&["doctor"], arguments].concat());
        assert_eq!(
            ran.code, code,
            "{arguments:?}: {}{}",
            ran.stdout, ran.stderr
        );
        assert!(ran.stdout.contains(expect), "{arguments:?}: {}", ran.stdout);
    };
    check(&["--repo", ".."], 3, "is not a git repository");
    check(&["--rev", "nowhere"], 3, "no commit is called `nowhere`");
    check(&["--no-cache"], 0, "every run starts cold");
    let file = fixture.write_beside("file", "");
    check(
        &["--cache-dir", file.to_str().unwrap()],
        4,
        "cannot be written",
    );
    check(&["--threads", "512"], 0, "only take turns");

    let mut outside = fixture.command(&["doctor"]);
    let ran = fixture.finish(outside.current_dir(fixture.path("")));
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(
        ran.stdout.contains("run inside of a repository"),
        "{}",
        ran.stdout
    );
}
