//! Trains the dense encoder: words of issues and words of code as vectors that lie close together where somebody
//! wrote the ones about the others.
//!
//! The model is two weighted sums of term vectors, divided by their lengths
//! ([`Encoder`] says the formulas). It is trained contrastively (A. van den Oord, Y. Li,
//! O. Vinyals, *Representation learning with contrastive predictive coding*, 2018): of all functions in a batch, all of
//! one project, the one that a text was about must score highest. Gradients are written out; only the rows of
//! terms that occur in a batch change (Adagrad: J. Duchi, E. Hazan, Y. Singer, JMLR 2011).
//!
//! Everything runs in one thread and in a fixed order, so that the same pairs give the same weights.

mod adagrad;
mod batches;
mod embed;
mod export;
mod half;
mod lexical;
mod measure;
mod model;
mod reader;
mod step;
mod train;
mod unseen;
mod validate;
mod vocabulary;

pub use half::{Half, half_of};
pub use measure::{MeasureRequest, TaskScores, VIEWS, WEIGHTS, cross_validated, score_tasks};
pub use model::EncoderModel;
pub use reader::{DocumentVectors, Encoder, EncoderError};
pub use train::{EncoderSettings, EpochReport, TrainedEncoder, train_encoder};
pub use unseen::UnseenEncoders;
pub use validate::{RankMeans, Validation};

#[cfg(test)]
mod tests;
