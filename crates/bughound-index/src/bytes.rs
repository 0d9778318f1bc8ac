//! Arrays of numbers as bytes: each array is its length (8 bytes) and its elements as the machine holds
//! them, padded to 8 bytes.

/// Appends arrays.
#[derive(Default)]
pub(crate) struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    pub(crate) fn raw(&mut self, bytes: &[u8]) {
        self.bytes
            .extend_from_slice(&(bytes.len() as u64).to_ne_bytes());
        self.bytes.extend_from_slice(bytes);
        let padded = self.bytes.len().next_multiple_of(8);
        self.bytes.resize(padded, 0);
    }

    pub(crate) fn words(&mut self, words: &[u32]) {
        self.raw(bytemuck::cast_slice(words));
    }

    pub(crate) fn longs(&mut self, longs: &[u64]) {
        self.raw(bytemuck::cast_slice(longs));
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.raw(text.as_bytes());
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        self.bytes
    }
}

/// Reads arrays in the order in which they were written; `None` where the bytes end early.
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(crate) fn raw(&mut self) -> Option<&'a [u8]> {
        let (head, rest) = self.rest.split_first_chunk::<8>()?;
        let len = usize::try_from(u64::from_ne_bytes(*head)).ok()?;
        let value = rest.get(..len)?;
        self.rest = rest.get(len.checked_next_multiple_of(8)?..)?;
        Some(value)
    }

    pub(crate) fn words(&mut self) -> Option<Vec<u32>> {
        let bytes = self.raw()?;
        (bytes.len() % 4 == 0).then(|| copied(bytes))
    }

    pub(crate) fn longs(&mut self) -> Option<Vec<u64>> {
        let bytes = self.raw()?;
        (bytes.len() % 8 == 0).then(|| copied(bytes))
    }

    pub(crate) fn text(&mut self) -> Option<String> {
        String::from_utf8(self.raw()?.to_vec()).ok()
    }
}

/// The numbers whose bytes these are; the bytes need no alignment.
fn copied<T: bytemuck::Pod>(bytes: &[u8]) -> Vec<T> {
    let mut numbers = vec![T::zeroed(); bytes.len() / size_of::<T>()];
    bytemuck::cast_slice_mut(&mut numbers).copy_from_slice(bytes);
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrays_round_trip_and_short_input_is_none() {
        let mut writer = Writer::default();
        writer.words(&[1, 2, 3]);
        writer.text("naïve");
        writer.longs(&[u64::MAX]);
        let bytes = writer.finish();
        let mut reader = Reader::new(&bytes);
        assert_eq!(reader.words(), Some(vec![1, 2, 3]));
        assert_eq!(reader.text().as_deref(), Some("naïve"));
        assert_eq!(reader.longs(), Some(vec![u64::MAX]));
        assert_eq!(reader.words(), None);
        for cut in 0..bytes.len() {
            let mut reader = Reader::new(&bytes[..cut]);
            let whole =
                reader.words().is_some() && reader.text().is_some() && reader.longs().is_some();
            assert!(!whole, "cut at {cut}");
        }
    }
}
