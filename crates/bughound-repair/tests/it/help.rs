//! What is known, and what must not be.

use std::path::Path;

use bughound_repair::{Knowledge, PastFix};
use bughound_testbed::{ErrorClass, Recipe};
use serde_json::json;

use crate::support::{pocket, prepare, says, workbench_with};

fn fix(id: &str, error: &str, change: &str) -> PastFix {
    PastFix {
        id: id.to_owned(),
        system: "make".to_owned(),
        class: ErrorClass::Version,
        error: error.to_owned(),
        log: String::new(),
        change: change.to_owned(),
        tried: 4,
        succeeded: 3,
        task: None,
        project: None,
        date: None,
    }
}

#[test]
fn a_task_does_not_see_its_answer() {
    let error = "ImportError: cannot import name 'Mapping' from 'collections'";
    let fixes = vec![
        fix(
            "fine",
            error,
            "import it from the module of abstract classes instead",
        ),
        PastFix {
            task: Some("pocket".into()),
            ..fix("own", error, "x")
        },
        PastFix {
            date: Some("2024-06-02".into()),
            ..fix("later", error, "x")
        },
        PastFix {
            date: Some("2024-05-31".into()),
            ..fix("earlier", error, "do so")
        },
        fix(
            "answer",
            error,
            "-from collections import Mapping\n+from collections.abc import Mapping",
        ),
    ];
    let knowledge = Knowledge::new(fixes, Vec::new());
    let seen = knowledge.clone().for_task(&pocket());
    let ids: Vec<&str> = seen.fixes().iter().map(|fix| fix.id.as_str()).collect();
    assert_eq!(ids, ["fine", "earlier"]);
    let bench = workbench_with(&prepare(&pocket()), knowledge, Default::default());
    insta::assert_snapshot!(says(&bench, "ask_for_help", json!({"question": error})), @r"
    1. ImportError: cannot import name 'Mapping' from 'collections' (make; worked 3 of 4 times)
       do so
    2. ImportError: cannot import name 'Mapping' from 'collections' (make; worked 3 of 4 times)
       import it from the module of abstract classes instead
    ");
    insta::assert_snapshot!(says(&bench, "ask_for_help", json!({"question": "why is the sky blue"})), @"told: Nothing like it is known.");
    insta::assert_snapshot!(says(&bench, "ask_for_help", json!({"question": " "})), @"told: Nothing is asked.");
}

#[test]
fn folders_are_read_and_wrong_lines_named() {
    let folder = tempfile::tempdir().unwrap();
    let check = |expect: &str| {
        let error = Knowledge::read(folder.path()).unwrap_err().to_string();
        assert!(error.contains(expect), "{error}");
    };
    check("there is neither fixes.jsonl nor a page in pages/");
    let line = serde_json::to_string(&fix("a", "e", "c")).unwrap();
    std::fs::write(
        folder.path().join("fixes.jsonl"),
        format!("{line}\n\n{line}\n"),
    )
    .unwrap();
    std::fs::create_dir(folder.path().join("pages")).unwrap();
    std::fs::write(
        folder.path().join("pages/b.md"),
        "# Title\nsystems: make, go\nText.\n",
    )
    .unwrap();
    let knowledge = Knowledge::read(folder.path()).unwrap();
    assert_eq!(knowledge.fixes().len(), 2);
    let page = &knowledge.pages()[0];
    assert_eq!(
        (page.title.as_str(), page.text.as_str()),
        ("Title", "Text.")
    );
    assert_eq!(page.systems, ["make", "go"]);
    std::fs::write(
        folder.path().join("fixes.jsonl"),
        format!("{line}\n{{\"id\": 3}}\n"),
    )
    .unwrap();
    check("fixes.jsonl:2: invalid type");
    std::fs::write(
        folder.path().join("fixes.jsonl"),
        line.replace("\"succeeded\":3", "\"succeeded\":9"),
    )
    .unwrap();
    check("fixes.jsonl:1: it worked 9 of 4 times");
}

/// Names of programs that all projects of a kind use, and words of every language.
const COMMON: [&str; 14] = [
    "python",
    "pytest",
    "cmake",
    "ninja",
    "go",
    "java",
    "node",
    "gradle",
    "maven",
    "make",
    "pip",
    "setuptools",
    "wheel",
    "c",
];

#[test]
fn built_in_pages_say_nothing_of_shipped_tasks() {
    let suite = Path::new(env!("CARGO_MANIFEST_DIR")).join("../bughound-testbed/suite");
    let mut recipes = Vec::new();
    find_recipes(&suite, &mut recipes);
    let knowledge = Knowledge::built_in();
    assert!(knowledge.fixes().is_empty() && knowledge.pages().len() == 7);
    let text: String = knowledge
        .pages()
        .iter()
        .map(|page| format!("{} ", page.text))
        .collect();
    let words: std::collections::BTreeSet<String> = text
        .split(|c: char| !c.is_alphanumeric() && c != '-' && c != '_')
        .map(str::to_lowercase)
        .collect();
    let mut named = Vec::new();
    for (path, toml) in &recipes {
        for name in names(toml) {
            if words.contains(&name) && !COMMON.contains(&name.as_str()) {
                named.push(format!("{path}: {name}"));
            }
        }
    }
    assert!(named.is_empty(), "{named:?}");
    // What is taken out at run time would be taken out here.
    let tasks: Vec<Recipe> = recipes
        .iter()
        .filter_map(|(_, toml)| toml::from_str(toml).ok())
        .collect();
    for recipe in tasks {
        let mut task = pocket();
        task.recipe = recipe;
        assert_eq!(
            knowledge.clone().for_task(&task),
            knowledge,
            "{}",
            task.recipe.id
        );
    }
}

fn find_recipes(folder: &Path, found: &mut Vec<(String, String)>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            find_recipes(&path, found);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "toml")
        {
            found.push((
                path.display().to_string(),
                std::fs::read_to_string(&path).unwrap(),
            ));
        }
    }
}

/// The project's name, and those of what it is pinned to.
fn names(toml: &str) -> Vec<String> {
    let Ok(value) = toml.parse::<toml::Table>() else {
        return Vec::new();
    };
    let mut names = Vec::new();
    let text = |value: Option<&toml::Value>| value.and_then(toml::Value::as_str).map(str::to_owned);
    names.extend(
        value
            .get("source")
            .and_then(|source| text(source.get("name"))),
    );
    let dependencies = value.get("dependencies").and_then(toml::Value::as_table);
    for key in ["pins", "available"] {
        let list = dependencies.and_then(|table| table.get(key)?.as_array());
        names.extend(list.into_iter().flatten().filter_map(|pin| {
            let pin = pin.as_str()?;
            let end = pin
                .get(1..)?
                .find(['=', '@', '<', '>', '~', ' ', '['])
                .map_or(pin.len(), |at| at + 1);
            Some(pin[..end].to_owned())
        }));
    }
    let hold = dependencies.and_then(|table| table.get("hold")?.as_table());
    names.extend(hold.into_iter().flatten().map(|(name, _)| name.clone()));
    names.iter().map(|name| name.to_lowercase()).collect()
}
