//! Which small changes break this file?
//!
//! [`mutants`] looks at one source file and lists changes of a few characters that a person might have made by
//! mistake: a bound that is off by one, a call that got lost, two arguments in the wrong order, an import that is
//! missing. [`manifest_mutants`] does the same for files of configuration. An operator, which makes one kind of
//! change, stands in a file of its own below `operators/` and `manifests/`.
//!
//! All is a function of the text: the same text gives the same list, in the order of the text. Comments, documentation,
//! tests inside of the file and generated files are never changed. A change of kind [`MutantKind::Mutation`] leaves a
//! text that parses; whether it is *noticed* takes a build and tests, of which this crate knows nothing.

mod find;
mod manifests;
mod mutant;
mod operator;
mod operators;
mod paths;
mod scope;
mod site;
mod skip;
mod tree;

pub use find::mutants;
pub use manifests::{manifest_mutants, manifest_operators};
pub use mutant::{Mutant, MutantKind, NotHere};
pub use operator::{OperatorInfo, operators};
pub use paths::is_product;
pub use tree::parses;
