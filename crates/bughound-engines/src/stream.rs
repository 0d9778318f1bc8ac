//! Takes apart the stream of an `exec`, in which both outputs come in frames: a byte that says which, three of
//! nothing, four of length, most significant first.

/// Which output a piece belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Output {
    Stdout,
    Stderr,
}

/// Where in the stream we are.
#[derive(Debug, Default)]
pub(crate) struct Frames {
    head: Vec<u8>,
    left: usize,
    is_stderr: bool,
}

impl Frames {
    /// Takes the next bytes, cut anywhere, and tells the pieces in them.
    ///
    /// # Errors
    /// What is there instead of a frame.
    pub(crate) fn push(
        &mut self,
        mut bytes: &[u8],
        tell: &mut dyn FnMut(Output, &[u8]),
    ) -> Result<(), String> {
        while !bytes.is_empty() {
            if self.left > 0 {
                let (piece, rest) = bytes.split_at(self.left.min(bytes.len()));
                let output = if self.is_stderr {
                    Output::Stderr
                } else {
                    Output::Stdout
                };
                tell(output, piece);
                self.left -= piece.len();
                bytes = rest;
                continue;
            }
            let (start, rest) = bytes.split_at((8 - self.head.len()).min(bytes.len()));
            self.head.extend_from_slice(start);
            bytes = rest;
            if let &[kind, 0, 0, 0, a, b, c, d] = self.head.as_slice()
                && kind <= 2
            {
                self.is_stderr = kind == 2;
                self.left = u32::from_be_bytes([a, b, c, d]) as usize;
                self.head.clear();
            } else if self.head.len() == 8 {
                return Err(format!("no frame of an output: {:?}", self.head));
            }
        }
        Ok(())
    }

    /// Whether it may end here.
    pub(crate) fn is_complete(&self) -> bool {
        self.left == 0 && self.head.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(kind: u8, bytes: &[u8]) -> Vec<u8> {
        let length = u32::try_from(bytes.len()).unwrap().to_be_bytes();
        [&[kind, 0, 0, 0], &length[..], bytes].concat()
    }

    #[test]
    fn frames_are_told_wherever_the_stream_is_cut() {
        let stream = [
            frame(1, b"out"),
            frame(2, b"err"),
            frame(1, b""),
            frame(1, b"more"),
        ]
        .concat();
        for first in 0..stream.len() {
            for second in first..stream.len() {
                let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
                let mut frames = Frames::default();
                for piece in [&stream[..first], &stream[first..second], &stream[second..]] {
                    let mut tell = |output, piece: &[u8]| match output {
                        Output::Stdout => stdout.extend_from_slice(piece),
                        Output::Stderr => stderr.extend_from_slice(piece),
                    };
                    frames.push(piece, &mut tell).unwrap();
                }
                assert!(frames.is_complete());
                assert_eq!((&*stdout, &*stderr), (&b"outmore"[..], &b"err"[..]));
            }
        }
    }

    #[test]
    fn what_is_no_frame_is_refused() {
        #[track_caller]
        fn check(bytes: &[u8], refused: bool, complete: bool) {
            let mut frames = Frames::default();
            let told = frames.push(bytes, &mut |_, _| {});
            assert_eq!((told.is_err(), frames.is_complete()), (refused, complete));
        }
        check(b"", false, true);
        check(&frame(1, b"x"), false, true);
        check(&frame(1, b"xyz")[..9], false, false);
        check(b"\x01\0\0\0", false, false);
        check(b"\x03\0\0\0\0\0\0\x01x", true, false);
        check(b"plain text", true, false);
    }
}
