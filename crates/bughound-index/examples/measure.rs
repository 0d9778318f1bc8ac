//! Measures an index's graph on a repository: `measure REPO REV`.

#![allow(clippy::print_stdout, reason = "a measuring program")]

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use bughound_index::{Evidence, Index, SearchScope, TextPattern};
use bughound_repo::{Repo, Snapshot};
use bughound_store::Store;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().collect();
    let [_, path, rev, names @ ..] = args.as_slice() else {
        return Err("measure REPO REV [SYMBOL …]".into());
    };
    let repo = Repo::open(Path::new(path))?;
    let at = Instant::now();
    let snapshot = Arc::new(Snapshot::at_commit(&repo, repo.resolve(rev)?)?);
    let (index, report) = Index::build(snapshot, &Store::none());
    println!(
        "cold index {:?} {report:?} {} symbols",
        at.elapsed(),
        index.n_symbols()
    );
    let at = Instant::now();
    index.names();
    index.imports();
    println!("names, imports {:?}", at.elapsed());
    let at = Instant::now();
    let graph = index.graph();
    println!("graph {:?}: {} calls", at.elapsed(), graph.calls().len());
    let mut counts = std::collections::BTreeMap::new();
    for call in graph.calls() {
        let kind = match call.evidence {
            Evidence::ByName { .. } => "by name".to_owned(),
            Evidence::BuiltinName { .. } => "built-in name".to_owned(),
            other => other.to_string(),
        };
        *counts.entry(kind).or_insert(0) += 1;
    }
    println!("{counts:?}");
    let n_types: usize = index
        .symbol_idxs()
        .map(|s| index.superclasses(s).len())
        .sum();
    println!("{n_types} base edges");
    index.symbol_idxs().next().map(|s| index.tests_of(s));
    time("callers", &index, |s| index.callers(s).len());
    time("callees", &index, |s| index.callees(s).len());
    time("subclasses", &index, |s| index.subclasses(s).len());
    time("overrides", &index, |s| index.overrides(s).len());
    time("overridden_by", &index, |s| index.overridden_by(s).len());
    time("tests_of", &index, |s| index.tests_of(s).len());
    search(&index)?;
    for name in names {
        let last = name.rsplit('.').next().unwrap_or(name);
        for &symbol in index.names().defined(last) {
            let found = index.symbol(symbol);
            if !found.qualified_name().ends_with(name.as_str()) {
                continue;
            }
            println!("\n{}", found.id());
            let show = |symbol: Option<bughound_index::SymbolIdx>| {
                symbol.map_or("(module)".to_owned(), |symbol| {
                    index.symbol(symbol).id().to_string()
                })
            };
            for edge in index.superclasses(symbol) {
                println!("  above {} {}", show(Some(edge.to)), edge.evidence);
            }
            for edge in index.callers(symbol).iter().take(25) {
                println!(
                    "  caller {} :{} {}",
                    show(edge.from),
                    edge.line,
                    edge.evidence
                );
            }
            for edge in index.callees(symbol).iter().take(25) {
                println!(
                    "  callee {} :{} {}",
                    show(Some(edge.to)),
                    edge.line,
                    edge.evidence
                );
            }
            for test in index.tests_of(symbol).iter().take(8) {
                println!(
                    "  test {} {} {:?}",
                    index.file(test.file).path(),
                    show(test.test),
                    test
                );
            }
            for other in index.overrides(symbol) {
                println!("  overrides {}", show(Some(other)));
            }
        }
    }
    Ok(())
}

fn search(index: &Index) -> Result<(), Box<dyn std::error::Error>> {
    let files: Vec<_> = index.file_idxs().collect();
    for (text, is_regex) in [
        ("self.execute_sql(", false),
        ("chunked_fetch", false),
        ("no such text at all", false),
        ("self", false),
        ("return", false),
        (r"def get_\w+_display", true),
        (r"\bNone$", true),
    ] {
        let pattern = match is_regex {
            true => TextPattern::Regex {
                pattern: text.to_owned(),
                ignore_case: false,
            },
            false => TextPattern::Literal {
                text: text.to_owned(),
                ignore_case: false,
            },
        };
        let mut micros = Vec::new();
        let mut n = (0, 0);
        for _ in 0..12 {
            let at = Instant::now();
            let found = index.search_text(&pattern, SearchScope::Sources(&files), 50)?;
            micros.push(at.elapsed().as_micros());
            n = (found.n_lines, found.n_files);
        }
        let first = micros.remove(0);
        micros.sort_unstable();
        println!(
            "search `{text}`: {n:?} lines, files; first {first} µs, then {} µs",
            micros[micros.len() / 2]
        );
    }
    Ok(())
}

fn time(what: &str, index: &Index, ask: impl Fn(bughound_index::SymbolIdx) -> usize) {
    let mut nanos: Vec<u128> = index
        .symbol_idxs()
        .map(|symbol| {
            let at = Instant::now();
            std::hint::black_box(ask(symbol));
            at.elapsed().as_nanos()
        })
        .collect();
    nanos.sort_unstable();
    let at = |percent: usize| nanos[(nanos.len() - 1) * percent / 100] as f64 / 1000.0;
    println!(
        "{what}: p50 {:.1} µs, p99 {:.1} µs, max {:.1} µs",
        at(50),
        at(99),
        at(100)
    );
}
