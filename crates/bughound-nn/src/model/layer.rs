//! One decoder layer, forward and backward.
//!
//! What is kept for the way back is listed in [`Kept`]; norms and the feed-forward part's product are computed once
//! more there, since that costs little and they are large.

use std::ops::Range;

use crate::config::ModelConfig;
use crate::kernels::attention::{self, Heads};
use crate::kernels::rope::{self, Rotation};
use crate::kernels::{norm, swiglu};

use super::linear::{Grads, Linear, Net};
use super::names::{LayerIds, Target};

/// Where tokens stand.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) positions: &'a [u32],
    pub(crate) segments: &'a [Range<usize>],
    pub(crate) rotation: &'a Rotation,
}

/// What the way back needs of a layer beside its input.
#[derive(Default)]
pub(crate) struct Kept {
    /// `[h, t, d]`, normalised and turned.
    pub(crate) q: Vec<f32>,
    /// `[g, t, d]`.
    pub(crate) k: Vec<f32>,
    /// `[g, t, d]`.
    pub(crate) v: Vec<f32>,
    /// `[t, h·d]`, as projected, where heads are normalised.
    q_raw: Vec<f32>,
    k_raw: Vec<f32>,
    /// `[h, t]`.
    log_sums: Vec<f32>,
    /// `[t, h·d]`.
    pub(crate) attended: Vec<f32>,
    /// `[t, c]`, between the two parts.
    middle: Vec<f32>,
    /// `[t, f]`; gradients after the way back.
    gate: Vec<f32>,
    up: Vec<f32>,
}

/// Room that no one reads later.
#[derive(Default)]
pub(crate) struct Room {
    normed: Vec<f32>,
    d_normed: Vec<f32>,
    inner: Vec<f32>,
    d_inner: Vec<f32>,
    projected: Vec<f32>,
    d_projected: Vec<f32>,
    pub(crate) heads: Vec<f32>,
    d_heads: Vec<f32>,
    dq: Vec<f32>,
    dk: Vec<f32>,
    dv: Vec<f32>,
    low: Vec<f32>,
}

/// One layer of a model.
#[derive(Clone, Copy)]
pub(crate) struct Layer<'a> {
    pub(crate) config: &'a ModelConfig,
    pub(crate) net: Net<'a>,
    pub(crate) ids: &'a LayerIds,
}

impl<'a> Layer<'a> {
    /// `out[t, c]` from `x[t, c]`.
    pub(crate) fn forward(
        self,
        out: &mut [f32],
        x: &[f32],
        kept: &mut Kept,
        room: &mut Room,
        place: Place<'_>,
    ) {
        self.before_attention(x, kept, room, place);
        let tokens = place.positions.len();
        sized(&mut room.heads, kept.q.len());
        sized(&mut kept.log_sums, self.config.heads * tokens);
        let input = attention::Input {
            q: &kept.q,
            k: &kept.k,
            v: &kept.v,
            segments: place.segments,
            heads: self.heads(),
        };
        attention::forward(&mut room.heads, &mut kept.log_sums, input);
        self.after_attention(out, x, kept, room, tokens);
    }

    /// Queries, keys and values of `x[t, c]`.
    pub(crate) fn before_attention(
        self,
        x: &[f32],
        kept: &mut Kept,
        room: &mut Room,
        place: Place<'_>,
    ) {
        let (config, weights) = (self.config, self.net.weights);
        let tokens = place.positions.len();
        sized(&mut room.normed, x.len());
        norm::forward(
            &mut room.normed,
            x,
            weights.get(self.ids.input_norm),
            config.norm_eps,
        );
        for (index, target) in [Target::Q, Target::K, Target::V].into_iter().enumerate() {
            let linear = self.linear(target);
            let len = tokens * linear.shape.1;
            sized(&mut room.projected, len);
            linear.forward(&mut room.projected, &room.normed, &mut room.low);
            let (turned, raw) = match target {
                Target::Q => (&mut kept.q, &mut kept.q_raw),
                Target::K => (&mut kept.k, &mut kept.k_raw),
                _ => {
                    sized(&mut kept.v, len);
                    rope::split_heads(&mut kept.v, &room.projected, config.head_dim, tokens);
                    continue;
                }
            };
            sized(turned, len);
            if let Some(norms) = self.ids.head_norms {
                std::mem::swap(raw, &mut room.projected);
                sized(&mut room.projected, len);
                norm::forward(
                    &mut room.projected,
                    raw,
                    weights.get(norms[index]),
                    config.norm_eps,
                );
            }
            rope::forward(turned, &room.projected, place.positions, place.rotation);
        }
    }

    /// The rest, from what attention left in `room.heads[h, t, d]`.
    pub(crate) fn after_attention(
        self,
        out: &mut [f32],
        x: &[f32],
        kept: &mut Kept,
        room: &mut Room,
        tokens: usize,
    ) {
        let config = self.config;
        sized(&mut kept.attended, room.heads.len());
        rope::join_heads(&mut kept.attended, &room.heads, config.head_dim, tokens);
        sized(&mut kept.middle, x.len());
        self.linear(Target::O)
            .forward(&mut kept.middle, &kept.attended, &mut room.low);
        add(&mut kept.middle, x);

        self.normed_middle(kept, room);
        for (target, y) in [(Target::Gate, &mut kept.gate), (Target::Up, &mut kept.up)] {
            sized(y, tokens * config.feed_forward);
            self.linear(target).forward(y, &room.normed, &mut room.low);
        }
        sized(&mut room.inner, kept.gate.len());
        swiglu::forward(&mut room.inner, &kept.gate, &kept.up);
        self.linear(Target::Down)
            .forward(out, &room.inner, &mut room.low);
        add(out, &kept.middle);
    }

    /// Turns `d[t, c]`, the gradient of what came out, into that of `x[t, c]`, what went in. Uses `kept` up.
    pub(crate) fn backward(
        self,
        d: &mut [f32],
        x: &[f32],
        kept: &mut Kept,
        room: &mut Room,
        place: Place<'_>,
        grads: &mut Grads<'_>,
    ) {
        self.back_through_feed_forward(d, kept, room, grads);
        self.back_through_attention(d, kept, room, place, grads);
        self.back_through_projections(d, x, kept, room, place, grads);
    }

    fn back_through_feed_forward(
        self,
        d: &mut [f32],
        kept: &mut Kept,
        room: &mut Room,
        grads: &mut Grads<'_>,
    ) {
        let (config, weights) = (self.config, self.net.weights);
        sized(&mut room.inner, kept.gate.len());
        sized(&mut room.d_inner, kept.gate.len());
        sized(&mut room.d_normed, d.len());
        swiglu::forward(&mut room.inner, &kept.gate, &kept.up);
        self.linear(Target::Down).backward(
            &mut room.d_inner,
            d,
            &room.inner,
            grads,
            &mut room.low,
            false,
        );
        swiglu::backward(&mut kept.gate, &mut kept.up, &room.d_inner);
        self.normed_middle(kept, room);
        for (target, dy) in [(Target::Gate, &kept.gate), (Target::Up, &kept.up)] {
            let add = target == Target::Up;
            self.linear(target).backward(
                &mut room.d_normed,
                dy,
                &room.normed,
                grads,
                &mut room.low,
                add,
            );
        }
        let (w, dw) = (
            weights.get(self.ids.inner_norm),
            grads.of(self.ids.inner_norm),
        );
        norm::backward(
            d,
            dw,
            &room.d_normed,
            &kept.middle,
            w,
            config.norm_eps,
            true,
        );
    }

    fn back_through_attention(
        self,
        d: &[f32],
        kept: &Kept,
        room: &mut Room,
        place: Place<'_>,
        grads: &mut Grads<'_>,
    ) {
        let (dim, tokens) = (self.config.head_dim, place.positions.len());
        sized(&mut room.projected, kept.q.len());
        self.linear(Target::O).backward(
            &mut room.projected,
            d,
            &kept.attended,
            grads,
            &mut room.low,
            false,
        );
        sized(&mut room.heads, kept.q.len());
        sized(&mut room.d_heads, kept.q.len());
        rope::split_heads(&mut room.heads, &kept.attended, dim, tokens);
        rope::split_heads(&mut room.d_heads, &room.projected, dim, tokens);
        sized(&mut room.dq, kept.q.len());
        sized(&mut room.dk, kept.k.len());
        sized(&mut room.dv, kept.v.len());
        let input = attention::Input {
            q: &kept.q,
            k: &kept.k,
            v: &kept.v,
            segments: place.segments,
            heads: self.heads(),
        };
        let mut gradients = attention::Gradients {
            dq: &mut room.dq,
            dk: &mut room.dk,
            dv: &mut room.dv,
        };
        attention::backward(
            &mut gradients,
            &room.d_heads,
            &room.heads,
            &kept.log_sums,
            input,
        );
    }

    fn back_through_projections(
        self,
        d: &mut [f32],
        x: &[f32],
        kept: &Kept,
        room: &mut Room,
        place: Place<'_>,
        grads: &mut Grads<'_>,
    ) {
        let (config, weights) = (self.config, self.net.weights);
        let tokens = place.positions.len();
        let w = weights.get(self.ids.input_norm);
        norm::forward(&mut room.normed, x, w, config.norm_eps);
        for (index, target) in [Target::Q, Target::K, Target::V].into_iter().enumerate() {
            let (dy, raw) = match target {
                Target::Q => (&room.dq, &kept.q_raw),
                Target::K => (&room.dk, &kept.k_raw),
                _ => (&room.dv, &kept.k_raw),
            };
            sized(&mut room.projected, dy.len());
            if target == Target::V {
                rope::join_heads(&mut room.projected, dy, config.head_dim, tokens);
            } else {
                rope::backward(&mut room.projected, dy, place.positions, place.rotation);
                if let Some(norms) = self.ids.head_norms {
                    sized(&mut room.d_projected, dy.len());
                    let (w, dw) = (weights.get(norms[index]), grads.of(norms[index]));
                    norm::backward(
                        &mut room.d_projected,
                        dw,
                        &room.projected,
                        raw,
                        w,
                        config.norm_eps,
                        false,
                    );
                    std::mem::swap(&mut room.projected, &mut room.d_projected);
                }
            }
            let add = target != Target::Q;
            self.linear(target).backward(
                &mut room.d_normed,
                &room.projected,
                &room.normed,
                grads,
                &mut room.low,
                add,
            );
        }
        let dw = grads.of(self.ids.input_norm);
        norm::backward(d, dw, &room.d_normed, x, w, config.norm_eps, true);
    }

    fn normed_middle(self, kept: &Kept, room: &mut Room) {
        sized(&mut room.normed, kept.middle.len());
        let w = self.net.weights.get(self.ids.inner_norm);
        norm::forward(&mut room.normed, &kept.middle, w, self.config.norm_eps);
    }

    pub(crate) fn heads(self) -> Heads {
        heads(self.config)
    }

    fn linear(self, target: Target) -> Linear<'a> {
        Linear {
            net: self.net,
            layer: self.ids,
            target,
            shape: target.shape(self.config),
        }
    }
}

/// How a model's heads are laid out.
pub(crate) fn heads(config: &ModelConfig) -> Heads {
    Heads {
        queries: config.heads,
        keys: config.kv_heads,
        dim: config.head_dim,
    }
}

/// Gives a buffer that length; what is in it is of no interest.
pub(crate) fn sized(buffer: &mut Vec<f32>, len: usize) {
    buffer.resize(len, 0.0);
}

fn add(y: &mut [f32], x: &[f32]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y += x;
    }
}
