//! Where frames begin and end in a stream of bytes, some of which may be damaged.

use std::io::{self, Read};

use memchr::memmem;
use zstd::zstd_safe::{find_frame_compressed_size, get_error_name};

use super::unpack::Unpacker;

/// Where a frame, or something else, lies in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameSpan {
    /// Its first byte.
    pub offset: u64,
    /// How many bytes it takes.
    pub length: u64,
}

impl FrameSpan {
    /// The byte behind it.
    pub fn end(self) -> u64 {
        self.offset + self.length
    }
}

/// What comes next in the stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// A frame that is whole as far as its lengths tell; [`FrameScanner::unpack`] tells what it holds.
    Frame(FrameSpan),
    /// Bytes that are no frame.
    Damaged(FrameSpan),
    /// The beginning of a frame, cut off by the end of the stream.
    Torn(FrameSpan),
}

/// Reads frames one after the other, and finds the next one behind damage.
///
/// Behind damage the four bytes that frames begin with may be met by chance; there a frame counts only if it
/// can be unpacked.
pub(crate) struct FrameScanner<R> {
    source: R,
    buffer: Vec<u8>,
    /// Bytes of the buffer that are behind us.
    start: usize,
    /// Where in the stream `start` is.
    offset: u64,
    /// Bytes of the frame that was given last.
    frame_len: usize,
    /// Where damage began, while we look for its end, and whether it began like a frame.
    damage: Option<(u64, bool)>,
    unpacker: Unpacker,
    scratch: Vec<u8>,
}

/// What every frame begins with.
pub(crate) const MAGIC: [u8; 4] = 0xFD2F_B528_u32.to_le_bytes();

/// A larger frame is taken for damage: lengths that were damaged must not make us read everything at once.
const MAX_FRAME_BYTES: usize = 512 << 20;

const CHUNK: usize = 256 << 10;

enum Begin {
    Whole(usize),
    Incomplete,
    NoFrame,
}

impl<R: Read> FrameScanner<R> {
    pub(crate) fn new(source: R) -> io::Result<Self> {
        Ok(Self {
            source,
            buffer: Vec::new(),
            start: 0,
            offset: 0,
            frame_len: 0,
            damage: None,
            unpacker: Unpacker::new()?,
            scratch: Vec::new(),
        })
    }

    /// What the frame that was given last holds; `None` where it cannot be unpacked. Its lengths cannot be
    /// trusted then, and the search for the next frame begins inside it.
    pub(crate) fn unpack(&mut self, text: &mut Vec<u8>) -> Option<()> {
        let frame = &self.buffer[self.start..self.start + self.frame_len];
        if self.unpacker.unpack(frame, text) {
            return Some(());
        }
        self.frame_len = 0;
        self.damage = Some((self.offset, false));
        self.advance(1);
        None
    }

    /// What comes next; `None` at the end.
    pub(crate) fn next(&mut self) -> io::Result<Option<Piece>> {
        self.advance(self.frame_len);
        self.frame_len = 0;
        if self.damage.is_none() {
            if self.start == self.buffer.len() && !self.fill()? {
                return Ok(None);
            }
            match self.begin()? {
                Begin::Whole(length) => {
                    self.frame_len = length;
                    return Ok(Some(Piece::Frame(FrameSpan {
                        offset: self.offset,
                        length: length as u64,
                    })));
                }
                Begin::Incomplete => self.damage = Some((self.offset, true)),
                Begin::NoFrame => self.damage = Some((self.offset, false)),
            }
            self.advance(1);
        }
        let (offset, like_a_frame) = self.damage.take().unwrap_or((self.offset, false));
        let found = self.seek()?;
        let span = FrameSpan {
            offset,
            length: self.offset - offset,
        };
        Ok(Some(if like_a_frame && !found {
            Piece::Torn(span)
        } else {
            Piece::Damaged(span)
        }))
    }

    /// Goes on to the next frame that can be unpacked, or to the end of the stream; whether there is one.
    fn seek(&mut self) -> io::Result<bool> {
        loop {
            match memmem::find(&self.buffer[self.start..], &MAGIC) {
                Some(at) => {
                    self.advance(at);
                    if let Begin::Whole(length) = self.begin()?
                        && self.unpacker.unpack(
                            &self.buffer[self.start..self.start + length],
                            &mut self.scratch,
                        )
                    {
                        return Ok(true);
                    }
                    self.advance(1);
                }
                None => {
                    // The magic may lie across the end of what has been read.
                    let left = self.buffer.len() - self.start;
                    self.advance(left.saturating_sub(MAGIC.len() - 1));
                    if !self.fill()? {
                        self.advance(self.buffer.len() - self.start);
                        return Ok(false);
                    }
                }
            }
        }
    }

    /// What begins here.
    fn begin(&mut self) -> io::Result<Begin> {
        loop {
            let here = &self.buffer[self.start..];
            let n = here.len().min(MAGIC.len());
            if here[..n] != MAGIC[..n] && !is_skippable(here) {
                return Ok(Begin::NoFrame);
            }
            if n == MAGIC.len() {
                match find_frame_compressed_size(here) {
                    Ok(length) => return Ok(Begin::Whole(length)),
                    Err(code) if !is_too_short(code) => return Ok(Begin::NoFrame),
                    Err(_) => {}
                }
            }
            if here.len() > MAX_FRAME_BYTES {
                return Ok(Begin::NoFrame);
            }
            if !self.fill()? {
                return Ok(Begin::Incomplete);
            }
        }
    }

    fn advance(&mut self, n: usize) {
        self.start += n;
        self.offset += n as u64;
    }

    /// Reads more: as much as there is already, so that a long frame is looked at a few times only. Whether
    /// there was anything.
    fn fill(&mut self) -> io::Result<bool> {
        self.buffer.drain(..self.start);
        self.start = 0;
        let before = self.buffer.len();
        let want = before.max(CHUNK) as u64;
        (&mut self.source)
            .take(want)
            .read_to_end(&mut self.buffer)?;
        Ok(self.buffer.len() > before)
    }
}

/// Frames without content that other programs may write: `0x184D2A5?`.
fn is_skippable(bytes: &[u8]) -> bool {
    matches!(bytes, [low, 0x2A, 0x4D, 0x18, ..] if low & 0xF0 == 0x50)
}

fn is_too_short(code: usize) -> bool {
    get_error_name(code) == "Src size is incorrect"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(text: &str) -> Vec<u8> {
        zstd::bulk::compress(text.as_bytes(), 1).unwrap()
    }

    /// Pieces as `text@offset`, `damaged offset+length`, `torn offset+length`.
    fn pieces(bytes: &[u8]) -> Vec<String> {
        let mut scanner = FrameScanner::new(bytes).unwrap();
        let mut text = Vec::new();
        let mut pieces = Vec::new();
        while let Some(piece) = scanner.next().unwrap() {
            pieces.push(match piece {
                Piece::Frame(span) => match scanner.unpack(&mut text) {
                    Some(()) => format!("{}@{}", String::from_utf8_lossy(&text), span.offset),
                    None => continue,
                },
                Piece::Damaged(span) => format!("damaged {}+{}", span.offset, span.length),
                Piece::Torn(span) => format!("torn {}+{}", span.offset, span.length),
            });
        }
        pieces
    }

    fn check(parts: &[&[u8]], expect: &[&str]) {
        assert_eq!(pieces(&parts.concat()), expect);
    }

    #[test]
    fn frames_damage_and_torn_ends_are_told_apart() {
        let (a, b) = (frame("a"), frame("b"));
        assert_eq!(a.len(), 10);
        check(&[], &[]);
        check(&[&a, &b], &["a@0", "b@10"]);
        check(&[&a, &b[..7]], &["a@0", "torn 10+7"]);
        check(&[&a, &b[..1]], &["a@0", "torn 10+1"]);
        check(&[&a, b"garbage"], &["a@0", "damaged 10+7"]);
        check(&[&a, &[0; 9], &b], &["a@0", "damaged 10+9", "b@19"]);
        check(&[&a[..6], &b], &["damaged 0+6", "b@6"]);
        // The magic alone, then a frame.
        check(&[&MAGIC, &b], &["damaged 0+4", "b@4"]);
        // A frame without content is neither text nor damage.
        let skippable = [&[0x53, 0x2A, 0x4D, 0x18, 3, 0, 0, 0][..], b"abc"].concat();
        check(&[&a, &skippable, &b], &["a@0", "@10", "b@21"]);
    }

    #[test]
    fn long_frames_are_read_in_pieces() {
        let mut state = 17_u64;
        let long = std::iter::repeat_with(|| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            char::from(b'!' + u8::try_from(state >> 58).unwrap())
        });
        let long: String = long.take(CHUNK * 3).collect();
        let packed = frame(&long);
        assert!(packed.len() > CHUNK * 2);
        let whole = [&packed[..], &frame("b")].concat();
        assert_eq!(
            pieces(&whole),
            [format!("{long}@0"), format!("b@{}", packed.len())]
        );
    }
}
