//! What the type around a candidate, its other members, and the types above and below say of it.

use bughound_index::{Index, NameIdx, SymbolIdx};
use rustc_hash::FxHashMap;

use crate::features::{CandidateFeature as C, Features};

/// How many steps up the bases are followed.
const MAX_STEPS: usize = 3;

pub(super) fn classes(index: &Index, features: &mut Features) {
    let classes = Classes::of(index, features);
    let base = features.candidate(C::Base).to_vec();
    members(&classes, &base, features);
    relatives(index, &classes, &base, features);
    gaps(index, &classes, &base, features);
}

/// Which row is a member of which, and which types are above which; all by row.
struct Classes {
    of: Vec<Option<u32>>,
    members: Vec<Vec<u32>>,
    bases: Vec<Vec<u32>>,
}

impl Classes {
    fn of(index: &Index, features: &Features) -> Self {
        let rows = features.candidates.len();
        let row_of =
            |symbol: SymbolIdx| features.row(symbol).and_then(|row| u32::try_from(row).ok());
        let mut out = Self {
            of: vec![None; rows],
            members: vec![Vec::new(); rows],
            bases: vec![Vec::new(); rows],
        };
        for (number, &symbol) in (0..).zip(&features.candidates) {
            let row = number as usize;
            out.of[row] = index.near_type(symbol).and_then(row_of);
            if let Some(class) = out.of[row] {
                out.members[class as usize].push(number);
            }
            if index.symbol(symbol).kind().is_type() {
                let bases = index.near_bases(symbol).into_iter();
                out.bases[row] = bases.filter_map(row_of).collect();
            }
        }
        out
    }

    /// The types above one, nearest first, each once.
    fn above(&self, class: u32) -> Vec<u32> {
        let mut found = vec![class];
        let mut from = 0;
        for _ in 0..MAX_STEPS {
            let to = found.len();
            for at in from..to {
                for &base in &self.bases[found[at] as usize] {
                    if !found.contains(&base) {
                        found.push(base);
                    }
                }
            }
            from = to;
        }
        found.remove(0);
        found
    }
}

fn members(classes: &Classes, base: &[f32], features: &mut Features) {
    let rows = base.len();
    let mut columns = vec![vec![0.0f32; rows]; 4];
    for (class, members) in classes.members.iter().enumerate() {
        let [best, second] = two_best(members, base);
        let sum: f32 = members.iter().map(|&row| base[row as usize]).sum();
        for &row in members {
            let row = row as usize;
            let others = members.len() - 1;
            columns[0][row] = if best.1 == row { second.0 } else { best.0 };
            columns[1][row] = (sum - base[row]).max(0.0) / others.max(1) as f32;
        }
        columns[2][class] = best.0;
        columns[3][class] = (1.0 + members.len() as f32).ln();
    }
    // A method has as many siblings as its class has members.
    for row in 0..rows {
        if let Some(class) = classes.of[row] {
            columns[3][row] = columns[3][class as usize];
        }
    }
    let names = [C::SiblingBest, C::SiblingMean, C::MemberBest, C::Members];
    for (feature, values) in names.into_iter().zip(columns) {
        features.set_candidate(feature, values);
    }
}

/// The two largest values of some rows, with their rows.
fn two_best(rows: &[u32], values: &[f32]) -> [(f32, usize); 2] {
    let mut best = [(0.0, usize::MAX); 2];
    for &row in rows {
        let found = (values[row as usize], row as usize);
        if found.0 > best[0].0 {
            best = [found, best[0]];
        } else if found.0 > best[1].0 {
            best[1] = found;
        }
    }
    best
}

/// The two largest values below a type, by the name of the method.
type BestBelow = FxHashMap<(u32, NameIdx), [(f32, u32); 2]>;

fn relatives(index: &Index, classes: &Classes, base: &[f32], features: &mut Features) {
    let rows = base.len();
    let names = index.names();
    let is_related: Vec<Vec<u32>> = (0u32..)
        .zip(&classes.bases)
        .map(|(row, bases)| {
            if bases.is_empty() {
                Vec::new()
            } else {
                classes.above(row)
            }
        })
        .collect();
    let mut class_base = vec![0.0f32; rows];
    for (row, above) in is_related.iter().enumerate() {
        for &other in above {
            class_base[row] = class_base[row].max(base[other as usize]);
            class_base[other as usize] = class_base[other as usize].max(base[row]);
        }
    }
    let mut own: FxHashMap<(u32, NameIdx), f32> = FxHashMap::default();
    let mut below = BestBelow::default();
    let members = || {
        (0u32..)
            .zip(&classes.of)
            .filter_map(|(row, class)| Some((row, (*class)?)))
    };
    for (row, class) in members() {
        let name = names.of(features.candidates[row as usize]);
        let value = base[row as usize];
        let slot = own.entry((class, name)).or_default();
        *slot = slot.max(value);
        for &above in &is_related[class as usize] {
            let best = below.entry((above, name)).or_default();
            if value > best[0].0 {
                *best = [(value, class), best[0]];
            } else if value > best[1].0 {
                best[1] = (value, class);
            }
        }
    }
    let mut overrides = vec![0.0f32; rows];
    let mut cousins = vec![0.0f32; rows];
    let mut relative = class_base.clone();
    for (row, class) in members() {
        let row = row as usize;
        relative[row] = class_base[class as usize];
        let name = names.of(features.candidates[row]);
        let mut best = below.get(&(class, name)).map_or(0.0, |best| best[0].0);
        for &above in &is_related[class as usize] {
            best = best.max(own.get(&(above, name)).copied().unwrap_or(0.0));
            if let Some(found) = below.get(&(above, name)) {
                let other = if found[0].1 == class {
                    found[1].0
                } else {
                    found[0].0
                };
                cousins[row] = cousins[row].max(other);
            }
        }
        overrides[row] = best;
    }
    features.set_candidate(C::OverrideBest, overrides);
    features.set_candidate(C::CousinBest, cousins);
    features.set_candidate(C::RelativeBase, relative);
}

/// Where a candidate stands among those of its class and of its file.
fn gaps(index: &Index, classes: &Classes, base: &[f32], features: &mut Features) {
    let rows: Vec<u32> = (0..).take(base.len()).collect();
    let file_of = |row: u32| index.file_of(features.candidates[row as usize]);
    let files = rows.chunk_by(|&a, &b| file_of(a) == file_of(b));
    let (file_gap, file_rank) = places(files, base);
    let (class_gap, class_rank) = places(classes.members.iter().map(Vec::as_slice), base);
    features.set_candidate(C::FileGap, file_gap);
    features.set_candidate(C::FileRank, file_rank);
    features.set_candidate(C::ClassGap, class_gap);
    features.set_candidate(C::ClassRank, class_rank);
}

/// In each group, a row's share of the best value, and `1 / place`; 0 for rows without a value.
fn places<'a>(groups: impl Iterator<Item = &'a [u32]>, base: &[f32]) -> (Vec<f32>, Vec<f32>) {
    let mut share = vec![0.0; base.len()];
    let mut place = vec![0.0; base.len()];
    for group in groups {
        let mut order: Vec<u32> = group.to_vec();
        order.sort_by(|&a, &b| {
            base[b as usize]
                .total_cmp(&base[a as usize])
                .then(a.cmp(&b))
        });
        let best = order.first().map_or(0.0, |&row| base[row as usize]);
        for (at, row) in order.into_iter().enumerate() {
            let row = row as usize;
            if base[row] > 0.0 {
                share[row] = base[row] / best;
                place[row] = 1.0 / (1.0 + at as f32);
            }
        }
    }
    (share, place)
}
