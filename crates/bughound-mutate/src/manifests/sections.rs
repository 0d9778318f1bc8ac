//! Files of sections, keys and values by lines: TOML and INI as people write them.

use std::ops::Range;

/// `key = value`, or an item of a list that stands on a line of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry<'t> {
    /// `[section]` above it, without brackets.
    pub(super) section: &'t str,
    /// The key; for an item, that of its list.
    pub(super) key: Range<usize>,
    /// What stands behind the sign, without comments; for an item, the item without its comma.
    pub(super) value: Range<usize>,
    /// Whether it is an item.
    pub(super) is_item: bool,
}

/// The entries of a text, and where the names of its sections stand.
pub(super) fn read(text: &str) -> (Vec<Entry<'_>>, Vec<Range<usize>>) {
    let mut entries = Vec::new();
    let mut sections = Vec::new();
    let mut section = "";
    let mut key: Option<Range<usize>> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let body = line.trim_end();
        let words = body.trim_start();
        let indent = start + (body.len() - words.len());
        if words.is_empty() || words.starts_with(['#', ';']) {
            continue;
        }
        let is_indented = indent > start;
        let brackets = words.len() - words.trim_start_matches('[').len();
        if brackets > 0
            && !is_indented
            && words.ends_with(']')
            && !words.contains('"')
            && !words.contains(',')
        {
            let name = indent + brackets..indent + words.len() - brackets;
            section = &text[name.clone()];
            sections.push(name);
            key = None;
            continue;
        }
        let is_item = words.starts_with(['"', '\'', '{'])
            || (is_indented && key.is_some() && !has_key(words));
        if is_item {
            if let Some(key) = &key {
                let item = cut_comment(words).trim_end().trim_end_matches(',');
                entries.push(Entry {
                    section,
                    key: key.clone(),
                    value: indent..indent + item.len(),
                    is_item: true,
                });
            }
        } else if let Some(sign) = sign(words) {
            let name = words[..sign].trim_end();
            let own = indent..indent + name.len();
            let value = words[sign + 1..].trim_start();
            let from = indent + words.len() - value.len();
            let value = cut_comment(value).trim_end();
            key = Some(own.clone());
            entries.push(Entry {
                section,
                key: own,
                value: from..from + value.len(),
                is_item: false,
            });
        }
    }
    (entries, sections)
}

/// Where the sign between key and value stands.
fn sign(words: &str) -> Option<usize> {
    words.find(['=', ':']).filter(|&at| {
        at > 0
            && words[..at]
                .trim_end()
                .chars()
                .all(|c| c.is_alphanumeric() || "_-.*\"' ".contains(c))
    })
}

/// Whether an indented line has a key of its own, as in TOML; a requirement such as `a >= 1` has none.
fn has_key(words: &str) -> bool {
    sign(words).is_some_and(|at| words[at..].starts_with("= "))
}

/// Without the comment at its end.
fn cut_comment(value: &str) -> &str {
    let mut quote = None;
    for (at, c) in value.char_indices() {
        match (quote, c) {
            (None, '#') => return &value[..at],
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), _) if open == c => quote = None,
            _ => {}
        }
    }
    value
}

/// The quoted strings of a span, without their quotes.
pub(super) fn strings(text: &str, span: &Range<usize>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut open: Option<(char, usize)> = None;
    for (at, c) in text[span.clone()].char_indices() {
        let at = span.start + at;
        match open {
            None if matches!(c, '"' | '\'') => open = Some((c, at + 1)),
            Some((quote, from)) if quote == c => {
                found.push(from..at);
                open = None;
            }
            _ => {}
        }
    }
    found
}

/// The quoted string with its quotes and the comma before or behind it, as it is taken out of a list.
pub(super) fn list_item(text: &str, string: &Range<usize>) -> Range<usize> {
    let (start, end) = (string.start - 1, string.end + 1);
    let before = text[..start].trim_end_matches([' ', '\t']);
    if before.ends_with(',') {
        return before.len() - 1..end;
    }
    let after = &text[end..];
    let rest = after.trim_start_matches([' ', '\t']);
    if let Some(rest) = rest.strip_prefix(',') {
        let blank = rest.len() - rest.trim_start_matches(' ').len();
        return start..text.len() - rest.len() + blank;
    }
    start..end
}
