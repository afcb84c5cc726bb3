//! Writing: the trait for what is written, and the object writer that its impls for models are made of.

use std::collections::BTreeMap;

use serde_core::ser::{Serialize, Serializer};
use serde_json::Value;

use super::model::Model;
use super::values::value_types;
use super::written::{self, Written};
use crate::{
    Country, Currency, Date, Decimal, MinorUnits, Percent, Quantity, Secret, StringOrNumber,
    Timestamp,
};

/// A model, or a type that can stand in a field of one.
///
/// It is not [`Serialize`], because some field types are foreign and would be written otherwise by their own impl, if
/// they have one: whole `f64`s as `1` instead of `1.0`, decimals as numbers, times as RFC 3339. And it has no type
/// parameter, which makes it quicker to check.
#[doc(hidden)]
pub trait ToJson {
    /// Returns what Dintero expects.
    fn to_json(&self) -> Written<'_>;
}

impl<T: Model> ToJson for T {
    #[inline]
    fn to_json(&self) -> Written<'_> {
        let mut object = ObjectWriter::hiding(T::HIDDEN);
        self.write(&mut object);
        object.end()
    }
}

/// Carries a [`ToJson`] type into serde.
#[doc(hidden)]
#[derive(Debug)]
pub struct Json<'a, T>(pub &'a T);

impl<T: ToJson> Serialize for Json<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        written::serialize(self.0, serializer)
    }
}

/// `optional` and `required` for one type each, as in the reader.
macro_rules! methods {
    ($($optional:ident, $required:ident: $type:ty,)*) => {$(
        #[doc = concat!("An optional field that holds a `", stringify!($type), "`.")]
        pub fn $optional(&mut self, name: &'static str, value: &'a Option<$type>) {
            self.optional(name, value);
        }

        #[doc = concat!("A field that is always written and holds a `", stringify!($type), "`.")]
        pub fn $required(&mut self, name: &'static str, value: &'a $type) {
            self.required(name, value);
        }
    )*};
}

/// Writes a JSON object, field by field.
#[doc(hidden)]
#[derive(Debug)]
pub struct ObjectWriter<'a> {
    fields: Vec<(&'static str, Written<'a>)>,
    others: Vec<(&'a str, Written<'a>)>,
    hidden: &'static [&'static str],
}

impl<'a> ObjectWriter<'a> {
    /// Opens an object with fields that `Debug` must not show.
    pub fn hiding(hidden: &'static [&'static str]) -> Self {
        Self { fields: Vec::new(), others: Vec::new(), hidden }
    }

    /// A field that is always written.
    pub fn required<T: ToJson>(&mut self, name: &'static str, value: &'a T) {
        self.push(name, value.to_json());
    }

    /// A field that is left out when it is `None`.
    pub fn optional<T: ToJson>(&mut self, name: &'static str, value: &'a Option<T>) {
        if let Some(value) = value {
            self.required(name, value);
        }
    }

    value_types! { methods }

    /// A field that is null when it is `None`.
    pub fn nullable<T: ToJson>(&mut self, name: &'static str, value: &'a Option<T>) {
        self.required(name, value);
    }

    /// A field with one possible text, which the type does not store.
    pub fn constant(&mut self, name: &'static str, text: &'static str) {
        self.push(name, Written::Text(text));
    }

    /// All that has no field. A name that a field has written already is the field's: JSON has it once.
    pub fn others<T: ToJson>(&mut self, others: &'a BTreeMap<String, T>) {
        for (name, value) in others {
            if !self.fields.iter().any(|(field, _)| field == name) {
                self.others.push((name, value.to_json()));
            }
        }
    }

    /// Closes the object.
    pub fn end(self) -> Written<'a> {
        match self.others.is_empty() {
            true => Written::Object(self.fields),
            false => Written::Open(self.fields, self.others),
        }
    }

    fn push(&mut self, name: &'static str, value: Written<'a>) {
        let is_hidden = self.hidden.contains(&name);
        self.fields.push((name, if is_hidden { Written::Hidden(Box::new(value)) } else { value }));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn writes_only_what_is_there() {
        let list = Some(vec![2.0, 2.5]);
        let mut object = ObjectWriter::hiding(&["c"]);
        object.required("a", &1_i64);
        object.optional("b", &None::<i64>);
        object.optional("c", &list);
        object.nullable("d", &None::<String>);
        object.constant("type", "x");
        assert_eq!(
            serde_json::to_value(object.end()).unwrap(),
            json!({"a": 1, "c": [2, 2.5], "d": null, "type": "x"})
        );
    }
}
