//! A project of two functions, and a prover that knows what each change does to its two tests.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use bughound_maker::{Base, Prover};
use bughound_sandbox::{Change, What};
use bughound_testbed::{Judged, RecipeError, Stage, Task, TestStatus, Tree, Verdict};

pub(crate) const PRODUCT: &str = "\
def smaller(a, b):
    if a < b:
        return a
    return b


def unused(a, b):
    log(a, b)
    return a + b
";

pub(crate) const BASE: &str = r#"format = "bughound-build-task/1"
id = "py-demo-1.0"
about = "A project of two functions."
kind = "mutation"
language = "python"
system = "python"
date = "2024-06-01"

[source]
registry = "files"

[commands]
results = "pytest"

[paths]
allowed = ["demo/**"]
protected = ["tests/**", "setup.cfg"]
"#;

/// Writes the base into a folder.
pub(crate) fn base(folder: &Path) -> Base {
    let folder = folder.join("py-demo-1.0");
    std::fs::create_dir_all(folder.join("tree/demo")).unwrap();
    std::fs::write(folder.join("base.toml"), BASE).unwrap();
    std::fs::write(folder.join("tree/demo/core.py"), PRODUCT).unwrap();
    Base::read(&folder).unwrap()
}

/// The prover. `smaller` has two tests; `unused` has none.
pub(crate) struct Fake {
    pub(crate) tree: Tree,
    /// Judged changes, as texts of `demo/core.py`.
    pub(crate) judged: RefCell<Vec<String>>,
    /// What each second verdict says of a change with this text in it: it passes.
    pub(crate) flaky: Option<&'static str>,
    /// A change with this text in it hangs.
    pub(crate) hangs: Option<&'static str>,
    /// Whether finished tasks are believed.
    pub(crate) admits: bool,
}

impl Fake {
    pub(crate) fn new() -> Self {
        let mut tree = Tree::default();
        tree.put(
            "demo/core.py".to_owned(),
            PRODUCT.as_bytes().to_vec(),
            false,
        );
        tree.put(
            "demo/idle.py".to_owned(),
            b"def g(a):\n    return a < 1\n".to_vec(),
            false,
        );
        tree.put(
            "tests/test_core.py".to_owned(),
            b"def test_a():\n    assert 1 < 2\n".to_vec(),
            false,
        );
        Self {
            tree,
            judged: RefCell::default(),
            flaky: None,
            hangs: None,
            admits: true,
        }
    }

    fn verdict(&self, text: &str) -> Verdict {
        let seen = self.judged.borrow().iter().filter(|it| *it == text).count();
        let is_other = |part: &str| !text.contains(part);
        // What the tests see: the comparison, the two results, and whether the file can be read at all.
        let is_broken = is_other("def smaller(a, b):")
            || is_other("    if a < b:\n        return a\n    return b\n");
        let cannot_load = text.contains("((( nonsense")
            || text.contains("(a, b:")
            || text.contains(")\n    if")
            || text.matches(':').count() < PRODUCT.matches(':').count();
        let mut tests = BTreeMap::new();
        let mut verdict = Verdict {
            passed: true,
            built: true,
            failed: None,
            tests: BTreeMap::new(),
            missing: Vec::new(),
            regressed: Vec::new(),
            blocked: Vec::new(),
            loosened: Vec::new(),
            tampered: Vec::new(),
            seconds: BTreeMap::new(),
            log: "2 passed\n".to_owned(),
        };
        let is_flaky = self.flaky.is_some_and(|part| text.contains(part)) && seen % 2 == 0;
        if self.hangs.is_some_and(|part| text.contains(part)) {
            verdict.passed = false;
            verdict.failed = Some(Stage::Test);
            verdict.missing = vec!["t::one".to_owned()];
            verdict.log = "[took longer than 40 s and was ended]\n".to_owned();
        } else if cannot_load {
            verdict.passed = false;
            verdict.failed = Some(Stage::Test);
            verdict.missing = vec!["t::one".to_owned(), "t::two".to_owned()];
            verdict.log = "$ python -m pytest\nE   SyntaxError: invalid syntax\n".to_owned();
        } else {
            tests.insert("t::one".to_owned(), TestStatus::Passed);
            tests.insert("t::two".to_owned(), TestStatus::Passed);
            if is_broken && !is_flaky {
                verdict.passed = false;
                verdict.failed = Some(Stage::Test);
                verdict.regressed = vec!["t::one".to_owned()];
                tests.insert("t::one".to_owned(), TestStatus::Failed);
                verdict.log = "$ python -m pytest\nE   AssertionError: assert 2 == 1 at 0x7f12ab\nFAILED t::one\n".to_owned();
            }
        }
        verdict.tests = tests;
        verdict
    }
}

impl Prover for Fake {
    fn tree(&self) -> &Tree {
        &self.tree
    }

    fn judge(&self, changes: &[Change]) -> Judged {
        let mut text = PRODUCT.to_owned();
        for change in changes {
            if let What::File { bytes, .. } = &change.what
                && change.path == Path::new("demo/core.py")
            {
                text = String::from_utf8(bytes.clone()).unwrap();
            }
        }
        self.judged.borrow_mut().push(text.clone());
        Judged::Verdict(self.verdict(&text))
    }

    fn first_look(&self, task: &Task) -> Judged {
        // Of environments, the fake minds that warnings are errors.
        let edits = &task.recipe.broken.edit;
        let strict = edits
            .iter()
            .any(|edit| format!("{edit:?}").contains("PYTHONWARNINGS=error"));
        let mut verdict = self.verdict(PRODUCT);
        if strict {
            verdict = self.verdict(&PRODUCT.replace('<', ">"));
        }
        Judged::Verdict(verdict)
    }

    fn admit(&self, folder: PathBuf, task: Result<Task, RecipeError>) -> Result<(), String> {
        task.map_err(|error| error.to_string())?;
        assert!(folder.join("task.toml").is_file());
        if self.admits {
            Ok(())
        } else {
            Err("the untouched state passed 1 times of 2".to_owned())
        }
    }
}
