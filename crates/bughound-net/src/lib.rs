//! How does a tiny network compute and learn?
//!
//! - A [`Matrix`] is rows of numbers; [`Params`] are named matrices that are learnt.
//! - A [`Tape`] computes: every operation appends a value, and [`Tape::backward`] walks back over them and gives
//!   the [`Grads`] of all parameters. [`Tape::inference`] computes the same values and keeps nothing to walk back.
//! - [`Adam`] moves the parameters; [`Schedule`] says how far at which step.
//! - [`weights`] reads and writes parameters as safetensors bytes.
//!
//! **The same numbers everywhere.** A result depends on the inputs alone: sums have a fixed order, nothing runs in
//! threads, multiplications and additions are never fused, and [`math`] has its own `exp`, `ln` and `tanh`, as the
//! platforms' libraries differ in the last bit. So a training run can be repeated bit for bit. Whoever computes
//! examples in threads adds their gradients up in the examples' order ([`Grads::add`]).
//!
//! This crate knows nothing of files, repositories and issues.

mod adam;
mod grads;
mod kernels;
pub mod math;
mod matrix;
mod params;
mod rng;
mod schedule;
mod tape;
pub mod weights;

pub use adam::{Adam, AdamSettings};
pub use grads::Grads;
pub use matrix::Matrix;
pub use params::{ParamId, Params, WrongParam};
pub use rng::Rng;
pub use schedule::Schedule;
pub use tape::{Tape, Var};
