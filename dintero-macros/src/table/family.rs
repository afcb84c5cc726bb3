//! Facts about the five derives that map fields: their names, the traits they implement, and the targets that need more
//! than a plain assignment.

use super::engine::{Function, Slot};
use super::target::{Field, Kind, Target};
use crate::generated::target as table;
use crate::suggest::{self, Words};

/// The kinds of types that a merchant can map, one for each derive that maps fields.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Family {
    Order,
    OrderItem,
    ShippingOption,
    Address,
    Discount,
}

/// The facts about a family.
pub(crate) struct Facts {
    /// The name of the derive, which is also the name of a nested list of keys for this derive:
    /// `#[dintero(DinteroOrder(...))]`.
    pub(crate) derive: &'static str,
    /// The API's word for a type of this family.
    pub(crate) noun: &'static str,
    pub(crate) with_article: &'static str,
    /// A target to use in examples.
    pub(crate) example: &'static str,
    /// The API type that the derive fills.
    pub(crate) target: &'static Target,
    /// Additional targets, from which fields of the API type are calculated.
    pub(crate) inputs: &'static [Field],
    /// Fields and inputs that need more than a plain assignment.
    special: &'static [Special],
    /// Pairs of targets that contradict each other, with the reason.
    pub(crate) conflicts: &'static [Conflict],
    /// Words that shops use for the targets.
    pub(crate) aliases: Words,
    /// Whether the derive accepts enums; each variant is then a value of the family.
    pub(crate) may_be_enum: bool,
    pub(crate) implements: Implements,
}

/// The impl that a derive writes.
pub(crate) struct Implements {
    pub(crate) trait_: &'static str,
    pub(crate) method: &'static str,
    /// The type that the method fills, in `dintero_api::order`.
    pub(crate) filled: &'static str,
    /// The field of `filled` that contains the API's own fields.
    pub(crate) root: &'static str,
    /// The engine function that adds a flattened value to the mapping.
    pub(crate) flatten: &'static str,
}

/// Two targets that contradict each other.
pub(crate) struct Conflict {
    pub(crate) targets: [&'static str; 2],
    pub(crate) why: &'static str,
}

/// A target that needs more than a plain assignment.
pub(crate) struct Special {
    name: &'static str,
    pub(crate) function: Function,
    pub(crate) slot: Slot,
    pub(crate) role: Role,
}

/// The role of a target within its family.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Role {
    Plain,
    Price,
    /// A price that needs a VAT rate.
    NetPrice,
    VatRate,
    /// A share of the price of a line to take off.
    LineShare,
    /// An amount that a discount takes off.
    DiscountAmount,
    /// A share of the price that a discount takes off.
    DiscountShare,
    /// A field required by the API; the engine provides a value if the field is not mapped.
    Made,
}

/// A group of targets that are alternatives. At most one of them may be mapped or, if
/// [`why_one_value`](Self::why_one_value) returns a reason, have a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Group {
    Price,
    Vat,
    LineShare,
    DiscountAmount,
    DiscountShare,
}

impl Group {
    /// Returns why two values contradict each other, if the targets of the group may both be mapped as long as at most one
    /// of them has a value. The engine reports two values at run time.
    pub(crate) fn why_one_value(self) -> Option<&'static str> {
        match self {
            Self::Price | Self::Vat => None,
            Self::LineShare => Some("both are the share that is taken off the line"),
            Self::DiscountAmount => Some("both are the amount of the discount"),
            Self::DiscountShare => Some("both are the share that the discount takes off"),
        }
    }
}

impl Role {
    pub(crate) fn group(self) -> Option<Group> {
        match self {
            Self::Price | Self::NetPrice => Some(Group::Price),
            Self::VatRate => Some(Group::Vat),
            Self::LineShare => Some(Group::LineShare),
            Self::DiscountAmount => Some(Group::DiscountAmount),
            Self::DiscountShare => Some(Group::DiscountShare),
            Self::Plain | Self::Made => None,
        }
    }
}

impl Family {
    pub(crate) const ALL: [Self; 5] =
        [Self::Order, Self::OrderItem, Self::ShippingOption, Self::Address, Self::Discount];

    pub(crate) fn facts(self) -> &'static Facts {
        match self {
            Self::Order => &ORDER,
            Self::OrderItem => &ORDER_ITEM,
            Self::ShippingOption => &SHIPPING_OPTION,
            Self::Address => &ADDRESS,
            Self::Discount => &DISCOUNT,
        }
    }

    /// Returns the special treatment of one of the family's own targets, if it has any.
    pub(crate) fn special(self, target: &str) -> Option<&'static Special> {
        self.facts().special.iter().find(|special| special.name == target)
    }

    /// Returns why two targets of the family contradict each other, if they do.
    pub(crate) fn conflict(self, left: &str, right: &str) -> Option<&'static str> {
        let is_it = |conflict: &&Conflict| {
            let [one, other] = conflict.targets;
            (one, other) == (left, right) || (other, one) == (left, right)
        };
        self.facts().conflicts.iter().find(is_it).map(|conflict| conflict.why)
    }
}

const fn special(name: &'static str, function: Function, slot: Slot, role: Role) -> Special {
    Special { name, function, slot, role }
}

const fn whole(name: &'static str, function: Function, role: Role) -> Special {
    special(name, function, Slot::Whole, role)
}

const fn input(name: &'static str, kind: Kind) -> Field {
    Field { name, wire: name, kind, required: false }
}

/// The special treatment of paths into an order's `shipping_option`, whose fields are then mapped one by one.
static BARE_SHIPPING: &[Special] = &[
    whole("amount", Function::ShippingPrice, Role::Price),
    whole("net_amount", Function::ShippingNetPrice, Role::NetPrice),
    special("vat", Function::Vat, Slot::Beside("vat"), Role::VatRate),
    special("vat_basis_points", Function::VatBasisPoints, Slot::Beside("vat"), Role::VatRate),
    special("vat_fraction", Function::VatFraction, Slot::Beside("vat"), Role::VatRate),
];

/// Returns the special treatment of a path into an order's `shipping_option`, if it has any.
pub(crate) fn bare_shipping(target: &str) -> Option<&'static Special> {
    BARE_SHIPPING.iter().find(|special| special.name == target)
}

/// Why `price_includes_vat` contradicts a price whose name says that the price excludes VAT.
const NET_BY_NAME: &str = "a net price never includes VAT";

static ORDER: Facts = Facts {
    derive: "DinteroOrder",
    noun: "order",
    with_article: "an order",
    example: "merchant_reference",
    target: &table::SESSION_ORDER,
    inputs: &[
        input("discount", Kind::Many(&table::DISCOUNT_ITEM)),
        input("deposit_percent", Kind::Percent),
        input("price_includes_vat", Kind::Value("bool")),
    ],
    special: &[
        whole("currency", Function::Currency, Role::Plain),
        whole("merchant_reference", Function::MerchantReference, Role::Plain),
        special("amount", Function::Total, Slot::Part(&["total"]), Role::Made),
        special("items", Function::Items, Slot::Lines("lines"), Role::Plain),
        whole("discount", Function::Coupons, Role::Plain),
        whole("deposit_percent", Function::DepositPercent, Role::Plain),
        whole("price_includes_vat", Function::PriceIncludesVat, Role::Plain),
    ],
    conflicts: &[
        Conflict {
            targets: ["amount", "deposit_percent"],
            why: "the amount is calculated from the deposit and the lines",
        },
        Conflict {
            targets: ["partial_payment", "deposit_percent"],
            why: "an order with a deposit is always a partial payment",
        },
    ],
    aliases: suggest::ORDER,
    may_be_enum: false,
    implements: Implements {
        trait_: "ToOrder",
        method: "map_order",
        filled: "OrderMapping",
        root: "order",
        flatten: "flatten_order",
    },
};

const ITEM_VAT: Slot = Slot::Part(&["item", "vat"]);

static ORDER_ITEM: Facts = Facts {
    derive: "DinteroOrderItem",
    noun: "order item",
    with_article: "an order item",
    example: "id",
    target: &table::ORDER_LINE,
    inputs: &[
        input("unit_price", Kind::Amount),
        input("net_unit_price", Kind::Amount),
        input("net_amount", Kind::Amount),
        input("discount", Kind::One(&table::DISCOUNT_ITEM)),
        input("net_discount", Kind::Amount),
        input("discount_percent", Kind::Percent),
        input("discount_fraction", Kind::Percent),
        input("price_includes_vat", Kind::Value("bool")),
        input("vat_basis_points", Kind::Percent),
        input("vat_fraction", Kind::Percent),
        input("items", Kind::Many(&table::ORDER_LINE)),
    ],
    special: &[
        whole("amount", Function::LineAmount, Role::Price),
        whole("unit_price", Function::UnitPrice, Role::Price),
        whole("net_amount", Function::NetAmount, Role::NetPrice),
        whole("net_unit_price", Function::NetUnitPrice, Role::NetPrice),
        whole("discount", Function::LineDiscount, Role::Plain),
        whole("net_discount", Function::NetDiscount, Role::Plain),
        whole("discount_percent", Function::DiscountPercent, Role::LineShare),
        whole("discount_fraction", Function::DiscountFraction, Role::LineShare),
        whole("price_includes_vat", Function::PriceIncludesVat, Role::Plain),
        special("items", Function::Items, Slot::Lines("children"), Role::Plain),
        special("vat", Function::Vat, ITEM_VAT, Role::VatRate),
        special("vat_basis_points", Function::VatBasisPoints, ITEM_VAT, Role::VatRate),
        special("vat_fraction", Function::VatFraction, ITEM_VAT, Role::VatRate),
        special("splits", Function::Splits, Slot::Field, Role::Plain),
    ],
    conflicts: &[
        Conflict { targets: ["price_includes_vat", "net_amount"], why: NET_BY_NAME },
        Conflict { targets: ["price_includes_vat", "net_unit_price"], why: NET_BY_NAME },
    ],
    aliases: suggest::ORDER_ITEM,
    may_be_enum: true,
    implements: Implements {
        trait_: "ToOrderItems",
        method: "order_items",
        filled: "Lines",
        root: "item",
        flatten: "flatten_item",
    },
};

const OPTION_VAT: Slot = Slot::Part(&["option", "vat"]);

static SHIPPING_OPTION: Facts = Facts {
    derive: "DinteroShippingOption",
    noun: "shipping option",
    with_article: "a shipping option",
    example: "title",
    target: &table::ORDER_SHIPPING_OPTION,
    inputs: &[
        input("net_amount", Kind::Amount),
        input("price_includes_vat", Kind::Value("bool")),
        input("vat_basis_points", Kind::Percent),
        input("vat_fraction", Kind::Percent),
    ],
    special: &[
        whole("amount", Function::OptionAmount, Role::Price),
        whole("net_amount", Function::OptionNetAmount, Role::NetPrice),
        whole("price_includes_vat", Function::PriceIncludesVat, Role::Plain),
        special("vat", Function::Vat, OPTION_VAT, Role::VatRate),
        special("vat_basis_points", Function::VatBasisPoints, OPTION_VAT, Role::VatRate),
        special("vat_fraction", Function::VatFraction, OPTION_VAT, Role::VatRate),
        special("splits", Function::SplitsOfOption, Slot::Field, Role::Plain),
        special("line_id", Function::Text, Slot::Field, Role::Made),
    ],
    conflicts: &[Conflict { targets: ["price_includes_vat", "net_amount"], why: NET_BY_NAME }],
    aliases: suggest::SHIPPING_OPTION,
    may_be_enum: true,
    implements: Implements {
        trait_: "ToShippingOption",
        method: "map_shipping_option",
        filled: "ShippingMapping",
        root: "option",
        flatten: "flatten_shipping_option",
    },
};

static ADDRESS: Facts = Facts {
    derive: "DinteroAddress",
    noun: "address",
    with_article: "an address",
    example: "postal_code",
    target: &table::ORDER_ADDRESS,
    inputs: &[],
    special: &[],
    conflicts: &[],
    aliases: suggest::ADDRESS,
    may_be_enum: false,
    implements: Implements {
        trait_: "ToAddress",
        method: "map_address",
        filled: "AddressMapping",
        root: "address",
        flatten: "flatten_address",
    },
};

static DISCOUNT: Facts = Facts {
    derive: "DinteroDiscount",
    noun: "discount",
    with_article: "a discount",
    example: "discount_id",
    target: &table::DISCOUNT_ITEM,
    inputs: &[input("net_amount", Kind::Amount), input("fraction", Kind::Percent)],
    special: &[
        whole("amount", Function::DiscountAmount, Role::DiscountAmount),
        whole("net_amount", Function::DiscountNetAmount, Role::DiscountAmount),
        whole("percentage", Function::Percentage, Role::DiscountShare),
        whole("fraction", Function::Fraction, Role::DiscountShare),
    ],
    conflicts: &[],
    aliases: suggest::DISCOUNT,
    may_be_enum: true,
    implements: Implements {
        trait_: "ToDiscount",
        method: "map_discount",
        filled: "DiscountMapping",
        root: "discount",
        flatten: "flatten_discount",
    },
};
