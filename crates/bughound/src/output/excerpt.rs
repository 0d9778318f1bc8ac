//! A few source lines, numbered.

use std::fmt::Write;

use bughound_core::LineSpan;

use super::Terminal;
use super::plain::{fit, printable};

/// The first line of `span` and `context` lines on both sides of `focus`, with their numbers; `>` marks the
/// focus, `⋮` what was left out. Common indentation is taken away.
pub(crate) fn excerpt(
    text: &str,
    span: LineSpan,
    focus: u32,
    context: u32,
    terminal: Terminal,
) -> String {
    let first = focus.saturating_sub(context).max(span.start);
    let last = focus.saturating_add(context).min(span.end);
    let mut numbers: Vec<u32> = (first..=last).collect();
    if first > span.start {
        numbers.insert(0, span.start);
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

    const TERMINAL: Terminal = Terminal {
        color: false,
        width: 40,
    };

    #[test]
    fn lines_around_the_focus() {
        let text: String = (1..=12)
            .map(|n| format!("    line {n} {}\n", "x".repeat(n * 3)))
            .collect();
        insta::assert_snapshot!(excerpt(&text, LineSpan::new(2, 11), 9, 1, TERMINAL), @"
       2 │ line 2 xxxxxx
         ⋮
       8 │ line 8 xxxxxxxxxxxxxxxxxxxxx…
    >  9 │ line 9 xxxxxxxxxxxxxxxxxxxxx…
      10 │ line 10 xxxxxxxxxxxxxxxxxxxx…
    ");
    }

    #[test]
    fn spans_at_the_ends_of_a_file() {
        insta::assert_snapshot!(excerpt("a\n\tb\n", LineSpan::new(1, 2), 1, 5, TERMINAL), @"
        > 1 │ a
          2 │     b
        ");
        assert_eq!(excerpt("", LineSpan::new(1, 2), 1, 5, TERMINAL), "");
        assert_eq!(excerpt("a\n", LineSpan::new(7, 9), 8, 1, TERMINAL), "");
    }
}
