//! Times the cache: `cargo run --release -p bughound-store --example measure -- EMPTY_FOLDER`.
#![allow(clippy::print_stdout, reason = "an example prints")]

use std::time::Instant;

use bughound_store::{Key, Store};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let dir = std::env::args()
        .nth(1)
        .ok_or("usage: measure EMPTY_FOLDER")?;
    let key = |n: u64| -> Key {
        let mut key = [0; 20];
        key[..8].copy_from_slice(&n.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes());
        key
    };
    let entries: Vec<_> = (0..30_000)
        .map(|n| (key(n), vec![n.to_le_bytes()[0]; 1000]))
        .collect();
    let store = Store::at(dir);

    let start = Instant::now();
    store.table("one", 1).put_all(&entries)?;
    println!(
        "one segment of 30,000 values, 30 MB, written in {:?}",
        start.elapsed()
    );
    let start = Instant::now();
    for part in entries.chunks(1000) {
        store.table("many", 1).put_all(part)?;
    }
    println!(
        "30 segments of 1,000 values written and merged in {:?}",
        start.elapsed()
    );

    for table in ["one", "many", "one", "many"] {
        let start = Instant::now();
        let opened = store.table(table, 1);
        let open = start.elapsed();
        let apart = entries
            .iter()
            .step_by(12)
            .filter(|(key, _)| opened.get(key).is_some())
            .count();
        println!(
            "{table}: opened in {open:?}, {apart} values far apart read in {:?} in all",
            start.elapsed()
        );
        let opened = store.table(table, 1);
        let start = Instant::now();
        let side = entries
            .iter()
            .skip(7000)
            .take(2500)
            .filter(|(key, _)| opened.get(key).is_some())
            .count();
        println!(
            "{table}: {side} values side by side in {:?}",
            start.elapsed()
        );
    }
    Ok(())
}
