//! The GitHub Action of this repository: no text of an issue can become a command, and its scripts do what they say.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use saphyr::{LoadableYamlNode, Yaml};

use crate::fixture::Fixture;

fn action() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../.github/actions/locate")
        .canonicalize()
        .unwrap()
}

#[test]
fn no_expression_stands_in_a_script() {
    let text = fs::read_to_string(action().join("action.yml")).unwrap();
    let documents = Yaml::load_from_str(&text).unwrap();
    let action_yml = &documents[0];
    assert_eq!(action_yml["runs"]["using"].as_str(), Some("composite"));
    let steps = action_yml["runs"]["steps"].as_sequence().unwrap();
    let scripts: Vec<&str> = steps
        .iter()
        .filter_map(|step| step.as_mapping_get("run")?.as_str())
        .collect();
    assert_eq!(scripts.len(), 3, "{scripts:?}");
    for script in scripts {
        assert!(!script.contains("${{"), "{script}");
        // Every script is a file of the action's own.
        let name = script.strip_prefix("bash \"$ACTION_PATH/").unwrap();
        let file = action().join(name.strip_suffix('"').unwrap());
        let source = fs::read_to_string(&file).unwrap();
        assert!(!source.contains("${{"), "{}", file.display());
        assert!(source.contains("set -euo pipefail"), "{}", file.display());
        assert!(!source.contains("eval "), "{}", file.display());
    }
    // Of the issue only its number is handed on otherwise than in the event's file.
    let handed: Vec<&str> = text.matches("github.event").collect();
    assert_eq!(
        handed.len(),
        text.matches("${{ github.event.issue.number }}").count()
    );
}

/// Runs a script of the action as a runner does; the outputs, the summary, and what it printed.
fn run(fixture: &Fixture, script: &str, event: &str, gh: &str) -> (Option<i32>, String, String) {
    let temp = fixture.path("runner");
    let bin = fixture.path("bin");
    fs::create_dir_all(&temp).unwrap();
    fs::create_dir_all(&bin).unwrap();
    let fake = bin.join("gh");
    fs::write(&fake, format!("#!/bin/sh\n{gh}")).unwrap();
    fs::set_permissions(&fake, fs::Permissions::from_mode(0o755)).unwrap();
    let event = fixture.write_beside("event.json", event);
    let output = temp.join("output");
    let program = Path::new(env!("CARGO_BIN_EXE_bughound")).parent().unwrap();
    let ran = Command::new("bash")
        .args(["-c", "PATH=\"$BIN:$PATH\" exec bash \"$0\""])
        .arg(action().join(script))
        .current_dir(fixture.repo())
        .env("BIN", format!("{}:{}", bin.display(), program.display()))
        .env("BUGHOUND_CACHE_DIR", fixture.cache())
        .env("RUNNER_TEMP", &temp)
        .env("GITHUB_WORKSPACE", fixture.repo())
        .env("GITHUB_EVENT_PATH", event)
        .env("GITHUB_OUTPUT", &output)
        .env("GITHUB_PATH", temp.join("path"))
        .env("GITHUB_REPOSITORY", "ada/pkg")
        .env("ISSUE_NUMBER", "7")
        .env("AUTHOR", "github-actions[bot]")
        .env("ASKED", fixture.path("asked"))
        .env_remove("GITHUB_STEP_SUMMARY")
        .output()
        .unwrap();
    let outputs = fs::read_to_string(&output).unwrap_or_default();
    let _ = fs::remove_file(&output);
    let told = format!(
        "{}{}",
        String::from_utf8_lossy(&ran.stdout),
        String::from_utf8_lossy(&ran.stderr)
    );
    (ran.status.code(), outputs, told)
}

fn event(title: &str, body: Option<&str>) -> String {
    serde_json::json!({"action": "opened", "issue": {"number": 7, "title": title, "body": body}})
        .to_string()
}

const HOSTILE: &str = "Reader.load $(touch pwned) `touch pwned`; touch pwned\n\"; touch pwned #\n@everyone <img src=x> \
                       fails on an empty settings file";

#[test]
fn an_issue_is_located_and_its_text_never_run() {
    let fixture = Fixture::new();
    let (code, outputs, told) = run(
        &fixture,
        "locate.sh",
        &event(HOSTILE, Some(HOSTILE)),
        "exit 9",
    );
    assert_eq!(code, Some(0), "{told}");
    assert!(outputs.starts_with("found=true\nmarkdown="), "{outputs}");
    let list = fs::read_to_string(fixture.path("runner/bughound/places.md")).unwrap();
    assert!(
        list.starts_with("1. **`Reader.load`** (method) in `pkg/config.py:12-18`, "),
        "{list}"
    );
    assert!(
        !list.contains("<img") && !list.contains("@everyone"),
        "{list}"
    );
    for folder in [fixture.repo(), fixture.path("runner"), fixture.path("")] {
        assert!(!folder.join("pwned").exists());
    }

    for (title, body, found) in [
        ("zzzz qqqq", None, "found=false"),
        ("", None, "found=false"),
    ] {
        let (code, outputs, told) = run(&fixture, "locate.sh", &event(title, body), "exit 9");
        assert_eq!(code, Some(0), "{told}");
        assert!(outputs.starts_with(found), "{title:?}: {outputs}");
    }
}

#[test]
fn one_comment_is_written_and_then_edited() {
    let fixture = Fixture::new();
    let (code, _, told) = run(
        &fixture,
        "locate.sh",
        &event("Reader.load fails", None),
        "exit 9",
    );
    assert_eq!(code, Some(0), "{told}");
    // A stand-in that knows the earlier comments and notes what it is asked.
    let gh = |earlier: &str| {
        format!(
            "echo \"$@\" >> \"$ASKED\"\ncase \"$*\" in *--paginate*) printf '{earlier}';; esac\n"
        )
    };
    let asked = || {
        let text = fs::read_to_string(fixture.path("asked")).unwrap();
        fs::remove_file(fixture.path("asked")).unwrap();
        text
    };
    let (code, _, told) = run(&fixture, "comment.sh", "{}", &gh(""));
    assert_eq!((code, told.trim()), (Some(0), "Commented on issue 7"));
    let post = asked();
    assert!(
        post.contains("--method POST repos/ada/pkg/issues/7/comments --field body=@"),
        "{post}"
    );
    let comment = fs::read_to_string(fixture.path("runner/bughound/comment.md")).unwrap();
    assert!(
        comment.starts_with("<!-- bughound:locate -->\n"),
        "{comment}"
    );
    assert!(comment.contains("`Reader.load`"), "{comment}");

    let (code, _, told) = run(&fixture, "comment.sh", "{}", &gh("41\\n42\\n"));
    assert_eq!((code, told.trim()), (Some(0), "Edited comment 41"));
    let patch = asked();
    assert!(
        patch.contains("--method PATCH repos/ada/pkg/issues/comments/41 "),
        "{patch}"
    );
    assert!(!patch.contains("POST"), "{patch}");
    assert!(patch.contains(".user.login == env.AUTHOR"), "{patch}");

    let (code, ..) = run(&fixture, "comment.sh", "{}", "exit 4");
    assert_eq!(code, Some(4), "a failing gh is no success");
}

#[test]
fn a_program_that_is_there_is_not_installed_again() {
    let fixture = Fixture::new();
    let (code, _, told) = run(&fixture, "install.sh", "{}", "exit 9");
    assert_eq!(code, Some(0), "{told}");
    assert!(told.starts_with("bughound "), "{told}");
}
