//! Which part of an issue says what: every byte gets one zone.
//!
//! Lines are decided first (stack trace, marked code, title, template, code without marks, prose), then
//! the backticks inside lines of prose.

use std::collections::BTreeMap;
use std::ops::Range;

use super::blocks::Block;
use super::boilerplate::{self, Template};
use super::code_line::{self, Looks};
use super::frames::{self, Trace};
use super::lines::Lines;

/// What a part of an issue is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Zone {
    /// The first line. Backticks in it do not make it [`Zone::Inline`]; the names between them are
    /// marked as inlined.
    Title = 0,
    /// Between backticks in prose, the backticks included.
    Inline = 1,
    /// Fenced code, and lines that look like code.
    Code = 2,
    /// Stack traces with their source lines and error messages.
    Traceback = 3,
    /// Everything else.
    Prose = 4,
    /// Headings and instructions of templates, lists of versions, the marks of code blocks.
    Boilerplate = 5,
}

/// Number of zones: `Zone as usize` is below it.
pub const N_ZONES: usize = 6;

impl Zone {
    /// Every zone, in the order of their numbers.
    pub const ALL: [Self; N_ZONES] = [
        Self::Title,
        Self::Inline,
        Self::Code,
        Self::Traceback,
        Self::Prose,
        Self::Boilerplate,
    ];

    /// Lower-case name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Inline => "inline",
            Self::Code => "code",
            Self::Traceback => "traceback",
            Self::Prose => "prose",
            Self::Boilerplate => "boilerplate",
        }
    }
}

/// A part of the text with one zone; newlines belong to the line that they end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ZoneSpan {
    /// What it is.
    pub zone: Zone,
    /// First byte.
    pub start: usize,
    /// One past the last byte; greater than `start`.
    pub end: usize,
}

/// The zone at a byte offset.
pub(super) fn at(spans: &[ZoneSpan], offset: usize) -> Zone {
    let index = spans.partition_point(|span| span.end <= offset);
    spans.get(index).map_or(Zone::Prose, |span| span.zone)
}

/// Zones of the whole text.
pub(super) fn assign(
    text: &str,
    lines: &Lines<'_>,
    blocks: &[Block],
    traces: &[Trace],
) -> Vec<ZoneSpan> {
    let mut zones = vec![Zone::Prose; lines.len()];
    let mut in_block = vec![false; lines.len()];
    for block in blocks {
        in_block[block.open..block.content().end].fill(true);
        zones[block.content()].fill(Zone::Code);
        zones[block.open] = Zone::Boilerplate;
        if block.close_is_mark {
            in_block[block.close] = true;
            zones[block.close] = Zone::Boilerplate;
        }
    }
    for trace in traces {
        let zone = if trace.is_stack() {
            Zone::Traceback
        } else {
            Zone::Code
        };
        zones[trace.lines.clone()].fill(zone);
        let limit = lines.len().min(trace.lines.end + 3);
        if let Some(chain) =
            (trace.lines.end..limit).find(|&line| frames::is_chain(lines[line].text))
        {
            zones[trace.lines.end..=chain].fill(zone);
        }
    }
    let body = match lines.iter().position(|line| !line.is_blank()) {
        Some(first) if zones[first] == Zone::Prose => {
            zones[first] = Zone::Title;
            first + 1
        }
        _ => 0,
    };
    mark_templates(lines, &in_block, &mut zones, body);
    mark_versions(lines, &in_block, &mut zones);
    mark_code(lines, &in_block, &mut zones, body);
    spans(text, lines, &zones)
}

/// Template lines, and what stands below a heading that asks for versions.
fn mark_templates(lines: &Lines<'_>, in_block: &[bool], zones: &mut [Zone], body: usize) {
    let mut in_environment = false;
    let mut seen_block = false;
    for (number, line) in lines.iter().enumerate().skip(body) {
        if in_block[number] {
            if in_environment && zones[number] == Zone::Code {
                zones[number] = Zone::Boilerplate;
            }
            seen_block |= zones[number] == Zone::Boilerplate;
            continue;
        }
        if zones[number] != Zone::Prose || line.is_blank() {
            continue;
        }
        match boilerplate::template_line(line.text) {
            Some(template) => {
                zones[number] = Zone::Boilerplate;
                // A closing tag or a rule does not end the section; a heading does.
                if template == Template::Environment {
                    in_environment = true;
                    seen_block = false;
                } else if !line.trimmed().starts_with(['<', '!']) {
                    in_environment = false;
                }
            }
            None if in_environment => {
                let is_entry = boilerplate::is_version_line(line.text)
                    || (!seen_block
                        && !is_second_title(lines, number)
                        && line.text.len() <= 80
                        && !boilerplate::is_heading(line.text));
                if is_entry {
                    zones[number] = Zone::Boilerplate;
                } else {
                    in_environment = false;
                }
            }
            None => {}
        }
    }
}

/// Several words right above a template's heading: where a tracker (or a benchmark) joins two issues,
/// the second one's title.
fn is_second_title(lines: &Lines<'_>, number: usize) -> bool {
    let line = lines[number].trimmed();
    line.split(' ').nth(3).is_some()
        && !line.starts_with(['-', '*', '#'])
        && lines
            .get(number + 1)
            .is_some_and(|next| boilerplate::is_template_heading(next.text))
}

/// Runs of lines that give versions, wherever they stand.
fn mark_versions(lines: &Lines<'_>, in_block: &[bool], zones: &mut [Zone]) {
    let mut start = 0;
    while start < lines.len() {
        let is_entry = |number: usize| {
            matches!(zones[number], Zone::Prose | Zone::Code)
                && boilerplate::is_version_line(lines[number].text)
        };
        let mut end = start;
        while end < lines.len() && is_entry(end) {
            end += 1;
        }
        if end - start >= if in_block[start] { 3 } else { 2 } {
            zones[start..end].fill(Zone::Boilerplate);
        }
        start = end + 1;
    }
}

/// Code that nobody marked.
fn mark_code(lines: &Lines<'_>, in_block: &[bool], zones: &mut [Zone], body: usize) {
    let is_open = |zones: &[Zone], number: usize| {
        !in_block[number] && zones[number] == Zone::Prose && !lines[number].is_blank()
    };
    let mut looks = vec![Looks::Prose; lines.len()];
    // Whether the last line with text that stood at the margin began a list.
    let mut in_list = false;
    let mut after_blank = false;
    let mut after_code = false;
    for number in body..lines.len() {
        let line = &lines[number];
        if line.is_blank() {
            after_blank = true;
            continue;
        }
        if is_open(zones, number) {
            let is_indented = line.text.starts_with("    ") || line.text.starts_with('\t');
            if !is_indented {
                in_list = is_list_item(line.trimmed());
            }
            looks[number] = code_line::looks(line.text);
            let by_indent = is_indented
                && !in_list
                && (after_code || after_blank)
                && !is_sentence(line.trimmed());
            let by_neighbour = looks[number] == Looks::Either && after_code && !after_blank;
            if looks[number] == Looks::Code || by_indent || by_neighbour {
                zones[number] = Zone::Code;
            }
        }
        after_code = !in_block[number] && zones[number] == Zone::Code;
        after_blank = false;
    }
    // Comments and openings above the first line of code.
    for number in (body..lines.len().saturating_sub(1)).rev() {
        let below_is_code = zones[number + 1] == Zone::Code && !in_block[number + 1];
        if is_open(zones, number) && looks[number] == Looks::Either && below_is_code {
            zones[number] = Zone::Code;
        }
    }
}

fn is_list_item(line: &str) -> bool {
    line.starts_with("- ")
        || line.starts_with("* ")
        || line.starts_with("+ ")
        || super::scan::number(line)
            .is_some_and(|(_, rest)| rest.starts_with(". ") || rest.starts_with(") "))
}

/// Words without the marks of code, several of them.
fn is_sentence(line: &str) -> bool {
    let words = line.split_whitespace().count();
    let marks = line.bytes().filter(|b| b"()[]{}=_;<>".contains(b)).count();
    (words >= 5 && marks * 4 < words)
        || (words >= 3 && marks == 0 && line.ends_with(['.', ':', '?', ',']))
}

fn spans(text: &str, lines: &Lines<'_>, zones: &[Zone]) -> Vec<ZoneSpan> {
    let mut spans: Vec<ZoneSpan> = Vec::new();
    let mut push = |zone: Zone, start: usize, end: usize| {
        if start == end {
            return;
        }
        match spans.last_mut() {
            Some(last) if last.zone == zone => last.end = end,
            _ => spans.push(ZoneSpan { zone, start, end }),
        }
    };
    for (number, line) in lines.iter().enumerate() {
        let end = lines.get(number + 1).map_or(text.len(), |next| next.start);
        let mut at = line.start;
        if zones[number] == Zone::Prose {
            for inline in inline_ranges(line.text) {
                push(Zone::Prose, at, line.start + inline.start);
                push(
                    Zone::Inline,
                    line.start + inline.start,
                    line.start + inline.end,
                );
                at = line.start + inline.end;
            }
        }
        push(zones[number], at, end);
    }
    spans
}

/// The parts of a line between backticks (runs of equal length, as in Markdown) or between `{{{` and
/// `}}}`, marks included.
pub(super) fn inline_ranges(line: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let bytes = line.as_bytes();
    if memchr::memchr(b'`', bytes).is_some() {
        let mut runs: Vec<(usize, usize)> = Vec::new();
        for tick in memchr::memchr_iter(b'`', bytes) {
            match runs.last_mut() {
                Some((start, length)) if *start + *length == tick => *length += 1,
                _ => runs.push((tick, 1)),
            }
        }
        let mut next_of_length = BTreeMap::new();
        let mut partner = vec![None; runs.len()];
        for (number, &(_, length)) in runs.iter().enumerate().rev() {
            partner[number] = next_of_length.insert(length, number);
        }
        let mut number = 0;
        while number < runs.len() {
            match partner[number] {
                Some(other) => {
                    found.push(runs[number].0..runs[other].0 + runs[other].1);
                    number = other + 1;
                }
                None => number += 1,
            }
        }
    }
    if found.is_empty() {
        let mut at = 0;
        while let Some(open) = line[at..].find("{{{").map(|open| at + open) {
            let Some(close) = line[open..].find("}}}").map(|close| open + close + 3) else {
                break;
            };
            found.push(open..close);
            at = close;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backticks() {
        for (line, expect) in [
            ("a `b` c `d`", &["`b`", "`d`"][..]),
            ("``b ` c`` d", &["``b ` c``"]),
            ("a ` b", &[]),
            ("why does ```f(x)``` cause", &["```f(x)```"]),
            ("`a `` b` `` c", &["`a `` b`"]),
            ("see {{{f(x)}}} here", &["{{{f(x)}}}"]),
        ] {
            let found: Vec<_> = inline_ranges(line)
                .into_iter()
                .map(|range| &line[range])
                .collect();
            assert_eq!(found, expect, "{line}");
        }
    }
}
