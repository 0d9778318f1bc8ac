//! How long tool calls take in process: `call_times REPO REV [CACHE]` indexes a revision, calls every tool
//! a few thousand times with arguments drawn from the index, and prints percentiles in microseconds.
#![expect(clippy::print_stdout, reason = "a program for people")]

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use bughound_index::{Index, SymbolIdx};
use bughound_repo::Repo;
use bughound_store::Store;
use bughound_tools::{ToolContext, tool};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [repo, rev, rest @ ..] = &arguments[..] else {
        return Err("call_times REPO REV [CACHE]".into());
    };
    let store = rest.first().map_or_else(Store::none, Store::at);
    let started = Instant::now();
    let snapshot = Arc::new(Repo::open(Path::new(repo))?.snapshot(rev)?);
    let (index, report) = Index::build(snapshot, &store);
    println!(
        "{} files, {} symbols in {:?}",
        report.n_files,
        index.n_symbols(),
        started.elapsed()
    );
    let context = ToolContext::new(Arc::new(index));
    let index = context.index();

    // Every k-th definition, so that all parts of the repository are asked for.
    let symbols: Vec<SymbolIdx> = index
        .symbol_idxs()
        .step_by((index.n_symbols() / 3000).max(1))
        .collect();
    for name in [
        "get_repo_structure",
        "read_lines",
        "get_imports_of_file",
        "search_class",
        "search_function",
        "search_class_method",
        "get_code_of_class",
        "get_code_of_class_function",
        "get_code_of_file_function",
        "find_callers",
        "find_callees",
        "find_subclasses",
        "find_tests",
        "search_text",
    ] {
        let called = tool(name).ok_or("no such tool")?;
        let calls: Vec<Value> = symbols
            .iter()
            .filter_map(|&symbol| arguments_of(index, name, symbol))
            .collect();
        let calls = &calls[..calls
            .len()
            .min(if name == "search_text" { 60 } else { 3000 })];
        // A first call may build a table of the index; it is shown by itself.
        if let Some(call) = calls.first() {
            let started = Instant::now();
            drop(called.call(&context, call));
            println!(
                "{name:28} first call {:>9.1} µs",
                started.elapsed().as_secs_f64() * 1e6
            );
        }
        // The first round of the first tools reads files from the repository, later ones find them in
        // memory.
        for round in ["cold", "warm"] {
            let mut times = Vec::with_capacity(calls.len());
            for call in calls {
                let started = Instant::now();
                let outcome = called.call(&context, call);
                times.push(started.elapsed().as_secs_f64() * 1e6);
                drop(outcome);
            }
            times.sort_by(f64::total_cmp);
            let at = |percent: usize| {
                times
                    .get(times.len() * percent / 100)
                    .copied()
                    .unwrap_or(f64::NAN)
            };
            println!(
                "{name:28} {round} n={:<5} p50 {:>9.1}  p90 {:>9.1}  p99 {:>9.1}  max {:>9.1} µs",
                times.len(),
                at(50),
                at(90),
                at(99),
                times.last().copied().unwrap_or(f64::NAN)
            );
        }
    }
    Ok(())
}

/// Arguments that ask a tool for a definition; `None` where the tool is for other kinds.
fn arguments_of(index: &Index, tool: &str, symbol: SymbolIdx) -> Option<Value> {
    let symbol = index.symbol(symbol);
    let path = symbol.path().as_str();
    let name = symbol.qualified_name();
    let class_and_method = || name.rsplit_once('.');
    match tool {
        "get_repo_structure" => Some(json!({"folder": symbol.path().parent(), "tests": true})),
        "find_callers" | "find_callees" | "find_tests" => {
            Some(json!({"symbol": symbol.id().to_string()}))
        }
        "find_subclasses" if symbol.kind().is_type() => {
            Some(json!({"class": symbol.id().to_string()}))
        }
        "search_text" => Some(json!({"text": symbol.name()})),
        "read_lines" => {
            Some(json!({"file": path, "start": symbol.lines().start, "end": symbol.lines().end}))
        }
        "get_imports_of_file" => Some(json!({"file": path})),
        "search_class" if symbol.kind().is_type() => Some(json!({"file": path, "class": name})),
        "search_function" if symbol.kind().is_callable() && !name.contains('.') => {
            Some(json!({"file": path, "function": name}))
        }
        "search_class_method" if symbol.kind().is_callable() => class_and_method()
            .map(|(class, method)| json!({"file": path, "class": class, "method": method})),
        "get_code_of_class" if symbol.kind().is_type() => {
            Some(json!({"file_name": path, "class_name": name}))
        }
        "get_code_of_file_function" if symbol.kind().is_callable() && !name.contains('.') => {
            Some(json!({"file_name": path, "func_name": name}))
        }
        "get_code_of_class_function" if symbol.kind().is_callable() => class_and_method().map(
            |(class, method)| json!({"file_name": path, "class_name": class, "func_name": method}),
        ),
        _ => None,
    }
}
