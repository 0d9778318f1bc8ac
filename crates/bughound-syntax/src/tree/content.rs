//! What a string literal says.

/// Where the content of a string literal lies: without prefix, hashes, raw delimiters and quotes.
pub(super) fn content(literal: &str) -> (usize, usize) {
    let whole = (0, literal.len());
    let Some(open) = literal.find(['"', '\'', '`']) else {
        return whole;
    };
    let (prefix, quoted) = literal.split_at(open);
    if prefix.ends_with('R') {
        // C++: R"delimiter( … )delimiter"
        if let Some(paren) = quoted.find('(') {
            let close = format!("){}\"", &quoted[1..paren]);
            let n_close = if quoted.len() > paren + close.len() && quoted.ends_with(&close) {
                close.len()
            } else {
                0
            };
            return (open + paren + 1, literal.len() - n_close);
        }
    }
    let hashes = &prefix[prefix.find('#').unwrap_or(prefix.len())..];
    let quote = &quoted[..1];
    let quotes = if quoted.starts_with("\"\"\"") {
        "\"\"\""
    } else {
        quote
    };
    let from = open + quotes.len();
    let rest = &literal[from..];
    let rest = rest.strip_suffix(hashes).unwrap_or(rest);
    let rest = rest.strip_suffix(quotes).unwrap_or(rest);
    (from, from + rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_leaves_out_what_marks_a_literal() {
        #[track_caller]
        fn check(literal: &str, expect: &str) {
            let (from, to) = content(literal);
            assert_eq!(&literal[from..to], expect, "{literal}");
        }
        check("\"a\"", "a");
        check("'it''s'", "it''s");
        check("\"\"", "");
        check("r#\"a\"b\"#", "a\"b");
        check("br##\"a\"##", "a");
        check("u8\"a\"", "a");
        check("R\"(a\")\")\"", "a\")\"");
        check("LR\"x(a)\")x\"", "a)\"");
        check("R\"(a", "a");
        check("\"\"\"\n a\"\"\"", "\n a");
        check("`a", "a");
        check("\"", "");
        check("", "");
        check("R\"", "");
    }
}
