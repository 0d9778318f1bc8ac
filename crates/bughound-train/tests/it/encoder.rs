//! From a history to pairs, from pairs to an encoder, and what it brings to a ranking.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use bughound_metrics::BootstrapSettings;
use bughound_rollout::open_repos;
use bughound_store::Store;
use bughound_tasks::{RecipeProject, RepoMap, Task};
use bughound_train::encoder::{
    Encoder, EncoderSettings, MeasureRequest, UnseenEncoders, cross_validated, score_tasks,
    train_encoder,
};
use bughound_train::pairs::{ExportRequest, PairKind, PairLimits, Pairs, export_pairs};
use tempfile::TempDir;

const BEFORE: &str = "\
class Lexer:
    def feed(self, chunk):
        '''Appends the bytes of a chunk to what the buffer holds already.'''
        self.buffer = chunk
    def reset(self):
        self.buffer = None
def unrelated():
    pass
";

/// A project of two commits: the second mends `Lexer.feed`.
fn project() -> (TempDir, Task) {
    let dir = tempfile::tempdir().unwrap();
    let repo = dir.path().join("some+project");
    fs::create_dir_all(repo.join("tests")).unwrap();
    git(&repo, &["init", "--quiet"]);
    fs::write(repo.join("lexer.py"), BEFORE).unwrap();
    fs::write(repo.join("tests/test_lexer.py"), "def test_feed(): pass\n").unwrap();
    git(&repo, &["add", "--all"]);
    git(&repo, &["commit", "--quiet", "--message", "Begin"]);
    let base = git(&repo, &["rev-parse", "HEAD"]);
    let after = BEFORE.replace("self.buffer = chunk", "self.buffer += chunk");
    fs::write(repo.join("lexer.py"), after).unwrap();
    let message = "Earlier input was forgotten\n\nSigned-off-by: A <a@example.org>";
    git(&repo, &["commit", "--quiet", "--all", "--message", message]);
    let patch = git(&repo, &["diff", "HEAD~1"]);
    let commit = git(&repo, &["rev-parse", "HEAD"]);
    let mut task = Task {
        instance_id: "some__project-1".to_owned(),
        repo: "some/project".to_owned(),
        base_commit: base.trim().to_owned(),
        problem_statement: "Lexer loses all chunks but the last".to_owned(),
        patch,
        ..Task::default()
    };
    let mined = serde_json::json!({"commit": commit.trim()});
    task.extra.insert("mined".to_owned(), mined);
    (dir, task)
}

fn export(dir: &Path, tasks: &[Task]) -> Pairs {
    let mut repos = RepoMap::new();
    repos.add_folder(dir).unwrap();
    let of = |name: &str| RecipeProject {
        name: name.to_owned(),
        rev: "HEAD".to_owned(),
        licence: None,
    };
    let (pairs, summary) = export_pairs(&ExportRequest {
        projects: &[of("some/project"), of("not/here")],
        repos: &repos,
        tasks,
        limits: PairLimits::default(),
        store: &Store::none(),
        on_project: &|_, _| {},
    })
    .unwrap();
    assert_eq!(summary.left_out.len(), 1);
    assert_eq!(summary.left_out[0].0, "not/here");
    pairs
}

#[test]
fn commits_and_docstrings_become_pairs() {
    let (dir, task) = project();
    let check = |tasks: &[Task], kind: PairKind, n_terms: usize| {
        let pairs = export(dir.path(), tasks);
        let kinds: Vec<u32> = pairs.pairs.iter().map(|pair| pair.kind).collect();
        assert_eq!(kinds, [kind as u32, PairKind::Docstring as u32]);
        let pair = &pairs.pairs[0];
        // Trailers are no part of a message.
        assert_eq!(pairs.query(pair).len(), n_terms);
        assert_eq!(pairs.positives(pair).len(), 1);
        // The class around it, its other method, and the function beside it.
        assert_eq!(pairs.siblings(pair).len(), 3);
        assert_eq!(pairs.projects, ["some/project"]);
    };
    check(&[], PairKind::Commit, 3);
    check(&[task], PairKind::Fix, 4);
}

#[test]
fn an_encoder_is_measured_on_tasks() {
    let (dir, task) = project();
    let pairs = export(dir.path(), &[]);
    let settings = EncoderSettings {
        dim: 8,
        ..EncoderSettings::default()
    };
    // A single project has no words that others use, too: nothing is learnt, and nothing breaks.
    let trained = train_encoder(&pairs, None, &settings, &|_| {});
    assert_eq!(trained.model.n_terms(), 0);
    assert!(Encoder::read(&trained.model.to_bytes(&BTreeMap::new())).is_err());

    let mut both = pairs.clone();
    both.append(&pairs).unwrap();
    let trained = train_encoder(&both, None, &settings, &|_| {});
    let encoder = Encoder::read(&trained.model.to_bytes(&BTreeMap::new())).unwrap();
    let encoders = UnseenEncoders {
        of_a: encoder.clone(),
        of_b: encoder,
    };
    let mut repos = RepoMap::new();
    repos.add_folder(dir.path()).unwrap();
    let tasks = [task];
    let (scores, obstacles) = score_tasks(&MeasureRequest {
        tasks: &[&tasks[0]],
        repos: &open_repos(&tasks, &repos),
        encoders: &encoders,
        store: &Store::none(),
        on_task: &|| {},
    });
    assert_eq!(obstacles, Vec::<String>::new());
    assert_eq!(scores[0].n_gold, 1);
    assert!((scores[0].recall(0, 0.1, 5) - 1.0).abs() < 1e-9);
    assert!((scores[0].recall_of_encoder(0, 3) - 1.0).abs() < 1e-9);
    assert!((scores[0].ceiling(0, 2, 3) - 1.0).abs() < 1e-9);
    let found = cross_validated(&scores, 0, 5, &BootstrapSettings::default());
    assert!(found.difference.abs() < 1e-9);
}

#[expect(
    clippy::disallowed_methods,
    reason = "git makes the repository of the test"
)]
fn git(repo: &Path, arguments: &[&str]) -> String {
    let done = Command::new("git")
        .args(["-c", "user.name=A", "-c", "user.email=a@example.org"])
        .args(["-c", "commit.gpgsign=false", "-C"])
        .arg(repo)
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .env("GIT_DEFAULT_HASH", "sha1")
        .output()
        .unwrap();
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
    String::from_utf8(done.stdout).unwrap()
}
