//! Checks shipping options: the chosen option with its shipments, and the options that an express session offers.

use std::collections::HashMap;

use super::address::{check_country, check_phone};
use super::charge::Charge;
use super::items;
use super::place::{LineIds, Place};
use crate::order::problem::{Report, Rule};
use crate::types::{
    MultiShipmentItem, MultiShipmentShippingOption, OrderShippingOption, SessionOrder,
    ShippingOptionPickUpAddress,
};
use crate::{Country, Decimal, MinorUnits, Quantity};

/// The fields that both types of shipping options have in common.
struct Delivery<'o> {
    id: &'o str,
    line_id: &'o str,
    title: &'o str,
    amount: MinorUnits,
    countries: &'o [Country],
    pick_up_address: Option<&'o ShippingOptionPickUpAddress>,
    goods: &'o [MultiShipmentItem],
    charge: Charge<'o>,
}

macro_rules! delivery {
    ($option:expr, $goods:expr) => {
        Self {
            id: &$option.id,
            line_id: &$option.line_id,
            title: &$option.title,
            amount: $option.amount,
            countries: $option.countries.as_deref().unwrap_or_default(),
            pick_up_address: $option.pick_up_address.as_ref(),
            goods: $goods,
            charge: Charge::from($option),
        }
    };
}

impl<'o> From<&'o OrderShippingOption> for Delivery<'o> {
    fn from(option: &'o OrderShippingOption) -> Self {
        delivery!(option, &[])
    }
}

impl<'o> From<&'o MultiShipmentShippingOption> for Delivery<'o> {
    fn from(option: &'o MultiShipmentShippingOption) -> Self {
        delivery!(option, option.shipment_items.as_deref().unwrap_or_default())
    }
}

impl<'o> Delivery<'o> {
    /// Checks an option on its own, and checks that its line id is not already in use.
    fn check(&self, at: Place, ids: &mut LineIds<'o>, report: &mut Report) {
        for (field, text) in [("id", self.id), ("line_id", self.line_id), ("title", self.title)] {
            if text.is_empty() {
                let message = format!("a shipping option needs its `{field}`");
                report.error(format!("{at}.{field}"), Rule::Required, message);
            }
        }
        for (index, goods) in self.goods.iter().enumerate() {
            if !ids.may_name_goods(&goods.line_id) {
                let message = format!("no item has the line id `{}`", goods.line_id);
                let path = format!("{at}.shipment_items[{index}].line_id");
                report.error(path, Rule::Shipments, message);
            }
        }
        ids.take(self.line_id, at, report);
        if self.amount < MinorUnits::ZERO {
            let message =
                format!("the price of delivery must not be negative, but it is {}", self.amount);
            report.error(format!("{at}.amount"), Rule::Sum, message);
        }
        self.charge.check(at, report);
        for (index, country) in self.countries.iter().enumerate() {
            check_country(format_args!("{at}.countries[{index}]"), Some(*country), report);
        }
        if let Some(address) = self.pick_up_address {
            let phone = address.phone_number.as_deref();
            check_phone(format_args!("{at}.pick_up_address.phone_number"), phone, report);
            check_country(format_args!("{at}.pick_up_address.country"), address.country, report);
        }
    }
}

/// Checks the chosen option and its shipments, after the items.
pub(super) fn check_chosen<'o>(
    order: &'o SessionOrder,
    ids: &mut LineIds<'o>,
    report: &mut Report,
) {
    let Some(option) = &order.shipping_option else { return };
    Delivery::from(option).check(Place::ShippingOption, ids, report);
    let Some(shipments) = &option.shipments else { return };
    check_around_shipments(option, shipments, report);
    let mut shipped: Shipped<'_> = HashMap::new();
    let mut named = HashMap::new();
    for (index, shipment) in shipments.iter().enumerate() {
        let at = Place::Shipment(index);
        let delivery = Delivery::from(shipment);
        if delivery.goods.is_empty() {
            let message = "a shipment should list the goods it contains in `shipment_items`";
            report.warning(format!("{at}.shipment_items"), Rule::Shipments, message);
        }
        if let Some(id) = shipment.shipment_id.as_deref()
            && let Some(first) = named.insert(id, index)
        {
            let message = format!(
                "the customer chooses one option for each `shipment_id`, but shipment {} also has `{id}`",
                first.saturating_add(1)
            );
            report.error(format!("{at}.shipment_id"), Rule::Shipments, message);
        }
        for goods in delivery.goods {
            if let Some(quantity) = goods.quantity {
                shipped.entry(goods.line_id.as_str()).or_default().push(quantity);
            }
        }
        delivery.check(at, ids, report);
    }
    check_quantities(order, &shipped, report);
}

/// Checks an option with shipments. The option represents all of its shipments, and must not have fields that belong to
/// the shipments.
fn check_around_shipments(
    option: &OrderShippingOption,
    shipments: &[MultiShipmentShippingOption],
    report: &mut Report,
) {
    if shipments.len() < 2 {
        let message = "there must be two or more shipments; for a single shipment, use the shipping option itself";
        report.error("shipping_option.shipments", Rule::Shipments, message);
    }
    let both = [("splits", option.splits.is_some()), ("fee_split", option.fee_split.is_some())];
    for (field, _) in both.into_iter().filter(|(_, is_set)| *is_set) {
        let message = "with shipments, set the field on each shipment, not on the option";
        report.error(format!("shipping_option.{field}"), Rule::Shipments, message);
    }
    if option.pay_in_store.is_some() {
        let message = "shipments cannot be paid in the store";
        report.error("shipping_option.pay_in_store", Rule::Shipments, message);
    }
    let sum: i128 = shipments.iter().map(|shipment| i128::from(shipment.amount.get())).sum();
    if shipments.len() > 1 && sum != i128::from(option.amount.get()) {
        let message = format!(
            "the shipments cost {sum} in total, but the option costs {}: the order's amount includes only the price of the option",
            option.amount
        );
        report.warning("shipping_option.amount", Rule::Shipments, message);
    }
}

/// The quantities of each line in the shipments.
type Shipped<'o> = HashMap<&'o str, Vec<Quantity>>;

fn check_quantities(order: &SessionOrder, shipped: &Shipped<'_>, report: &mut Report) {
    for item in items(order) {
        if let (Some(line_id), Some(quantity)) = (item.line_id.as_deref(), item.quantity)
            && let Some(shipped) = shipped.get(line_id)
            && exceed(shipped, quantity)
        {
            let message = format!(
                "the shipments contain more of line `{line_id}` than its quantity, which is {quantity}"
            );
            report.warning("shipping_option.shipments", Rule::Shipments, message);
        }
    }
}

/// Returns whether the sum of the quantities exceeds `whole`. A sum that is too large for a `Decimal` does.
fn exceed(quantities: &[Quantity], whole: Quantity) -> bool {
    let sum =
        quantities.iter().try_fold(Decimal::ZERO, |sum, quantity| sum.checked_add(quantity.get()));
    sum.is_none_or(|sum| sum > whole.get())
}

/// Checks the options offered to the customer, and checks that their line ids are not already in use.
pub(crate) fn check_offered<'o>(
    options: &'o [MultiShipmentShippingOption],
    place: fn(usize) -> Place,
    ids: &mut LineIds<'o>,
    report: &mut Report,
) {
    for (index, option) in options.iter().enumerate() {
        Delivery::from(option).check(place(index), ids, report);
    }
}

/// A chosen option that is not among the offered options.
pub(crate) struct NotOffered<'o> {
    pub(super) id: &'o str,
    pub(super) line_id: &'o str,
}

/// Returns the chosen option if it is not among the offered options, compared by `id` and `line_id` (the product and
/// its variant). For an order with several shipments, returns the first chosen option that is not offered.
pub(crate) fn find_not_offered<'o>(
    chosen: &'o OrderShippingOption,
    options: &[MultiShipmentShippingOption],
) -> Option<NotOffered<'o>> {
    let look_for = |id: &'o str, line_id: &'o str| {
        let is_it =
            |option: &MultiShipmentShippingOption| option.id == id && option.line_id == line_id;
        (!options.iter().any(is_it)).then_some(NotOffered { id, line_id })
    };
    match chosen.shipments.as_deref() {
        Some(shipments @ [_, ..]) => {
            shipments.iter().find_map(|shipment| look_for(&shipment.id, &shipment.line_id))
        }
        _ => look_for(&chosen.id, &chosen.line_id),
    }
}
