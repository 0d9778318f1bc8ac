//! Are two errors the same one?

/// Whether two lines of a log tell of the same error. Numbers, addresses and folders may differ: a line moves when
/// something is written above it.
pub fn same_error(one: &str, other: &str) -> bool {
    essence(one) == essence(other)
}

/// The words of a line without numbers; of a path its last part.
fn essence(line: &str) -> Vec<String> {
    line.split_whitespace()
        .map(|word| word.rsplit('/').next().unwrap_or(word))
        .map(|word| {
            word.chars()
                .filter(|c| !c.is_ascii_digit())
                .collect::<String>()
        })
        .filter(|word| word.chars().any(char::is_alphabetic))
        .map(|word| word.to_lowercase())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_that_moved_is_the_same() {
        let check = |one: &str, other: &str, same: bool| {
            assert_eq!(same_error(one, other), same, "{one} / {other}");
        };
        check(
            "a.c:12:3: error: unknown type 'x'",
            "a.c:14:9: error: unknown type 'x'",
            true,
        );
        check(
            "a.c:12:3: error: unknown type 'x'",
            "a.c:12:3: error: unknown type 'y'",
            false,
        );
        check("/tmp/1/a.py:3: in f", "/w/repo/a.py:7: in f", true);
        check("a.py:3: in f", "b.py:3: in f", false);
        check(
            "error[E0432]: unresolved import",
            "error[E0433]: unresolved import",
            true,
        );
        check("", "", true);
        check("", "x", false);
    }
}
