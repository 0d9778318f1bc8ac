//! Reading tasks.

use std::sync::Arc;

use bughound_tasks::{OnMalformed, Task, read_tasks, write_tasks};
use parquet::data_type::{ByteArray, ByteArrayType};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

fn line(id: &str, issue: &str) -> String {
    format!(
        r#"{{"instance_id":"{id}","repo":"a/b","base_commit":"c","problem_statement":"{issue}","patch":"p"}}"#
    )
}

/// Ids, number skipped, and findings of a file with this content.
fn read(
    content: &[u8],
    on_malformed: OnMalformed,
) -> Result<(Vec<String>, usize, Vec<String>), String> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("tasks");
    std::fs::write(&path, content).unwrap();
    let set = read_tasks(&path, on_malformed)
        .map_err(|error| error.to_string().replace(path.to_str().unwrap(), "FILE"))?;
    let ids = set.tasks.into_iter().map(|task| task.instance_id).collect();
    Ok((
        ids,
        set.skipped,
        set.findings.iter().map(ToString::to_string).collect(),
    ))
}

#[test]
fn json_lines_and_arrays() {
    let (one, two) = (line("1", "x"), line("2", "y"));
    for text in [
        format!("{one}\n{two}\n"),
        format!("{one}\r\n\n  \n{two}"),
        format!("\u{feff}{one}\n{two}"),
        format!("[{one},\n{two}]"),
    ] {
        let (ids, skipped, findings) = read(text.as_bytes(), OnMalformed::Stop).unwrap();
        assert_eq!(
            (ids, skipped, findings),
            (vec!["1".to_owned(), "2".to_owned()], 0, vec![]),
            "{text}"
        );
    }
    assert_eq!(
        read(b"", OnMalformed::Stop).unwrap().0,
        Vec::<String>::new()
    );
}

#[test]
fn a_malformed_line_is_named() {
    let check = |bad: &str, expect: &str| {
        let text = format!("{}\n{bad}\n{}\n", line("1", "x"), line("2", "y"));
        assert_eq!(
            read(text.as_bytes(), OnMalformed::Stop).unwrap_err(),
            format!("FILE: {expect}")
        );
        let (ids, skipped, findings) = read(text.as_bytes(), OnMalformed::Skip).unwrap();
        assert_eq!((ids.len(), skipped), (2, 1));
        assert_eq!(findings, [expect]);
    };
    check(
        "{\"instance_id\": ",
        "line 2: not JSON: EOF while parsing a value at column 16 (malformed)",
    );
    check(
        "7",
        "line 2: not a task: invalid type: integer `7`, expected struct Task (malformed)",
    );
    check(
        r#"{"instance_id": "x", "repo": "a/b"}"#,
        "x: line 2: not a task: missing field `base_commit` (malformed)",
    );
    check(
        &line("z", "i").replace("a/b", ""),
        "z: line 2: not a task: `repo` is empty (malformed)",
    );
}

#[test]
fn broken_arrays_and_parquet_files_are_errors() {
    let error = read(b"[{}, ", OnMalformed::Skip).unwrap_err();
    assert!(error.starts_with("FILE: not a JSON array: EOF"), "{error}");
    let error = read(b"PAR1 and nothing behind it", OnMalformed::Skip).unwrap_err();
    assert!(
        error.starts_with("FILE: not a readable parquet file"),
        "{error}"
    );
    let error = read_tasks(std::path::Path::new("no/such/file"), OnMalformed::Stop).unwrap_err();
    assert!(
        error.to_string().starts_with("cannot read no/such/file: "),
        "{error}"
    );
}

#[test]
fn repeated_ids_and_empty_issues_are_findings() {
    let text = [line("1", "x"), line("2", " "), line("1", "y")].join("\n");
    let (ids, skipped, findings) = read(text.as_bytes(), OnMalformed::Stop).unwrap();
    assert_eq!((ids, skipped), (vec!["1".to_owned(), "2".to_owned()], 1));
    assert_eq!(
        findings,
        [
            "2: line 2: the issue has no text (empty-issue)",
            "1: line 3: the same id as in line 1, which counts (duplicate-id)",
        ]
    );
}

/// Values, definition levels, repetition levels.
type Column = (
    &'static [&'static str],
    &'static [i16],
    Option<&'static [i16]>,
);

/// A parquet file as the data sets have it: text columns, and test names in a list or as JSON in a text.
fn parquet_file() -> Vec<u8> {
    let schema = "message schema {
        REQUIRED BYTE_ARRAY instance_id (UTF8);
        OPTIONAL BYTE_ARRAY repo (UTF8);
        OPTIONAL BYTE_ARRAY base_commit (UTF8);
        OPTIONAL BYTE_ARRAY problem_statement (UTF8);
        OPTIONAL BYTE_ARRAY patch (UTF8);
        OPTIONAL BYTE_ARRAY hints_text (UTF8);
        OPTIONAL BYTE_ARRAY FAIL_TO_PASS (UTF8);
        OPTIONAL group PASS_TO_PASS (LIST) { repeated group list { OPTIONAL BYTE_ARRAY element (UTF8); } }
    }";
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let mut bytes = Vec::new();
    let mut writer = SerializedFileWriter::new(
        &mut bytes,
        schema,
        Arc::new(WriterProperties::builder().build()),
    )
    .unwrap();
    let mut group = writer.next_row_group().unwrap();
    let columns: [Column; 8] = [
        (&["i1", "i2"], &[], None),
        (&["a/b", "c/d"], &[1, 1], None),
        (&["c1", "c2"], &[1, 1], None),
        (&["It breaks.\n\"Quoted\"", "ünï"], &[1, 1], None),
        (&["diff", "diff"], &[1, 1], None),
        (&["a hint"], &[1, 0], None),
        (&["[\"t1\", \"t2\"]", "[]"], &[1, 1], None),
        (&["p1", "p2"], &[3, 3, 1], Some(&[0, 1, 0])),
    ];
    for (values, definitions, repetitions) in columns {
        let values: Vec<ByteArray> = values.iter().map(|&text| ByteArray::from(text)).collect();
        let mut column = group.next_column().unwrap().unwrap();
        let definitions = (!definitions.is_empty()).then_some(definitions);
        column
            .typed::<ByteArrayType>()
            .write_batch(&values, definitions, repetitions)
            .unwrap();
        column.close().unwrap();
    }
    group.close().unwrap();
    writer.close().unwrap();
    bytes
}

#[test]
fn parquet() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("test-00000-of-00001.parquet");
    std::fs::write(&path, parquet_file()).unwrap();
    let set = read_tasks(&path, OnMalformed::Stop).unwrap();
    let expected = [
        Task {
            instance_id: "i1".to_owned(),
            repo: "a/b".to_owned(),
            base_commit: "c1".to_owned(),
            problem_statement: "It breaks.\n\"Quoted\"".to_owned(),
            patch: "diff".to_owned(),
            hints_text: Some("a hint".to_owned()),
            fail_to_pass: vec!["t1".to_owned(), "t2".to_owned()],
            pass_to_pass: vec!["p1".to_owned(), "p2".to_owned()],
            ..Task::default()
        },
        Task {
            instance_id: "i2".to_owned(),
            repo: "c/d".to_owned(),
            base_commit: "c2".to_owned(),
            problem_statement: "ünï".to_owned(),
            patch: "diff".to_owned(),
            ..Task::default()
        },
    ];
    assert_eq!(
        (set.tasks.as_slice(), set.findings.as_slice()),
        (&expected[..], &[][..])
    );

    // Written as JSON Lines and read again, the tasks are the same.
    let mut lines = Vec::new();
    write_tasks(&set.tasks, &mut lines).unwrap();
    std::fs::write(&path, lines).unwrap();
    assert_eq!(
        read_tasks(&path, OnMalformed::Stop).unwrap().tasks,
        expected
    );
}
