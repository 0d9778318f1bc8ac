//! A trace as a frame.

use std::io;

use zstd::bulk::Compressor;
use zstd::zstd_safe::{CParameter, compress_bound};

use crate::Trace;

/// Packs traces into frames. It keeps its buffers, so that a worker that packs many traces needs no memory
/// for each.
pub struct TraceEncoder {
    compressor: Compressor<'static>,
    line: Vec<u8>,
    frame: Vec<u8>,
}

impl TraceEncoder {
    /// The fastest level: conversations are repetitive, and higher levels save little.
    const LEVEL: i32 = 1;

    /// An encoder.
    ///
    /// # Errors
    /// Where memory runs out.
    pub fn new() -> io::Result<Self> {
        let mut compressor = Compressor::new(Self::LEVEL)?;
        // With a checksum a reader can tell a damaged trace from a whole one.
        compressor.set_parameter(CParameter::ChecksumFlag(true))?;
        Ok(Self {
            compressor,
            line: Vec::new(),
            frame: Vec::new(),
        })
    }

    /// The trace as one whole frame.
    ///
    /// # Errors
    /// Where memory runs out.
    pub fn encode(&mut self, trace: &Trace) -> io::Result<&[u8]> {
        self.line.clear();
        serde_json::to_writer(&mut self.line, trace)?;
        self.line.push(b'\n');
        self.frame.clear();
        self.frame.reserve(compress_bound(self.line.len()));
        self.compressor
            .compress_to_buffer(&self.line, &mut self.frame)?;
        Ok(&self.frame)
    }
}
