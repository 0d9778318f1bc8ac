//! What a frame holds.

use std::io::{self, Read};

use zstd::bulk::Decompressor;
use zstd::zstd_safe::get_frame_content_size;

/// Unpacks frames into a buffer that it keeps.
pub(crate) struct Unpacker {
    decompressor: Decompressor<'static>,
}

impl Unpacker {
    /// The most that a frame may hold: a small frame must not be able to fill the memory.
    const MAX_BYTES: usize = 2 << 30;

    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self {
            decompressor: Decompressor::new()?,
        })
    }

    /// Unpacks one whole frame into `text`, and says whether it was whole and undamaged.
    pub(crate) fn unpack(&mut self, frame: &[u8], text: &mut Vec<u8>) -> bool {
        text.clear();
        match get_frame_content_size(frame) {
            Ok(Some(size)) => {
                let Some(size) = usize::try_from(size).ok().filter(|&n| n <= Self::MAX_BYTES)
                else {
                    return false;
                };
                text.reserve(size);
                let unpacked = self.decompressor.decompress_to_buffer(frame, text);
                unpacked.is_ok_and(|n| n == size)
            }
            // Frames that others wrote may not say how much they hold.
            Ok(None) => unpack_stream(frame, text).unwrap_or(false),
            Err(_) => false,
        }
    }
}

fn unpack_stream(frame: &[u8], text: &mut Vec<u8>) -> io::Result<bool> {
    let limit = Unpacker::MAX_BYTES as u64;
    let mut decoder = zstd::stream::read::Decoder::new(frame)?
        .single_frame()
        .take(limit + 1);
    Ok(decoder.read_to_end(text)? as u64 <= limit)
}
