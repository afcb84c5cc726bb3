//! Checks that the totals of an order fit in 32 bits and add up.

use std::fmt;

use super::items;
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
        let (size, way) = ((amount - sum).abs(), if amount > sum { "more" } else { "less" });
        let message = format!(
            "the amount {amount} is {size} {way} than {sum}, the sum of the items and the shipping option"
        );
        report.error("amount", Rule::Sum, message);
    }
    let Some(stated) = order.vat_amount else { return };
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

/// Returns the sum of the amounts of the items and the shipping option, and the sum of their VAT amounts.
fn sums(order: &SessionOrder) -> (i128, i128) {
    let (mut amount, mut vat_amount) = (0, 0);
    for item in items(order) {
        amount += whole(item.amount);
        vat_amount += whole(item.vat_amount);
    }
    if let Some(option) = &order.shipping_option {
        amount += whole(Some(option.amount));
        vat_amount += whole(option.vat_amount);
    }
    (amount, vat_amount)
}

fn whole(amount: Option<MinorUnits>) -> i128 {
    amount.unwrap_or(MinorUnits::ZERO).get().into()
}

pub(super) fn check_int32(path: fmt::Arguments<'_>, amount: MinorUnits, report: &mut Report) {
    if i32::try_from(amount.get()).is_err() {
        let message =
            format!("{amount} does not fit in 32 bits: the API accepts amounts up to {}", i32::MAX);
        report.error(path.to_string(), Rule::Int32, message);
    }
}
