//! A row of the table for each token.

/// `y[t, c] = table[token]`.
pub fn forward(y: &mut [f32], table: &[f32], tokens: &[u32]) {
    let width = y.len() / tokens.len().max(1);
    for (y, token) in y.chunks_exact_mut(width.max(1)).zip(tokens) {
        y.copy_from_slice(&table[*token as usize * width..][..width]);
    }
}

/// `d_table[token] += dy[t]`, in the order of the tokens.
pub fn backward(d_table: &mut [f32], dy: &[f32], tokens: &[u32]) {
    let width = dy.len() / tokens.len().max(1);
    for (dy, token) in dy.chunks_exact(width.max(1)).zip(tokens) {
        let row = &mut d_table[*token as usize * width..][..width];
        for (row, dy) in row.iter_mut().zip(dy) {
            *row += dy;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{finite_differences, numbers, weighed};
    use super::*;

    #[test]
    fn gradients_are_differences() {
        let (table, dy, tokens) = (numbers(1, 6 * 5), numbers(2, 4 * 5), [3, 0, 3, 5]);
        let mut d_table = vec![0.0; table.len()];
        backward(&mut d_table, &dy, &tokens);
        finite_differences(&table, &d_table, 2e-3, |table| {
            let mut y = vec![0.0; dy.len()];
            forward(&mut y, table, &tokens);
            weighed(&dy, &y)
        });
    }
}
