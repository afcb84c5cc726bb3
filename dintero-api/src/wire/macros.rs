//! The macros that generated code calls: what follows from an open enum's table, and from how a model is read and
//! written.

/// Gives open enums what follows from their table of known texts ([`StringEnum`](crate::wire::StringEnum)).
#[doc(hidden)]
#[macro_export]
macro_rules! __string_enum {
    ($($name:ident),* $(,)?) => {$(
        #[allow(deprecated)]
        impl $name {
            /// Returns the value as Dintero writes it.
            #[inline]
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    Self::Other(value) => value.as_str(),
                    known => $crate::wire::text_of(known),
                }
            }
        }

        // Not derived: the derive writes a function, which every enum would be checked for.
        #[allow(deprecated)]
        impl ::core::cmp::Eq for $name {}

        impl ::core::convert::From<&str> for $name {
            #[inline]
            fn from(text: &str) -> Self {
                match $crate::wire::known(text) {
                    ::core::option::Option::Some(known) => known,
                    ::core::option::Option::None => Self::Other($crate::UnknownValue::new(text)),
                }
            }
        }

        impl ::core::fmt::Display for $name {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl $crate::wire::FromJson for $name {
            #[inline]
            fn from_json(
                value: $crate::wire::Value,
            ) -> ::core::result::Result<Self, $crate::wire::ReadError> {
                $crate::wire::read_text(value)
            }
        }

        impl $crate::wire::ToJson for $name {
            #[inline]
            fn to_json(&self) -> $crate::wire::Written<'_> {
                $crate::wire::Written::Text(self.as_str())
            }
        }

        $crate::wire::serde! { $name }
    )*};
}

/// Gives types whose constructor asks for nothing a value with nothing set.
#[doc(hidden)]
#[macro_export]
macro_rules! __blank {
    ($($name:ident),* $(,)?) => {$(
        #[allow(deprecated)]
        impl $crate::wire::Blank for $name {
            #[inline]
            fn blank() -> Self {
                Self::new()
            }
        }
    )*};
}

/// Lets a field of a cart that is a `String` become an open enum: the derives convert what they are given whole.
#[doc(hidden)]
#[macro_export]
macro_rules! __from_string {
    ($($name:ident),* $(,)?) => {$(
        #[allow(deprecated)]
        impl ::core::convert::From<::std::string::String> for $name {
            #[inline]
            fn from(text: ::std::string::String) -> Self {
                Self::from(text.as_str())
            }
        }
    )*};
}

/// Gives types with `FromJson` and `ToJson` serde's traits.
#[doc(hidden)]
#[macro_export]
macro_rules! __serde {
    ($($name:ident),* $(,)?) => {$(
        #[allow(deprecated)]
        impl $crate::wire::Serialize for $name {
            fn serialize<S: $crate::wire::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::wire::serialize(self, serializer)
            }
        }

        #[allow(deprecated)]
        impl<'de> $crate::wire::Deserialize<'de> for $name {
            fn deserialize<D: $crate::wire::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::wire::deserialize_with(deserializer)
            }
        }
    )*};
}

/// Gives tagged types serde's traits, and `Debug` by what is written.
#[doc(hidden)]
#[macro_export]
macro_rules! __union {
    ($($name:ident),* $(,)?) => {$(
        $crate::wire::serde! { $name }

        #[allow(deprecated)]
        impl ::core::fmt::Debug for $name {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::wire::debug(self, f)
            }
        }
    )*};
}

/// Lets types that hold themselves stand in a box. One by one, because a box of anything could be a `Model` elsewhere.
#[doc(hidden)]
#[macro_export]
macro_rules! __boxed {
    ($($name:ident),* $(,)?) => {$(
        impl $crate::wire::FromJson for ::std::boxed::Box<$name> {
            #[inline]
            fn from_json(
                value: $crate::wire::Value,
            ) -> ::core::result::Result<Self, $crate::wire::ReadError> {
                $crate::wire::FromJson::from_json(value).map(::std::boxed::Box::new)
            }
        }

        impl $crate::wire::ToJson for ::std::boxed::Box<$name> {
            #[inline]
            fn to_json(&self) -> $crate::wire::Written<'_> {
                <$name as $crate::wire::ToJson>::to_json(self)
            }
        }
    )*};
}

/// Gives structs the same, and `==` by what is written. Derives would look at every field, which takes twice the time
/// to check.
#[doc(hidden)]
#[macro_export]
macro_rules! __model {
    ($($name:ident),* $(,)?) => {$(
        $crate::wire::union! { $name }

        #[allow(deprecated)]
        impl ::core::cmp::PartialEq for $name {
            #[inline]
            fn eq(&self, other: &Self) -> bool {
                $crate::wire::equal(self, other)
            }
        }
    )*};
}

#[cfg(test)]
#[allow(unreachable_pub, reason = "the macro makes methods of public types")]
mod tests {
    use serde_json::json;

    use crate::UnknownValue;
    use crate::wire::{self, FromJson, Model, ObjectReader, ObjectWriter, ReadError, StringEnum};

    #[derive(Debug, Clone, PartialEq, Hash)]
    enum Kind {
        Customer,
        Manual,
        Other(UnknownValue),
    }

    impl StringEnum for Kind {
        const KNOWN: &'static [(Self, &'static str)] =
            &[(Self::Customer, "customer"), (Self::Manual, "manual")];
    }

    wire::string_enum! { Kind }

    wire::from_string! { Kind }

    struct Discount {
        kind: Kind,
        amount: Option<i64>,
    }

    impl Model for Discount {
        fn read(object: &mut ObjectReader) -> Result<Self, ReadError> {
            Ok(Self { kind: object.required("kind")?, amount: object.optional("amount") })
        }

        fn write<'a>(&'a self, object: &mut ObjectWriter<'a>) {
            object.required("kind", &self.kind);
            object.optional("amount", &self.amount);
        }
    }

    wire::model! { Discount }

    #[test]
    fn known_texts_become_variants_and_others_are_kept() {
        assert_eq!(Kind::from("manual"), Kind::Manual);
        assert_eq!(Kind::from("manual").to_string(), "manual");
        assert_eq!(Kind::from(String::from("manual")), Kind::Manual);
        let new = Kind::from("loyalty");
        assert!(matches!(&new, Kind::Other(other) if other.as_str() == "loyalty"));
        assert_eq!(serde_json::to_string(&new).unwrap(), "\"loyalty\"");
        assert_eq!(
            Kind::from_json(json!(1)).unwrap_err().to_string(),
            "expected a string, found a number"
        );
    }

    #[test]
    fn serde_reads_and_writes_the_same() {
        let text = r#"{"kind":"customer","amount":100}"#;
        let discount: Discount = serde_json::from_str(text).unwrap();
        assert_eq!(discount, Discount { kind: Kind::Customer, amount: Some(100) });
        assert_eq!(serde_json::to_string(&discount).unwrap(), text);
        let error =
            serde_json::from_str::<Discount>(r#"{"kind":"customer","amount":"1"}"#).unwrap_err();
        assert_eq!(error.to_string(), "`amount`: expected an integer, found a string");
    }
}
