//! Tests that the path of every problem and warning exists in the merchant's own struct, whatever the mistake is and
//! whichever check finds it.
//!
//! The macro `shop!` declares the structs together with a way to follow a path through their fields.

use std::collections::BTreeMap;

use dintero_api::order::{Problem, Rule};
use dintero_api::types::{Giftcard, OrderAddress, PayoutFeeSplit, PayoutSplit, SessionUrls};
use dintero_api::{
    DinteroAddress, DinteroDiscount, DinteroOrder, DinteroOrderItem, DinteroShippingOption,
    ToOrder, ToSession,
};
use proptest::collection::{btree_set, vec};
use proptest::prelude::*;

/// A type that paths can lead into.
trait Follow {
    /// Returns whether `rest`, the remainder of a path such as `[2].price`, exists in this type. `rest` may be empty.
    fn follow(rest: &str) -> bool;
}

/// Declares structs, and implements [`Follow`] for them.
macro_rules! shop {
    ($(
        $(#[$attribute:meta])*
        struct $name:ident { $($(#[$of_field:meta])* $field:ident: $ty:ty,)* }
    )*) => {$(
        $(#[$attribute])*
        #[derive(Clone, Debug)]
        struct $name { $($(#[$of_field])* $field: $ty,)* }

        impl Follow for $name {
            fn follow(rest: &str) -> bool {
                let rest = rest.strip_prefix('.').unwrap_or(rest);
                let end = rest.find(['.', '[']).unwrap_or(rest.len());
                let (field, rest) = rest.split_at(end);
                match field {
                    "" => rest.is_empty(),
                    $(stringify!($field) => <$ty as Follow>::follow(rest),)*
                    _ => false,
                }
            }
        }
    )*};
}

/// Implements [`Follow`] for types without fields.
macro_rules! leaves {
    ($($ty:ty),*) => {$(
        impl Follow for $ty {
            fn follow(rest: &str) -> bool {
                rest.is_empty()
            }
        }
    )*};
}

leaves! { String, &'static str, bool, i64, i32, u32, u8, f64 }

/// Implements [`Follow`] for types of the API, with the fields at which problems are reported.
macro_rules! of_the_api {
    ($($ty:ty: $($field:literal),*;)*) => {$(
        impl Follow for $ty {
            fn follow(rest: &str) -> bool {
                rest.is_empty() || [$($field),*].contains(&rest.trim_start_matches('.'))
            }
        }
    )*};
}

of_the_api! {
    PayoutSplit: "amount", "payout_destination_id";
    PayoutFeeSplit: "destinations";
    Giftcard: "amount";
    OrderAddress: "phone_number", "country";
}

impl<T: Follow> Follow for Option<T> {
    fn follow(rest: &str) -> bool {
        T::follow(rest)
    }
}

/// Follows a path such as `[2].price` into an element of a collection. An empty path means the whole collection.
fn element<T: Follow>(rest: &str) -> bool {
    match rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((_, rest)) => T::follow(rest),
        None => rest.is_empty(),
    }
}

impl<T: Follow> Follow for Vec<T> {
    fn follow(rest: &str) -> bool {
        element::<T>(rest)
    }
}

impl<T: Follow> Follow for BTreeMap<String, T> {
    fn follow(rest: &str) -> bool {
        element::<T>(rest)
    }
}

impl<T: Follow, U: Follow> Follow for (T, U) {
    fn follow(rest: &str) -> bool {
        match rest.strip_prefix(".0") {
            Some(rest) => T::follow(rest),
            None => rest.strip_prefix(".1").map_or(rest.is_empty(), U::follow),
        }
    }
}

shop! {
    #[derive(DinteroOrder)]
    #[dintero(currency = "NOK")]
    struct Shop {
        #[dintero(to = merchant_reference)]
        number: String,
        #[dintero(to = items)]
        lines: Vec<Sold>,
        #[dintero(to = items)]
        named: BTreeMap<String, Sold>,
        #[dintero(to = items)]
        pairs: Vec<(Article, i32)>,
        #[dintero(to = gift_cards)]
        wallet: Option<Vec<Giftcard>>,
        #[dintero(to = shipping_option)]
        freight: Option<Freight>,
        #[dintero(to = shipping_address)]
        buyer: Buyer,
        #[dintero(to = billing_address)]
        payer: Option<OrderAddress>,
        #[dintero(to = amount)]
        total: Option<i64>,
        #[dintero(to = vat_amount)]
        tax_total: Option<i64>,
        #[dintero(to = discount)]
        coupons: Vec<Coupon>,
        #[dintero(to = session.customer.phone_number)]
        mobile: Option<&'static str>,
        #[dintero(to = session.express.shipping_options)]
        offers: Option<Vec<Freight>>,
        #[dintero(to = session.configuration.auto_capture)]
        at_once: Option<bool>,
    }

    #[derive(DinteroOrderItem)]
    struct Sold {
        #[dintero(flatten)]
        article: Article,
        #[dintero(to = line_id)]
        row: Option<String>,
        #[dintero(to = quantity)]
        count: i32,
        #[dintero(to = splits)]
        shares: Option<Vec<PayoutSplit>>,
        #[dintero(to = fee_split)]
        fees: Option<PayoutFeeSplit>,
        #[dintero(to = discount)]
        sale: Option<Coupon>,
        #[dintero(to = items)]
        extras: Vec<Article>,
    }

    #[derive(DinteroOrderItem)]
    struct Article {
        #[dintero(to = id)]
        sku: &'static str,
        #[dintero(to = unit_price)]
        price: i64,
        #[dintero(to = vat_basis_points)]
        rate: u32,
        #[dintero(to = vat_amount)]
        tax: Option<i64>,
    }

    #[derive(DinteroDiscount)]
    struct Coupon {
        #[dintero(to = discount_id)]
        code: &'static str,
        #[dintero(to = percentage)]
        share: f64,
    }

    #[derive(DinteroShippingOption)]
    #[dintero(operator = "")]
    struct Freight {
        #[dintero(to = id)]
        code: &'static str,
        #[dintero(to = title)]
        name: &'static str,
        #[dintero(to = amount)]
        cost: i64,
        #[dintero(to = vat)]
        rate: u8,
        #[dintero(to = vat_amount)]
        tax: Option<i64>,
        #[dintero(to = shipments)]
        parcels: Option<Vec<Parcel>>,
        #[dintero(to = splits)]
        shares: Option<Vec<PayoutSplit>>,
    }

    #[derive(DinteroShippingOption)]
    #[dintero(operator = "", title = "Parcel", amount = 2450)]
    struct Parcel {
        #[dintero(to = id)]
        number: &'static str,
        #[dintero(to = splits)]
        shares: Option<Vec<PayoutSplit>>,
    }

    #[derive(DinteroAddress)]
    struct Buyer {
        #[dintero(to = phone_number)]
        phone: &'static str,
        #[dintero(flatten)]
        place: Place,
    }

    #[derive(DinteroAddress)]
    struct Place {
        #[dintero(to = country)]
        land: &'static str,
    }
}

fn article(price: i64) -> Article {
    Article { sku: "A", price, rate: 2500, tax: None }
}

fn sold(price: i64) -> Sold {
    Sold {
        article: article(price),
        row: None,
        count: 1,
        shares: None,
        fees: None,
        sale: None,
        extras: Vec::new(),
    }
}

fn freight() -> Freight {
    Freight {
        code: "post",
        name: "Post",
        cost: 4900,
        rate: 25,
        tax: None,
        parcels: None,
        shares: None,
    }
}

/// Returns two parcels that together cost as much as the freight.
fn parcels(numbers: [&'static str; 2]) -> Vec<Parcel> {
    numbers.map(|number| Parcel { number, shares: None }).into()
}

/// Returns a valid cart.
fn shop() -> Shop {
    Shop {
        number: "order-1".into(),
        lines: vec![sold(10000), sold(5000)],
        named: BTreeMap::from([("m".to_owned(), sold(100))]),
        pairs: vec![(article(700), 3)],
        wallet: None,
        freight: Some(freight()),
        buyer: Buyer { phone: "22334455", place: Place { land: "NO" } },
        payer: None,
        total: None,
        tax_total: None,
        coupons: Vec::new(),
        mobile: None,
        offers: None,
        at_once: None,
    }
}

/// A mistake in a cart, with the problem or warning that it causes.
struct Mistake {
    make: fn(&mut Shop),
    /// The path and the rule of the problem or warning.
    found: &'static [(&'static str, Rule)],
}

fn splits(amounts: &[i64]) -> Option<Vec<PayoutSplit>> {
    Some(amounts.iter().map(|amount| PayoutSplit::new("seller", *amount)).collect())
}

const MISTAKES: [Mistake; 32] = [
    Mistake { make: |shop| shop.number.clear(), found: &[("number", Rule::Required)] },
    Mistake {
        make: |shop| shop.wallet = Some(vec![Giftcard::new("1", 100)]),
        found: &[("wallet", Rule::GiftCard)],
    },
    Mistake {
        make: |shop| shop.wallet = Some(vec![Giftcard::new("1", 100), Giftcard::new("2", 100)]),
        found: &[("wallet", Rule::GiftCard), ("wallet", Rule::GiftCard)],
    },
    Mistake {
        make: |shop| shop.lines[0].shares = splits(&[9000]),
        found: &[("lines[0].shares", Rule::Splits)],
    },
    Mistake {
        make: |shop| shop.lines[1].shares = splits(&[5_000_000_000, -4_999_995_000]),
        found: &[
            ("lines[1].shares[0].amount", Rule::Int32),
            ("lines[1].shares[1].amount", Rule::Int32),
        ],
    },
    Mistake {
        make: |shop| {
            shop.named.values_mut().for_each(|line| {
                line.shares = splits(&[100]);
                let mut fees = PayoutFeeSplit::new();
                fees.destinations = Some(vec!["nobody".into()]);
                line.fees = Some(fees);
            });
        },
        found: &[("named[\"m\"].fees.destinations", Rule::Splits)],
    },
    Mistake {
        make: |shop| {
            for line in &mut shop.lines {
                line.row = Some("x".into());
            }
        },
        found: &[("lines[1].row", Rule::LineId)],
    },
    Mistake {
        make: |shop| shop.lines[0].row = Some("post".into()),
        found: &[("freight.code", Rule::LineId)],
    },
    Mistake {
        make: |shop| shop.lines[0].article.rate = 25,
        found: &[("lines[0].article.rate", Rule::Vat)],
    },
    Mistake { make: |shop| shop.pairs[0].0.rate = 25, found: &[("pairs[0].0.rate", Rule::Vat)] },
    Mistake {
        make: |shop| shop.lines[0].extras = vec![Article { rate: 1, ..article(100) }],
        found: &[("lines[0].extras[0].rate", Rule::Vat)],
    },
    Mistake { make: |shop| shop.total = Some(1), found: &[("total", Rule::Sum)] },
    Mistake { make: |shop| shop.tax_total = Some(1), found: &[("tax_total", Rule::Vat)] },
    Mistake {
        make: |shop| shop.coupons.push(Coupon { code: "A", share: 0.1 }),
        found: &[("coupons[0].share", Rule::Discount)],
    },
    Mistake {
        make: |shop| shop.coupons.push(Coupon { code: "A", share: 110.0 }),
        found: &[("coupons[0]", Rule::Discount)],
    },
    Mistake {
        make: |shop| shop.lines[1].sale = Some(Coupon { code: "A", share: 101.0 }),
        found: &[("lines[1].sale", Rule::Discount)],
    },
    Mistake { make: |shop| shop.buyer.phone = "call", found: &[("buyer.phone", Rule::Phone)] },
    Mistake {
        make: |shop| shop.buyer.place.land = "Norge",
        found: &[("buyer.place.land", Rule::Value)],
    },
    Mistake {
        make: |shop| {
            let mut payer = OrderAddress::new();
            payer.phone_number = Some("call".into());
            shop.payer = Some(payer);
        },
        found: &[("payer.phone_number", Rule::Phone)],
    },
    Mistake { make: |shop| shop.mobile = Some("call"), found: &[("mobile", Rule::Phone)] },
    Mistake {
        make: |shop| shop.offers = Some(vec![Freight { code: "home", ..freight() }]),
        found: &[("freight", Rule::Express)],
    },
    Mistake {
        make: |shop| shop.offers = Some(vec![freight(), freight()]),
        found: &[("offers[1].code", Rule::LineId)],
    },
    Mistake {
        make: |shop| {
            shop.lines[0].shares = splits(&[]);
            shop.at_once = Some(true);
        },
        found: &[("at_once", Rule::AutoCapture)],
    },
    Mistake {
        make: |shop| change_freight(shop, |freight| freight.parcels = Some(Vec::new())),
        found: &[("freight.parcels", Rule::Shipments)],
    },
    Mistake {
        make: |shop| {
            change_freight(shop, |freight| {
                let mut parcels = parcels(["1", "2"]);
                parcels[1].shares = splits(&[99]);
                freight.parcels = Some(parcels);
            });
        },
        found: &[("freight.parcels[1].shares", Rule::Splits)],
    },
    Mistake {
        make: |shop| change_freight(shop, |freight| freight.parcels = Some(parcels(["1", "1"]))),
        found: &[("freight.parcels[1].number", Rule::LineId)],
    },
    Mistake {
        make: |shop| change_freight(shop, |freight| freight.shares = splits(&[1])),
        found: &[("freight.shares", Rule::Splits)],
    },
    Mistake {
        make: |shop| change_freight(shop, |freight| freight.name = ""),
        found: &[("freight.name", Rule::Required)],
    },
    Mistake {
        make: |shop| shop.lines[0].article.price = 3_000_000_000,
        found: &[("lines", Rule::Int32)],
    },
    // The mistakes from here on cause warnings.
    Mistake {
        make: |shop| shop.lines[0].article.tax = Some(1999),
        found: &[("lines[0].article.tax", Rule::Vat)],
    },
    Mistake {
        make: |shop| change_freight(shop, |freight| freight.tax = Some(981)),
        found: &[("freight.tax", Rule::Vat)],
    },
    Mistake { make: |shop| shop.lines[0].count = 0, found: &[("lines[0].count", Rule::Quantity)] },
];

fn change_freight(shop: &mut Shop, change: impl FnOnce(&mut Freight)) {
    change(shop.freight.as_mut().expect("a freight"));
}

fn urls() -> SessionUrls {
    SessionUrls::new("https://shop.example/thanks")
}

/// Returns all problems with a cart, both errors and warnings.
fn found(shop: &Shop) -> Vec<Problem> {
    match shop.to_session_with_report("default", urls()) {
        Ok(reported) => {
            assert_eq!(reported.report.errors(), []);
            reported.report.warnings().to_vec()
        }
        Err(error) => error.problems().to_vec(),
    }
}

#[test]
fn a_valid_cart_has_no_problems() {
    assert_eq!(found(&shop()), []);
    assert_eq!(
        shop().to_order_with_report().map(|found| found.report.to_string()),
        Ok(String::new())
    );
}

#[test]
fn a_mistake_is_found_at_the_merchants_field() {
    for (number, mistake) in MISTAKES.iter().enumerate() {
        let mut shop = shop();
        (mistake.make)(&mut shop);
        let found: Vec<_> =
            found(&shop).into_iter().map(|problem| (problem.path, problem.rule)).collect();
        let expected: Vec<_> =
            mistake.found.iter().map(|(path, rule)| ((*path).to_owned(), *rule)).collect();
        assert_eq!(found, expected, "mistake {number}");
    }
}

/// A problem with an amount that is calculated from several fields names the paths of all these fields.
#[test]
fn a_value_from_several_fields_has_all_of_their_paths() {
    let mut shop = shop();
    shop.lines[0].article.price = 3_000_000_000;
    let error = shop.to_order().expect_err("too much");
    let paths: Vec<_> = error.problems()[0].paths().collect();
    assert_eq!(paths, ["lines", "named", "pairs", "freight"]);
    let words = error.to_string();
    assert!(words.starts_with("lines, named, pairs, freight: 3000"), "{words}");
}

/// `follow` detects paths that do not exist.
#[test]
fn paths_that_do_not_exist_are_noticed() {
    for path in [
        "lines[0].splits",
        "gift_cards",
        "freight.shipments",
        "items",
        "lines[0].article.x",
        "amount",
    ] {
        assert!(!Shop::follow(path), "{path}");
    }
    for path in
        ["", "lines", "lines[0]", "lines[12].article.rate", "pairs[0].1", "named[\"m\"].row"]
    {
        assert!(Shop::follow(path), "{path}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// Tests carts with several mistakes. Every problem is one that one of the mistakes causes on its own, unless two
    /// mistakes break a rule together: no problem is reported only because an earlier step has failed. Mistakes that do
    /// not concern amounts are always reported, whatever else is wrong.
    #[test]
    fn problems_are_reported_at_once_without_consequences(
        mistakes in btree_set(0..MISTAKES.len(), 2..5),
    ) {
        let mut shop = shop();
        let mut expected = Vec::new();
        for number in mistakes {
            (MISTAKES[number].make)(&mut shop);
            expected.extend_from_slice(MISTAKES[number].found);
        }
        let found = found(&shop);
        let found: Vec<_> =
            found.iter().map(|problem| (problem.path.as_str(), problem.rule)).collect();
        for (path, rule) in &found {
            let is_shared = matches!(rule, Rule::LineId | Rule::Express | Rule::Shipments);
            prop_assert!(is_shared || expected.contains(&(path, *rule)), "{path} {rule:?}");
        }
        for (path, rule) in expected {
            let is_alone = matches!(rule, Rule::Phone | Rule::Required | Rule::Value);
            prop_assert!(!is_alone || found.contains(&(path, rule)), "{path} in {found:?}");
        }
    }

    /// Tests carts with several mistakes at once, in the order and in the session.
    #[test]
    fn every_path_exists(mistakes in vec(0..MISTAKES.len(), 0..6)) {
        let mut shop = shop();
        for mistake in mistakes {
            (MISTAKES[mistake].make)(&mut shop);
        }
        let in_order = shop.to_order().err().map(|error| error.problems().to_vec());
        for problem in found(&shop).iter().chain(in_order.iter().flatten()) {
            for path in problem.paths() {
                prop_assert!(Shop::follow(path), "{problem:?}");
            }
        }
    }
}
