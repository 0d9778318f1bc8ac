//! How does a conversation become tokens, and back?
//!
//! - [`Tokenizer`] is a model's `tokenizer.json` with what stands beside it: which tokens end a reply, and the chat
//!   template. [`TextStream`] turns tokens into text as they come, whole characters only.
//! - [`ChatTemplate`] renders messages and tools as Python's `transformers` does, to the byte.
//! - [`samples`] turns a conversation into token ids and a mask of what the policy wrote: what training reads. Tokens
//!   that were sampled are taken as they are and never tokenized again.
//! - [`train_bpe`] makes a tokenizer of texts, and [`Style`] its chat template.
//!
//! This crate knows nothing of models, traces, training, the network and the clock.

mod bpe;
mod error;
mod files;
mod python_json;
mod samples;
mod stream;
mod style;
mod template;
mod tokenizer;

pub use bpe::{BpeSettings, TrainedBpe, train_bpe};
pub use error::TokensError;
pub use samples::{Sample, Turn, samples};
pub use stream::TextStream;
pub use style::Style;
pub use template::{ChatOptions, ChatTemplate};
pub use tokenizer::{Specials, Tokenizer, TokenizerFiles};
