//! Parsing of unified diffs.

use bughound_tasks::{FilePatch, HunkLine, Patch, parse_patch};
use insta::assert_snapshot;
use proptest::prelude::*;

/// One line per file and hunk, then the findings.
fn show(patch: &Patch) -> String {
    let mut lines = Vec::new();
    for file in &patch.files {
        let FilePatch {
            old_path,
            new_path,
            copied,
            binary,
            hunks,
        } = file;
        let path = |path: &Option<String>| path.clone().unwrap_or_else(|| "none".to_owned());
        let mut line = format!("{} -> {}", path(old_path), path(new_path));
        line += if *copied { " copied" } else { "" };
        line += if *binary { " binary" } else { "" };
        lines.push(line);
        for hunk in hunks {
            let marks: String = hunk
                .lines
                .iter()
                .map(|line| match line {
                    HunkLine::Context(_) => ' ',
                    HunkLine::Delete(_) => '-',
                    HunkLine::Insert(_) => '+',
                })
                .collect();
            let (old, new) = (
                (hunk.old_start, hunk.old_len),
                (hunk.new_start, hunk.new_len),
            );
            lines.push(format!(
                "  {old:?} {new:?} [{marks}] at {}",
                hunk.patch_line
            ));
        }
    }
    lines.extend(patch.findings.iter().map(|finding| format!("! {finding}")));
    lines.join("\n")
}

#[test]
fn a_plain_change() {
    let text = "diff --git a/x/y.py b/x/y.py\nindex 1..2 100644\n--- a/x/y.py\n+++ b/x/y.py\n@@ -1,3 +1,3 @@ class A:\n a\n-b\n+c\n d\n@@ -9 +9,2 @@\n e\n+f\n";
    assert_snapshot!(show(&parse_patch(text)), @"
    x/y.py -> x/y.py
      (1, 3) (1, 3) [ -+ ] at 5
      (9, 1) (9, 2) [ +] at 10
    ");
}

#[test]
fn new_deleted_renamed_copied_and_modes() {
    let text = "\
diff --git a/new.py b/new.py
new file mode 100644
--- /dev/null
+++ b/new.py
@@ -0,0 +1,1 @@
+x
diff --git a/empty.py b/empty.py
new file mode 100644
index 0000000..e69de29
diff --git a/gone.py b/gone.py
deleted file mode 100644
--- a/gone.py
+++ /dev/null
@@ -1 +0,0 @@
-x
diff --git a/old name.py b/new name.py
similarity index 90%
rename from old name.py
rename to new name.py
--- a/old name.py
+++ b/new name.py
@@ -1 +1 @@
-x
+y
diff --git a/p.py b/q.py
similarity index 100%
copy from p.py
copy to q.py
diff --git a/with space.sh b/with space.sh
old mode 100644
new mode 100755
";
    assert_snapshot!(show(&parse_patch(text)), @"
    none -> new.py
      (0, 0) (1, 1) [+] at 5
    none -> empty.py
    gone.py -> none
      (1, 1) (0, 0) [-] at 14
    old name.py -> new name.py
      (1, 1) (1, 1) [-+] at 22
    p.py -> q.py copied
    with space.sh -> with space.sh
    ");
}

#[test]
fn binary_files() {
    let text = "\
diff --git a/i.png b/i.png
index 1..2 100644
Binary files a/i.png and b/i.png differ
diff --git a/j.png b/j.png
new file mode 100644
GIT binary patch
literal 10
ScmZQzWMKdS0RR91

diff --git a/k.py b/k.py
--- a/k.py
+++ b/k.py
@@ -1 +1 @@
-a
+b
";
    assert_snapshot!(show(&parse_patch(text)), @"
    i.png -> i.png binary
    none -> j.png binary
    k.py -> k.py
      (1, 1) (1, 1) [-+] at 13
    ");
}

#[test]
fn quoted_paths() {
    let text = "diff --git \"a/na\\303\\257ve.py\" \"b/na\\303\\257ve.py\"\n--- \"a/na\\303\\257ve.py\"\n+++ \"b/na\\303\\257ve.py\"\n@@ -1 +1 @@\n-a\n+b\n";
    assert_snapshot!(show(&parse_patch(text)), @"
    naïve.py -> naïve.py
      (1, 1) (1, 1) [-+] at 4
    ");
    let text =
        "diff --git \"a/tab\\tq\\\".py\" \"b/tab\\tq\\\".py\"\nold mode 100644\nnew mode 100755\n";
    assert_eq!(
        parse_patch(text).files[0].old_path.as_deref(),
        Some("tab\tq\".py")
    );
}

#[test]
fn without_git() {
    let text = "Some words.\n\n--- old/x.py\t2020-01-01 00:00:00\n+++ old/x.py\t2020-01-02 00:00:00\n@@ -1,2 +1,2 @@\n-a\n+b\n c\n-- \n2.30.1\n";
    assert_snapshot!(show(&parse_patch(text)), @"
    old/x.py -> old/x.py
      (1, 2) (1, 2) [-+ ] at 5
    ");
}

#[test]
fn lines_that_look_like_headers_are_content() {
    let text =
        "--- a/x.sql\n+++ b/x.sql\n@@ -1,3 +1,2 @@\n--- a comment\n-@@ -1 +1 @@\n+++ plus\n c\n";
    assert_snapshot!(show(&parse_patch(text)), @"
    x.sql -> x.sql
      (1, 3) (1, 2) [--+ ] at 3
    ");
}

#[test]
fn newline_marks_and_stripped_blanks() {
    let text = "--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n a\n\n-b\n\\ No newline at end of file\n+c\n\\ No newline at end of file\n";
    assert_snapshot!(show(&parse_patch(text)), @"
    x -> x
      (1, 3) (1, 3) [  -+] at 3
    ");
}

#[test]
fn counts_that_lie_are_findings() {
    let text = "--- a/x\n+++ b/x\n@@ -1,1 +1,1 @@\n a\n-b\n+c\n+d\n--- a/y\n+++ b/y\n@@ -1,9 +1,9 @@\n a\n-b\ndiff --git a/z b/z\nold mode 1\n";
    assert_snapshot!(show(&parse_patch(text)), @"
    x -> x
      (1, 1) (1, 1) [ -++] at 3
    y -> y
      (1, 9) (1, 9) [ -] at 10
    z -> z
    ! line 3: the header of the hunk promises 1 old and 1 new lines, but there are 2 and 3; its lines are believed (patch-malformed)
    ! line 10: the header of the hunk promises 9 old and 9 new lines, but there are 2 and 1; its lines are believed (patch-malformed)
    ");
}

#[test]
fn what_is_no_patch_is_a_finding() {
    let check = |text: &str, expect: &str| assert_eq!(show(&parse_patch(text)), expect);
    check("", "! the patch is empty (patch-malformed)");
    check("\n \n", "! the patch is empty (patch-malformed)");
    check(
        "hello\nworld",
        "! the patch holds no diff (patch-malformed)",
    );
    check(
        "@@ -1 +1 @@\n-a\n+b",
        "! the patch holds no diff (patch-malformed)",
    );
    let broken = show(&parse_patch("--- a/x\n+++ b/x\n@@ -a +1 @@\n-a\n"));
    assert!(
        broken.contains("not a hunk header, its lines are ignored"),
        "{broken}"
    );
}

proptest! {
    #[test]
    fn any_text_is_survived(text in "([-+ @\\\\a\"/]|diff --git |--- a/x\n|[+]{3} b/x\n|@@ -1,2 [+]3,4 @@\n|\n|\r\n){0,40}") {
        let _ = parse_patch(&text);
    }
}
