//! The arithmetic of one line: price × quantity, plus VAT if the price was net, minus discounts, rounded once.

use rust_decimal::Decimal;

use super::lines::{Draft, LineMapping, Place};
use super::problem::{Problem, Rule};
use crate::money::{Exact, MoneyError, Price, Rounding, divide, spread};
use crate::types::OrderLine;
use crate::{MinorUnits, Percent, Quantity};

/// What a merchant's price is the price of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Priced {
    /// For one unit, not for the line.
    pub(super) unit: bool,
    /// Without VAT.
    pub(super) net: bool,
}

/// The VAT that an amount contains: `amount × vat / (100 + vat)`, rounded half away from zero.
///
/// From the amount as it is sent, so that anyone can do the sum again. `None` if it cannot be calculated.
pub(super) fn vat_in(amount: MinorUnits, vat: Percent) -> Option<MinorUnits> {
    let vat = vat.value();
    // As whole numbers: 25.5 % of an amount is amount × 255 / (1000 + 255).
    let hundred = 100 * 10_i128.checked_pow(vat.scale())?;
    let divisor = hundred.checked_add(vat.mantissa()).filter(|divisor| *divisor > 0)?;
    let dividend = i128::from(amount.get()).checked_mul(vat.mantissa())?;
    let contained = divide(dividend, divisor, Rounding::HalfAwayFromZero)?;
    i64::try_from(contained).ok().map(MinorUnits::new)
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
    vat_in(item.amount?, item.vat?)
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
        total = with_vat(total, line.item.vat).map_err(failed)?;
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

/// `net × (100 + vat) / 100`.
pub(super) fn with_vat(net: Exact, vat: Option<Percent>) -> Result<Exact, Failure> {
    let vat = vat.ok_or_else(|| {
        (Rule::Vat, "a price without VAT needs the rate of VAT, and this line has none".to_owned())
    })?;
    Exact::integer(100)
        .plus(Exact::decimal(vat.value()))
        .and_then(|percent| net.times(percent))
        .map(Exact::percent)
        .ok_or_else(|| (Rule::Value, MoneyError::TooLarge.to_string()))
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

/// The lines as they are sent: ids given, lines under a line after it, bundles replaced by their parts.
pub(super) fn flatten(drafts: Vec<Draft>) -> Result<Vec<Draft>, Vec<Problem>> {
    let mut flat = Vec::with_capacity(drafts.len());
    let mut problems = Vec::new();
    flatten_under(drafts, None, &mut flat, &mut problems);
    if problems.is_empty() { Ok(flat) } else { Err(problems) }
}

fn flatten_under(
    drafts: Vec<Draft>,
    parent: Option<&str>,
    flat: &mut Vec<Draft>,
    problems: &mut Vec<Problem>,
) {
    for mut draft in drafts {
        let children = std::mem::take(&mut draft.children);
        if draft.item.line_id.is_none() {
            draft.item.line_id = Some(match (parent, &draft.place) {
                (None, Place::Position(position)) => position.to_string(),
                (None, Place::Key(key)) => key.clone(),
                (Some(parent), Place::Position(position)) => format!("{parent}.{position}"),
                (Some(parent), Place::Key(key)) => format!("{parent}.{key}"),
            });
        }
        if !draft.bundle {
            if children.is_empty() {
                flat.push(draft);
                continue;
            }
            let id = draft.item.line_id.clone();
            flat.push(draft);
            flatten_under(children, id.as_deref(), flat, problems);
            continue;
        }
        let first = flat.len();
        flatten_under(children, draft.item.line_id.as_deref(), flat, problems);
        if let Err(message) = share_price(&draft, &mut flat[first..]) {
            let path = draft.path.clone().unwrap_or_default();
            problems.push(Problem::new(path, Rule::Bundle, message));
        }
    }
}

/// Spreads the price of a bundle over its parts, which are sent in its place, as many times as there are bundles.
fn share_price(bundle: &Draft, parts: &mut [Draft]) -> Result<(), &'static str> {
    if parts.is_empty() {
        return Err(
            "the bundle has no parts: a bundle is sent as its parts, which share its price",
        );
    }
    let weights: Vec<MinorUnits> =
        parts.iter().map(|part| part.item.amount.unwrap_or(MinorUnits::ZERO)).collect();
    let price = bundle.item.amount.unwrap_or(MinorUnits::ZERO);
    let shares = spread(price, &weights).ok_or(
        "the price of the bundle cannot be spread: its parts need prices of their own, none of them negative",
    )?;
    let bundles = bundle.item.quantity.map_or(Decimal::ONE, Quantity::value);
    for (part, share) in parts.iter_mut().zip(shares) {
        let own = part.item.quantity.map_or(Decimal::ONE, Quantity::value);
        let quantity = own.checked_mul(bundles).ok_or("the quantity of a part is too large")?;
        part.item.quantity = Some(Quantity::from(quantity.normalize()));
        part.set_amount(share);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vat_is_what_the_amount_contains() {
        for (amount, vat, expected) in [
            (29_990, "25", 5_998),
            (5_990, "15", 781),
            (1_251, "25", 250),
            (-4_000, "25", -800),
            (10_000, "25.5", 2_032),
            (10_000, "0", 0),
            (3, "20", 1),
        ] {
            let vat = Percent::from(vat.parse::<Decimal>().unwrap());
            assert_eq!(vat_in(MinorUnits::new(amount), vat), Some(MinorUnits::new(expected)));
        }
    }

    #[test]
    fn vat_that_cannot_be_contained_is_none() {
        assert_eq!(vat_in(MinorUnits::new(100), Percent::from(-100)), None);
        assert_eq!(vat_in(MinorUnits::new(i64::MAX), Percent::from(Decimal::MAX)), None);
    }
}
