//! Keeps the start and the end of what a command writes, whatever it writes between.

use std::collections::VecDeque;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::io::Errno;

use crate::Captured;

/// Reads a pipe that does not block.
pub(crate) struct Capture {
    /// `None` once nobody can write any more.
    source: Option<OwnedFd>,
    kept: Kept,
}

/// The bytes of a [`Captured`] while they come.
pub struct Kept {
    head: Vec<u8>,
    head_room: usize,
    tail: VecDeque<u8>,
    tail_room: usize,
    n_left_out: u64,
}

impl Kept {
    /// For so many bytes, half of them from the start.
    pub fn new(limit: usize) -> Self {
        Self {
            head: Vec::new(),
            head_room: limit.div_ceil(2),
            tail: VecDeque::new(),
            tail_room: limit / 2,
            n_left_out: 0,
        }
    }

    /// Takes what was written next.
    pub fn push(&mut self, bytes: &[u8]) {
        let n_head = bytes.len().min(self.head_room - self.head.len());
        let (head, rest) = bytes.split_at(n_head);
        self.head.extend_from_slice(head);
        // What the tail cannot hold of these bytes alone is never put into it.
        let (beyond, rest) = rest.split_at(rest.len().saturating_sub(self.tail_room));
        let n_dropped = (self.tail.len() + rest.len()).saturating_sub(self.tail_room);
        let n_dropped = if beyond.is_empty() {
            n_dropped
        } else {
            self.tail.len()
        };
        self.tail.drain(..n_dropped);
        self.n_left_out += (n_dropped + beyond.len()) as u64;
        self.tail.extend(rest);
    }

    /// All that was kept.
    pub fn finish(mut self) -> Captured {
        let mut tail = Vec::from(self.tail);
        if self.n_left_out == 0 {
            self.head.append(&mut tail);
        }
        Captured {
            head: self.head,
            tail,
            n_left_out: self.n_left_out,
        }
    }
}

impl Capture {
    pub(crate) fn new(source: OwnedFd, limit: usize) -> Self {
        Self {
            source: Some(source),
            kept: Kept::new(limit),
        }
    }

    /// What to wait for.
    pub(crate) fn source(&self) -> Option<BorrowedFd<'_>> {
        self.source.as_ref().map(AsFd::as_fd)
    }

    /// Reads once.
    pub(crate) fn read_if(&mut self, ready: bool) {
        if ready {
            self.read();
        }
    }

    /// Reads what is there and no more.
    pub(crate) fn drain(&mut self) {
        while self.read() {}
    }

    fn read(&mut self) -> bool {
        let Some(source) = &self.source else {
            return false;
        };
        let mut buffer = [0; 1 << 16];
        match rustix::io::read(source, &mut buffer) {
            Ok(n @ 1..) => {
                self.kept.push(&buffer[..n]);
                true
            }
            Err(Errno::INTR) => true,
            Err(Errno::AGAIN) => false,
            Ok(0) | Err(_) => {
                self.source = None;
                false
            }
        }
    }

    pub(crate) fn finish(self) -> Captured {
        self.kept.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(limit: usize, pushed: &[&str], head: &str, n_left_out: u64, tail: &str) {
        let mut kept = Kept::new(limit);
        for bytes in pushed {
            kept.push(bytes.as_bytes());
        }
        let captured = kept.finish();
        assert_eq!(captured.head, head.as_bytes());
        assert_eq!(captured.tail, tail.as_bytes());
        assert_eq!(captured.n_left_out, n_left_out);
    }

    #[test]
    fn start_and_end_are_kept() {
        check(4, &[], "", 0, "");
        check(4, &["abcd"], "abcd", 0, "");
        check(4, &["a", "bc", "d"], "abcd", 0, "");
        check(4, &["abcde"], "ab", 1, "de");
        check(4, &["abc", "de"], "ab", 1, "de");
        check(4, &["abc", "d", "efghij"], "ab", 6, "ij");
        check(5, &["abcdefgh"], "abc", 3, "gh");
        check(1, &["abc"], "a", 2, "");
        check(0, &["abc", "d"], "", 4, "");
        check(4, &["ab", "", "c", "", "d", "e"], "ab", 1, "de");
    }
}
