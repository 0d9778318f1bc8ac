//! Many short lists or texts in one piece of memory.

/// Lists of items, one after the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ragged {
    pub(crate) items: Vec<u32>,
    /// Where each list ends.
    pub(crate) ends: Vec<usize>,
}

impl Ragged {
    pub(crate) fn get(&self, at: usize) -> &[u32] {
        &self.items[start(&self.ends, at)..self.ends[at]]
    }

    pub(crate) fn push(&mut self, list: impl IntoIterator<Item = u32>) {
        self.items.extend(list);
        self.ends.push(self.items.len());
    }
}

/// Texts, one after the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Texts {
    pub(crate) text: String,
    /// Where each text ends.
    pub(crate) ends: Vec<usize>,
}

impl Texts {
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(crate) fn get(&self, at: usize) -> &str {
        &self.text[start(&self.ends, at)..self.ends[at]]
    }

    pub(crate) fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends.push(self.text.len());
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|at| self.get(at))
    }
}

fn start(ends: &[usize], at: usize) -> usize {
    if at == 0 { 0 } else { ends[at - 1] }
}
