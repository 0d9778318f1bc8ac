//! Appending traces.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufReader, BufWriter, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::scanner::{FrameScanner, FrameSpan, MAGIC, Piece};
use crate::{Trace, TraceEncoder, TraceError};

/// Appends traces to a file that nobody else appends to meanwhile; anybody may read it.
///
/// Every trace is one write of one whole frame. A process that is killed leaves at most one torn frame, which
/// the next writer moves away; a write that fails (a full disk) is taken back.
pub struct TraceWriter {
    path: PathBuf,
    // The lock is on this handle, and is given back when it is closed.
    file: File,
    /// Bytes of whole frames.
    length: u64,
    encoder: TraceEncoder,
    torn: Option<PathBuf>,
}

impl TraceWriter {
    /// Opens a file for appending; made where it is not there. What follows its last whole frame is moved to
    /// a file of the same name with `.torn` behind it ([`TraceWriter::torn`]).
    ///
    /// # Errors
    /// [`TraceError::Busy`] where another process has it open for appending; [`TraceError::NotTraces`] where
    /// it holds something else, which is left alone; [`TraceError::Io`].
    pub fn open(path: &Path) -> Result<Self, TraceError> {
        let file = lock(path)?;
        let mut writer = Self {
            path: path.to_owned(),
            file,
            length: 0,
            encoder: TraceEncoder::new().map_err(TraceError::io("write", path))?,
            torn: None,
        };
        writer.length = writer.whole_bytes()?;
        writer.move_torn_end()?;
        Ok(writer)
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Bytes of whole traces in the file.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Where the torn end of the file was moved to, when it had one.
    pub fn torn(&self) -> Option<&Path> {
        self.torn.as_deref()
    }

    /// Appends a trace, and says where it lies.
    ///
    /// # Errors
    /// [`TraceError::Append`]; the file then holds what it held before.
    pub fn append(&mut self, trace: &Trace) -> Result<FrameSpan, TraceError> {
        let encoded = self.encoder.encode(trace);
        let frame = encoded.map_err(TraceError::io("encode a trace for", &self.path))?;
        append(&mut self.file, &mut self.length, frame, &self.path)
    }

    /// Appends a frame that a [`TraceEncoder`] made.
    ///
    /// # Errors
    /// As [`TraceWriter::append`].
    pub fn append_frame(&mut self, frame: &[u8]) -> Result<FrameSpan, TraceError> {
        append(&mut self.file, &mut self.length, frame, &self.path)
    }

    /// Waits until the traces are on the disk, for those who fear a power cut.
    ///
    /// # Errors
    /// [`TraceError::Io`].
    pub fn sync(&self) -> Result<(), TraceError> {
        self.file
            .sync_data()
            .map_err(TraceError::io("write", &self.path))
    }

    /// Replaces the file, at once, by these of its frames in this order. Frames that are not named are no
    /// longer there afterwards.
    ///
    /// # Errors
    /// [`TraceError::Io`]; the file is as before then.
    pub fn finish(mut self, order: &[FrameSpan]) -> Result<(), TraceError> {
        let temporary = beside(&self.path, ".tmp");
        let written = self.copy_to(&temporary, order);
        if let Err(error) = written {
            // What could not be written whole is of no use to anybody.
            let _ = std::fs::remove_file(&temporary);
            return Err(error);
        }
        std::fs::rename(&temporary, &self.path).map_err(TraceError::io("replace", &self.path))
    }

    fn copy_to(&mut self, target: &Path, order: &[FrameSpan]) -> Result<(), TraceError> {
        let file = File::create(target).map_err(TraceError::io("write", target))?;
        let mut to = BufWriter::new(file);
        let mut frame = Vec::new();
        for span in order {
            frame.clear();
            self.read_at(*span, &mut frame)
                .map_err(TraceError::io("read", &self.path))?;
            to.write_all(&frame)
                .map_err(TraceError::io("write", target))?;
        }
        to.into_inner()
            .map_err(io::IntoInnerError::into_error)
            .and_then(|file| file.sync_data())
            .map_err(TraceError::io("write", target))
    }

    fn read_at(&mut self, span: FrameSpan, into: &mut Vec<u8>) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(span.offset))?;
        let n = (&mut self.file).take(span.length).read_to_end(into)?;
        if n as u64 == span.length {
            Ok(())
        } else {
            Err(ErrorKind::UnexpectedEof.into())
        }
    }

    /// Where the last whole frame ends. Damage between whole frames stays where it is.
    fn whole_bytes(&self) -> Result<u64, TraceError> {
        let failed = || TraceError::io("read", &self.path);
        let mut scanner = FrameScanner::new(BufReader::new(&self.file)).map_err(failed())?;
        let mut whole = 0;
        let mut begins_like_traces = true;
        while let Some(piece) = scanner.next().map_err(failed())? {
            match piece {
                Piece::Frame(span) => whole = span.end(),
                Piece::Damaged(_) | Piece::Torn(_) if whole > 0 => {}
                Piece::Damaged(_) => begins_like_traces = false,
                Piece::Torn(_) => {}
            }
        }
        if whole == 0 && !begins_like_traces {
            let reason = "it begins with something else, which is left alone";
            return Err(TraceError::not_traces(&self.path, reason));
        }
        Ok(whole)
    }

    fn move_torn_end(&mut self) -> Result<(), TraceError> {
        let mut torn = Vec::new();
        self.file
            .seek(SeekFrom::Start(self.length))
            .and_then(|_| self.file.read_to_end(&mut torn))
            .map_err(TraceError::io("read", &self.path))?;
        if torn.is_empty() {
            return Ok(());
        }
        let aside = beside(&self.path, ".torn");
        OpenOptions::new()
            .create(true)
            .append(true)
            .open(&aside)
            .and_then(|mut file| file.write_all(&torn))
            .map_err(TraceError::io("write", &aside))?;
        self.file
            .set_len(self.length)
            .map_err(TraceError::io("write", &self.path))?;
        self.torn = Some(aside);
        Ok(())
    }
}

/// One write of one whole frame at the end; taken back where it fails.
fn append(
    file: &mut File,
    length: &mut u64,
    frame: &[u8],
    path: &Path,
) -> Result<FrameSpan, TraceError> {
    debug_assert!(frame.starts_with(&MAGIC));
    if let Err(source) = file.write_all(frame) {
        return Err(TraceError::Append {
            path: path.to_owned(),
            length: *length,
            restored: file.set_len(*length).is_ok(),
            source,
        });
    }
    let span = FrameSpan {
        offset: *length,
        length: frame.len() as u64,
    };
    *length = span.end();
    Ok(span)
}

/// Opens the file for reading and appending, and keeps other writers out.
fn lock(path: &Path) -> Result<File, TraceError> {
    loop {
        let file = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .open(path)
            .map_err(TraceError::io("open", path))?;
        match file.try_lock() {
            // A writer that finished in between may have put another file there.
            Ok(()) if is_still_at(&file, path) => return Ok(file),
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(TraceError::Busy {
                    path: path.to_owned(),
                });
            }
            Err(TryLockError::Error(source)) => return Err(TraceError::io("lock", path)(source)),
        }
    }
}

#[cfg(unix)]
fn is_still_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let id = |metadata: std::fs::Metadata| (metadata.dev(), metadata.ino());
    match (file.metadata(), std::fs::metadata(path)) {
        (Ok(ours), Ok(there)) => id(ours) == id(there),
        _ => false,
    }
}

/// Elsewhere a file that is open cannot be replaced.
#[cfg(not(unix))]
fn is_still_at(_file: &File, _path: &Path) -> bool {
    true
}

/// `traces.jsonl.zst` and `.torn` as `traces.jsonl.zst.torn`.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}
