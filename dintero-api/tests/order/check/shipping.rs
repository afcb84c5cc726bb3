//! Tests the rules for shipping options and their shipments.

use dintero_api::order::{Report, Rule};
use dintero_api::types::{
    ExpressOptions, MultiShipmentItem, OrderShippingOption, PayoutFeeSplit, PayoutSplit,
    SplitShippingOptionPayInStore,
};

use super::{errors, line, offer, option, order, session, shipped, warnings};

/// Checks an order with two units of line `1` and two shipments, after `change` has been applied to its shipping
/// option.
fn changed(change: impl FnOnce(&mut OrderShippingOption)) -> Report {
    let mut chosen = shipped([offer("a", 50), offer("b", 50)]);
    change(&mut chosen);
    order(300, [line("1", 200).quantity(2)]).shipping_option(chosen).check()
}

#[test]
fn options_have_ids_and_titles() {
    let fields = ["id", "line_id", "title"];
    let nameless = OrderShippingOption::new("", "", 100, "", "");
    let report = order(200, [line("1", 100)]).shipping_option(nameless).check();
    let expected = fields.map(|field| (format!("shipping_option.{field}"), Rule::Required));
    let found = errors(&report).into_iter().map(|(path, rule)| (path.to_owned(), rule));
    assert_eq!(found.collect::<Vec<_>>(), expected);

    let mut nameless = offer("a", 100);
    (nameless.id, nameless.line_id, nameless.title) = Default::default();
    let report = changed(|chosen| chosen.shipments.as_mut().unwrap()[1].title.clear());
    assert_eq!(errors(&report), [("shipping_option.shipments[1].title", Rule::Required)]);
    let mut session = session(order(100, [line("1", 100)]));
    session.express = Some(ExpressOptions::new([nameless]));
    let report = session.check();
    assert_eq!(report.errors().len(), 3);
    for (problem, field) in report.errors().iter().zip(fields) {
        assert_eq!(problem.path, format!("express.shipping_options[0].{field}"));
    }
}

#[test]
fn the_price_of_delivery_is_not_negative() {
    let report = order(99, [line("1", 100)]).shipping_option(option("post", -1)).check();
    assert_eq!(errors(&report), [("shipping_option.amount", Rule::Sum)]);
    let mut session = session(order(100, [line("1", 100)]));
    session.express = Some(ExpressOptions::new([offer("a", 0), offer("b", -1)]));
    let expected = [("express.shipping_options[1].amount", Rule::Sum)];
    assert_eq!(errors(&session.check()), expected);
    let report = order(100, [line("1", 100)]);
    let report = report.shipping_option(shipped([offer("a", 1), offer("b", -1)])).check();
    assert_eq!(errors(&report), [("shipping_option.shipments[1].amount", Rule::Sum)]);
}

#[test]
fn there_are_at_least_two_shipments() {
    for length in [0, 1] {
        let report = changed(|chosen| {
            chosen.shipments.as_mut().unwrap().truncate(length);
        });
        assert_eq!(errors(&report), [("shipping_option.shipments", Rule::Shipments)]);
    }
}

#[test]
fn shipments_carry_the_splits() {
    let report = changed(|chosen| {
        chosen.splits = Some(vec![PayoutSplit::new("seller", 100)]);
        chosen.fee_split = Some(PayoutFeeSplit::new());
    });
    let expected = [
        ("shipping_option.splits", Rule::Shipments),
        ("shipping_option.fee_split", Rule::Shipments),
    ];
    assert_eq!(errors(&report), expected);
}

#[test]
fn shipments_are_not_paid_in_the_store() {
    let report = changed(|chosen| chosen.pay_in_store = Some(SplitShippingOptionPayInStore::new()));
    assert_eq!(errors(&report), [("shipping_option.pay_in_store", Rule::Shipments)]);
}

#[test]
fn shipments_contain_items() {
    for goods in [None, Some(Vec::new())] {
        let report = changed(|chosen| chosen.shipments.as_mut().unwrap()[1].shipment_items = goods);
        assert!(report.is_ok(), "{report}");
        let expected = [("shipping_option.shipments[1].shipment_items", Rule::Shipments)];
        assert_eq!(warnings(&report), expected);
    }
}

#[test]
fn shipments_contain_items_of_the_order() {
    let goods = || Some(vec![MultiShipmentItem::new("1"), MultiShipmentItem::new("2")]);
    let report = changed(|chosen| chosen.shipments.as_mut().unwrap()[0].shipment_items = goods());
    let expected = [("shipping_option.shipments[0].shipment_items[1].line_id", Rule::Shipments)];
    assert_eq!(errors(&report), expected);

    let mut home = offer("home", 100);
    home.shipment_items = goods();
    let mut offered = session(order(100, [line("1", 100)]));
    offered.express = Some(ExpressOptions::new([home]));
    let expected = [("express.shipping_options[0].shipment_items[1].line_id", Rule::Shipments)];
    assert_eq!(errors(&offered.check()), expected);
    // The session may have no items yet, because the callback can add them.
    offered.order.items = None;
    assert!(offered.check().is_ok());
}

#[test]
fn shipments_have_one_option_each() {
    let named = |ids: [&str; 2]| {
        changed(|chosen| {
            for (shipment, id) in chosen.shipments.as_mut().unwrap().iter_mut().zip(ids) {
                shipment.shipment_id = Some(id.to_owned());
            }
        })
    };
    assert_eq!(named(["bergen", "oslo"]), Report::default());
    let expected = [("shipping_option.shipments[1].shipment_id", Rule::Shipments)];
    assert_eq!(errors(&named(["bergen", "bergen"])), expected);
}

#[test]
fn shipments_add_up_to_the_price_of_the_option() {
    let report = changed(|chosen| chosen.shipments.as_mut().unwrap()[1].amount = 70.into());
    assert!(report.is_ok());
    assert_eq!(warnings(&report), [("shipping_option.amount", Rule::Shipments)]);
}

#[test]
fn no_more_is_shipped_than_ordered() {
    let holding = |quantities: [i64; 2]| {
        changed(|chosen| {
            for (shipment, quantity) in
                chosen.shipments.as_mut().unwrap().iter_mut().zip(quantities)
            {
                shipment.shipment_items =
                    Some(vec![MultiShipmentItem::new("1").quantity(quantity)]);
            }
        })
    };
    assert_eq!(holding([1, 1]), Report::default());
    let report = holding([1, 2]);
    assert!(report.is_ok());
    assert_eq!(warnings(&report), [("shipping_option.shipments", Rule::Shipments)]);
}
