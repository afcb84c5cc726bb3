//! The values that generated code can contain without a type of its own. One row for each holds everything that the
//! generator knows about it. A new kind of value needs a row here, a `ReadScalar` in the runtime, and whatever else the
//! compiler asks for.

/// The schemas that an `x-rust-type` with this value fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fits {
    /// `integer` and `number`.
    Numbers,
    /// `string`.
    Texts,
    /// Both, and schemas that do not restrict the value.
    All,
    /// No schema: only the document itself can ask for this value.
    Nothing,
}

/// Where generated code imports the type from.
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
    /// As it is.
    Exactly,
    /// As anything that converts into it: `&str` into a `String`, an integer into an amount.
    Into,
}

macro_rules! value_types {
    ($($(#[$doc:meta])* $variant:ident = $rust:literal, $home:ident, $fits:ident, $given:ident;)*) => {
        /// The value types of the runtime and of Rust.
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

    /// Returns the type of a string with this `format`; an unknown format gives a plain string.
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
