//! Generates values from a seed. The values are valid according to the document, so Dintero or a merchant could send
//! them.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde_json::{Map, Number, Value, json};

use crate::document::document;
use crate::overlay;
use crate::random::Random;
use crate::shape::{Kind, Shape};

/// Returns a value that is valid for the schema at a JSON pointer. The same seed always produces the same value.
///
/// With successive seeds, 0, 30, 70 and 100 % of the optional properties are present in turn.
///
/// # Panics
///
/// Panics if the generated value is invalid, or if the schema uses an unknown keyword.
#[must_use]
pub fn value(pointer: &str, seed: u64) -> Value {
    let share = [0, 30, 70, 100][usize::try_from(seed % 4).expect("below four")];
    let mut maker = Maker { random: Random::new(seed), share };
    let value = maker.value(&document().shape(pointer));
    let errors = document().validate(pointer, &value);
    assert!(
        errors.is_empty(),
        "the value generated for {pointer} with seed {seed} is invalid: {value:#}\n{errors:#?}"
    );
    value
}

/// Returns a value that is valid for a schema and has only the required properties. The same schema always gives the same
/// value.
#[must_use]
pub fn least(shape: &Shape<'_>) -> Value {
    Maker { random: Random::new(0), share: 0 }.value(shape)
}

struct Maker {
    random: Random,
    /// The percentage of optional properties that are present.
    share: i64,
}

/// Nodes where a `number` is an amount in minor units. Such a number has no decimals, even though the document allows
/// them.
static AMOUNTS: LazyLock<BTreeSet<String>> =
    LazyLock::new(|| overlay::places("x-rust-type", &json!("MinorUnits")));

/// Nodes where only the overlay, and not the document, declares that a value is an integer.
static INFERRED_INTEGERS: LazyLock<BTreeSet<String>> =
    LazyLock::new(|| overlay::places("type", &json!("integer")));

impl Maker {
    fn value(&mut self, shape: &Shape<'_>) -> Value {
        let variants: Vec<_> = shape.variants().into_values().collect();
        if !variants.is_empty() {
            let variant = self.random.pick(&variants).clone();
            return self.value(&variant);
        }
        if shape.is("nullable") && self.random.chance(25) {
            return Value::Null;
        }
        if let Some(values) = shape.values() {
            assert!(!values.is_empty(), "no value satisfies every `enum` at {:?}", shape.places());
            return (*self.random.pick(&values)).clone();
        }
        match shape.kind() {
            Kind::Object => self.object(shape),
            Kind::Array => self.array(shape),
            Kind::String => self.text(shape).into(),
            Kind::Integer => self.integer(shape).into(),
            Kind::Number => self.number(shape),
            Kind::Boolean => self.random.chance(50).into(),
            Kind::Choice => {
                let choices = shape.choices();
                let choice = self.random.pick(&choices).clone();
                self.value(&choice)
            }
            Kind::Any if !INFERRED_INTEGERS.is_disjoint(shape.places()) => {
                self.integer(shape).into()
            }
            Kind::Any => self.anything(0),
        }
    }

    fn object(&mut self, shape: &Shape<'_>) -> Value {
        let mut object = match self.any_object(0) {
            Value::Object(object) if shape.is_open() => object,
            _ => Map::new(),
        };
        let mut required = shape.required();
        required.extend(shape.places().iter().flat_map(|place| overlay::required(place)));
        for name in shape.names() {
            if required.contains(name) || self.random.chance(self.share) {
                let property = shape.property(name).expect("the name is declared");
                object.insert(name.to_owned(), self.value(&property));
            }
        }
        if let (Some(tag), Some(value)) = (shape.tag(), shape.tag_value()) {
            object.insert(tag.to_owned(), value.into());
        }
        if let Some(additional) = shape.additional() {
            let limit = shape.lowest("maxProperties").unwrap_or(3).min(3);
            for _ in 0..self.random.between(0, limit) {
                object.insert(self.word(1, 12), self.value(&additional));
            }
        }
        Value::Object(object)
    }

    fn array(&mut self, shape: &Shape<'_>) -> Value {
        let items = shape.items().expect("an array has a schema for its items");
        let fewest = shape.highest("minItems").unwrap_or(0);
        let most = shape.lowest("maxItems").unwrap_or(2).clamp(fewest, 2);
        (0..self.random.between(fewest, most)).map(|_| self.value(&items)).collect()
    }

    fn integer(&mut self, shape: &Shape<'_>) -> i64 {
        let is_int32 = shape.texts("format").contains("int32");
        let (low, high) =
            if is_int32 { (i32::MIN.into(), i32::MAX.into()) } else { (i64::MIN, i64::MAX) };
        let low = shape.highest("minimum").unwrap_or(low);
        let high = shape.lowest("maximum").unwrap_or(high);
        match self.random.between(0, 4) {
            0 => low,
            1 => high,
            2 => self.random.between(low, high),
            _ => self.random.between(0, 100_000).clamp(low, high),
        }
    }

    fn number(&mut self, shape: &Shape<'_>) -> Value {
        assert!(
            !shape.has("minimum") && !shape.has("maximum"),
            "limits of a `number` are not implemented: {:?}",
            shape.places()
        );
        let is_whole = !AMOUNTS.is_disjoint(shape.places()) || self.random.chance(30);
        let hundredths = self.random.between(-100_000_000, 100_000_000);
        if is_whole {
            return (hundredths / 100).into();
        }
        // The number is parsed from text, so that `0.1` stays `0.1` whatever representation serde_json uses for
        // numbers.
        let sign = if hundredths < 0 { "-" } else { "" };
        let text = format!("{sign}{}.{:02}", hundredths.abs() / 100, hundredths.abs() % 100);
        Value::Number(text.parse::<Number>().expect("a decimal is a number"))
    }

    /// Returns a string that matches the pattern or, if there is no pattern, the format. No pattern in the document
    /// contradicts the format next to it.
    fn text(&mut self, shape: &Shape<'_>) -> String {
        let shortest = shape.highest("minLength").unwrap_or(0);
        let longest = shape.lowest("maxLength").unwrap_or(shortest.max(24));
        let patterns: Vec<_> = shape.texts("pattern").into_iter().collect();
        let formats: Vec<_> = shape.texts("format").into_iter().collect();
        match (&patterns[..], &formats[..]) {
            ([pattern], _) => self.by_pattern(pattern),
            ([], [format]) => self.by_format(format, shortest, longest),
            ([], []) => self.word(shortest, longest),
            _ => panic!("several patterns or formats at {:?}", shape.places()),
        }
    }

    fn by_pattern(&mut self, pattern: &str) -> String {
        match pattern {
            r"^\+?\d{5,15}$" => format!("+47{}", self.random.between(10_000_000, 99_999_999)),
            "^[A-Za-z]{2}-[A-Za-z]{2}$" => self.one_of(&["nb-NO", "sv-SE", "EN-us"]),
            "^[A-Z]{3}$" => self.one_of(&["NOK", "SEK", "ISK"]),
            "https?://*" => self.address(),
            _ => panic!("no text is known for the pattern `{pattern}`"),
        }
    }

    fn by_format(&mut self, format: &str, shortest: i64, longest: i64) -> String {
        match format {
            "date-time" | "datetime" => self.time(),
            "date" => self.date(),
            "time" => {
                format!("{:02}:{:02}", self.random.between(0, 23), self.random.between(0, 59))
            }
            "uri" => self.address(),
            "uuid" => {
                let (a, b) = (self.random.bits(), self.random.bits());
                format!(
                    "{:08x}-{:04x}-4{:03x}-8{:03x}-{b:012x}",
                    a >> 32,
                    a & 0xffff,
                    a >> 16 & 0xfff,
                    b >> 52,
                    b = b & 0xffff_ffff_ffff
                )
            }
            "email" => format!("kari.{}@example.com", self.random.between(1, 999)),
            "iso4217-code" => self.one_of(&["NOK", "SEK", "DKK", "EUR"]),
            "iso3166-alpha2" => self.one_of(&["NO", "SE", "DK"]),
            // ISO 3166-1 has codes with two and with three letters, and Dintero sends both.
            "iso-3166-1" if longest < 3 => self.one_of(&["NO", "SE", "DK"]),
            "iso-3166-1" => self.one_of(&["NO", "SWE"]),
            "iso-18245" => self.one_of(&["5411", "5812"]),
            "payout_destination_id" => self.word(shortest, longest),
            r"^([0-9]*[.])?[0-9]+$" => self.one_of(&["12.50", "0.0", ".5", "7"]),
            r"\d{2}/\d{4}" => self.one_of(&["08/2028", "12/2031"]),
            r"^\d{6}$" => self.random.between(100_000, 999_999).to_string(),
            _ => panic!("no example text is known for the format `{format}`"),
        }
    }

    fn one_of(&mut self, texts: &[&str]) -> String {
        (*self.random.pick(texts)).to_owned()
    }

    fn address(&mut self) -> String {
        format!(
            "https://shop.example.com/{}?q={}",
            self.random.between(0, 99_999),
            self.random.between(0, 9)
        )
    }

    fn date(&mut self) -> String {
        let (year, month, day) = (
            self.random.between(1900, 2099),
            self.random.between(1, 12),
            self.random.between(1, 28),
        );
        format!("{year}-{month:02}-{day:02}")
    }

    fn time(&mut self) -> String {
        let clock =
            [self.random.between(0, 23), self.random.between(0, 59), self.random.between(0, 59)];
        let [hour, minute, second] = clock;
        let fraction = self.one_of(&["", ".5", ".123", ".123456789"]);
        let offset = self.one_of(&["Z", "+02:00", "-05:30", "+00:00"]);
        format!("{}T{hour:02}:{minute:02}:{second:02}{fraction}{offset}", self.date())
    }

    /// Returns a random string, which may contain non-ASCII letters and characters that JSON must escape. The limits
    /// are in characters.
    fn word(&mut self, shortest: i64, longest: i64) -> String {
        const CHARACTERS: [char; 20] = [
            'a', 'b', 'c', 'x', 'y', 'z', 'A', 'Z', '0', '9', ' ', '-', '.', 'ø', 'Å', '"', '\\',
            '\n', '/', '€',
        ];
        let length = self.random.between(shortest, longest.min(shortest + 24));
        (0..length).map(|_| *self.random.pick(&CHARACTERS)).collect()
    }

    fn anything(&mut self, depth: u8) -> Value {
        let last = if depth > 2 { 4 } else { 6 };
        match self.random.between(0, last) {
            0 => Value::Null,
            1 => self.random.chance(50).into(),
            2 => self.random.between(i64::MIN, i64::MAX).into(),
            3 => json!(self.random.between(-999, 999) as f64 / 8.0),
            4 => self.word(0, 12).into(),
            5 => (0..self.random.between(0, 3)).map(|_| self.anything(depth + 1)).collect(),
            _ => self.any_object(depth + 1),
        }
    }

    fn any_object(&mut self, depth: u8) -> Value {
        (0..self.random.between(0, 3))
            .map(|_| (self.word(0, 8), self.anything(depth + 1)))
            .collect::<Map<_, _>>()
            .into()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::document::component;
    use crate::shape::Found;

    use super::*;

    #[test]
    fn seed_determines_the_value() {
        let pointer = component("SessionOrder");
        assert_eq!(value(&pointer, 3), value(&pointer, 3));
        assert_ne!(value(&pointer, 3), value(&pointer, 7));
    }

    /// Every value is validated when it is generated. This test checks that every property in the document is
    /// generated.
    #[test]
    fn every_property_of_every_schema_is_generated_and_declared() {
        for name in document().schemas().keys() {
            let pointer = component(name);
            let mut made = BTreeSet::new();
            for seed in 0..40 {
                document().shape(&pointer).walk(&value(&pointer, seed), &mut |visit| match visit
                    .found
                {
                    Found::Known(shape) => made.extend(shape.places().iter().cloned()),
                    Found::Unknown => {
                        panic!("{name} with seed {seed} has undeclared properties: {}", visit.at)
                    }
                });
            }
            let shape = document().shape(&pointer);
            for property in shape.names() {
                let places =
                    shape.property(property).expect("the name is declared").places().clone();
                assert!(!made.is_disjoint(&places), "{name}.{property} was never generated");
            }
        }
    }

    #[test]
    fn tags_are_those_of_the_document() {
        let pointer = component("PayPayment");
        let tags: BTreeSet<_> = (0..80)
            .map(|seed| value(&pointer, seed)["payment_product_type"].as_str().map(str::to_owned))
            .collect();
        let expected = [
            "bambora.creditcard",
            "dintero_psp.creditcard",
            "kravia.invoice_b2b",
            "kravia.invoice_b2b_grouped",
            "kravia.invoice_b2c",
            "payex.creditcard",
        ];
        assert_eq!(tags, expected.map(|tag| Some(tag.to_owned())).into());
    }
}
