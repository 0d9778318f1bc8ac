//! The same numbers added to every row.

/// `y[t, c] += b[c]`.
pub fn forward(y: &mut [f32], b: &[f32]) {
    for y in y.chunks_exact_mut(b.len()) {
        for (y, b) in y.iter_mut().zip(b) {
            *y += b;
        }
    }
}

/// `db[c] += Σ dy[t, c]`, in the order of the rows.
pub fn backward(db: &mut [f32], dy: &[f32]) {
    for dy in dy.chunks_exact(db.len()) {
        for (db, dy) in db.iter_mut().zip(dy) {
            *db += dy;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{finite_differences, numbers, weighed};
    use super::*;

    #[test]
    fn gradients_are_differences() {
        let (x, b, dy) = (numbers(1, 21), numbers(2, 7), numbers(3, 21));
        let mut db = vec![0.0; 7];
        backward(&mut db, &dy);
        finite_differences(&b, &db, 2e-3, |b| {
            let mut y = x.clone();
            forward(&mut y, b);
            weighed(&dy, &y)
        });
    }
}
