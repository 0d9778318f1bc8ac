//! What programs said: error messages, log lines, and quoted sentences that may be such.

use rustc_hash::FxHashSet;

use super::frames::{Trace, error_class};
use super::lines::Lines;
use super::zones::{self, Zone, ZoneSpan};

/// Where a message was taken from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MessageKind {
    /// The last lines of a stack trace, a diagnostic, `SomeError: …`, `error: …`.
    ErrorLine,
    /// At least three words between quotes or backticks.
    Quoted,
    /// A line that starts with a level: `WARNING: …`, `2020-01-01 12:00:00 ERROR …`.
    LogLine,
}

/// Something that a program said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The message, without the error's class; may be empty where the class is all.
    pub text: String,
    /// The class of the error as written: `ValueError`, `django.db.utils.OperationalError`.
    pub class: Option<String>,
    /// Where it was taken from.
    pub kind: MessageKind,
    /// The zone of its first byte.
    pub zone: Zone,
    /// Where the line or the quote starts in the text.
    pub at: usize,
}

/// Longest message that is kept, in bytes.
const MAX_LENGTH: usize = 600;

struct Collector<'a> {
    spans: &'a [ZoneSpan],
    seen: FxHashSet<(MessageKind, String)>,
    messages: Vec<Message>,
}

impl Collector<'_> {
    fn push(&mut self, kind: MessageKind, class: Option<&str>, text: &str, at: usize) {
        let text = shorten(text.trim());
        if text.is_empty() && class.is_none() {
            return;
        }
        if self
            .seen
            .insert((kind, format!("{}\n{text}", class.unwrap_or(""))))
        {
            self.messages.push(Message {
                text: text.to_owned(),
                class: class.map(str::to_owned),
                kind,
                zone: zones::at(self.spans, at),
                at,
            });
        }
    }
}

/// All distinct messages, in the order of the text.
pub(super) fn find(
    text: &str,
    lines: &Lines<'_>,
    spans: &[ZoneSpan],
    traces: &[Trace],
) -> Vec<Message> {
    let mut collector = Collector {
        spans,
        seen: FxHashSet::default(),
        messages: Vec::new(),
    };
    let mut traces = traces.iter().peekable();
    let mut number = 0;
    while number < lines.len() {
        while traces.peek().is_some_and(|trace| trace.lines.end <= number) {
            traces.next();
        }
        if let Some(trace) = traces.peek().filter(|trace| trace.lines.start <= number) {
            of_trace(&mut collector, lines, trace);
            number = trace.lines.end;
            continue;
        }
        let line = &lines[number];
        if line.text.len() < 8000 && zones::at(spans, line.range().start) != Zone::Boilerplate {
            of_line(&mut collector, line.text, line.start);
        }
        number += 1;
    }
    for span in spans.iter().filter(|span| span.zone == Zone::Inline) {
        let inner = text[span.start..span.end].trim_matches('`');
        if is_sentence(inner) {
            collector.push(MessageKind::Quoted, None, inner, span.start);
        }
    }
    let mut messages = collector.messages;
    messages.sort_by_key(|message| message.at);
    messages
}

fn of_trace(collector: &mut Collector<'_>, lines: &Lines<'_>, trace: &Trace) {
    let Some(first) = lines[trace.errors.clone()].first() else {
        return;
    };
    let at = first.start;
    let mut joined = String::new();
    for line in &lines[trace.errors.clone()] {
        let mut line = line.trimmed();
        while let Some(rest) = line.strip_prefix("> ") {
            line = rest.trim_start();
        }
        let line = if line.starts_with("E  ") {
            line[1..].trim_start()
        } else {
            line
        };
        if !joined.is_empty() {
            joined.push(' ');
        }
        joined.push_str(line);
        if joined.len() > MAX_LENGTH {
            break;
        }
    }
    let (class, message) = split(&joined, trace.is_stack());
    let message = if trace.is_stack() {
        message
    } else {
        behind_place(message)
    };
    collector.push(MessageKind::ErrorLine, class, message, at);
}

/// The message of a diagnostic, without `path:12:3: error:`.
fn behind_place(line: &str) -> &str {
    match line.find(": ") {
        Some(split) if line[..split].contains(':') || line[..split].ends_with(')') => {
            let rest = &line[split + 2..];
            rest.split_once(": ")
                .filter(|(head, _)| !head.contains(' '))
                .map_or(rest, |(_, tail)| tail)
        }
        _ => line,
    }
}

/// Splits an error line into class and message; also behind `Exception in thread "main"`, `panic:`,
/// `Caused by:`, `Exception Type: X at /y` with `Exception Value:`.
fn split(line: &str, known: bool) -> (Option<&str>, &str) {
    if let Some(rest) = line.strip_prefix("Exception Type: ") {
        let class = super::scan::dotted(rest);
        let message = rest
            .split_once("Exception Value: ")
            .map_or("", |(_, value)| value);
        return ((!class.is_empty()).then_some(class), message);
    }
    let mut line = line;
    for start in [
        "Caused by: ",
        "Uncaught ",
        "panic: ",
        "Unhandled exception. ",
        "Exception Value: ",
    ] {
        line = line.strip_prefix(start).unwrap_or(line);
    }
    if line.starts_with("Exception in thread ") {
        line = line.split_once("\" ").map_or(line, |(_, rest)| rest);
    }
    if let Some((_, message)) = line.split_once("panicked at ") {
        // The message stands before the place in older versions, behind it in newer ones.
        let message = match message.strip_prefix('\'') {
            Some(old) => old.rsplit_once("', ").map_or(old, |(text, _)| text),
            None => message.split_once(": ").map_or(message, |(_, text)| text),
        };
        return (None, message);
    }
    match error_class(line, known) {
        Some(class) => (Some(class), line[class.len()..].trim_start_matches(':')),
        None => (None, line),
    }
}

/// Levels that log lines start with.
const LEVELS: &[&str] = &[
    "ERROR",
    "WARNING",
    "WARN",
    "CRITICAL",
    "FATAL",
    "INFO",
    "DEBUG",
    "Error",
    "Warning",
    "error",
    "warning",
    "fatal",
    "fatal error",
];

fn of_line(collector: &mut Collector<'_>, line: &str, start: usize) {
    let mut trimmed = line.trim();
    while let Some(rest) = trimmed.strip_prefix("> ") {
        trimmed = rest.trim_start();
    }
    let trimmed = if trimmed.starts_with("E  ") {
        trimmed[1..].trim_start()
    } else {
        trimmed
    };
    let trimmed = trimmed.trim_start_matches('*');
    let quote = trimmed
        .chars()
        .next()
        .filter(|c| matches!(c, '`' | '"' | '\''));
    let trimmed = match quote {
        Some(quote) => {
            let inside = trimmed.trim_start_matches(quote);
            &inside[..inside.find(quote).unwrap_or(inside.len())]
        }
        None => trimmed,
    };
    if let Some(message) = log_line(trimmed) {
        let is_error = trimmed.starts_with(|c: char| c.is_lowercase());
        let kind = if is_error {
            MessageKind::ErrorLine
        } else {
            MessageKind::LogLine
        };
        collector.push(kind, None, message, start);
    } else if error_class(trimmed, false).is_some() {
        let (class, message) = split(trimmed.trim_end_matches('*'), false);
        if class.is_some_and(|class| class.len() > "Error".len() || !message.is_empty()) {
            collector.push(MessageKind::ErrorLine, class, message, start);
        }
    } else {
        errors_inside(collector, line, start);
    }
    quotes(collector, line, start);
}

/// The message of a log line.
fn log_line(line: &str) -> Option<&str> {
    // A date, a time, a logger in brackets.
    let bare = line.trim_start_matches(|c: char| c.is_ascii_digit() || "[]():.,-TZ+ ".contains(c));
    let level = LEVELS.iter().find(|level| bare.starts_with(**level))?;
    let rest = &bare[level.len()..];
    let is_dated = bare.len() < line.len();
    let rest = match rest.strip_prefix(']').map(str::trim_start) {
        Some(rest) => rest.strip_prefix([':', '-']).unwrap_or(rest),
        None => match rest.strip_prefix(':') {
            Some(rest) => rest,
            None if is_dated
                && rest.starts_with([' ', '\t'])
                && level.starts_with(|c: char| c.is_uppercase()) =>
            {
                rest
            }
            None => return None,
        },
    };
    let message = rest.trim();
    (message.split_whitespace().nth(1).is_some()).then_some(message)
}

/// `… raises ValueError: bad value.` inside a sentence.
fn errors_inside(collector: &mut Collector<'_>, line: &str, start: usize) {
    for mark in memchr::memmem::find_iter(line.as_bytes(), b": ") {
        let head = &line[..mark];
        if !["Error", "Exception", "Warning", "DoesNotExist"]
            .iter()
            .any(|ending| head.ends_with(ending))
        {
            continue;
        }
        let from = head
            .char_indices()
            .rev()
            .take_while(|&(_, c)| super::scan::is_identifier_part(c) || c == '.')
            .last()
            .map_or(mark, |(at, _)| at);
        let class = head[from..].trim_start_matches('.');
        if class.len() <= "Warning".len() || !class.starts_with(super::scan::is_identifier_start) {
            continue;
        }
        let rest = &line[mark + 2..];
        // Inside backticks or quotes the message ends with them.
        let end = match head[..from].chars().next_back() {
            Some(quote @ ('`' | '"' | '\'')) => rest.find(quote).unwrap_or(rest.len()),
            _ => rest.trim_end_matches('*').len(),
        };
        collector.push(
            MessageKind::ErrorLine,
            Some(class),
            &rest[..end],
            start + from,
        );
        return;
    }
}

/// Sentences between quotes.
fn quotes(collector: &mut Collector<'_>, line: &str, start: usize) {
    let mut at = 0;
    // Quotes that are not closed any more: without this, a line of such quotes takes quadratic time.
    let mut unclosed: Vec<char> = Vec::new();
    while let Some((open, quote)) = line[at..]
        .char_indices()
        .find(|(_, c)| matches!(c, '"' | '\'' | '\u{201c}' | '\u{2018}'))
    {
        let open = at + open;
        let inside = open + quote.len_utf8();
        if unclosed.contains(&quote) {
            at = inside;
            continue;
        }
        let is_word_before = line[..open].ends_with(|c: char| c.is_alphanumeric());
        if is_word_before && quote == '\'' && !line[..open].ends_with(['f', 'b', 'r', 'u']) {
            at = inside;
            continue;
        }
        let closing = match quote {
            '\u{201c}' => '\u{201d}',
            '\u{2018}' => '\u{2019}',
            other => other,
        };
        let close = line[inside..]
            .match_indices(closing)
            .map(|(close, _)| inside + close)
            .find(|&close| {
                closing != '\'' && closing != '\u{2019}'
                    || !line[close + closing.len_utf8()..]
                        .starts_with(|c: char| c.is_alphanumeric())
            });
        let Some(close) = close else {
            unclosed.push(quote);
            at = inside;
            continue;
        };
        let text = &line[inside..close];
        if is_sentence(text) {
            collector.push(MessageKind::Quoted, None, text, start + inside);
        }
        at = close + closing.len_utf8();
    }
}

/// At least three words that are mostly letters.
fn is_sentence(text: &str) -> bool {
    if text.len() > MAX_LENGTH || text.split_whitespace().nth(2).is_none() {
        return false;
    }
    let (mut letters, mut others) = (0, 0);
    for c in text.chars() {
        if c.is_alphabetic() || c == ' ' {
            letters += 1;
        } else {
            others += 1;
        }
    }
    others * 4 <= letters
}

/// Cuts at [`MAX_LENGTH`], between characters.
fn shorten(text: &str) -> &str {
    if text.len() <= MAX_LENGTH {
        return text;
    }
    let mut end = MAX_LENGTH;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
