//! The rules of `docs/ground-truth.md`, one small patch each.

use std::fmt::Write as _;

use bughound_tasks::{PreImage, ground_truth_of_patch};
use insta::assert_snapshot;

/// Turns `pre` into `post` with a patch of one hunk that replaces only what differs between common first
/// and last lines, and shows the ground truth.
fn change(path: &str, pre: &str, post: &str) -> String {
    let (old, new): (Vec<&str>, Vec<&str>) = (pre.lines().collect(), post.lines().collect());
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let room = old.len().min(new.len()) - head;
    let tail = old
        .iter()
        .rev()
        .zip(new.iter().rev())
        .take_while(|(a, b)| a == b)
        .count()
        .min(room);
    let mut body = String::new();
    for (mark, lines) in [(' ', &old[..head]), ('-', &old[head..old.len() - tail])] {
        lines
            .iter()
            .for_each(|line| writeln!(body, "{mark}{line}").unwrap());
    }
    for (mark, lines) in [
        ('+', &new[head..new.len() - tail]),
        (' ', &new[new.len() - tail..]),
    ] {
        lines
            .iter()
            .for_each(|line| writeln!(body, "{mark}{line}").unwrap());
    }
    let patch = format!(
        "diff --git a/{path} b/{path}\n--- a/{path}\n+++ b/{path}\n@@ -1,{} +1,{} @@\n{body}",
        old.len(),
        new.len()
    );
    show(&patch, &[(path, pre)])
}

/// The fields that are not empty, and the findings.
fn show(patch: &str, files: &[(&str, &str)]) -> String {
    let mut read = |path: &str| match files.iter().find(|(known, _)| *known == path) {
        Some((_, text)) => PreImage::Text((*text).to_owned()),
        None => PreImage::Absent,
    };
    let (truth, findings) = ground_truth_of_patch(patch, &mut read);
    let serde_json::Value::Object(fields) = serde_json::to_value(&truth).unwrap() else {
        panic!()
    };
    let mut lines = Vec::new();
    for (field, value) in fields {
        let items: Vec<String> = serde_json::from_value(value).unwrap();
        if !items.is_empty() {
            lines.push(format!("{field}: {}", items.join(" ")));
        }
    }
    lines.extend(findings.iter().map(|finding| format!("! {finding}")));
    lines.join("\n")
}

const PRE: &str = "\
import os

LIMIT = 3


class A(Base):
    x = 1

    @property
    def first(self):
        return 1

    def second(self):
        def inner():
            return 2
        return inner()


def f():
    return 3
";

#[test]
fn a_line_of_a_method() {
    assert_snapshot!(change("a.py", PRE, &PRE.replace("return 1", "return 10")), @"
    locations: a.py::A.first
    files: a.py
    functions: a.py::A.first
    enclosing_classes: a.py::A
    ");
}

#[test]
fn lines_added_below_the_last_line_of_a_method_belong_to_it() {
    assert_snapshot!(change("a.py", PRE, &PRE.replace("        return 1\n", "        log()\n        return 1\n        done()\n")), @"
    locations: a.py::A.first
    files: a.py
    functions: a.py::A.first
    enclosing_classes: a.py::A
    ");
    assert_snapshot!(change("a.py", PRE, &format!("{PRE}    return 4\n")), @"
    locations: a.py::f
    files: a.py
    functions: a.py::f
    ");
}

#[test]
fn a_function_inside_a_function_is_part_of_it() {
    assert_snapshot!(change("a.py", PRE, &PRE.replace("return 2", "return 20")), @"
    locations: a.py::A.second
    files: a.py
    functions: a.py::A.second
    enclosing_classes: a.py::A
    ");
}

#[test]
fn decorators_belong_to_their_function() {
    let post = PRE.replace("    @property\n", "    @cached_property\n");
    assert_snapshot!(change("a.py", PRE, &post), @"
    locations: a.py::A.first
    files: a.py
    functions: a.py::A.first
    enclosing_classes: a.py::A
    ");
}

#[test]
fn class_level_lines_and_new_methods_are_the_class() {
    assert_snapshot!(change("a.py", PRE, &PRE.replace("x = 1", "x = 2")), @"
    locations: a.py::A
    files: a.py
    classes: a.py::A
    ");
    let post = PRE.replace(
        "        return inner()\n",
        "        return inner()\n\n    def third(self):\n        return 5\n",
    );
    assert_snapshot!(change("a.py", PRE, &post), @"
    locations: a.py::A
    files: a.py
    classes: a.py::A
    new_functions: a.py::A.third
    ");
    let post = PRE.replace(
        "    @property\n",
        "    @property\n    def zeroth(self):\n        return 0\n\n    @property\n",
    );
    assert_snapshot!(change("a.py", PRE, &post), @"
    locations: a.py::A
    files: a.py
    classes: a.py::A
    new_functions: a.py::A.zeroth
    ");
}

#[test]
fn module_level_lines_are_the_file() {
    assert_snapshot!(change("a.py", PRE, &PRE.replace("LIMIT = 3", "LIMIT = 4")), @"
    locations: a.py
    files: a.py
    module_level: a.py
    ");
    assert_snapshot!(change("a.py", PRE, &format!("{PRE}\n\nclass B:\n    def m(self):\n        pass\n\n\ndef g():\n    pass\n")), @"
    locations: a.py
    files: a.py
    module_level: a.py
    new_functions: a.py::B.m a.py::g
    new_classes: a.py::B
    ");
}

#[test]
fn a_renamed_function_is_edited_under_its_old_name() {
    assert_snapshot!(change("a.py", PRE, &PRE.replace("def first(self)", "def primary(self)")), @"
    locations: a.py::A.first
    files: a.py
    functions: a.py::A.first
    enclosing_classes: a.py::A
    ");
    assert_snapshot!(change("a.py", PRE, &PRE.replace("def f():\n    return 3", "def g(x):\n    return x")), @"
    locations: a.py::f
    files: a.py
    functions: a.py::f
    ");
}

#[test]
fn methods_of_a_renamed_class_are_the_old_ones() {
    let post = PRE
        .replace("class A(Base)", "class Renamed(Base)")
        .replace("    return 1\n", "    log()\n        return 1\n");
    assert_snapshot!(change("a.py", PRE, &post), @"
    locations: a.py::A.first a.py::A
    files: a.py
    functions: a.py::A.first
    classes: a.py::A
    enclosing_classes: a.py::A
    ");
}

#[test]
fn a_removed_function_is_edited() {
    assert_snapshot!(change("a.py", PRE, &PRE.replace("\n\ndef f():\n    return 3\n", "")), @"
    locations: a.py::f
    files: a.py
    functions: a.py::f
    ");
}

#[test]
fn blank_lines_belong_to_nobody() {
    assert_snapshot!(change("a.py", PRE, &PRE.replace("        return 1\n", "        return 10\n\n\n")), @"
    locations: a.py::A.first
    files: a.py
    functions: a.py::A.first
    enclosing_classes: a.py::A
    ");
    // Unless nothing else changes.
    assert_snapshot!(change("a.py", PRE, &PRE.replace("import os\n", "import os\n\n")), @"
    locations: a.py
    files: a.py
    module_level: a.py
    ");
}

#[test]
fn rust() {
    let pre = "struct S;\n\nimpl S {\n    const N: u32 = 1;\n\n    fn m(&self) -> u32 {\n        1\n    }\n}\n\nfn f() {}\n";
    assert_snapshot!(change("src/s.rs", pre, &pre.replace("        1\n", "        2\n")), @"
    locations: src/s.rs::S.m
    files: src/s.rs
    functions: src/s.rs::S.m
    enclosing_classes: src/s.rs::S
    ");
    // Lines of an `impl` block are lines of the type.
    assert_snapshot!(change("src/s.rs", pre, &pre.replace("const N: u32 = 1;", "const N: u32 = 2;")), @"
    locations: src/s.rs::S
    files: src/s.rs
    classes: src/s.rs::S
    ");
    assert_snapshot!(change("src/s.rs", pre, &pre.replace("fn f() {}", "fn f() {\n    log();\n}")), @"
    locations: src/s.rs::f
    files: src/s.rs
    functions: src/s.rs::f
    ");
}

#[test]
fn java() {
    let pre =
        "package p;\n\nclass A {\n    int x = 1;\n\n    int get() {\n        return x;\n    }\n}\n";
    assert_snapshot!(change("A.java", pre, &pre.replace("return x", "return x + 1")), @"
    locations: A.java::A.get
    files: A.java
    functions: A.java::A.get
    enclosing_classes: A.java::A
    ");
}

#[test]
fn files_without_a_front_end_count_as_files() {
    assert_snapshot!(change("style.css", "a { b: c }\n", "a { b: d }\n"), @"
    locations: style.css
    files: style.css
    ");
}

#[test]
fn documents_and_binary_files_are_kept_apart() {
    let patch = "\
diff --git a/CHANGES.rst b/CHANGES.rst
--- a/CHANGES.rst
+++ b/CHANGES.rst
@@ -1 +1,2 @@
 a
+b
diff --git a/docs/i.png b/docs/i.png
Binary files a/docs/i.png and b/docs/i.png differ
diff --git a/NEWS b/NEWS
--- a/NEWS
+++ b/NEWS
@@ -1 +1,2 @@
 a
+b
diff --git a/requirements-dev.txt b/requirements-dev.txt
--- a/requirements-dev.txt
+++ b/requirements-dev.txt
@@ -1 +1,2 @@
 a
+b
";
    assert_snapshot!(show(patch, &[("requirements-dev.txt", "a\n")]), @"
    locations: requirements-dev.txt
    files: requirements-dev.txt
    other_files: CHANGES.rst docs/i.png NEWS
    ");
}

#[test]
fn new_deleted_renamed_and_copied_files() {
    let patch = "\
diff --git a/new.py b/new.py
new file mode 100644
--- /dev/null
+++ b/new.py
@@ -0,0 +1,2 @@
+def f():
+    pass
diff --git a/gone.py b/gone.py
deleted file mode 100644
--- a/gone.py
+++ /dev/null
@@ -1,2 +0,0 @@
-def g():
-    pass
diff --git a/old.py b/moved.py
rename from old.py
rename to moved.py
--- a/old.py
+++ b/moved.py
@@ -1,2 +1,2 @@
 def h():
-    pass
+    return 1
diff --git a/c.py b/d.py
copy from c.py
copy to d.py
";
    assert_snapshot!(show(patch, &[("old.py", "def h():\n    pass\n")]), @"
    locations: old.py::h gone.py
    files: gone.py old.py
    functions: old.py::h
    new_files: new.py d.py
    ");
}

#[test]
fn what_cannot_be_used_is_a_finding() {
    let patch = "--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-x = 1\n+x = 2\n";
    assert_snapshot!(show(patch, &[]), @"
    locations: a.py
    files: a.py
    ! a.py: the patch edits this file, which is not there before it (file-unreadable)
    ");
    assert_snapshot!(show(patch, &[("a.py", "y = 1\n")]), @"
    locations: a.py
    files: a.py
    ! line 3: a.py: hunk 1 (line 3 of the patch) does not fit: line 1 of the file is `y = 1`, where the patch has `x = 1` (patch-does-not-apply)
    ");
    assert_snapshot!(show("", &[]), @"
    ! the patch is empty (patch-malformed)
    ! the patch edits no source file: there is nothing to find (no-ground-truth)
    ");
    assert_snapshot!(show(patch, &[("a.py", "def f(:\n  'x\nx = 1\n")]), @"
    locations: a.py
    files: a.py
    module_level: a.py
    ! a.py: hunk 1 fits +2 lines from where its header says (patch-malformed)
    ");
}
