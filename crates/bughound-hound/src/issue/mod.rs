//! What does an issue say? Text in, plain data out: zones, names, stack frames, links, paths, messages.
//!
//! Reading knows nothing of any repository or index: whether a name or a path exists is the resolver's
//! question. It never fails and takes time linear in the text: every look-ahead and look-behind is
//! bounded by a constant.
//!
//! The order of work: newlines and HTML comments, fenced blocks, stack traces, then a zone for every line,
//! and from these the mentions. One file for each.

mod blocks;
mod boilerplate;
mod code_line;
mod dotted;
mod frames;
mod identifiers;
mod lines;
mod links;
mod messages;
mod paths;
mod scan;
mod text;
mod urls;
mod zones;

pub use dotted::DottedName;
pub use frames::{Dialect, Frame};
pub use identifiers::IssueIdentifier;
pub use links::BlobLink;
pub use messages::{Message, MessageKind};
pub use paths::PathMention;
pub use zones::{N_ZONES, Zone, ZoneSpan};

pub(crate) use frames::error_class;
pub(crate) use scan::is_source_path;

use lines::Lines;

/// An issue, read.
///
/// All offsets are bytes into [`Issue::text`]. All lists are in the order of the text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Issue {
    /// The text that all offsets point into: newlines are `\n`, HTML comments outside of code are gone.
    pub text: String,
    /// What each part of the text is; the spans follow one another and cover the text.
    pub zones: Vec<ZoneSpan>,
    /// Every distinct identifier outside of URLs and file paths.
    pub identifiers: Vec<IssueIdentifier>,
    /// Every distinct chain of names: `a.b.c`, `a::b`, `Class#method`.
    pub dotted: Vec<DottedName>,
    /// Stack frames and compiler diagnostics; those of one trace stand together, innermost first.
    pub frames: Vec<Frame>,
    /// Links to files in a hosted repository.
    pub links: Vec<BlobLink>,
    /// File paths as written; those on the lines of a stack trace have zone [`Zone::Traceback`].
    pub paths: Vec<PathMention>,
    /// Error messages, log lines and quoted sentences.
    pub messages: Vec<Message>,
}

impl Issue {
    /// Reads an issue: its title on the first line, its body below.
    pub fn read(text: &str) -> Self {
        let text = text::normalise(text);
        let lines = Lines::of(&text);
        let blocks = blocks::find(&lines);
        let traces = frames::find(&lines, &blocks);
        let zones = zones::assign(&text, &lines, &blocks, &traces);
        let urls = urls::find(&text);
        let links = links::read(&text, &urls, &zones);
        let (paths, mut skipped) = paths::find(&text, &zones, &urls);
        skipped.extend(urls.iter().cloned());
        skipped.sort_unstable_by_key(|range| (range.start, range.end));
        let (identifiers, dotted) = identifiers::find(&text, &zones, &urls, &skipped);
        let messages = messages::find(&text, &lines, &zones, &traces);
        let frames = frames::flatten(traces);
        Self {
            zones,
            identifiers,
            dotted,
            frames,
            links,
            paths,
            messages,
            text,
        }
    }

    /// The first line that is not blank; `""` where that is part of a code block or stack trace.
    pub fn title(&self) -> &str {
        self.zone_texts(Zone::Title).next().unwrap_or("").trim()
    }

    /// The texts of all spans of one zone, in order.
    pub fn zone_texts(&self, zone: Zone) -> impl Iterator<Item = &str> {
        self.zones
            .iter()
            .filter(move |span| span.zone == zone)
            .map(|span| &self.text[span.start..span.end])
    }

    /// The zone of the byte at `offset`; prose past the end.
    pub fn zone_at(&self, offset: usize) -> Zone {
        zones::at(&self.zones, offset)
    }
}

#[cfg(test)]
mod tests;
