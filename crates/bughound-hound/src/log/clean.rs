//! A line as its program wrote it, without what terminals and CI servers add.

use std::borrow::Cow;

/// Longer lines are cut: what follows is data.
const MAX_LINE: usize = 2000;

/// Takes off escape sequences, what a carriage return overwrote, and prefixes: times, GitHub's job and step,
/// BuildKit's step. Annotations of GitHub (`::error file=a.py,line=3::x`) become compilers' lines.
pub(super) fn clean(raw: &str) -> Cow<'_, str> {
    let raw = raw.trim_end_matches(['\r', '\n']);
    // A progress bar writes one line again and again; the last version stands.
    let raw = raw.rsplit('\r').next().unwrap_or(raw);
    let raw = match raw.char_indices().nth(MAX_LINE) {
        Some((end, _)) => &raw[..end],
        None => raw,
    };
    if memchr::memchr2(0x1b, 0x08, raw.as_bytes()).is_some() {
        let plain = without_escapes(raw);
        return Cow::Owned(annotation(without_prefix(&plain)).into_owned());
    }
    annotation(without_prefix(raw))
}

/// ECMA-48: `ESC [ … letter`, `ESC ] … BEL` (or `ESC \`), `ESC` and one more character.
fn without_escapes(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\u{1b}' => match chars.next() {
                Some('[') => {
                    // Parameters end at the first character from `@` to `~`.
                    while chars.next().is_some_and(|c| !('@'..='~').contains(&c)) {}
                }
                Some(']') => {
                    while let Some(c) = chars.next() {
                        if c == '\u{7}' || c == '\u{1b}' && chars.next_if_eq(&'\\').is_some() {
                            break;
                        }
                    }
                }
                Some('(' | ')') => {
                    chars.next();
                }
                _ => {}
            },
            '\u{8}' => {
                plain.pop();
            }
            _ => plain.push(c),
        }
    }
    plain
}

/// The line behind its times and its step, its own indentation kept.
pub(super) fn without_prefix(line: &str) -> &str {
    let mut line = line;
    // `job<TAB>step<TAB>2024-05-01T12:00:00.1Z text`: gh run view --log.
    if let Some((_, rest)) = line.split_once('\t')
        && let Some((_, rest)) = rest.split_once('\t')
        && timestamp(rest.trim_start_matches('\u{feff}')).is_some()
    {
        line = rest.trim_start_matches('\u{feff}');
    }
    if let Some(rest) = buildkit(line) {
        line = rest;
    }
    while let Some(rest) = timestamp(line) {
        line = rest;
    }
    line
}

/// What follows a time at the start of the line: `2024-05-01T12:00:00.1Z `, `2024-05-01 12:00:00,123 `,
/// `[12:00:00] `, `12:00:00.5 `.
pub(super) fn timestamp(line: &str) -> Option<&str> {
    let is_bracketed = line.starts_with('[');
    let inner = line.strip_prefix('[').unwrap_or(line);
    let after_date = date(inner);
    let mut rest = after_date.unwrap_or(inner);
    if after_date.is_some() {
        rest = rest.strip_prefix(['T', ' '])?;
    }
    rest = digits(rest, 2)?.strip_prefix(':')?;
    rest = digits(rest, 2)?.strip_prefix(':')?;
    rest = digits(rest, 2)?;
    if let Some(fraction) = rest.strip_prefix(['.', ',']) {
        rest = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    if let Some(zone) = rest.strip_prefix('Z') {
        rest = zone;
    } else if let Some(zone) = rest.strip_prefix(['+', '-']) {
        let zone = digits(zone, 2)?;
        rest = digits(zone.strip_prefix(':').unwrap_or(zone), 2)?;
    }
    if is_bracketed {
        rest = rest.strip_prefix(']')?;
    }
    if rest.is_empty() {
        return Some(rest);
    }
    rest.strip_prefix([' ', '\t'])
}

fn date(text: &str) -> Option<&str> {
    let rest = digits(text, 4)?.strip_prefix(['-', '/'])?;
    let rest = digits(rest, 2)?.strip_prefix(['-', '/'])?;
    digits(rest, 2)
}

fn digits(text: &str, n: usize) -> Option<&str> {
    let head = text.as_bytes().get(..n)?;
    head.iter().all(u8::is_ascii_digit).then(|| &text[n..])
}

/// `#12 3.456 text`.
fn buildkit(line: &str) -> Option<&str> {
    let rest = line.strip_prefix('#')?;
    let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let (seconds, rest) = rest.strip_prefix(' ')?.split_once(' ')?;
    let (whole, fraction) = seconds.split_once('.')?;
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    (is_number(whole) && is_number(fraction)).then_some(rest)
}

/// GitHub's annotations as other tools would write them.
fn annotation(line: &str) -> Cow<'_, str> {
    if let Some(message) = line.strip_prefix("##[error]") {
        return Cow::Owned(format!("error: {message}"));
    }
    if let Some(rest) = line.strip_prefix("::error ")
        && let Some((properties, message)) = rest.split_once("::")
    {
        let property = |name: &str| {
            properties
                .split(',')
                .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
        };
        if let Some(file) = property("file") {
            let line = property("line").unwrap_or("1");
            return Cow::Owned(format!("{file}:{line}: error: {message}"));
        }
        return Cow::Owned(format!("error: {message}"));
    }
    Cow::Borrowed(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_terminals_and_servers_add_is_taken_off() {
        for (raw, expect) in [
            ("plain", "plain"),
            (
                "\u{1b}[1m\u{1b}[31mE   ValueError\u{1b}[0m",
                "E   ValueError",
            ),
            ("\u{1b}]8;;https://x\u{7}link\u{1b}]8;;\u{7}", "link"),
            ("\u{1b}(Btext\u{1b}", "text"),
            (" 10%\r 50%\r100% done\r", "100% done"),
            ("2024-05-01T12:00:00.1234567Z     at f", "    at f"),
            ("2024-05-01T12:00:00+02:00 x", "x"),
            ("2024-05-01 12:00:00,123 ERROR x", "ERROR x"),
            ("[12:00:00] x", "x"),
            ("[2024-05-01T12:00:00.123Z] + make", "+ make"),
            ("test\tRun tests\t2024-05-01T12:00:00.1Z E   x", "E   x"),
            ("#12 3.456 error: x", "error: x"),
            ("#12 is an issue", "#12 is an issue"),
            ("12:00 x", "12:00 x"),
            ("##[error]Process completed", "error: Process completed"),
            (
                "::error file=a/b.py,line=3,col=1::bad",
                "a/b.py:3: error: bad",
            ),
            ("::error ::bad", "error: bad"),
            ("", ""),
        ] {
            assert_eq!(clean(raw), expect, "{raw:?}");
        }
    }

    #[test]
    fn long_lines_are_cut_at_characters() {
        let line = "ü".repeat(5000);
        assert_eq!(clean(&line).chars().count(), MAX_LINE);
    }
}
