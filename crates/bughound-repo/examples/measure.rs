//! Times the crate on a repository: `cargo run --release -p bughound-repo --example measure -- REPO REV EXT`.
//! REV `worktree` takes the working directory; EXT `list` prints the entries as `git ls-tree -r` does.
#![allow(clippy::print_stdout, reason = "an example prints")]

use std::path::Path;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::time::Instant;

use bughound_repo::{Repo, Snapshot};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().collect();
    let [_, path, rev, extension] = args.as_slice() else {
        return Err("usage: measure REPO REV EXTENSION".into());
    };
    let start = Instant::now();
    let repo = Repo::open(Path::new(path))?;
    if extension != "list" {
        println!("open {:?}", start.elapsed());
    }
    for _ in 0..3 {
        let start = Instant::now();
        let snapshot = match rev.as_str() {
            "worktree" => Snapshot::worktree(Path::new(path))?,
            _ => repo.snapshot(rev)?,
        };
        if extension == "list" {
            for entry in snapshot.entries() {
                println!("{:?} {}\t{}", entry.kind, entry.id, entry.path);
            }
            return Ok(());
        }
        println!(
            "snapshot {} entries {:?}",
            snapshot.entries().len(),
            start.elapsed()
        );
        read(&snapshot, extension);
    }
    Ok(())
}

fn read(snapshot: &Snapshot, extension: &str) {
    let wanted: Vec<_> = snapshot
        .entries()
        .iter()
        .filter(|entry| entry.path.extension() == extension)
        .collect();
    let (bytes, failed, next) = (AtomicU64::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let (mut reader, mut buffer) = (snapshot.reader(), Vec::new());
                while let Some(chunk) = wanted.chunks(64).nth(next.fetch_add(1, Relaxed)) {
                    for entry in chunk {
                        match reader.read(entry, &mut buffer) {
                            Ok(()) => bytes.fetch_add(buffer.len() as u64, Relaxed),
                            Err(_) => failed.fetch_add(1, Relaxed) as u64,
                        };
                    }
                }
            });
        }
    });
    println!(
        "  read {} files, {bytes:?} bytes, {failed:?} failed, {:?}",
        wanted.len(),
        start.elapsed()
    );
}
