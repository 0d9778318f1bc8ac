//! How fast are we, beside whom? Measurements of the index, the tools and the hound on one revision of a
//! repository, and of rivals on the same machine in the same run; and tantivy as the oracle of our BM25.
//!
//! Every measurement runs in a process of its own ([`jobs`]), so that none profits from what another has
//! warmed, and peaks of memory are its own. The files themselves are read before, by all of them alike: what
//! is measured is computing, not the disk.

pub mod export;
pub mod jobs;
pub mod oracle;
pub mod report;
pub mod rivals;
pub mod run;
pub mod sample;
pub mod statistics;
