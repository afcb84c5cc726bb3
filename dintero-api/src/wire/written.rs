//! What a model is written as, before it is JSON: serde, `Debug` and `==` each are one small function over it.

use std::any::type_name;
use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_core::ser::{Serialize, Serializer};
use serde_json::{Number, Value};

use super::number;
use super::write::ToJson;
use crate::UnknownVariant;

/// JSON that borrows its texts, keeps the order of fields and the exactness of numbers, and knows what must not show.
#[doc(hidden)]
#[derive(Clone, PartialEq)]
pub enum Written<'a> {
    Null,
    Boolean(bool),
    Integer(i64),
    Float(f64),
    Decimal(Decimal),
    Number(&'a Number),
    Text(&'a str),
    Date(Date),
    Timestamp(Timestamp),
    List(Vec<Self>),
    /// With the names of a model.
    Object(Vec<(&'static str, Self)>),
    /// With the names of a model, and what has no field in it.
    Open(Vec<(&'static str, Self)>, Vec<(&'a str, Self)>),
    /// With names that somebody chose.
    Map(Vec<(&'a str, Self)>),
    Value(&'a Value),
    Unknown(&'a UnknownVariant),
    /// A secret, or something of a person.
    Hidden(Box<Self>),
}

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_none(),
            Self::Boolean(value) => serializer.serialize_bool(*value),
            Self::Integer(number) => serializer.serialize_i64(*number),
            Self::Float(number) => number::write_f64(*number, serializer),
            Self::Decimal(number) => number::write_decimal(*number, serializer),
            Self::Number(number) => number.serialize(serializer),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Date(date) => serializer.collect_str(date),
            Self::Timestamp(time) => serializer.collect_str(time),
            Self::List(items) => serializer.collect_seq(items),
            Self::Object(fields) => serializer.collect_map(entries(fields)),
            Self::Open(fields, others) => {
                let fields = fields.iter().map(|(name, value)| (*name, value));
                serializer
                    .collect_map(fields.chain(others.iter().map(|(name, value)| (*name, value))))
            }
            Self::Map(fields) => serializer.collect_map(entries(fields)),
            Self::Value(value) => value.serialize(serializer),
            Self::Unknown(variant) => variant.serialize(serializer),
            Self::Hidden(written) => written.serialize(serializer),
        }
    }
}

impl fmt::Debug for Written<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("None"),
            Self::Boolean(value) => value.fmt(f),
            Self::Integer(number) => number.fmt(f),
            Self::Float(number) => number.fmt(f),
            Self::Decimal(number) => number.fmt(f),
            Self::Number(number) => fmt::Display::fmt(number, f),
            Self::Text(text) => text.fmt(f),
            Self::Date(date) => date.fmt(f),
            Self::Timestamp(time) => time.fmt(f),
            Self::List(items) => f.debug_list().entries(items).finish(),
            Self::Object(fields) => {
                let mut object = f.debug_map();
                for (name, value) in fields {
                    object.entry(&format_args!("{name}"), value);
                }
                object.finish()
            }
            Self::Open(fields, others) => {
                let mut object = f.debug_map();
                for (name, value) in fields {
                    object.entry(&format_args!("{name}"), value);
                }
                object.entry(&format_args!("{OTHERS}"), &Hidden(others.len())).finish()
            }
            Self::Map(fields) => f.debug_map().entries(entries(fields)).finish(),
            Self::Value(value) => value.fmt(f),
            Self::Unknown(variant) => variant.fmt(f),
            Self::Hidden(_) => f.write_str("[redacted]"),
        }
    }
}

/// Where `Debug` says that there is more than the named fields.
const OTHERS: &str = "others";

/// Nobody knows what is there, names included, so nothing of it is shown but how many there are.
struct Hidden(usize);

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{} redacted]", self.0)
    }
}

fn entries<'w, 'a, N>(
    fields: &'w [(N, Written<'a>)],
) -> impl Iterator<Item = (&'w N, &'w Written<'a>)> {
    fields.iter().map(|(name, value)| (name, value))
}

/// Shows a model by its name and the fields that it writes: what is `None` and left out is left out here too.
#[doc(hidden)]
pub fn debug<T: ToJson>(model: &T, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let path = type_name::<T>();
    debug_named(path.rsplit("::").next().unwrap_or(path), &model.to_json(), f)
}

fn debug_named(name: &str, written: &Written<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let (fields, others) = match written {
        Written::Object(fields) => (fields, 0),
        Written::Open(fields, others) => (fields, others.len()),
        _ => return f.debug_tuple(name).field(written).finish(),
    };
    let mut object = f.debug_struct(name);
    for (name, value) in fields {
        object.field(name, value);
    }
    if others > 0 {
        object.field(OTHERS, &Hidden(others));
    }
    object.finish()
}

/// Whether both are written the same, exact numbers exactly. As with floats, what is no number is equal to nothing.
#[doc(hidden)]
pub fn equal<T: ToJson>(left: &T, right: &T) -> bool {
    left.to_json() == right.to_json()
}

/// Writes a model, or a value that a model is made of.
#[doc(hidden)]
pub fn serialize<T: ToJson, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    value.to_json().serialize(serializer)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde_json::json;

    use super::*;
    use crate::types::OrderAddress;
    use crate::wire::{self, FromJson, Model, ObjectReader, ObjectWriter, ReadError};
    use crate::{Percent, Secret};

    /// A model with a field that is hidden, a secret deep inside, and fields that need not be there.
    struct Person {
        name: String,
        tokens: BTreeMap<String, Vec<Secret>>,
        rating: Option<f64>,
        wallet: Option<Wallet>,
    }

    impl Model for Person {
        const HIDDEN: &'static [&'static str] = &["name"];

        fn read(object: &mut ObjectReader) -> Result<Self, ReadError> {
            Ok(Self {
                name: object.required_string("name"),
                tokens: object.required("tokens")?,
                rating: object.float("rating"),
                wallet: object.optional("wallet"),
            })
        }

        fn write<'a>(&'a self, object: &mut ObjectWriter<'a>) {
            object.required_string("name", &self.name);
            object.required("tokens", &self.tokens);
            object.float("rating", &self.rating);
            object.optional("wallet", &self.wallet);
        }
    }

    wire::boxed! { Person }

    wire::model! { Person }

    enum Wallet {
        Known(Box<Person>),
        Other(UnknownVariant),
    }

    impl FromJson for Wallet {
        fn from_json(value: Value) -> Result<Self, ReadError> {
            match wire::tag(&value, "type")? {
                "person" => FromJson::from_json(value).map(Self::Known),
                _ => Ok(Self::Other(UnknownVariant::new("type", value))),
            }
        }
    }

    impl ToJson for Wallet {
        fn to_json(&self) -> Written<'_> {
            match self {
                Self::Known(value) => value.to_json(),
                Self::Other(value) => value.to_json(),
            }
        }
    }

    wire::union! { Wallet }

    fn person(rating: Option<f64>) -> Person {
        let tokens = BTreeMap::from([("card".to_owned(), vec![Secret::new("hunter2")])]);
        Person { name: "Ola".to_owned(), tokens, rating, wallet: None }
    }

    #[test]
    fn debug_shows_name_and_fields_without_what_is_hidden() {
        assert_eq!(
            format!("{:?}", person(None)),
            r#"Person { name: [redacted], tokens: {"card": [[redacted]]} }"#
        );
        let inside = Wallet::Known(Box::new(person(Some(4.5))));
        assert_eq!(
            format!("{:?}", Person { wallet: Some(inside), ..person(None) }),
            r#"Person { name: [redacted], tokens: {"card": [[redacted]]}, wallet: {name: [redacted], tokens: {"card": [[redacted]]}, rating: 4.5} }"#
        );
        assert_eq!(format!("{:?}", OrderAddress::new()), "OrderAddress");
    }

    #[test]
    fn debug_shows_the_tag_alone_of_an_unknown_variant() {
        let json = json!({"type": "new.wallet", "phone": {"+4790000000": 1}});
        let wallet = Wallet::from_json(json.clone()).unwrap();
        assert_eq!(format!("{wallet:?}"), r#"Wallet(UnknownVariant { tag: "new.wallet", .. })"#);
        let inside = format!("{:?}", Person { wallet: Some(wallet), ..person(None) });
        assert!(
            inside.ends_with(r#"wallet: UnknownVariant { tag: "new.wallet", .. } }"#),
            "{inside}"
        );
        assert_eq!(serde_json::to_value(Wallet::from_json(json.clone()).unwrap()).unwrap(), json);
    }

    #[test]
    fn debug_is_indented_as_usual() {
        let wallet = Wallet::Known(Box::new(person(None)));
        assert_eq!(
            format!(
                "{:#?}",
                Person { wallet: Some(wallet), tokens: BTreeMap::new(), ..person(None) }
            ),
            r#"Person {
    name: [redacted],
    tokens: {},
    wallet: {
        name: [redacted],
        tokens: {
            "card": [
                [redacted],
            ],
        },
    },
}"#
        );
    }

    #[test]
    fn what_has_no_json_is_shown_and_not_written() {
        let person = person(Some(f64::NAN));
        assert!(format!("{person:?}").ends_with("rating: NaN }"));
        assert!(serde_json::to_value(&person).is_err());
        assert_ne!(person, person);
    }

    #[test]
    fn what_is_hidden_is_written_and_compared() {
        let json = json!({"name": "Ola", "tokens": {"card": ["hunter2"]}, "rating": 1});
        assert_eq!(serde_json::to_value(person(Some(1.0))).unwrap(), json);
        assert_eq!(Person::from_json(json).unwrap(), person(Some(1.0)));
        assert_ne!(Person { name: "Kari".to_owned(), ..person(None) }, person(None));
        let tokens = BTreeMap::from([("card".to_owned(), vec![Secret::new("hunter3")])]);
        assert_ne!(Person { tokens, ..person(None) }, person(None));
    }

    #[test]
    fn fields_are_written_in_their_order() {
        let text = serde_json::to_string(&person(Some(4.5))).unwrap();
        assert_eq!(text, r#"{"name":"Ola","tokens":{"card":["hunter2"]},"rating":4.5}"#);
    }

    /// A model that keeps what it has no field for.
    struct Open {
        name: Option<String>,
        others: BTreeMap<String, Value>,
    }

    impl Model for Open {
        fn read(object: &mut ObjectReader) -> Result<Self, ReadError> {
            Ok(Self { name: object.string("name"), others: object.others() })
        }

        fn write<'a>(&'a self, object: &mut ObjectWriter<'a>) {
            object.string("name", &self.name);
            object.others(&self.others);
        }
    }

    wire::model! { Open }

    #[test]
    fn what_has_no_field_is_kept_and_compared_and_not_shown() {
        let json = json!({"name": "a", "hunter2": {"hunter2": [1.5, null]}, "b": null});
        let open = Open::from_json(json.clone()).unwrap();
        assert_eq!(open.others.len(), 2);
        assert_eq!(serde_json::to_value(&open).unwrap(), json);
        assert_eq!(format!("{open:?}"), r#"Open { name: "a", others: [2 redacted] }"#);
        let inside = format!("{:?}", BTreeMap::from([("x".to_owned(), open)]).to_json());
        assert_eq!(inside, r#"{"x": {name: "a", others: [2 redacted]}}"#);
        let other = |value: Value| Open::from_json(value).unwrap();
        assert!(
            other(json!({"a": 1})) != other(json!({"a": 2}))
                && other(json!({})) == other(json!({"name": null}))
        );
    }

    #[test]
    fn a_name_is_written_once_and_by_its_field() {
        let others = BTreeMap::from([("name".to_owned(), json!(1)), ("b".to_owned(), json!(2))]);
        let open = Open { name: Some("a".to_owned()), others };
        assert_eq!(serde_json::to_string(&open).unwrap(), r#"{"name":"a","b":2}"#);
    }

    /// The nearest floats of these two, which is what JSON carries, are the same.
    #[test]
    fn decimals_are_compared_exactly() {
        let percent =
            |last| Percent::from(Decimal::from_i128_with_scale(10_i128.pow(24) + last, 24));
        assert!(equal(&percent(1), &percent(1)) && !equal(&percent(1), &percent(2)));
        assert!(equal(&Percent::from(Decimal::new(250, 1)), &Percent::from(25)));
    }
}
