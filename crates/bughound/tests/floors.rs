//! The floors of ARCHITECTURE.md hold: a crate depends on crates of lower floors only.

use std::collections::BTreeMap;
use std::path::Path;

use cargo_metadata::MetadataCommand;

const FLOORS: &[(&str, u32)] = &[
    ("bughound-core", 0),
    ("bughound-fake-llm", 0),
    ("bughound-store", 1),
    ("bughound-sandbox", 1),
    ("bughound-syntax", 1),
    ("bughound-metrics", 1),
    ("bughound-net", 1),
    ("bughound-nn", 1),
    ("bughound-llm", 1),
    ("bughound-tokens", 1),
    ("bughound-repo", 2),
    ("bughound-trace", 2),
    ("bughound-mutate", 2),
    ("bughound-objective", 2),
    ("bughound-engines", 2),
    ("bughound-analyze", 3),
    ("bughound-index", 3),
    ("bughound-testbed", 3),
    ("bughound-tools", 4),
    ("bughound-hound", 4),
    ("bughound-tasks", 4),
    ("bughound-rewards", 4),
    ("bughound-maker", 4),
    ("bughound-agent", 5),
    ("bughound-repair", 5),
    ("bughound-local", 6),
    ("bughound-rollout", 6),
    ("bughound-pipeline", 6),
    ("bughound-resolve", 7),
    ("bughound-eval", 7),
    ("bughound-train", 7),
    ("bughound-tune", 7),
    ("bughound-serve", 7),
    ("bughound", 8),
    ("bughound-bench", 8),
];

#[test]
fn crates_depend_on_lower_floors_only() {
    let floors: BTreeMap<&str, u32> = FLOORS.iter().copied().collect();
    let metadata = MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .no_deps()
        .exec()
        .unwrap();
    let mut names: Vec<&str> = metadata
        .packages
        .iter()
        .map(|package| package.name.as_str())
        .collect();
    names.sort_unstable();
    let known: Vec<&str> = floors.keys().copied().collect();
    assert_eq!(
        names, known,
        "the crates of the workspace and the floors in this test"
    );

    let mut wrong = Vec::new();
    for package in &metadata.packages {
        let floor = floors[package.name.as_str()];
        for dependency in &package.dependencies {
            if let Some(below) = floors.get(dependency.name.as_str())
                && *below >= floor
            {
                wrong.push(format!(
                    "{} (floor {floor}) uses {} (floor {below})",
                    package.name, dependency.name
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_architecture_page_lists_the_same_floors() {
    let page = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let listed: Vec<(String, u32)> = page.lines().filter_map(table_row).collect();
    let expected: Vec<(String, u32)> = FLOORS
        .iter()
        .map(|(name, floor)| ((*name).to_owned(), *floor))
        .collect();
    assert_eq!(listed, expected);
}

/// `| 1 | ``bughound-store`` | ... |`.
fn table_row(line: &str) -> Option<(String, u32)> {
    let mut cells = line.strip_prefix('|')?.split('|').map(str::trim);
    let floor = cells.next()?.parse().ok()?;
    let name = cells.next()?.strip_prefix('`')?.strip_suffix('`')?;
    Some((name.to_owned(), floor))
}

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}
