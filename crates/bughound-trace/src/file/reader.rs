//! Reading traces, one after the other.

use std::borrow::Cow;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::scanner::{FrameScanner, MAGIC, Piece};
use super::{FrameSpan, TRACES_FILE, TraceFinding, TraceFindingKind, TraceHead};
use crate::{Trace, TraceError};

/// Reads the traces of a file in its order, also while it is being written.
///
/// The file is `.jsonl.zst` or plain `.jsonl` (which of them is told by its first bytes), or a folder that
/// holds [`TRACES_FILE`]. What is wrong with the file is in [`TraceReader::findings`]; the iterator fails where
/// going on would be wrong, and ends then.
pub struct TraceReader {
    path: PathBuf,
    source: Source,
    findings: Vec<TraceFinding>,
    /// Lines of the frame at hand, or the line at hand.
    text: Vec<u8>,
    next_line: usize,
    /// Where the text at hand lies in the file.
    span: FrameSpan,
    n_traces: u64,
    failed: bool,
}

enum Source {
    Frames(FrameScanner<BufReader<File>>),
    Lines(BufReader<File>),
}

/// The file that traces at a path are read from: the path itself, or the file of that name in a folder.
pub fn traces_file(path: &Path) -> Cow<'_, Path> {
    if path.is_dir() {
        Cow::Owned(path.join(TRACES_FILE))
    } else {
        Cow::Borrowed(path)
    }
}

impl TraceReader {
    /// So many lines that are no traces, and not one that is, and we stop looking.
    const MAX_STRANGE: usize = 20;

    /// Opens a file or the folder of a run.
    ///
    /// # Errors
    /// [`TraceError::Io`]; [`TraceError::NotTraces`] where the first bytes are not those of traces.
    pub fn open(path: &Path) -> Result<Self, TraceError> {
        let file = traces_file(path);
        if path.is_dir() && !file.is_file() {
            let reason = format!("the folder holds no {TRACES_FILE}");
            return Err(TraceError::not_traces(path, reason));
        }
        let failed = || TraceError::io("read", &file);
        let opened = File::open(&file).map_err(TraceError::io("open", &file))?;
        let mut bytes = BufReader::with_capacity(64 << 10, opened);
        let begin = bytes.fill_buf().map_err(failed())?;
        let n = begin.len().min(MAGIC.len());
        let packed = begin[..n] == MAGIC[..n] || file.extension().is_some_and(|e| e == "zst");
        let first = begin.iter().find(|byte| !byte.is_ascii_whitespace());
        let source = if packed {
            Source::Frames(FrameScanner::new(bytes).map_err(failed())?)
        } else if matches!(first, None | Some(b'{')) {
            Source::Lines(bytes)
        } else {
            let reason = "it begins neither like zstd nor like a line of JSON";
            return Err(TraceError::not_traces(&file, reason));
        };
        Ok(Self {
            path: file.into_owned(),
            source,
            findings: Vec::new(),
            text: Vec::new(),
            next_line: 0,
            span: FrameSpan {
                offset: 0,
                length: 0,
            },
            n_traces: 0,
            failed: false,
        })
    }

    /// The file that is read.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What was wrong so far.
    pub fn findings(&self) -> &[TraceFinding] {
        &self.findings
    }

    /// Where the trace that was read last lies in the file. A frame may hold several.
    pub fn span(&self) -> FrameSpan {
        self.span
    }

    /// The next trace as no more than its head, which costs less; `None` at the end.
    ///
    /// # Errors
    /// As the iterator.
    pub fn next_head(&mut self) -> Result<Option<TraceHead>, TraceError> {
        self.next_as(|head: &TraceHead| head.format)
    }

    fn next_as<T: DeserializeOwned>(
        &mut self,
        format: impl Fn(&T) -> u32,
    ) -> Result<Option<T>, TraceError> {
        if self.failed {
            return Ok(None);
        }
        let next = self.try_next_as(format);
        self.failed = next.is_err();
        next
    }

    fn try_next_as<T: DeserializeOwned>(
        &mut self,
        format: impl Fn(&T) -> u32,
    ) -> Result<Option<T>, TraceError> {
        loop {
            let Some((offset, line)) = self.next_line()? else {
                return self.end();
            };
            let text = &self.text[line.clone()];
            if text.trim_ascii().is_empty() {
                continue;
            }
            match serde_json::from_slice::<T>(text) {
                Ok(trace) if format(&trace) <= Trace::FORMAT => {
                    self.n_traces += 1;
                    return Ok(Some(trace));
                }
                read => {
                    refuse_newer(text, &self.path)?;
                    let detail = read.err().map_or_else(String::new, |error| {
                        // There is but one line, and its number says nothing about the file.
                        let error = error.to_string();
                        let end = error.rfind(" at line ").unwrap_or(error.len());
                        error[..end].to_owned()
                    });
                    self.findings.push(TraceFinding {
                        kind: TraceFindingKind::Undecodable,
                        offset,
                        length: line.len() as u64,
                        detail,
                    });
                    if self.n_traces == 0 && self.findings.len() >= Self::MAX_STRANGE {
                        return self.end();
                    }
                }
            }
        }
    }

    /// A file in which nothing but other things were found is no file of traces.
    fn end<T>(&self) -> Result<Option<T>, TraceError> {
        let strange = self
            .findings
            .iter()
            .find(|finding| finding.kind != TraceFindingKind::Torn);
        match strange {
            Some(finding) if self.n_traces == 0 => Err(TraceError::not_traces(
                &self.path,
                format!("no trace is in it, and {finding}"),
            )),
            _ => Ok(None),
        }
    }

    /// Where the next line begins in the file (as near as is known), and its place in `text`.
    fn next_line(&mut self) -> Result<Option<(u64, std::ops::Range<usize>)>, TraceError> {
        loop {
            if self.next_line < self.text.len() {
                let rest = &self.text[self.next_line..];
                let length = memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
                let line = self.next_line..self.next_line + length;
                self.next_line = line.end;
                return Ok(Some((self.span.offset, line)));
            }
            if !self.next_text()? {
                return Ok(None);
            }
        }
    }

    /// Reads the next frame, or the next line of a file that is not packed.
    fn next_text(&mut self) -> Result<bool, TraceError> {
        self.next_line = 0;
        self.text.clear();
        let failed = |error| TraceError::io("read", &self.path)(error);
        match &mut self.source {
            Source::Lines(lines) => {
                let offset = self.span.end();
                let length = lines.read_until(b'\n', &mut self.text).map_err(failed)? as u64;
                self.span = FrameSpan { offset, length };
                let torn = length > 0 && !self.text.ends_with(b"\n");
                if torn && serde_json::from_slice::<serde::de::IgnoredAny>(&self.text).is_err() {
                    self.text.clear();
                    self.findings
                        .push(finding(TraceFindingKind::Torn, self.span));
                    return Ok(false);
                }
                Ok(length > 0)
            }
            Source::Frames(scanner) => loop {
                let Some(piece) = scanner.next().map_err(failed)? else {
                    return Ok(false);
                };
                let (kind, span) = match piece {
                    Piece::Frame(span) => {
                        if scanner.unpack(&mut self.text).is_some() {
                            self.span = span;
                            return Ok(true);
                        }
                        // The scanner goes on inside, and tells what is damaged.
                        self.text.clear();
                        continue;
                    }
                    Piece::Damaged(span) => (TraceFindingKind::Damaged, span),
                    Piece::Torn(span) => (TraceFindingKind::Torn, span),
                };
                self.findings.push(finding(kind, span));
            },
        }
    }
}

impl Iterator for TraceReader {
    type Item = Result<Trace, TraceError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_as(|trace: &Trace| trace.format).transpose()
    }
}

fn finding(kind: TraceFindingKind, span: FrameSpan) -> TraceFinding {
    TraceFinding {
        kind,
        offset: span.offset,
        length: span.length,
        detail: String::new(),
    }
}

/// A trace of a newer shape must not be half understood.
fn refuse_newer(text: &[u8], path: &Path) -> Result<(), TraceError> {
    #[derive(Deserialize)]
    struct Version {
        format: u64,
        #[serde(default)]
        bughound: Option<String>,
    }
    match serde_json::from_slice::<Version>(text) {
        Ok(version) if version.format > u64::from(Trace::FORMAT) => Err(TraceError::NewerFormat {
            path: path.to_owned(),
            found: version.format,
            writer: version.bughound.map_or_else(
                || "a newer version".to_owned(),
                |version| format!("Bughound {version}"),
            ),
        }),
        _ => Ok(()),
    }
}
