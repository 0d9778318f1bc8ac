//! Appending, at the same time as others, and putting into order.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};

use bughound_trace::{TraceEncoder, TraceError, TraceReader, TraceWriter, sort_traces};
use proptest::prelude::*;

use crate::fixture::{Folder, ids, read, traces};

#[test]
fn appended_traces_come_back() {
    let folder = Folder::new();
    let all = traces(4);
    let path = folder.path("t.jsonl.zst");
    for trace in &all {
        let mut writer = TraceWriter::open(&path).unwrap();
        let span = writer.append(trace).unwrap();
        assert_eq!(span.end(), fs::metadata(&path).unwrap().len());
        assert_eq!(writer.torn(), None);
    }
    assert_eq!(read(&path), (all, Vec::new()));
    assert_eq!(fs::read_dir(folder.path("")).unwrap().count(), 1);
}

#[test]
fn encoders_of_other_threads_serve_as_well() {
    let folder = Folder::new();
    let all = traces(3);
    let path = folder.path("t.jsonl.zst");
    let mut writer = TraceWriter::open(&path).unwrap();
    let mut encoder = TraceEncoder::new().unwrap();
    for trace in &all {
        writer.append_frame(encoder.encode(trace).unwrap()).unwrap();
    }
    assert_eq!(read(&path).0, all);
}

#[test]
fn there_is_one_writer() {
    let folder = Folder::new();
    let path = folder.path("t.jsonl.zst");
    let writer = TraceWriter::open(&path).unwrap();
    let busy = TraceWriter::open(&path);
    assert!(matches!(busy, Err(TraceError::Busy { .. })));
    drop(writer);
    assert!(TraceWriter::open(&path).is_ok());
}

#[test]
fn files_of_others_are_left_alone() {
    let folder = Folder::new();
    for bytes in [&b"Dear diary,\n"[..], b"{\"format\": 1}\n", &[0; 20]] {
        let path = folder.file("t", bytes);
        let error = TraceWriter::open(&path).err().unwrap();
        assert!(matches!(error, TraceError::NotTraces { .. }), "{error}");
        assert_eq!(fs::read(&path).unwrap(), bytes);
    }
}

#[test]
fn a_file_is_read_while_it_is_written() {
    let folder = Folder::new();
    let all = traces(300);
    let path = folder.path("t.jsonl.zst");
    TraceWriter::open(&path).unwrap();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut writer = TraceWriter::open(&path).unwrap();
            for trace in &all {
                writer.append(trace).unwrap();
            }
            done.store(true, Ordering::Release);
        });
        let mut n_seen = 0;
        loop {
            let last = done.load(Ordering::Acquire);
            let mut reader = TraceReader::open(&path).unwrap();
            let heads = std::iter::from_fn(|| reader.next_head().unwrap()).map(|head| head.id());
            let seen: Vec<String> = heads.collect();
            assert_eq!(seen, ids(&all[..seen.len()]));
            assert!(seen.len() >= n_seen);
            n_seen = seen.len();
            if last {
                break;
            }
        }
        assert_eq!(n_seen, all.len());
    });
}

#[test]
fn a_finished_file_has_its_order() {
    let folder = Folder::new();
    let all = traces(3);
    let path = folder.path("t.jsonl.zst");
    let mut writer = TraceWriter::open(&path).unwrap();
    let spans: Vec<_> = all.iter().map(|t| writer.append(t).unwrap()).collect();
    writer.finish(&[spans[2], spans[0]]).unwrap();
    assert_eq!(read(&path).0, [all[2].clone(), all[0].clone()]);
    // The lock went with the old file; the new one can be appended to.
    TraceWriter::open(&path).unwrap().append(&all[1]).unwrap();
    assert_eq!(ids(&read(&path).0), ["task-1#0", "task-0#0", "task-0#1"]);
    assert_eq!(fs::read_dir(folder.path("")).unwrap().count(), 1);
}

#[test]
fn a_reader_keeps_the_file_that_it_opened() {
    let folder = Folder::new();
    let all = traces(3);
    let (path, _) = folder.traces("t.jsonl.zst", &all);
    let reader = TraceReader::open(&path).unwrap();
    sort_traces(&path, &["task-1#0".to_owned()]).unwrap();
    let seen: Vec<_> = reader.map(Result::unwrap).collect();
    assert_eq!(seen, all);
    assert_eq!(ids(&read(&path).0), ["task-1#0", "task-0#0", "task-0#1"]);
}

#[test]
fn sorting_drops_nothing() {
    let folder = Folder::new();
    let all = traces(4);
    let (path, ends) = folder.traces("t.jsonl.zst", &all);
    let mut bytes = fs::read(&path).unwrap();
    bytes[ends[1] + 30] ^= 0x55;
    let strange = zstd::bulk::compress(b"{\"format\": 1}\n", 1).unwrap();
    bytes.splice(ends[0]..ends[0], strange);
    folder.file("t.jsonl.zst", &bytes);
    sort_traces(&path, &["task-1#1".to_owned(), "task-0#0".to_owned()]).unwrap();
    let sorted = fs::read(&path).unwrap();
    assert_eq!(sorted.len(), bytes.len());
    let (traces, findings) = read(&path);
    assert_eq!(ids(&traces), ["task-1#1", "task-0#0", "task-0#1"]);
    assert_eq!(findings.len(), 2, "{findings:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    /// Sorting is a permutation, and doing it again changes nothing.
    #[test]
    fn sorting_sorts(order in Just((0..7_usize).collect::<Vec<_>>()).prop_shuffle(), n in 0..7_usize) {
        let folder = Folder::new();
        let all = traces(7);
        let (path, _) = folder.traces("t.jsonl.zst", &all);
        let wanted: Vec<String> = order[..n].iter().map(|&at| all[at].id()).collect();
        let rest = ids(&all).into_iter().filter(|id| !wanted.contains(id));
        let expect: Vec<String> = wanted.iter().cloned().chain(rest).collect();
        sort_traces(&path, &wanted).unwrap();
        prop_assert_eq!(&ids(&read(&path).0), &expect);
        let bytes = fs::read(&path).unwrap();
        sort_traces(&path, &wanted).unwrap();
        prop_assert_eq!(fs::read(&path).unwrap(), bytes);
    }
}
