//! A linear map of a layer: weights, a bias where there is one, an adapter where there is one.

use crate::kernels::{bias, matmul};
use crate::params::{Id, Params};

use super::adapter::Adapter;
use super::names::{LayerIds, Target};

/// What a pass reads.
#[derive(Clone, Copy)]
pub(crate) struct Net<'a> {
    pub(crate) weights: &'a Params,
    pub(crate) adapter: Option<&'a Adapter>,
}

/// What a pass writes: gradients of the weights, or of the adapter where there is one.
pub(crate) struct Grads<'a> {
    pub(crate) params: &'a mut Params,
    pub(crate) of_adapter: bool,
}

impl Grads<'_> {
    /// Where a weight's gradient is added up; nothing for a frozen one.
    pub(crate) fn of(&mut self, id: Id) -> Option<&mut [f32]> {
        (!self.of_adapter).then(|| self.params.get_mut(id))
    }
}

/// One of a layer's maps.
pub(crate) struct Linear<'a> {
    pub(crate) net: Net<'a>,
    pub(crate) layer: &'a LayerIds,
    pub(crate) target: Target,
    pub(crate) shape: (usize, usize),
}

impl Linear<'_> {
    /// `y = x·W + b`, and what the adapter adds.
    pub(crate) fn forward(&self, y: &mut [f32], x: &[f32], low: &mut Vec<f32>) {
        matmul::linear(y, x, self.weight(), self.shape, false);
        if let Some(b) = self.bias() {
            bias::forward(y, self.net.weights.get(b));
        }
        if let Some((adapter, _, b)) = self.adapter() {
            self.low(adapter, x, low);
            let b = adapter.params().get(b);
            matmul::linear(y, low, b, (adapter.rank(), self.shape.1), true);
        }
    }

    /// `dx (+)= …`, and gradients of what learns.
    pub(crate) fn backward(
        &self,
        dx: &mut [f32],
        dy: &[f32],
        x: &[f32],
        grads: &mut Grads<'_>,
        low: &mut Vec<f32>,
        add: bool,
    ) {
        matmul::linear_grad_input(dx, dy, self.weight(), self.shape, add);
        if let Some(dw) = grads.of(self.layer.weights[self.target as usize]) {
            matmul::linear_grad_weight(dw, x, dy, self.shape);
        }
        if let Some(db) = self.bias().and_then(|b| grads.of(b)) {
            bias::backward(db, dy);
        }
        let Some((adapter, a, b)) = self.adapter().filter(|_| grads.of_adapter) else {
            return;
        };
        let (inputs, outputs) = self.shape;
        let rank = adapter.rank();
        self.low(adapter, x, low);
        matmul::linear_grad_weight(grads.params.get_mut(b), low, dy, (rank, outputs));
        matmul::linear_grad_input(low, dy, adapter.params().get(b), (rank, outputs), false);
        scale(low, adapter.scale());
        matmul::linear_grad_weight(grads.params.get_mut(a), x, low, (inputs, rank));
        matmul::linear_grad_input(dx, low, adapter.params().get(a), (inputs, rank), true);
    }

    /// `scale · x·A`.
    fn low(&self, adapter: &Adapter, x: &[f32], low: &mut Vec<f32>) {
        let (inputs, rank) = (self.shape.0, adapter.rank());
        low.resize(x.len() / inputs * rank, 0.0);
        if let Some((a, _)) = adapter.ids(self.layer.index, self.target) {
            matmul::linear(low, x, adapter.params().get(a), (inputs, rank), false);
        }
        scale(low, adapter.scale());
    }

    fn weight(&self) -> &[f32] {
        self.net
            .weights
            .get(self.layer.weights[self.target as usize])
    }

    fn bias(&self) -> Option<Id> {
        self.layer.biases?.get(self.target as usize).copied()
    }

    fn adapter(&self) -> Option<(&Adapter, Id, Id)> {
        let adapter = self.net.adapter?;
        let (a, b) = adapter.ids(self.layer.index, self.target)?;
        Some((adapter, a, b))
    }
}

fn scale(numbers: &mut [f32], by: f32) {
    for x in numbers {
        *x *= by;
    }
}
