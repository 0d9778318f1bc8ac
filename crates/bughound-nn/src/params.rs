//! Named tensors in one buffer.
//!
//! Weights, gradients and the optimizer's moments are such buffers with the same slots, so that what works on all of
//! them (norms, steps) is a loop over numbers. A linear map's weights lie as `[in, out]`, transposed against the
//! files: then the product that every token needs, `x · W`, reads them in their order.

use std::sync::Arc;

/// One tensor's place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Its name in files.
    pub name: String,
    /// Its shape in files.
    pub shape: Vec<usize>,
    /// It lies transposed against files.
    pub transposed: bool,
    /// Where it begins.
    pub(crate) offset: usize,
}

impl Slot {
    /// How many numbers it holds.
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// It holds no numbers.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A matrix, and so subject to weight decay: norms and biases are not.
    pub fn is_matrix(&self) -> bool {
        self.shape.len() > 1
    }
}

/// Which tensor of a [`Params`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Id(usize);

/// Tensors side by side.
#[derive(Clone, Debug)]
pub struct Params {
    slots: Arc<[Slot]>,
    data: Vec<f32>,
}

impl Params {
    /// The tensors, in the order in which they lie.
    pub fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// All numbers.
    pub fn data(&self) -> &[f32] {
        &self.data
    }

    /// The numbers of a tensor as they lie, or nothing where there is none of this name.
    pub fn named(&self, name: &str) -> Option<&[f32]> {
        let slot = self.slots.iter().find(|slot| slot.name == name)?;
        Some(&self.data[slot.offset..slot.offset + slot.len()])
    }

    /// A tensor in the order that files have, or nothing where there is none of this name.
    pub fn as_in_files(&self, name: &str) -> Option<Vec<f32>> {
        let slot = self.slots.iter().find(|slot| slot.name == name)?;
        let numbers = self.slot(slot);
        Some(if slot.transposed {
            transpose(numbers, slot.shape[1], slot.shape[0])
        } else {
            numbers.to_vec()
        })
    }

    pub(crate) fn data_mut(&mut self) -> &mut [f32] {
        &mut self.data
    }

    pub(crate) fn slot(&self, slot: &Slot) -> &[f32] {
        &self.data[slot.offset..slot.offset + slot.len()]
    }

    /// The same slots with zeros.
    pub(crate) fn zeros_like(&self) -> Self {
        Self {
            slots: Arc::clone(&self.slots),
            data: vec![0.0; self.data.len()],
        }
    }

    pub(crate) fn get(&self, id: Id) -> &[f32] {
        self.slot(&self.slots[id.0])
    }

    pub(crate) fn get_mut(&mut self, id: Id) -> &mut [f32] {
        let slot = &self.slots[id.0];
        &mut self.data[slot.offset..slot.offset + slot.len()]
    }

    /// Both have tensors of the same names and shapes.
    pub(crate) fn same_slots(&self, other: &Self) -> bool {
        self.slots == other.slots
    }
}

/// Lists tensors before there is a buffer for them.
#[derive(Debug, Default)]
pub(crate) struct Slots {
    slots: Vec<Slot>,
    end: usize,
}

impl Slots {
    pub(crate) fn vector(&mut self, name: String, len: usize) -> Id {
        self.push(name, vec![len], false)
    }

    /// A matrix that lies as it does in files.
    pub(crate) fn matrix(&mut self, name: String, rows: usize, columns: usize) -> Id {
        self.push(name, vec![rows, columns], false)
    }

    /// A linear map, in files `[outputs, inputs]`.
    pub(crate) fn linear(&mut self, name: String, inputs: usize, outputs: usize) -> Id {
        self.push(name, vec![outputs, inputs], true)
    }

    pub(crate) fn zeros(self) -> Params {
        Params {
            data: vec![0.0; self.end],
            slots: self.slots.into(),
        }
    }

    fn push(&mut self, name: String, shape: Vec<usize>, transposed: bool) -> Id {
        let slot = Slot {
            name,
            shape,
            transposed,
            offset: self.end,
        };
        self.end += slot.len();
        self.slots.push(slot);
        Id(self.slots.len() - 1)
    }
}

/// `[rows, columns]` to `[columns, rows]`, in squares so that both sides stay in the cache.
pub(crate) fn transpose(from: &[f32], rows: usize, columns: usize) -> Vec<f32> {
    const SQUARE: usize = 32;
    let mut to = vec![0.0; from.len()];
    for row_block in (0..rows).step_by(SQUARE) {
        for column_block in (0..columns).step_by(SQUARE) {
            for row in row_block..rows.min(row_block + SQUARE) {
                for column in column_block..columns.min(column_block + SQUARE) {
                    to[column * rows + row] = from[row * columns + column];
                }
            }
        }
    }
    to
}
