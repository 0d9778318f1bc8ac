//! A search while it goes on, on standard error: what the policy says, each call with what it gave, and why the
//! search ended.

use std::sync::{Mutex, MutexGuard, PoisonError};

use bughound_agent::{Happening, Purpose};
use bughound_core::{Completion, ToolCall};
use bughound_trace::{CallOutcome, Trace, TraceMessage};

use super::plain::{fit, printable};
use super::{Terminal, count};
use crate::progress::Bar;
use crate::settings::Settings;

/// How many characters of a reply are shown while it comes.
const TAIL: usize = 60;

/// Shows a search. Nothing is shown with `--quiet`.
pub(crate) struct LiveSearch {
    terminal: Terminal,
    is_shown: bool,
    bar: Bar,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// What is being asked: `search 3`, `answer`.
    place: String,
    /// The end of the text of the reply that is coming.
    text: String,
    /// The calls of the last reply, whose results are still to be shown.
    calls: Vec<ToolCall>,
}

impl LiveSearch {
    /// Says that a search by this protocol begins.
    pub(crate) fn new(settings: &Settings, protocol: &str) -> Self {
        Self {
            terminal: settings.stderr,
            is_shown: !settings.quiet,
            bar: settings.progress.spinner(format!("Searching ({protocol})")),
            state: Mutex::default(),
        }
    }

    /// Takes what happens.
    pub(crate) fn hear(&self, happening: &Happening<'_>) {
        let mut state = self.state();
        match happening {
            Happening::Asked {
                stage,
                purpose,
                turn,
            } => {
                state.place = match purpose {
                    Purpose::Act => format!("{stage} {}", turn + 1),
                    Purpose::Answer => "answer".to_owned(),
                };
                state.text.clear();
                self.bar
                    .say(format!("Waiting for the policy ({})", state.place));
            }
            Happening::Text(piece) => {
                state.text.push_str(piece);
                let n_chars = state.text.chars().count();
                if let Some(surplus) = n_chars.checked_sub(TAIL) {
                    state.text = state.text.chars().skip(surplus).collect();
                }
                self.bar
                    .say(format!("{}: {}", state.place, printable(&state.text)));
            }
            Happening::Note(note) => self.line(&note_line(note, self.terminal)),
            Happening::Replied(completion) => {
                for line in reply_lines(&state.place, completion, self.terminal) {
                    self.line(&line);
                }
                state.calls.clone_from(&completion.message.tool_calls);
                self.bar.say("Calling tools");
            }
            Happening::Told(message) => {
                self.line(&told_line(message, &state.calls, self.terminal));
            }
            Happening::Ended(_) => {}
        }
    }

    /// Says how it ended and what it cost.
    pub(crate) fn end(&self, trace: &Trace) {
        self.line(&end_line(trace, self.terminal));
    }

    fn line(&self, line: &str) {
        if self.is_shown {
            self.bar.print_line(line);
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// `search 2  I look at the parser.`, and what of the reply could not be read.
fn reply_lines(place: &str, completion: &Completion, terminal: Terminal) -> Vec<String> {
    let (name, warning, dim) = (terminal.name(), terminal.warning(), terminal.dim());
    let text = completion.message.content.trim();
    let text = if text.is_empty() {
        completion.message.reasoning.as_deref().unwrap_or_default()
    } else {
        text
    };
    let tokens = completion.usage.as_ref().map_or_else(String::new, |usage| {
        let about = if usage.estimated { "about " } else { "" };
        let number = |n: u64| count(usize::try_from(n).unwrap_or(usize::MAX));
        let (read, wrote) = (number(usage.prompt_tokens), number(usage.completion_tokens));
        format!(" [{about}{read} + {wrote} tokens]")
    });
    let room = terminal
        .width
        .saturating_sub(place.len() + tokens.len() + 2);
    let said = first_line(text, room.max(20));
    let mut lines = vec![
        format!("{name}{place}{name:#}{dim}{tokens}{dim:#} {said}")
            .trim_end()
            .to_owned(),
    ];
    for call in &completion.malformed {
        let text = first_line(&call.text, 40);
        lines.push(format!(
            "  {warning}unreadable call{warning:#} {text}: {}",
            printable(&call.problem)
        ));
    }
    lines
}

/// `  search_class {"name":"Parser"} → 1,234 bytes in 0.3 ms: class Parser:`, or what else the policy is told.
fn told_line(message: &TraceMessage, calls: &[ToolCall], terminal: Terminal) -> String {
    let (dim, good, warning) = (terminal.dim(), terminal.good(), terminal.warning());
    let Some(record) = &message.call else {
        let text = first_line(&message.message.content, terminal.width.saturating_sub(8));
        return format!("  {dim}told:{dim:#} {text}");
    };
    let id = message.message.tool_call_id.as_deref();
    let call = calls.iter().find(|call| Some(call.id.as_str()) == id);
    let arguments = call.map_or("", |call| call.arguments.as_str());
    let arguments = if arguments == "{}" { "" } else { arguments };
    let head = format!("{} {arguments}", record.tool);
    let head = first_line(head.trim_end(), terminal.width / 2);
    let left_out = match record.n_left_out {
        0 => String::new(),
        n => format!(", {n} lines left out"),
    };
    let bytes = count(usize::try_from(record.bytes).unwrap_or(usize::MAX));
    #[expect(clippy::cast_precision_loss, reason = "microseconds of one call")]
    let milliseconds = record.microseconds as f64 / 1000.0;
    let outcome = if record.outcome == CallOutcome::Ok {
        format!("{good}→{good:#} {bytes} bytes in {milliseconds:.1} ms{left_out}")
    } else {
        format!("{warning}→ {}{warning:#}", word(record.outcome))
    };
    let taken = 2 + head.chars().count() + 30 + left_out.len();
    let text = first_line(
        &message.message.content,
        terminal.width.saturating_sub(taken).max(24),
    );
    format!("  {head} {outcome}: {text}")
}

/// What became of a call, for people.
fn word(outcome: CallOutcome) -> &'static str {
    match outcome {
        CallOutcome::Ok => "ok",
        CallOutcome::Miss => "not there",
        CallOutcome::WrongArguments => "wrong arguments",
        CallOutcome::UnknownTool => "no such tool",
        CallOutcome::Repeated => "asked before",
        CallOutcome::NotRun => "not carried out",
        CallOutcome::Fault => "failed",
    }
}

fn note_line(note: &str, terminal: Terminal) -> String {
    let warning = terminal.warning();
    format!("  {warning}note{warning:#} {}", printable(note))
}

/// `Ended by exit: 5 turns, 8 calls (7 of use), 12,345 + 678 tokens, $0.0123, 14.2 s`.
fn end_line(trace: &Trace, terminal: Terminal) -> String {
    let dim = terminal.dim();
    let spent = &trace.spent;
    let number = |n: u64| count(usize::try_from(n).unwrap_or(usize::MAX));
    let about = if spent.usage.estimated { "about " } else { "" };
    let cost = trace
        .cost_usd
        .map_or_else(String::new, |dollars| format!(", ${dollars:.4}"));
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of one search")]
    let seconds = spent.milliseconds as f64 / 1000.0;
    format!(
        "{dim}Ended by {}: {} turns, {} calls ({} of use), {about}{} + {} tokens{cost}, {seconds:.1} s{dim:#}",
        trace.end,
        spent.turns,
        spent.calls,
        spent.calls_ok,
        number(spent.usage.prompt_tokens),
        number(spent.usage.completion_tokens),
    )
}

/// The first line that says something, as it fits.
fn first_line(text: &str, width: usize) -> String {
    let line = text
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .unwrap_or_default();
    fit(&printable(line), width).into_owned()
}

#[cfg(test)]
mod tests {
    use bughound_core::{MalformedCall, Message, Usage};
    use bughound_trace::CallRecord;

    use super::*;

    const TERMINAL: Terminal = Terminal {
        color: false,
        width: 80,
    };

    #[test]
    fn replies_are_a_line_each() {
        let check = |text: &str, reasoning: Option<&str>, usage: Option<Usage>, expect: &str| {
            let mut completion = Completion::of(Message::assistant(text));
            completion.message.reasoning = reasoning.map(str::to_owned);
            completion.usage = usage;
            let lines = reply_lines("search 2", &completion, TERMINAL);
            assert_eq!(lines, [expect]);
        };
        check("", None, None, "search 2");
        check("\n I look.\nMore", None, None, "search 2 I look.");
        check("", Some("Hm."), None, "search 2 Hm.");
        check("a\u{1b}[2J", None, None, "search 2 a\u{fffd}[2J");
        let usage = Usage {
            prompt_tokens: 12_345,
            completion_tokens: 6,
            ..Usage::default()
        };
        check("Hi", None, Some(usage), "search 2 [12,345 + 6 tokens] Hi");
        let usage = Usage {
            estimated: true,
            ..usage
        };
        check(
            "Hi",
            None,
            Some(usage),
            "search 2 [about 12,345 + 6 tokens] Hi",
        );
        let mut completion = Completion::of(Message::assistant("Hm"));
        completion.malformed.push(MalformedCall {
            text: "<tool_call>{".into(),
            problem: "it ends".into(),
        });
        let lines = reply_lines("search 1", &completion, TERMINAL);
        assert_eq!(lines[1], "  unreadable call <tool_call>{: it ends");
    }

    #[test]
    fn calls_are_shown_with_what_they_gave() {
        let calls = [ToolCall {
            id: "c".into(),
            name: "search_class".into(),
            arguments: r#"{"name":"Parser"}"#.into(),
        }];
        let told = |outcome: CallOutcome, n_left_out: u64, id: &str| {
            let mut message =
                TraceMessage::environment(Message::tool(id, "\nclass Parser:\n  pass"), 0);
            message.call = Some(CallRecord {
                tool: "search_class".into(),
                outcome,
                bytes: 1234,
                n_left_out,
                shown: Vec::new(),
                microseconds: 340,
            });
            told_line(&message, &calls, TERMINAL)
        };
        assert_eq!(
            told(CallOutcome::Ok, 0, "c"),
            r#"  search_class {"name":"Parser"} → 1,234 bytes in 0.3 ms: class Parser:"#
        );
        assert_eq!(
            told(CallOutcome::Ok, 7, "other"),
            "  search_class → 1,234 bytes in 0.3 ms, 7 lines left out: class Parser:"
        );
        assert_eq!(
            told(CallOutcome::Miss, 0, "c"),
            r#"  search_class {"name":"Parser"} → not there: class Parser:"#
        );
        let message = TraceMessage::environment(Message::user("Answer now."), 0);
        assert_eq!(told_line(&message, &calls, TERMINAL), "  told: Answer now.");
    }
}
