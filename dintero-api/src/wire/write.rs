//! Writing: the trait for fields, and the object writer that the generated `Serialize` impls are made of.

use serde_core::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

use crate::{
    Country, Currency, Date, Decimal, MinorUnits, Percent, Quantity, Secret, StringOrNumber,
    Timestamp,
};

/// A type that can stand in a field that is written.
///
/// It is not simply [`Serialize`], because some field types are foreign and would be written otherwise by their own
/// impl, if they have one: whole `f64`s as `1` instead of `1.0`, decimals as numbers, times as RFC 3339.
#[doc(hidden)]
pub trait ToJson {
    /// Writes the value as Dintero expects it.
    fn to_json<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;
}

/// A type of the document, whose own `Serialize` writes what Dintero expects.
#[doc(hidden)]
pub trait Model {}

impl<T: Model> Model for Box<T> {}

impl<T: Model + Serialize> ToJson for T {
    fn to_json<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.serialize(serializer)
    }
}

/// Carries a [`ToJson`] type into serde.
#[doc(hidden)]
#[derive(Debug)]
pub struct Json<'a, T>(pub &'a T);

impl<T: ToJson> Serialize for Json<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.to_json(serializer)
    }
}

/// `optional` and `required` for one type each, as in the reader.
macro_rules! values {
    ($($optional:ident, $required:ident: $type:ty,)*) => {$(
        #[doc = concat!("An optional field that holds a `", stringify!($type), "`.")]
        pub fn $optional(&mut self, name: &'static str, value: &Option<$type>) {
            self.optional(name, value);
        }

        #[doc = concat!("A field that is always written and holds a `", stringify!($type), "`.")]
        pub fn $required(&mut self, name: &'static str, value: &$type) {
            self.required(name, value);
        }
    )*};
}

/// Writes a JSON object, field by field. The first error is kept until [`end`](Self::end), as in
/// [`ObjectReader`](super::ObjectReader).
#[doc(hidden)]
pub struct ObjectWriter<S: Serializer> {
    fields: Result<S::SerializeMap, S::Error>,
}

impl<S: Serializer> ObjectWriter<S> {
    /// Opens the object.
    pub fn new(serializer: S) -> Self {
        Self { fields: serializer.serialize_map(None) }
    }

    /// A field that is always written.
    pub fn required<T: ToJson>(&mut self, name: &'static str, value: &T) {
        if let Ok(fields) = &mut self.fields
            && let Err(error) = fields.serialize_entry(name, &Json(value))
        {
            self.fields = Err(error);
        }
    }

    /// A field that is left out when it is `None`.
    pub fn optional<T: ToJson>(&mut self, name: &'static str, value: &Option<T>) {
        if let Some(value) = value {
            self.required(name, value);
        }
    }

    values! {
        boolean, required_boolean: bool,
        country, required_country: Country,
        currency, required_currency: Currency,
        date, required_date: Date,
        decimal, required_decimal: Decimal,
        float, required_float: f64,
        integer, required_integer: i64,
        json, required_json: Value,
        minor_units, required_minor_units: MinorUnits,
        percent, required_percent: Percent,
        quantity, required_quantity: Quantity,
        secret, required_secret: Secret,
        string, required_string: String,
        string_or_number, required_string_or_number: StringOrNumber,
        timestamp, required_timestamp: Timestamp,
    }

    /// A field that is null when it is `None`.
    pub fn nullable<T: ToJson>(&mut self, name: &'static str, value: &Option<T>) {
        self.required(name, value);
    }

    /// A field with one possible text, which the type does not store.
    pub fn constant(&mut self, name: &'static str, text: &'static str) {
        self.required(name, &text);
    }

    /// Closes the object.
    pub fn end(self) -> Result<S::Ok, S::Error> {
        self.fields?.end()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{json, value};

    use super::*;

    #[test]
    fn writes_only_what_is_there() {
        let mut object = ObjectWriter::new(value::Serializer);
        object.required("a", &1_i64);
        object.optional("b", &None::<i64>);
        object.optional("c", &Some(vec![2.0, 2.5]));
        object.nullable("d", &None::<String>);
        object.constant("type", "x");
        assert_eq!(object.end().unwrap(), json!({"a": 1, "c": [2, 2.5], "d": null, "type": "x"}));
    }
}
