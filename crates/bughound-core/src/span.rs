//! Ranges of lines.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A range of lines of one file: 1-based, both ends included, never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LineSpan {
    /// First line, from 1.
    pub start: u32,
    /// Last line, at least `start`.
    pub end: u32,
}

impl LineSpan {
    /// A span from `start` to `end`; the ends are put in order and raised to 1 where they are not.
    pub fn new(start: u32, end: u32) -> Self {
        let start = start.max(1);
        Self {
            start,
            end: end.max(start),
        }
    }

    /// A single line.
    pub fn line(line: u32) -> Self {
        Self::new(line, line)
    }

    /// Whether `line` lies inside.
    pub fn contains(&self, line: u32) -> bool {
        self.start <= line && line <= self.end
    }

    /// Whether all of `other` lies inside.
    pub fn covers(&self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether the two share a line.
    pub fn overlaps(&self, other: Self) -> bool {
        self.start <= other.end && other.start <= self.end
    }

    /// Number of lines, at least 1.
    pub fn n_lines(&self) -> u32 {
        self.end - self.start + 1
    }

    /// Lines between this span and `line`, 0 when it lies inside.
    pub fn distance(&self, line: u32) -> u32 {
        if line < self.start {
            self.start - line
        } else {
            line.saturating_sub(self.end)
        }
    }
}

impl fmt::Display for LineSpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.start == self.end {
            write!(f, "{}", self.start)
        } else {
            write!(f, "{}-{}", self.start, self.end)
        }
    }
}
