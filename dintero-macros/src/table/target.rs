//! The types of the generated table (`generated/target.rs`), which lists every field of an order that can be filled.

use super::Family;

/// A type of `dintero_api::types` that can be filled field by field.
pub(crate) struct Target {
    /// The name in Rust: `OrderLine`.
    pub(crate) ty: &'static str,
    /// The derive that maps the merchant's types onto this type, if there is one.
    pub(crate) family: Option<Family>,
    /// The fields, in the same sequence as in the API document, without those that Dintero sets.
    pub(crate) fields: &'static [Field],
    /// Rust names of the fields that Dintero sets.
    pub(crate) read_only: &'static [&'static str],
}

/// A field that can be mapped.
pub(crate) struct Field {
    /// The name in Rust: `kind`.
    pub(crate) name: &'static str,
    /// The name in the API document: `type`.
    pub(crate) wire: &'static str,
    pub(crate) kind: Kind,
    pub(crate) required: bool,
}

/// The kind of value that a field takes.
pub(crate) enum Kind {
    /// `String`.
    Text,
    /// `String`, in the API's format for phone numbers.
    Phone,
    /// `Currency` or `Country`.
    Code(&'static str),
    /// `MinorUnits`.
    Amount,
    /// `Quantity`.
    Quantity,
    /// `Percent`.
    Percent,
    /// An open enum: its name, and its variants except `Other`, each with the string that the API uses.
    Enum(&'static str, &'static [(&'static str, &'static str)]),
    /// Any other type, by its Rust name: `bool`, `Vec<String>`, `BTreeMap<String, StringOrNumber>`.
    Value(&'static str),
    /// A struct, mapped as a whole or field by field through paths.
    One(&'static Target),
    /// A list of structs that a derive can fill.
    Many(&'static Target),
}

impl Kind {
    /// Returns whether a bare word, such as `physical` or `NOK`, may be a value of this kind.
    pub(crate) fn has_words(&self) -> bool {
        matches!(self, Self::Enum(..) | Self::Code(_))
    }
}
