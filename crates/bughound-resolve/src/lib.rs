//! Which change resolves this issue, and how do we know?
//!
//! Candidates (a model's samples, an agent's change, a file of patches) are read leniently and applied strictly to a copy of the
//! project in memory ([`patch`]), run in the testbed beside the project as it was ([`check`](mod@check)), and the one that most agree
//! on among those that break the least is chosen ([`vote`](mod@vote)). The result is a [`Review`]: a diff, where it came from, what was
//! run, what was not checked. [`score`] says how many of many tasks a system's predictions resolve.
//!
//! The user's own files are only ever written by [`write_into`]. The crate knows nothing of the command line and of how places
//! are ranked.

pub mod check;
pub mod patch;
pub mod project;
pub mod propose;
mod review;
pub mod score;
pub mod vote;
mod write;

pub use review::{
    Chosen, Outcome, Review, ReviewRequest, Reviewed, Running, Told, review, text_of,
};
pub use write::{NotWritten, write_into};
