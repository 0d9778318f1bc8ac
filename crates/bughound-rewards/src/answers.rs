//! Are two answers the same? Compared here, outside the sandbox.

use serde_json::Value;

/// JSON is compared as values, everything else as text. `1` and `1.0` are different answers; white space at the end is none.
pub(crate) fn is_same(expected: &str, got: &str) -> bool {
    match (
        serde_json::from_str::<Value>(expected),
        serde_json::from_str::<Value>(got),
    ) {
        (Ok(expected), Ok(got)) => expected == got,
        (Err(_), Err(_)) => expected.trim_end() == got.trim_end(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_compared_as_values() {
        let check = |expected: &str, got: &str, same: bool| {
            assert_eq!(is_same(expected, got), same, "{expected} {got}");
        };
        check("1", "1", true);
        check("1", "1.0", false);
        check("1", "true", false);
        check("{\"a\": 1, \"b\": 2}", "{\"b\":2,\"a\":1}", true);
        check("raises ValueError", "raises ValueError", true);
        check("raises ValueError", "\"raises ValueError\"", false);
        check("1 2\n", "1 2", true);
        check("[1]", "", false);
    }
}
