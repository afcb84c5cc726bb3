//! Checks the items of an order, each on its own and all of them together.

use super::charge::Charge;
use super::items;
use super::place::{LineIds, Place};
use crate::order::problem::{Report, Rule};
use crate::types::{OrderLine, SessionOrder};

/// The limit is not documented; Dintero's support named this number.
const KNOWN_LINES: usize = 100;

/// Checks the items, and returns the line ids they use.
pub(super) fn check_items<'o>(order: &'o SessionOrder, report: &mut Report) -> LineIds<'o> {
    let items = items(order);
    if items.len() > KNOWN_LINES {
        let message = format!("{} lines; more than {KNOWN_LINES} may be refused", items.len());
        report.warning("items", Rule::LineCount, message);
    }
    let mut ids = LineIds::default();
    for (index, item) in items.iter().enumerate() {
        check_item(index, item.line_id.as_deref(), item.into(), &mut ids, report);
        check_advice(Place::Item(index), item, report);
    }
    ids
}

/// Checks an item of an order, or of the response to an express callback.
pub(crate) fn check_item<'o>(
    index: usize,
    line_id: Option<&'o str>,
    charge: Charge<'o>,
    ids: &mut LineIds<'o>,
    report: &mut Report,
) {
    let at = Place::Item(index);
    ids.take(line_id.unwrap_or_default(), at, report);
    if line_id == Some("") {
        let message =
            "an empty line id does not identify a line: set a line id, or leave out the field";
        report.error(format!("{at}.line_id"), Rule::LineId, message);
    }
    charge.check(at, report);
}

/// Warns about missing fields that some payment methods require, and about a quantity of zero.
fn check_advice(at: Place, item: &OrderLine, report: &mut Report) {
    let mut missing = Vec::new();
    for (name, is_missing) in [
        ("id", item.id.as_deref().unwrap_or_default().is_empty()),
        ("line_id", item.line_id.is_none()),
        ("quantity", item.quantity.is_none()),
        ("amount", item.amount.is_none()),
    ] {
        if is_missing {
            missing.push(name);
        }
    }
    if !missing.is_empty() {
        let message = format!("some payment methods require {} on every line", missing.join(", "));
        report.warning(at.to_string(), Rule::Advised, message);
    }
    if let Some(quantity) = item.quantity
        && quantity.get().is_zero()
    {
        let message = "the quantity is zero, so this line contains nothing";
        report.warning(format!("{at}.quantity"), Rule::Quantity, message);
    }
}
