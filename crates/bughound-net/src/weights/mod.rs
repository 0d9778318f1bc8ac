//! Parameters as safetensors bytes.
//!
//! The format is that of the `safetensors` library: eight bytes with the length of a JSON header, the header (for
//! each tensor its type, shape and place, and a map of strings), then the numbers, little-endian. We write it
//! ourselves since the same parameters must give the same bytes, and the library writes the map of strings in the
//! order of a hash map.
//!
//! All tensors have two dimensions here; one of a single dimension is read as one row. Several models share a file
//! by a prefix of their names (`scorer.`, `navigator.`). Eight-bit tensors have a scale for each row beside them, of
//! the name with `.scale` behind.

mod half;
mod read;
mod write;

pub use read::{WeightsError, WeightsFile};
pub use write::{Storage, WeightsWriter};
