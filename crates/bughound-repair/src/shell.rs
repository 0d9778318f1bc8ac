//! Commands of tools, and what they wrote as text.

use bughound_sandbox::{Captured, End, Finished};
use bughound_testbed::TaskCommand;
use bughound_tools::{Page, ToolError};

use crate::workbench::{Inner, Workbench, sandbox_error};

/// Bytes of output that are looked at; a page shows far fewer.
const OUTPUT_BYTES: usize = 8 << 20;

/// Runs a program of ours on the policy's files: it is not looked up where the policy could have put another.
pub(crate) fn own(
    workbench: &Workbench,
    inner: &mut Inner,
    tool: &'static str,
    argv: &[&str],
) -> Result<Finished, ToolError> {
    let argv: TaskCommand = argv.iter().map(|word| (*word).to_owned()).collect();
    let mut command = inner.place.command(&argv);
    command.env = [("LC_ALL", "C.UTF-8"), ("PATH", "/usr/bin:/bin")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
    command.wall = workbench.wall(Some(60), command.wall);
    command.output_bytes = OUTPUT_BYTES;
    let finished = inner.place.sandbox().run(&command);
    finished.map_err(|error| sandbox_error(tool, error))
}

/// What was written up to the first byte that was left out, whole records only, and whether that is all.
pub(crate) fn beginning(output: &Captured, end: char) -> (String, bool) {
    let text = String::from_utf8_lossy(&output.head);
    if output.n_left_out == 0 && output.tail.is_empty() {
        return (text.into_owned(), true);
    }
    let whole = text.rfind(end).map_or("", |at| &text[..at]);
    (whole.to_owned(), false)
}

/// How a command ended, for the policy. A timeout has the word that arXiv 2510.22075 has for it.
pub(crate) fn ending(finished: &Finished, seconds: u64) -> String {
    match finished.end {
        End::Exited(status) => format!("[status {status}, {:.1} s]", finished.seconds),
        End::Signalled(signal) => format!("[ended by signal {signal}, {:.1} s]", finished.seconds),
        End::TimedOut => format!("[tooltimeout: stopped after {seconds} s]"),
        End::OutOfMemory => "[stopped: it used more memory than there is]".to_owned(),
        End::NotStarted { errno } => match errno {
            2 => "[not started: there is no such program or folder]".to_owned(),
            13 => "[not started: it may not be executed]".to_owned(),
            errno => format!("[not started: error {errno}]"),
        },
    }
}

/// Shows text within what is left of the page: its start, and more of its end, where errors stand.
pub(crate) fn show_ends(page: &mut Page, text: &str) {
    let lines: Vec<&str> = text.trim_end().lines().collect();
    let room = page.lines_left().saturating_sub(1);
    let room_bytes = page.bytes_left().saturating_sub(200);
    // A third from the start, two thirds from the end.
    let head = take(lines.iter().copied(), room / 3, room_bytes / 3, page);
    let tail = take(
        lines[head..].iter().rev().copied(),
        room - room / 3,
        room_bytes - room_bytes / 3,
        page,
    );
    for line in &lines[..head] {
        page.line(line);
    }
    let n_between = lines.len() - head - tail;
    if n_between > 0 {
        page.line(&format!("[{n_between} lines left out]"));
    }
    for line in &lines[lines.len() - tail..] {
        page.line(line);
    }
}

/// How many of these lines fit.
fn take<'a>(
    lines: impl Iterator<Item = &'a str>,
    room: usize,
    room_bytes: usize,
    page: &Page,
) -> usize {
    let mut bytes = 0;
    lines
        .take(room)
        .take_while(|line| {
            bytes += page.cost(line);
            bytes <= room_bytes
        })
        .count()
}

/// Both outputs, one after the other.
pub(crate) fn outputs(finished: &Finished) -> String {
    let mut text = String::new();
    for (name, output) in [("stdout", &finished.stdout), ("stderr", &finished.stderr)] {
        if *output == Captured::default() {
            continue;
        }
        let written = output.text();
        let written = written.trim_end();
        if written.is_empty() {
            continue;
        }
        if name == "stderr" && !text.is_empty() {
            text.push_str("[stderr]\n");
        }
        text.push_str(written);
        text.push('\n');
    }
    text
}
