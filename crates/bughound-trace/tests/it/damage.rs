//! Files that were cut off or damaged: every whole trace is read, and nothing that nobody wrote.

use std::fs;

use bughound_trace::TraceWriter;
use proptest::prelude::*;

use crate::fixture::{Folder, ids, read, traces};

#[test]
fn a_prefix_holds_exactly_the_whole_traces() {
    let folder = Folder::new();
    let all = traces(2);
    let (path, ends) = folder.traces("all.jsonl.zst", &all);
    let bytes = fs::read(path).unwrap();
    for end in 0..=bytes.len() {
        let whole = ends.iter().filter(|&&e| e <= end).count();
        let left = end - ends[..whole].last().unwrap_or(&0);
        let path = folder.file("cut.jsonl.zst", &bytes[..end]);
        let (read, findings) = read(&path);
        assert_eq!(read, all[..whole], "{end}");
        let torn = format!(
            "the file ends inside a trace: its last {left} bytes, from byte {}, are left out",
            end - left
        );
        let expect: &[String] = if left == 0 { &[] } else { &[torn] };
        assert_eq!(findings, expect, "{end}");
    }
}

#[test]
fn a_writer_goes_on_behind_the_last_whole_trace() {
    let all = traces(3);
    let folder = Folder::new();
    let (path, ends) = folder.traces("all.jsonl.zst", &all);
    let bytes = fs::read(path).unwrap();
    for end in (0..bytes.len()).step_by(13).chain(ends.iter().copied()) {
        let folder = Folder::new();
        let path = folder.file("t.jsonl.zst", &bytes[..end]);
        let whole = ends.iter().filter(|&&e| e <= end).count();
        let whole_bytes = *ends[..whole].last().unwrap_or(&0);
        let mut writer = TraceWriter::open(&path).unwrap();
        assert_eq!(writer.length(), whole_bytes as u64);
        writer.append(&all[2]).unwrap();
        let mut expect = all[..whole].to_vec();
        expect.push(all[2].clone());
        assert_eq!(read(&path), (expect, Vec::new()));
        let aside = folder.path("t.jsonl.zst.torn");
        assert_eq!(writer.torn(), aside.exists().then_some(aside.as_path()));
        let torn = fs::read(&aside).unwrap_or_default();
        assert_eq!(torn, bytes[whole_bytes..end]);
    }
}

#[test]
fn damage_between_traces_stays_for_others_to_look_at() {
    let folder = Folder::new();
    let all = traces(3);
    let (path, ends) = folder.traces("t.jsonl.zst", &all);
    let mut bytes = fs::read(&path).unwrap();
    bytes[ends[0] + 40..ends[0] + 60].fill(0);
    folder.file("t.jsonl.zst", &bytes);
    let writer = TraceWriter::open(&path).unwrap();
    assert_eq!(writer.length(), bytes.len() as u64);
    drop(writer);
    let (read, findings) = read(&path);
    assert_eq!(ids(&read), ["task-0#0", "task-1#0"]);
    let length = ends[1] - ends[0];
    let expect = format!(
        "{length} bytes from byte {} are damaged and left out",
        ends[0]
    );
    assert_eq!(findings, [expect]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever happens to one stretch of bytes: the traces outside of it are read, in order, and each trace
    /// that is read is one that was written.
    #[test]
    fn damage_touches_nothing_else(
        at in any::<proptest::sample::Index>(),
        noise in proptest::collection::vec(any::<u8>(), 1..60),
        insert in any::<bool>(),
    ) {
        let folder = Folder::new();
        let all = traces(5);
        let (path, ends) = folder.traces("t.jsonl.zst", &all);
        let mut bytes = fs::read(&path).unwrap();
        let at = at.index(bytes.len());
        let end = if insert { at } else { (at + noise.len()).min(bytes.len()) };
        bytes.splice(at..end, noise);
        folder.file("t.jsonl.zst", &bytes);
        let (read, _) = read(&path);
        let begins = [&[0], &ends[..4]].concat();
        for (n, trace) in all.iter().enumerate() {
            let is_touched = if insert { begins[n] < at && at < ends[n] } else { begins[n] < end && at < ends[n] };
            let count = read.iter().filter(|r| *r == trace).count();
            prop_assert!(count == 1 || is_touched && count == 0, "trace {n} of {ends:?}, {at}..{end}: {count}");
        }
        prop_assert!(read.iter().all(|trace| all.contains(trace)));
        let places: Vec<_> = read.iter().map(|trace| all.iter().position(|t| t == trace)).collect();
        prop_assert!(places.is_sorted());
    }

    /// Bytes that have nothing to do with us are no reason to panic.
    #[test]
    fn noise_is_no_trace(noise in proptest::collection::vec(any::<u8>(), 0..400), packed in any::<bool>()) {
        let folder = Folder::new();
        let path = folder.file(if packed { "t.jsonl.zst" } else { "t.jsonl" }, &noise);
        if let Ok(reader) = bughound_trace::TraceReader::open(&path) {
            prop_assert!(reader.flatten().next().is_none());
        }
    }
}
