//! Medians.

/// The middle of the values, the mean of the two middle ones where their number is even; `None` of none.
pub fn median(values: &[f64]) -> Option<f64> {
    percentile(values, 0.5)
}

/// The value below which a share of the values lies, interpolated between neighbours; `None` of none.
pub fn percentile(values: &[f64], share: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().checked_sub(1)?;
    let at = share.clamp(0.0, 1.0) * last as f64;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and the last index"
    )]
    let low = at.floor() as usize;
    let high = (low + 1).min(last);
    Some(sorted[low] + (sorted[high] - sorted[low]) * (at - low as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_by_hand() {
        let check = |values: &[f64], share: f64, expect: Option<f64>| {
            assert_eq!(percentile(values, share), expect, "{values:?} {share}");
        };
        check(&[], 0.5, None);
        check(&[3.0], 0.99, Some(3.0));
        check(&[4.0, 1.0, 3.0], 0.5, Some(3.0));
        check(&[1.0, 2.0], 0.5, Some(1.5));
        check(&[0.0, 10.0], 0.99, Some(9.9));
        check(&[1.0, 2.0, 9.0], 1.0, Some(9.0));
        assert_eq!(median(&[2.0, 1.0]), Some(1.5));
    }
}
