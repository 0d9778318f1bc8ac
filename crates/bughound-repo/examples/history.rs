//! Times the history of a revision, and prints it as
//! `git log --format='commit %H %ct' --name-only --no-renames` does:
//! `cargo run --release -p bughound-repo --example history -- REPO REV CACHE [print]`.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "an example prints"
)]

use std::io::{BufWriter, Write, stdout};
use std::path::Path;
use std::time::Instant;

use bughound_repo::{History, Repo};
use bughound_store::Store;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().collect();
    let [_, path, rev, cache, rest @ ..] = args.as_slice() else {
        return Err("usage: history REPO REV CACHE_FOLDER [print]".into());
    };
    let start = Instant::now();
    let repo = Repo::open(Path::new(path))?;
    let tip = repo.resolve(rev)?;
    eprintln!("open and resolve {:?}", start.elapsed());
    let start = Instant::now();
    let history = History::read(&repo, tip, &Store::at(cache))?;
    let n_changes: usize = history.commits().map(|commit| commit.paths.len()).sum();
    let n_bytes: usize = history.commits().map(|commit| commit.message.len()).sum();
    eprintln!(
        "{} commits, {} paths, {n_changes} changes, {n_bytes} bytes of messages: {:?}",
        history.len(),
        history.paths().len(),
        start.elapsed()
    );
    history
        .problems()
        .iter()
        .for_each(|problem| eprintln!("{problem:?}"));
    if !rest.is_empty() {
        let mut out = BufWriter::new(stdout().lock());
        for commit in history.commits() {
            writeln!(out, "commit {} {}", commit.id, commit.time)?;
            for path in commit.paths {
                writeln!(out, "{}", history.paths()[*path as usize])?;
            }
        }
    }
    Ok(())
}
