//! How many episodes per second? A scripted policy makes six calls, exits and answers, again and again; every
//! episode is driven, scored and written to a file of traces.
//!
//! ```console
//! $ cargo run --release -p bughound-rollout --example throughput -- REPOSITORY [REVISION] [EPISODES] [THREADS]
//! ```
//!
//! The calls are those of the paper's tool set on the first class with three methods and the first function of
//! the largest source files, so that they show real code of ordinary length.

#![expect(clippy::print_stdout, reason = "a program for developers")]

use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use bughound_agent::ScriptedPolicy;
use bughound_core::{Completion, SymbolKind};
use bughound_index::{FileIdx, FileRole, Index, SymbolIdx};
use bughound_repo::Repo;
use bughound_rollout::{RolloutRequest, SilentWatch, rollout};
use bughound_store::Store;
use bughound_tasks::{RepoMap, Task};
use bughound_tools::Budget;
use bughound_trace::Budgets;
use serde_json::json;

const RUNS: usize = 5;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let repository = arguments.next().ok_or("give a repository")?;
    let revision = arguments.next().unwrap_or_else(|| "HEAD".to_owned());
    let n_episodes: u32 = arguments.next().map_or(Ok(10_000), |n| n.parse())?;
    let threads: usize = arguments.next().map_or(Ok(2), |n| n.parse())?;
    let threads = NonZeroUsize::new(threads).ok_or("give at least one thread")?;

    let repo = Repo::open(Path::new(&repository))?;
    let snapshot = Arc::new(repo.snapshot(&revision)?);
    let commit = snapshot.commit().ok_or("no commit")?.to_string();
    let folder = std::env::temp_dir().join(format!("bughound-throughput-{}", std::process::id()));
    let store = Store::at(folder.join("cache"));
    let (index, _) = Index::build(snapshot, &store);
    let policy = ScriptedPolicy::new(script(&index).ok_or("there is too little code")?);
    drop(index);

    let map_file = folder.join("map.toml");
    std::fs::write(
        &map_file,
        format!("\"a/b\" = {:?}\n", Path::new(&repository).canonicalize()?),
    )?;
    let mut repos = RepoMap::new();
    repos.add_file(&map_file)?;
    let tasks = [Task {
        instance_id: "a__b-1".to_owned(),
        repo: "a/b".to_owned(),
        base_commit: commit,
        problem_statement: "It is broken, and should not be.".repeat(20),
        patch: "--- a/setup.py\n+++ b/setup.py\n@@ -1,1 +1,1 @@\n-x\n+y\n".to_owned(),
        ..Task::default()
    }];
    let out = folder.join("run");
    let mut rates = Vec::new();
    // The first run of one episode pays for what is made at first use; what is left is subtracted.
    let timed = |n: u32| -> Result<f64, Box<dyn std::error::Error>> {
        let begun = Instant::now();
        let summary = rollout(&RolloutRequest {
            tasks: &tasks,
            repos: &repos,
            policy: &policy,
            protocol: "reposearcher",
            budgets: Budgets::default(),
            tool_budget: Budget::default(),
            n,
            seed: 1,
            store: &store,
            out: &out,
            force: true,
            concurrency: threads,
            threads,
            retries: 0,
            timed: true,
            watch: &SilentWatch,
        })?;
        if let Some((id, fault)) = summary.first_fault {
            return Err(format!("{id}: {fault}").into());
        }
        Ok(begun.elapsed().as_secs_f64())
    };
    for _ in 0..RUNS {
        let opening = timed(1)?;
        let whole = timed(n_episodes)?;
        rates.push((
            f64::from(n_episodes - 1) / (whole - opening).max(1e-9),
            opening,
        ));
    }
    rates.sort_by(|a, b| a.0.total_cmp(&b.0));
    let bytes = std::fs::metadata(out.join("traces.jsonl.zst"))?.len();
    println!(
        "{:.0} episodes per second (median of {RUNS} runs of {n_episodes}; {:.0} to {:.0}), {threads} threads, \
         traces of {} bytes each; opening the repository took {:.0} ms",
        rates[RUNS / 2].0,
        rates[0].0,
        rates[RUNS - 1].0,
        bytes / u64::from(n_episodes),
        rates[RUNS / 2].1 * 1000.0,
    );
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}

/// Six calls, `exit`, an answer.
fn script(index: &Index) -> Option<Vec<Completion>> {
    let mut files: Vec<FileIdx> = index
        .file_idxs()
        .filter(|&file| index.file(file).role() == FileRole::Source)
        .collect();
    files.sort_by_key(|&file| std::cmp::Reverse(index.symbols_of(file).count()));
    let methods_of = |class: SymbolIdx| -> Vec<SymbolIdx> {
        index
            .symbols_of(index.file_of(class))
            .filter(|&symbol| index.parent(symbol) == Some(class))
            .filter(|&symbol| index.symbol(symbol).kind() == SymbolKind::Method)
            .collect()
    };
    let class = files
        .iter()
        .flat_map(|&file| index.symbols_of(file))
        .find(|&symbol| {
            index.symbol(symbol).kind() == SymbolKind::Class && methods_of(symbol).len() >= 3
        })?;
    let function = files
        .iter()
        .flat_map(|&file| index.symbols_of(file))
        .find(|&symbol| {
            index.symbol(symbol).kind() == SymbolKind::Function && index.parent(symbol).is_none()
        })?;
    let path = index.symbol(class).path().to_string();
    let class_name = index.symbol(class).qualified_name();
    let method = |at: usize| {
        let name = index.symbol(methods_of(class)[at]).name();
        ScriptedPolicy::call(
            "search_class_method",
            &json!({"file": path, "class": class_name, "method": name}),
        )
    };
    let function = index.symbol(function);
    Some(vec![
        ScriptedPolicy::call("get_imports_of_file", &json!({"file": path})),
        ScriptedPolicy::call("search_class", &json!({"file": path, "class": class_name})),
        method(0),
        method(1),
        method(2),
        ScriptedPolicy::call(
            "search_function",
            &json!({"file": function.path().as_str(), "function": function.name()}),
        ),
        ScriptedPolicy::call("exit", &json!({})),
        ScriptedPolicy::text(&format!("```\n{path}::{class_name}\n```")),
    ])
}
