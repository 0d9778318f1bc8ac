//! A few source lines, numbered.

use std::fmt::Write;

use bughound_core::LineSpan;

use super::Terminal;
use super::plain::{fit, printable};

/// What is shown of a file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    /// No line outside of it is shown.
    pub(crate) span: LineSpan,
    /// The line that says what this is; shown wherever the focus is.
    pub(crate) head: Option<u32>,
    /// The line to look at first.
    pub(crate) focus: u32,
    /// Lines on both sides of the focus.
    pub(crate) context: u32,
}

/// Lines with their numbers; `>` marks the focus, `⋮` what was left out. Common indentation is taken away.
pub(crate) fn excerpt(text: &str, window: Window, terminal: Terminal) -> String {
    let Window {
        span,
        head,
        focus,
        context,
    } = window;
    let first = focus.saturating_sub(context).max(span.start);
    let last = focus.saturating_add(context).min(span.end);
    let mut numbers: Vec<u32> = (first..=last).collect();
    match head {
        Some(head) if head < first => numbers.insert(0, head),
        Some(head) if head > last => numbers.push(head),
        _ => {}
    }
    let lines: Vec<(u32, String)> = numbers
        .into_iter()
        .filter_map(|number| {
            Some((
                number,
                printable(text.lines().nth(number as usize - 1)?).into_owned(),
            ))
        })
        .collect();
    let indent = lines
        .iter()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(_, line)| line.len() - line.trim_start_matches(' ').len())
        .min()
        .unwrap_or(0);
    let digits = lines
        .last()
        .map_or(1, |(number, _)| number.to_string().len());
    let (dim, good) = (terminal.dim(), terminal.good());
    let mut out = String::new();
    let mut previous: Option<u32> = None;
    for (number, line) in &lines {
        if previous.is_some_and(|previous| previous + 1 < *number) {
            let _ = writeln!(out, "    {dim}{:>digits$} ⋮{dim:#}", "");
        }
        let line = fit(
            line.get(indent..).unwrap_or(""),
            terminal.width.saturating_sub(digits + 9),
        );
        let line = line.trim_end();
        if *number == focus {
            let _ = writeln!(
                out,
                "  {good}> {number:>digits$}{good:#} {dim}│{dim:#} {line}"
            );
        } else {
            let _ = writeln!(out, "    {dim}{number:>digits$} │{dim:#} {line}");
        }
        previous = Some(*number);
    }
    // A blank line leaves a blank behind the border.
    out.lines()
        .map(|line| format!("{}\n", line.trim_end()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(text: &str, span: (u32, u32), head: Option<u32>, focus: u32, context: u32) -> String {
        let terminal = Terminal {
            color: false,
            width: 40,
        };
        let span = LineSpan::new(span.0, span.1);
        excerpt(
            text,
            Window {
                span,
                head,
                focus,
                context,
            },
            terminal,
        )
    }

    #[test]
    fn lines_around_the_focus() {
        let text: String = (1..=12)
            .map(|n| format!("    line {n} {}\n", "x".repeat(n * 3)))
            .collect();
        insta::assert_snapshot!(show(&text, (2, 11), Some(2), 9, 1), @"
       2 │ line 2 xxxxxx
         ⋮
       8 │ line 8 xxxxxxxxxxxxxxxxxxxxx…
    >  9 │ line 9 xxxxxxxxxxxxxxxxxxxxx…
      10 │ line 10 xxxxxxxxxxxxxxxxxxxx…
    ");
    }

    #[test]
    fn spans_at_the_ends_of_a_file() {
        insta::assert_snapshot!(show("a\n\tb\n", (1, 2), Some(1), 1, 5), @"
        > 1 │ a
          2 │     b
        ");
        assert_eq!(show("", (1, 2), None, 1, 5), "");
        assert_eq!(show("a\n", (7, 9), Some(7), 8, 1), "");
        // A definition below its decorators.
        insta::assert_snapshot!(show("@a\n@b\n@c\ndef d():\n    e\n", (1, 5), Some(4), 1, 1), @"
    > 1 │ @a
      2 │ @b
        ⋮
      4 │ def d():
    ");
    }
}
