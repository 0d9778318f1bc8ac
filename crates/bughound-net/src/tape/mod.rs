//! Computing with a memory, and walking back over it.

mod back;
mod segment;
mod shape;
mod simple;
mod softmax;

use crate::{Matrix, ParamId, Params};

pub(crate) use segment::SegmentKind;

/// A value on a [`Tape`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Var(usize);

/// Values in the order in which they were computed; each knows which operation made it from which values before.
///
/// Operations panic where shapes do not fit: that is a mistake in a model, never one of its input.
#[derive(Debug)]
pub struct Tape<'a> {
    params: &'a Params,
    nodes: Vec<Node<'a>>,
    remembers: bool,
}

#[derive(Debug)]
struct Node<'a> {
    value: Value<'a>,
    op: Op,
    /// Whether a parameter is among what it was computed from.
    learns: bool,
}

#[derive(Debug)]
enum Value<'a> {
    Owned(Matrix),
    Borrowed(&'a Matrix),
}

/// What made a value. What the way back needs and cannot see in the values is kept in here.
#[derive(Debug)]
enum Op {
    /// Given from outside, or made on a tape that does not remember.
    Input,
    Param(ParamId),
    MatMul(Var, Var),
    MatMulTransposed(Var, Var),
    Add(Var, Var),
    AddRow(Var, Var),
    Sub(Var, Var),
    Mul(Var, Var),
    Scale(Var, f32),
    Relu(Var),
    Tanh(Var),
    Sigmoid(Var),
    Exp(Var),
    LayerNorm {
        input: Var,
        gain: Var,
        bias: Var,
        /// The input with mean 0 and variance 1 in each row.
        normal: Matrix,
        /// One over each row's standard deviation.
        inverse: Vec<f32>,
    },
    SoftmaxRows(Var),
    LogSoftmax(Var),
    ConcatCols(Vec<Var>),
    SliceCols(Var, usize),
    GatherRows(Var, Vec<usize>),
    BroadcastRow(Var),
    Segments {
        input: Var,
        kind: SegmentKind,
        segments: Vec<usize>,
        /// For the maximum: the row that each value came from.
        chosen: Vec<Option<usize>>,
        /// For the mean: how many rows each segment has.
        counts: Vec<usize>,
    },
    Dropout(Var, Vec<f32>),
    WeightedSum(Var, Vec<f32>),
    CrossEntropy {
        scores: Var,
        /// The slope in each score.
        slopes: Vec<f32>,
    },
}

impl<'a> Tape<'a> {
    /// An empty tape over these parameters.
    pub fn new(params: &'a Params) -> Self {
        Self {
            params,
            nodes: Vec::new(),
            remembers: true,
        }
    }

    /// An empty tape that computes the same values and cannot go back.
    pub fn inference(params: &'a Params) -> Self {
        Self {
            remembers: false,
            ..Self::new(params)
        }
    }

    /// A value.
    pub fn value(&self, var: Var) -> &Matrix {
        match &self.nodes[var.0].value {
            Value::Owned(matrix) => matrix,
            Value::Borrowed(matrix) => matrix,
        }
    }

    /// The only number of a value of one row and one column.
    ///
    /// # Panics
    /// Where it has more.
    pub fn scalar(&self, var: Var) -> f32 {
        let value = self.value(var);
        assert_eq!(value.shape(), (1, 1), "a single number");
        value.data[0]
    }

    /// A value from outside.
    pub fn input(&mut self, value: Matrix) -> Var {
        self.nodes.push(Node {
            value: Value::Owned(value),
            op: Op::Input,
            learns: false,
        });
        Var(self.nodes.len() - 1)
    }

    /// A value from outside that is not copied.
    pub fn borrowed(&mut self, value: &'a Matrix) -> Var {
        self.nodes.push(Node {
            value: Value::Borrowed(value),
            op: Op::Input,
            learns: false,
        });
        Var(self.nodes.len() - 1)
    }

    /// A parameter.
    pub fn param(&mut self, id: ParamId) -> Var {
        let params = self.params;
        self.nodes.push(Node {
            value: Value::Borrowed(params.get(id)),
            op: Op::Param(id),
            learns: self.remembers,
        });
        Var(self.nodes.len() - 1)
    }

    /// Appends what an operation made from other values.
    fn push(&mut self, value: Matrix, from: &[Var], op: Op) -> Var {
        let learns = self.remembers && from.iter().any(|var| self.nodes[var.0].learns);
        self.nodes.push(Node {
            value: Value::Owned(value),
            op: if learns { op } else { Op::Input },
            learns,
        });
        Var(self.nodes.len() - 1)
    }
}
