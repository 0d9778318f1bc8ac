//! An index from a cache is the index that is computed, whatever happens to the cache.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bughound_index::{BuildReport, Index};
use bughound_repo::Snapshot;
use bughound_store::Store;
use tempfile::TempDir;

use crate::fixture::write;

/// A few files of every language, some of them twice, one broken.
fn tree() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let mut files = String::new();
    for i in 0..30 {
        files += &format!(
            "//- pkg/m{i}.py
'''Module {i}.'''
from pkg.m{} import f{} as other
class C{i}(Base):
    '''About C{i}.'''
    def run(self, value=None):
        raise ValueError('cannot run the thing {i}')
def f{i}():
    return C{i}().run(other())
",
            i / 2,
            i / 2,
        );
    }
    files += "//- copy.py\ndef f(): pass\n//- copy2.py\ndef f(): pass\n//- broken.py\ndef f(:\n  class\n";
    files += "//- a.js\nimport { b } from './b';\nclass A extends B { run() { return b(); } }\n";
    files += "//- a.ts\nexport function f(x: number): number { return g(x); }\n";
    files += "//- A.java\nclass A extends B { int run() { return f(1); } }\n";
    files += "//- a.go\npackage a\nfunc (r *T) Run() error { return r.other() }\n";
    files += "//- a.rs\nimpl T for A { fn run(&self) -> u8 { self.other() } }\n";
    files += "//- a.c\n#include \"a.h\"\nint f(void) { return g(); }\n//- a.h\nint f(void);\n//- empty.py\n";
    write(dir.path(), &files);
    fs::write(dir.path().join("latin.py"), b"# caf\xe9\ndef f(): pass\n").unwrap();
    dir
}

fn build(dir: &Path, store: &Store) -> (Index, BuildReport) {
    Index::build(Arc::new(Snapshot::worktree(dir).unwrap()), store)
}

/// Everything that follows from the records follows from this.
#[track_caller]
fn assert_same(a: &Index, b: &Index) {
    assert_eq!(a.files().len(), b.files().len());
    for (a, b) in a.files().iter().zip(b.files()) {
        assert_eq!(a.path(), b.path());
        assert!(
            a.record() == b.record(),
            "the records of {} differ",
            a.path()
        );
    }
    assert_eq!(a.graph().calls(), b.graph().calls());
}

fn segments(dir: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir(dir)
        .unwrap()
        .flat_map(|table| fs::read_dir(table.unwrap().path()).unwrap())
        .map(|file| file.unwrap().path())
        .collect();
    found.sort();
    found
}

#[test]
fn warm_is_cold() {
    let (dir, cache) = (tree(), tempfile::tempdir().unwrap());
    let (cold, report) = build(dir.path(), &Store::at(cache.path()));
    assert_eq!((report.n_files, report.n_parsed), (42, 42));
    assert_eq!(report.cache_error, None);
    let (warm, report) = build(dir.path(), &Store::at(cache.path()));
    assert_eq!((report.n_files, report.n_parsed), (42, 0));
    assert_same(&cold, &warm);
    let (nowhere, _) = build(dir.path(), &Store::none());
    assert_same(&cold, &nowhere);
}

#[test]
fn minified_scripts_are_left_out() {
    let dir = tempfile::tempdir().unwrap();
    write(
        dir.path(),
        "//- a.min.js\nfunction f(){}\n//- a.js\nfunction f(){}\n//- min.py\n",
    );
    let (index, _) = build(dir.path(), &Store::none());
    let paths: Vec<&str> = index
        .files()
        .iter()
        .map(|file| file.path().as_str())
        .collect();
    assert_eq!(paths, ["a.js", "min.py"]);
}

#[test]
fn only_changed_files_are_parsed() {
    let (dir, cache) = (tree(), tempfile::tempdir().unwrap());
    build(dir.path(), &Store::at(cache.path()));
    fs::write(dir.path().join("pkg/m3.py"), "def new(): pass\n").unwrap();
    // A file that moves is known.
    fs::rename(
        dir.path().join("pkg/m4.py"),
        dir.path().join("pkg/moved.py"),
    )
    .unwrap();
    let (warm, report) = build(dir.path(), &Store::at(cache.path()));
    assert_eq!((report.n_files, report.n_parsed), (42, 1));
    assert_same(&warm, &build(dir.path(), &Store::none()).0);
}

#[test]
fn flipped_bytes_change_nothing() {
    let (dir, cache) = (tree(), tempfile::tempdir().unwrap());
    let (cold, _) = build(dir.path(), &Store::at(cache.path()));
    let [segment] = &segments(cache.path())[..] else {
        panic!("one segment was written")
    };
    let whole = fs::read(segment).unwrap();
    let other = tempfile::tempdir().unwrap();
    let copy = other
        .path()
        .join(segment.parent().unwrap().file_name().unwrap());
    // Positions all over the file; a prime step meets heads, values, keys and the foot.
    for at in (0..whole.len())
        .step_by((whole.len() / 40) | 1)
        .chain([8, whole.len() - 1])
    {
        fs::remove_dir_all(&copy).ok();
        fs::create_dir_all(&copy).unwrap();
        let mut bytes = whole.clone();
        bytes[at] ^= 0x40;
        fs::write(copy.join(segment.file_name().unwrap()), bytes).unwrap();
        let (index, report) = build(dir.path(), &Store::at(other.path()));
        assert_same(&cold, &index);
        assert_eq!(report.cache_error, None);
    }
}

#[test]
fn a_cache_that_cannot_be_written_is_told() {
    let (dir, cache) = (tree(), tempfile::tempdir().unwrap());
    let file = cache.path().join("file");
    fs::write(&file, "in the way").unwrap();
    let (index, report) = build(dir.path(), &Store::at(&file));
    assert!(report.cache_error.is_some());
    assert_same(&index, &build(dir.path(), &Store::none()).0);
}

#[test]
fn threads_index_into_one_cache() {
    let (dir, cache) = (tree(), tempfile::tempdir().unwrap());
    let (cold, _) = build(dir.path(), &Store::none());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..3 {
                    assert_same(&cold, &build(dir.path(), &Store::at(cache.path())).0);
                }
            });
        }
    });
    let (warm, report) = build(dir.path(), &Store::at(cache.path()));
    assert_eq!(report.n_parsed, 0);
    assert_same(&cold, &warm);
}

const DIR: &str = "INDEX_TEST_DIR";
const CACHE: &str = "INDEX_TEST_CACHE";

/// The body of a process, started by the test below; by itself it does nothing.
#[test]
#[allow(
    clippy::disallowed_methods,
    reason = "the parent process tells what to index"
)]
fn child() {
    let (Ok(dir), Ok(cache)) = (std::env::var(DIR), std::env::var(CACHE)) else {
        return;
    };
    let (cold, _) = build(Path::new(&dir), &Store::none());
    for _ in 0..3 {
        assert_same(&cold, &build(Path::new(&dir), &Store::at(&cache)).0);
    }
}

#[test]
#[allow(clippy::disallowed_methods, reason = "a test starts itself")]
fn processes_index_into_one_cache() {
    let (dir, cache) = (tree(), tempfile::tempdir().unwrap());
    let mut children: Vec<_> = (0..3)
        .map(|_| {
            std::process::Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "cache::child", "--quiet"])
                .env(DIR, dir.path())
                .env(CACHE, cache.path())
                .stdout(std::process::Stdio::null())
                .spawn()
                .unwrap()
        })
        .collect();
    for child in &mut children {
        assert!(child.wait().unwrap().success());
    }
    let (warm, report) = build(dir.path(), &Store::at(cache.path()));
    assert_eq!(report.n_parsed, 0);
    assert_same(&build(dir.path(), &Store::none()).0, &warm);
}

#[test]
fn an_earlier_index_saves_all_work_but_on_what_changed() {
    let dir = tree();
    let (earlier, _) = build(dir.path(), &Store::none());
    let before = earlier.text(earlier.file_at("pkg/m1.py").unwrap()).unwrap();
    fs::write(dir.path().join("pkg/m2.py"), "def g():\n    return 1\n").unwrap();
    fs::rename(dir.path().join("copy.py"), dir.path().join("moved.py")).unwrap();
    let snapshot = Arc::new(Snapshot::worktree(dir.path()).unwrap());
    let (after, report) = Index::build_after(snapshot, &Store::none(), Some(&earlier));
    assert_eq!((report.n_files, report.n_parsed), (42, 2));
    assert_same(&after, &build(dir.path(), &Store::none()).0);
    let text = |index: &Index, path: &str| index.text(index.file_at(path).unwrap());
    assert!(Arc::ptr_eq(&text(&after, "pkg/m1.py").unwrap(), &before));
    assert_eq!(
        text(&after, "pkg/m2.py").as_deref(),
        Some("def g():\n    return 1\n")
    );
}

#[test]
fn what_changes_after_it_was_listed_keeps_its_own_id() {
    let (dir, cache) = (tree(), tempfile::tempdir().unwrap());
    let (file, store) = (dir.path().join("pkg/m3.py"), Store::at(cache.path()));
    let original = fs::read(&file).unwrap();
    let listed = Arc::new(Snapshot::worktree(dir.path()).unwrap());
    fs::write(&file, "def late():\n    pass\n").unwrap();
    let (late, _) = Index::build(listed, &store);
    let names = |index: &Index| -> Vec<String> {
        let file = index.file_at("pkg/m3.py").unwrap();
        let symbols = index.symbols_of(file);
        symbols
            .map(|symbol| index.symbol(symbol).name().to_owned())
            .collect()
    };
    assert_eq!(names(&late), ["late"]);
    let text = |index: &Index| index.text(index.file_at("pkg/m3.py").unwrap());
    assert_eq!(text(&late).as_deref(), Some("def late():\n    pass\n"));

    // The cache has not learnt the late text under the id of the original.
    fs::write(&file, &original).unwrap();
    let (again, _) = build(dir.path(), &store);
    assert_eq!(names(&again), ["C3", "run", "f3"]);

    // A text that is not the one that was indexed is no text.
    fs::write(&file, "\n\ndef other(): pass\n").unwrap();
    assert_eq!(text(&again), None);
}
