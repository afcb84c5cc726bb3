//! Checks that the totals of an order fit in 32 bits and add up.

use std::fmt;

use super::{Charge, items};
use crate::MinorUnits;
use crate::order::problem::{Report, Rule};
use crate::types::SessionOrder;

pub(super) fn check_totals(order: &SessionOrder, report: &mut Report) {
    check_int32(format_args!("amount"), order.amount, report);
    if order.amount < MinorUnits::ZERO {
        let message = format!("{} is below zero: nobody can pay a negative amount", order.amount);
        report.warning("amount", Rule::Sum, message);
    }
    if let Some(vat_amount) = order.vat_amount {
        check_int32(format_args!("vat_amount"), vat_amount, report);
    }
    match order.items {
        None => check_without_items(order, report),
        Some(_) => check_sums(order, report),
    }
}

/// Checks an order without a list of items. The sum of such an order is unknown, but includes the shipping option. If
/// there is a list, but it is empty, the sum is known.
fn check_without_items(order: &SessionOrder, report: &mut Report) {
    if let Some(option) = &order.shipping_option
        && order.amount < option.amount
        && !is_partial(order)
    {
        let message = format!(
            "the amount {} is less than {}, the shipping option alone",
            order.amount, option.amount
        );
        report.error("amount", Rule::Sum, message);
    }
}

fn check_sums(order: &SessionOrder, report: &mut Report) {
    let (sum, contained) = sums(order);
    let amount = i128::from(order.amount.get());
    if amount != sum && !(is_partial(order) && amount < sum) {
        let (size, way) = (amount.abs_diff(sum), if amount > sum { "more" } else { "less" });
        let has_gap = items(order).iter().any(|item| item.amount.is_none());
        let gap = if has_gap { " (an item without an amount adds nothing)" } else { "" };
        let message = format!(
            "the amount {amount} is {size} {way} than {sum}, the sum of the items and the shipping option{gap}"
        );
        report.error("amount", Rule::Sum, message);
    }
    let (Some(stated), Some(contained)) = (order.vat_amount, contained) else { return };
    if i128::from(stated.get()) != contained && !is_partial(order) {
        let message = format!(
            "the VAT {stated} is not {contained}, the VAT of the items and the shipping option"
        );
        report.warning("vat_amount", Rule::Vat, message);
    }
}

fn is_partial(order: &SessionOrder) -> bool {
    order.partial_payment == Some(true)
}

/// Returns the sum of the amounts of the items and the shipping option, and the sum of their VAT amounts. The latter is
/// `None` if the VAT of an item or of the option is unknown.
fn sums(order: &SessionOrder) -> (i128, Option<i128>) {
    let option = order.shipping_option.as_ref();
    let amounts = items(order).iter().filter_map(|item| item.amount);
    let amounts = amounts.chain(option.map(|option| option.amount));
    let charges = items(order).iter().map(Charge::from).chain(option.map(Charge::from));
    let vat_amounts = charges.map(|charge| Some(i128::from(charge.vat_amount()?.get())));
    (amounts.map(|amount| i128::from(amount.get())).sum(), vat_amounts.sum())
}

pub(super) fn check_int32(path: fmt::Arguments<'_>, amount: MinorUnits, report: &mut Report) {
    if i32::try_from(amount.get()).is_err() {
        let message =
            format!("{amount} does not fit in 32 bits: the API accepts amounts up to {}", i32::MAX);
        report.error(path.to_string(), Rule::Int32, message);
    }
}
