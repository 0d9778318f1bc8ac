//! Navigation: which of the candidates to read, when to stop, and what the reading does to the ranking.
//!
//! - A [`World`] is the pool of one answer: what is known of each candidate beforehand, what reading it would tell,
//!   and where it leads (its callers and callees, siblings, same-named methods, definitions that look alike). It is
//!   plain data, so that a policy learns in memory what it later does in a repository.
//! - A [`State`] is what has been read so far. [`State::rows`] shows a network no more than that: what reading a
//!   candidate tells is zero until it has been read, and so is where it leads.
//! - A [`Navigator`] is the network: for each candidate a score for reading it next, one for stopping, and a score
//!   for the final ranking, which begins as the prior and is corrected by what was learnt.
//! - [`Episode`] runs a navigator to its end, in memory; `bughound-agent` does the same with real tools.

mod begun;
mod build;
mod edges;
mod episode;
mod network;
mod read;
mod state;
mod world;

pub use begun::{Begun, begin};
pub use episode::{Episode, EpisodeSettings, Step, greedy};
pub use network::{Navigator, Scored, WrongWeights, init_params};
pub use state::{N_INPUTS, State, input_names};
pub use world::{Edge, EdgeKind, N_KNOWN, N_READ, World};
