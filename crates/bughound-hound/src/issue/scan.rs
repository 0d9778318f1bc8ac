//! Small questions about characters and the starts of texts, shared by the readers.

/// Whether an identifier may start with `c`: Latin, Greek and Cyrillic letters and `_`. Scripts without
/// spaces between words are left out, so that a name inside such a sentence is still found.
pub(super) fn is_identifier_start(c: char) -> bool {
    c == '_' || c.is_ascii_alphabetic() || (c > '\u{b7}' && c < '\u{590}' && c.is_alphabetic())
}

/// Whether an identifier may go on with `c`.
pub(super) fn is_identifier_part(c: char) -> bool {
    is_identifier_start(c) || c.is_ascii_digit()
}

/// The identifier that `text` starts with, `""` where it starts with none.
pub(super) fn identifier(text: &str) -> &str {
    let mut chars = text.char_indices();
    match chars.next() {
        Some((_, c)) if is_identifier_start(c) => {}
        _ => return "",
    }
    let end = chars
        .find(|&(_, c)| !is_identifier_part(c))
        .map_or(text.len(), |(at, _)| at);
    &text[..end]
}

/// The chain of identifiers and dots that `text` starts with: `a.b.c`; a last dot is left out.
pub(super) fn dotted(text: &str) -> &str {
    let mut end = 0;
    loop {
        let part = identifier(&text[end..]);
        if part.is_empty() {
            return text[..end].trim_end_matches('.');
        }
        end += part.len();
        if !text[end..].starts_with('.') {
            return &text[..end];
        }
        end += 1;
    }
}

/// The number that `text` starts with, and what follows; none where it does not fit.
pub(super) fn number(text: &str) -> Option<(u32, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let value = text[..digits].parse().ok()?;
    Some((value, &text[digits..]))
}

/// Splits `path:12` or `path:12:5` (also with more behind a further colon) into path and line, taking
/// the numbers from the end. A Windows drive's colon is no separator.
pub(super) fn path_and_line(text: &str) -> Option<(&str, u32)> {
    let (head, last) = text.rsplit_once(':')?;
    let (last, rest) = number(last)?;
    if !rest.is_empty() {
        return None;
    }
    if let Some((path, middle)) = head.rsplit_once(':')
        && let Some((line, "")) = number(middle)
    {
        return Some((path, line));
    }
    Some((head, last))
}

/// Endings of files that a stack frame or a mention may name: sources first, then what projects keep
/// beside them.
const EXTENSIONS: &[&str] = &[
    "py", "pyi", "pyx", "pxd", "pxi", "pyw", "rs", "js", "jsx", "mjs", "cjs", "ts", "tsx", "mts",
    "cts", "java", "kt", "kts", "scala", "groovy", "go", "c", "h", "cc", "cpp", "cxx", "hh", "hpp",
    "hxx", "inl", "ipp", "cs", "rb", "php", "swift", "vue", "svelte", "m", "mm", "f90", "f",
];

const OTHER_EXTENSIONS: &[&str] = &[
    "rst",
    "md",
    "txt",
    "toml",
    "cfg",
    "ini",
    "yml",
    "yaml",
    "json",
    "html",
    "htm",
    "css",
    "scss",
    "sql",
    "sh",
    "bat",
    "ps1",
    "xml",
    "csv",
    "tex",
    "ipynb",
    "jinja",
    "jinja2",
    "j2",
    "in",
    "lock",
    "proto",
    "cmake",
    "gradle",
    "properties",
    "tpl",
    "tmpl",
    "pot",
    "po",
    "mplstyle",
];

/// Whether the name ends like a source file.
pub(crate) fn is_source_path(path: &str) -> bool {
    extension(path).is_some_and(|extension| EXTENSIONS.contains(&extension))
}

/// Whether the name ends like a file that repositories hold.
pub(super) fn is_file_path(path: &str) -> bool {
    extension(path).is_some_and(|extension| {
        EXTENSIONS.contains(&extension) || OTHER_EXTENSIONS.contains(&extension)
    })
}

fn extension(path: &str) -> Option<&str> {
    let name = path.rsplit(['/', '\\']).next()?;
    let (stem, extension) = name.rsplit_once('.')?;
    (!stem.is_empty()).then_some(extension)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_with_lines() {
        for (text, expect) in [
            ("a/b.rs:10:5", Some(("a/b.rs", 10))),
            ("a.py:7", Some(("a.py", 7))),
            (r"C:\x\a.ts:3:1", Some((r"C:\x\a.ts", 3))),
            (r"C:\x\a.ts", None),
            ("a.py:x", None),
            ("a.py:99999999999", None),
        ] {
            assert_eq!(path_and_line(text), expect, "{text}");
        }
    }

    #[test]
    fn chains() {
        for (text, expect) in [
            ("a.b.c(x)", "a.b.c"),
            ("a.", "a"),
            ("1a", ""),
            ("naïve.x y", "naïve.x"),
            ("a..b", "a"),
        ] {
            assert_eq!(dotted(text), expect, "{text}");
        }
    }
}
