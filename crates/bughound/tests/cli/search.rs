//! `bughound search`.

use crate::assert_output;
use crate::fixture::Fixture;

#[test]
fn definitions_by_words() {
    let fixture = Fixture::new();
    insta::with_settings!({ filters => vec![(r"\d+\.\d\d", "[SCORE]")] }, {
        insta::assert_snapshot!(fixture.run(&["search", "-k", "2", "default", "settings"]).all(), @"
    exit code 0
    --- stdout
    pkg/config.py:24: default_settings function [SCORE]
        default (name), set (name)
    pkg/cli.py:4: main function [SCORE]
        default (code), set (code)
    ");
    });
    let document = fixture
        .run(&["search", "--format", "json", "showBanner"])
        .json();
    assert_eq!(document["matches"][0]["qualified_name"], "show_banner");
    assert_eq!(document["matches"][0]["words"][0]["field"], "name");
}

#[test]
fn nothing_to_find() {
    let fixture = Fixture::new();
    assert_output!(fixture.run(&["search", "zebra"]).all(), @"
    exit code 1
    --- stderr
    Nothing found: no definition of the working directory of [FOLDER]/repo holds any of: zebra
    ");
    assert_output!(fixture.run(&["search", "the"]).all(), @"
    exit code 3
    --- stderr
    error: the query holds no word to search for
    hint: common words (`the`, `return`) and single letters are left out
    ");
}
