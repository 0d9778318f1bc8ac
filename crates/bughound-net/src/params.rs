//! What is learnt.

use crate::Matrix;

/// Named matrices in a fixed order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Params {
    names: Vec<String>,
    values: Vec<Matrix>,
}

/// Which of the [`Params`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ParamId(pub(crate) usize);

/// Parameters that are not what a model needs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WrongParam {
    /// There is none of this name.
    #[error("the weights have no `{0}`")]
    Missing(String),
    /// It is there and has another shape.
    #[error("`{name}` is {} x {} where {} x {} is needed", found.0, found.1, needed.0, needed.1)]
    Shape {
        /// Which.
        name: String,
        /// Rows and columns that it has.
        found: (usize, usize),
        /// Rows and columns that the model needs.
        needed: (usize, usize),
    },
}

impl Params {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one.
    ///
    /// # Panics
    /// Where the name is taken.
    pub fn add(&mut self, name: impl Into<String>, value: Matrix) -> ParamId {
        let name = name.into();
        assert!(self.find(&name).is_none(), "there is a `{name}` already");
        self.names.push(name);
        self.values.push(value);
        ParamId(self.values.len() - 1)
    }

    /// The one of this name.
    pub fn find(&self, name: &str) -> Option<ParamId> {
        self.names
            .iter()
            .position(|known| known == name)
            .map(ParamId)
    }

    /// The one of this name and shape.
    ///
    /// # Errors
    /// Where it is missing or of another shape.
    pub fn expect(&self, name: &str, needed: (usize, usize)) -> Result<ParamId, WrongParam> {
        let id = self
            .find(name)
            .ok_or_else(|| WrongParam::Missing(name.to_owned()))?;
        let found = self.get(id).shape();
        if found == needed {
            Ok(id)
        } else {
            Err(WrongParam::Shape {
                name: name.to_owned(),
                found,
                needed,
            })
        }
    }

    /// A value.
    pub fn get(&self, id: ParamId) -> &Matrix {
        &self.values[id.0]
    }

    /// A value, to be changed.
    pub fn get_mut(&mut self, id: ParamId) -> &mut Matrix {
        &mut self.values[id.0]
    }

    /// The name of one.
    pub fn name(&self, id: ParamId) -> &str {
        &self.names[id.0]
    }

    /// All, in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Matrix)> {
        self.names.iter().map(String::as_str).zip(&self.values)
    }

    /// All ids, in their order.
    pub fn ids(&self) -> impl Iterator<Item = ParamId> + use<> {
        (0..self.values.len()).map(ParamId)
    }

    /// How many matrices.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// How many numbers in all.
    pub fn n_values(&self) -> usize {
        self.values.iter().map(|value| value.data.len()).sum()
    }
}
