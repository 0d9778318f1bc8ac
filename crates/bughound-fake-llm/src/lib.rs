//! What does a client ask of a model server? A scripted OpenAI-compatible server for tests, on the loopback
//! address, that keeps every request and checks what every request must satisfy.
//!
//! A script is a list of [`Reply`]s, one per chat completion, or a function from the request to a reply.
//! Good answers ([`Answer`]) are streamed if the request asks for it and are plain JSON otherwise; the other
//! replies are the ways in which real servers fail. `GET .../models` is answered without the script.
//!
//! [`FakeServer::assert_sound`] fails a test whose client sent a request that a strict server would refuse:
//! see [`problems_of`] for the rules.
//!
//! It is quick (no framework, one write per event), so that a client's own overhead can be measured beside it.

mod answer;
mod check;
mod http;
mod reply;
mod server;

pub use answer::{Answer, Call};
pub use check::problems_of;
pub use http::Request;
pub use reply::{End, Reply};
pub use server::FakeServer;
