//! Of which class is the error in a build's log? Two rules: [`published`], which looks for keywords, and [`careful`],
//! which looks for the main error as the build system writes it.
//!
//! What the classes mean here (arXiv 2510.22075 names and counts them, and defines none):
//!
//! | class | the build fails because |
//! |---|---|
//! | dependency | a library of others is missing, cannot be resolved, or is not the library that the code was written for |
//! | build tool | the build tool does not get along with its own script or plug-ins |
//! | test | it builds, and a test fails for no other reason in this table |
//! | configuration | a file of settings, a manifest included, cannot be read or says what may not be said |
//! | environment | the machine lacks something: a program, a variable, a network, room |
//! | version | the language, its standard library or its compiler is older or newer than the code wants |
//! | installation | a package is found and cannot be built or installed |
//! | permission | something may not be read, written or executed |
//! | other | anything else, above all code of the project's own that does not compile |

mod careful;
mod published;
mod rules;

#[cfg(test)]
mod tests;

pub use careful::{MainError, careful, main_error};
pub use published::published;
