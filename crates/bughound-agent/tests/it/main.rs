//! Episodes: the state machine alone, and with the driver on a small repository.

mod answers;
mod episodes;
mod machine;
mod policies;
mod protocols;
mod shop;
