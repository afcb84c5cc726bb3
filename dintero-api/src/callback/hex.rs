//! Signatures as text: lower-case hexadecimal digits, two per byte.

const DIGITS: &[u8; 16] = b"0123456789abcdef";

/// Decodes exactly `N` bytes. Upper-case digits are refused, because signatures are written in lower case.
pub(super) fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else { return None };
    let mut bytes = [0; N];
    if pairs.len() != N {
        return None;
    }
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = digit(*high)? << 4 | digit(*low)?;
    }
    Some(bytes)
}

fn digit(letter: u8) -> Option<u8> {
    match letter {
        b'0'..=b'9' => Some(letter - b'0'),
        b'a'..=b'f' => Some(letter - b'a' + 10),
        _ => None,
    }
}

pub(super) fn encode(bytes: &[u8]) -> String {
    let letters = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    letters.map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_round_trip_and_invalid_digits_are_refused() {
        assert_eq!(decode("00ff10a9"), Some([0, 255, 16, 169]));
        assert_eq!(encode(&[0, 255, 16, 169]), "00ff10a9");
        for text in ["", "0", "00ff10a", "00ff10a900", "00FF10A9", "00fg10a9", "00f\u{e9}0a9"] {
            assert_eq!(decode::<4>(text), None, "{text}");
        }
    }
}
