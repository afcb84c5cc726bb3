//! The places in an order or session where checks report problems, and the line ids used there.

use std::collections::HashMap;
use std::fmt;

use crate::order::problem::{Report, Rule};
use crate::types::OrderLine;

/// A part of an order or session that has a price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// A line of the order.
    Item(usize),
    /// The chosen shipping option.
    ShippingOption,
    /// The option chosen for one shipment.
    Shipment(usize),
    /// An option that an express session offers.
    ExpressOption(usize),
    /// An option in the response to an express callback.
    #[cfg_attr(not(feature = "callback"), expect(dead_code, reason = "there are no callbacks"))]
    ReturnedOption(usize),
}

/// Formats the path, such as `items[2]`. The path is only built when there is a problem to report.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Item(index) => write!(f, "items[{index}]"),
            Self::ShippingOption => f.write_str("shipping_option"),
            Self::Shipment(index) => write!(f, "shipping_option.shipments[{index}]"),
            Self::ExpressOption(index) => write!(f, "express.shipping_options[{index}]"),
            Self::ReturnedOption(index) => write!(f, "shipping_options[{index}]"),
        }
    }
}

impl Place {
    /// Returns the name for messages. The name is not a path, because a message may appear next to paths in a
    /// merchant's own cart.
    fn words(self) -> String {
        match self {
            Self::Item(index) => format!("line {}", index.saturating_add(1)),
            Self::ShippingOption => "the shipping option".to_owned(),
            Self::Shipment(index) => format!("shipment {}", index.saturating_add(1)),
            Self::ExpressOption(index) | Self::ReturnedOption(index) => {
                format!("option {}", index.saturating_add(1))
            }
        }
    }
}

/// The line ids in use, and the places where they are used. Items and shipping options share one namespace, because
/// captures refer to both by line id.
#[derive(Debug, Default)]
pub(crate) struct LineIds<'o> {
    taken: HashMap<&'o str, Place>,
    has_items: bool,
}

impl<'o> LineIds<'o> {
    /// Collects the line ids of items that are checked elsewhere, or that Dintero has already accepted.
    pub(crate) fn of(items: &'o [OrderLine]) -> Self {
        let mut ids = Self::default();
        for (index, item) in items.iter().enumerate() {
            let line_id = item.line_id.as_deref().unwrap_or_default();
            ids.take(line_id, Place::Item(index), &mut Report::default());
        }
        ids
    }

    /// Records a line id, and reports a problem if it is already in use.
    pub(crate) fn take(&mut self, line_id: &'o str, at: Place, report: &mut Report) {
        self.has_items |= matches!(at, Place::Item(_));
        if line_id.is_empty() {
            return;
        }
        if let Some(first) = self.taken.get(line_id) {
            let message = format!(
                "line id `{line_id}` is used twice; {} is the first to use it",
                first.words()
            );
            report.error(format!("{at}.line_id"), Rule::LineId, message);
        } else {
            self.taken.insert(line_id, at);
        }
    }

    /// Returns whether shipment items may refer to this line id. If no items are known, every id is allowed.
    pub(super) fn may_name_goods(&self, line_id: &str) -> bool {
        !self.has_items || matches!(self.taken.get(line_id), Some(Place::Item(_)))
    }
}
