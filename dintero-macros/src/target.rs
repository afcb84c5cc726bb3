//! The types of the generated table: what the derives fill, and with what.

/// A type of `dintero_api::types` that can be filled field by field.
pub(crate) struct Target {
    /// Its name: `OrderLine`.
    pub(crate) ty: &'static str,
    /// The derive whose types can be given for it, if any.
    pub(crate) family: Option<Family>,
    /// In the order of the document, without those that only Dintero sets.
    pub(crate) fields: &'static [Field],
    /// The Rust names of what only Dintero sets.
    pub(crate) read_only: &'static [&'static str],
}

/// The types that one derive makes values of.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Family {
    Order,
    OrderItem,
    ShippingOption,
    Address,
    Discount,
}

/// A field that can be filled.
pub(crate) struct Field {
    /// The name in Rust: `kind`.
    pub(crate) name: &'static str,
    /// The name in the document: `type`.
    pub(crate) wire: &'static str,
    pub(crate) kind: Kind,
    pub(crate) required: bool,
    /// The first sentence of its documentation.
    pub(crate) doc: &'static str,
}

/// What a field takes.
pub(crate) enum Kind {
    Text,
    /// Text in the form of a phone number.
    Phone,
    /// A `Currency` or a `Country`, as named here.
    Code(&'static str),
    Amount,
    Quantity,
    Percent,
    /// An open enum: its name, and its variants with their texts, but for `Other`.
    Enum(&'static str, &'static [(&'static str, &'static str)]),
    /// Anything else, by its type in Rust: `Vec<PayoutSplit>`.
    Value(&'static str),
    /// A struct, which is given whole or field by field through a path.
    One(&'static Target),
    /// A list of structs that a derive makes.
    Many(&'static Target),
}
