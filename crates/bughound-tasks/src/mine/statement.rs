//! What a task says: the message without its bookkeeping, the issues that it refers to, the changelog's lines.

use super::IssueTexts;

/// A statement, and what it was made of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Statement {
    pub(super) text: String,
    /// `message`, `changelog`, `issue 12`.
    pub(super) sources: Vec<String>,
}

impl Statement {
    /// Characters, space not counted.
    pub(super) fn n_chars(&self) -> usize {
        self.text.chars().filter(|c| !c.is_whitespace()).count()
    }
}

/// Puts a statement together. An issue's own text goes before the message of the one who mended it, which then
/// stays out: it knows the answer.
pub(super) fn of(message: &str, issues: &IssueTexts, changelog: &str) -> Statement {
    let mut statement = Statement::default();
    for number in references(message) {
        let name = format!("issue {number}");
        if let Some(text) = issues.text(number)
            && !statement.sources.contains(&name)
        {
            add(&mut statement, &name, text.trim());
        }
    }
    if statement.sources.is_empty() {
        add(&mut statement, "message", &without_bookkeeping(message));
        add(&mut statement, "changelog", changelog.trim());
    }
    statement
}

fn add(statement: &mut Statement, source: &str, text: &str) {
    // A changelog often repeats the title.
    if text.is_empty() || statement.text.contains(text) {
        return;
    }
    if !statement.text.is_empty() {
        statement.text.push_str("\n\n");
    }
    statement.text.push_str(text);
    statement.sources.push(source.to_owned());
}

/// The numbers that a message refers to: `#12`, `GH-12`, `gh-12`, `issues/12`.
pub(super) fn references(message: &str) -> impl Iterator<Item = u64> {
    let lower = message.to_lowercase();
    let mut found = Vec::new();
    for mark in ["#", "gh-", "/issues/"] {
        for (at, _) in lower.match_indices(mark) {
            let digits: String = lower[at + mark.len()..]
                .chars()
                .take_while(char::is_ascii_digit)
                .collect();
            if let Ok(number) = digits.parse::<u64>()
                && !found.contains(&number)
            {
                found.push(number);
            }
        }
    }
    found.into_iter()
}

/// Lines that are about the commit and not about the problem.
const TRAILERS: [&str; 20] = [
    "[pre-commit.ci]",
    "* [pre-commit.ci]",
    "for more information, see https://pre-commit.ci",
    "------",
    "- [ ]",
    "- [x]",
    "signed-off-by:",
    "co-authored-by:",
    "reviewed-by:",
    "acked-by:",
    "tested-by:",
    "reported-by:",
    "change-id:",
    "cc:",
    "cherry picked from",
    "(cherry picked from",
    "backport of",
    "pr-url:",
    "refs:",
    "git-svn-id:",
];

/// The message without trailers, bullets of squashed commits, references and prefixes such as `Fixed #12 --`.
pub fn without_bookkeeping(message: &str) -> String {
    let mut lines = Vec::new();
    for (at, line) in message.lines().enumerate() {
        let lower = line.trim().to_lowercase();
        if TRAILERS.iter().any(|trailer| lower.starts_with(trailer)) {
            continue;
        }
        let mut line = without_references(line);
        if at == 0 {
            line = without_prefix(&line);
        }
        lines.push(line.trim_end().to_owned());
    }
    let text = lines.join("\n");
    let mut text = text.trim().to_owned();
    while text.contains("\n\n\n") {
        text = text.replace("\n\n\n", "\n\n");
    }
    text
}

/// `Fixed #12 -- Made …` as `Made …`, `[3.2.x] …` without the branch.
pub(super) fn without_prefix(title: &str) -> String {
    let mut title = title.trim();
    if title.starts_with('[')
        && let Some((_, rest)) = title.split_once(']')
    {
        title = rest.trim_start();
    }
    for separator in [" -- ", " — "] {
        if let Some((head, rest)) = title.split_once(separator)
            && head.len() <= 20
        {
            title = rest.trim_start();
        }
    }
    title.to_owned()
}

/// The line without `(#12)`, `#12`, `GH-12`.
fn without_references(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find(['#', 'G', 'g']) {
        let (head, tail) = rest.split_at(at);
        out.push_str(head);
        let mark = if tail.starts_with('#') {
            1
        } else if tail.len() > 3
            && tail.is_char_boundary(3)
            && tail[..3].eq_ignore_ascii_case("gh-")
        {
            3
        } else {
            0
        };
        let n_digits = tail[mark..].bytes().take_while(u8::is_ascii_digit).count();
        if mark > 0 && n_digits > 0 {
            rest = &tail[mark + n_digits..];
        } else {
            out.push_str(&tail[..1]);
            rest = &tail[1..];
        }
    }
    out.push_str(rest);
    out.replace("()", "").replace("  ", " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bookkeeping_goes() {
        let check = |message: &str, expect: &str| {
            assert_eq!(without_bookkeeping(message), expect, "{message}");
        };
        check(
            "Fixed #123 -- Made it work.\n\nThanks.",
            "Made it work.\n\nThanks.",
        );
        check("[3.2.x] Fixed crash", "Fixed crash");
        check("Fix crash (#12)\n\nSigned-off-by: A <a@b>\n", "Fix crash");
        check("Fix GH-12: crash of Grid", "Fix : crash of Grid");
        check("Größe falsch", "Größe falsch");
        check("a\n\n\n\nb", "a\n\nb");
    }

    #[test]
    fn references_are_found_once() {
        let check = |message: &str, expect: &[u64]| {
            assert_eq!(references(message).collect::<Vec<_>>(), expect, "{message}");
        };
        check(
            "Fix #12 and #12, GH-7; see https://host/a/b/issues/9",
            &[12, 7, 9],
        );
        check("# heading", &[]);
        check("C# 99999999999999999999", &[]);
    }

    #[test]
    fn an_issue_speaks_for_itself() {
        let mut issues = IssueTexts::default();
        issues.add(12, "It crashes", "When empty.");
        let statement = of("Fix #12 -- by calling f()", &issues, "a line");
        assert_eq!(statement.text, "It crashes\n\nWhen empty.");
        assert_eq!(statement.sources, ["issue 12"]);
        let statement = of("Fix crash", &issues, "Fix a crash of empty lists.");
        assert_eq!(statement.text, "Fix crash\n\nFix a crash of empty lists.");
        assert_eq!(statement.sources, ["message", "changelog"]);
    }
}
