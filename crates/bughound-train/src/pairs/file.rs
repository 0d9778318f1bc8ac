//! Pairs as a file: eight bytes of magic, then each array as its length in bytes and its bytes, little-endian.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Write};
use std::path::Path;

use bytemuck::Pod;

use super::{DocumentTerm, Pair, Pairs, QueryTerm};
use crate::TrainError;

const MAGIC: &[u8; 8] = b"BHPAIRS1";

impl Pairs {
    /// Writes the pairs.
    ///
    /// # Errors
    /// [`TrainError::Io`].
    pub fn write(&self, path: &Path) -> Result<(), TrainError> {
        let write = || -> std::io::Result<()> {
            let mut out = BufWriter::new(File::create(path)?);
            out.write_all(MAGIC)?;
            array(&mut out, self.projects.join("\n").as_bytes())?;
            array(&mut out, &self.vocabulary)?;
            array(&mut out, &words(&self.pairs, pair_words))?;
            array(&mut out, &words(&self.query_terms, query_words))?;
            array(&mut out, &self.document_at)?;
            array(&mut out, &words(&self.document_terms, document_words))?;
            array(&mut out, &self.links)?;
            out.flush()
        };
        write().map_err(TrainError::io("write", path))
    }

    /// Reads what [`Pairs::write`] wrote.
    ///
    /// # Errors
    /// [`TrainError::Io`]; [`TrainError::Malformed`] where the file is anything else.
    pub fn read(path: &Path) -> Result<Self, TrainError> {
        let file = File::open(path).map_err(TrainError::io("read", path))?;
        let mut input = Input {
            file: BufReader::new(file),
            path,
        };
        if &input.take(8)?[..] != MAGIC {
            return Err(TrainError::malformed(path, "it begins with other bytes"));
        }
        let names = String::from_utf8(input.array::<u8>()?)
            .map_err(|_| TrainError::malformed(path, "names of projects are not UTF-8"))?;
        let pairs = Self {
            projects: names.lines().map(str::to_owned).collect(),
            vocabulary: input.array()?,
            pairs: words(&input.array()?, pair_of),
            query_terms: words(&input.array()?, query_of),
            document_at: input.array()?,
            document_terms: words(&input.array()?, document_of),
            links: input.array()?,
        };
        if !pairs.is_sound() {
            return Err(TrainError::malformed(path, "a number points outside of it"));
        }
        Ok(pairs)
    }

    /// Whether every number that indexes something lies inside it, so that readers may index freely.
    fn is_sound(&self) -> bool {
        let below = |values: &[u32], n: usize| {
            values.is_sorted() && values.last().is_none_or(|&last| last as usize <= n)
        };
        let n_terms = self.vocabulary.len();
        below(&self.document_at, self.document_terms.len())
            && self
                .links
                .iter()
                .all(|&link| (link as usize) < self.n_documents())
            && self.query_terms.iter().all(|t| (t.term as usize) < n_terms)
            && self.document_terms.iter().all(|t| {
                (t.term as usize) < n_terms && usize::from(t.field) < bughound_index::N_DOC_FIELDS
            })
            && self.pairs.iter().all(|pair| {
                (pair.project as usize) < self.projects.len()
                    && (pair.kind as usize) < super::PairKind::ALL.len()
                    && below(&pair.query, self.query_terms.len())
                    && below(&pair.links, self.links.len())
            })
    }
}

fn words<A: Copy, B>(values: &[A], convert: impl Fn(A) -> B) -> Vec<B> {
    values.iter().map(|&value| convert(value)).collect()
}

fn pair_words(pair: Pair) -> [u32; 7] {
    let [query_start, query_end] = pair.query;
    let [positives, siblings, end] = pair.links;
    [
        pair.project,
        pair.kind,
        query_start,
        query_end,
        positives,
        siblings,
        end,
    ]
}

fn pair_of(
    [
        project,
        kind,
        query_start,
        query_end,
        positives,
        siblings,
        end,
    ]: [u32; 7],
) -> Pair {
    Pair {
        project,
        kind,
        query: [query_start, query_end],
        links: [positives, siblings, end],
    }
}

fn query_words(term: QueryTerm) -> [u32; 2] {
    [term.term, term.weight.to_bits()]
}

fn query_of([term, weight]: [u32; 2]) -> QueryTerm {
    QueryTerm {
        term,
        weight: f32::from_bits(weight),
    }
}

fn document_words(term: DocumentTerm) -> [u32; 2] {
    let place = u32::from(term.field) << 16 | u32::from(term.sixteenths);
    [term.term, place]
}

#[expect(clippy::cast_possible_truncation, reason = "two halves of a word")]
fn document_of([term, place]: [u32; 2]) -> DocumentTerm {
    DocumentTerm {
        term,
        field: (place >> 16) as u16,
        sixteenths: place as u16,
    }
}

fn array<T: Pod>(out: &mut impl Write, values: &[T]) -> std::io::Result<()> {
    let bytes: &[u8] = bytemuck::cast_slice(values);
    out.write_all(&(bytes.len() as u64).to_le_bytes())?;
    out.write_all(bytes)
}

struct Input<'a> {
    file: BufReader<File>,
    path: &'a Path,
}

impl Input<'_> {
    fn take(&mut self, n: u64) -> Result<Vec<u8>, TrainError> {
        let mut bytes = Vec::new();
        let read = (&mut self.file)
            .take(n)
            .read_to_end(&mut bytes)
            .map_err(TrainError::io("read", self.path))?;
        if read as u64 != n {
            return Err(TrainError::malformed(self.path, "it ends too early"));
        }
        Ok(bytes)
    }

    fn array<T: Pod>(&mut self) -> Result<Vec<T>, TrainError> {
        let length = self.take(8)?;
        let length = u64::from_le_bytes(length.try_into().unwrap_or_default());
        let bytes = self.take(length)?;
        if bytes.len() % size_of::<T>() != 0 {
            return Err(TrainError::malformed(self.path, "an array is cut off"));
        }
        let mut values = vec![T::zeroed(); bytes.len() / size_of::<T>()];
        bytemuck::cast_slice_mut::<T, u8>(&mut values).copy_from_slice(&bytes);
        Ok(values)
    }
}

#[cfg(test)]
mod tests {
    use super::super::PairKind;
    use super::super::build::toy::toy_pairs;
    use super::*;

    #[test]
    fn what_was_written_is_read() {
        let pairs = toy_pairs(
            4,
            &[
                (0, PairKind::Fix, vec![0, 1], vec![2]),
                (0, PairKind::Docstring, vec![3], vec![0, 2]),
                (1, PairKind::Commit, vec![2], vec![1]),
            ],
        );
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("pairs.bin");
        pairs.write(&path).unwrap();
        assert_eq!(Pairs::read(&path).unwrap(), pairs);
        assert_eq!(pairs.projects, ["some/project0", "some/project1"]);
        assert_eq!(pairs.document(1).len(), 2);

        let bytes = std::fs::read(&path).unwrap();
        for n in 0..bytes.len() {
            std::fs::write(&path, &bytes[..n]).unwrap();
            assert!(Pairs::read(&path).is_err(), "{n} bytes are no file");
        }
        for at in 8..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x81;
            std::fs::write(&path, &damaged).unwrap();
            // Whatever is read may be walked through.
            if let Ok(pairs) = Pairs::read(&path) {
                for pair in &pairs.pairs {
                    let links = pairs.positives(pair).iter().chain(pairs.siblings(pair));
                    let n: usize = links.map(|&link| pairs.document(link).len()).sum();
                    assert!(n <= 16 && pairs.query(pair).len() <= 8);
                }
            }
        }
    }
}
