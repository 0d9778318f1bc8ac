//! What the grammars of C and C++ cannot read, made blank.
//!
//! The grammars know no preprocessor. Two things break them often enough to be worth a detour, in which the
//! parser is given the text with some bytes replaced by spaces, so that all offsets stay:
//!
//! - comments inside of directives, where the grammar ends a `#define` at once;
//! - macros that stand where no expression can: alone on a line (`BEGIN_DECLS`, `Q_OBJECT`,
//!   `NS_BEGIN(a, b)`, `PRIVATE_UNLESS_TESTED:`) or between `class` and its name (`class EXPORT Name {`).
//!   These are masked only where a file has errors otherwise.

/// The text with the comments in its directives blank; `None` where there are none.
pub(super) fn without_comments_in_directives(text: &str) -> Option<String> {
    let mut masked: Option<Vec<u8>> = None;
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'#', bytes.get(at..)?) {
        let hash = at + found;
        let line_start = memchr::memrchr(b'\n', &bytes[..hash]).map_or(0, |newline| newline + 1);
        if !bytes[line_start..hash].trim_ascii().is_empty() {
            at = hash + 1;
            continue;
        }
        let end = directive_end(bytes, hash);
        let mut from = hash;
        while let Some(open) = find(bytes, from, end, b"/*") {
            // A comment that ends the directive is no harm, nor is one that goes beyond it.
            let Some(close) = find(bytes, open + 2, end, b"*/") else {
                break;
            };
            from = close + 2;
            if !bytes[from..end].trim_ascii().is_empty() {
                let masked = masked.get_or_insert_with(|| bytes.to_vec());
                blank(masked, open, from);
            }
        }
        at = end.max(hash + 1);
    }
    masked.and_then(|bytes| String::from_utf8(bytes).ok())
}

/// The end of a directive: of the first line that does not end in a backslash.
fn directive_end(bytes: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(newline) = bytes.get(at..).and_then(|rest| memchr::memchr(b'\n', rest)) {
        let line = &bytes[at..at + newline];
        if !line.strip_suffix(b"\r").unwrap_or(line).ends_with(b"\\") {
            return at + newline;
        }
        at += newline + 1;
    }
    bytes.len()
}

fn find(bytes: &[u8], from: usize, to: usize, what: &[u8]) -> Option<usize> {
    memchr::memmem::find(bytes.get(from..to)?, what).map(|at| from + at)
}

/// Makes bytes spaces; line ends stay.
fn blank(bytes: &mut [u8], from: usize, to: usize) {
    for byte in &mut bytes[from..to] {
        if !matches!(byte, b'\n' | b'\r' | b'\\') {
            *byte = b' ';
        }
    }
}

/// The text with macros blank that stand where no expression can; `None` where there are none.
pub(super) fn without_bare_macros(text: &str) -> Option<String> {
    let mut masked: Option<Vec<u8>> = None;
    let mut at = 0;
    let mut state = Line::default();
    for line in text.split_inclusive('\n') {
        let is_macro = !state.in_directive && state.ends_statement && is_bare_macro(line.trim());
        let export = if state.in_directive {
            None
        } else {
            export_macro(line)
        };
        if is_macro {
            blank(
                masked.get_or_insert_with(|| text.as_bytes().to_vec()),
                at,
                at + line.len(),
            );
        } else if let Some((from, to)) = export {
            blank(
                masked.get_or_insert_with(|| text.as_bytes().to_vec()),
                at + from,
                at + to,
            );
        }
        if !is_macro {
            state.next(line);
        }
        at += line.len();
    }
    masked.and_then(|bytes| String::from_utf8(bytes).ok())
}

/// What the lines before say of the next one.
struct Line {
    in_directive: bool,
    in_comment: bool,
    /// Whether a statement or declaration may begin.
    ends_statement: bool,
}

impl Default for Line {
    fn default() -> Self {
        Self {
            in_directive: false,
            in_comment: false,
            ends_statement: true,
        }
    }
}

impl Line {
    fn next(&mut self, line: &str) {
        let line = line.trim();
        let is_directive = self.in_directive || line.starts_with('#');
        self.in_directive = is_directive && line.ends_with('\\');
        if self.in_comment || line.starts_with("/*") {
            self.in_comment = !line.contains("*/");
            return;
        }
        let code = line.split("//").next().unwrap_or("").trim_end();
        if is_directive || code.is_empty() {
            return;
        }
        self.ends_statement = code.ends_with([';', '{', '}', ':']) || code.ends_with("*/");
    }
}

/// `NAME`, `NAME(…)` or `NAME:`, the name in capitals.
fn is_bare_macro(line: &str) -> bool {
    let name = line.len() - line.trim_start_matches(is_macro_char).len();
    let rest = line[name..].trim_start();
    is_macro_name(&line[..name])
        && (rest.is_empty() || rest == ":" || (rest.starts_with('(') && rest.ends_with(')')))
}

fn is_macro_char(c: char) -> bool {
    c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_'
}

fn is_macro_name(name: &str) -> bool {
    name.len() >= 4
        && name.chars().all(is_macro_char)
        && name.starts_with(|c: char| !c.is_ascii_digit())
}

/// Where `EXPORT` lies in `class EXPORT Name {`.
fn export_macro(line: &str) -> Option<(usize, usize)> {
    let keyword = ["class ", "struct ", "union "]
        .into_iter()
        .find_map(|keyword| {
            let at = line.find(keyword)?;
            let before = line[..at].trim();
            (before.is_empty() || before.ends_with('>')).then_some(at + keyword.len())
        })?;
    let from = keyword + (line[keyword..].len() - line[keyword..].trim_start().len());
    let name = line[from..].len() - line[from..].trim_start_matches(is_macro_char).len();
    let (to, rest) = (from + name, &line[from + name..]);
    let next = rest.trim_start();
    let is_named =
        next.len() < rest.len() && next.starts_with(|c: char| c.is_alphabetic() || c == '_');
    let after = next
        .trim_start_matches(|c: char| c.is_alphanumeric() || c == '_')
        .trim_start();
    let is_definition =
        after.is_empty() || after.starts_with(['{', ':']) || after.starts_with("final");
    (is_macro_name(&line[from..to]) && is_named && is_definition).then_some((from, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_in_directives_become_blank() {
        #[track_caller]
        fn check(text: &str, expect: Option<&str>) {
            assert_eq!(
                without_comments_in_directives(text).as_deref(),
                expect,
                "{text}"
            );
        }
        check(
            "#define A(x) do { \\\n  x; /* c */ \\\n} while (0)\n",
            Some("#define A(x) do { \\\n  x;         \\\n} while (0)\n"),
        );
        check(
            " # define A (1 /* é */ + 2)\n",
            Some(" # define A (1          + 2)\n"),
        );
        check("#define A 1 /* at the end */\nint b; /* c */\n", None);
        check("#define A 1 /* goes\n on */ int b;\n", None);
        check("int a; # /* x */ y\n", None);
        check("#", None);
        check("", None);
        check("#define A /* x */ 1 \\", Some("#define A         1 \\"));
    }

    #[test]
    fn bare_macros_become_blank() {
        #[track_caller]
        fn check(text: &str, expect: Option<&str>) {
            assert_eq!(without_bare_macros(text).as_deref(), expect, "{text}");
        }
        check(
            "BEGIN_DECLS\nint a;\nEND_DECLS\n",
            Some("           \nint a;\n         \n"),
        );
        check(
            "class A {\n  Q_OBJECT\n  ACCESS:\n  M_CALL(a, b)\n};\n",
            Some("class A {\n          \n         \n              \n};\n"),
        );
        check("int a =\n  SOME_CONSTANT\n  | 1;\n", None);
        check("f(a,\n  SOME_CONSTANT\n);\n", None);
        check("#define A \\\n  BEGIN_DECLS\n", None);
        check(
            "class API_EXPORT Name : Base {",
            Some("class            Name : Base {"),
        );
        check(
            "template <class T> struct MY_API Name\n{",
            Some("template <class T> struct        Name\n{"),
        );
        check("class NAME {\n", None);
        check("struct POINT name;\n", None);
        check("BEGIN_DECLS;\n", None);
    }
}
