//! A small repository, and the program to run on it.

use std::fs;
use std::path::{Path, PathBuf};

use assert_cmd::Command;
use tempfile::TempDir;

/// A repository with two commits (the first is tagged `v1`), a cache of its own, and room for other files.
pub(crate) struct Fixture {
    folder: TempDir,
}

/// What a run gave.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

const CONFIG: &str = "\
\"\"\"Settings of the program.\"\"\"

import json


class Reader:
    \"\"\"Reads settings from a file.\"\"\"

    def __init__(self, strict=False):
        self.strict = strict

    def load(self, path):
        \"\"\"Reads the settings file at `path`.\"\"\"
        with open(path) as file:
            text = file.read()
        if not text and self.strict:
            raise ValueError('the settings file is empty')
        return self.decode(text)

    def decode(self, text):
        return json.loads(text or '{}')


def default_settings():
    return {'color': True}
";

const CLI: &str = "\
from pkg.config import Reader, default_settings


def main(arguments):
    settings = default_settings()
    settings.update(Reader(strict=True).load(arguments[0]))
    return show_banner(settings)


def show_banner(settings):
    return 'banner' if settings['color'] else ''
";

const TEST: &str = "\
from pkg.config import Reader


def test_load_rejects_empty_settings(tmp_path):
    Reader(strict=True).load(tmp_path)
";

impl Fixture {
    pub(crate) fn new() -> Self {
        let fixture = Self::empty();
        fixture.write("pkg/__init__.py", "");
        fixture.write("pkg/config.py", CONFIG);
        fixture.write("tests/test_config.py", TEST);
        fixture.write("README.md", "# pkg\n");
        fixture.commit("Read settings from a file");
        fixture.git(&["tag", "v1"]);
        fixture.write("pkg/cli.py", CLI);
        fixture.commit("Show a banner");
        fixture
    }

    /// A repository without a commit.
    pub(crate) fn empty() -> Self {
        let fixture = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        fs::create_dir(fixture.repo()).unwrap();
        fs::create_dir(fixture.scratch()).unwrap();
        fixture.git(&["init", "--quiet", "--initial-branch=main"]);
        fixture
    }

    /// The repository's working directory.
    pub(crate) fn repo(&self) -> PathBuf {
        self.path("repo")
    }

    /// The cache of the runs.
    pub(crate) fn cache(&self) -> PathBuf {
        self.path("cache")
    }

    /// Where temporary files go that must not be left behind.
    pub(crate) fn scratch(&self) -> PathBuf {
        self.path("scratch")
    }

    /// A path beside the repository.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join(name)
    }

    /// Writes a file of the working directory.
    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        write(&self.repo().join(name), text);
    }

    /// Writes a file beside the repository.
    pub(crate) fn write_beside(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        write(&path, text);
        path
    }

    pub(crate) fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", message]);
    }

    /// Runs git in the repository.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        let assert = Command::new("git")
            .current_dir(self.repo())
            .args([
                "-c",
                "user.name=Ada",
                "-c",
                "user.email=ada@example.org",
                "-c",
                "commit.gpgsign=false",
            ])
            .args(["-c", "core.hooksPath=/dev/null"])
            .args(arguments)
            .env_remove("GIT_DIR")
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_AUTHOR_DATE", "2024-05-01T12:00:00Z")
            .env("GIT_COMMITTER_DATE", "2024-05-01T12:00:00Z")
            .assert()
            .success();
        String::from_utf8_lossy(&assert.get_output().stdout)
            .trim()
            .to_owned()
    }

    /// The program, in the repository, in an empty environment.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bughound"));
        command
            .current_dir(self.repo())
            .env_clear()
            .env("BUGHOUND_CACHE_DIR", self.cache())
            .args(arguments);
        command
    }

    /// Runs the program in the repository.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.finish(&mut self.command(arguments))
    }

    /// Runs the program with text at standard input.
    pub(crate) fn run_with_stdin(&self, arguments: &[&str], stdin: &str) -> Ran {
        self.finish(self.command(arguments).write_stdin(stdin))
    }

    /// Runs a command to its end.
    pub(crate) fn finish(&self, command: &mut Command) -> Ran {
        let output = command.output().unwrap();
        Ran {
            code: output.status.code().unwrap_or(-1),
            stdout: self.filter(&output.stdout),
            stderr: self.filter(&output.stderr),
        }
    }

    /// Output without what differs from run to run.
    fn filter(&self, bytes: &[u8]) -> String {
        let text = String::from_utf8_lossy(bytes);
        text.replace(&*self.path("").to_string_lossy(), "[FOLDER]/")
            .replace("[FOLDER]//", "[FOLDER]/")
    }
}

impl Ran {
    /// The output as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}{}", self.stdout, self.stderr))
    }

    /// Exit code, output and errors in one text.
    pub(crate) fn all(&self) -> String {
        let mut text = format!("exit code {}\n", self.code);
        for (name, stream) in [("stdout", &self.stdout), ("stderr", &self.stderr)] {
            if !stream.is_empty() {
                text.push_str(&format!("--- {name}\n{stream}"));
            }
        }
        text
    }

    /// `path::Qualified.name` of every location of a JSON answer.
    pub(crate) fn ids(&self) -> Vec<String> {
        let document = self.json();
        let locations = document["locations"].as_array().unwrap();
        let id = |location: &serde_json::Value| match location["qualified_name"].as_str() {
            Some(name) => format!("{}::{name}", location["path"].as_str().unwrap()),
            None => location["path"].as_str().unwrap().to_owned(),
        };
        locations.iter().map(id).collect()
    }
}

/// Snapshots without times, ids and megabytes.
#[macro_export]
macro_rules! assert_output {
    ($value:expr, @$expect:literal) => {
        insta::with_settings!({ filters => vec![
            (r"\b[0-9a-f]{40}\b", "[ID]"),
            (r"\b[0-9a-f]{12}\b", "[ID]"),
            (r"\b\d+(\.\d+)? ms\b", "[TIME]"),
            (r"\b\d+\.\d MB\b", "[SIZE]"),
            (r"\b(no history|\d+ commits)\b", "[COMMITS]"),
        ] }, { insta::assert_snapshot!($value, @$expect) })
    };
}

fn write(path: &Path, text: impl AsRef<[u8]>) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}
