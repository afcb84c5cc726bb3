//! Line ids: those of the merchant stay, and those that are made here never collide with them or with one another.

use std::collections::HashMap;

use super::draft::{Draft, LinePosition};

/// The line ids of an order that are used, with the last number that was put behind each.
#[derive(Debug, Default)]
pub(super) struct LineIds {
    used: HashMap<String, usize>,
}

impl LineIds {
    /// Takes the line ids that the merchant has given to lines, at any depth, and to the shipping option.
    ///
    /// The id of a bundle is not sent, so it is not used.
    pub(super) fn given(drafts: &[Draft], shipping_option: Option<&str>) -> Self {
        let mut ids = Self::default();
        ids.take(drafts);
        if let Some(id) = shipping_option {
            ids.used.insert(id.to_owned(), 1);
        }
        ids
    }

    fn take(&mut self, drafts: &[Draft]) {
        for draft in drafts {
            if let Some(id) = given_id(draft).filter(|_| !draft.is_bundle) {
                self.used.insert(id.to_owned(), 1);
            }
            self.take(&draft.children);
        }
    }

    /// Gives a line its id, if it has none: its position or key, below the line that it is under.
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
        let id = if draft.is_bundle { wanted } else { self.unused(wanted) };
        draft.item.line_id = Some(id);
    }

    /// The id, or the id with the first number from 2 behind it that is not used: `3-2`.
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
