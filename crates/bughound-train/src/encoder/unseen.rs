//! The encoder that has not seen a project.

use super::half::{Half, half_of};
use super::reader::Encoder;

/// Two encoders, each of which has learnt from one half of the projects: whoever learns from an encoder's scores takes
/// the scores of the one that does not know the answers.
#[derive(Clone, Debug)]
pub struct UnseenEncoders {
    /// Has learnt from the projects of half a.
    pub of_a: Encoder,
    /// Has learnt from the projects of half b.
    pub of_b: Encoder,
}

impl UnseenEncoders {
    /// The encoder that has not learnt from a project.
    pub fn for_project(&self, project: &str) -> &Encoder {
        match half_of(project) {
            Half::A => &self.of_b,
            Half::B => &self.of_a,
        }
    }
}
