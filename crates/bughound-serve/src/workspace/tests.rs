//! Freshness: what a call sees, and what it costs.

use std::fs;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::SystemTime;

use bughound_store::Store;
use tempfile::TempDir;

use super::*;

/// A folder with a few sources, and what was told.
struct Fixture {
    dir: TempDir,
    told: Arc<Mutex<Vec<String>>>,
}

impl Fixture {
    fn new() -> Self {
        let fixture = Self {
            dir: tempfile::tempdir().unwrap(),
            told: Arc::default(),
        };
        fs::create_dir(fixture.dir.path().join("scratch")).unwrap();
        fixture.write("a.py", "def a(): pass\n");
        fixture.write("sub/b.py", "def b(): pass\n");
        fixture.write(".gitignore", "*.o\nout/\n");
        fixture
    }

    fn root(&self) -> PathBuf {
        self.dir.path().canonicalize().unwrap().join("root")
    }

    fn write(&self, path: &str, text: &str) {
        let file = self.root_unchecked().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    fn root_unchecked(&self) -> PathBuf {
        self.dir.path().join("root")
    }

    fn workspace(&self, has_fence: bool) -> Workspace {
        let told = Arc::clone(&self.told);
        Workspace::new(Options {
            files: Files::Worktree(self.root()),
            store: Store::none(),
            history: true,
            scratch: has_fence.then(|| self.dir.path().join("scratch")),
            // So late that every file counts as unchanged for long.
            now: || SystemTime::UNIX_EPOCH + Duration::from_secs(1 << 40),
            tell: Arc::new(move |_, message| told.lock().unwrap().push(message.to_owned())),
        })
    }
}

fn paths(view: &View) -> Vec<String> {
    view.index
        .files()
        .iter()
        .map(|file| file.path().to_string())
        .collect()
}

/// On a busy machine it may take a while until it is certain that nothing has changed.
fn is_fresh(workspace: &Workspace) -> bool {
    (0..100).any(|_| workspace.known_to_be_fresh().is_some())
}

#[test]
fn without_a_watch_every_call_looks_itself() {
    let fixture = Fixture::new();
    let workspace = fixture.workspace(true);
    let first = workspace.view().unwrap();
    assert_eq!(paths(&first), ["a.py", "sub/b.py"]);
    assert!(workspace.known_to_be_fresh().is_none());
    assert!(
        Arc::ptr_eq(&first, &workspace.view().unwrap()),
        "nothing has changed"
    );
    fixture.write("new/c.py", "def c(): pass\n");
    let second = workspace.view().unwrap();
    assert_eq!(paths(&second), ["a.py", "new/c.py", "sub/b.py"]);
    // Who began with the first still has it.
    assert_eq!(paths(&first), ["a.py", "sub/b.py"]);
    assert!(
        workspace.history(&second).is_none(),
        "there is no repository"
    );
}

#[test]
fn with_a_watch_only_changes_cost_a_look() {
    let fixture = Fixture::new();
    let workspace = fixture.workspace(true);
    workspace.prepare();
    assert!(is_fresh(&workspace));
    let first = workspace.view().unwrap();
    // Neither reading nor what is ignored is a change.
    fs::read(fixture.root().join("a.py")).unwrap();
    fixture.write("x.o", "object");
    fixture.write("sub/y.o", "object");
    assert!(is_fresh(&workspace));
    for (path, text) in [
        ("a.py", "def aa(): pass\n"),
        ("README", "text"),
        ("sub/b.py", ""),
        ("new/c.py", "def c(): pass\n"),
        ("new/c.py", "def cc(): pass\n"),
    ] {
        fixture.write(path, text);
        assert!(workspace.known_to_be_fresh().is_none(), "{path}");
        workspace.view().unwrap();
        assert!(is_fresh(&workspace), "{path}");
    }
    fs::remove_dir_all(fixture.root().join("sub")).unwrap();
    assert_eq!(paths(&workspace.view().unwrap()), ["a.py", "new/c.py"]);
    fixture.write("sub/b.py", "def b(): pass\n");
    assert_eq!(
        paths(&workspace.view().unwrap()),
        ["a.py", "new/c.py", "sub/b.py"]
    );
    assert_eq!(paths(&first), ["a.py", "sub/b.py"]);
    assert!(
        fixture.told.lock().unwrap().is_empty(),
        "{:?}",
        fixture.told
    );

    workspace.close();
    assert_eq!(
        fs::read_dir(fixture.dir.path().join("scratch"))
            .unwrap()
            .count(),
        0
    );
    assert_eq!(workspace.view().unwrap().index.files().len(), 3);
}

#[test]
fn what_is_distrusted_is_made_anew() {
    let fixture = Fixture::new();
    let workspace = fixture.workspace(false);
    workspace.prepare();
    let first = workspace.view().unwrap();
    workspace.distrust(&first);
    let second = workspace.view().unwrap();
    assert!(!Arc::ptr_eq(&first, &second));
    assert_eq!(paths(&first), paths(&second));
    // A view that is no longer the current one is not held against it.
    workspace.distrust(&first);
    assert!(Arc::ptr_eq(&second, &workspace.view().unwrap()));
}

#[test]
fn a_folder_that_is_gone_is_an_error_until_it_is_back() {
    let fixture = Fixture::new();
    let workspace = fixture.workspace(true);
    workspace.prepare();
    let elsewhere = fixture.dir.path().join("elsewhere");
    fs::rename(fixture.root(), &elsewhere).unwrap();
    let error = workspace.view().err().expect("the folder is gone");
    assert!(error.to_string().contains("root"), "{error}");
    fs::rename(&elsewhere, fixture.root_unchecked()).unwrap();
    fixture.write("a.py", "def again(): pass\n");
    assert_eq!(paths(&workspace.view().unwrap()), ["a.py", "sub/b.py"]);
    fixture.write("c.py", "");
    assert_eq!(
        paths(&workspace.view().unwrap()),
        ["a.py", "c.py", "sub/b.py"]
    );
}
