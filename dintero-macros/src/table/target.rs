//! The types of the generated table (`generated/target.rs`), which lists every field of an order that can be filled.

use super::Family;

/// A type of `dintero_api::types` that can be filled field by field.
pub(crate) struct Target {
    /// Its name in Rust: `OrderLine`.
    pub(crate) ty: &'static str,
    /// The derive for types that can be given for this one, if there is such a derive.
    pub(crate) family: Option<Family>,
    /// The fields in the document's order, without those that Dintero sets.
    pub(crate) fields: &'static [Field],
    /// Rust names of the fields that Dintero sets.
    pub(crate) read_only: &'static [&'static str],
}

/// A field that can be mapped.
pub(crate) struct Field {
    /// Its name in Rust: `kind`.
    pub(crate) name: &'static str,
    /// Its name in the document: `type`.
    pub(crate) wire: &'static str,
    pub(crate) kind: Kind,
    pub(crate) required: bool,
}

/// What a field takes.
pub(crate) enum Kind {
    /// `String`.
    Text,
    /// `String`, in the document's format for phone numbers.
    Phone,
    /// `Currency` or `Country`.
    Code(&'static str),
    /// `MinorUnits`.
    Amount,
    /// `Quantity`.
    Quantity,
    /// `Percent`.
    Percent,
    /// An open enum: its name, and its variants with their texts, without `Other`.
    Enum(&'static str, &'static [(&'static str, &'static str)]),
    /// Anything else, as its Rust type is written: `bool`, `Vec<String>`, `BTreeMap<String, StringOrNumber>`.
    Value(&'static str),
    /// A struct, given as a whole or field by field through paths.
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
