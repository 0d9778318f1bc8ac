//! Which files may hold a text: for each of 2¹⁴ classes of trigrams (three bytes, ASCII letters in lower
//! case) a bit per file.
//!
//! This is the signature-file method (C. Faloutsos, S. Christodoulakis, *Signature files*, ACM TOIS 1984)
//! stored by columns: a look-up is the conjunction of a few bit rows. A file of 5 kB has some 2,000 different
//! trigrams, so a text of 8 bytes passes a wrong file about once in 10⁵.

use rayon::prelude::*;

use crate::index::{FileIdx, Index};

const N_CLASSES: usize = 1 << 14;

/// A set of files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileSet(Vec<u64>);

impl FileSet {
    pub(crate) fn has(&self, file: usize) -> bool {
        self.0[file / 64] >> (file % 64) & 1 == 1
    }

    pub(crate) fn and(mut self, other: Self) -> Self {
        self.0
            .iter_mut()
            .zip(other.0)
            .for_each(|(word, other)| *word &= other);
        self
    }
}

/// The trigrams of all files.
pub(crate) struct Signatures {
    /// Row `c` has a bit per file that holds a trigram of class `c`.
    rows: Vec<u64>,
    words_per_row: usize,
}

impl Signatures {
    pub(crate) fn build(index: &Index) -> Self {
        let files: Vec<FileIdx> = index.file_idxs().collect();
        let words_per_row = files.len().div_ceil(64);
        // 64 files are one word of every row.
        let columns: Vec<Vec<u64>> = files
            .par_chunks(64)
            .map_init(
                || None,
                |reader, chunk| {
                    let mut column = vec![0u64; N_CLASSES];
                    for (bit, &file) in chunk.iter().enumerate() {
                        match index.text_with(file, reader) {
                            Some(text) => {
                                for_each_class(text.as_bytes(), |class| column[class] |= 1 << bit);
                            }
                            // What cannot be read is ruled out by nobody.
                            None => column.iter_mut().for_each(|word| *word |= 1 << bit),
                        }
                    }
                    column
                },
            )
            .collect();
        let mut rows = vec![0; N_CLASSES * words_per_row];
        if words_per_row > 0 {
            rows.par_chunks_mut(words_per_row)
                .enumerate()
                .for_each(|(class, row)| {
                    for (word, column) in row.iter_mut().zip(&columns) {
                        *word = column[class];
                    }
                });
        }
        Self {
            rows,
            words_per_row,
        }
    }

    /// The files that may hold a text, letters of either case.
    pub(crate) fn may_hold(&self, text: &[u8]) -> FileSet {
        let mut set = vec![u64::MAX; self.words_per_row];
        for_each_class(text, |class| {
            let row = &self.rows[class * self.words_per_row..(class + 1) * self.words_per_row];
            set.iter_mut().zip(row).for_each(|(word, row)| *word &= row);
        });
        FileSet(set)
    }

    /// The files that may hold one of several texts.
    pub(crate) fn may_hold_one(&self, texts: &[Vec<u8>]) -> FileSet {
        let mut any = vec![0; self.words_per_row];
        for text in texts {
            let set = self.may_hold(text);
            any.iter_mut()
                .zip(set.0)
                .for_each(|(word, other)| *word |= other);
        }
        FileSet(any)
    }
}

/// Calls `visit` with the class of every three bytes.
fn for_each_class(text: &[u8], mut visit: impl FnMut(usize)) {
    let mut trigram = 0u32;
    for (i, byte) in text.iter().enumerate() {
        trigram = (trigram << 8 | u32::from(byte.to_ascii_lowercase())) & 0xff_ffff;
        if i >= 2 {
            // Multiplicative hashing (Knuth, TAOCP 6.4): the upper 14 bits.
            visit((trigram.wrapping_mul(0x9e37_79b1) >> 18) as usize);
        }
    }
}
