//! Commands as people type them.

use bughound_testbed::TaskCommand;

/// Program and arguments of a command line; one that needs a shell gets one.
pub fn argv_of(line: &str) -> TaskCommand {
    let needs_shell = line.contains(|c: char| "|&;<>()$`\\\"'*?[]#~%{}!=\n".contains(c));
    if needs_shell || line.trim().is_empty() {
        return vec!["sh".to_owned(), "-c".to_owned(), line.to_owned()];
    }
    line.split_whitespace().map(str::to_owned).collect()
}

/// How what these commands print is read per test: the name of a format, `none` where nothing is known of their runner.
pub fn results_of(commands: &[TaskCommand]) -> &'static str {
    let text = commands
        .iter()
        .map(|argv| argv.join(" "))
        .collect::<Vec<_>>()
        .join("\n");
    const KNOWN: [(&str, &str); 11] = [
        ("pytest", "pytest"),
        ("py.test", "pytest"),
        ("unittest", "unittest"),
        ("nextest", "nextest"),
        ("cargo test", "cargo_test"),
        ("go test", "go_test"),
        ("ctest", "ctest"),
        ("vitest", "vitest"),
        ("jest", "jest"),
        ("mocha", "mocha"),
        ("node --test", "node_test"),
    ];
    KNOWN
        .into_iter()
        .find(|(sign, _)| text.contains(sign))
        .map_or("none", |(_, format)| format)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shell_is_used_where_one_is_needed() {
        let check = |line: &str, expected: &[&str]| assert_eq!(argv_of(line), expected, "{line}");
        check("python -m pytest  -q", &["python", "-m", "pytest", "-q"]);
        check("a && b", &["sh", "-c", "a && b"]);
        check("X=1 a", &["sh", "-c", "X=1 a"]);
        check("a 'b c'", &["sh", "-c", "a 'b c'"]);
    }

    #[test]
    fn runners_are_known_by_their_names() {
        let check = |line: &str, expected: &str| {
            assert_eq!(results_of(&[argv_of(line)]), expected, "{line}");
        };
        check("python -m pytest -q tests", "pytest");
        check("cargo test --locked", "cargo_test");
        check("cd x && npx jest", "jest");
        check("make check", "none");
    }
}
