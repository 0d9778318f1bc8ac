//! Training of the ranking network (`bughound_hound::scorer`) on examples.
//!
//! Each member of the ensemble begins with other chance weights and sees the examples in another order. The loss of
//! a question is the cross-entropy between the softmax of the candidates' scores and an even spread over those that
//! the fix changes, and the same for files. Gradients of a batch are computed side by side and added up in the
//! order of the batch, so that the number of threads changes nothing.

mod calibrate;
mod cross;
mod learn;
mod quality;
mod rows;

pub use calibrate::calibrate;
pub use cross::{CrossValidation, Folds, cross_validate, reliability};
pub use learn::{LearnSettings, learn};
pub use quality::{DEPTHS, LevelQuality, Quality, Ranked, quality, rank_by_hand, rank_learned};
