//! From lines under lines to the list that is sent: ids by place, and bundles replaced by their parts.

use rust_decimal::Decimal;

use super::lines::{Draft, Place};
use crate::money::spread;
use crate::order::{Problem, Rule};
use crate::{MinorUnits, Quantity};

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
        if draft.bundle {
            let first = flat.len();
            flatten_under(children, draft.item.line_id.as_deref(), flat, problems);
            if let Err(message) = share_price(&draft, &mut flat[first..]) {
                let path = draft.path.unwrap_or_default();
                problems.push(Problem::new(path, Rule::Bundle, message));
            }
        } else if children.is_empty() {
            flat.push(draft);
        } else {
            let id = draft.item.line_id.clone();
            flat.push(draft);
            flatten_under(children, id.as_deref(), flat, problems);
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
