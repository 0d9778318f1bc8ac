//! The whole of it beside an engine that is played, and beside a real one where there is one.

mod fake;
mod live;
mod played;
