//! The value with nothing set, which a derive begins with and fills.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde_json::Value;

use crate::{
    Country, Currency, Date, DateOrTime, MinorUnits, Percent, Quantity, Secret, StringOrNumber,
    Timestamp,
};

/// A type that has a value with nothing set: what may be left out is, and what must be there says nothing yet.
///
/// It is no [`Default`]: nobody may send such a value. The derives fill it, and refuse at compile time what would leave
/// a required part as it is.
#[doc(hidden)]
pub trait Blank: Sized {
    /// Makes the value.
    fn blank() -> Self;
}

/// Types whose own default says nothing: no text, zero, an empty list.
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

/// Types that have no default, because none of their values is more usual than others.
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

impl<T: Blank> Blank for Box<T> {
    fn blank() -> Self {
        Self::new(T::blank())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{OrderAddress, SessionOrder, SessionProfile, Store};

    #[test]
    fn what_must_be_there_says_nothing_and_the_rest_is_left_out() {
        assert_eq!(Store::blank(), Store::new(""));
        assert_eq!(OrderAddress::blank(), OrderAddress::new());
        assert_eq!(SessionOrder::blank(), SessionOrder::new(0, Currency::NONE, ""));
        assert_eq!(SessionProfile::blank().order, SessionOrder::blank());
        assert_eq!(Box::<Vec<i64>>::blank(), Box::default());
    }

    #[test]
    fn a_blank_code_is_nobodys() {
        assert_eq!((Country::blank().as_str(), Currency::blank().as_str()), ("XX", "XXX"));
    }
}
