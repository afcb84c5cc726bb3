//! Tests random responses to the express callbacks. Every response that can be built is valid according to the
//! document, its amounts add up, and the session with its changes passes `check`. Every response that is refused has a
//! deliberate mistake.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use dintero_api::callback::{DiscountResponseBuilder, ShippingResponseBuilder};
use dintero_api::types::{
    DiscountCodesOrderUpdateItem, DiscountItem, ExpressCallback, ExpressOptions, Giftcard,
    MultiShipmentItem, MultiShipmentShippingOption, OrderLine, OrderShippingOption, PayoutSplit,
    SessionConfiguration, SessionOrder, SessionProfile, SessionUrls,
};
use dintero_api::{Currency, Decimal, MinorUnits, Percent};
use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestCaseResult;
use serde_json::json;

use crate::callbacks::{DISCOUNT, SHIPPING, response_schema};
use crate::schema::{self, Find};

/// How a price is split among sellers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shares {
    None,
    /// The splits are sent with the capture.
    Open,
    Right,
    Wrong,
}

#[derive(Debug, Clone)]
struct Priced {
    id: &'static str,
    line_id: &'static str,
    amount: i64,
    shares: Shares,
    has_right_vat: bool,
    discount: Option<i64>,
}

/// The shipping option that the customer has chosen when Dintero sends the callback, and its shipments.
#[derive(Debug, Clone)]
struct Chosen {
    option: Priced,
    shipments: Vec<Priced>,
}

#[derive(Debug, Clone)]
struct Plan {
    chosen: Option<Chosen>,
    options: Vec<Priced>,
    offers_chosen: bool,
    withdraws: bool,
    items: Vec<Priced>,
    /// Whether the response to a new address replaces the items.
    replaces_items: bool,
    auto_capture: bool,
    gift_card: bool,
    partial: bool,
}

fn priced(
    ids: &'static [&'static str],
    line_ids: &'static [&'static str],
    least: i64,
) -> impl Strategy<Value = Priced> {
    let shares = prop_oneof![
        12 => Just(Shares::None),
        3 => Just(Shares::Right),
        2 => Just(Shares::Open),
        1 => Just(Shares::Wrong),
    ];
    let amount = prop_oneof![8 => 0..1_000_i64, 1 => least..1];
    (
        select(ids),
        select(line_ids),
        amount,
        shares,
        prop::bool::weighted(0.95),
        weighted(0.2, 0..9_i64),
    )
        .prop_map(|(id, line_id, amount, shares, has_right_vat, discount)| Priced {
            id,
            line_id,
            amount,
            shares,
            has_right_vat,
            discount,
        })
}

/// Generates chosen options, which are valid because Dintero has already accepted them.
fn chosen() -> impl Strategy<Value = Chosen> {
    let accepted = |mut priced: Priced, line_id: &'static str| {
        (priced.line_id, priced.shares, priced.has_right_vat) = (line_id, Shares::None, true);
        priced
    };
    let option = || priced(&["home", "kiosk"], &["c1"], 0);
    (option(), weighted(0.3, (option(), option()))).prop_map(move |(mut option, shipments)| {
        let shipments = shipments.map_or_else(Vec::new, |(first, second)| {
            vec![accepted(first, "s1"), accepted(second, "s2")]
        });
        if !shipments.is_empty() {
            option.amount = shipments.iter().map(|shipment| shipment.amount).sum();
        }
        Chosen { option: accepted(option, "c1"), shipments }
    })
}

fn plan() -> impl Strategy<Value = Plan> {
    let options =
        vec(priced(&["home", "kiosk", ""], &["o1", "o2", "o3", "c1", "s1", "i1"], -9), 0..3);
    let items = vec(priced(&["article"], &["i1", "i2", "i3", "i4", "i5", ""], -1_500), 0..4);
    let flags = (
        prop::bool::weighted(0.8),
        prop::bool::weighted(0.3),
        any::<bool>(),
        prop::bool::weighted(0.3),
        prop::bool::weighted(0.2),
        prop::bool::weighted(0.1),
    );
    (weighted(0.7, chosen()), options, items, flags).prop_map(
        |(
            chosen,
            options,
            items,
            (offers_chosen, withdraws, replaces_items, auto_capture, gift_card, partial),
        )| {
            Plan {
                chosen,
                options,
                offers_chosen,
                withdraws,
                items,
                replaces_items,
                auto_capture,
                gift_card,
                partial,
            }
        },
    )
}

impl Priced {
    fn vat(&self) -> Percent {
        Percent::from(if self.has_right_vat { Decimal::from(25) } else { Decimal::new(25, 2) })
    }

    fn splits(&self) -> Option<Vec<PayoutSplit>> {
        let split = PayoutSplit::new;
        match self.shares {
            Shares::None => None,
            Shares::Open => Some(vec![]),
            Shares::Right => Some(vec![split("seller", self.amount - 3), split("shop", 3)]),
            Shares::Wrong => Some(vec![split("seller", self.amount - 3), split("shop", 4)]),
        }
    }

    fn discounts(&self) -> Option<Vec<DiscountItem>> {
        self.discount.map(|amount| vec![DiscountItem::new().amount(amount)])
    }

    fn option(&self) -> MultiShipmentShippingOption {
        let mut option =
            MultiShipmentShippingOption::new(self.id, self.line_id, self.amount, "Title", "");
        (option.vat, option.splits) = (Some(self.vat()), self.splits());
        option
    }

    fn item(&self) -> OrderLine {
        let mut item = OrderLine::new().line_id(self.line_id).amount(self.amount).vat(self.vat());
        (item.splits, item.discount_lines) = (self.splits(), self.discounts());
        item
    }

    fn discounted(&self) -> DiscountCodesOrderUpdateItem {
        let item = DiscountCodesOrderUpdateItem::new().line_id(self.line_id);
        let mut item = item.amount(self.amount).vat(self.vat());
        (item.splits, item.discount_lines) = (self.splits(), self.discounts());
        item
    }
}

impl Plan {
    /// Returns the chosen options: one for each shipment, or a single one if there are no shipments.
    fn choices(&self) -> Vec<&Priced> {
        match &self.chosen {
            Some(chosen) if chosen.shipments.is_empty() => vec![&chosen.option],
            Some(chosen) => chosen.shipments.iter().collect(),
            None => Vec::new(),
        }
    }

    /// Returns all offered options. The chosen options, if they are offered, have a new price.
    fn offered(&self) -> Vec<Priced> {
        let mut offered = self.options.clone();
        if self.offers_chosen {
            offered
                .extend(self.choices().into_iter().map(|choice| Priced { amount: 700, ..*choice }));
        }
        offered
    }

    fn offers_every_choice(&self) -> bool {
        let offered = self.offered();
        let is = |one: &Priced, other: &Priced| (one.id, one.line_id) == (other.id, other.line_id);
        self.choices().iter().all(|choice| offered.iter().any(|option| is(option, choice)))
    }

    fn freight(&self) -> i64 {
        self.chosen.as_ref().map_or(0, |chosen| chosen.option.amount)
    }

    /// Returns the order in the callback: one item, and the chosen options.
    fn order(&self) -> SessionOrder {
        let mut order = SessionOrder::new(1_000 + self.freight(), Currency::NOK, "17");
        order.items = Some(vec![OrderLine::new().id("a").line_id("i1").quantity(1).amount(1_000)]);
        order.gift_cards = self.gift_card.then(|| vec![Giftcard::new("card", 0)]);
        order.partial_payment = self.partial.then_some(true);
        order.shipping_option = self.chosen.as_ref().map(|Chosen { option, shipments }| {
            let mut chosen =
                OrderShippingOption::new(option.id, option.line_id, option.amount, "Title", "");
            let shipment = |priced: &Priced| {
                let mut shipment = priced.option();
                shipment.shipment_items = Some(vec![MultiShipmentItem::new("i1")]);
                shipment
            };
            if !shipments.is_empty() {
                chosen.shipments = Some(shipments.iter().map(shipment).collect());
            }
            chosen
        });
        order
    }

    fn callback(&self) -> ExpressCallback {
        let configuration = json!({"auto_capture": self.auto_capture});
        serde_json::from_value(json!({
            "url": {"return_url": "https://shop.example.com/thanks"},
            "configuration": configuration, "order": self.order(),
        }))
        .expect("the JSON is a callback")
    }

    /// Returns whether a response with these items has no mistake. With `None`, the response keeps the session's items.
    fn is_valid(&self, items: Option<&[Priced]>) -> bool {
        let offered = self.offered();
        let new: Vec<&Priced> = items.unwrap_or_default().iter().chain(&offered).collect();
        let mut line_ids: Vec<_> = new.iter().map(|priced| priced.line_id).collect();
        if items.is_none() {
            line_ids.push("i1");
        }
        let are_unique = line_ids.iter().collect::<BTreeSet<_>>().len() == line_ids.len();
        let is_split = |priced: &&Priced| matches!(priced.shares, Shares::Right | Shares::Wrong);
        let sum: i64 = items.unwrap_or_default().iter().map(|item| item.amount).sum();
        let is_sum = items.is_none() || !self.partial && sum + self.freight() >= 0;
        are_unique
            && !line_ids.contains(&"")
            && new.iter().all(|priced| priced.has_right_vat && priced.shares != Shares::Wrong)
            && offered.iter().all(|option| !option.id.is_empty() && option.amount >= 0)
            && !(self.gift_card && new.iter().any(is_split))
            && !(self.auto_capture && new.iter().any(|priced| priced.shares == Shares::Open))
            && (offered.is_empty() || self.withdraws || self.offers_every_choice())
            && is_sum
    }

    /// Returns the session after a response: the chosen options have their new prices or have been removed.
    fn session_after(
        &self,
        options: &[MultiShipmentShippingOption],
        items: Option<Vec<OrderLine>>,
    ) -> SessionProfile {
        let mut order = self.order();
        order.items = items.or(order.items);
        let price = |id: &str, line_id: &str| {
            let found = options.iter().find(|option| option.id == id && option.line_id == line_id);
            found.map(|option| option.amount)
        };
        if let Some(chosen) = &mut order.shipping_option {
            if let Some(shipments) = &mut chosen.shipments {
                let mut sum = 0;
                for shipment in shipments {
                    let price = price(&shipment.id, &shipment.line_id);
                    shipment.amount = price.unwrap_or(shipment.amount);
                    shipment.shipment_items = None;
                    sum += shipment.amount.get();
                }
                chosen.amount = sum.into();
            } else {
                chosen.amount = price(&chosen.id, &chosen.line_id).unwrap_or(chosen.amount);
            }
        }
        if !self.offers_every_choice() || options.is_empty() {
            order.shipping_option = None;
        }
        let amounts = order.items.iter().flatten().filter_map(|item| item.amount);
        let chosen = order.shipping_option.iter().map(|chosen| chosen.amount);
        order.amount = amounts.chain(chosen).map(MinorUnits::get).sum::<i64>().into();
        let urls = SessionUrls::new("https://shop.example.com/thanks");
        let mut session = SessionProfile::new(urls, order, "default");
        session.configuration = Some(SessionConfiguration::new().auto_capture(self.auto_capture));
        session.express = Some(ExpressOptions::new(options.to_vec()));
        session
    }
}

fn matches_the_document(
    validator: &jsonschema::Validator,
    path: &str,
    response: &impl serde_core::Serialize,
) -> TestCaseResult {
    let written = serde_json::to_value(response).expect("it can be written");
    prop_assert_eq!(schema::invalid(validator, &written), [""; 0]);
    for what in [Find::Unknown, Find::ReadOnly] {
        prop_assert_eq!(schema::find(what, response_schema(path), &written), [""; 0]);
    }
    Ok(())
}

fn passes_check(session: &SessionProfile) -> TestCaseResult {
    // Only errors are mistakes: once the shipping is removed, negative items may make the order's amount negative,
    // which is a warning.
    let report = session.check();
    prop_assert!(report.is_ok(), "{report}\n{session:?}");
    Ok(())
}

fn config() -> ProptestConfig {
    ProptestConfig { cases: 1_024, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn responses_to_a_new_address_are_valid_or_refused(plan in plan()) {
        static VALIDATOR: LazyLock<jsonschema::Validator> =
            LazyLock::new(|| schema::validator(response_schema(SHIPPING)));
        let callback = plan.callback();
        let options = plan.offered();
        let mut builder = ShippingResponseBuilder::new(&callback, options.iter().map(Priced::option));
        let items = plan.replaces_items.then_some(plan.items.as_slice());
        if let Some(items) = items {
            builder = builder.items(items.iter().map(Priced::item));
        }
        if plan.withdraws {
            builder = builder.withdraw_chosen();
        }
        let built = builder.build();
        prop_assert_eq!(built.is_ok(), plan.is_valid(items), "{:?}", built);
        let Ok(response) = built else { return Ok(()) };
        matches_the_document(&VALIDATOR, SHIPPING, &response)?;
        let sum = items.map(|items| items.iter().map(|item| item.amount).sum::<i64>() + plan.freight());
        let amount = response.order.as_ref().map(|order| order.amount.get());
        prop_assert_eq!(amount, sum);
        let items = response.order.and_then(|order| order.items);
        passes_check(&plan.session_after(&response.shipping_options, items))?;
    }

    #[test]
    fn responses_to_discount_codes_are_valid_or_refused(plan in plan()) {
        static VALIDATOR: LazyLock<jsonschema::Validator> =
            LazyLock::new(|| schema::validator(response_schema(DISCOUNT)));
        let callback = plan.callback();
        let options = plan.offered();
        let mut builder = DiscountResponseBuilder::new(
            &callback,
            options.iter().map(Priced::option),
            plan.items.iter().map(Priced::discounted),
        );
        if plan.withdraws {
            builder = builder.withdraw_chosen();
        }
        let built = builder.accept(["SPRING"]).build();
        let is_valid = !plan.items.is_empty() && plan.is_valid(Some(&plan.items));
        prop_assert_eq!(built.is_ok(), is_valid, "{:?}", built);
        let Ok(response) = built else { return Ok(()) };
        matches_the_document(&VALIDATOR, DISCOUNT, &response)?;
        let order = response.order.expect("the response has an order");
        let sum: i64 = plan.items.iter().map(|item| item.amount).sum();
        prop_assert_eq!(order.amount.get(), sum + plan.freight());
        let items = plan.items.iter().map(Priced::item).collect();
        passes_check(&plan.session_after(&response.shipping_options, Some(items)))?;
    }
}

/// Ensures that the tests above generate enough valid responses.
#[test]
fn many_responses_are_valid() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut right, mut with_shipments) = (0, 0);
    for _ in 0..1_000 {
        let plan = plan().new_tree(&mut runner).expect("a plan").current();
        if plan.is_valid(Some(&plan.items)) {
            right += 1;
            with_shipments += usize::from(plan.choices().len() > 1 && plan.offers_every_choice());
        }
    }
    assert!(right > 150 && with_shipments > 20, "{right}, {with_shipments} with shipments");
}
