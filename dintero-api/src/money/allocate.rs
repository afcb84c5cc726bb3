//! Divides an amount into parts that add up to it, by the largest-remainder method.

use super::MinorUnits;

/// Divides an amount into parts in proportion to the weights, without losing a minor unit.
///
/// Each part first gets its share, rounded towards zero. Each remaining minor unit then goes to one of the parts with
/// the largest remainders; if remainders are equal, the earlier part comes first. For example, dividing 50.00 in
/// proportion to the weights 400.00 and 199.00 returns 33.39 and 16.61.
///
/// Returns `None` if a weight is negative, or if all weights are zero and the amount is not.
///
/// ```
/// use dintero_api::money::{MinorUnits, allocate};
///
/// let parts = allocate(MinorUnits::new(5000), &[40000, 19900].map(MinorUnits::new)).unwrap();
/// assert_eq!(parts, [3339, 1661].map(MinorUnits::new));
/// ```
#[must_use]
pub fn allocate(amount: MinorUnits, weights: &[MinorUnits]) -> Option<Vec<MinorUnits>> {
    if weights.iter().any(|weight| *weight < MinorUnits::ZERO) {
        return None;
    }
    let total: i128 = weights.iter().map(|weight| i128::from(weight.get())).sum();
    if total == 0 {
        return (amount == MinorUnits::ZERO).then(|| vec![MinorUnits::ZERO; weights.len()]);
    }
    let size = i128::from(amount.get().unsigned_abs());
    let mut parts = Vec::with_capacity(weights.len());
    let mut remainders = Vec::with_capacity(weights.len());
    for (index, weight) in weights.iter().enumerate() {
        // Neither factor exceeds 2^63, so the product fits in 128 bits.
        let share = size * i128::from(weight.get());
        parts.push(share / total);
        remainders.push((share % total, index));
    }
    let left = size - parts.iter().sum::<i128>();
    remainders.sort_by_key(|&(remainder, index)| (std::cmp::Reverse(remainder), index));
    for &(_, index) in remainders.iter().take(usize::try_from(left).ok()?) {
        parts[index] += 1;
    }
    let sign = i128::from(amount.get().signum());
    parts.into_iter().map(|part| i64::try_from(part * sign).ok().map(MinorUnits::new)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(amount: i64, weights: &[i64]) -> Option<Vec<i64>> {
        let weights: Vec<_> = weights.iter().copied().map(MinorUnits::new).collect();
        allocate(MinorUnits::new(amount), &weights)
            .map(|parts| parts.into_iter().map(MinorUnits::get).collect())
    }

    #[test]
    fn the_largest_remainder_takes_what_is_left() {
        assert_eq!(parts(5000, &[40000, 19900]), Some(vec![3339, 1661]));
        assert_eq!(parts(100, &[1, 1, 1]), Some(vec![34, 33, 33]));
        assert_eq!(parts(-100, &[1, 1, 1]), Some(vec![-34, -33, -33]));
        assert_eq!(parts(2, &[1, 1, 1]), Some(vec![1, 1, 0]));
        assert_eq!(parts(10, &[0, 5]), Some(vec![0, 10]));
    }

    #[test]
    fn nothing_can_be_spread_over_nothing() {
        assert_eq!(parts(0, &[0, 0]), Some(vec![0, 0]));
        assert_eq!(parts(0, &[]), Some(vec![]));
        assert_eq!(parts(1, &[0]), None);
        assert_eq!(parts(1, &[]), None);
        assert_eq!(parts(1, &[2, -1]), None);
    }

    #[test]
    fn the_largest_numbers_fit() {
        assert_eq!(parts(i64::MAX, &[i64::MAX, i64::MAX]).unwrap().iter().sum::<i64>(), i64::MAX);
        assert_eq!(parts(i64::MIN, &[7]), Some(vec![i64::MIN]));
    }
}
