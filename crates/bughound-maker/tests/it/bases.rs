//! Bases, those of the suite included.

use std::path::Path;

use bughound_maker::Base;

use crate::fake::{BASE, base};

#[test]
fn all_bases_of_the_suite_can_be_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../bughound-testbed/suite/bases");
    let bases = Base::all(&folder).unwrap();
    assert!(bases.len() >= 20, "{}", bases.len());
    for base in bases {
        let name = base.folder.file_name().unwrap().to_str().unwrap();
        assert_eq!(base.recipe.id, name);
        let task = base.on_trial();
        assert_eq!(task.recipe.paths.protected, Vec::<String>::new());
    }
}

#[test]
fn what_is_no_base_is_said() {
    #[track_caller]
    fn check(text: Option<&str>, expected: &str) {
        let folder = tempfile::tempdir().unwrap();
        if let Some(text) = text {
            std::fs::write(folder.path().join("base.toml"), text).unwrap();
        }
        let error = Base::read(folder.path()).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
    check(None, "a base's folder has a base.toml");
    check(Some("id = "), "base.toml");
    check(
        Some(&format!("{BASE}\n[fix]\nrevert = true\n")),
        "without [break], [symptom] and [fix]",
    );
    check(
        Some(&format!(
            "{BASE}\n[[break.edit]]\npath = \"a\"\nremove = true\n"
        )),
        "a base has no [break]",
    );
    let empty = tempfile::tempdir().unwrap();
    let error = Base::all(empty.path()).unwrap_err().to_string();
    assert!(error.contains("has no base"), "{error}");
}

#[test]
fn files_beside_a_base_are_part_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let base = base(folder.path());
    assert_eq!(base.files.len(), 1);
    assert_eq!(base.on_trial().tree[0].0, "demo/core.py");
}
