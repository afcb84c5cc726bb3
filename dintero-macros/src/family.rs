//! What the five derives of structs differ in: their words, their inputs beside the table's fields, and the engine
//! functions that take a value for each.

use crate::generated::target as table;
use crate::target::{Family, Field, Kind, Target};

/// Which question the targets of a group answer: one of them is enough, two contradict each other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Group {
    Price,
    Vat,
}

/// How the expansion hands over the place that a value goes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Slot {
    /// The field itself, and the context: `&mut __to.item.id, __to.cx`.
    Field,
    /// The same for a part of the mapping that is not named like the target.
    Part(&'static str),
    /// A collector of lines: `&mut __to.children`.
    Lines(&'static str),
    /// The whole mapping.
    Whole,
}

/// The trait that a field's type must have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Bound {
    Text,
    Price,
    Quantity,
    Percent,
    Number,
    Items,
    Address,
    ShippingOption,
    ShippingOptions,
    /// A collection of discounts is a discount too.
    Discount,
    /// Converts into the target's own type.
    Value,
}

/// The engine function for a target.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Function {
    pub(crate) name: &'static str,
    pub(crate) slot: Slot,
    pub(crate) bound: Bound,
}

impl Function {
    const fn new(name: &'static str, slot: Slot, bound: Bound) -> Self {
        Self { name, slot, bound }
    }

    /// Returns whether the value is money, which a float cannot hold.
    pub(crate) fn is_money(self) -> bool {
        matches!(self.bound, Bound::Price | Bound::Discount) && self.name != "discounts"
    }

    /// Returns whether the value is a collection, so that what can be wrong with its type is its element.
    pub(crate) fn is_collection(self) -> bool {
        matches!(self.bound, Bound::Items | Bound::ShippingOptions | Bound::Discount)
    }
}

impl Family {
    pub(crate) const ALL: [Self; 5] =
        [Self::Order, Self::OrderItem, Self::ShippingOption, Self::Address, Self::Discount];

    pub(crate) fn derive(self) -> &'static str {
        match self {
            Self::Order => "DinteroOrder",
            Self::OrderItem => "DinteroOrderItem",
            Self::ShippingOption => "DinteroShippingOption",
            Self::Address => "DinteroAddress",
            Self::Discount => "DinteroDiscount",
        }
    }

    /// What the struct is, in the words of the API.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Self::Order => "order",
            Self::OrderItem => "order item",
            Self::ShippingOption => "shipping option",
            Self::Address => "address",
            Self::Discount => "discount",
        }
    }

    pub(crate) fn with_article(self) -> &'static str {
        match self {
            Self::Order => "an order",
            Self::OrderItem => "an order item",
            Self::ShippingOption => "a shipping option",
            Self::Address => "an address",
            Self::Discount => "a discount",
        }
    }

    /// A target to show in an example.
    pub(crate) fn example(self) -> &'static str {
        match self {
            Self::Order => "merchant_reference",
            Self::OrderItem => "id",
            Self::ShippingOption => "title",
            Self::Address => "postal_code",
            Self::Discount => "discount_id",
        }
    }

    pub(crate) fn target(self) -> &'static Target {
        match self {
            Self::Order => &table::SESSION_ORDER,
            Self::OrderItem => &table::ORDER_LINE,
            Self::ShippingOption => &table::ORDER_SHIPPING_OPTION,
            Self::Address => &table::ORDER_ADDRESS,
            Self::Discount => &table::DISCOUNT_ITEM,
        }
    }

    /// What can be mapped beside the table's fields: it is not sent, but amounts are made from it.
    pub(crate) fn inputs(self) -> &'static [Field] {
        match self {
            Self::Order => ORDER_INPUTS,
            Self::OrderItem => ITEM_INPUTS,
            Self::ShippingOption => OPTION_INPUTS,
            Self::Address | Self::Discount => &[],
        }
    }

    /// The group that a target of this family belongs to.
    pub(crate) fn group(self, target: &str) -> Option<Group> {
        match (self, target) {
            (Self::OrderItem, "amount" | "unit_price" | "net_amount" | "net_unit_price")
            | (Self::ShippingOption, "amount" | "net_amount") => Some(Group::Price),
            (
                Self::OrderItem | Self::ShippingOption,
                "vat" | "vat_basis_points" | "vat_fraction",
            ) => Some(Group::Vat),
            _ => None,
        }
    }

    /// The engine function for a field right below this family: where the engine does more than fill it.
    pub(crate) fn function(self, field: &Field) -> Function {
        let percent = |name| Function::new(name, self.vat_slot(), Bound::Percent);
        let number = |name| Function::new(name, self.vat_slot(), Bound::Number);
        let price = |name| Function::new(name, Slot::Whole, Bound::Price);
        match (self, field.name) {
            (Self::Order, "currency") => Function::new("currency", Slot::Whole, Bound::Text),
            (Self::Order, "merchant_reference") => {
                Function::new("merchant_reference", Slot::Whole, Bound::Text)
            }
            (Self::Order, "amount") => Function::new("amount", Slot::Part("total"), Bound::Price),
            (Self::Order, "items") => Function::new("items", Slot::Lines("lines"), Bound::Items),
            (Self::Order, "discount") => Function::new("coupons", Slot::Whole, Bound::Discount),
            (Self::OrderItem, "amount") => price("line_amount"),
            (Self::OrderItem, "unit_price") => price("unit_price"),
            (Self::OrderItem, "net_amount") => price("net_amount"),
            (Self::OrderItem, "net_unit_price") => price("net_unit_price"),
            (Self::OrderItem, "discount") => {
                Function::new("line_discount", Slot::Whole, Bound::Discount)
            }
            (Self::OrderItem, "discount_percent") => {
                Function::new("discount_percent", Slot::Whole, Bound::Percent)
            }
            (Self::OrderItem, "items") => {
                Function::new("items", Slot::Lines("children"), Bound::Items)
            }
            (Self::ShippingOption, "amount") => price("option_amount"),
            (Self::ShippingOption, "net_amount") => price("option_net_amount"),
            (Self::Discount, "amount") => price("discount_amount"),
            (Self::OrderItem | Self::ShippingOption, "vat") => percent("vat"),
            (Self::OrderItem | Self::ShippingOption, "vat_basis_points") => {
                number("vat_basis_points")
            }
            (Self::OrderItem | Self::ShippingOption, "vat_fraction") => number("vat_fraction"),
            _ => fill(field),
        }
    }

    fn vat_slot(self) -> Slot {
        Slot::Part(if self == Self::OrderItem { "item.vat" } else { "option.vat" })
    }
}

/// The engine function that fills a field of the table.
pub(crate) fn fill(field: &Field) -> Function {
    let (name, bound) = match &field.kind {
        Kind::Text => ("text", Bound::Text),
        Kind::Phone => ("phone", Bound::Text),
        Kind::Code(_) => ("code", Bound::Text),
        Kind::Amount => ("amount", Bound::Price),
        Kind::Quantity => ("quantity", Bound::Quantity),
        Kind::Percent => ("percent", Bound::Percent),
        Kind::One(target) => match target.family {
            Some(Family::Address) => ("address", Bound::Address),
            Some(Family::ShippingOption) => ("shipping_option", Bound::ShippingOption),
            _ => ("value", Bound::Value),
        },
        Kind::Many(target) => match target.family {
            Some(Family::ShippingOption) => ("shipping_options", Bound::ShippingOptions),
            Some(Family::Discount) => ("discounts", Bound::Discount),
            _ => ("value", Bound::Value),
        },
        Kind::Enum(..) | Kind::Value(_) => ("value", Bound::Value),
    };
    let name = if name == "value" && field.required { "value_required" } else { name };
    Function::new(name, Slot::Field, bound)
}

const fn input(name: &'static str, kind: Kind) -> Field {
    Field { name, wire: name, kind, required: false }
}

static ORDER_INPUTS: &[Field] = &[input("discount", Kind::Many(&table::DISCOUNT_ITEM))];

static ITEM_INPUTS: &[Field] = &[
    input("unit_price", Kind::Amount),
    input("net_unit_price", Kind::Amount),
    input("net_amount", Kind::Amount),
    input("discount", Kind::One(&table::DISCOUNT_ITEM)),
    input("discount_percent", Kind::Percent),
    input("vat_basis_points", Kind::Percent),
    input("vat_fraction", Kind::Percent),
    input("items", Kind::Many(&table::ORDER_LINE)),
];

static OPTION_INPUTS: &[Field] = &[
    input("net_amount", Kind::Amount),
    input("vat_basis_points", Kind::Percent),
    input("vat_fraction", Kind::Percent),
];
