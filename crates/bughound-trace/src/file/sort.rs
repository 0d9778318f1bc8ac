//! Traces in another order.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use super::scanner::{FrameScanner, FrameSpan, Piece};
use super::{TraceHead, TraceWriter};
use crate::TraceError;

/// Puts the traces of a file into the order of these ids ([`Trace::id`](crate::Trace::id)), at once and without
/// packing them again. Whatever else the file holds follows in the order in which it was.
///
/// # Errors
/// As [`TraceWriter::open`] and [`TraceWriter::finish`]; [`TraceError::Io`]. The file is as before then.
pub fn sort_traces(path: &Path, order: &[String]) -> Result<(), TraceError> {
    let writer = TraceWriter::open(path)?;
    let places: BTreeMap<&str, usize> = order
        .iter()
        .enumerate()
        .map(|(at, id)| (id.as_str(), at))
        .collect();
    let failed = || TraceError::io("read", path);
    let file = File::open(path).map_err(failed())?;
    let mut scanner = FrameScanner::new(BufReader::new(file)).map_err(failed())?;
    let mut pieces: Vec<(usize, FrameSpan)> = Vec::new();
    let mut text = Vec::new();
    while let Some(piece) = scanner.next().map_err(failed())? {
        let (id, span) = match piece {
            Piece::Frame(span) => match scanner.unpack(&mut text) {
                Some(()) => (first_id(&text), span),
                // It comes again, as damage.
                None => continue,
            },
            Piece::Damaged(span) | Piece::Torn(span) => (None, span),
        };
        let place = id.and_then(|id| places.get(id.as_str()).copied());
        pieces.push((place.unwrap_or(order.len()), span));
    }
    pieces.sort_by_key(|(place, _)| *place);
    let spans: Vec<FrameSpan> = pieces.into_iter().map(|(_, span)| span).collect();
    writer.finish(&spans)
}

/// The id of the first trace in a frame; a frame of several traces goes where its first one goes.
fn first_id(text: &[u8]) -> Option<String> {
    let line = text.split(|&byte| byte == b'\n').next()?;
    let head: TraceHead = serde_json::from_slice(line).ok()?;
    Some(head.id())
}
