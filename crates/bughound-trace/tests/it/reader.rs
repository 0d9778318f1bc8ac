//! What can be read, and what is refused.

use std::fs;
use std::path::Path;

use bughound_trace::{Trace, TraceReader};

use crate::fixture::{Folder, ids, read, trace, traces};

fn lines(traces: &[Trace]) -> String {
    traces
        .iter()
        .map(|trace| serde_json::to_string(trace).unwrap() + "\n")
        .collect()
}

fn error(path: &Path) -> String {
    match TraceReader::open(path) {
        Ok(reader) => reader
            .filter_map(Result::err)
            .map(|error| error.to_string())
            .collect(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn files_folders_and_plain_lines() {
    let folder = Folder::new();
    let all = traces(3);
    folder.traces("traces.jsonl.zst", &all);
    let plain = folder.file("plain.jsonl", lines(&all).as_bytes());
    // As `zstd` packs a file: one frame for all lines.
    let one_frame = zstd::bulk::compress(lines(&all).as_bytes(), 3).unwrap();
    let packed = folder.file("packed", &one_frame);
    for path in [
        folder.path(""),
        folder.path("traces.jsonl.zst"),
        plain,
        packed,
    ] {
        assert_eq!(read(&path), (all.clone(), Vec::new()), "{path:?}");
        let mut reader = TraceReader::open(&path).unwrap();
        let mut heads = Vec::new();
        while let Some(head) = reader.next_head().unwrap() {
            heads.push(head.id());
        }
        assert_eq!(heads, ids(&all));
    }
    for name in ["empty.jsonl", "empty.jsonl.zst", "empty"] {
        assert_eq!(read(&folder.file(name, b"")), (Vec::new(), Vec::new()));
    }
}

#[test]
fn odd_lines_are_findings() {
    let folder = Folder::new();
    let all = traces(2);
    let text = lines(&all[..1]) + "\n{\"format\": 1, \"task\": 7}\n" + &lines(&all[1..]) + "{\"for";
    let (read, findings) = read(&folder.file("t.jsonl", text.as_bytes()));
    assert_eq!(read, all);
    let first = lines(&all[..1]).len() + 1;
    let last = text.len() - 5;
    assert_eq!(
        findings,
        [
            format!(
                "the line at byte {first} is no trace and is left out: invalid type: integer `7`, expected struct TaskRecord"
            ),
            format!(
                "the file ends inside a trace: its last 5 bytes, from byte {last}, are left out"
            ),
        ]
    );
    // The last line is whole, though its end is not there yet.
    let text = lines(&all);
    let path = folder.file("t.jsonl", text.trim_end().as_bytes());
    assert_eq!(crate::fixture::read(&path), (all, Vec::new()));
}

#[test]
fn newer_traces_are_refused() {
    let folder = Folder::new();
    let ours = trace("a", 0);
    let mut newer = serde_json::to_value(&ours).unwrap();
    newer["format"] = 7.into();
    newer["bughound"] = "9.1.0".into();
    newer["task"] = "it may look like anything".into();
    let path = folder.file("t.jsonl", (lines(&[ours]) + &newer.to_string()).as_bytes());
    let mut reader = TraceReader::open(&path).unwrap();
    assert!(reader.next().unwrap().is_ok());
    let error = reader.next().unwrap().unwrap_err().to_string();
    assert!(reader.next().is_none());
    insta::assert_snapshot!(error.replace(&*path.to_string_lossy(), "t.jsonl"), @"t.jsonl was written by Bughound 9.1.0 in trace format 7; this is Bughound 0.1.0, which reads formats up to 1: a newer Bughound is needed");
}

#[test]
fn other_files_are_refused() {
    let folder = Folder::new();
    let check = |path: &Path, expect: &str| {
        let error = error(path).replace(&*folder.path("").to_string_lossy(), "");
        assert_eq!(error, expect);
    };
    check(
        &folder.path("absent.jsonl"),
        "cannot open absent.jsonl: No such file or directory (os error 2)",
    );
    fs::create_dir(folder.path("folder")).unwrap();
    check(
        &folder.path("folder"),
        "folder is not a file of traces: the folder holds no traces.jsonl.zst",
    );
    check(
        &folder.file("notes.txt", b"Dear diary,\n"),
        "notes.txt is not a file of traces: it begins neither like zstd nor like a line of JSON",
    );
    check(
        &folder.file("messages.jsonl", b"{\"messages\": []}\n"),
        "messages.jsonl is not a file of traces: no trace is in it, and the line at byte 0 is no trace and is \
         left out: missing field `format`",
    );
    check(
        &folder.file("zeros.jsonl.zst", &[0; 99]),
        "zeros.jsonl.zst is not a file of traces: no trace is in it, and 99 bytes from byte 0 are damaged and \
         left out",
    );
}

#[test]
fn numbers_that_json_does_not_know_are_read_again() {
    let folder = Folder::new();
    let mut odd = trace("a", 0);
    let message = odd.stages[0]
        .messages
        .iter_mut()
        .find(|m| m.reply.is_some());
    let tokens = &mut message.unwrap().reply.as_mut().unwrap().tokens;
    tokens.as_mut().unwrap().logprobs = vec![f32::NEG_INFINITY, -1.5];
    odd.reward.as_mut().unwrap().value = f64::NAN;
    let (path, _) = folder.traces("t.jsonl.zst", &[odd]);
    let (read, findings) = read(&path);
    assert!(findings.is_empty(), "{findings:?}");
    assert!(read[0].reward.as_ref().unwrap().value.is_nan());
    let reply = read[0].messages().find_map(|m| m.reply.as_ref()).unwrap();
    assert_eq!(
        reply.tokens.as_ref().unwrap().logprobs,
        [f32::NEG_INFINITY, -1.5]
    );
}
