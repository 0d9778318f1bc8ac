//! `bughound show`.

use crate::assert_output;
use crate::fixture::Fixture;

#[test]
fn sources_by_every_kind_of_name() {
    let fixture = Fixture::new();
    assert_output!(fixture.run(&["show", "pkg/config.py::Reader.decode"]).all(), @"
    exit code 0
    --- stdout
    Reader.decode  method
    pkg/config.py:20-21
    20 │     def decode(self, text):
    21 │         return json.loads(text or '{}')
    Called by
      Reader.load  pkg/config.py:18  same class
    ");
    let expect = fixture.run(&["show", "Reader.decode"]).stdout;
    for name in [
        "decode",
        "Reader::decode",
        "pkg/config.py:20",
        "pkg/config.py::Reader.decode",
    ] {
        assert_eq!(fixture.run(&["show", name]).stdout, expect, "{name}");
    }
}

#[test]
fn outlines() {
    assert_output!(Fixture::new().run(&["show", "pkg/config.py"]).all(), @"
    exit code 0
    --- stdout
    Reader  class 6-21
      __init__  method 9-10
      load  method 12-18
      decode  method 20-21
    default_settings  function 24-25
    ");
}

#[test]
fn misses_offer_what_is_near() {
    let fixture = Fixture::new();
    assert_output!(fixture.run(&["show", "Reader.laod"]).all(), @"
    exit code 1
    --- stderr
    no definition is called `Reader.laod` in the working directory of [FOLDER]/repo; did you mean `Reader.load`, `Reader.decode`?
    ");
    assert_output!(fixture.run(&["show", "pkg/config.py::lod"]).all(), @"
    exit code 1
    --- stderr
    no definition is called `lod` in pkg/config.py in the working directory of [FOLDER]/repo; did you mean `pkg/config.py::load`?
    ");
    assert_output!(fixture.run(&["show", "config.py::load"]).all(), @"
    exit code 1
    --- stderr
    no source file is called config.py in the working directory of [FOLDER]/repo; did you mean `pkg/config.py`?
    ");
    assert_output!(fixture.run(&["show", "pkg/config.py:3"]).all(), @"
    exit code 1
    --- stderr
    no definition is around line 3 of pkg/config.py in the working directory of [FOLDER]/repo
    ");
    let ran = fixture.run(&["show", "nothing_like_it", "--format", "json"]);
    assert_eq!(
        (ran.code, ran.json()["symbols"].as_array().unwrap().len()),
        (1, 0)
    );
}

#[test]
fn json_lists_relations() {
    let document = Fixture::new()
        .run(&["show", "load", "--format", "json"])
        .json();
    let symbol = &document["symbols"][0];
    assert_eq!(symbol["id"], "pkg/config.py::Reader.load");
    assert!(
        symbol["source"]
            .as_str()
            .unwrap()
            .starts_with("    def load(self, path):\n")
    );
    let has = |list: &str, name: &str| {
        symbol[list]
            .as_array()
            .unwrap()
            .iter()
            .any(|relation| relation["qualified_name"] == name)
    };
    assert!(has("callers", "main"), "{symbol:#}");
    assert!(has("callees", "Reader.decode"), "{symbol:#}");
    assert!(
        has("tests", "test_load_rejects_empty_settings"),
        "{symbol:#}"
    );
}

#[test]
fn relations_can_be_left_out() {
    let shown = Fixture::new()
        .run(&["show", "load", "--no-relations"])
        .stdout;
    assert!(
        shown.contains("def load") && !shown.contains("Called by"),
        "{shown}"
    );
}
