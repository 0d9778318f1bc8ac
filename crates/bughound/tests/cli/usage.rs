//! Wrong usage, help, completions.

use crate::fixture::Fixture;

#[test]
fn wrong_usage_is_2() {
    let fixture = Fixture::new();
    let check = |arguments: &[&str], expect: &str| {
        let ran = fixture.run(arguments);
        assert_eq!(ran.code, 2, "{arguments:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(expect), "{arguments:?}: {}", ran.stderr);
        assert!(ran.stdout.is_empty(), "{}", ran.stdout);
    };
    check(&[], "Usage: bughound");
    check(&["lcoate"], "similar subcommand");
    check(&["locate"], "<ISSUE>");
    check(
        &["locate", "text", "--issue", "file"],
        "cannot be used with",
    );
    check(&["locate", "text", "-k", "0"], "0 is not in");
    check(
        &["locate", "text", "--level", "line"],
        "file, class, function",
    );
    check(
        &["locate", "text", "--format", "xml"],
        "text, json, sarif, quickfix",
    );
    check(
        &["locate", "text", "--cache-dir", "x", "--no-cache"],
        "cannot be used with",
    );
    check(&["locate", "text", "--threads", "0"], "0 is not in");
    check(&["show"], "<SYMBOL>");
    check(&["show", ""], "no symbol is named");
    check(&["search"], "<QUERY>");
    check(&["traces"], "Usage: bughound traces");
    check(&["traces", "show"], "<FILE>");
    check(
        &["traces", "show", "f", "--id", "a", "--nth", "1"],
        "cannot be used with",
    );
    check(&["traces", "export", "f", "--to", "csv"], "openai, verl");
    check(&["completions", "tcsh"], "possible values");
}

#[test]
fn help_tells_exit_codes() {
    let ran = Fixture::new().run(&["--help"]);
    assert_eq!(ran.code, 0);
    for text in [
        "locate",
        "index",
        "show",
        "search",
        "tool",
        "tasks",
        "eval",
        "repair",
        "score",
        "compare",
        "traces",
        "analyze",
        "doctor",
        "completions",
        "Exit codes:",
        "130",
    ] {
        assert!(ran.stdout.contains(text), "{text}: {}", ran.stdout);
    }
}

#[test]
fn completions_for_every_shell() {
    let fixture = Fixture::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = fixture.run(&["completions", shell]);
        assert_eq!(ran.code, 0, "{shell}: {}", ran.stderr);
        assert!(
            ran.stdout.contains("locate") && ran.stdout.contains("no-history"),
            "{shell}"
        );
    }
}
