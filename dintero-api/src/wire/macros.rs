//! The macros that generated code calls: what follows from an open enum's table, and serde's way into a model.

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

        impl $crate::wire::Serialize for $name {
            fn serialize<S: $crate::wire::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        $crate::wire::deserialize! { $name }
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

/// Gives types with `FromJson` and `Serialize` the rest: `Deserialize`, and the right to be a field that is written.
/// What can be a blanket impl over a trait of this crate is one: every function less is checked faster.
#[doc(hidden)]
#[macro_export]
macro_rules! __deserialize {
    ($($name:ty),* $(,)?) => {$(
        #[allow(deprecated)]
        impl<'de> $crate::wire::Deserialize<'de> for $name {
            fn deserialize<D: $crate::wire::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::wire::deserialize_with(deserializer)
            }
        }

        #[allow(deprecated)]
        impl $crate::wire::Model for $name {}
    )*};
}

#[cfg(test)]
#[allow(unreachable_pub, reason = "the macro makes methods of public types")]
mod tests {
    use serde_json::json;

    use crate::UnknownValue;
    use crate::wire::{
        self, FromJson, ObjectReader, ObjectWriter, ReadError, Serialize, Serializer, StringEnum,
        Value,
    };

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

    #[derive(Debug, PartialEq)]
    struct Discount {
        kind: Kind,
        amount: Option<i64>,
    }

    impl FromJson for Discount {
        fn from_json(value: Value) -> Result<Self, ReadError> {
            let mut object = ObjectReader::new(value);
            let read = Self { kind: object.required("kind")?, amount: object.optional("amount") };
            object.finish(read)
        }
    }

    impl Serialize for Discount {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut object = ObjectWriter::new(serializer);
            object.required("kind", &self.kind);
            object.optional("amount", &self.amount);
            object.end()
        }
    }

    wire::deserialize! { Discount }

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
