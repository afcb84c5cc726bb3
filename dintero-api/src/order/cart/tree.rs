//! Turns nested lines into the list that is sent: lines without ids get generated ids, and bundles are replaced by
//! their parts.

use rust_decimal::Decimal;

use super::draft::{Draft, spread_discounts, spread_vat};
use super::line_id::LineIds;
use crate::money::allocate;
use crate::order::{Problem, Rule};
use crate::{MinorUnits, Quantity};

/// Returns the lines to send, and the problems with bundles. All lines have ids, child lines follow their parent, and
/// bundles are replaced by their parts.
pub(super) fn flatten(drafts: Vec<Draft>, ids: &mut LineIds) -> Flat {
    let mut flat = Flat { lines: Vec::with_capacity(drafts.len()), problems: Vec::new() };
    flat.add(drafts, None, ids);
    flat.lines.iter_mut().for_each(Draft::describe_discounts);
    flat
}

/// The lines to send, and the problems with bundles.
pub(super) struct Flat {
    pub(super) lines: Vec<Draft>,
    pub(super) problems: Vec<Problem>,
}

impl Flat {
    fn add(&mut self, drafts: Vec<Draft>, parent: Option<&str>, ids: &mut LineIds) {
        for mut draft in drafts {
            let children = std::mem::take(&mut draft.children);
            ids.name(&mut draft, parent);
            if draft.is_bundle {
                let first = self.lines.len();
                self.add(children, draft.item.line_id.as_deref(), ids);
                if let Err(message) = share_bundle(&mut draft, &mut self.lines[first..]) {
                    let path = draft.path.unwrap_or_default();
                    self.problems.push(Problem::new(path, Rule::Bundle, message));
                }
            } else if children.is_empty() {
                self.lines.push(draft);
            } else {
                let id = draft.item.line_id.clone();
                self.lines.push(draft);
                self.add(children, id.as_deref(), ids);
            }
        }
    }
}

/// Spreads the price of a bundle across its parts. The parts are sent in place of the bundle, with their quantities
/// multiplied by the bundle's quantity. A part that lacks a VAT rate, groups or `eligible_for_discount` inherits them
/// from the bundle. A part without a type is exempt from coupons if the bundle's type is.
fn share_bundle(bundle: &mut Draft, parts: &mut [Draft]) -> Result<(), &'static str> {
    if parts.is_empty() {
        return Err(
            "the bundle has no parts: a bundle is sent as its parts, which share its price",
        );
    }
    let weights = weights(bundle, parts);
    let shares = allocate(bundle.amount(), &weights).ok_or(
        "the price of the bundle cannot be spread across its parts: the parts need prices of their own, none of them negative",
    )?;
    let bundles = bundle.item.quantity.map_or(Decimal::ONE, Quantity::get);
    for (part, share) in parts.iter_mut().zip(shares) {
        let own = part.item.quantity.map_or(Decimal::ONE, Quantity::get);
        let quantity = own.checked_mul(bundles).ok_or("the quantity of a part is too large")?;
        part.item.quantity = Some(Quantity::from(quantity.normalize()));
        part.set_amount(share);
        part.inherit(&bundle.item);
    }
    spread_discounts(bundle, &weights, parts);
    if let Some(vat_amount) = bundle.item.vat_amount {
        spread_vat(vat_amount, parts);
    }
    Ok(())
}

/// Returns the weights of the parts, which are their prices. If neither the bundle nor any part has a price above zero,
/// as in a returned bundle, the weights are the prices of the parts with their signs reversed.
fn weights(bundle: &Draft, parts: &[Draft]) -> Vec<MinorUnits> {
    let comes_back = bundle.amount() <= MinorUnits::ZERO
        && parts.iter().all(|part| part.amount() <= MinorUnits::ZERO);
    let weight = |part: &Draft| match comes_back {
        true => part.amount().checked_neg().unwrap_or_else(|| part.amount()),
        false => part.amount(),
    };
    parts.iter().map(weight).collect()
}
