//! Which paths a filter lets through.

/// Whether `path` passes `filter`:
///
/// - without wildcards: the path itself, a folder around it, or its last parts (`query.py`,
///   `models/query.py`);
/// - with them, matched against the whole path and against every tail of it: `*` stands for anything but
///   `/`, `**` for anything, `?` for one character but `/`.
pub fn passes(path: &str, filter: &str) -> bool {
    let filter = filter.trim().trim_start_matches("./").trim_end_matches('/');
    if filter.is_empty() {
        return true;
    }
    if !filter.contains(['*', '?']) {
        let tail = path
            .strip_suffix(filter)
            .is_some_and(|head| head.is_empty() || head.ends_with('/'));
        let folder = path
            .strip_prefix(filter)
            .is_some_and(|rest| rest.starts_with('/'));
        return tail || folder;
    }
    if matches(path.as_bytes(), filter.as_bytes()) {
        return true;
    }
    path.match_indices('/')
        .any(|(at, _)| matches(&path.as_bytes()[at + 1..], filter.as_bytes()))
}

/// Wildcard matching by a table of prefixes: time is the product of both lengths.
fn matches(path: &[u8], filter: &[u8]) -> bool {
    // Row `i` of a table: which prefixes of `path` the first `i` elements of the filter match.
    let mut row = vec![false; path.len() + 1];
    row[0] = true;
    let mut at = 0;
    while at < filter.len() {
        let mut next = vec![false; path.len() + 1];
        let is_deep = filter[at..].starts_with(b"**");
        match filter[at] {
            b'*' => {
                let mut open = false;
                for i in 0..=path.len() {
                    if i > 0 && path[i - 1] == b'/' && !is_deep {
                        open = false;
                    }
                    open |= row[i];
                    next[i] = open;
                }
                at += 1 + usize::from(is_deep);
                // `**/x` also matches `x`.
                if is_deep && filter[at..].starts_with(b"/") {
                    for i in (0..=path.len()).rev() {
                        next[i] = row[i] || (i > 0 && path[i - 1] == b'/' && next[i - 1]);
                    }
                    at += 1;
                }
            }
            wanted => {
                for i in 0..path.len() {
                    let same = if wanted == b'?' {
                        path[i] != b'/'
                    } else {
                        path[i] == wanted
                    };
                    next[i + 1] = row[i] && same;
                }
                at += 1;
            }
        }
        row = next;
    }
    row[path.len()]
}

#[cfg(test)]
mod tests {
    use super::passes;

    #[test]
    fn filters() {
        for (path, filter, expect) in [
            ("a/b/query.py", "query.py", true),
            ("a/b/query.py", "b/query.py", true),
            ("a/b/query.py", "uery.py", false),
            ("a/b/query.py", "a/b", true),
            ("a/b/query.py", "./a/", true),
            ("a/b/query.py", "b", false),
            ("a/b/query.py", "", true),
            ("a/b/query.py", "*.py", true),
            ("a/b/query.py", "a/*.py", false),
            ("a/b/query.py", "a/**/*.py", true),
            ("a/query.py", "a/**/*.py", true),
            ("a/b/query.py", "a/**", true),
            ("a/b/query.py", "quer?.py", true),
            ("a/b/query.py", "a?b/query.py", false),
            ("a/b/query.py", "*.rs", false),
            ("a/b/query.py", "**y.py", true),
        ] {
            assert_eq!(passes(path, filter), expect, "{path} {filter}");
        }
    }
}
