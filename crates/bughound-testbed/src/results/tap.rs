//! `tap`: the Test Anything Protocol, versions 12 to 14, and the dialect of tape.
//!
//! Ids are descriptions, those of sub-tests behind their parents' (`parent > child`); assertions need not have
//! different names, so the second `should be equal` is `should be equal #2`. In tape's dialect (a version,
//! and a comment that is no `Subtest:` directly before the first result) comments are the names of tests.

use super::{Collector, FindingKind, Outputs, ResultFormat, Results, text};
use crate::TestStatus;

/// Any program that writes TAP.
pub(super) struct Tap;

impl ResultFormat for Tap {
    fn name(&self) -> &'static str {
        "tap"
    }

    fn parse(&self, outputs: &Outputs<'_>) -> Results {
        let mut collector = Collector::default();
        read(&text::plain(outputs.stdout), &mut collector);
        collector.finish()
    }
}

/// Reads a whole output: one stream, or several behind each other.
pub(super) fn read(text: &str, collector: &mut Collector) {
    let mut stream = Stream::default();
    let mut yaml_indent = None;
    for line in text.lines() {
        let body = line.trim_start();
        let indent = line.len() - body.len();
        if let Some(at) = yaml_indent {
            if body.is_empty() || indent >= at {
                if indent == at && body.trim_end() == "..." {
                    yaml_indent = None;
                }
                continue;
            }
            // A block that does not end is left where its indentation is.
            yaml_indent = None;
        }
        let depth = indent / 4;
        if body.trim_end() == "---" && indent > 0 {
            yaml_indent = Some(indent);
        } else if indent == 0 && body.starts_with("TAP version ") {
            stream.end(collector);
            stream = Stream {
                has_version: true,
                ..Stream::default()
            };
        } else if body.starts_with("Bail out!") {
            collector.finding(FindingKind::Incomplete, body.trim_end());
        } else if let Some(point) = point(body) {
            stream.point(depth, point, collector);
        } else if let Some(n) = plan(body) {
            stream.plan(depth, n, collector);
        } else if let Some(comment) = body.strip_prefix("# ")
            && indent == 0
        {
            stream.comment(comment.trim_end());
        }
    }
    if !stream.has_begun() && collector.n_tests() == 0 {
        collector.finding(FindingKind::Incomplete, "there is no TAP");
    }
    stream.end(collector);
}

/// One stream.
#[derive(Default)]
struct Stream {
    levels: Vec<Level>,
    has_version: bool,
    /// Whether comments name tests; decided at the first point.
    is_tape: Option<bool>,
    group: Option<String>,
}

/// The points of one indentation, since the last point of the one above.
#[derive(Default)]
struct Level {
    n_seen: usize,
    planned: Option<usize>,
    /// Points whose parent is not known yet.
    waiting: Vec<(String, TestStatus)>,
}

/// One line `ok` or `not ok`.
struct Point {
    name: String,
    status: TestStatus,
}

impl Stream {
    fn has_begun(&self) -> bool {
        !self.levels.is_empty()
    }

    fn level(&mut self, depth: usize) -> &mut Level {
        // Deeper than anything could mean: output that looks like a point.
        let depth = depth.min(self.levels.len());
        if depth == self.levels.len() {
            self.levels.push(Level::default());
        }
        &mut self.levels[depth]
    }

    fn point(&mut self, depth: usize, point: Point, collector: &mut Collector) {
        if self.is_tape.is_none() {
            let is_tape = self.has_version && self.group.is_some();
            self.is_tape = Some(is_tape);
            self.group = self.group.take().filter(|_| is_tape);
        }
        let depth = depth.min(self.levels.len());
        let children = self.close_below(depth, collector);
        let group = self.group.clone().filter(|_| depth == 0);
        let level = self.level(depth);
        level.n_seen += 1;
        let n_seen = level.n_seen;
        let name = match (group, point.name) {
            (_, name) if name.is_empty() => format!("#{n_seen}"),
            (Some(group), name) => format!("{group} > {name}"),
            (None, name) => name,
        };
        let children = children
            .into_iter()
            .map(|(child, status)| (format!("{name} > {child}"), status));
        let mut points: Vec<_> = children.collect();
        points.push((name, point.status));
        if depth > 0 {
            self.level(depth).waiting.append(&mut points);
            return;
        }
        for (name, status) in points {
            collector.put_numbered(text::relative(&name), status);
        }
    }

    fn plan(&mut self, depth: usize, n: usize, collector: &mut Collector) {
        let depth = depth.min(self.levels.len());
        if depth == 0
            && self
                .levels
                .first()
                .is_some_and(|level| level.planned.is_some())
        {
            // Another stream without a version line.
            std::mem::take(self).end(collector);
        }
        self.level(depth).planned = Some(n);
    }

    fn comment(&mut self, comment: &str) {
        let is_count = ["tests ", "pass ", "fail ", "ok", "skip", "todo"]
            .into_iter()
            .any(|word| comment.starts_with(word));
        if comment.starts_with("Subtest:") {
            self.group = None;
        } else if self.is_tape != Some(false) && !is_count {
            let name = ["SKIP ", "TODO "]
                .into_iter()
                .find_map(|mark| comment.strip_prefix(mark));
            self.group = Some(name.unwrap_or(comment).to_owned());
        }
    }

    /// The points of all levels below, with the names of parents that are missing left open.
    fn close_below(
        &mut self,
        depth: usize,
        collector: &mut Collector,
    ) -> Vec<(String, TestStatus)> {
        let mut points = Vec::new();
        while self.levels.len() > depth + 1 {
            let Some(level) = self.levels.pop() else {
                break;
            };
            level.check(collector);
            let orphans = std::mem::take(&mut points);
            points = level.waiting;
            points.extend(
                orphans
                    .into_iter()
                    .map(|(name, status)| (format!("? > {name}"), status)),
            );
        }
        points
    }

    fn end(mut self, collector: &mut Collector) {
        for (name, status) in self.close_below(0, collector) {
            let what = format!("the parent of {name} did not end");
            collector.finding(FindingKind::Incomplete, what);
            collector.put_numbered(&format!("? > {name}"), status);
        }
        if let Some(level) = self.levels.first() {
            level.check(collector);
        }
    }
}

impl Level {
    fn check(&self, collector: &mut Collector) {
        let seen = self.n_seen;
        match self.planned {
            None => collector.finding(FindingKind::Incomplete, "a plan is missing"),
            Some(planned) if planned != seen => {
                let what = format!("{planned} results are planned and {seen} are there");
                collector.finding(FindingKind::Incomplete, what);
            }
            Some(_) => {}
        }
    }
}

/// `1..5`, `1..0 # SKIP why`.
fn plan(line: &str) -> Option<usize> {
    let rest = line.strip_prefix("1..")?;
    let number = rest.split([' ', '#']).next()?;
    number.trim_end().parse().ok()
}

/// `not ok 3 - name # TODO why`.
fn point(line: &str) -> Option<Point> {
    let (passed, rest) = match line.strip_prefix("not ok") {
        Some(rest) => (false, rest),
        None => (true, line.strip_prefix("ok")?),
    };
    let rest = match rest.strip_prefix(' ') {
        Some(rest) => rest.trim(),
        None if rest.trim().is_empty() => "",
        None => return None,
    };
    let word = rest.split(' ').next().unwrap_or("");
    let rest = match word.parse::<usize>() {
        Ok(_) => rest[word.len()..].trim_start(),
        Err(_) => rest,
    };
    let (name, directive) = directive(rest.strip_prefix("- ").unwrap_or(rest));
    let directive = directive.to_ascii_uppercase();
    let status = if directive.starts_with("SKIP") {
        TestStatus::Skipped
    } else if directive.starts_with("TODO") {
        match passed {
            true => TestStatus::UnexpectedPass,
            false => TestStatus::ExpectedFailure,
        }
    } else if passed {
        TestStatus::Passed
    } else {
        TestStatus::Failed
    };
    Some(Point { name, status })
}

/// The name without what comes behind ` # `, and that; `\\#` is a plain number sign.
fn directive(text: &str) -> (String, &str) {
    let mut name = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some((_, escaped @ ('#' | '\\'))) => name.push(escaped),
                Some((_, other)) => name.extend(['\\', other]),
                None => name.push('\\'),
            },
            '#' if text[..at].is_empty() || text[..at].ends_with(' ') => {
                let behind = text[at + 1..].trim_start();
                let word = behind.split([' ', '=', ':']).next().unwrap_or("");
                if ["skip", "skipped", "todo", "time"]
                    .into_iter()
                    .any(|known| word.eq_ignore_ascii_case(known))
                {
                    return (name.trim_end().to_owned(), behind);
                }
                name.push('#');
            }
            c => name.push(c),
        }
    }
    (name.trim_end().to_owned(), "")
}
