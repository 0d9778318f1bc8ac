//! A model over the next tokens of several texts, whose earlier tokens are in the cache.

use rayon::prelude::*;

use crate::Error;
use crate::kernels::attention::{BLOCK, Rows};
use crate::kernels::rope::Rotation;
use crate::kernels::rows::logits;
use crate::kernels::{embedding, norm};
use crate::model::{Kept, Model, Place, Room, heads, sized};

use super::cache::{Cache, NodeId};

/// The next tokens of one text.
pub(super) struct Part<'a> {
    /// Blocks for all its tokens, the new ones included.
    pub(super) path: &'a [NodeId],
    /// How many tokens come before.
    pub(super) before: usize,
    pub(super) tokens: &'a [u32],
}

/// Buffers that are kept from step to step.
pub(super) struct Forward {
    rotation: Rotation,
    kept: Kept,
    room: Room,
    x: Vec<f32>,
    out: Vec<f32>,
    last: Vec<f32>,
    normed: Vec<f32>,
    logits: Vec<f32>,
}

impl Forward {
    pub(super) fn new(rotation: Rotation) -> Self {
        Self {
            rotation,
            kept: Kept::default(),
            room: Room::default(),
            x: Vec::new(),
            out: Vec::new(),
            last: Vec::new(),
            normed: Vec::new(),
            logits: Vec::new(),
        }
    }

    /// Computes the parts' tokens into the cache, and gives the logits after each part's last token.
    pub(super) fn run(
        &mut self,
        model: &Model,
        cache: &mut Cache,
        parts: &[Part<'_>],
    ) -> Result<&[f32], Error> {
        let (config, ids) = (model.config(), model.ids());
        let tokens: Vec<u32> = parts.iter().flat_map(|part| part.tokens).copied().collect();
        let positions: Vec<u32> = parts
            .iter()
            .flat_map(|part| {
                (part.before..part.before + part.tokens.len()).map(|position| position as u32)
            })
            .collect();
        let longest = positions
            .iter()
            .max()
            .map_or(0, |position| *position as usize + 1);
        self.rotation.prepare(longest);
        sized(&mut self.x, tokens.len() * config.hidden);
        sized(&mut self.out, self.x.len());
        embedding::forward(&mut self.x, model.weights().get(ids.embedding), &tokens);
        for index in 0..config.layers {
            let layer = model.layer(index);
            let place = Place {
                positions: &positions,
                segments: &[],
                rotation: &self.rotation,
            };
            layer.before_attention(&self.x, &mut self.kept, &mut self.room, place);
            self.remember(model, cache, parts, index);
            self.attend(model, cache, parts, index);
            layer.after_attention(
                &mut self.out,
                &self.x,
                &mut self.kept,
                &mut self.room,
                tokens.len(),
            );
            std::mem::swap(&mut self.x, &mut self.out);
        }
        self.last.clear();
        let mut row = 0;
        for part in parts {
            row += part.tokens.len();
            self.last
                .extend_from_slice(&self.x[(row - 1) * config.hidden..row * config.hidden]);
        }
        sized(&mut self.normed, self.last.len());
        norm::forward(
            &mut self.normed,
            &self.last,
            model.weights().get(ids.norm),
            config.norm_eps,
        );
        sized(&mut self.logits, parts.len() * config.vocab);
        logits(
            &mut self.logits,
            &self.normed,
            model.weights().get(ids.head),
            config.hidden,
        );
        if self.logits.iter().all(|z| z.is_finite()) {
            Ok(&self.logits)
        } else {
            Err(Error::NotFinite {
                what: "a logit".to_owned(),
            })
        }
    }

    /// Keys and values into the parts' blocks.
    fn remember(&self, model: &Model, cache: &mut Cache, parts: &[Part<'_>], layer: usize) {
        let heads = heads(model.config());
        let rows = self.kept.k.len() / (heads.keys * heads.dim);
        let mut row = 0;
        for part in parts {
            let mut done = 0;
            while done < part.tokens.len() {
                let position = part.before + done;
                let n = (BLOCK - position % BLOCK).min(part.tokens.len() - done);
                for group in 0..heads.keys {
                    let begin = (group * rows + row + done) * heads.dim;
                    let range = begin..begin + n * heads.dim;
                    let (k, v) = (&self.kept.k[range.clone()], &self.kept.v[range]);
                    cache.write(
                        part.path[position / BLOCK],
                        (layer, group),
                        position % BLOCK,
                        k,
                        v,
                    );
                }
                done += n;
            }
            row += part.tokens.len();
        }
    }

    /// What each token's queries find among its text's keys, into `room.heads`.
    fn attend(&mut self, model: &Model, cache: &Cache, parts: &[Part<'_>], layer: usize) {
        let heads = heads(model.config());
        let (dim, sharing) = (heads.dim, heads.sharing());
        let rows = self.kept.q.len() / (heads.queries * dim);
        let mut tasks = Vec::new();
        let mut row = 0;
        for part in parts {
            tasks.extend((0..heads.keys).map(|group| (part, row, group)));
            row += part.tokens.len();
        }
        let q = &self.kept.q;
        let place = |head: usize, row: usize, n: usize| {
            (head * rows + row) * dim..(head * rows + row + n) * dim
        };
        let attend = |(part, row, group): &(&Part<'_>, usize, usize)| {
            let n = part.tokens.len();
            let queries: Vec<f32> = (0..sharing)
                .flat_map(|i| &q[place(group * sharing + i, *row, n)])
                .copied()
                .collect();
            let seen: Vec<usize> = (0..sharing * n).map(|i| part.before + i % n + 1).collect();
            let mut out = vec![0.0; queries.len()];
            Rows {
                queries: &queries,
                seen: &seen,
                block: |index: usize| cache.read(part.path[index], layer, *group),
                out: &mut out,
                log_sums: None,
                heads,
            }
            .attend();
            out
        };
        let outs: Vec<Vec<f32>> = if rayon::current_num_threads() == 1 {
            tasks.iter().map(attend).collect()
        } else {
            tasks.par_iter().map(attend).collect()
        };
        sized(&mut self.room.heads, self.kept.q.len());
        for ((part, row, group), out) in tasks.iter().zip(outs) {
            let n = part.tokens.len();
            for (i, out) in out.chunks_exact(n * dim).enumerate() {
                self.room.heads[place(group * sharing + i, *row, n)].copy_from_slice(out);
            }
        }
    }
}
