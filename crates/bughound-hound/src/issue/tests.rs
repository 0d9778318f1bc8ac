//! The issue as a whole: what every reader together makes of it.

use proptest::prelude::*;

use super::*;

/// Zones as `zone: text`, one a line, newlines shown as `⏎`.
fn zones_of(text: &str) -> String {
    let issue = Issue::read(text);
    let mut shown = String::new();
    for span in &issue.zones {
        shown.push_str(&format!(
            "{}: {}\n",
            span.zone.name(),
            issue.text[span.start..span.end].replace('\n', "⏎")
        ));
    }
    shown
}

#[test]
fn a_github_issue() {
    let text = "\
Crash in `Box.open`
<!-- Please read the guide -->
### Describe the bug

Calling `box.open()` fails.

```python
box.open()
```

### Expected behavior
No crash.

### Versions
```
Python 3.8
numpy: 1.2
```
";
    insta::assert_snapshot!(zones_of(text), @r"
    title: Crash in `Box.open`⏎
    prose: ⏎
    boilerplate: ### Describe the bug⏎
    prose: ⏎Calling 
    inline: `box.open()`
    prose:  fails.⏎⏎
    boilerplate: ```python⏎
    code: box.open()⏎
    boilerplate: ```⏎
    prose: ⏎
    boilerplate: ### Expected behavior⏎
    prose: No crash.⏎⏎
    boilerplate: ### Versions⏎```⏎Python 3.8⏎numpy: 1.2⏎```⏎
    ");
}

#[test]
fn a_text_without_marks() {
    let text = "\
Title of it
Description
\t
\t\t(last modified by Someone)
\t
Having these two models
class A(models.Model):
\tname = models.CharField('x', max_length=50)
# Renamed
class B(models.Model):
\tfk = models.ForeignKey(A)
it fails like this:
Traceback (most recent call last):
 File \"/x/a.py\", line 3, in f
\tg()
ValueError: bad value here
Please help.
";
    insta::assert_snapshot!(zones_of(text), @r#"
    title: Title of it⏎
    boilerplate: Description⏎
    prose: 	⏎
    boilerplate: 		(last modified by Someone)⏎
    prose: 	⏎Having these two models⏎
    code: class A(models.Model):⏎	name = models.CharField('x', max_length=50)⏎# Renamed⏎class B(models.Model):⏎	fk = models.ForeignKey(A)⏎
    prose: it fails like this:⏎
    traceback: Traceback (most recent call last):⏎ File "/x/a.py", line 3, in f⏎	g()⏎ValueError: bad value here⏎
    prose: Please help.⏎
    "#);
}

#[test]
fn a_bare_traceback_has_no_title() {
    let issue = Issue::read(
        "Traceback (most recent call last):\n  File \"a.py\", line 1, in f\nKeyError: 'x'\n",
    );
    assert_eq!(issue.title(), "");
    assert_eq!(issue.zones.len(), 1);
    assert_eq!(issue.zones[0].zone, Zone::Traceback);
}

fn check_invariants(text: &str) {
    let issue = Issue::read(text);
    let mut end = 0;
    for span in &issue.zones {
        assert_eq!(span.start, end);
        assert!(span.end > span.start);
        assert!(issue.text.is_char_boundary(span.end));
        end = span.end;
    }
    assert_eq!(end, issue.text.len());
    for identifier in &issue.identifiers {
        assert!(issue.text[identifier.first_at..].starts_with(&identifier.name));
        assert!(identifier.zone_counts.iter().any(|count| *count > 0));
    }
    for path in &issue.paths {
        assert!(issue.text[path.at..].starts_with(&path.text));
    }
    for message in &issue.messages {
        assert!(issue.text.is_char_boundary(message.at));
    }
    assert!(
        issue
            .frames
            .windows(2)
            .all(|pair| pair[0].traceback <= pair[1].traceback)
    );
    assert!(issue.dotted.iter().all(|chain| chain.parts.len() > 1));
    // What was read once reads the same again.
    assert_eq!(Issue::read(&issue.text), issue);
}

/// Pieces that readers look for, so that random texts reach their depths.
const PIECES: &[&str] = &[
    "Traceback (most recent call last):\n",
    "  File \"a.py\", line 3, in f\n",
    "    g()\n",
    "ValueError: bad\n",
    "```\n",
    "```python\n",
    "~~~\n",
    "`",
    "``",
    "{{{",
    "}}}",
    "<pre>\n",
    "</pre>\n",
    "<!--",
    "-->",
    "\r\n",
    "\n",
    "\n\n",
    "a/b.py:3: in f\n",
    "a/b.py:3: E\n",
    "> x\n",
    "E   x\n",
    "~/a.py in f(x)\n",
    "----> 3 x\n",
    "File a.py:3, in f(x)\n",
    "thread 'main' panicked at src/a.rs:1:2:\n",
    "stack backtrace:\n",
    "   0: a::b\n",
    "     at ./a.rs:1:2\n",
    "    at f (a.js:1:2)\n",
    "    at a.B.c(B.java:3)\n",
    "Caused by: a.B: x\n",
    "goroutine 1 [running]:\n",
    "main.f(0x1)\n",
    "\t/a/b.go:3 +0x1\n",
    "panic: x\n",
    "#0 0x1 in f a.c:3\n",
    "#1 0x1 in f at a.c:3\n",
    "a.c:1:2: error: x\n",
    " --> a.rs:1:2\n",
    "https://github.com/o/r/blob/x/a.py#L1-L2",
    "a.b.c",
    "x::y",
    "\"",
    "'",
    "some more words",
    "## Versions\n",
    "numpy: 1.2\n",
    "    ",
    "\t",
    "- [x] y\n",
    "line 3 of a.py",
    "C:\\a\\b.py",
    "é",
    "日本",
    "\u{1f600}",
    "\u{200b}",
    "def f(x):\n",
    "x = 1\n",
    ">>> f()\n",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_text_is_covered(text in any::<String>()) {
        check_invariants(&text);
    }

    #[test]
    fn any_mix_of_pieces_is_covered(pieces in prop::collection::vec(prop::sample::select(PIECES), 0..60)) {
        check_invariants(&pieces.concat());
    }

    #[test]
    fn any_ascii_is_covered(text in "[ -~\\n\\t]{0,300}") {
        check_invariants(&text);
    }
}

#[test]
fn long_hostile_texts_take_linear_time() {
    for piece in [
        "`",
        "` ",
        "'a ",
        "\"",
        "a.",
        "a/",
        "```\n",
        "<!--",
        "    x\n",
        "Traceback (most recent call last):\n",
        "  File \"a.py\", line 3, in f\n",
        "a.py:3: \n",
        "~/a.py in f(x)\n",
        "----> 3 x\n",
        "thread 'main' panicked at src/a.rs:1:2:\n",
        "{{{",
        "(",
        "a: ",
        "https://",
        "E   x\n",
        "#0 0x1 in f\n",
        "    at f (a.js:1:2)\n",
        "goroutine 1 [running]:\n",
        "1.2: 3.4\n",
        "\\",
    ] {
        let text = piece.repeat(300_000 / piece.len());
        // A quadratic reader would need minutes here; the limit is the test runner's patience.
        let issue = Issue::read(&text);
        assert!(issue.text.len() <= text.len());
    }
}

/// What the readers find in the real issues of the development data: floors, so that a rule that loses
/// a whole form of traceback or link is noticed.
#[test]
fn real_issues() {
    let data = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let mut counts = [0; 6];
    for (file, n_tasks) in [
        ("swebench-dev.jsonl", 206),
        ("swebench-lite-dev.jsonl", 207),
    ] {
        let Ok(tasks) = std::fs::read_to_string(data.join(file)) else {
            println!("skipped: no {file} beside the project");
            return;
        };
        assert_eq!(tasks.lines().count(), n_tasks);
        for line in tasks.lines() {
            let task: serde_json::Value = serde_json::from_str(line).unwrap();
            let text = task["problem_statement"].as_str().unwrap();
            check_invariants(text);
            let issue = Issue::read(text);
            let found = [
                issue
                    .frames
                    .iter()
                    .any(|frame| frame.dialect == Dialect::Python),
                issue
                    .frames
                    .iter()
                    .any(|frame| frame.dialect == Dialect::IPython),
                issue
                    .frames
                    .iter()
                    .any(|frame| frame.dialect == Dialect::Pytest),
                !issue.links.is_empty(),
                issue
                    .messages
                    .iter()
                    .any(|message| message.kind == MessageKind::ErrorLine),
                issue
                    .paths
                    .iter()
                    .any(|path| path.is_file && path.zone != Zone::Traceback),
            ];
            for (count, found) in counts.iter_mut().zip(found) {
                *count += usize::from(found);
            }
        }
    }
    let floors = [79, 14, 8, 34, 140, 100];
    assert!(
        counts
            .iter()
            .zip(floors)
            .all(|(count, floor)| *count >= floor),
        "{counts:?} < {floors:?}"
    );
}
