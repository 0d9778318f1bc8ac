//! What has been read so far, and what a network is shown of it.

use bughound_net::{Matrix, math};

use super::world::{EdgeKind, N_KNOWN, N_READ, World};

const N_KINDS: usize = EdgeKind::ALL.len();

/// Numbers for each kind of edge: how many candidates that were read lead here, the best prior among them, and the
/// best coverage of the issue among them.
const PER_KIND: usize = 3;

const N_GLOBAL: usize = 6;

/// Numbers in a row of [`State::rows`].
pub const N_INPUTS: usize = N_KNOWN + 1 + N_READ + PER_KIND * N_KINDS + N_GLOBAL;

const KNOWN: [&str; N_KNOWN] = [
    "prior",
    "gap to the best prior",
    "rank",
    "share of the prior",
    "base",
    "exact",
    "file",
    "similar_fixes",
    "bm25f_title",
    "literal",
    "traceback",
    "name",
    "class_base",
    "spread",
    "test_functions",
    "name_coverage",
    "is_type",
    "lines",
    "is_private",
    "is_constructor",
    "is_special",
    "mentions_in",
    "rank in file",
    "candidates of the file in the pool",
    "candidates of the class in the pool",
    "brought in by an edge",
];

const READ: [&str; N_READ] = [
    "share of the issue's weight in it",
    "in its best line",
    "in its best five lines",
    "share of the title's weight in it",
    "share of whole names in it",
    "best line that raises or warns",
    "callees in the pool",
    "callers in the pool",
    "only hands on",
    "marked as unfinished",
];

const GLOBAL: [&str; N_GLOBAL] = [
    "share of the budget spent",
    "entropy of the prior",
    "best share of the prior",
    "best coverage read",
    "share of the prior read",
    "unread ones led to",
];

/// What the numbers of a row are.
pub fn input_names() -> Vec<String> {
    let per_kind = [
        "read ones that lead here",
        "their best prior",
        "their best coverage",
    ];
    let mut names: Vec<String> = KNOWN.iter().map(|name| (*name).to_owned()).collect();
    names.push("was read".to_owned());
    names.extend(READ.iter().map(|name| (*name).to_owned()));
    for kind in EdgeKind::ALL {
        names.extend(per_kind.map(|what| format!("{}: {what}", kind.name())));
    }
    names.extend(GLOBAL.iter().map(|name| (*name).to_owned()));
    names
}

/// What has been read so far.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    opened: Vec<usize>,
    is_opened: Vec<bool>,
    /// Those that cannot be read.
    is_closed: Vec<bool>,
    budget: usize,
}

impl State {
    /// Nothing has been read; at most `budget` candidates can be.
    pub fn new(world: &World, budget: usize) -> Self {
        Self {
            opened: Vec::new(),
            is_opened: vec![false; world.len()],
            is_closed: vec![false; world.len()],
            budget,
        }
    }

    /// The candidates that were read, in their order.
    pub fn opened(&self) -> &[usize] {
        &self.opened
    }

    /// Whether a candidate was read.
    pub fn is_opened(&self, candidate: usize) -> bool {
        self.is_opened[candidate]
    }

    /// The candidates that may be read next, best prior first.
    pub fn unopened(&self) -> Vec<usize> {
        (0..self.is_opened.len())
            .filter(|&at| !self.is_opened[at] && !self.is_closed[at])
            .collect()
    }

    /// Whether something may still be read.
    pub fn may_open(&self) -> bool {
        let mut open = self.is_opened.iter().zip(&self.is_closed);
        self.opened.len() < self.budget && open.any(|(opened, closed)| !opened && !closed)
    }

    /// A candidate cannot be read: the search goes on without.
    pub fn close(&mut self, candidate: usize) {
        self.is_closed[candidate] = true;
    }

    /// A candidate was read.
    pub fn open(&mut self, candidate: usize) {
        if !self.is_opened[candidate] {
            self.is_opened[candidate] = true;
            self.opened.push(candidate);
        }
    }

    /// How the search came to a candidate: the candidate that was read last before it (or at all, where it was not
    /// read itself) and leads to it.
    pub fn led_by(&self, world: &World, candidate: usize) -> Option<(EdgeKind, usize)> {
        let until = self
            .opened
            .iter()
            .position(|&at| at == candidate)
            .unwrap_or(self.opened.len());
        self.opened[..until].iter().rev().find_map(|&from| {
            let edge = world.edges[from]
                .iter()
                .find(|edge| usize::from(edge.to) == candidate)?;
            Some((edge.kind, from))
        })
    }

    /// One row per candidate: what is known of it, what was read in it, what leads to it, how the search stands.
    pub fn rows(&self, world: &World) -> Matrix {
        let n = world.len();
        let mut rows = Matrix::zeros(n, N_INPUTS);
        let global = self.global(world);
        for at in 0..n {
            let row = rows.row_mut(at);
            row[..N_KNOWN].copy_from_slice(&world.known[at]);
            if self.is_opened[at] {
                row[N_KNOWN] = 1.0;
                row[N_KNOWN + 1..N_KNOWN + 1 + N_READ].copy_from_slice(&world.read[at]);
            }
            row[N_INPUTS - N_GLOBAL..].copy_from_slice(&global);
        }
        let first = N_KNOWN + 1 + N_READ;
        for &from in &self.opened {
            let (share, coverage) = (world.known[from][3], world.read[from][0]);
            for edge in &world.edges[from] {
                let column = first + PER_KIND * edge.kind as usize;
                let row = rows.row_mut(usize::from(edge.to));
                row[column] = (row[column] + 1.0 / 3.0).min(1.0);
                row[column + 1] = row[column + 1].max(share);
                row[column + 2] = row[column + 2].max(coverage);
            }
        }
        rows
    }

    fn global(&self, world: &World) -> [f32; N_GLOBAL] {
        let shares = world.known.iter().map(|known| known[3]);
        let entropy: f32 = shares
            .clone()
            .map(|share| {
                if share > 0.0 {
                    -share * math::ln(share)
                } else {
                    0.0
                }
            })
            .sum();
        let best_read = self
            .opened
            .iter()
            .map(|&at| world.read[at][0])
            .fold(0.0, f32::max);
        let share_read: f32 = self.opened.iter().map(|&at| world.known[at][3]).sum();
        let mut led = vec![false; world.len()];
        for &from in &self.opened {
            for edge in &world.edges[from] {
                led[usize::from(edge.to)] = true;
            }
        }
        let n_led = (0..led.len())
            .filter(|&at| led[at] && !self.is_opened[at])
            .count();
        [
            self.opened.len() as f32 / self.budget.max(1) as f32,
            entropy / 5.0,
            shares.fold(0.0, f32::max),
            best_read,
            share_read,
            (n_led as f32 / 20.0).min(1.0),
        ]
    }
}
