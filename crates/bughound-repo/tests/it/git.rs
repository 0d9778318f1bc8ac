//! Small repositories, built with the `git` program.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use bughound_repo::Repo;
use tempfile::TempDir;

/// A repository in a folder of its own, removed at the end.
pub(crate) struct Fixture {
    folder: TempDir,
    clock: std::cell::Cell<i64>,
}

impl Fixture {
    /// An empty working directory on branch `main`.
    pub(crate) fn new() -> Self {
        let fixture = Self::folder();
        fixture.git("init --quiet --initial-branch=main .");
        fixture
    }

    /// A folder that is no repository.
    pub(crate) fn folder() -> Self {
        Self {
            folder: TempDir::new().expect("a temporary folder"),
            clock: 1_600_000_000.into(),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn join(&self, path: &str) -> PathBuf {
        self.path().join(path)
    }

    pub(crate) fn open(&self) -> Repo {
        Repo::open(self.path()).expect("a repository")
    }

    pub(crate) fn write(&self, path: &str, content: impl AsRef<[u8]>) {
        let file = self.join(path);
        fs::create_dir_all(file.parent().expect("a parent")).expect("folders");
        fs::write(file, content).expect("a file");
    }

    /// Adds and commits everything; answers the commit's id. Each commit is a minute later.
    pub(crate) fn commit(&self, message: &str) -> String {
        self.git("add --all .");
        self.commit_staged(message)
    }

    pub(crate) fn commit_staged(&self, message: &str) -> String {
        self.clock.set(self.clock.get() + 60);
        let output = self.run(&["commit", "--quiet", "--allow-empty", "-m", message]);
        assert!(output.status.success(), "{output:?}");
        self.git("rev-parse HEAD")
    }

    /// Sets the time of the next commits.
    pub(crate) fn set_clock(&self, seconds: i64) {
        self.clock.set(seconds);
    }

    /// Runs `git` with arguments that hold no spaces; answers what it printed, trimmed.
    pub(crate) fn git(&self, args: &str) -> String {
        let args: Vec<_> = args.split_whitespace().collect();
        let output = self.run(&args);
        assert!(
            output.status.success(),
            "git {args:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }

    /// Runs `git` and answers the bytes that it printed.
    pub(crate) fn git_bytes(&self, args: &[&str]) -> Vec<u8> {
        let output = self.run(args);
        assert!(
            output.status.success(),
            "git {args:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        output.stdout
    }

    pub(crate) fn run(&self, args: &[&str]) -> Output {
        run(self.path(), self.clock.get(), args, b"")
    }

    /// Runs `git` with something on its standard input.
    pub(crate) fn git_stdin(&self, args: &[&str], input: &[u8]) -> String {
        let output = run(self.path(), self.clock.get(), args, input);
        assert!(
            output.status.success(),
            "git {args:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    }
}

#[allow(
    clippy::disallowed_methods,
    reason = "tests build their repositories with the git program"
)]
fn run(folder: &Path, clock: i64, args: &[&str], input: &[u8]) -> Output {
    use std::io::Write;
    let date = format!("{clock} +0000");
    let mut child = Command::new("git")
        .current_dir(folder)
        .args([
            "-c",
            "protocol.file.allow=always",
            "-c",
            "gc.auto=0",
            "-c",
            "core.autocrlf=false",
        ])
        .args(args)
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .envs([
            ("GIT_AUTHOR_NAME", "A"),
            ("GIT_AUTHOR_EMAIL", "a@example.org"),
        ])
        .envs([
            ("GIT_COMMITTER_NAME", "C"),
            ("GIT_COMMITTER_EMAIL", "c@example.org"),
        ])
        .envs([("GIT_AUTHOR_DATE", &date), ("GIT_COMMITTER_DATE", &date)])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the git program");
    child
        .stdin
        .take()
        .expect("a pipe")
        .write_all(input)
        .expect("git reads its input");
    child.wait_with_output().expect("git ends")
}
