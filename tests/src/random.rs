//! A small random number generator. A seed produces the same values on every machine and in every release.

/// `SplitMix64`, by Sebastiano Vigna.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// Creates a generator with a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Returns the next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// Returns a number from `low` to `high`, both inclusive.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let width = u128::from(high.abs_diff(low)) + 1;
        let offset = (u128::from(self.bits()) * width) >> 64;
        low.wrapping_add_unsigned(
            u64::try_from(offset).expect("an offset is smaller than the width"),
        )
    }

    /// Returns an index below `length`.
    pub fn index(&mut self, length: usize) -> usize {
        let last = i64::try_from(length).expect("lengths are small") - 1;
        usize::try_from(self.between(0, last)).expect("no index is negative")
    }

    /// Returns `true` with a probability of `percent`.
    pub fn chance(&mut self, percent: i64) -> bool {
        self.between(1, 100) <= percent
    }

    /// Picks one of several values.
    pub fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.index(choices.len())]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stays_within_limits_and_repeats_itself() {
        let mut random = Random::new(1);
        let numbers: Vec<i64> = (0..100).map(|_| random.between(-1, 2)).collect();
        for number in -1..=2 {
            assert!(numbers.contains(&number));
        }
        assert!(numbers.iter().all(|number| (-1..=2).contains(number)));
        random.between(i64::MIN, i64::MAX);

        let mut again = Random::new(1);
        assert_eq!((0..100).map(|_| again.between(-1, 2)).collect::<Vec<_>>(), numbers);
    }
}
