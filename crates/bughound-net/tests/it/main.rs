//! Networks that compute, learn and are stored.

mod gradients;
mod learning;
mod storing;
