//! Rows on one scale: less the mean, over the standard deviation, cut at ±5.

use bughound_net::{Matrix, Params, WrongParam};

/// What a column is brought to.
const MOST: f32 = 5.0;

/// Mean and standard deviation of each column.
#[derive(Clone, Debug, PartialEq)]
pub struct Standard {
    mean: Vec<f32>,
    /// One over the standard deviation; 0 for columns that never change.
    inverse: Vec<f32>,
}

impl Standard {
    /// Of rows of `width` numbers.
    pub fn of<'r>(rows: impl Iterator<Item = &'r [f32]>, width: usize) -> Self {
        let mut n = 0_u64;
        let mut sum = vec![0.0_f64; width];
        let mut squares = vec![0.0_f64; width];
        for row in rows {
            n += 1;
            for ((sum, squares), &value) in sum.iter_mut().zip(&mut squares).zip(row) {
                *sum += f64::from(value);
                *squares += f64::from(value) * f64::from(value);
            }
        }
        let n = n.max(1) as f64;
        let mean: Vec<f64> = sum.iter().map(|sum| sum / n).collect();
        let inverse = squares
            .iter()
            .zip(&mean)
            .map(|(squares, mean)| {
                let deviation = (squares / n - mean * mean).max(0.0).sqrt();
                if deviation > 1e-6 {
                    narrow(1.0 / deviation)
                } else {
                    0.0
                }
            })
            .collect();
        Self {
            mean: mean.into_iter().map(narrow).collect(),
            inverse,
        }
    }

    /// What [`Standard::to_params`] made.
    ///
    /// # Errors
    /// Where it is missing or has another width.
    pub fn find(params: &Params, name: &str, width: usize) -> Result<Self, WrongParam> {
        let get = |what: &str| {
            let id = params.expect(&format!("{name}.{what}"), (1, width))?;
            Ok(params.get(id).data.clone())
        };
        Ok(Self {
            mean: get("mean")?,
            inverse: get("inverse")?,
        })
    }

    /// As two rows `NAME.mean` and `NAME.inverse`.
    pub fn to_params(&self, params: &mut Params, name: &str) {
        params.add(format!("{name}.mean"), Matrix::row_of(self.mean.clone()));
        params.add(
            format!("{name}.inverse"),
            Matrix::row_of(self.inverse.clone()),
        );
    }

    /// The rows with these numbers, standardised.
    pub fn rows(&self, rows: &[f32], wanted: impl Iterator<Item = usize>) -> Matrix {
        let width = self.mean.len();
        let mut data = Vec::new();
        let mut n = 0;
        for at in wanted {
            n += 1;
            let row = &rows[at * width..(at + 1) * width];
            data.extend(
                row.iter()
                    .zip(&self.mean)
                    .zip(&self.inverse)
                    .map(|((value, mean), inverse)| ((value - mean) * inverse).clamp(-MOST, MOST)),
            );
        }
        Matrix::new(n, width, data)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the nearest single-precision number is meant"
)]
fn narrow(value: f64) -> f32 {
    value as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_mean_0_and_deviation_1() {
        let rows = [1.0, 7.0, 3.0, 7.0, 5.0, 7.0];
        let standard = Standard::of(rows.chunks_exact(2), 2);
        let matrix = standard.rows(&rows, [0, 2].into_iter());
        let deviation = (8.0_f32 / 3.0).sqrt();
        assert!((matrix.data[0] + 2.0 / deviation).abs() < 1e-6);
        assert!((matrix.data[2] - 2.0 / deviation).abs() < 1e-6);
        assert!(matrix.data[1].abs() + matrix.data[3].abs() < 1e-9);
        let mut params = Params::new();
        standard.to_params(&mut params, "x");
        assert_eq!(Standard::find(&params, "x", 2), Ok(standard));
        assert!(Standard::find(&params, "x", 3).is_err());
    }
}
