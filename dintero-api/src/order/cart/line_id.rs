//! Line ids: the merchant's own line ids are preserved, and generated line ids never collide with them or with each
//! other.

use std::collections::HashMap;

use super::draft::{Draft, LinePosition};
use crate::types::OrderShippingOption;

/// The line ids that are used in an order.
#[derive(Debug, Default)]
pub(super) struct LineIds {
    /// The used ids, each with the last number that was appended to it.
    used: HashMap<String, usize>,
    positions: Positions,
}

/// Whether the ids that are generated from positions must be recorded as used.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Positions {
    /// The common case: no line has an id, a map key or child lines, so the positions never collide with each other.
    #[default]
    AreUnique,
    Remembered,
}

impl LineIds {
    /// Reserves the line ids that the merchant has given to lines, at any depth, and to the shipping option and its
    /// shipments.
    ///
    /// A bundle is not sent, so its id remains free. Express options are ignored, because lines must keep their ids
    /// when other options are offered.
    pub(super) fn given(drafts: &[Draft], shipping_option: Option<&OrderShippingOption>) -> Self {
        let mut ids = Self::default();
        ids.take(drafts);
        if let Some(option) = shipping_option {
            let shipments = option.shipments.iter().flatten().map(|shipment| &shipment.line_id);
            ids.used.extend(shipments.chain([&option.line_id]).map(|id| (id.clone(), 1)));
        }
        ids
    }

    fn take(&mut self, drafts: &[Draft]) {
        for draft in drafts {
            let given = given_id(draft);
            let is_plain = given.is_none()
                && draft.children.is_empty()
                && matches!(draft.position, LinePosition::Number(_));
            if !is_plain {
                self.positions = Positions::Remembered;
            }
            if let Some(id) = given.filter(|_| !draft.is_bundle) {
                self.used.insert(id.to_owned(), 1);
            }
            self.take(&draft.children);
        }
    }

    /// If the line has no line id, generates one from its position or key, prefixed with the line id of its parent
    /// line.
    pub(super) fn name(&mut self, draft: &mut Draft, parent: Option<&str>) {
        if given_id(draft).is_some() {
            return;
        }
        let own = match &draft.position {
            LinePosition::Number(position) => position.to_string(),
            LinePosition::Key(id) | LinePosition::Named(id) => id.clone(),
        };
        let wanted = match parent {
            Some(parent) => format!("{parent}.{own}"),
            None => own,
        };
        let is_unique = draft.is_bundle || self.is_unique(&draft.position, &wanted);
        draft.item.line_id = Some(if is_unique { wanted } else { self.unused(wanted) });
    }

    fn is_unique(&self, position: &LinePosition, wanted: &str) -> bool {
        self.positions == Positions::AreUnique
            && matches!(position, LinePosition::Number(_))
            && (self.used.is_empty() || !self.used.contains_key(wanted))
    }

    /// Returns the id if it is unused; otherwise, appends the lowest unused number, starting at 2: `3-2`.
    fn unused(&mut self, wanted: String) -> String {
        let Some(last) = self.used.get(&wanted).copied() else {
            self.used.insert(wanted.clone(), 1);
            return wanted;
        };
        let mut number = last;
        loop {
            number += 1;
            let id = format!("{wanted}-{number}");
            if !self.used.contains_key(&id) {
                self.used.insert(wanted, number);
                self.used.insert(id.clone(), 1);
                return id;
            }
        }
    }
}

fn given_id(draft: &Draft) -> Option<&str> {
    draft.item.line_id.as_deref().filter(|id| !id.is_empty())
}
