//! Types for times and codes in the structs for serde's derive. They take as few bytes as this project's types.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde::{Serialize, Serializer};

/// A time.
#[derive(Debug, Clone, Copy)]
pub struct Time(Timestamp);

/// A date.
#[derive(Debug, Clone, Copy)]
pub struct Day(Date);

/// A code of `N` letters.
#[derive(Debug, Clone, Copy)]
pub struct Code<const N: usize>([u8; N]);

/// Three letters.
pub type CurrencyCode = Code<3>;

/// Two letters.
pub type CountryCode = Code<2>;

impl<const N: usize> FromStr for Code<N> {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match <[u8; N]>::try_from(text.as_bytes()) {
            Ok(bytes) if bytes.iter().all(u8::is_ascii_alphabetic) => Ok(Self(bytes)),
            _ => Err(()),
        }
    }
}

impl<const N: usize> fmt::Display for Code<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(str::from_utf8(&self.0).unwrap_or_default())
    }
}

macro_rules! by_text {
    ($([$($parameters:tt)*] $name:ty = $make:expr;)*) => {$(
        impl<'de, $($parameters)*> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Text<T>(fn(&str) -> Option<T>);
                impl<T> Visitor<'_> for Text<T> {
                    type Value = T;
                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        f.write_str("a string")
                    }
                    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
                        (self.0)(text).ok_or_else(|| E::custom("another string"))
                    }
                }
                deserializer.deserialize_str(Text($make))
            }
        }
    )*};
}

by_text! {
    [] Time = |text| text.parse().ok().map(Self);
    [] Day = |text| text.parse().ok().map(Self);
    [const N: usize] Code<N> = |text| text.parse().ok();
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<const N: usize> Serialize for Code<N> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(str::from_utf8(&self.0).unwrap_or_default())
    }
}
