//! Macros for generated code, which turn lists of fields, variants or types into impls.

/// Implements [`Model`](crate::wire::Model) for a struct.
///
/// A row consists of a field, its kind with the blank value in parentheses, its JSON key, and optionally a mark:
/// `country: Scalar(None) = "country"`, `email: OptionalText(None) = "email" hidden`. The kind names a variant of
/// [`Slot`](crate::wire::Slot) and a method of [`FieldWriter`](crate::wire::FieldWriter); the mark names another method
/// of `FieldWriter`.
///
/// `constants` lists the properties with the rule `c`. `rules` has one letter (see `Rule` in `place`) for each
/// constant, then one for each row. `others` is the field for properties without a field.
///
/// Rows and rules are literals as far as possible, because rustc checks literals fastest: optional fields have a
/// literal `None` instead of a function call, and all rules are one byte string.
#[doc(hidden)]
#[macro_export]
macro_rules! __model {
    (
        $name:ident {
            $($field:ident: $kind:ident($blank:expr) = $key:literal $($mark:ident)?),* $(,)?
        }
        rules: $rules:literal;
        $(constants: $($constant:literal = $text:literal),+;)?
        $(others: $others:ident;)?
    ) => {
        impl $crate::wire::Model for $name {
            #[inline]
            fn blank() -> Self {
                Self {
                    $($field: $blank,)*
                    $($others: ::std::collections::BTreeMap::new(),)?
                }
            }

            #[inline]
            fn slots(&mut self, reader: &mut dyn $crate::wire::ReadSlots) {
                reader.read($rules, &mut [
                    $($(($constant, $crate::wire::Slot::Constant($text)),)+)?
                    $(($key, $crate::wire::Slot::$kind(&mut self.$field)),)*
                    $(("", $crate::wire::Slot::Place(&mut self.$others)))?
                ]);
            }

            #[inline]
            fn fields<'a>(&'a self, writer: &mut $crate::wire::FieldWriter<'_, 'a>) {
                // A struct may have no fields.
                let _ = &writer;
                $($(writer.Text($constant, $text);)+)?
                $(writer $(.$mark())? .$kind($key, &self.$field);)*
            }

            $(
                #[inline]
                fn rest(&self) -> ::core::option::Option<&dyn $crate::wire::Map> {
                    ::core::option::Option::Some(&self.$others)
                }
            )?
        }
    };
}

/// Implements [`Union`](crate::wire::Union) and [`Place`](crate::wire::Place) for a tagged type.
///
/// A row consists of a value of the tag and the variant for that value: `"swish.swish" = Swish`.
#[doc(hidden)]
#[macro_export]
macro_rules! __union {
    ($name:ident by $tag:literal { $($value:literal = $variant:ident),* $(,)? }) => {
        impl $crate::wire::Union for $name {
            #[inline]
            fn tag(&self) -> &'static str {
                $tag
            }

            #[inline]
            fn become_variant(
                &mut self,
                tag: &str,
            ) -> ::core::option::Option<&mut dyn $crate::wire::Place> {
                *self = match tag {
                    $($value => Self::$variant($crate::wire::Place::blank()),)*
                    _ => return ::core::option::Option::None,
                };
                match self {
                    $(Self::$variant(variant) => ::core::option::Option::Some(variant),)*
                    Self::Other(_) => ::core::option::Option::None,
                }
            }

            #[inline]
            fn become_unknown(&mut self, variant: $crate::UnknownVariant) {
                *self = Self::Other(variant);
            }
        }

        impl $crate::wire::Place for $name {
            #[inline]
            fn blank() -> Self {
                Self::Other($crate::UnknownVariant::new($tag, $crate::wire::Value::Null))
            }

            #[inline]
            fn slot(&mut self) -> $crate::wire::Slot<'_> {
                $crate::wire::Slot::Union(self)
            }

            #[inline]
            fn part(&self) -> $crate::wire::Part<'_> {
                match self {
                    $(Self::$variant(variant) => $crate::wire::Place::part(variant),)*
                    Self::Other(variant) => $crate::wire::Part::Unknown(variant),
                }
            }
        }

        impl $crate::wire::Place for ::std::boxed::Box<$name> {
            #[inline]
            fn blank() -> Self {
                ::std::boxed::Box::new($crate::wire::Place::blank())
            }

            #[inline]
            fn slot(&mut self) -> $crate::wire::Slot<'_> {
                $crate::wire::Slot::Union(&mut **self)
            }

            #[inline]
            fn part(&self) -> $crate::wire::Part<'_> {
                $crate::wire::Place::part(&**self)
            }
        }
    };
}

/// Implements [`Untagged`](crate::wire::Untagged) and [`Place`](crate::wire::Place) for a type without a tag, whose
/// variants are recognized by the shape of their JSON.
///
/// A row consists of a variant and the [`Sign`](crate::wire::Sign) of its JSON: `Card = With("card_number")`,
/// `Text = Text`.
#[doc(hidden)]
#[macro_export]
macro_rules! __untagged {
    ($name:ident { $($variant:ident = $sign:ident $(($key:literal))?),* $(,)? }) => {
        impl $crate::wire::Untagged for $name {
            #[inline]
            fn become_variant(
                &mut self,
                value: &$crate::wire::Value,
            ) -> ::core::option::Option<&mut dyn $crate::wire::Place> {
                *self = match value {
                    $(value if $crate::wire::Sign::$sign $(($key))?.is_of(value) => {
                        Self::$variant($crate::wire::Place::blank())
                    })*
                    _ => return ::core::option::Option::None,
                };
                match self {
                    $(Self::$variant(variant) => ::core::option::Option::Some(variant),)*
                    Self::Other(_) => ::core::option::Option::None,
                }
            }

            #[inline]
            fn become_unknown(&mut self, value: $crate::wire::Value) {
                *self = Self::Other(value);
            }
        }

        impl $crate::wire::Place for $name {
            #[inline]
            fn blank() -> Self {
                Self::Other($crate::wire::Value::Null)
            }

            #[inline]
            fn slot(&mut self) -> $crate::wire::Slot<'_> {
                $crate::wire::Slot::Untagged(self)
            }

            #[inline]
            fn part(&self) -> $crate::wire::Part<'_> {
                match self {
                    $(Self::$variant(variant) => $crate::wire::Place::part(variant),)*
                    Self::Other(value) => $crate::wire::Part::Json(value),
                }
            }
        }

        impl $crate::wire::Place for ::std::boxed::Box<$name> {
            #[inline]
            fn blank() -> Self {
                ::std::boxed::Box::new($crate::wire::Place::blank())
            }

            #[inline]
            fn slot(&mut self) -> $crate::wire::Slot<'_> {
                $crate::wire::Slot::Untagged(&mut **self)
            }

            #[inline]
            fn part(&self) -> $crate::wire::Part<'_> {
                $crate::wire::Place::part(&**self)
            }
        }
    };
}

/// Implements the conversions between an open enum and text. A row consists of a variant and its text:
/// `Bearer = "Bearer"`.
#[doc(hidden)]
#[macro_export]
macro_rules! __open_enum {
    ($name:ident { $($variant:ident = $text:literal),* $(,)? }) => {
        impl $name {
            /// Returns the text that Dintero uses for the value.
            #[inline]
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $text,)*
                    Self::Other(value) => value.as_str(),
                }
            }
        }

        impl ::core::convert::From<&str> for $name {
            #[inline]
            fn from(text: &str) -> Self {
                match text {
                    $($text => Self::$variant,)*
                    _ => Self::Other($crate::UnknownValue::new(text)),
                }
            }
        }
    };
}

/// Implements the traits that all open enums have in common.
///
/// `Eq`, `Ord` and `Hash` compare or hash the text, so that they agree with each other and with the impls of [`str`].
#[doc(hidden)]
#[macro_export]
macro_rules! __texts {
    ($($name:ident),* $(,)?) => {
        $(
            impl ::core::fmt::Display for $name {
                #[inline]
                fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                    f.write_str(self.as_str())
                }
            }

            impl ::core::cmp::PartialEq for $name {
                #[inline]
                fn eq(&self, other: &Self) -> bool {
                    self.as_str() == other.as_str()
                }
            }

            impl ::core::cmp::Eq for $name {}

            impl ::core::cmp::Ord for $name {
                #[inline]
                fn cmp(&self, other: &Self) -> ::core::cmp::Ordering {
                    self.as_str().cmp(other.as_str())
                }
            }

            impl ::core::cmp::PartialOrd for $name {
                #[inline]
                fn partial_cmp(&self, other: &Self) -> ::core::option::Option<::core::cmp::Ordering> {
                    ::core::option::Option::Some(self.cmp(other))
                }
            }

            impl ::core::hash::Hash for $name {
                #[inline]
                fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
                    self.as_str().hash(state);
                }
            }

            impl $crate::wire::OpenEnum for $name {}

            impl $crate::wire::Place for $name {
                #[inline]
                fn blank() -> Self {
                    Self::Other($crate::UnknownValue::new(""))
                }

                #[inline]
                fn slot(&mut self) -> $crate::wire::Slot<'_> {
                    $crate::wire::Slot::Scalar(self)
                }

                #[inline]
                fn part(&self) -> $crate::wire::Part<'_> {
                    $crate::wire::Part::Text(self.as_str())
                }
            }
        )*

        $crate::__serde! { $($name),* }
    };
}

/// Implements `From<String>` for open enums, because the derives convert a `String` field of a cart by value.
#[doc(hidden)]
#[macro_export]
macro_rules! __from_string {
    ($($name:ident),* $(,)?) => {$(
        impl ::core::convert::From<::std::string::String> for $name {
            #[inline]
            fn from(text: ::std::string::String) -> Self {
                Self::from(text.as_str())
            }
        }
    )*};
}

/// Implements [`Place`](crate::wire::Place) and serde's traits for types that implement
/// [`ReadScalar`](crate::wire::ReadScalar).
#[doc(hidden)]
#[macro_export]
macro_rules! __scalar {
    ($($name:ident),* $(,)?) => {
        $crate::__scalar_place! { $($name),* }
        $crate::__serde! { $($name),* }
    };
}

/// The part of [`scalar!`](crate::wire::scalar) that also works for types of other crates.
#[doc(hidden)]
#[macro_export]
macro_rules! __scalar_place {
    ($($name:ty),* $(,)?) => {$(
        impl $crate::wire::Place for $name {
            #[inline]
            fn blank() -> Self {
                $crate::wire::Blank::blank()
            }

            #[inline]
            fn slot(&mut self) -> $crate::wire::Slot<'_> {
                $crate::wire::Slot::Scalar(self)
            }

            #[inline]
            fn part(&self) -> $crate::wire::Part<'_> {
                $crate::wire::ReadScalar::part(self)
            }

            #[inline]
            fn slot_of_option(
                option: &mut ::core::option::Option<Self>,
            ) -> $crate::wire::Slot<'_> {
                $crate::wire::Slot::Scalar(option)
            }
        }
    )*};
}

/// Implements serde's traits, and `Debug` and `==` based on the parts that are written, for structs and for types with
/// variants.
///
/// `Debug` and `==` are not derived, because derived code visits every field again and takes rustc twice as long to
/// check.
#[doc(hidden)]
#[macro_export]
macro_rules! __compared {
    ($($name:ident),* $(,)?) => {
        $(
        impl ::core::fmt::Debug for $name {
            #[inline]
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                $crate::wire::debug(self, f)
            }
        }

        impl ::core::cmp::PartialEq for $name {
            #[inline]
            fn eq(&self, other: &Self) -> bool {
                $crate::wire::equal(self, other)
            }
        }
        )*

        $crate::__serde! { $($name),* }
    };
}

/// Implements `Eq` and `Hash` for types without floats. Without NaN, every value equals itself.
#[doc(hidden)]
#[macro_export]
macro_rules! __hash {
    ($($name:ident),* $(,)?) => {$(
        impl ::core::cmp::Eq for $name {}

        impl ::core::hash::Hash for $name {
            #[inline]
            fn hash<H: ::core::hash::Hasher>(&self, state: &mut H) {
                $crate::wire::hash_of(self, state);
            }
        }
    )*};
}

/// Implements serde's traits for types that implement [`Place`](crate::wire::Place).
#[doc(hidden)]
#[macro_export]
macro_rules! __serde {
    ($($name:ident),* $(,)?) => {$(
        impl $crate::wire::Serialize for $name {
            #[inline]
            fn serialize<S: $crate::wire::Serializer>(
                &self,
                serializer: S,
            ) -> ::core::result::Result<S::Ok, S::Error> {
                $crate::wire::serialize(self, serializer)
            }
        }

        impl<'de> $crate::wire::Deserialize<'de> for $name {
            #[inline]
            fn deserialize<D: $crate::wire::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                $crate::wire::deserialize(deserializer)
            }
        }
    )*};
}
