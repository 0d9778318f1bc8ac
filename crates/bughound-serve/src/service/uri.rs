//! Addresses of resources: `bughound://file/PATH` and `bughound://symbol/PATH::NAME`, percent-encoded
//! (RFC 3986).

use bughound_core::{RepoPath, SymbolId};

pub(super) const FILE_TEMPLATE: &str = "bughound://file/{+path}";
pub(super) const SYMBOL_TEMPLATE: &str = "bughound://symbol/{+path}::{name}";

const FILE: &str = "bughound://file/";
const SYMBOL: &str = "bughound://symbol/";

/// The address of a file.
pub(super) fn of_file(path: &RepoPath) -> String {
    format!("{FILE}{}", encode(path.as_str()))
}

/// What an address names; `None` where it is none of ours.
pub(super) fn parse(uri: &str) -> Option<SymbolId> {
    if let Some(path) = uri.strip_prefix(FILE) {
        return Some(SymbolId::file(decode(path)?.as_str().into()));
    }
    let (path, name) = uri.strip_prefix(SYMBOL)?.rsplit_once("::")?;
    let path: RepoPath = decode(path)?.as_str().into();
    Some(SymbolId::symbol(path, &decode(name)?))
}

/// All but unreserved characters and `/` percent-encoded.
fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// `None` where an escape is broken or the bytes are no UTF-8.
fn decode(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let mut digit = || char::from(bytes.next()?).to_digit(16);
        out.push(u8::try_from(digit()? * 16 + digit()?).ok()?);
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_name_files_and_symbols() {
        for (uri, expect) in [
            ("bughound://file/a/b.py", Some("a/b.py")),
            ("bughound://file/a%20b/%E6%97%A5.py", Some("a b/日.py")),
            ("bughound://symbol/a/b.py::C.f", Some("a/b.py::C.f")),
            (
                "bughound://symbol/a%3A%3Ab.py::operator%3C",
                Some("a::b.py::operator<"),
            ),
            ("bughound://symbol/a/b.py", None),
            ("bughound://file/%zz", None),
            ("bughound://file/%F", None),
            ("bughound://file/%FF", None),
            ("file:///etc/passwd", None),
            ("", None),
        ] {
            assert_eq!(
                parse(uri).map(|id| id.to_string()).as_deref(),
                expect,
                "{uri}"
            );
        }
    }

    #[test]
    fn every_path_has_an_address() {
        for path in [
            "a.py",
            "a b/c#d?e.py",
            "100%/x",
            "日本/x.py",
            "a::b",
            "q\\xFF",
        ] {
            let path = RepoPath::from(path);
            assert_eq!(parse(&of_file(&path)), Some(SymbolId::file(path)));
        }
    }
}
