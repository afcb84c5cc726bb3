//! Checks that apply to every price, whether of an item, a shipping option or a shipment: VAT, splits and discount
//! lines.

use std::fmt;

use super::amounts::check_int32;
use super::place::Place;
use crate::order::problem::{Report, Rule};
use crate::order::vat;
use crate::types::{
    DiscountCodesOrderUpdateItem, DiscountItem, MultiShipmentShippingOption, OrderLine,
    OrderShippingOption, PayoutFeeSplit, PayoutSplit,
};
use crate::{MinorUnits, Percent};

/// The maximum length of a seller's id in the API document, in characters.
pub(super) const LONGEST_DESTINATION: usize = 40;

/// A price with its VAT, splits and discount lines.
#[derive(Clone, Copy)]
pub(crate) struct Charge<'o> {
    amount: Option<MinorUnits>,
    vat: Option<Percent>,
    vat_amount: Option<MinorUnits>,
    splits: Option<&'o [PayoutSplit]>,
    fee_split: Option<&'o PayoutFeeSplit>,
    discount_lines: &'o [DiscountItem],
}

/// Builds a `Charge`. The amount and the discount lines are arguments, because not all of the API's types have them in
/// the same form.
macro_rules! charge {
    ($charged:expr, $amount:expr, $discount_lines:expr) => {
        Self {
            amount: $amount,
            vat: $charged.vat,
            vat_amount: $charged.vat_amount,
            splits: $charged.splits.as_deref(),
            fee_split: $charged.fee_split.as_ref(),
            discount_lines: $discount_lines,
        }
    };
}

impl<'o> From<&'o OrderLine> for Charge<'o> {
    #[inline]
    fn from(item: &'o OrderLine) -> Self {
        charge!(item, item.amount, item.discount_lines.as_deref().unwrap_or_default())
    }
}

impl<'o> From<&'o DiscountCodesOrderUpdateItem> for Charge<'o> {
    #[inline]
    fn from(item: &'o DiscountCodesOrderUpdateItem) -> Self {
        charge!(item, item.amount, item.discount_lines.as_deref().unwrap_or_default())
    }
}

impl<'o> From<&'o OrderShippingOption> for Charge<'o> {
    #[inline]
    fn from(option: &'o OrderShippingOption) -> Self {
        charge!(option, Some(option.amount), &[])
    }
}

impl<'o> From<&'o MultiShipmentShippingOption> for Charge<'o> {
    #[inline]
    fn from(option: &'o MultiShipmentShippingOption) -> Self {
        charge!(option, Some(option.amount), &[])
    }
}

impl<'o> Charge<'o> {
    /// Returns the VAT: the stated amount, or the VAT that the amount contains. Returns `None` if the VAT is unknown.
    pub(super) fn vat_amount(self) -> Option<MinorUnits> {
        self.vat_amount.or_else(|| vat::contained(self.amount?, self.vat?))
    }

    /// Returns the splits. An empty list means that the capture will specify the splits.
    pub(crate) fn splits(self) -> Option<&'o [PayoutSplit]> {
        self.splits
    }

    pub(crate) fn check(self, at: Place, report: &mut Report) {
        self.check_vat(at, report);
        self.check_splits(at, report);
        // The return of a line that cost nothing after its discount has an amount of zero too.
        let may_be_negative = self.amount.is_some_and(|amount| amount <= MinorUnits::ZERO);
        check_discounts(format_args!("{at}."), self.discount_lines, may_be_negative, report);
    }

    fn check_vat(self, at: Place, report: &mut Report) {
        let Some(rate) = self.vat else { return };
        if let Err(wrong) = vat::percent(rate.get()) {
            report.error(format!("{at}.vat"), Rule::Vat, wrong.message());
        } else if let (Some(amount), Some(stated)) = (self.amount, self.vat_amount)
            && let Some(contained) = vat::contained(amount, rate)
            && contained != stated
        {
            let message = format!("{amount} at {rate} % contains {contained} of VAT, not {stated}");
            report.warning(format!("{at}.vat_amount"), Rule::Vat, message);
        }
    }

    fn check_splits(self, at: Place, report: &mut Report) {
        self.check_fee_split(at, report);
        // An empty list is allowed: the capture will specify the splits.
        let Some(splits @ [_, ..]) = self.splits else { return };
        for (index, split) in splits.iter().enumerate() {
            check_int32(format_args!("{at}.splits[{index}].amount"), split.amount, report);
            // Not bound with `let`, because Rust 1.88 does not accept that for `format_args!`.
            check_destination(
                format_args!("{at}.splits[{index}].payout_destination_id"),
                &split.payout_destination_id,
                report,
            );
        }
        let sum: i128 = splits.iter().map(|split| i128::from(split.amount.get())).sum();
        let is_equal = |amount: MinorUnits| sum == i128::from(amount.get());
        if !self.amount.is_some_and(is_equal) {
            let message = match self.amount {
                Some(amount) => format!("the splits add up to {sum}, but the amount is {amount}"),
                None => format!("the splits add up to {sum}, but there is no amount"),
            };
            report.error(format!("{at}.splits"), Rule::Splits, message);
        }
    }

    /// Checks that the list of destinations that bear the fees is not empty, and that each destination also receives a
    /// split. If the capture will specify the splits, the second condition cannot be checked yet.
    fn check_fee_split(self, at: Place, report: &mut Report) {
        let Some(PayoutFeeSplit { destinations: Some(destinations), .. }) = self.fee_split else {
            return;
        };
        if destinations.is_empty() {
            let message =
                "no destination shares the fees: add a destination, or leave out the list";
            report.error(format!("{at}.fee_split.destinations"), Rule::Splits, message);
        }
        let splits = match self.splits {
            Some([]) => return,
            splits => splits.unwrap_or_default(),
        };
        let is_paid = |destination: &String| {
            splits.iter().any(|split| split.payout_destination_id == *destination)
        };
        if !destinations.iter().all(is_paid) {
            let message = "a destination that shares the fees is not among the splits";
            report.error(format!("{at}.fee_split.destinations"), Rule::Splits, message);
        }
    }
}

pub(super) fn check_destination(path: fmt::Arguments<'_>, id: &str, report: &mut Report) {
    if id.is_empty() {
        report.error(
            path.to_string(),
            Rule::Splits,
            "a payout destination must not be empty: it is the seller's id",
        );
    }
    if id.chars().count() > LONGEST_DESTINATION {
        let message = "a payout destination has at most 40 characters";
        report.error(path.to_string(), Rule::Splits, message);
    }
}

/// Checks the descriptions of discounts. The amounts of the lines are already reduced, so no sum depends on these
/// descriptions.
///
/// `prefix` is the path before `discount_lines`, including the dot. Discounts may be negative only if `may_be_negative` is
/// set, as it is for a line whose amount is zero or below.
pub(super) fn check_discounts(
    prefix: fmt::Arguments<'_>,
    discounts: &[DiscountItem],
    may_be_negative: bool,
    report: &mut Report,
) {
    for (index, discount) in discounts.iter().enumerate() {
        if !may_be_negative && discount.amount.is_some_and(|amount| amount < MinorUnits::ZERO) {
            let message = "a discount is the amount taken off: it must not be below zero";
            report.warning(
                format!("{prefix}discount_lines[{index}].amount"),
                Rule::Discount,
                message,
            );
        }
        if let Some(percentage) = discount.percentage
            && vat::percent(percentage.get()).is_err_and(|wrong| wrong.is_out_of_range())
        {
            let message =
                format!("{percentage} % is an unlikely discount: pass a percentage from 1 to 100");
            let path = format!("{prefix}discount_lines[{index}].percentage");
            report.warning(path, Rule::Discount, message);
        }
    }
}
