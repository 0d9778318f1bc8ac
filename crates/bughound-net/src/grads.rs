//! The slope of a loss in every parameter.

use crate::{Matrix, ParamId};

/// One matrix per parameter that the loss depends on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Grads {
    by_param: Vec<Option<Matrix>>,
}

impl Grads {
    /// All zero.
    pub fn new() -> Self {
        Self::default()
    }

    /// The slope in one parameter; `None` where the loss does not depend on it.
    pub fn get(&self, id: ParamId) -> Option<&Matrix> {
        self.by_param.get(id.0)?.as_ref()
    }

    /// Adds the slopes of another loss. Floating point sums depend on their order: add in a fixed one.
    pub fn add(&mut self, other: Self) {
        for (at, more) in other.by_param.into_iter().enumerate() {
            if let Some(more) = more {
                self.add_to(ParamId(at), more);
            }
        }
    }

    /// Adds to the slope of one parameter.
    pub(crate) fn add_to(&mut self, id: ParamId, more: Matrix) {
        if self.by_param.len() <= id.0 {
            self.by_param.resize(id.0 + 1, None);
        }
        match &mut self.by_param[id.0] {
            Some(sum) => sum.add_assign(&more),
            empty => *empty = Some(more),
        }
    }

    /// Multiplies all by a factor.
    pub fn scale(&mut self, factor: f32) {
        for matrix in self.by_param.iter_mut().flatten() {
            for value in &mut matrix.data {
                *value *= factor;
            }
        }
    }

    /// The length of the vector of all slopes.
    pub fn norm(&self) -> f64 {
        let mut square = 0.0;
        for matrix in self.by_param.iter().flatten() {
            for &value in &matrix.data {
                square += f64::from(value) * f64::from(value);
            }
        }
        square.sqrt()
    }

    /// Shortens the vector of all slopes to at most `longest`; gives its length before.
    pub fn clip(&mut self, longest: f64) -> f64 {
        let norm = self.norm();
        if norm > longest {
            self.scale(crate::math::narrow(longest / norm));
        }
        norm
    }

    /// Whether all slopes are finite numbers.
    pub fn is_finite(&self) -> bool {
        self.by_param
            .iter()
            .flatten()
            .all(|matrix| matrix.data.iter().all(|value| value.is_finite()))
    }
}
