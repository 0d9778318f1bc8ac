//! Lines that come from an issue template, or that list versions: they say nothing about the fault.

/// Headings of issue templates, in the form that [`heading_key`] gives.
const HEADINGS: &[&str] = &[
    "a minimal example",
    "about you",
    "actual behavior",
    "actual behaviour",
    "actual outcome",
    "actual output",
    "actual result",
    "actual results",
    "additional context",
    "additional dependencies",
    "additional information",
    "additional info",
    "any additional context",
    "anything else we need to know",
    "are you willing to work on and submit a pr to address the issue",
    "bug description",
    "bug report",
    "bug summary",
    "checklist",
    "code",
    "code for reproduction",
    "code of conduct",
    "code sample",
    "code to reproduce",
    "command used",
    "config",
    "configuration",
    "context",
    "current behavior",
    "current behaviour",
    "description",
    "describe alternatives you've considered",
    "describe the bug",
    "describe the feature",
    "describe the issue",
    "describe the issue linked to the documentation",
    "describe the problem",
    "describe the solution you'd like",
    "describe the workflow you want to enable",
    "describe your proposed solution",
    "desired outcome",
    "detailed description",
    "dialect",
    "error message",
    "example",
    "expected behavior",
    "expected behaviour",
    "expected outcome",
    "expected output",
    "expected result",
    "expected results",
    "feature description",
    "feature request",
    "full traceback",
    "how to reproduce",
    "is your feature request related to a problem? please describe",
    "is your feature request related to a problem",
    "issue",
    "issue summary",
    "link to report",
    "logs",
    "mcve",
    "minimal complete verifiable example",
    "minimal example",
    "minimal reproducible example",
    "motivation",
    "observed behavior",
    "observed behaviour",
    "observed result",
    "output",
    "possible solution",
    "problem",
    "problem description",
    "proposal",
    "proposed fix",
    "proposed solution",
    "pylint output",
    "python code",
    "relevant log output",
    "reproducible example",
    "reproduction",
    "reproduction steps",
    "reproduce",
    "screenshots",
    "screenshot",
    "search before asking",
    "short description",
    "solution",
    "stack trace",
    "stacktrace",
    "steps",
    "steps to reproduce",
    "steps/code to reproduce",
    "steps to reproduce the behavior",
    "suggested solution",
    "summary",
    "test case",
    "the problem",
    "to reproduce",
    "traceback",
    "use case",
    "what did you do",
    "what did you expect to happen",
    "what did you expect to see",
    "what did you see instead",
    "what happened",
    "what you expected to happen",
    "what is the expected behavior",
    "what is the current behavior",
    "what went wrong",
    "your project",
];

/// Headings of sections that list versions, in the same form.
const ENVIRONMENT_HEADINGS: &[&str] = &[
    "config for reproduction environment",
    "describe your environment",
    "environment",
    "environment details",
    "environment info",
    "environment information",
    "extra tools",
    "installation",
    "installed versions",
    "jupyter version",
    "matplotlib backend",
    "matplotlib version",
    "operating system",
    "os",
    "os / environment",
    "package versions",
    "platform",
    "pylint version",
    "python version",
    "software versions",
    "sphinx extensions",
    "sphinx version",
    "system",
    "system details",
    "system info",
    "system information",
    "version",
    "version info",
    "version information",
    "versions",
    "your environment",
    "your version",
];

/// Starts of the sentences that templates ask the author to replace.
const INSTRUCTIONS: &[&str] = &[
    "(last modified by ",
    "a clear and concise description",
    "add any other context",
    "click the \"preview\"",
    "ex. i'm always frustrated",
    "give us a short",
    "how to reproduce the issue. please include",
    "if applicable, add screenshots",
    "include the output of `",
    "include your ",
    "include a minimal example",
    "paste the output of",
    "paste your output here",
    "please also include",
    "please complete the following",
    "please describe the results",
    "please describe what you expected",
    "please fill in",
    "please include a self-contained copy-pastable",
    "please insert",
    "please paste",
    "please provide",
    "please report ",
    "please search ",
    "please see ",
    "please use ",
    "replace this",
    "steps to reproduce the behavior:",
    "thanks for ",
    "what you expected to happen",
    "your issue may already be reported",
];

/// What a line of a template is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Template {
    /// A heading, an instruction, a checkbox, a rule.
    Line,
    /// A heading with a list of versions below it.
    Environment,
}

/// Whether the line belongs to an issue template.
pub(super) fn template_line(line: &str) -> Option<Template> {
    let trimmed = line.trim();
    if trimmed.is_empty() {
        return None;
    }
    if is_rule(trimmed) || is_checkbox(trimmed) || is_markup(trimmed) {
        let lower = trimmed.to_ascii_lowercase();
        let is_dump = lower.contains("<summary>")
            && (lower.contains("version") || lower.contains("environment"));
        return Some(if is_dump {
            Template::Environment
        } else {
            Template::Line
        });
    }
    if trimmed.len() > 100 {
        return None;
    }
    let key = heading_key(trimmed);
    if ENVIRONMENT_HEADINGS.binary_search(&key.as_str()).is_ok()
        || (is_heading(trimmed) && names_versions(&key))
    {
        return Some(Template::Environment);
    }
    let is_template = HEADINGS.contains(&key.as_str())
        || INSTRUCTIONS
            .iter()
            .any(|start| starts_with_ignoring_case(trimmed, start));
    is_template.then_some(Template::Line)
}

/// Whether the line is a marked heading of a template; cheaper than [`template_line`].
pub(super) fn is_template_heading(line: &str) -> bool {
    let trimmed = line.trim();
    is_heading(trimmed) && !trimmed.starts_with("# ") && template_line(trimmed).is_some()
}

/// Whether the line is marked as a heading: `## x`, `**x**`, `**x:**`.
pub(super) fn is_heading(line: &str) -> bool {
    let trimmed = line.trim().trim_end_matches(':');
    if trimmed.starts_with('#') {
        return trimmed.trim_start_matches('#').starts_with(' ');
    }
    trimmed.len() > 4 && trimmed.len() < 120 && trimmed.starts_with("**") && trimmed.ends_with("**")
}

/// A heading without marks, numbers and case.
fn heading_key(line: &str) -> String {
    let bare = line.trim_matches(|c: char| "#*_:`?!. \t=-".contains(c) || !c.is_ascii());
    let bare = bare
        .trim_start_matches(|c: char| c.is_ascii_digit())
        .trim_start_matches([')', '.', ' ']);
    bare.replace('\u{2019}', "'").to_ascii_lowercase()
}

/// A heading whose words say that versions follow: `python -c "... __version__" output`.
fn names_versions(key: &str) -> bool {
    key.contains("version")
        && (key.contains("output")
            || key.contains("python -c")
            || key.split_whitespace().count() <= 3)
}

fn is_rule(line: &str) -> bool {
    line.len() >= 3
        && line.bytes().all(|b| b == line.as_bytes()[0])
        && line.bytes().next().is_some_and(|b| b"-=_*+~".contains(&b))
}

fn is_checkbox(line: &str) -> bool {
    let Some(rest) = line.strip_prefix(['-', '*', '+']) else {
        return false;
    };
    let rest = rest.trim_start();
    ["[x]", "[X]", "[ ]", "[]"]
        .iter()
        .any(|mark| rest.starts_with(mark))
}

/// A line that is only markup: `<details>`, `</summary>`, an image.
fn is_markup(line: &str) -> bool {
    if line.starts_with("![") && line.ends_with(')') && !line.contains(") ") {
        return true;
    }
    [
        "<details",
        "</details",
        "<summary",
        "</summary",
        "<br",
        "<img ",
        "<hr",
    ]
    .iter()
    .any(|tag| starts_with_ignoring_case(line, tag))
}

fn starts_with_ignoring_case(text: &str, start: &str) -> bool {
    text.len() >= start.len()
        && text.as_bytes()[..start.len()].eq_ignore_ascii_case(start.as_bytes())
}

/// Whether the line gives the version of something: `numpy: 1.16.2`, `('numpy', '1.14.5')`,
/// `numpy==1.16`, `numpy   1.16.2`, `| Python | 3.8 |`, `LC_ALL: None`.
pub(super) fn is_version_line(line: &str) -> bool {
    if line.trim_start().starts_with(['"', '\'']) {
        // An entry of a dictionary.
        return false;
    }
    let line = line
        .trim()
        .trim_start_matches(['-', '*', '|', '(', ' ', '\'', '"', '#']);
    if line.is_empty() || line.len() > 160 {
        return false;
    }
    let Some(split) = line
        .find([':', '=', '|', ',', '@'])
        .or_else(|| line.find("  "))
        .or_else(|| line.find(" v"))
    else {
        return starts_with_ignoring_case(line, "python ") && is_version(&line[7..]);
    };
    let key = line[..split].trim_matches([' ', '\'', '"', '*', '`']);
    let value = &line[split..];
    if value.starts_with('=') && !value.starts_with("==") {
        return false;
    }
    if key.is_empty()
        || key.len() > 40
        || key.split_whitespace().count() > 4
        || key.contains(['(', ')', '[', '{'])
    {
        return false;
    }
    let value = value.trim_matches([':', '=', '|', ',', '@', ' ', '\'', '"', ')', '*', '`', '(']);
    is_version(value) || value == "None"
}

/// `1.2`, `v1.2.3`, `Python 3.8.1 (default, ...)`, `2.1+g3.dev0`.
fn is_version(text: &str) -> bool {
    let text = text.trim().strip_prefix("Python ").unwrap_or(text.trim());
    let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    digits > 0
        && digits < 5
        && text[digits..].starts_with('.')
        && text[digits + 1..]
            .bytes()
            .next()
            .is_some_and(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn template_lines() {
        for (line, expect) in [
            ("### Steps/Code to Reproduce", Some(Template::Line)),
            ("**Describe the bug**", Some(Template::Line)),
            ("**Expected behavior:**", Some(Template::Line)),
            ("Description", Some(Template::Line)),
            ("- [x] I searched", Some(Template::Line)),
            ("---", Some(Template::Line)),
            ("#### Versions", Some(Template::Environment)),
            ("**Your environment**", Some(Template::Environment)),
            (
                "<details><summary>Output of xr.show_versions()</summary>",
                Some(Template::Environment),
            ),
            (
                "### `python -c \"print(__version__)\"` output",
                Some(Template::Environment),
            ),
            ("### The join filter escapes too much", None),
            ("The output is wrong.", None),
            ("", None),
        ] {
            assert_eq!(template_line(line), expect, "{line}");
        }
    }

    #[test]
    fn version_lines() {
        for (line, expect) in [
            ("numpy: 1.16.2", true),
            ("('numpy', '1.14.5')", true),
            ("numpy==1.16", true),
            ("numpy               1.16.2", true),
            ("module       | 2.1.0", true),
            ("LC_ALL: None", true),
            ("- Python version: 3.8.2", true),
            ("Python 3.7.3", true),
            ("x = 1.5", false),
            ("\"ratio\": 1.25,", false),
            ("f(x): 1", false),
            ("It fails on 3.7, not on 3.6", false),
        ] {
            assert_eq!(is_version_line(line), expect, "{line}");
        }
    }

    #[test]
    fn environment_headings_are_sorted() {
        assert!(ENVIRONMENT_HEADINGS.is_sorted());
    }
}
