//! The totals of an order: the sum of its lines and its shipping option, compared with the cart's own totals.

use super::context::Context;
use super::draft::Draft;
use super::exact::Exact;
use crate::money::Rounding;
use crate::order::Rule;
use crate::types::{OrderItemType, OrderLine, SessionOrder};
use crate::{MinorUnits, Percent, Quantity};

/// The cart's own values for the totals of its order.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct OwnTotals {
    /// The cart's own total, which is compared with the sum of the lines and the shipping option.
    pub(super) total: Option<MinorUnits>,
    /// The largest gap between the total and the sum, in minor units, that a rounding line may close.
    pub(super) rounding_line: Option<i64>,
    /// The percentage of the sum that is paid now.
    pub(super) deposit: Option<Percent>,
}

/// Sets the totals of an order whose cart maps `items`, or reports a problem if the cart's own totals differ from the
/// sums. Returns the rounding line, if there is one.
///
/// Without lines, the sum is the price of the shipping option. A total from before the lines were removed is therefore
/// refused: the customer would pay for goods that are not in the order.
pub(super) fn add_up(
    own: OwnTotals,
    order: &mut SessionOrder,
    lines: &[Draft],
    cx: Context<'_>,
) -> Option<Draft> {
    if lines.is_empty() && own.total.is_none() {
        cx.problem(Rule::Required, NO_LINES);
        return None;
    }
    let shipping = order.shipping_option.as_ref();
    let amounts = lines.iter().filter_map(|line| line.item.amount);
    let sum = sum(amounts.chain(shipping.map(|option| option.amount)), cx)?;
    let mut rounding = None;
    order.amount = match own.total {
        _ if own.deposit.is_some() => deposit(own, order, sum, cx)?,
        None => sum,
        Some(total) if total == sum => sum,
        Some(total) if order.partial_payment == Some(true) && total < sum => total,
        Some(total) if lines.is_empty() => {
            let hint = "the cart maps `items`, but has no lines; only the total of a cart that does not map `items` is used as it is";
            cx.problem_with("amount", Rule::Sum, mismatch(total, sum, hint));
            return None;
        }
        Some(total) => {
            rounding = Some(rounding_line(own.rounding_line, total, sum, cx)?);
            total
        }
    };
    add_up_vat(order, lines, cx);
    rounding
}

/// Sets the amount of an order whose cart does not map `items`. The sum of the lines is unknown, so the cart's own total
/// is used as it is. The check compares this total with the price of the shipping option.
pub(super) fn use_own(own: OwnTotals, order: &mut SessionOrder, cx: Context<'_>) {
    if own.deposit.is_some() {
        let message = "the deposit is a share of the sum of the lines: map `items`, or map the amount that is paid now to `amount`";
        cx.problem_with("deposit_percent", Rule::Sum, message);
        return;
    }
    match own.total {
        Some(total) => order.amount = total,
        None => cx.problem(Rule::Required, NO_LINES),
    }
}

const NO_LINES: &str = "the cart has no lines, and no total of its own";

fn deposit(
    own: OwnTotals,
    order: &mut SessionOrder,
    sum: MinorUnits,
    cx: Context<'_>,
) -> Option<MinorUnits> {
    if own.total.is_some() {
        let message = "the deposit is calculated from the sum of the lines: map `amount` or `deposit_percent`, not both";
        cx.problem_with("deposit_percent", Rule::Sum, message);
        return None;
    }
    order.partial_payment = Some(true);
    let share = Exact::integer(sum.get()).times(Exact::decimal(own.deposit?.get()))?;
    share.percent().round(Rounding::HalfAwayFromZero).map(MinorUnits::new)
}

/// Returns the line that closes the gap between the cart's total and the sum, if the cart allows one.
fn rounding_line(
    allowed: Option<i64>,
    total: MinorUnits,
    sum: MinorUnits,
    cx: Context<'_>,
) -> Option<Draft> {
    let gap = i128::from(total.get()) - i128::from(sum.get());
    let amount = i64::try_from(gap).ok().filter(|_| gap.abs() <= i128::from(allowed.unwrap_or(0)));
    let Some(amount) = amount else {
        let hint = match allowed {
            Some(max) => format!("a rounding line may close a gap of at most {max}"),
            None => "map what is missing, or allow a rounding line with `total_mismatch = rounding_line(max = …)`".to_owned(),
        };
        cx.problem_with("amount", Rule::Sum, mismatch(total, sum, &hint));
        return None;
    };
    let item = OrderLine::new()
        .id("rounding")
        .description("Rounding")
        .quantity(Quantity::from(1))
        .amount(amount)
        .vat_amount(0)
        .vat(Percent::from(0))
        .kind(OrderItemType::Surcharge);
    let path = cx.run().sources("", "amount").into_iter().next();
    Some(Draft::calculated(item, "rounding".to_owned(), path))
}

fn mismatch(total: MinorUnits, sum: MinorUnits, hint: &str) -> String {
    let gap = i128::from(total.get()) - i128::from(sum.get());
    let (size, way) = (gap.abs(), if gap > 0 { "more" } else { "less" });
    format!(
        "the total {total} is {size} {way} than {sum}, the sum of the lines and the shipping option; {hint}"
    )
}

/// Adds up the VAT, or compares the cart's own VAT amount with the sum.
///
/// A shop may round its VAT differently, per unit or per order. A difference of up to one minor unit per line, plus one
/// for the shipping option, is therefore accepted, with a warning from the check. Nothing is compared if the VAT of a
/// line is unknown, or if the payment is partial.
fn add_up_vat(order: &mut SessionOrder, lines: &[Draft], cx: Context<'_>) {
    let shipping = order.shipping_option.as_ref().map(|option| option.vat_amount);
    let vat_amounts: Vec<Option<MinorUnits>> =
        lines.iter().map(|line| line.item.vat_amount).chain(shipping).collect();
    let Some(sum) = sum(vat_amounts.iter().copied().flatten(), cx) else { return };
    let Some(stated) = order.vat_amount else {
        order.vat_amount = Some(sum);
        return;
    };
    let gap = (i128::from(stated.get()) - i128::from(sum.get())).unsigned_abs();
    let is_comparable =
        order.partial_payment != Some(true) && vat_amounts.iter().all(Option::is_some);
    let tolerance = vat_amounts.len();
    if is_comparable && gap > tolerance as u128 {
        let message = format!(
            "the VAT {stated} is {gap} away from {sum}, the VAT of the lines and the shipping option; up to {tolerance} (one minor unit for each) is accepted as rounding"
        );
        cx.problem_with("vat_amount", Rule::Vat, message);
    }
}

fn sum(amounts: impl Iterator<Item = MinorUnits>, cx: Context<'_>) -> Option<MinorUnits> {
    let mut amounts = amounts;
    let sum = amounts.try_fold(MinorUnits::ZERO, |sum, amount| sum.checked_add(amount));
    if sum.is_none() {
        cx.problem_with("amount", Rule::Int32, "the sum of the amounts is too large");
    }
    sum
}
