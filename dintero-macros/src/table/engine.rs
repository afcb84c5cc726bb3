//! The functions of `dintero_api::__private` that fill a field: their names and arguments.

use super::family::Family;
use super::target::{Field, Kind};

/// How the generated code passes a target's field to an engine function.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Slot {
    /// Passes the field itself and the context: `&mut to.item.id, to.cx`.
    Field,
    /// Passes the part of the mapping that these field names lead to, and the context: `&mut to.item.vat, to.cx`.
    Part(&'static [&'static str]),
    /// Passes the field with this name in the struct that contains the target, and the context.
    Beside(&'static str),
    /// Passes a collector of lines: `&mut to.children`.
    Lines(&'static str),
    /// Passes the whole mapping.
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
    /// `ToDiscount`, which collections of discounts implement too.
    Discount,
    /// A conversion into the type of the target.
    Value,
}

/// The unit of a rate (percent or fraction), and the functions to suggest if a number is in another unit. Each of these
/// functions has the same name as its target.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Share {
    /// 25 is 25 %.
    Percent(&'static [Function]),
    /// 0.25 is 25 %.
    Fraction(&'static [Function]),
    None,
}

/// Each row describes a function: its name in the engine, and the trait that it requires. Each function has two more
/// forms: `NAME_option` for a field that is an `Option`, and `NAME_with` for the result of an expression.
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
    /// Describes discounts without lowering the amount.
    Discounts = "discounts", Discount;
    Value = "value", Value;
    ValueRequired = "value_required", Value;
    Currency = "currency", Text;
    MerchantReference = "merchant_reference", Text;
    /// Sets the merchant's own total of the order, which is compared with the sum of the lines and the shipping option.
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
    /// Sets whether the prices of a line, a shipping option or an order include VAT.
    PriceIncludesVat = "price_includes_vat", Flag;
    DepositPercent = "deposit_percent", Percent;
    DiscountAmount = "discount_amount", Price;
    DiscountNetAmount = "discount_net_amount", Price;
    Percentage = "percentage", Percent;
    Fraction = "fraction", Percent;
    OptionAmount = "option_amount", Price;
    OptionNetAmount = "option_net_amount", Price;
    /// Sets the price of a shipping option whose other fields are mapped on the order. Without a price, the order has
    /// no shipping option.
    ShippingPrice = "shipping_price", Price;
    ShippingNetPrice = "shipping_net_price", Price;
    Vat = "vat", Percent;
    VatBasisPoints = "vat_basis_points", Percent;
    VatFraction = "vat_fraction", Percent;
    /// Takes the merchant's function, which calculates the splits from the line and its final amount. There is no
    /// `splits_option` or `splits_with`.
    Splits = "splits", Value;
    SplitsOfOption = "splits_of_option", Value;
}

impl Function {
    /// Returns the function that fills a field of the generated table.
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

    /// Returns whether the value is an amount of money, for which floats are refused.
    pub(crate) fn is_money(self) -> bool {
        match self.bound() {
            Bound::Price => true,
            Bound::Discount => self != Self::Discounts,
            _ => false,
        }
    }

    /// Returns whether the value may be a collection, in which case type errors are reported at the element type.
    pub(crate) fn is_collection(self) -> bool {
        matches!(self.bound(), Bound::Items | Bound::ShippingOptions | Bound::Discount)
    }

    /// Returns the unit of a rate: percent or fraction. If the two units are confused, the rate is off by a factor of
    /// 100.
    pub(crate) fn share(self) -> Share {
        match self {
            Self::Vat => Share::Percent(&[Self::VatFraction]),
            Self::DiscountPercent => Share::Percent(&[Self::DiscountFraction]),
            Self::Percentage => Share::Percent(&[Self::Fraction]),
            Self::DepositPercent => Share::Percent(&[]),
            Self::VatFraction => Share::Fraction(&[Self::Vat, Self::VatBasisPoints]),
            Self::DiscountFraction => Share::Fraction(&[Self::DiscountPercent]),
            Self::Fraction => Share::Fraction(&[Self::Percentage]),
            _ => Share::None,
        }
    }

    /// Returns whether a message may suggest a rate, in the function's own unit: the function accepts it, and the rate
    /// is neither zero nor more than 100 %.
    pub(crate) fn accepts(self, rate: f64) -> bool {
        match self {
            Self::Vat => (1.0..=100.0).contains(&rate) && is_in_hundredths(rate),
            Self::VatBasisPoints => {
                (100.0..=10_000.0).contains(&rate) && is_in_hundredths(rate / 100.0)
            }
            Self::VatFraction => (0.01..1.0).contains(&rate) && is_in_hundredths(rate * 100.0),
            Self::DepositPercent | Self::DiscountPercent | Self::Percentage => {
                (1.0..=100.0).contains(&rate)
            }
            Self::DiscountFraction | Self::Fraction => rate > 0.0 && rate <= 1.0,
            _ => true,
        }
    }

    /// Returns whether `None` is a valid value for a required target: an absent collection is empty, and without a
    /// shipping price there is no shipping option.
    pub(crate) fn takes_none(self) -> bool {
        self.is_collection() || matches!(self, Self::ShippingPrice | Self::ShippingNetPrice)
    }

    /// Returns whether the function takes the merchant's function for `splits`, which needs the final amount.
    pub(crate) fn is_splits(self) -> bool {
        matches!(self, Self::Splits | Self::SplitsOfOption)
    }
}

/// Returns whether a percentage has at most two decimals.
fn is_in_hundredths(percent: f64) -> bool {
    without_noise(percent * 100.0).fract() == 0.0
}

/// Rounds away the binary error of a product or quotient: `0.07 * 100.0` is 7.000000000000001.
pub(crate) fn without_noise(number: f64) -> f64 {
    (number * 1e10).round() / 1e10
}
