//! The arithmetic, one operation per file: forward, backward, and a test by finite differences beside them.
//!
//! Every function works on plain slices and says their shapes. Letters in shapes: `t` tokens, `c` width of the
//! residual stream, `h` heads, `g` heads of keys and values, `d` width of a head, `v` vocabulary.
//!
//! **Order of sums.** Each number of a result is summed in an order that depends on its own operands only, never on
//! the number of rows beside it or of threads. Work is therefore split anywhere between results, and nowhere
//! within one.

pub mod adamw;
pub mod attention;
pub mod bias;
pub mod cross_entropy;
pub mod embedding;
pub mod math;
pub mod matmul;
pub mod norm;
pub mod rope;
pub mod rows;
pub mod swiglu;

mod parallel;
mod tile;

#[cfg(test)]
pub(crate) mod testing;
