//! Reads the keys of objects. Formats other than JSON have keys that are not strings; serde's own error would quote such
//! a key.

use std::borrow::Cow;
use std::fmt;

use serde_core::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::error::ValueError;
use super::tolerant::Reading;

/// Turns a key into an `Output`.
pub(super) trait ReadKey<'de>: Sized {
    type Output;

    fn read(self, key: &str) -> Self::Output;

    /// Reads a key that is borrowed from the input, because it contains no escapes.
    #[inline]
    fn read_borrowed(self, key: &'de str) -> Self::Output {
        self.read(key)
    }
}

/// Reads a key, and records an error with a path if the key is not a string.
pub(super) struct KeySeed<'r, K> {
    pub(super) key: K,
    pub(super) reading: &'r mut Reading,
}

impl<K> KeySeed<'_, K> {
    #[cold]
    fn refuse<T, E: Error>(self) -> Result<T, E> {
        let error =
            ValueError::unexpected("an object whose keys are strings", "a key of another type");
        Err(self.reading.fail(error))
    }
}

impl<'de, K: ReadKey<'de>> DeserializeSeed<'de> for KeySeed<'_, K> {
    type Value = K::Output;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<K::Output, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de, K: ReadKey<'de>> Visitor<'de> for KeySeed<'_, K> {
    type Value = K::Output;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    #[inline]
    fn visit_borrowed_str<E: Error>(self, key: &'de str) -> Result<K::Output, E> {
        Ok(self.key.read_borrowed(key))
    }

    #[inline]
    fn visit_str<E: Error>(self, key: &str) -> Result<K::Output, E> {
        Ok(self.key.read(key))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<K::Output, E> {
        self.refuse()
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<K::Output, E> {
        self.refuse()
    }

    fn visit_i128<E: Error>(self, _: i128) -> Result<K::Output, E> {
        self.refuse()
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<K::Output, E> {
        self.refuse()
    }

    fn visit_u128<E: Error>(self, _: u128) -> Result<K::Output, E> {
        self.refuse()
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<K::Output, E> {
        self.refuse()
    }

    fn visit_bytes<E: Error>(self, _: &[u8]) -> Result<K::Output, E> {
        self.refuse()
    }

    fn visit_unit<E: Error>(self) -> Result<K::Output, E> {
        self.refuse()
    }

    fn visit_none<E: Error>(self) -> Result<K::Output, E> {
        self.refuse()
    }

    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<K::Output, A::Error> {
        self.refuse()
    }

    fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<K::Output, A::Error> {
        self.refuse()
    }
}

/// Returns the key itself.
pub(super) struct AnyKey;

impl<'de> ReadKey<'de> for AnyKey {
    type Output = Cow<'de, str>;

    fn read(self, key: &str) -> Self::Output {
        Cow::Owned(key.to_owned())
    }

    fn read_borrowed(self, key: &'de str) -> Self::Output {
        Cow::Borrowed(key)
    }
}
