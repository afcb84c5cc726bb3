//! The derives of this crate.

use super::Family;

/// A derive of this crate.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Derive {
    /// A derive that maps fields.
    Mapping(Family),
    /// `DinteroValue`, which forwards the value traits of a newtype.
    Value,
}

impl Derive {
    pub(crate) const ALL: &[Self] = &[
        Self::Mapping(Family::Order),
        Self::Mapping(Family::OrderItem),
        Self::Mapping(Family::ShippingOption),
        Self::Mapping(Family::Address),
        Self::Mapping(Family::Discount),
        Self::Value,
    ];

    /// Returns the name of the derive, which is also the name of a nested list of keys for this derive.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Mapping(family) => family.facts().derive,
            Self::Value => "DinteroValue",
        }
    }
}
