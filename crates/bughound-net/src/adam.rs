//! Adam with decoupled weight decay.

use crate::{Grads, Matrix, Params, WrongParam};

/// How far and how Adam moves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AdamSettings {
    /// How slowly the mean slope changes.
    pub beta1: f32,
    /// How slowly the mean square of the slope changes.
    pub beta2: f32,
    /// Keeps the division finite.
    pub epsilon: f32,
    /// Which share of a weight, times the rate, is taken away per step. Parameters of one row (gains and biases)
    /// are spared.
    pub weight_decay: f32,
}

impl Default for AdamSettings {
    fn default() -> Self {
        Self {
            beta1: 0.9,
            beta2: 0.999,
            epsilon: 1e-8,
            weight_decay: 0.0,
        }
    }
}

/// The optimizer's state.
///
/// ```text
/// m ← β₁·m + (1−β₁)·g        v ← β₂·v + (1−β₂)·g²
/// w ← w − rate·( (m/(1−β₁ᵗ)) / (√(v/(1−β₂ᵗ)) + ε) + decay·w )
/// ```
///
/// Kingma, Ba, *Adam* (ICLR 2015); Loshchilov, Hutter, *Decoupled weight decay regularization* (ICLR 2019). A
/// parameter that the loss does not depend on is left as it is, its moments too.
#[derive(Clone, Debug, PartialEq)]
pub struct Adam {
    settings: AdamSettings,
    n_steps: u32,
    /// β₁ᵗ and β₂ᵗ.
    powers: (f64, f64),
    means: Vec<Matrix>,
    squares: Vec<Matrix>,
}

impl Adam {
    /// Before the first step.
    pub fn new(params: &Params, settings: AdamSettings) -> Self {
        let zeros: Vec<Matrix> = params
            .iter()
            .map(|(_, value)| Matrix::zeros(value.rows, value.cols))
            .collect();
        Self {
            settings,
            n_steps: 0,
            powers: (1.0, 1.0),
            means: zeros.clone(),
            squares: zeros,
        }
    }

    /// How many steps were made.
    pub fn n_steps(&self) -> u32 {
        self.n_steps
    }

    /// Moves the parameters against the slopes.
    pub fn step(&mut self, params: &mut Params, grads: &Grads, rate: f32) {
        let AdamSettings {
            beta1,
            beta2,
            epsilon,
            weight_decay,
        } = self.settings;
        self.advance();
        let mean_scale = crate::math::narrow(1.0 / (1.0 - self.powers.0));
        let square_scale = crate::math::narrow(1.0 / (1.0 - self.powers.1));
        for id in params.ids() {
            let Some(grad) = grads.get(id) else { continue };
            let weights = params.get_mut(id);
            let decay = if weights.rows > 1 { weight_decay } else { 0.0 };
            let moments = self.means[id.0]
                .data
                .iter_mut()
                .zip(&mut self.squares[id.0].data);
            for ((w, g), (m, v)) in weights.data.iter_mut().zip(&grad.data).zip(moments) {
                *m = beta1 * *m + (1.0 - beta1) * g;
                *v = beta2 * *v + (1.0 - beta2) * (g * g);
                let way = (*m * mean_scale) / ((*v * square_scale).sqrt() + epsilon);
                *w -= rate * (way + decay * *w);
            }
        }
    }

    /// The state as named matrices, so that a run can go on later with the same bits.
    pub fn to_params(&self, params: &Params) -> Params {
        let mut state = Params::new();
        // Two numbers, as f32 holds whole numbers up to 2²⁴ only.
        let (high, low) = (self.n_steps >> 16, self.n_steps & 0xFFFF);
        state.add("steps", Matrix::row_of(vec![high as f32, low as f32]));
        for (((name, _), mean), square) in params.iter().zip(&self.means).zip(&self.squares) {
            state.add(format!("mean.{name}"), mean.clone());
            state.add(format!("square.{name}"), square.clone());
        }
        state
    }

    /// Goes on from a state that [`Adam::to_params`] gave.
    ///
    /// # Errors
    /// Where the state belongs to other parameters.
    pub fn from_params(
        state: &Params,
        params: &Params,
        settings: AdamSettings,
    ) -> Result<Self, WrongParam> {
        let mut adam = Self::new(params, settings);
        for (at, (name, value)) in params.iter().enumerate() {
            let take = |kind: &str| {
                state
                    .expect(&format!("{kind}.{name}"), value.shape())
                    .map(|id| state.get(id).clone())
            };
            adam.means[at] = take("mean")?;
            adam.squares[at] = take("square")?;
        }
        let steps = state.get(state.expect("steps", (1, 2))?);
        let n_steps = f64::from(steps.data[0]) * 65_536.0 + f64::from(steps.data[1]);
        while f64::from(adam.n_steps) < n_steps {
            adam.advance();
        }
        Ok(adam)
    }

    fn advance(&mut self) {
        self.n_steps = self.n_steps.saturating_add(1);
        self.powers.0 *= f64::from(self.settings.beta1);
        self.powers.1 *= f64::from(self.settings.beta2);
    }
}
