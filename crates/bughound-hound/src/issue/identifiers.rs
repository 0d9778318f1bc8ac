//! Names that the text mentions, alone and in chains.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::dotted::{self, DottedName};
use super::scan::{identifier, is_identifier_part, is_identifier_start};
use super::zones::{N_ZONES, Zone, ZoneSpan, inline_ranges};

/// A distinct identifier of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssueIdentifier {
    /// As written.
    pub name: String,
    /// How often it stands in each zone (`Zone as usize`).
    pub zone_counts: [u16; N_ZONES],
    /// Whether a `(` follows it anywhere.
    pub called: bool,
    /// Whether it stands between backticks anywhere, the title's included.
    pub inlined: bool,
    /// Whether `.`, `::`, `->` or `#` joins it to something before it anywhere.
    pub attribute: bool,
    /// Its first byte in the text.
    pub first_at: usize,
}

impl IssueIdentifier {
    /// Letters of one case, perhaps with a capital in front: as likely a word as a name.
    pub fn is_plain_word(&self) -> bool {
        let rest = self
            .name
            .strip_prefix(|c: char| c.is_uppercase())
            .unwrap_or(&self.name);
        rest.chars().all(|c| c.is_alphabetic() && c.is_lowercase())
    }

    /// The weightiest zone that it stands in: title before inline, code, prose, traceback, boilerplate.
    pub fn best_zone(&self) -> Zone {
        dotted::best_zone(&self.zone_counts)
    }
}

#[derive(Default)]
struct Collector<'t> {
    names: FxHashMap<&'t str, usize>,
    identifiers: Vec<IssueIdentifier>,
    chains: FxHashMap<Vec<&'t str>, usize>,
    dotted: Vec<DottedName>,
}

/// One occurrence of a name or a chain.
#[derive(Clone, Copy)]
struct Seen {
    at: usize,
    zone: Zone,
    called: bool,
    inlined: bool,
}

/// All identifiers outside of `skipped` (URLs and paths, sorted by start), and all chains; chains in the
/// addresses of documentation pages too.
pub(super) fn find(
    text: &str,
    spans: &[ZoneSpan],
    urls: &[Range<usize>],
    skipped: &[Range<usize>],
) -> (Vec<IssueIdentifier>, Vec<DottedName>) {
    let mut collector = Collector::default();
    let mut skipped = skipped.iter().peekable();
    for span in spans {
        let inlines = match span.zone {
            Zone::Title => inline_ranges(&text[span.start..span.end]),
            _ => Vec::new(),
        };
        let mut inlines = inlines.iter().peekable();
        let mut at = span.start;
        while at < span.end {
            while skipped.peek().is_some_and(|range| range.end <= at) {
                skipped.next();
            }
            let end = match skipped.peek() {
                Some(range) if range.start <= at => {
                    at = range.end.min(span.end);
                    continue;
                }
                Some(range) => range.start.min(span.end),
                None => span.end,
            };
            let rest = &text[at..end];
            let Some(start) = rest.find(is_identifier_start) else {
                at = end;
                continue;
            };
            let start = at + start;
            // Digits or letters in front: `3d`, `0x1f`.
            if start > at && text[at..start].ends_with(|c: char| c.is_ascii_digit()) {
                at = start + identifier(&text[start..end]).len();
                continue;
            }
            while inlines
                .peek()
                .is_some_and(|inline| span.start + inline.end <= start)
            {
                inlines.next();
            }
            let in_title_code = inlines
                .peek()
                .is_some_and(|inline| span.start + inline.start <= start);
            let inlined = span.zone == Zone::Inline || in_title_code;
            at = collector.chain(text, start, end, span.zone, inlined);
        }
    }
    for url in urls {
        collector.url(text, url.clone(), super::zones::at(spans, url.start));
    }
    let mut dotted = collector.dotted;
    dotted.sort_by_key(|chain| chain.first_at);
    (collector.identifiers, dotted)
}

impl<'t> Collector<'t> {
    /// Reads the chain that starts at `start`; gives where it ends.
    fn chain(
        &mut self,
        text: &'t str,
        start: usize,
        end: usize,
        zone: Zone,
        inlined: bool,
    ) -> usize {
        let before = &text[..start];
        let mut attribute = before.ends_with('.') && !before.ends_with("..")
            || before.ends_with("::")
            || before.ends_with("->");
        let mut parts: Vec<&'t str> = Vec::new();
        let mut at = start;
        let called = loop {
            let name = identifier(&text[at..end]);
            let after = at + name.len();
            let rest = &text[after..end];
            let called = rest.starts_with('(') || rest.starts_with("!(");
            self.name(
                name,
                Seen {
                    at,
                    zone,
                    called,
                    inlined,
                },
                attribute,
            );
            parts.push(name);
            at = after;
            let joint = match joint(rest) {
                Some(joint) => joint,
                None if rest.starts_with("()") => match self::joint(&rest[2..]) {
                    Some(joint) => joint + 2,
                    None => break called,
                },
                None => break called,
            };
            at += joint;
            attribute = true;
        };
        let is_abbreviation = parts.iter().all(|part| part.chars().count() == 1);
        if parts.len() > 1 && !is_abbreviation {
            self.dotted(
                parts,
                Seen {
                    at: start,
                    zone,
                    called,
                    inlined,
                },
                false,
            );
        }
        at
    }

    fn name(&mut self, name: &'t str, seen: Seen, attribute: bool) {
        let number = *self.names.entry(name).or_insert_with(|| {
            self.identifiers.push(IssueIdentifier {
                name: name.to_owned(),
                zone_counts: [0; N_ZONES],
                called: false,
                inlined: false,
                attribute: false,
                first_at: seen.at,
            });
            self.identifiers.len() - 1
        });
        let entry = &mut self.identifiers[number];
        let count = &mut entry.zone_counts[seen.zone as usize];
        *count = count.saturating_add(1);
        entry.called |= seen.called;
        entry.inlined |= seen.inlined;
        entry.attribute |= attribute;
    }

    fn dotted(&mut self, parts: Vec<&'t str>, seen: Seen, from_url: bool) {
        let number = match self.chains.get(&parts) {
            Some(number) => *number,
            None => {
                self.dotted.push(DottedName {
                    parts: parts.iter().map(|&part| part.to_owned()).collect(),
                    zone_counts: [0; N_ZONES],
                    called: false,
                    inlined: false,
                    from_url: false,
                    first_at: seen.at,
                });
                self.chains.insert(parts, self.dotted.len() - 1);
                self.dotted.len() - 1
            }
        };
        let entry = &mut self.dotted[number];
        let count = &mut entry.zone_counts[seen.zone as usize];
        *count = count.saturating_add(1);
        entry.called |= seen.called;
        entry.inlined |= seen.inlined;
        entry.from_url |= from_url;
        entry.first_at = entry.first_at.min(seen.at);
    }

    /// `…/generated/package.Class.method.html#package.Class.method`: the fragment, else the page.
    fn url(&mut self, text: &'t str, url: Range<usize>, zone: Zone) {
        let address = &text[url.clone()];
        let Some((_, rest)) = address.split_once("://") else {
            return;
        };
        let (page, fragment) = rest.split_once('#').unwrap_or((rest, ""));
        let page = page.split('?').next().unwrap_or(page);
        let Some((_, name)) = page.rsplit_once('/') else {
            return;
        };
        let name = name.strip_suffix(".html").unwrap_or("");
        for candidate in [fragment, name] {
            let parts: Vec<&str> = candidate.split('.').collect();
            let is_chain = parts.len() > 1
                && parts
                    .iter()
                    .all(|part| !part.is_empty() && part.chars().all(is_identifier_part))
                && parts
                    .iter()
                    .all(|part| part.starts_with(is_identifier_start));
            if is_chain {
                let seen = Seen {
                    at: url.start,
                    zone,
                    called: false,
                    inlined: false,
                };
                self.dotted(parts, seen, true);
                return;
            }
        }
    }
}

/// Bytes of what joins two names, where a name follows it.
fn joint(rest: &str) -> Option<usize> {
    let joint = ["::", "->", ".", "#"]
        .into_iter()
        .find(|joint| rest.starts_with(joint))?;
    rest[joint.len()..]
        .starts_with(is_identifier_start)
        .then_some(joint.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::issue::Issue;

    fn chains(text: &str) -> Vec<String> {
        Issue::read(text)
            .dotted
            .iter()
            .map(|d| format!("{}{}", d.parts.join("."), if d.called { "()" } else { "" }))
            .collect()
    }

    #[test]
    fn chains_of_names() {
        for (text, expect) in [
            ("Use a.b.C.run(x) now", &["a.b.C.run()"][..]),
            (
                "core::mem::swap and Box#open and p->next",
                &["core.mem.swap", "Box.open", "p.next"],
            ),
            ("Q().filter(x).only()", &["Q.filter()"]),
            ("e.g. this, i.e. that. End.Start", &["End.Start"]),
            ("in a/b.py and c.py:3", &[]),
            ("tests/a.py::T::test_x", &["T.test_x"]),
            ("x https://d.org/en/generated/p.q.f.html", &["p.q.f"]),
            ("x https://d.org/en/api.html#p.C.m", &["p.C.m"]),
            ("x.. y", &[]),
        ] {
            assert_eq!(chains(text), expect, "{text}");
        }
    }

    #[test]
    fn flags_and_counts() {
        let issue =
            Issue::read("Bug in `foo`\n\nCall foo() or x.bar, see `Baz`.\n\n```\nfoo(1)\n```\n");
        let named = |name: &str| issue.identifiers.iter().find(|i| i.name == name).unwrap();
        let foo = named("foo");
        assert_eq!(foo.zone_counts, [1, 0, 1, 0, 1, 0]);
        assert!(foo.called && foo.inlined && !foo.attribute && foo.is_plain_word());
        assert!(named("bar").attribute && !named("bar").called);
        assert_eq!(named("Baz").best_zone(), Zone::Inline);
    }

    #[test]
    fn names_beside_other_scripts() {
        let issue = Issue::read("使用foo_bar方法 0x1f 3d naïve_name");
        let names: Vec<_> = issue.identifiers.iter().map(|i| i.name.as_str()).collect();
        assert_eq!(names, ["foo_bar", "naïve_name"]);
    }
}
