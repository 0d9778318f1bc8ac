//! `bughound show`: the source of a definition, or the outline of a file.

use std::fmt::Write;

use bughound_core::{LineSpan, SymbolKind};
use bughound_index::{FileIdx, Index, MAX_DEFINITIONS, SymbolIdx};
use serde::Serialize;

use crate::args::{ReportFormat, ShowArgs};
use crate::exit::{Failure, Outcome};
use crate::output::plain::printable;
use crate::output::{self, Terminal};
use crate::settings::{Settings, Target};

/// Definitions whose mentions are listed; more than that is a list to choose from.
const MAX_WITH_MENTIONS: usize = 3;
/// Mentions that are listed.
const MAX_MENTIONS: usize = 12;

/// One definition, as `--format json` prints it.
#[derive(Debug, Serialize)]
struct Shown {
    id: String,
    path: String,
    qualified_name: String,
    kind: SymbolKind,
    lines: LineSpan,
    /// Left out in outlines.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    /// Candidates whose code mentions the name.
    mentioned_by: Vec<String>,
    /// Definitions whose names its code mentions.
    mentions: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Document {
    version: u32,
    repository: String,
    revision: String,
    symbols: Vec<Shown>,
}

/// Finds what is meant and prints it.
pub(crate) fn run(args: &ShowArgs, settings: &Settings) -> anyhow::Result<Outcome> {
    let wanted = args.symbol.trim();
    if wanted.is_empty() {
        return Err(Failure::usage("no symbol is named")
            .hint("for example: bughound show Class.method")
            .into());
    }
    let target = Target::resolve(&args.repo)?;
    let opened = target.open(settings)?;
    opened.warn_about_cache(settings);
    let index = &opened.index;

    let (found, outline) = match find(index, wanted) {
        Found::Symbols(symbols) => (symbols, false),
        Found::Outline(file) => (index.symbols_of(file).collect(), true),
        Found::Nothing { reason, near } => {
            let place = target.describe(&opened.snapshot);
            settings.note(&format!("{reason} in {place}{}", did_you_mean(&near)));
            if args.format == ReportFormat::Json {
                output::print_json(&document(&target, &opened.snapshot, Vec::new()))?;
            }
            return Ok(Outcome::NothingFound);
        }
    };
    let with_mentions = !outline && !args.no_mentions && found.len() <= MAX_WITH_MENTIONS;
    let shown: Vec<Shown> = found
        .iter()
        .map(|&symbol| show(index, symbol, !outline, with_mentions))
        .collect();
    match args.format {
        ReportFormat::Json => output::print_json(&document(&target, &opened.snapshot, shown))?,
        ReportFormat::Text if outline => {
            output::print(&outline_text(index, &found, settings.stdout))?;
        }
        ReportFormat::Text => output::print(&sources_text(&shown, settings.stdout))?,
    }
    Ok(Outcome::Found)
}

/// What a symbol's name may lead to.
enum Found {
    Symbols(Vec<SymbolIdx>),
    Outline(FileIdx),
    Nothing { reason: String, near: Vec<String> },
}

/// Reads `path::name`, `path:line`, `path`, `Qualified.name` or `name`, in this order.
fn find(index: &Index, wanted: &str) -> Found {
    if let Some((path, name)) = wanted.split_once("::")
        && (path.contains('/') || index.file_at(path).is_some() || path.contains('.'))
    {
        let Some(file) = index.file_at(path) else {
            return no_file(index, path);
        };
        let symbols = index.find(file, name);
        if symbols.is_empty() {
            let near = index.names().nearest(index, name, Some(file), 5);
            let near = near
                .into_iter()
                .map(|name| format!("{path}::{name}"))
                .collect();
            return Found::Nothing {
                reason: format!("no definition is called `{name}` in {path}"),
                near,
            };
        }
        return Found::Symbols(symbols);
    }
    if let Some(file) = index.file_at(wanted) {
        return Found::Outline(file);
    }
    if let Some((path, line)) = wanted.rsplit_once(':')
        && let Ok(line) = line.parse::<u32>()
    {
        let Some(file) = index.file_at(path) else {
            return no_file(index, path);
        };
        return match index.symbol_at(file, line) {
            Some(symbol) => Found::Symbols(vec![symbol]),
            None => Found::Nothing {
                reason: format!("no definition is around line {line} of {path}"),
                near: Vec::new(),
            },
        };
    }
    let name = wanted.replace("::", ".");
    let last = name.rsplit('.').next().unwrap_or(&name);
    let symbols: Vec<SymbolIdx> = index
        .names()
        .defined(last)
        .iter()
        .copied()
        .filter(|&symbol| ends_with_name(index.symbol(symbol).qualified_name(), &name))
        .collect();
    if !symbols.is_empty() {
        return Found::Symbols(symbols);
    }
    if wanted.contains('/') {
        return no_file(index, wanted);
    }
    let near = index.names().nearest(index, &name, None, 5);
    Found::Nothing {
        reason: format!("no definition is called `{name}`"),
        near,
    }
}

/// Whether `name` is the whole qualified name or its last parts.
fn ends_with_name(qualified_name: &str, name: &str) -> bool {
    qualified_name
        .strip_suffix(name)
        .is_some_and(|before| before.is_empty() || before.ends_with('.'))
}

fn no_file(index: &Index, path: &str) -> Found {
    let wanted = path.rsplit('/').next().unwrap_or(path);
    let near = index
        .files()
        .iter()
        .map(bughound_index::File::path)
        .filter(|path| path.file_name() == wanted)
        .take(5)
        .map(ToString::to_string)
        .collect();
    Found::Nothing {
        reason: format!("no source file is called {path}"),
        near,
    }
}

fn did_you_mean(near: &[String]) -> String {
    if near.is_empty() {
        return String::new();
    }
    let near: Vec<String> = near.iter().map(|name| format!("`{name}`")).collect();
    format!("; did you mean {}?", near.join(", "))
}

fn show(index: &Index, idx: SymbolIdx, with_source: bool, with_mentions: bool) -> Shown {
    let symbol = index.symbol(idx);
    let (mut mentioned_by, mut mentions) = (Vec::new(), Vec::new());
    if with_mentions {
        let (names, references) = (index.names(), index.references());
        let id_of = |&symbol: &SymbolIdx| index.symbol(symbol).id().to_string();
        if names.symbols(names.of(idx)).len() <= MAX_DEFINITIONS {
            let users = references
                .users_of(names.of(idx))
                .iter()
                .filter(|&&user| user != idx);
            mentioned_by = users.map(id_of).collect();
        }
        for &name in references.names_in(idx) {
            let definitions = names.symbols(name);
            if definitions.len() <= MAX_WITH_MENTIONS {
                mentions.extend(
                    definitions
                        .iter()
                        .filter(|&&definition| definition != idx)
                        .map(id_of),
                );
            }
        }
        mentions.dedup();
    }
    Shown {
        id: symbol.id().to_string(),
        path: symbol.path().to_string(),
        qualified_name: symbol.qualified_name().to_owned(),
        kind: symbol.kind(),
        lines: symbol.lines(),
        source: with_source.then(|| index.source(idx)),
        mentioned_by,
        mentions,
    }
}

fn document(target: &Target, snapshot: &bughound_repo::Snapshot, symbols: Vec<Shown>) -> Document {
    Document {
        version: 1,
        repository: target.root.display().to_string(),
        revision: target.describe_revision(snapshot),
        symbols,
    }
}

fn sources_text(shown: &[Shown], terminal: Terminal) -> String {
    let (dim, name_style, path_style) = (terminal.dim(), terminal.name(), terminal.path());
    let mut out = String::new();
    for (at, symbol) in shown.iter().enumerate() {
        if at > 0 {
            out.push('\n');
        }
        let _ = writeln!(
            out,
            "{name_style}{}{name_style:#}  {dim}{}{dim:#}\n{path_style}{}{path_style:#}:{}",
            printable(&symbol.qualified_name),
            symbol.kind,
            printable(&symbol.path),
            symbol.lines,
        );
        let digits = symbol.lines.end.to_string().len();
        for (number, line) in
            (symbol.lines.start..).zip(symbol.source.as_deref().unwrap_or_default().lines())
        {
            let line = format!("{dim}{number:>digits$} │{dim:#} {}", printable(line));
            let _ = writeln!(out, "{}", line.trim_end());
        }
        list(&mut out, "Mentioned by", &symbol.mentioned_by, terminal);
        list(&mut out, "Mentions", &symbol.mentions, terminal);
    }
    out
}

fn list(out: &mut String, title: &str, ids: &[String], terminal: Terminal) {
    if ids.is_empty() {
        return;
    }
    let (bold, dim) = (terminal.bold(), terminal.dim());
    let _ = writeln!(out, "{bold}{title}{bold:#}");
    for id in ids.iter().take(MAX_MENTIONS) {
        let _ = writeln!(out, "  {}", printable(id));
    }
    if ids.len() > MAX_MENTIONS {
        let _ = writeln!(
            out,
            "  {dim}and {} more (--format json lists all){dim:#}",
            ids.len() - MAX_MENTIONS
        );
    }
}

fn outline_text(index: &Index, symbols: &[SymbolIdx], terminal: Terminal) -> String {
    let (dim, name_style) = (terminal.dim(), terminal.name());
    let mut out = String::new();
    for &idx in symbols {
        let symbol = index.symbol(idx);
        let depth =
            std::iter::successors(index.parent(idx), |&parent| index.parent(parent)).count();
        let _ = writeln!(
            out,
            "{:indent$}{name_style}{}{name_style:#}  {dim}{} {}{dim:#}",
            "",
            printable(symbol.name()),
            symbol.kind(),
            symbol.lines(),
            indent = depth * 2,
        );
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_match_from_their_end() {
        for (qualified_name, name, expect) in [
            ("Reader.load", "load", true),
            ("Reader.load", "Reader.load", true),
            ("pkg.Reader.load", "Reader.load", true),
            ("Reader.upload", "load", false),
            ("load", "Reader.load", false),
        ] {
            assert_eq!(
                ends_with_name(qualified_name, name),
                expect,
                "{qualified_name} {name}"
            );
        }
    }
}
