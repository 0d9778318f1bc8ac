//! How does a command run in a container engine?
//!
//! [`Engine`] is a backend over the HTTP API that Docker and Podman share, spoken over the engine's socket. One
//! sandbox is one container, whose first process reads from a connection that we hold: when we are gone, however
//! that came, it ends and the container with it. Commands are `exec`s of that container. Files go in and out as
//! archives through `exec`s of `tar`, since the engines' own archive calls neither see file systems in memory nor
//! write where the root is read-only.
//!
//! It knows nothing of tasks, and reads no environment: which socket and which image is for its caller to say.
#![cfg(target_os = "linux")]

mod archive;
mod container;
mod create;
mod exec;
mod http;
mod sandbox;
mod scripts;
mod settings;
mod stream;
#[cfg(test)]
mod tests;

pub use settings::{Engine, EngineSettings};
