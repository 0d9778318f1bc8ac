//! Does a message speak of a fix?

/// Words that stand in fixes, as they begin.
const FIX_WORDS: [&str; 30] = [
    "fix",
    "bug",
    "crash",
    "regress",
    "broken",
    "break",
    "incorrect",
    "wrong",
    "error",
    "exception",
    "fail",
    "issue",
    "resolve",
    "close",
    "correct",
    "leak",
    "handle",
    "prevent",
    "avoid",
    "invalid",
    "missing",
    "deadlock",
    "hang",
    "race",
    "overflow",
    "traceback",
    "raise",
    "segfault",
    "panic",
    "workaround",
];

/// Titles that begin so are no fixes of code, whatever else they say.
const OTHER_WORK: [&str; 36] = [
    "merge",
    "revert",
    "bump",
    "release",
    "prepare",
    "version",
    "update changelog",
    "changelog",
    "docs",
    "doc:",
    "doc(",
    "typo",
    "fix typo",
    "fix(typo",
    "fix docs",
    "fix doc",
    "fix(doc",
    "fix lint",
    "lint",
    "style",
    "format",
    "reformat",
    "black",
    "isort",
    "pre-commit",
    "fix spelling",
    "fix flake8",
    "feat",
    "chore",
    "refactor",
    "test",
    "tests",
    "ci",
    "build",
    "perf",
    "add ",
];

/// Whether a commit message speaks of a fix: one of [`FIX_WORDS`] in its title, or a reference to an issue with one
/// of them anywhere; and its title is not one of [`OTHER_WORK`].
pub(super) fn is_fix(message: &str) -> bool {
    let title = message.lines().next().unwrap_or_default().to_lowercase();
    // `[3.2.x] Fixed …`, `:bug: …`.
    let bare = super::statement::without_prefix(&title);
    let bare = bare.trim_start_matches(|c: char| !c.is_alphanumeric());
    let is_other = |other: &str| {
        bare.strip_prefix(other).is_some_and(|rest| {
            // `test:` and `tests of`, not `tested`.
            !other.ends_with(char::is_alphanumeric) || !rest.starts_with(char::is_alphanumeric)
        })
    };
    if OTHER_WORK.into_iter().any(is_other) {
        return false;
    }
    if has_fix_word(&title) {
        return true;
    }
    super::statement::references(message).next().is_some() && has_fix_word(&message.to_lowercase())
}

fn has_fix_word(lower: &str) -> bool {
    lower
        .split(|c: char| !c.is_alphanumeric())
        .any(|word| FIX_WORDS.iter().any(|fix| word.starts_with(fix)))
}

#[cfg(test)]
mod tests {
    use super::is_fix;

    #[test]
    fn messages() {
        let check = |message: &str, expect: bool| assert_eq!(is_fix(message), expect, "{message}");
        check("Fixed #1234 -- Made QuerySet.update() keep ordering.", true);
        check("fix(parser): accept empty lists", true);
        check(":bug: empty lists crash", true);
        check("Accept empty lists\n\nCloses #12, which was a crash.", true);
        check("Accept empty lists", false);
        check("Fix typo in docs", false);
        check("Merge pull request #1 from x/fix", false);
        check("Revert \"Fix crash\"", false);
        check("Bump version to 1.2 (fixes)", false);
        check("[3.2.x] Fixed crash in admin", true);
        check("[misc] docs: improve and fix the quickstart", false);
        check("feat(api): handle errors", false);
        check("Tested code crashes", true);
        check("Formatting of dates is wrong", true);
        check("", false);
    }
}
