//! Applying patches.

use bughound_tasks::{Applied, Block, Mismatch, apply, parse_patch};
use proptest::prelude::*;

fn run(pre: &str, hunks: &str) -> Result<Applied, Mismatch> {
    let patch = parse_patch(&format!("--- a/x\n+++ b/x\n{hunks}"));
    apply(pre, &patch.files[0])
}

fn block(after: u32, deleted: &[u32], inserted: &[u32]) -> Block {
    Block {
        after,
        deleted: deleted.to_vec(),
        inserted: inserted.to_vec(),
    }
}

#[test]
fn blocks_know_both_sides() {
    let applied = run(
        "a\nb\nc\nd\n",
        "@@ -1,4 +1,5 @@\n a\n-b\n+x\n+y\n c\n d\n+e\n",
    )
    .unwrap();
    assert_eq!(applied.post, "a\nx\ny\nc\nd\ne\n");
    assert_eq!(
        applied.blocks,
        [block(1, &[2], &[2, 3]), block(4, &[], &[6])]
    );
}

#[test]
fn insertions_without_context() {
    let applied = run("a\nb\n", "@@ -1,0 +2,1 @@\n+x\n").unwrap();
    assert_eq!(applied.post, "a\nx\nb\n");
    assert_eq!(applied.blocks, [block(1, &[], &[2])]);
    let applied = run("", "@@ -0,0 +1,1 @@\n+x\n").unwrap();
    assert_eq!(applied.post, "x\n");
}

#[test]
fn a_hunk_that_moved_is_found_and_the_next_ones_follow() {
    let pre = "0\n1\n2\na\nb\nc\n3\n4\nd\ne\n";
    let applied = run(
        pre,
        "@@ -2,3 +2,3 @@\n a\n-b\n+x\n c\n@@ -7,2 +7,2 @@\n d\n-e\n+y\n",
    )
    .unwrap();
    assert_eq!(applied.post, "0\n1\n2\na\nx\nc\n3\n4\nd\ny\n");
    assert_eq!(applied.moved, [(1, 2), (2, 2)]);
}

#[test]
fn line_ends_do_not_matter() {
    let applied = run("a\r\nb\r\n", "@@ -1,2 +1,2 @@\n a\n-b\n+c\n").unwrap();
    assert_eq!(applied.blocks, [block(1, &[2], &[2])]);
}

#[test]
fn a_mismatch_says_where() {
    let error = run("a\nb\n", "@@ -1,2 +1,2 @@\n a\n-c\n+d\n").unwrap_err();
    assert_eq!(
        error.to_string(),
        "hunk 1 (line 3 of the patch) does not fit: line 2 of the file is `b`, where the patch has `c`"
    );
    let error = run("a\n", "@@ -1,2 +1,2 @@\n a\n-c\n+d\n").unwrap_err();
    assert!(error.to_string().contains("is past its end"), "{error}");
}

proptest! {
    /// A patch made of two texts turns one into the other.
    #[test]
    fn patches_do_what_they_say(
        lines in prop::collection::vec(("[a-c]{0,2}", 0_u8..3), 0..20),
    ) {
        let (mut pre, mut post, mut body) = (String::new(), String::new(), String::new());
        let (mut n_old, mut n_new) = (0, 0);
        for (text, kind) in &lines {
            if *kind != 1 { pre += &format!("{text}\n"); n_old += 1; }
            if *kind != 2 { post += &format!("{text}\n"); n_new += 1; }
            body += &format!("{}{text}\n", [' ', '+', '-'][usize::from(*kind)]);
        }
        let start = |n: i32| i32::from(n > 0);
        let header = format!("@@ -{},{n_old} +{},{n_new} @@\n", start(n_old), start(n_new));
        let applied = run(&pre, &format!("{header}{body}")).unwrap();
        prop_assert_eq!(applied.post, post);
        let deleted: usize = applied.blocks.iter().map(|b| b.deleted.len()).sum();
        prop_assert_eq!(deleted, lines.iter().filter(|(_, kind)| *kind == 2).count());
    }
}
