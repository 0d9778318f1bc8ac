//! One episode like a conversation.

use std::fmt::Write;

use bughound_core::Role;
use bughound_trace::{Answer, CallOutcome, StageTrace, Trace, TraceMessage};

use super::{duration, size};
use crate::output::plain::printable;
use crate::output::{Terminal, count};

/// Lines of a message that are printed where not all are asked for.
const FIRST_LINES: usize = 12;

/// The episode. What policies, tools and issues say is defused: control characters cannot steer the terminal,
/// and every line of it is set apart by a bar.
pub(crate) fn episode_text(trace: &Trace, full: bool, terminal: Terminal) -> String {
    let mut text = String::new();
    write_head(&mut text, trace, terminal);
    let several = trace.stages.len() > 1;
    for stage in &trace.stages {
        write_stage(&mut text, stage, several, full, terminal);
    }
    match trace.answer() {
        Some(answer) if answer.items.is_empty() => text.push_str("\nThe answer names no place.\n"),
        Some(answer) => write_answer(&mut text, answer, terminal),
        None => text.push_str("\nThere is no answer that could be read.\n"),
    }
    text
}

fn write_head(text: &mut String, trace: &Trace, terminal: Terminal) {
    let (bold, dim) = (terminal.bold(), terminal.dim());
    let model = trace
        .policy
        .model
        .as_deref()
        .map_or(String::new(), |model| format!(" ({model})"));
    let _ = writeln!(
        text,
        "{bold}{}{bold:#}  {}{}, protocol {}, seed {}",
        printable(&trace.id()),
        printable(&trace.policy.name),
        printable(&model),
        printable(&trace.protocol),
        trace.seed
    );
    let task = &trace.task;
    if !task.repo.is_empty() || !task.base_commit.is_empty() {
        let commit = match task.base_commit.get(..12).unwrap_or(&task.base_commit) {
            "" => "its working directory",
            commit => commit,
        };
        let _ = writeln!(
            text,
            "{dim}{} at {}{dim:#}",
            printable(&task.repo),
            printable(commit)
        );
    }
    let spent = &trace.spent;
    let mut parts = vec![
        format!("{} turns", spent.turns),
        format!("{} calls ({} ok)", spent.calls, spent.calls_ok),
    ];
    if spent.malformed > 0 {
        parts.push(format!("{} malformed", spent.malformed));
    }
    if spent.usage.total() > 0 {
        let about = if spent.usage.estimated { "about " } else { "" };
        parts.push(format!(
            "{about}{} + {} tokens",
            thousands(spent.usage.prompt_tokens),
            thousands(spent.usage.completion_tokens)
        ));
    }
    parts.push(duration(spent.milliseconds as f64 * 1e3));
    if let Some(cost) = trace.cost_usd {
        parts.push(format!("${cost:.4}"));
    }
    let _ = writeln!(text, "{}", parts.join(", "));
    let _ = write!(text, "ended: {bold}{}{bold:#}", trace.end);
    if let Some(fault) = &trace.fault {
        let _ = write!(text, ": {}", printable(fault));
    }
    if let Some(reward) = &trace.reward {
        let parts: Vec<String> = reward
            .parts
            .iter()
            .map(|part| format!("{} {:.3}", printable(&part.name), part.value))
            .collect();
        let _ = write!(
            text,
            "; reward {bold}{:.3}{bold:#} ({})",
            reward.value,
            parts.join(", ")
        );
    }
    text.push('\n');
}

fn write_stage(
    text: &mut String,
    stage: &StageTrace,
    several: bool,
    full: bool,
    terminal: Terminal,
) {
    if several {
        let bold = terminal.bold();
        let end = stage
            .end
            .map_or(String::new(), |end| format!(", ended: {end}"));
        let name = printable(&stage.name);
        let _ = writeln!(text, "\n{bold}══ stage {name}{bold:#}{end}");
    }
    for (at, message) in stage.messages.iter().enumerate() {
        write_message(text, at + 1, message, full, terminal);
    }
}

fn write_message(
    text: &mut String,
    number: usize,
    traced: &TraceMessage,
    full: bool,
    terminal: Terminal,
) {
    let dim = terminal.dim();
    let (who, style) = match (traced.message.role, &traced.reply) {
        (_, Some(_)) => ("policy", terminal.name()),
        (Role::Assistant, None) => ("policy (said by the environment)", dim),
        (role, None) => (role.name(), dim),
    };
    let _ = write!(text, "\n{style}── {number} {who}{style:#}");
    let mut notes = Vec::new();
    if let Some(call) = &traced.call {
        notes.push(format!("result of {}", printable(&call.tool)));
        notes.push(call.outcome.name().replace('_', " "));
        notes.push(size(call.bytes as f64));
        if call.n_left_out > 0 {
            notes.push(format!("{} lines left out", call.n_left_out));
        }
        if call.microseconds > 0 {
            notes.push(duration(call.microseconds as f64));
        }
    }
    if let Some(reply) = &traced.reply {
        if let Some(usage) = &reply.usage {
            let (prompt, completion) = (usage.prompt_tokens, usage.completion_tokens);
            notes.push(format!(
                "{} + {} tokens",
                thousands(prompt),
                thousands(completion)
            ));
        }
        if reply.milliseconds > 0 {
            notes.push(duration(reply.milliseconds as f64 * 1e3));
        }
        if reply.n_retries > 0 {
            notes.push(format!("asked {} times", reply.n_retries + 1));
        }
    }
    if !notes.is_empty() {
        let _ = write!(text, " {dim}({}){dim:#}", notes.join(", "));
    }
    text.push('\n');
    if let Some(reasoning) = &traced.message.reasoning {
        write_lines(text, "thinks", reasoning, full, terminal);
    }
    let is_miss = traced
        .call
        .as_ref()
        .is_some_and(|call| call.outcome != CallOutcome::Ok);
    write_lines(text, "", &traced.message.content, full || is_miss, terminal);
    let path = terminal.path();
    for call in &traced.message.tool_calls {
        let _ = writeln!(
            text,
            "{path}→ {}{path:#} {}",
            printable(&call.name),
            printable(&call.arguments)
        );
    }
    let warning = terminal.warning();
    for malformed in traced.reply.iter().flat_map(|reply| &reply.malformed) {
        let _ = writeln!(
            text,
            "{warning}malformed call{warning:#}: {}",
            printable(&malformed.problem)
        );
    }
}

/// The lines behind a bar each, so that nothing in them can be taken for ours.
fn write_lines(text: &mut String, title: &str, said: &str, full: bool, terminal: Terminal) {
    let dim = terminal.dim();
    if said.trim().is_empty() {
        return;
    }
    if !title.is_empty() {
        let _ = writeln!(text, "{dim}│ ({title}){dim:#}");
    }
    let lines: Vec<&str> = said.trim_end().lines().collect();
    let n_shown = if full || lines.len() <= FIRST_LINES + 2 {
        lines.len()
    } else {
        FIRST_LINES
    };
    for line in &lines[..n_shown] {
        let line = printable(line);
        let _ = writeln!(text, "{dim}│{dim:#} {}", line.trim_end());
    }
    if n_shown < lines.len() {
        let rest = lines.len() - n_shown;
        let _ = writeln!(
            text,
            "{dim}│ … {rest} more lines; --full prints them{dim:#}"
        );
    }
}

fn write_answer(text: &mut String, answer: &Answer, terminal: Terminal) {
    let (bold, path, dim) = (terminal.bold(), terminal.path(), terminal.dim());
    let _ = writeln!(text, "\n{bold}── answer{bold:#}");
    for (at, item) in answer.items.iter().enumerate() {
        let written = match (&item.path, &item.name) {
            (Some(file), Some(name)) => format!("{file}::{name}"),
            (Some(one), None) | (None, Some(one)) => one.clone(),
            (None, None) => String::new(),
        };
        let _ = write!(text, "{:>3}. ", at + 1);
        match &item.id {
            Some(id) => {
                let _ = write!(text, "{path}{}{path:#}", printable(&id.to_string()));
            }
            None => {
                let _ = write!(text, "{}", printable(&written));
            }
        }
        let mut notes = vec![item.resolution.name().replace('_', " ")];
        if item.id.as_ref().is_some_and(|id| id.to_string() != written) {
            notes.push(format!("written as {}", printable(&written)));
        }
        if let Some(kind) = item.kind {
            notes.push(kind.to_string());
        }
        if let Some(lines) = item.lines {
            notes.push(format!("lines {lines}"));
        }
        let _ = writeln!(text, "  {dim}{}{dim:#}", notes.join(", "));
    }
}

fn thousands(n: u64) -> String {
    usize::try_from(n).map_or_else(|_| n.to_string(), count)
}
