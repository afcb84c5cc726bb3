//! What can be filled: the types of the generated table (`generated/target.rs`), which knows every field of an order.

/// A type of `dintero_api::types` that can be filled field by field.
pub(crate) struct Target {
    /// Its name in Rust: `OrderLine`.
    pub(crate) ty: &'static str,
    /// The derive whose types can be given for it, if there is one.
    pub(crate) family: Option<Family>,
    /// In the document's order, without those that Dintero sets.
    pub(crate) fields: &'static [Field],
    /// Rust names of the fields that Dintero sets.
    pub(crate) read_only: &'static [&'static str],
}

/// What a struct of the merchant can be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Family {
    Order,
    OrderItem,
    ShippingOption,
    Address,
    Discount,
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
    /// `String` in the document's form of phone numbers.
    Phone,
    /// `Currency` or `Country`.
    Code(&'static str),
    /// `MinorUnits`.
    Amount,
    /// `Quantity`.
    Quantity,
    /// `Percent`.
    Percent,
    /// An open enum: its name, and its variants with their text, without `Other`.
    Enum(&'static str, &'static [(&'static str, &'static str)]),
    /// Anything else, as its Rust type is written: `bool`, `Vec<String>`, `BTreeMap<String, StringOrNumber>`.
    Value(&'static str),
    /// A struct: given whole, or field by field through a path.
    One(&'static Target),
    /// A list of structs of a family.
    Many(&'static Target),
}
