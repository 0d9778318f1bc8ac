//! Reading predictions and ground truth of others.

use bughound_tasks::{OnMalformed, read_ground_truth, read_predictions};

/// `id: files | functions` per prediction, then the findings.
fn read(content: &str, on_malformed: OnMalformed) -> Result<String, String> {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("p.jsonl");
    std::fs::write(&path, content).unwrap();
    let set = read_predictions(&path, on_malformed)
        .map_err(|error| error.to_string().replace(path.to_str().unwrap(), "FILE"))?;
    let mut lines: Vec<String> = set
        .predictions
        .iter()
        .map(|p| {
            format!(
                "{}: {} | {}",
                p.instance_id,
                p.files.join(" "),
                p.functions.join(" ")
            )
        })
        .collect();
    lines.extend(set.findings.iter().map(|finding| format!("! {finding}")));
    Ok(lines.join("\n"))
}

#[test]
fn shapes() {
    let check =
        |json: &str, expect: &str| assert_eq!(read(json, OnMalformed::Stop).unwrap(), expect);
    check(
        r#"{"instance_id":"i","files":["a.py"],"functions":["a.py::f"],"scores":{"a.py::f":2.5},"milliseconds":3}"#,
        "i: a.py | a.py::f",
    );
    check(
        r#"{"instance_id":"i","functions":["b.py::g","a.py::f","b.py::h"]}"#,
        "i: b.py a.py | b.py::g a.py::f b.py::h",
    );
    check(r#"{"instance_id":"i","files":["a.py"]}"#, "i: a.py | ");
    check(
        r#"{"instance_id":"i","locations":["a.py:C.m","b.py"," c.py::f "]}"#,
        "i: a.py b.py c.py | a.py::C.m c.py::f",
    );
    check(
        r#"{"instance_id":"i","locations":[{"path":"a.py","qualified_name":"f","score":1},{"path":"b.py"}]}"#,
        "i: a.py b.py | a.py::f",
    );
    check(
        r#"{"instance_id":"i","found_files":["a.py"],"found_related_locs":{"a.py":["class: A\nfunction: A.b\nline: 3"]}}"#,
        "i: a.py | a.py::A a.py::A.b",
    );
}

#[test]
fn what_is_wrong_is_named_or_skipped() {
    let check = |bad: &str, expect: &str| {
        let good = r#"{"instance_id":"i","files":["a.py"]}"#;
        let text = format!("{good}\n{bad}\n");
        assert_eq!(
            read(&text, OnMalformed::Stop).unwrap_err(),
            format!("FILE: {expect}")
        );
        assert_eq!(
            read(&text, OnMalformed::Skip).unwrap(),
            format!("i: a.py | \n! {expect}")
        );
    };
    check(
        "nope",
        "line 2: not JSON: expected ident at column 2 (malformed)",
    );
    check(
        "[1]",
        "line 2: not a prediction: expected an object (malformed)",
    );
    check(
        r#"{"files":[]}"#,
        "line 2: not a prediction: no text under `instance_id` (malformed)",
    );
    check(
        r#"{"instance_id":"j"}"#,
        "j: line 2: not a prediction: none of `files`, `functions`, `locations` and `found_files` is there (malformed)",
    );
    check(
        r#"{"instance_id":"j","files":"a.py"}"#,
        "j: line 2: not a prediction: invalid type: string \"a.py\", expected a sequence (malformed)",
    );
    check(
        r#"{"instance_id":"j","found_files":{}}"#,
        "j: line 2: not a prediction: `found_files` must list paths (malformed)",
    );
}

#[test]
fn the_first_of_two_answers_counts() {
    let text =
        "{\"instance_id\":\"i\",\"files\":[\"a\"]}\n{\"instance_id\":\"i\",\"files\":[\"b\"]}\n";
    assert_eq!(
        read(text, OnMalformed::Stop).unwrap(),
        "i: a | \n! i: line 2: the same id as in line 1, which counts (duplicate-id)"
    );
}

#[test]
fn ground_truth_files() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("gt.json");
    std::fs::write(
        &path,
        r#"{"z": ["a.py::C.m" , "b.py"], "a": {"files": ["c.py"], "functions": ["c.py::K.f"], "classes": ["c.py::D"]}}"#,
    )
    .unwrap();
    let truths = read_ground_truth(&path).unwrap();
    assert_eq!(
        truths.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>(),
        ["z", "a"]
    );
    let (z, a) = (&truths[0].1, &truths[1].1);
    assert_eq!(
        (z.files.join(" "), z.locations.join(" ")),
        ("a.py b.py".to_owned(), "a.py::C.m".to_owned())
    );
    assert_eq!(a.locations, ["c.py::K.f", "c.py::D"]);
    assert_eq!(
        (&a.classes[..], &a.enclosing_classes[..]),
        (&["c.py::D".to_owned()][..], &["c.py::K".to_owned()][..])
    );
    for (text, part) in [
        ("[]", "expected {\"instance_id\""),
        ("{", "not JSON"),
        (r#"{"i": 3}"#, "the entry `i`"),
        (r#"{"i": [3]}"#, "the entry `i`"),
    ] {
        std::fs::write(&path, text).unwrap();
        let error = read_ground_truth(&path).unwrap_err().to_string();
        assert!(error.contains(part), "{text}: {error}");
    }
}
