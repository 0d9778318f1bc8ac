//! Where candidates come from.

mod agent;
mod candidate;
mod prompt;
mod samples;

pub use agent::{AgentRequest, Proposed, by_agent};
pub use candidate::{Candidate, NoCandidates, read_candidates};
pub use prompt::{excerpts, question};
pub use samples::{Asker, ModelAsker, Sample, Samples, SamplesRequest, by_samples, question_id};
