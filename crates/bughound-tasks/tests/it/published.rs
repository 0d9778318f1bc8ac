//! Our ground truth beside one that was worked out independently, on real tasks. Every difference must be
//! listed in `docs/ground-truth.md`.
//!
//! Needs the tasks beside the checkout (`../shared/data`) and their repositories: a folder in the
//! environment variable `BUGHOUND_REPOS` and, for forks, a map file in `BUGHOUND_REPO_MAP`. Skipped where
//! these are absent.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use bughound_tasks::{GroundTruth, OnMalformed, RepoMap, check_tasks, read_tasks};

#[expect(
    clippy::disallowed_methods,
    reason = "a test may be told where its input lies"
)]
fn variable(name: &str) -> Option<PathBuf> {
    std::env::var(name).ok().map(PathBuf::from)
}

#[test]
fn differences_are_the_documented_ones() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let data = root.join("../shared/data");
    let Some(folder) =
        variable("BUGHOUND_REPOS").filter(|_| data.join("ground-truth.json").is_file())
    else {
        println!("skipped: no ../shared/data beside the checkout, or BUGHOUND_REPOS is not set");
        return;
    };
    let mut repos = RepoMap::new();
    repos.add_folder(&folder).unwrap();
    if let Some(file) = variable("BUGHOUND_REPO_MAP") {
        repos.add_file(&file).unwrap();
    }
    let mut tasks = Vec::new();
    for name in ["swebench-dev.jsonl", "swebench-lite-dev.jsonl"] {
        tasks.extend(
            read_tasks(&data.join(name), OnMalformed::Stop)
                .unwrap()
                .tasks,
        );
    }
    let theirs = std::fs::read(data.join("ground-truth.json")).unwrap();
    let theirs: BTreeMap<String, GroundTruth> = serde_json::from_slice(&theirs).unwrap();
    let documented = std::fs::read_to_string(root.join("docs/ground-truth.md")).unwrap();

    let mut unexplained = Vec::new();
    for check in check_tasks(&tasks, &repos, &|| {}) {
        let (Some(ours), Some(theirs)) = (check.ground_truth, theirs.get(&check.instance_id))
        else {
            panic!("{}: {:?}", check.instance_id, check.findings);
        };
        let sets = |truth: &GroundTruth| -> Vec<BTreeSet<String>> {
            [
                &truth.locations,
                &truth.files,
                &truth.functions,
                &truth.classes,
                &truth.module_level,
                &truth.new_files,
            ]
            .map(|list| list.iter().cloned().collect())
            .to_vec()
        };
        let listed = documented.contains(&format!("`{}`", check.instance_id));
        if (sets(&ours) != sets(theirs)) != listed {
            unexplained.push(check.instance_id);
        }
    }
    assert_eq!(
        unexplained,
        Vec::<String>::new(),
        "tasks that differ and are not listed, or the reverse"
    );
}
