//! The pool of one answer as plain data.

use serde::{Deserialize, Serialize};

/// What is known of a candidate before anything is read: [`World::known`].
pub const N_KNOWN: usize = 26;

/// What reading a candidate tells: [`World::read`].
pub const N_READ: usize = 10;

/// How one candidate leads to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EdgeKind {
    /// The one that was read calls it.
    Callee,
    /// It calls the one that was read.
    Caller,
    /// Both are members of one type, or one is the type of the other.
    Sibling,
    /// A method of the same name above or below in the hierarchy of types.
    Override,
    /// A definition of the same name elsewhere.
    Namesake,
    /// A definition whose name has most of its words in common.
    Alike,
}

impl EdgeKind {
    /// All kinds, in the order of a row's columns.
    pub const ALL: [Self; 6] = [
        Self::Callee,
        Self::Caller,
        Self::Sibling,
        Self::Override,
        Self::Namesake,
        Self::Alike,
    ];

    /// Its short name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Callee => "callee",
            Self::Caller => "caller",
            Self::Sibling => "sibling",
            Self::Override => "override",
            Self::Namesake => "namesake",
            Self::Alike => "alike",
        }
    }

    /// What the one that it leads to is to the one that was read: `called by` …
    pub fn words(self) -> &'static str {
        match self {
            Self::Callee => "called by",
            Self::Caller => "calls",
            Self::Sibling => "beside",
            Self::Override => "overrides or is overridden by",
            Self::Namesake => "has the name of",
            Self::Alike => "is named like",
        }
    }
}

/// A step from one candidate to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edge {
    /// How.
    pub kind: EdgeKind,
    /// The position of the other in the pool.
    pub to: u16,
}

/// The pool of one answer. All lists run in parallel, best candidate first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct World {
    /// The score of each candidate before anything is read: mean 0 and variance 1 over the pool.
    pub prior: Vec<f32>,
    /// What else is known beforehand.
    pub known: Vec<[f32; N_KNOWN]>,
    /// What reading it tells.
    pub read: Vec<[f32; N_READ]>,
    /// Where reading it leads.
    pub edges: Vec<Vec<Edge>>,
}

impl World {
    /// How many candidates.
    pub fn len(&self) -> usize {
        self.prior.len()
    }

    /// Whether there is nothing to search.
    pub fn is_empty(&self) -> bool {
        self.prior.is_empty()
    }

    /// Whether the lists fit together and hold finite numbers, so that a stored world can be trusted.
    pub fn is_whole(&self) -> bool {
        let n = self.len();
        let finite = |values: &[f32]| values.iter().all(|value| value.is_finite());
        self.known.len() == n
            && self.read.len() == n
            && self.edges.len() == n
            && finite(&self.prior)
            && self.known.iter().all(|row| finite(row))
            && self.read.iter().all(|row| finite(row))
            && self
                .edges
                .iter()
                .flatten()
                .all(|edge| usize::from(edge.to) < n)
    }
}
