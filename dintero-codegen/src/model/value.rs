//! The value types: the types of single values. They are not generated; the runtime, Rust or `serde_json` defines them.
//! Each value type has one row in the table below, with everything that the generator needs to know about the type. A
//! new value type needs a row here, a `ReadScalar` impl in the runtime, and changes where the compiler then reports
//! errors.

/// The schemas on which the overlay may set this value type with `x-rust-type`. On a schema with alternatives, or
/// without a type, it may set any value type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fits {
    /// `integer` and `number`.
    Numbers,
    /// `string`.
    Texts,
    /// Numbers and strings.
    All,
    /// Neither numbers nor strings.
    Nothing,
}

/// The place from which generated code imports the type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Home {
    /// In scope everywhere.
    Prelude,
    /// At the root of `dintero-api`.
    Runtime,
    /// In `serde_json`.
    Json,
}

/// How a merchant passes the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Given {
    /// As a value of the type itself.
    Exactly,
    /// As a value of any type that converts into the value type, such as `&str` into `String`, or an integer into an
    /// amount.
    Into,
}

macro_rules! value_types {
    ($($(#[$doc:meta])* $variant:ident = $rust:literal, $home:ident, $fits:ident, $given:ident;)*) => {
        /// The value types of the runtime, Rust and `serde_json`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub(crate) enum ValueType {
            $($(#[$doc])* $variant,)*
        }

        impl ValueType {
            const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// Returns the name in Rust, which is also the name in `x-rust-type`.
            pub(crate) fn rust_name(self) -> &'static str {
                match self { $(Self::$variant => $rust,)* }
            }

            pub(crate) fn home(self) -> Home {
                match self { $(Self::$variant => Home::$home,)* }
            }

            pub(crate) fn fits(self) -> Fits {
                match self { $(Self::$variant => Fits::$fits,)* }
            }

            pub(crate) fn given(self) -> Given {
                match self { $(Self::$variant => Given::$given,)* }
            }
        }
    };
}

value_types! {
    Boolean = "bool", Prelude, Nothing, Exactly;
    Integer = "i64", Prelude, Numbers, Exactly;
    Float = "f64", Prelude, Numbers, Exactly;
    Text = "String", Prelude, Texts, Into;
    Json = "Value", Json, All, Into;
    Country = "Country", Runtime, Texts, Exactly;
    Currency = "Currency", Runtime, Texts, Exactly;
    Date = "Date", Runtime, Texts, Exactly;
    DateOrTime = "DateOrTime", Runtime, Texts, Into;
    Decimal = "Decimal", Runtime, Numbers, Into;
    MinorUnits = "MinorUnits", Runtime, Numbers, Into;
    Percent = "Percent", Runtime, Numbers, Into;
    Quantity = "Quantity", Runtime, Numbers, Into;
    Secret = "Secret", Runtime, Texts, Into;
    StringOrNumber = "StringOrNumber", Runtime, Nothing, Into;
    Timestamp = "Timestamp", Runtime, Texts, Exactly;
}

impl ValueType {
    /// Returns the value type with this name in `x-rust-type`.
    pub(crate) fn from_rust_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|value| value.rust_name() == name)
    }

    /// Returns the type of a string with this `format`; a string with an unknown format is a plain string.
    pub(crate) fn of_format(format: Option<&str>) -> Self {
        match format {
            Some("date-time") => Self::Timestamp,
            Some("date") => Self::Date,
            Some("password") => Self::Secret,
            Some("iso4217-code") => Self::Currency,
            Some("iso3166-alpha2") => Self::Country,
            _ => Self::Text,
        }
    }
}
