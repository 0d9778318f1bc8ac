//! `bughound index`.

use crate::assert_output;
use crate::fixture::Fixture;

#[test]
fn cold_then_warm_then_one_file() {
    let fixture = Fixture::new();
    assert_output!(fixture.run(&["index"]).all(), @"
    exit code 0
    --- stdout
    Indexed the working directory of [FOLDER]/repo
    4 source files, 8 definitions
    4 files parsed ([SIZE]), 0 reused from the cache
    history not read (--history)
    [TIME], cache: [FOLDER]/cache
    0 problems
    ");
    assert_output!(fixture.run(&["index", "--history"]).all(), @"
    exit code 0
    --- stdout
    Indexed the working directory of [FOLDER]/repo
    4 source files, 8 definitions
    0 files parsed ([SIZE]), 4 reused from the cache
    [COMMITS] of history
    [TIME], cache: [FOLDER]/cache
    0 problems
    ");
    fixture.write("pkg/cli.py", "def main():\n    pass\n");
    let report = fixture.run(&["index", "--format", "json"]).json();
    assert_eq!(
        (report["parsed"].as_u64(), report["reused"].as_u64()),
        (Some(1), Some(3))
    );
}

#[test]
fn problems_are_listed() {
    let fixture = Fixture::new();
    fixture.write("pkg/broken.py", "def half(:\n    pass\n");
    let ran = fixture.run(&["index"]);
    assert_eq!(ran.code, 0);
    assert!(
        ran.stdout.contains("1 problems\n  pkg/broken.py: line 1: "),
        "{}",
        ran.stdout
    );
}

#[test]
fn cache_dir_and_quiet() {
    let fixture = Fixture::new();
    let ran = fixture.run(&["index", "--cache-dir", "../elsewhere", "--quiet"]);
    assert_eq!((ran.code, ran.all().as_str()), (0, "exit code 0\n"));
    assert!(fixture.path("elsewhere").is_dir());
    assert!(!fixture.cache().exists());
    assert_eq!(
        fixture
            .run(&["index", "--no-cache", "--format", "json"])
            .json()["cache"],
        serde_json::Value::Null
    );
    assert!(!fixture.cache().exists());
}
