//! The functions of `dintero_api::__private` that put a value somewhere: their names, and what they take.

use super::family::Family;
use super::target::{Field, Kind};

/// How the expansion hands over the place that a value goes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Slot {
    /// The field itself, and the context: `&mut to.item.id, to.cx`.
    Field,
    /// The same for a part of the mapping that is not named like the target, by the fields that lead to it.
    Part(&'static [&'static str]),
    /// Another field of the struct that a path leads into.
    Beside(&'static str),
    /// A collector of lines: `&mut to.children`.
    Lines(&'static str),
    /// The whole mapping.
    Whole,
}

/// The trait that a field's type must implement.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Bound {
    Text,
    Price,
    Quantity,
    Percent,
    /// `bool`.
    Flag,
    Items,
    Address,
    ShippingOption,
    ShippingOptions,
    /// A collection of discounts is a discount too.
    Discount,
    /// Converts into the target's own type.
    Value,
}

/// The unit of a share, and the target that takes the other one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Share {
    /// 25 is 25 %.
    Percent(Option<&'static str>),
    /// 0.25 is 25 %.
    Fraction(&'static str),
    None,
}

/// One row a function: its name in the engine, and the trait it asks for. Each has two more forms there, `NAME_option`
/// for a field that is an `Option`, and `NAME_with` for what an expression returns.
macro_rules! functions {
    ($($(#[$doc:meta])* $function:ident = $name:literal, $bound:ident;)*) => {
        /// A function of the engine.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub(crate) enum Function {
            $($(#[$doc])* $function,)*
        }

        impl Function {
            pub(crate) fn name(self) -> &'static str {
                match self {
                    $(Self::$function => $name,)*
                }
            }

            pub(crate) fn bound(self) -> Bound {
                match self {
                    $(Self::$function => Bound::$bound,)*
                }
            }
        }
    };
}

functions! {
    Text = "text", Text;
    Phone = "phone", Text;
    Code = "code", Text;
    Amount = "amount", Price;
    Quantity = "quantity", Quantity;
    Percent = "percent", Percent;
    Address = "address", Address;
    ShippingOption = "shipping_option", ShippingOption;
    ShippingOptions = "shipping_options", ShippingOptions;
    /// Describes discounts that lower nothing.
    Discounts = "discounts", Discount;
    Value = "value", Value;
    ValueRequired = "value_required", Value;
    Currency = "currency", Text;
    MerchantReference = "merchant_reference", Text;
    /// What the merchant says the whole order costs; it is compared with the sum of the lines.
    Total = "amount", Price;
    Items = "items", Items;
    Coupons = "coupons", Discount;
    LineAmount = "line_amount", Price;
    UnitPrice = "unit_price", Price;
    NetAmount = "net_amount", Price;
    NetUnitPrice = "net_unit_price", Price;
    LineDiscount = "line_discount", Discount;
    NetDiscount = "net_discount", Price;
    DiscountPercent = "discount_percent", Percent;
    DiscountFraction = "discount_fraction", Percent;
    /// Whether the prices of a line, an option or an order hold VAT.
    PriceIncludesVat = "price_includes_vat", Flag;
    DepositPercent = "deposit_percent", Percent;
    DiscountAmount = "discount_amount", Price;
    DiscountNetAmount = "discount_net_amount", Price;
    Percentage = "percentage", Percent;
    Fraction = "fraction", Percent;
    OptionAmount = "option_amount", Price;
    OptionNetAmount = "option_net_amount", Price;
    /// Prices an option whose other fields are given on the order. Without a price there is no option.
    ShippingPrice = "shipping_price", Price;
    ShippingNetPrice = "shipping_net_price", Price;
    Vat = "vat", Percent;
    VatBasisPoints = "vat_basis_points", Percent;
    VatFraction = "vat_fraction", Percent;
    /// Takes a function of the line and its finished amount, and has no other forms.
    Splits = "splits", Value;
    SplitsOfOption = "splits_of_option", Value;
}

impl Function {
    /// Returns the function that fills a field of the table.
    pub(crate) fn fill(field: &Field) -> Self {
        match &field.kind {
            Kind::Text => Self::Text,
            Kind::Phone => Self::Phone,
            Kind::Code(_) => Self::Code,
            Kind::Amount => Self::Amount,
            Kind::Quantity => Self::Quantity,
            Kind::Percent => Self::Percent,
            Kind::One(target) if target.family == Some(Family::Address) => Self::Address,
            Kind::One(target) if target.family == Some(Family::ShippingOption) => {
                Self::ShippingOption
            }
            Kind::Many(target) if target.family == Some(Family::ShippingOption) => {
                Self::ShippingOptions
            }
            Kind::Many(target) if target.family == Some(Family::Discount) => Self::Discounts,
            _ if field.required => Self::ValueRequired,
            Kind::One(_) | Kind::Many(_) | Kind::Enum(..) | Kind::Value(_) => Self::Value,
        }
    }

    /// Returns whether the value is money, which a float cannot hold.
    pub(crate) fn is_money(self) -> bool {
        match self.bound() {
            Bound::Price => true,
            Bound::Discount => self != Self::Discounts,
            _ => false,
        }
    }

    /// Returns whether the value is a collection, so that what can be wrong with its type is its element.
    pub(crate) fn is_collection(self) -> bool {
        matches!(self.bound(), Bound::Items | Bound::ShippingOptions | Bound::Discount)
    }

    /// Returns the unit of a share: whoever takes one for the other is a hundred times off.
    pub(crate) fn share(self) -> Share {
        match self {
            Self::Vat => Share::Percent(Some("vat_fraction")),
            Self::DiscountPercent => Share::Percent(Some("discount_fraction")),
            Self::Percentage => Share::Percent(Some("fraction")),
            Self::DepositPercent => Share::Percent(None),
            Self::VatFraction => Share::Fraction("vat"),
            Self::DiscountFraction => Share::Fraction("discount_percent"),
            Self::Fraction => Share::Fraction("percentage"),
            _ => Share::None,
        }
    }

    /// Returns whether `None` says all that there is to say, though the target is required: no collection is an empty
    /// one, and no price of a delivery is no delivery.
    pub(crate) fn takes_none(self) -> bool {
        self.is_collection() || matches!(self, Self::ShippingPrice | Self::ShippingNetPrice)
    }

    /// Returns whether it is called last, with a function of the finished amount.
    pub(crate) fn is_splits(self) -> bool {
        matches!(self, Self::Splits | Self::SplitsOfOption)
    }
}
