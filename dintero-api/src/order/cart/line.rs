//! The arithmetic of one line: price × quantity, plus VAT if the price was net, minus discounts, rounded once.

use super::exact::Exact;
use super::lines::{Draft, LineMapping};
use super::rate;
use crate::money::{MoneyError, Price, Rounding};
use crate::order::{Problem, Rule, vat};
use crate::types::OrderLine;
use crate::{MinorUnits, Quantity};

/// What a merchant's price is the price of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Priced {
    /// For one unit, not for the line.
    pub(super) unit: bool,
    /// Without VAT.
    pub(super) net: bool,
}

/// Gives a line its amount and VAT. What cannot be calculated is a problem, and the line stays without.
pub(super) fn settle(line: &mut LineMapping<'_>) {
    let quantity = *line.item.quantity.get_or_insert(Quantity::from(1));
    if !line.is_priced && line.is_clean() {
        let message = "the line has no price: its price is absent here";
        line.cx.problem(Rule::Required, message);
    }
    // A rate that was refused is not missed once more.
    let lacks_rate = |priced: Priced| priced.net && line.item.vat.is_none() && !line.is_clean();
    if let Some((priced, price)) = line.price.filter(|(priced, _)| !lacks_rate(*priced)) {
        match amount(line, priced, price, quantity) {
            Ok(amount) => line.item.amount = Some(amount),
            Err(problem) => line.cx.run().push(problem),
        }
    }
    if line.item.vat_amount.is_none() {
        line.item.vat_amount = contained(&line.item);
    }
}

fn contained(item: &OrderLine) -> Option<MinorUnits> {
    vat::contained(item.amount?, item.vat?)
}

type Failure = (Rule, String);

fn amount(
    line: &mut LineMapping<'_>,
    priced: Priced,
    price: Price,
    quantity: Quantity,
) -> Result<MinorUnits, Problem> {
    let cx = line.cx;
    let failed = |(rule, message): Failure| Problem::new(cx.to_string(), rule, message);
    let too_large = || failed((Rule::Value, MoneyError::TooLarge.to_string()));
    let units = if priced.unit { Exact::decimal(quantity.value()) } else { Exact::ONE };
    let mut total = Exact::decimal(price.in_minor_units()).times(units).ok_or_else(too_large)?;
    if priced.net {
        total = rate::added(total, line.item.vat).map_err(failed)?;
    }
    for reduction in std::mem::take(&mut line.reductions) {
        let off = reduction.off(total).ok_or_else(too_large)?;
        let left = total.minus(off).ok_or_else(too_large)?;
        if let Some(message) = not_a_discount(total, off, left) {
            return Err(Problem::new(reduction.path, Rule::Discount, message));
        }
        let amount = off.round(Rounding::default()).ok_or_else(too_large)?;
        reduction.describe(MinorUnits::new(amount), &mut line.item.discount_lines);
        total = left;
    }
    if line.rounding == Rounding::Exact && !total.is_whole() {
        let message = "the amount of the line has a fraction of a minor unit, which `rounding = exact` forbids";
        return Err(failed((Rule::Value, message.to_owned())));
    }
    let amount = total.round(line.rounding).ok_or_else(too_large)?;
    let amount = if line.negative { amount.checked_neg().ok_or_else(too_large)? } else { amount };
    Ok(MinorUnits::new(amount))
}

/// A discount brings a line nearer to zero: what is taken off has the sign of the line, and is not more.
fn not_a_discount(total: Exact, off: Exact, left: Exact) -> Option<&'static str> {
    let (line, mistaken) = match total.signum() {
        -1 => (
            -1,
            "what is taken off a line below zero is below zero too: it brings the line nearer to zero",
        ),
        _ => (1, "a discount is not negative: give what is taken off"),
    };
    if off.signum() == -line {
        return Some(mistaken);
    }
    (left.signum() == -line).then_some("the discount is more than the price of the line")
}

impl Draft {
    /// Changes the amount, and the VAT with it.
    pub(super) fn set_amount(&mut self, amount: MinorUnits) {
        self.item.amount = Some(amount);
        if self.vat_is_ours {
            self.item.vat_amount = contained(&self.item);
        }
    }
}
