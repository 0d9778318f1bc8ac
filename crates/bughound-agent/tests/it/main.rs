//! Episodes: the state machine alone, and with the driver on a small repository.

#![expect(clippy::unwrap_used, reason = "a failing test may say so loudly")]

mod answers;
mod compact;
mod episodes;
mod http;
mod machine;
mod navigation;
mod policies;
mod protocols;
mod shop;
