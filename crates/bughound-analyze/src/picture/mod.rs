//! Chains as pictures.

mod folded;
mod heat_map;

pub use folded::Folded;
pub use heat_map::{chain_svg, difference_svg};
