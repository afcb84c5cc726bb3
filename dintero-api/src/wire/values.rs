//! JSON of the types that fields are made of: primitives, containers, decimals and times.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::Value;

use super::error::{ReadError, kind};
use super::number;
use super::read::FromJson;
use super::write::ToJson;
use super::written::Written;

/// The value types that reader and writer have methods of their own for: most fields hold one of these, and a call
/// without a type parameter is checked in half the time.
macro_rules! value_types {
    ($methods:ident) => {
        $methods! {
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
    };
}

pub(super) use value_types;

impl FromJson for Value {
    #[inline]
    fn from_json(value: Value) -> Result<Self, ReadError> {
        Ok(value)
    }
}

impl FromJson for bool {
    fn from_json(value: Value) -> Result<Self, ReadError> {
        value.as_bool().ok_or_else(|| ReadError::unexpected("a boolean", kind(&value)))
    }
}

impl FromJson for String {
    fn from_json(value: Value) -> Result<Self, ReadError> {
        match value {
            Value::String(text) => Ok(text),
            other => Err(ReadError::unexpected("a string", kind(&other))),
        }
    }
}

impl FromJson for i64 {
    fn from_json(value: Value) -> Result<Self, ReadError> {
        match value {
            Value::Number(number) => number::read_integer(&number),
            other => Err(ReadError::unexpected("an integer", kind(&other))),
        }
    }
}

impl FromJson for f64 {
    fn from_json(value: Value) -> Result<Self, ReadError> {
        value.as_f64().ok_or_else(|| ReadError::unexpected("a number", kind(&value)))
    }
}

impl FromJson for Decimal {
    fn from_json(value: Value) -> Result<Self, ReadError> {
        match value {
            Value::Number(number) => number::read_decimal(&number),
            other => Err(ReadError::unexpected("a number", kind(&other))),
        }
    }
}

impl FromJson for Timestamp {
    fn from_json(value: Value) -> Result<Self, ReadError> {
        let text = String::from_json(value)?;
        text.parse().map_err(|_| ReadError::unexpected("a time as RFC 3339", "another text"))
    }
}

impl FromJson for Date {
    fn from_json(value: Value) -> Result<Self, ReadError> {
        let text = String::from_json(value)?;
        text.parse().map_err(|_| ReadError::unexpected("a date as RFC 3339", "another text"))
    }
}

impl<T: FromJson> FromJson for Option<T> {
    fn from_json(value: Value) -> Result<Self, ReadError> {
        if value.is_null() { Ok(None) } else { T::from_json(value).map(Some) }
    }
}

impl<T: FromJson> FromJson for Vec<T> {
    fn from_json(value: Value) -> Result<Self, ReadError> {
        let Value::Array(values) = value else {
            return Err(ReadError::unexpected("an array", kind(&value)));
        };
        let mut items = Self::with_capacity(values.len());
        for (index, value) in values.into_iter().enumerate() {
            items.push(T::from_json(value).map_err(|error| error.at_index(index))?);
        }
        Ok(items)
    }
}

impl<T: FromJson> FromJson for BTreeMap<String, T> {
    fn from_json(value: Value) -> Result<Self, ReadError> {
        let Value::Object(fields) = value else {
            return Err(ReadError::unexpected("an object", kind(&value)));
        };
        let mut map = Self::new();
        for (key, value) in fields {
            match T::from_json(value) {
                Ok(value) => map.insert(key, value),
                Err(error) => return Err(error.at_key(key)),
            };
        }
        Ok(map)
    }
}

/// Types that are written as one kind of JSON.
macro_rules! to_json {
    ($($type:ty: $value:ident => $written:expr,)*) => {$(
        impl ToJson for $type {
            #[inline]
            fn to_json(&self) -> Written<'_> {
                let $value = self;
                $written
            }
        }
    )*};
}

to_json! {
    bool: value => Written::Boolean(*value),
    i64: number => Written::Integer(*number),
    f64: number => Written::Float(*number),
    Decimal: number => Written::Decimal(*number),
    String: text => Written::Text(text),
    Date: date => Written::Date(*date),
    Timestamp: time => Written::Timestamp(*time),
    Value: value => Written::Value(value),
}

impl<T: ToJson> ToJson for Option<T> {
    fn to_json(&self) -> Written<'_> {
        self.as_ref().map_or(Written::Null, T::to_json)
    }
}

impl<T: ToJson> ToJson for Vec<T> {
    fn to_json(&self) -> Written<'_> {
        Written::List(self.iter().map(T::to_json).collect())
    }
}

impl<T: ToJson> ToJson for BTreeMap<String, T> {
    fn to_json(&self) -> Written<'_> {
        Written::Map(self.iter().map(|(key, value)| (key.as_str(), value.to_json())).collect())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn round_trip<T: FromJson + ToJson>(value: Value) -> Value {
        serde_json::to_value(T::from_json(value).unwrap().to_json()).unwrap()
    }

    #[test]
    fn values_come_back() {
        assert_eq!(
            round_trip::<Timestamp>(json!("2026-04-01T10:00:00+02:00")),
            json!("2026-04-01T08:00:00Z")
        );
        assert_eq!(round_trip::<Date>(json!("2026-04-01")), json!("2026-04-01"));
        assert_eq!(round_trip::<Decimal>(json!(25.5)), json!(25.5));
        assert_eq!(round_trip::<f64>(json!(59.0)), json!(59));
        assert_eq!(round_trip::<Vec<Option<i64>>>(json!([1, null])), json!([1, null]));
        assert_eq!(
            round_trip::<BTreeMap<String, Vec<bool>>>(json!({"a": [true]})),
            json!({"a": [true]})
        );
        assert_eq!(round_trip::<Value>(json!([{"a": null}])), json!([{"a": null}]));
    }

    #[test]
    fn wrong_kinds_are_named() {
        let message = |result: Result<(), ReadError>| result.unwrap_err().to_string();
        assert_eq!(
            message(bool::from_json(json!("true")).map(drop)),
            "expected a boolean, found a string"
        );
        assert_eq!(
            message(f64::from_json(json!("1")).map(drop)),
            "expected a number, found a string"
        );
        assert_eq!(
            message(Vec::<bool>::from_json(json!({})).map(drop)),
            "expected an array, found an object"
        );
        assert_eq!(
            message(Timestamp::from_json(json!("yesterday")).map(drop)),
            "expected a time as RFC 3339, found another text"
        );
        let map = BTreeMap::<String, i64>::from_json(json!({"a": 1, "b": false}));
        assert_eq!(message(map.map(drop)), "`b`: expected an integer, found a boolean");
    }
}
