//! Does the runner still report failures?
//!
//! A test that must fail is added behind the tests of a file that the task has anyway, so that it runs in the process in
//! which the product's code runs. Where it does not fail, something has made failures disappear, and what the other tests
//! said is worth nothing.

use bughound_sandbox::{Change, What};
use bughound_testbed::{Prepared, TestId, TestStatus};

/// A test that must fail.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Canary {
    /// The file of tests with it.
    pub(crate) file: Change,
    /// Its id.
    pub(crate) id: TestId,
}

/// The canary of a task; `None` where its runner has none.
pub(crate) fn canary(prepared: &Prepared) -> Option<Canary> {
    let recipe = &prepared.task.recipe;
    // A name like any other: code that counts its callers shall not know it.
    let name = format!("test_case_{}", prepared.digest.get(..8).unwrap_or("x"));
    let mut ids = recipe.symptom.fail_to_pass.iter().chain(
        prepared
            .baseline
            .tests
            .iter()
            .filter(|(_, status)| **status == TestStatus::Passed)
            .map(|(id, _)| id),
    );
    ids.find_map(|id| {
        let (path, more, canary_id) = match recipe.commands.results.as_str() {
            "unittest" => unittest(prepared, id, &name)?,
            "pytest" => {
                let path = id.split("::").next()?;
                let more = format!("\n\ndef {name}():\n    assert [1] == [2]\n");
                (path.to_owned(), more, format!("{path}::{name}"))
            }
            "node_test" => {
                let path = id.split(" > ").next()?;
                let text = String::from_utf8_lossy(content(prepared, path)?).into_owned();
                (
                    path.to_owned(),
                    node(path, &text, &name),
                    format!("{path} > {name}"),
                )
            }
            "cargo_test" => {
                let binary = id.split("::").next()?;
                let path = [binary.to_owned(), binary.replace('_', "-")]
                    .into_iter()
                    .map(|name| format!("tests/{name}.rs"))
                    .find(|path| content(prepared, path).is_some())?;
                let more =
                    format!("\n#[test]\nfn {name}() {{\n    assert_eq!(vec![1], vec![2]);\n}}\n");
                (path, more, format!("{binary}::{name}"))
            }
            _ => return None,
        };
        let mut bytes = content(prepared, &path)?.to_vec();
        bytes.extend(more.into_bytes());
        Some(Canary {
            file: Change {
                path: path.into(),
                what: What::File {
                    bytes,
                    executable: false,
                },
            },
            id: canary_id,
        })
    })
}

/// A file of tests as it is put back to validate.
fn content<'a>(prepared: &'a Prepared, path: &str) -> Option<&'a [u8]> {
    let laid_over = prepared.task.held_out.iter().find(|(name, _)| name == path);
    let of_tree = || {
        prepared
            .broken_tree()
            .files
            .get(path)
            .map(|file| file.bytes.as_slice())
    };
    laid_over
        .map(|(_, bytes)| bytes.as_slice())
        .or_else(of_tree)
}

/// `tests.test_a.Class.method` is in `tests/test_a.py`, or in a folder that discovery began in.
fn unittest(prepared: &Prepared, id: &str, name: &str) -> Option<(String, String, String)> {
    let module = id.rsplitn(3, '.').nth(2)?;
    let ending = format!("{}.py", module.replace('.', "/"));
    let path = prepared
        .broken_tree()
        .files
        .keys()
        .find(|path| **path == ending || path.ends_with(&format!("/{ending}")))?;
    let class = "Test".to_owned() + &name.replace("test_case_", "Case");
    let more = format!(
        "\n\nclass {class}(__import__(\"unittest\").TestCase):\n    def {name}(self):\n        self.assertEqual([1], [2])\n"
    );
    Some((path.clone(), more, format!("{module}.{class}.{name}")))
}

/// With `import` where the file is a module of that kind.
fn node(path: &str, text: &str, name: &str) -> String {
    let is_module = path.ends_with(".mjs")
        || text
            .lines()
            .any(|line| line.starts_with("import ") || line.starts_with("export "));
    let (test, assert) = if is_module {
        (
            "(await import('node:test')).default",
            "(await import('node:assert')).default",
        )
    } else {
        ("require('node:test')", "require('node:assert')")
    };
    format!(
        "\n{{\n  const check = {assert};\n  {test}('{name}', () => {{\n    check.deepStrictEqual([1], [2]);\n  }});\n}}\n"
    )
}
