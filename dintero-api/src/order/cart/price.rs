//! The price of a line: price × quantity, plus VAT if the price is net, minus discounts, rounded once.

use super::context::PriceBasis;
use super::discount::{Reduction, TakenOff};
use super::exact::Exact;
use super::rate::{NoGross, VatOf};
use crate::money::{Price, Rounding};
use crate::types::DiscountItem;
use crate::{MinorUnits, Quantity};

/// A merchant's price of a line.
#[derive(Debug, Clone, Copy)]
pub(super) struct LinePrice {
    pub(super) price: Price,
    pub(super) of: PriceOf,
    /// Whether the price includes VAT; `None` if `price_includes_vat` decides.
    pub(super) basis: Option<PriceBasis>,
}

/// Whether a price is for the line or for one unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PriceOf {
    Line,
    Unit,
}

/// The inputs for pricing a line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terms<'t> {
    pub(super) price: Price,
    pub(super) of: PriceOf,
    pub(super) basis: PriceBasis,
    /// Whether discounts include VAT by default.
    pub(super) discount_basis: PriceBasis,
    pub(super) quantity: Quantity,
    pub(super) vat: VatOf<'t>,
    pub(super) rounding: Rounding,
}

/// A priced line.
#[derive(Debug)]
pub(super) struct PricedLine {
    /// The amount before discounts.
    pub(super) before: MinorUnits,
    /// The amount after discounts.
    pub(super) after: MinorUnits,
    /// The descriptions of the discounts.
    pub(super) described: Vec<DiscountItem>,
}

/// The reason why the amount of a line cannot be calculated.
#[derive(Debug)]
pub(super) enum Unpriced {
    NoGross(NoGross),
    /// A discount takes off more than the price of the line, or has the wrong sign.
    Discount {
        path: Option<String>,
        message: String,
    },
    /// `rounding = exact` forbids the remaining fraction.
    Fraction,
}

impl From<NoGross> for Unpriced {
    fn from(reason: NoGross) -> Self {
        Self::NoGross(reason)
    }
}

impl Terms<'_> {
    /// Takes the discounts off the price, one after the other, and describes them so that the described discounts and
    /// the remaining amount add up to the price.
    ///
    /// For example, 10.05 less 50 % is 5.025. The line costs 5.03, and the described discount is 5.02, so that both add
    /// up to 10.05.
    pub(super) fn price(self, mut reductions: Vec<Reduction>) -> Result<PricedLine, Unpriced> {
        let full = self.full_price()?;
        let before = self.round_between(full)?;
        let mut line = PricedLine { before, after: before, described: Vec::new() };
        let mut left = full;
        reductions.sort_by_key(Reduction::turn);
        for reduction in reductions {
            let of = TakenOff { total: left, vat: self.vat, basis: self.discount_basis };
            let off = reduction.off(of)?;
            let rest = left.minus(off).ok_or(NoGross::TooLarge)?;
            if let Some(misfit) = misfit(left, off, rest) {
                let message = misfit.message(&reduction);
                return Err(Unpriced::Discount { path: reduction.path, message });
            }
            let after = self.round_between(rest)?;
            let taken_off = line.after.checked_sub(after).ok_or(NoGross::TooLarge)?;
            line.described.extend(reduction.describe(taken_off));
            (left, line.after) = (rest, after);
        }
        if self.rounding == Rounding::Exact && !left.is_whole() {
            return Err(Unpriced::Fraction);
        }
        Ok(line)
    }

    /// Returns the exact price before discounts, with VAT.
    fn full_price(self) -> Result<Exact, NoGross> {
        let units = match self.of {
            PriceOf::Unit => Exact::decimal(self.quantity.get()),
            PriceOf::Line => Exact::ONE,
        };
        let price = Exact::decimal(self.price.in_minor_units());
        let total = price.times(units).ok_or(NoGross::TooLarge)?;
        match self.basis {
            PriceBasis::Gross => Ok(total),
            PriceBasis::Net => self.vat.added_to(total),
        }
    }

    /// Rounds an intermediate amount. Even if the final amount must not have a fraction of a minor unit, an amount
    /// between two discounts may have one.
    fn round_between(self, amount: Exact) -> Result<MinorUnits, NoGross> {
        let rounding = match self.rounding {
            Rounding::Exact => Rounding::HalfAwayFromZero,
            rounding => rounding,
        };
        amount.round(rounding).map(MinorUnits::new).ok_or(NoGross::TooLarge)
    }
}

/// Why a discount does not fit the price of a line.
enum Misfit {
    /// The discount is negative, but the line is not.
    Negative,
    /// The discount is positive, but the line is negative.
    Positive,
    /// The discount is larger than the price of the line.
    Excess,
}

impl Misfit {
    fn message(&self, reduction: &Reduction) -> String {
        match self {
            Self::Negative => {
                "a discount must not be negative: the amount to take off is positive".to_owned()
            }
            Self::Positive => {
                "a discount on a negative line must be negative too, so that it brings the line nearer to zero".to_owned()
            }
            Self::Excess => {
                let remedy = reduction.remedy_for_excess();
                format!("the discount is more than the price of the line; {remedy}")
            }
        }
    }
}

/// Returns what is wrong with a discount of `off` on a line that costs `total` before the discount and `left` after it.
fn misfit(total: Exact, off: Exact, left: Exact) -> Option<Misfit> {
    let (line, wrong_sign) = match total.signum() {
        -1 => (-1, Misfit::Positive),
        _ => (1, Misfit::Negative),
    };
    if off.signum() == -line {
        return Some(wrong_sign);
    }
    (left.signum() == -line).then_some(Misfit::Excess)
}
