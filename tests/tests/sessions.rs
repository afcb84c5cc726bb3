//! Tests random sessions without a cart, with prices in every possible place. `check` finds exactly the mistakes in
//! these sessions, and a session without errors is valid according to the document.

use std::collections::BTreeSet;

use dintero_api::order::Report;
use dintero_api::types::{
    DiscountItem, ExpressOptions, Giftcard, MultiShipmentItem, MultiShipmentShippingOption,
    OrderLine, OrderShippingOption, PayoutSplit, SessionConfiguration, SessionOrder,
    SessionProfile, SessionUrls,
};
use dintero_api::{Currency, Decimal, Percent};
use dintero_tests::document::{component, document};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

/// How a price is shared among sellers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shares {
    None,
    /// The splits are sent with the capture.
    Open,
    Whole,
    TwoSellers,
    /// The splits do not add up to the amount.
    OffByOne,
    Nobody,
}

/// A price, with its line id, its splits and its VAT rate.
#[derive(Debug, Clone)]
struct Priced {
    line_id: &'static str,
    amount: i64,
    shares: Shares,
    /// The VAT rate in hundredths of a percent.
    rate: Option<i64>,
}

#[derive(Debug, Clone)]
struct Chosen {
    option: Priced,
    shipments: Option<Vec<Priced>>,
}

#[derive(Debug, Clone)]
struct Plan {
    items: Vec<Priced>,
    chosen: Option<Chosen>,
    /// The offered shipping options, if the session is an express checkout.
    offered: Option<Vec<Priced>>,
    /// Whether the chosen option is also offered.
    offers_chosen: bool,
    discounts: Vec<i64>,
    gift_cards: usize,
    auto_capture: bool,
    partial: bool,
    /// Whether the shipments contain goods outside the order.
    loses_goods: bool,
    off: i64,
}

fn priced(ids: &'static [&'static str]) -> impl Strategy<Value = Priced> {
    let shares = prop_oneof![
        8 => Just(Shares::None),
        2 => Just(Shares::Whole),
        2 => Just(Shares::TwoSellers),
        1 => Just(Shares::Open),
        1 => Just(Shares::OffByOne),
        1 => Just(Shares::Nobody),
    ];
    let rate = prop_oneof![
        4 => Just(None),
        4 => select(vec![0, 100, 1_500, 2_550, 10_000]).prop_map(Some),
        1 => select(vec![-100, 25, 99, 10_001]).prop_map(Some),
    ];
    (select(ids), 0..1_000_i64, shares, rate).prop_map(|(line_id, amount, shares, rate)| Priced {
        line_id,
        amount,
        shares,
        rate,
    })
}

/// Generates plans in which most ids occur in only one part of the session.
fn plan() -> impl Strategy<Value = Plan> {
    let shipments = prop_oneof![
        1 => Just(None),
        1 => vec(priced(&["s1", "s2", "s3", "s4", "s5", "s6", "i1", "c"]), 0..4).prop_map(Some),
    ];
    let chosen = (priced(&["c", "c", "c", "i1", ""]), shipments)
        .prop_map(|(option, shipments)| Chosen { option, shipments });
    let offered = vec(priced(&["e1", "e2", "e3", "e4", "e5", "i1", ""]), 0..3);
    (
        vec(priced(&["i1", "i2", "i3", "i4", "i5", "i6", "i7", ""]), 0..3),
        proptest::option::of(chosen),
        proptest::option::of(offered),
        prop::bool::weighted(0.8),
        vec(0..50_i64, 0..2),
        prop_oneof![5 => Just(0_usize), 1 => 1..3_usize],
        (any::<bool>(), prop::bool::weighted(0.2), prop::bool::weighted(0.1)),
        prop_oneof![5 => Just(0_i64), 1 => -1..2_i64],
    )
        .prop_map(
            |(
                items,
                chosen,
                offered,
                offers_chosen,
                discounts,
                gift_cards,
                (auto_capture, partial, loses_goods),
                off,
            )| {
                Plan {
                    items,
                    chosen,
                    offered,
                    offers_chosen,
                    discounts,
                    gift_cards,
                    auto_capture,
                    partial,
                    loses_goods,
                    off,
                }
            },
        )
}

impl Priced {
    fn splits(&self) -> Option<Vec<PayoutSplit>> {
        let split = PayoutSplit::new;
        let half = self.amount / 2;
        match self.shares {
            Shares::None => None,
            Shares::Open => Some(vec![]),
            Shares::Whole => Some(vec![split("seller", self.amount)]),
            Shares::TwoSellers => {
                Some(vec![split("seller", half), split("shop", self.amount - half)])
            }
            Shares::OffByOne => Some(vec![split("seller", self.amount + 1)]),
            Shares::Nobody => Some(vec![split("", self.amount)]),
        }
    }

    fn vat(&self) -> Option<Percent> {
        self.rate.map(|rate| Percent::from(Decimal::new(rate, 2)))
    }

    fn item(&self) -> OrderLine {
        let mut item =
            OrderLine::new().id("article").line_id(self.line_id).quantity(1).amount(self.amount);
        (item.vat, item.splits) = (self.vat(), self.splits());
        item
    }

    fn option(&self) -> MultiShipmentShippingOption {
        let mut option =
            MultiShipmentShippingOption::new("id", self.line_id, self.amount, "Title", "");
        (option.vat, option.splits) = (self.vat(), self.splits());
        option
    }

    /// Returns the rules that this price breaks, whatever part of the session it belongs to.
    fn broken(&self, rules: &mut BTreeSet<&'static str>) {
        if matches!(self.shares, Shares::OffByOne | Shares::Nobody) {
            rules.insert("Splits");
        }
        if self.rate.is_some_and(|rate| rate != 0 && !(100..=10_000).contains(&rate)) {
            rules.insert("Vat");
        }
    }
}

impl Plan {
    fn amount(&self) -> i64 {
        let items: i64 = self.items.iter().map(|item| item.amount).sum();
        items + self.chosen.as_ref().map_or(0, |chosen| chosen.option.amount) + self.off
    }

    fn shipments(&self) -> &[Priced] {
        let shipments = self.chosen.as_ref().and_then(|chosen| chosen.shipments.as_deref());
        shipments.unwrap_or_default()
    }

    /// Returns the prices that the customer has chosen: the price of the option, or the price of each shipment.
    fn choices(&self) -> Vec<Priced> {
        match &self.chosen {
            Some(chosen) if self.shipments().is_empty() => vec![chosen.option.clone()],
            _ => self.shipments().to_vec(),
        }
    }

    /// Returns every offered shipping option.
    fn offers(&self) -> Vec<Priced> {
        let mut offers = self.offered.clone().unwrap_or_default();
        if self.offers_chosen && self.offered.is_some() {
            offers.extend(self.choices());
        }
        offers
    }

    /// Returns whether the order has a list of items, which may be empty.
    fn has_items(&self) -> bool {
        !self.items.is_empty() || self.offers_chosen
    }

    fn session(&self) -> SessionProfile {
        let mut order = SessionOrder::new(self.amount(), Currency::NOK, "order");
        order.items = self.has_items().then(|| self.items.iter().map(Priced::item).collect());
        order.discount_lines =
            Some(self.discounts.iter().map(|amount| DiscountItem::new().amount(*amount)).collect());
        order.partial_payment = self.partial.then_some(true);
        let goods = match self.items.first() {
            Some(item) if !self.loses_goods => item.line_id,
            _ => "nothing",
        };
        order.shipping_option = self.chosen.as_ref().map(|chosen| chosen.option(goods));
        let cards = (0..self.gift_cards).map(|_| Giftcard::new("card", 0));
        order.gift_cards = (self.gift_cards > 0).then(|| cards.collect());
        let urls = SessionUrls::new("https://shop.example.com/thanks");
        let mut session = SessionProfile::new(urls, order, "default");
        session.configuration =
            self.auto_capture.then(|| SessionConfiguration::new().auto_capture(true));
        session.express = self.offered.as_ref().map(|_| {
            ExpressOptions::new(self.offers().iter().map(Priced::option).collect::<Vec<_>>())
        });
        session
    }

    /// Returns the rules that `check` must report as broken, without using `check`.
    fn broken(&self) -> BTreeSet<&'static str> {
        let mut rules = BTreeSet::new();
        let chosen = self.chosen.as_ref();
        let in_order: Vec<&Priced> = self
            .items
            .iter()
            .chain(chosen.map(|chosen| &chosen.option))
            .chain(self.shipments())
            .collect();
        let offers = self.offers();
        let in_express: Vec<&Priced> = self.items.iter().chain(&offers).collect();
        let everything: Vec<&Priced> = in_order.iter().copied().chain(&offers).collect();
        everything.iter().for_each(|priced| priced.broken(&mut rules));

        let is_doubled = |all: &[&Priced]| {
            let ids: Vec<_> =
                all.iter().map(|one| one.line_id).filter(|id| !id.is_empty()).collect();
            ids.iter().collect::<BTreeSet<_>>().len() < ids.len()
        };
        let has_nameless_item = self.items.iter().any(|item| item.line_id.is_empty());
        if has_nameless_item || is_doubled(&in_order) || is_doubled(&in_express) {
            rules.insert("LineId");
        }
        if in_order[self.items.len()..]
            .iter()
            .copied()
            .chain(&offers)
            .any(|option| option.line_id.is_empty())
        {
            rules.insert("Required");
        }
        if self.has_items() && (self.off > 0 || self.off < 0 && !self.partial)
            || !self.has_items() && chosen.is_some() && self.off < 0 && !self.partial
        {
            rules.insert("Sum");
        }
        if let Some(Chosen { option, shipments: Some(shipments) }) = chosen {
            let first = self.items.first().map(|item| item.line_id);
            let names_nothing = first.is_some_and(|id| id.is_empty() || self.loses_goods);
            let names_nothing = names_nothing && !shipments.is_empty();
            if shipments.len() < 2 || option.shares != Shares::None || names_nothing {
                rules.insert("Shipments");
            }
        }
        if self.offered.is_some()
            && chosen.is_some()
            && !self
                .choices()
                .iter()
                .all(|choice| offers.iter().any(|offer| offer.line_id == choice.line_id))
        {
            rules.insert("Express");
        }
        if self.auto_capture && everything.iter().any(|priced| priced.shares == Shares::Open) {
            rules.insert("AutoCapture");
        }
        let is_split = |priced: &&Priced| !matches!(priced.shares, Shares::None | Shares::Open);
        if self.gift_cards > 1
            || self.gift_cards > 0 && (self.offered.is_none() || everything.iter().any(is_split))
        {
            rules.insert("GiftCard");
        }
        rules
    }
}

impl Chosen {
    fn option(&self, goods: &str) -> OrderShippingOption {
        let Priced { line_id, amount, .. } = self.option;
        let mut option = OrderShippingOption::new("id", line_id, amount, "Title", "");
        (option.vat, option.splits) = (self.option.vat(), self.option.splits());
        let with_goods = |shipment: &Priced| {
            let mut option = shipment.option();
            option.shipment_items = Some(vec![MultiShipmentItem::new(goods)]);
            option
        };
        option.shipments =
            self.shipments.as_ref().map(|shipments| shipments.iter().map(with_goods).collect());
        option
    }
}

fn rules(report: &Report) -> BTreeSet<String> {
    report.errors().iter().map(|problem| format!("{:?}", problem.rule)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_048, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn check_finds_every_mistake_and_nothing_else(plan in plan()) {
        let session = plan.session();
        let report = session.check();
        let expected: BTreeSet<_> = plan.broken().into_iter().map(str::to_owned).collect();
        prop_assert_eq!(rules(&report), expected, "{}", report);
        if report.is_ok() {
            let written = serde_json::to_value(&session).expect("a session can be serialized");
            let pointer = component("SessionProfile");
            prop_assert_eq!(document().validate(&pointer, &written), [""; 0]);
            prop_assert_eq!(document().unknown_properties(&pointer, &written), [""; 0]);
        }
    }
}

/// Ensures that enough of the generated sessions are valid for the test above.
#[test]
fn many_of_the_sessions_are_valid() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut right, mut right_with_shipments) = (0, 0);
    for _ in 0..1_000 {
        let plan = plan().new_tree(&mut runner).expect("a plan").current();
        if plan.session().check().is_ok() {
            right += 1;
            right_with_shipments += usize::from(!plan.shipments().is_empty());
        }
    }
    assert!(
        right > 100 && right_with_shipments > 3,
        "{right}, {right_with_shipments} with shipments"
    );
}
