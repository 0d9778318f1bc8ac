//! The answer for people.

use std::fmt::Write;

use bughound_core::{LineSpan, Location};

use super::{Located, head_line, kind_name, percent};
use crate::output::excerpt::{Window, excerpt};
use crate::output::focus::Focus;
use crate::output::plain::{columns, fit, printable, wrap};
use crate::output::{Terminal, count};

/// How much is printed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TextOptions {
    /// Every reason, with its share of the score.
    pub(crate) explain: bool,
    /// Source lines around the most relevant one; 0 for no source.
    pub(crate) context: u32,
}

/// Reasons that are printed without `--explain`.
const N_REASONS: usize = 3;
/// Cells of the bar that shows a score relative to the best.
const BAR: usize = 10;

/// Ranked places with their reasons and a few source lines.
pub(crate) fn text(located: &Located<'_>, options: TextOptions, terminal: Terminal) -> String {
    let focus = Focus::new(located.issue);
    let best = located
        .locations
        .first()
        .map_or(0.0, |location| location.score);
    let digits = located.locations.len().to_string().len();
    let mut out = String::new();
    for (at, location) in located.locations.iter().enumerate() {
        if at > 0 {
            out.push('\n');
        }
        heading(&mut out, at + 1, digits, location, best, terminal);
        reasons(&mut out, location, options.explain, terminal);
        if options.context > 0
            && let Some(file) = located.index.file_at(location.path.as_str())
            && let Some(source) = located.index.text(file)
        {
            let n_lines = u32::try_from(source.lines().count()).unwrap_or(u32::MAX);
            let span = location.lines.unwrap_or_else(|| LineSpan::new(1, n_lines));
            let line = focus.line(&location.path, span, &source);
            let head = head_line(located.index, location);
            let window = Window {
                span,
                head,
                focus: line,
                context: options.context,
            };
            out.push_str(&excerpt(&source, window, terminal));
        }
    }
    out
}

/// What was searched, in one line.
pub(crate) fn summary(located: &Located<'_>, target: &str) -> String {
    let history = match located.n_commits {
        0 => "no history".to_owned(),
        n => format!("{} commits", count(n)),
    };
    format!(
        "Searched {} source files ({} definitions, {history}) of {target} in {:.0} ms",
        count(located.index.files().len()),
        count(located.index.n_symbols()),
        located.milliseconds.total,
    )
}

fn heading(
    out: &mut String,
    rank: usize,
    digits: usize,
    location: &Location,
    best: f32,
    terminal: Terminal,
) {
    let (bold, dim, name_style, path_style) = (
        terminal.bold(),
        terminal.dim(),
        terminal.name(),
        terminal.path(),
    );
    let score = match location.probability {
        Some(probability) => format!(
            "{} {:>4}",
            bar(probability.clamp(0.0, 1.0)),
            percent(probability)
        ),
        None if best > 0.0 => format!(
            "{} {:.2}",
            bar((location.score / best).clamp(0.0, 1.0)),
            location.score
        ),
        None => format!("{} {:.2}", bar(0.0), location.score),
    };
    let path = printable(location.path.as_str());
    let name = location
        .qualified_name
        .as_deref()
        .map_or_else(|| path.clone(), printable);
    let kind = kind_name(location);
    let taken = digits + 2 + 2 + columns(kind) + 2 + columns(&score);
    let name = fit(&name, terminal.width.saturating_sub(taken).max(10));
    let gap = terminal.width.saturating_sub(taken + columns(&name)) + 2;
    let _ = writeln!(
        out,
        "{bold}{rank:>digits$}.{bold:#} {name_style}{name}{name_style:#}  {dim}{kind}{dim:#}{:gap$}{score}",
        ""
    );
    if location.qualified_name.is_some() {
        let lines = location
            .lines
            .map(|lines| format!(":{lines}"))
            .unwrap_or_default();
        let path = fit(
            &path,
            terminal.width.saturating_sub(2 + digits + lines.len()),
        );
        let _ = writeln!(
            out,
            "{:digits$}  {path_style}{path}{path_style:#}{lines}",
            ""
        );
    }
}

fn reasons(out: &mut String, location: &Location, explain: bool, terminal: Terminal) {
    let dim = terminal.dim();
    let n_shown = if explain {
        location.reasons.len()
    } else {
        N_REASONS
    };
    for reason in location.reasons.iter().take(n_shown) {
        let share = if explain {
            format!("{:+.3} {}: ", reason.contribution, reason.feature)
        } else {
            String::new()
        };
        let text = format!("{share}{}", printable(&reason.text));
        for (at, line) in wrap(&text, terminal.width.saturating_sub(6))
            .iter()
            .enumerate()
        {
            let bullet = if at == 0 { '-' } else { ' ' };
            let _ = writeln!(out, "    {dim}{bullet}{dim:#} {line}");
        }
    }
    let n_left = location.reasons.len().saturating_sub(n_shown);
    if n_left > 0 {
        let _ = writeln!(out, "    {dim}  and {n_left} more (--explain){dim:#}");
    }
}

/// A share of 1 as a bar of [`BAR`] cells, in eighths of a cell.
fn bar(share: f32) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and 8 x BAR"
    )]
    let eighths = (share * (BAR * 8) as f32).round() as usize;
    let mut text = "█".repeat(eighths / 8);
    text.push_str(EIGHTHS[eighths % 8]);
    text.push_str(&" ".repeat(BAR - text.chars().count()));
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_have_one_width() {
        for (share, text) in [
            (0.0, "          "),
            (1.0, "██████████"),
            (0.5, "█████     "),
            (0.33, "███▎      "),
        ] {
            assert_eq!(bar(share), text);
        }
    }

    #[test]
    fn headings_and_reasons() {
        let terminal = Terminal {
            color: false,
            width: 60,
        };
        let mut out = String::new();
        for (at, location) in super::super::fixture::locations().iter().enumerate() {
            heading(&mut out, at + 1, 2, location, 2.0, terminal);
            reasons(&mut out, location, at == 0, terminal);
        }
        insta::assert_snapshot!(out, @"
    1. Reader.load  method                      ██████▎    62 %
       pkg/a file.py:2-5
       - +1.250 traceback: a traceback frame is at line 4
       - +0.500 words: its words are the issue's: load, reader
    2. pkg/b.py  file                           ██▌        0.50
    ");
    }
}
