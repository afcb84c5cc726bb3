//! The empty value that a derive creates first and then fills.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde_json::Value;

use crate::{
    Country, Currency, Date, DateOrTime, MinorUnits, Percent, Quantity, Secret, StringOrNumber,
    Timestamp,
};

/// A type with an empty value: optional fields are absent, and required fields are empty.
///
/// This trait is used instead of [`Default`], because an empty value must not be sent. The derives fill the empty
/// value; if a required field would stay empty, the derived code does not compile.
#[doc(hidden)]
pub trait Blank: Sized {
    /// Returns the empty value.
    fn blank() -> Self;
}

/// Types whose default is the empty value, such as zero or an empty string.
macro_rules! by_default {
    ($($name:ty),* $(,)?) => {$(
        impl Blank for $name {
            #[inline]
            fn blank() -> Self {
                Self::default()
            }
        }
    )*};
}

by_default! { bool, f64, i64, Decimal, String, Value }

/// Types without a default, because none of their values is an obvious choice.
macro_rules! by_value {
    ($($name:ty = $value:expr),* $(,)?) => {$(
        impl Blank for $name {
            #[inline]
            fn blank() -> Self {
                $value
            }
        }
    )*};
}

by_value! {
    Country = Self::NONE,
    Currency = Self::NONE,
    Date = Self::ZERO,
    DateOrTime = Self::new(""),
    MinorUnits = Self::new(0),
    Percent = Self::from(0),
    Quantity = Self::from(0),
    Secret = Self::new(""),
    StringOrNumber = Self::Text(String::new()),
    Timestamp = Self::UNIX_EPOCH,
}

impl<T> Blank for Option<T> {
    #[inline]
    fn blank() -> Self {
        None
    }
}

impl<T> Blank for Vec<T> {
    #[inline]
    fn blank() -> Self {
        Self::new()
    }
}

impl<T> Blank for BTreeMap<String, T> {
    #[inline]
    fn blank() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{OrderAddress, SessionOrder, SessionProfile, Store};

    #[test]
    fn required_fields_are_empty_and_optional_fields_are_absent() {
        assert_eq!(Store::blank(), Store::new(""));
        assert_eq!(OrderAddress::blank(), OrderAddress::new());
        assert_eq!(SessionOrder::blank(), SessionOrder::new(0, Currency::NONE, ""));
        assert_eq!(SessionProfile::blank().order, SessionOrder::blank());
        assert_eq!(*Box::<Store>::blank(), Store::blank());
    }

    #[test]
    fn blank_codes_are_unassigned() {
        assert_eq!((Country::blank().as_str(), Currency::blank().as_str()), ("XX", "XXX"));
    }
}
