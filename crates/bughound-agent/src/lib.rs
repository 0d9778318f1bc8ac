//! What happens next in an episode? A policy searches a repository with tools, step by step, and ends with a
//! ranking.
//!
//! - [`Episode`] is the state machine: [`Episode::step`] takes an [`Event`] and answers with the next state and
//!   the [`Effect`]s that somebody else must perform. It is plain data, knows no index, no clock and no policy,
//!   and can be written down and continued anywhere.
//! - A [`Protocol`] says which conversations an episode holds: prompts, tools, what is asked for at the end.
//! - A [`Policy`] answers when it is asked: the built-in one, a model behind a server, a recording.
//! - [`run_episode`] is the driver: it performs the effects against its [`Surroundings`] (an [`Environment`] that is searched, or somebody else's) and a policy, and
//!   returns a [`Trace`](bughound_trace::Trace).
//!
//! This crate knows nothing of training, of many episodes, and of the command line.

mod answer;
mod clock;
mod driver;
mod environment;
mod event;
mod machine;
mod observation;
mod policies;
mod policy;
mod protocol;
mod protocols;
mod ranking;
mod rerank;
mod surroundings;

pub use answer::{parse_answer, resolve};
/// How an episode is stopped from outside; clones are the same flag.
pub use bughound_llm::CancelToken as Cancel;
pub use clock::{Clock, NoClock, WallClock};
pub use driver::{Happening, RunOptions, run_episode, run_in};
pub use environment::Environment;
pub use event::{Ask, Effect, Event, FaultKind, Material, PolicyFault, Purpose, What};
pub use machine::{Brief, Episode};
pub use observation::harmless;
pub use policies::{HoundPolicy, HttpPolicy, NavigatorPolicy, ReplayPolicy, ScriptedPolicy};
pub use policy::{Policy, Request, Session, Start};
pub use protocol::{Next, Progress, Protocol, Stage, UnknownProtocol};
pub use protocols::{PROTOCOLS, protocol};
pub use ranking::{Ranking, ranking_of};
pub use rerank::{Chosen, read_rerank_answer, rerank_question, reranked};
pub use surroundings::{Surroundings, returned};
