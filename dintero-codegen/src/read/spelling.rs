//! Suggests corrections for misspelled words.

/// Returns the known word that is most similar to `word`, if it is similar enough.
pub(super) fn nearest(
    word: &str,
    known: impl Iterator<Item = &'static str>,
) -> Option<&'static str> {
    let (near, apart) =
        known.map(|known| (known, distance(known, word))).min_by_key(|(_, apart)| *apart)?;
    (apart <= word.len() / 3).then_some(near)
}

/// Returns the number of typing mistakes between two words: wrong, missing, extra or swapped letters (the optimal
/// string alignment distance).
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for (i, letter) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, other) in b.iter().enumerate() {
            let replaced = rows[i][j] + usize::from(letter != other);
            let mut least = replaced.min(rows[i][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *letter == b[j - 1] && a[i - 1] == *other {
                least = least.min(rows[i - 1][j - 1] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typing_mistakes_are_near_and_other_words_are_not() {
        let known = || ["required", "type", "in", "properties"].into_iter();
        for (word, meant) in [
            ("requierd", Some("required")),
            ("tpye", Some("type")),
            ("propertys", Some("properties")),
            ("ins", Some("in")),
            ("deprecated", None),
            ("id", None),
        ] {
            assert_eq!(nearest(word, known()), meant, "{word}");
        }
    }
}
