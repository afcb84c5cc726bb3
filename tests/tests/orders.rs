//! Properties of every cart: an order adds up, is valid and loses nothing, or the cart is refused with a path and a
//! rule. Captures and refunds of an order add up to it, however it is divided.

use std::collections::{BTreeMap, BTreeSet};

use dintero_api::money::{MoneyError, Price, decimal_from_f64};
use dintero_api::order::{Capture, DiscountMapping, Problem, Refund, Rule};
use dintero_api::rust_decimal::RoundingStrategy;
use dintero_api::types::{
    CaptureTransactionRequestItem, OrderItemType, OrderLine, SessionOrder, SessionUrls, Transaction,
};
use dintero_api::{
    Currency, Decimal, DinteroAddress, DinteroDiscount, DinteroOrder, DinteroOrderItem,
    DinteroShippingOption, MinorUnits, Percent, Quantity, ToDiscount, ToOrder, ToPrice, ToSession,
};
use dintero_tests::document::{component, document};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::TestCaseResult;
use serde_json::{Value, json};

#[derive(DinteroOrder, Debug, Clone)]
#[dintero(total_mismatch = rounding_line(max = 10))]
struct Cart {
    #[dintero(to = merchant_reference)]
    number: String,
    currency: &'static str,
    #[dintero(to = items)]
    lines: Vec<Option<Line>>,
    #[dintero(to = items)]
    named: BTreeMap<String, Line>,
    #[dintero(to = discount)]
    coupons: Vec<Coupon>,
    #[dintero(to = shipping_option)]
    freight: Option<Freight>,
    #[dintero(to = amount)]
    total: Option<Money>,
    #[dintero(to = partial_payment)]
    partly: Option<bool>,
    #[dintero(to = billing_address)]
    buyer: Buyer,
    #[dintero(to = session.express.shipping_options)]
    offered: Vec<Freight>,
}

/// Paths where a problem of the cart can be. The whole cart and calculated values have no field.
const FIELDS: [&str; 10] = [
    "number", "currency", "lines", "named", "coupons", "freight", "total", "partly", "buyer",
    "offered",
];

#[derive(DinteroOrderItem, Debug, Clone)]
enum Line {
    Single(#[dintero(flatten)] Single),
    Priced(#[dintero(flatten)] Priced),
    Pack(#[dintero(flatten)] Pack),
    #[dintero(negative, type = GiftCard, vat = 0)]
    Card(#[dintero(to = amount)] Money),
    #[dintero(skip)]
    Note,
}

/// A price of one unit.
#[derive(DinteroOrderItem, Debug, Clone)]
enum Single {
    Gross {
        #[dintero(to = unit_price)]
        price: Money,
        #[dintero(to = quantity)]
        count: Count,
        vat: Option<Decimal>,
        #[dintero(to = discount)]
        sales: Vec<Sale>,
        #[dintero(to = items)]
        extras: Vec<Single>,
    },
    Net {
        #[dintero(to = net_unit_price)]
        price: Money,
        #[dintero(to = quantity)]
        count: Count,
        vat: Decimal,
        #[dintero(to = discount)]
        sales: Vec<Sale>,
        #[dintero(to = type)]
        kind: Option<OrderItemType>,
    },
}

/// A price of a whole line.
#[derive(DinteroOrderItem, Debug, Clone)]
#[dintero(rounding = half_to_even)]
enum Priced {
    Gross {
        #[dintero(to = id)]
        sku: String,
        amount: Money,
        #[dintero(to = vat_basis_points)]
        points: Option<u32>,
        #[dintero(to = eligible_for_discount)]
        eligible: Option<bool>,
    },
    Net {
        #[dintero(to = description)]
        text: Option<String>,
        #[dintero(to = net_amount)]
        amount: Money,
        #[dintero(to = vat_fraction)]
        fraction: Decimal,
        quantity: Count,
        #[dintero(to = discount_percent)]
        sale: Option<u8>,
    },
}

#[derive(DinteroOrderItem, Debug, Clone)]
#[dintero(bundle)]
struct Pack {
    #[dintero(to = unit_price)]
    price: Money,
    #[dintero(to = quantity)]
    packs: u8,
    #[dintero(to = items)]
    parts: Vec<Single>,
}

#[derive(DinteroDiscount, Debug, Clone)]
struct Sale {
    #[dintero(to = discount_id)]
    id: Option<String>,
    #[dintero(to = amount)]
    off: Option<Money>,
    #[dintero(to = percentage)]
    share: Option<Decimal>,
}

#[derive(Debug, Clone)]
enum Coupon {
    Spread(Sale),
    Lines(Voucher),
}

#[derive(DinteroDiscount, Debug, Clone)]
#[dintero(as_items)]
struct Voucher {
    #[dintero(flatten)]
    sale: Sale,
}

impl ToDiscount for Coupon {
    fn map_discount(&self, to: &mut DiscountMapping<'_>) {
        match self {
            Self::Spread(sale) => sale.map_discount(to),
            Self::Lines(voucher) => voucher.map_discount(to),
        }
    }
}

#[derive(DinteroShippingOption, Debug, Clone)]
#[dintero(title = "Post", operator = "")]
struct Freight {
    id: String,
    #[dintero(to = amount)]
    price: Money,
    vat: Option<Decimal>,
}

#[derive(DinteroAddress, Debug, Clone)]
struct Buyer {
    #[dintero(to = first_name)]
    name: String,
    country: Option<&'static str>,
    #[dintero(to = phone_number)]
    phone: &'static str,
}

/// Money in every representation.
#[derive(Debug, Clone, Copy)]
enum Money {
    Minor(i64),
    Major(Decimal),
    Float(f64),
}

impl ToPrice for Money {
    fn to_price(&self, currency: Currency) -> Result<Price, MoneyError> {
        match self {
            Self::Minor(amount) => amount.to_price(currency),
            Self::Major(amount) => amount.to_price(currency),
            Self::Float(amount) => decimal_from_f64(amount)?.to_price(currency),
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Count {
    Whole(i32),
    Weight(Decimal),
    Float(f64),
}

impl dintero_api::ToQuantity for Count {
    fn to_quantity(&self) -> Result<Quantity, MoneyError> {
        match self {
            Self::Whole(count) => count.to_quantity(),
            Self::Weight(weight) => weight.to_quantity(),
            Self::Float(weight) => weight.to_quantity(),
        }
    }
}

/// The range of the numbers in a cart.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Shop {
    /// Numbers as in a real shop: most of these carts are valid.
    Sane,
    /// Up to the limits of every type.
    Wild,
}

fn any_decimal() -> impl Strategy<Value = Decimal> {
    let mantissa = prop_oneof![
        any::<i128>().prop_map(|number| number >> 32),
        any::<i64>().prop_map(i128::from)
    ];
    let edges = select(vec![Decimal::MAX, Decimal::MIN, Decimal::ZERO, Decimal::ONE]);
    let numbers = (mantissa, 0..=28_u32).prop_map(|(number, scale)| {
        Decimal::try_from_i128_with_scale(number, scale).unwrap_or(Decimal::MAX)
    });
    prop_oneof![4 => numbers, 1 => edges]
}

fn money(shop: Shop) -> BoxedStrategy<Money> {
    let sane = prop_oneof![
        (0..1_000_000_i64).prop_map(Money::Minor),
        (0..10_000_000_i64, 0..=4_u32)
            .prop_map(|(number, scale)| Money::Major(Decimal::new(number, scale))),
        (0..1_000_000_i32).prop_map(|mills| Money::Float(f64::from(mills) / 1000.0)),
    ];
    let wild = prop_oneof![
        any::<i64>().prop_map(Money::Minor),
        any_decimal().prop_map(Money::Major),
        any::<f64>().prop_map(Money::Float),
    ];
    match shop {
        Shop::Sane => sane.boxed(),
        Shop::Wild => prop_oneof![2 => sane, 1 => wild].boxed(),
    }
}

fn count(shop: Shop) -> BoxedStrategy<Count> {
    let sane = prop_oneof![
        6 => (0..9_i32).prop_map(Count::Whole),
        3 => (0..5_000_i64).prop_map(|grams| Count::Weight(Decimal::new(grams, 3))),
        1 => (0..5_000_i32).prop_map(|grams| Count::Float(f64::from(grams) / 1000.0)),
        1 => (-3..0_i32).prop_map(Count::Whole),
    ];
    let wild = prop_oneof![
        any::<i32>().prop_map(Count::Whole),
        any_decimal().prop_map(Count::Weight),
        any::<f64>().prop_map(Count::Float),
    ];
    match shop {
        Shop::Sane => sane.boxed(),
        Shop::Wild => prop_oneof![4 => sane, 1 => wild].boxed(),
    }
}

fn rate(shop: Shop) -> BoxedStrategy<Decimal> {
    let sane = select(vec!["25", "15", "12.00", "0", "25.5", "8.25", "1", "100"])
        .prop_map(|rate| rate.parse().expect("a rate"));
    match shop {
        Shop::Sane => sane.boxed(),
        Shop::Wild => prop_oneof![8 => sane, 1 => any_decimal()].boxed(),
    }
}

fn sale(shop: Shop) -> impl Strategy<Value = Sale> {
    let share = (0..=1000_i64).prop_map(|tenths| Decimal::new(tenths, 1));
    let share = match shop {
        Shop::Sane => share.boxed(),
        Shop::Wild => prop_oneof![4 => share, 1 => any_decimal()].boxed(),
    };
    let small = match shop {
        Shop::Sane => (0..300_i64).prop_map(Money::Minor).boxed(),
        Shop::Wild => money(shop),
    };
    let id = || option::of(select(vec!["autumn", ""]).prop_map(str::to_owned));
    prop_oneof![
        (id(), small).prop_map(|(id, off)| Sale { id, off: Some(off), share: None }),
        (id(), share).prop_map(|(id, share)| Sale { id, off: None, share: Some(share) }),
    ]
}

fn kind() -> impl Strategy<Value = OrderItemType> {
    use OrderItemType::{Digital, GiftCard, Physical, Shipping, Surcharge};
    select(vec![Physical, Digital, GiftCard, Shipping, Surcharge])
}

fn single(shop: Shop) -> BoxedStrategy<Single> {
    let sales = move || prop_oneof![3 => Just(Vec::new()), 1 => vec(sale(shop), 1..3)];
    let gross = (money(shop), count(shop), option::of(rate(shop)), sales());
    let gross = gross.prop_map(|(price, count, vat, sales)| Single::Gross {
        price,
        count,
        vat,
        sales,
        extras: Vec::new(),
    });
    let net = (money(shop), count(shop), rate(shop), sales(), option::of(kind()));
    let net = net.prop_map(|(price, count, vat, sales, kind)| Single::Net {
        price,
        count,
        vat,
        sales,
        kind,
    });
    let leaf = prop_oneof![gross, net];
    leaf.prop_recursive(2, 6, 2, move |inner| {
        (money(shop), count(shop), option::of(rate(shop)), vec(inner, 0..3)).prop_map(
            |(price, count, vat, extras)| Single::Gross {
                price,
                count,
                vat,
                sales: Vec::new(),
                extras,
            },
        )
    })
    .boxed()
}

fn priced(shop: Shop) -> impl Strategy<Value = Priced> {
    let points = match shop {
        Shop::Sane => select(vec![0, 1500, 2550]).boxed(),
        Shop::Wild => any::<u32>().boxed(),
    };
    let fraction = match shop {
        Shop::Sane => {
            select(vec![0, 1500, 2550]).prop_map(|points| Decimal::new(points, 4)).boxed()
        }
        Shop::Wild => prop_oneof![Just(Decimal::new(25, 2)), any_decimal()].boxed(),
    };
    let text = || select(vec!["", "A", "æøå 🍞"]).prop_map(str::to_owned);
    prop_oneof![
        (text(), money(shop), option::of(points), option::of(any::<bool>())).prop_map(
            |(sku, amount, points, eligible)| Priced::Gross { sku, amount, points, eligible }
        ),
        (option::of(text()), money(shop), fraction, count(shop), option::of(0..=100_u8)).prop_map(
            |(text, amount, fraction, quantity, sale)| Priced::Net {
                text,
                amount,
                fraction,
                quantity,
                sale
            }
        ),
    ]
}

/// Parts of a bundle have prices above zero.
fn part() -> impl Strategy<Value = Single> {
    (1..100_000_i64, 1..4_i32, option::of(rate(Shop::Sane))).prop_map(|(price, count, vat)| {
        Single::Gross {
            price: Money::Minor(price),
            count: Count::Whole(count),
            vat,
            sales: Vec::new(),
            extras: Vec::new(),
        }
    })
}

fn line(shop: Shop) -> BoxedStrategy<Line> {
    let parts = match shop {
        Shop::Sane => vec(part(), 1..4).boxed(),
        Shop::Wild => vec(single(shop), 0..4).boxed(),
    };
    let pack = (money(shop), 0..4_u8, parts).prop_map(|(price, packs, parts)| Pack {
        price,
        packs,
        parts,
    });
    prop_oneof![
        6 => single(shop).prop_map(Line::Single),
        3 => priced(shop).prop_map(Line::Priced),
        2 => pack.prop_map(Line::Pack),
        1 => money(shop).prop_map(Line::Card),
        1 => Just(Line::Note),
    ]
    .boxed()
}

fn freight(shop: Shop) -> impl Strategy<Value = Freight> {
    let id = match shop {
        Shop::Sane => select(vec!["post", "home"]).boxed(),
        Shop::Wild => select(vec!["post", "1", ""]).boxed(),
    };
    (id, money(shop), option::of(rate(shop))).prop_map(|(id, price, vat)| Freight {
        id: id.to_owned(),
        price,
        vat,
    })
}

fn cart(shop: Shop) -> impl Strategy<Value = Cart> {
    let coupon = sale(shop);
    let coupon = (coupon, any::<bool>()).prop_map(|(sale, lines)| {
        if lines { Coupon::Lines(Voucher { sale }) } else { Coupon::Spread(sale) }
    });
    let (currency, key, number, phone, country, total) = match shop {
        Shop::Sane => (
            vec!["NOK", "SEK", "JPY", "KWD"],
            "[a-z]{1,3}",
            "[A-Z0-9-]{1,12}",
            vec!["", "+47 22 33 44 55"],
            vec!["NO", ""],
            0..1_u8,
        ),
        Shop::Wild => (
            vec!["NOK", "ISK", "BHD", "nok", "XYZ", "€"],
            "[a-b1-3.]{0,2}",
            ".{0,3}",
            vec!["", "22-33", "911", "12345"],
            vec!["NO", "no", "Norge"],
            0..3,
        ),
    };
    let total = total.prop_flat_map(move |given| {
        if given == 2 { option::of(money(shop)).boxed() } else { Just(None).boxed() }
    });
    let parts = (
        vec(option::weighted(0.9, line(shop)), 1..6),
        btree_map(key, line(shop), 0..3),
        prop_oneof![2 => Just(Vec::new()), 1 => vec(coupon, 1..3)],
    );
    let head = (number, select(currency), select(phone), select(country));
    let tail =
        (option::of(freight(shop)), total, option::weighted(0.1, any::<bool>()), any::<bool>());
    (head, parts, tail).prop_map(
        |(
            (number, currency, phone, country),
            (lines, named, coupons),
            (freight, total, partly, offers),
        )| {
            let offered = freight.iter().filter(|_| offers).cloned().collect();
            let buyer = Buyer { name: number.clone(), country: Some(country), phone };
            Cart { number, currency, lines, named, coupons, freight, total, partly, buyer, offered }
        },
    )
}

fn config(cases: u32) -> ProptestConfig {
    // On failure the cart is printed and can become a test of its own; nothing is written into the repository.
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

fn amount(amount: Option<MinorUnits>) -> i128 {
    amount.map_or(0, |amount| amount.get().into())
}

/// Calculates `amount × vat / (100 + vat)`, half away from zero, independently of the library.
fn contained(amount: MinorUnits, vat: Percent) -> Option<i64> {
    let hundredths = i128::try_from((vat.get() * Decimal::ONE_HUNDRED).normalize().trunc()).ok()?;
    let (dividend, divisor) = (2 * i128::from(amount.get()) * hundredths, 10_000 + hundredths);
    let rounded = (dividend.abs() + divisor) / (2 * divisor);
    i64::try_from(rounded * dividend.signum()).ok()
}

/// Checks every rule that an order must satisfy, without knowledge of its cart.
fn is_right(order: &SessionOrder) -> TestCaseResult {
    let items = order.items.as_deref().unwrap_or_default();
    let option = order.shipping_option.as_ref();
    let sum: i128 = items.iter().map(|item| amount(item.amount)).sum::<i128>()
        + amount(option.map(|option| option.amount));
    let total = i128::from(order.amount.get());
    let partly = order.partial_payment == Some(true);
    prop_assert!(items.is_empty() || total == sum || partly && total < sum, "{total} of {sum}");
    prop_assert!(i32::try_from(total).is_ok());

    let vat: i128 = items.iter().map(|item| amount(item.vat_amount)).sum::<i128>()
        + amount(option.and_then(|option| option.vat_amount));
    prop_assert!(items.is_empty() || amount(order.vat_amount) == vat);
    for item in items {
        prop_assert!(item.amount.is_some() && item.quantity.is_some(), "{item:?}");
        if let (Some(amount), Some(vat)) = (item.amount, item.vat) {
            prop_assert!(
                vat.get() > Decimal::from(1_000_000)
                    || item.vat_amount.map(MinorUnits::get) == contained(amount, vat),
                "{item:?}"
            );
        }
    }
    let ids: Vec<_> = items
        .iter()
        .map(|item| item.line_id.as_deref().unwrap_or_default())
        .chain(option.map(|option| option.line_id.as_str()))
        .collect();
    prop_assert!(ids.iter().all(|id| !id.is_empty()), "{ids:?}");
    prop_assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len());

    let report = order.check();
    prop_assert!(report.is_ok(), "{report}");
    let written = serde_json::to_value(order).expect("every model can be written");
    is_of_the_document("SessionOrder", &written)?;
    prop_assert!(!written.to_string().contains("null"), "{written}");
    let read: SessionOrder = serde_json::from_value(written.clone()).expect("an order");
    prop_assert_eq!(serde_json::to_value(read).expect("an order"), written);
    Ok(())
}

fn is_of_the_document(schema: &str, written: &Value) -> TestCaseResult {
    let pointer = component(schema);
    prop_assert_eq!(document().validate(&pointer, written), [""; 0]);
    prop_assert_eq!(document().unknown_properties(&pointer, written), [""; 0]);
    Ok(())
}

/// Checks that a problem has a path in the cart and a reason.
fn is_said_well(problem: &Problem) -> TestCaseResult {
    let field = problem.path.split(['.', '[']).next().unwrap_or_default();
    let calculated = matches!(field, "" | "amount" | "vat_amount")
        && matches!(problem.rule, Rule::Int32 | Rule::Required);
    prop_assert!(calculated || FIELDS.contains(&field), "{problem:?}");
    prop_assert!(!problem.message.is_empty());
    Ok(())
}

fn right_or_refused(cart: &Cart) -> TestCaseResult {
    let order = cart.to_order();
    prop_assert_eq!(&cart.to_order(), &order);
    match &order {
        Ok(order) => is_right(order)?,
        Err(error) => error.problems().iter().try_for_each(is_said_well)?,
    }
    let urls = SessionUrls::new("https://shop.example/thanks");
    match cart.to_session("default", urls) {
        Ok(session) => {
            prop_assert_eq!(Ok(&session.order), order.as_ref());
            let report = session.check();
            prop_assert!(report.is_ok(), "{report}");
            is_of_the_document("SessionProfile", &serde_json::to_value(session).expect("a session"))
        }
        Err(error) if order.is_ok() => {
            let rules = error
                .problems()
                .iter()
                .all(|problem| matches!(problem.rule, Rule::Express | Rule::LineId));
            prop_assert!(rules, "{error}");
            Ok(())
        }
        // Problems with the order come first, followed by problems with the express options.
        Err(error) => {
            let of_order = order.err().map_or_else(Vec::new, |error| error.problems().to_vec());
            let (first, rest) =
                error.problems().split_at(of_order.len().min(error.problems().len()));
            prop_assert_eq!(first, of_order);
            prop_assert!(rest.iter().all(|problem| problem.path.starts_with("offered")), "{error}");
            Ok(())
        }
    }
}

proptest! {
    #![proptest_config(config(512))]

    #[test]
    fn a_cart_is_a_right_order_or_refused(cart in cart(Shop::Sane)) {
        right_or_refused(&cart)?;
    }

    #[test]
    fn no_number_panics_or_wraps(cart in cart(Shop::Wild)) {
        right_or_refused(&cart)?;
    }
}

/// Otherwise the properties of orders would test nothing.
#[test]
fn most_sensible_carts_become_orders() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let strategy = cart(Shop::Sane);
    let orders = (0..200).filter(|_| {
        let cart = strategy.new_tree(&mut runner).expect("a cart").current();
        cart.to_order().is_ok()
    });
    let orders = orders.count();
    assert!(orders > 100, "{orders} of 200");
}

/// Calculates a line without discounts with a library's decimals.
fn by_hand(price: Decimal, count: Decimal, net_of: Option<Decimal>) -> i64 {
    let factor =
        net_of.map_or(Decimal::ONE, |vat| (Decimal::ONE_HUNDRED + vat) / Decimal::ONE_HUNDRED);
    let amount = price * Decimal::ONE_HUNDRED * count * factor;
    let rounded = amount.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
    rounded.try_into().expect("small numbers")
}

fn small_decimal(most: i64, scale: u32) -> impl Strategy<Value = Decimal> {
    (-most..=most).prop_map(move |number| Decimal::new(number, scale))
}

/// Coupons, spread or as negative lines.
fn coupons() -> impl Strategy<Value = Vec<(i64, bool)>> {
    vec((0..2_000_i64, any::<bool>()), 1..4)
}

fn basket(lines: Vec<Line>, coupons: &[(i64, bool)]) -> Cart {
    let coupon = |&(off, as_lines): &(i64, bool)| {
        let sale = Sale { id: Some("C".into()), off: Some(Money::Minor(off)), share: None };
        if as_lines { Coupon::Lines(Voucher { sale }) } else { Coupon::Spread(sale) }
    };
    Cart {
        number: "order-1".into(),
        currency: "NOK",
        lines: lines.into_iter().map(Some).collect(),
        named: BTreeMap::new(),
        coupons: coupons.iter().map(coupon).collect(),
        freight: None,
        total: None,
        partly: None,
        buyer: Buyer { name: String::new(), country: None, phone: "" },
        offered: Vec::new(),
    }
}

fn amounts(order: &SessionOrder) -> Vec<i64> {
    let items = order.items.iter().flatten();
    items.map(|item| item.amount.expect("an amount").get()).collect()
}

fn rounded_once(price: Decimal, count: Decimal, vat: Decimal, net: bool) -> TestCaseResult {
    let expected = by_hand(price, count, net.then_some(vat));
    let (price, count, sales) = (Money::Major(price), Count::Weight(count), Vec::new());
    let line = if net {
        Single::Net { price, count, vat, sales, kind: None }
    } else {
        Single::Gross { price, count, vat: Some(vat), sales, extras: Vec::new() }
    };
    let order = basket(vec![Line::Single(line)], &[]).to_order();
    match i32::try_from(expected) {
        Ok(_) => prop_assert_eq!(amounts(&order.expect("it fits")), [expected]),
        Err(_) => prop_assert!(order.is_err()),
    }
    Ok(())
}

fn nothing_is_lost(lines: Vec<Line>, coupons: &[(i64, bool)]) -> TestCaseResult {
    let before = basket(lines.clone(), &[]).to_order();
    let after = basket(lines, coupons).to_order();
    prop_assume!(before.is_ok() && after.is_ok());
    let (before, after) = (before.expect("checked"), after.expect("checked"));
    let off: i64 = coupons.iter().map(|(off, _)| off).sum();
    prop_assert_eq!(after.amount.get(), before.amount.get() - off);

    // No line rises, none above zero becomes negative, and none at or below zero changes.
    let (before, after) = (amounts(&before), amounts(&after));
    for (before, after) in before.iter().zip(&after) {
        prop_assert!(after <= before && (*after >= 0 || before == after), "{before}, {after}");
    }
    let spread = coupons.iter().filter(|(_, as_lines)| !as_lines);
    let spread: i64 = spread.map(|(off, _)| off).sum();
    let left: i64 = after[..before.len()].iter().sum();
    prop_assert_eq!(left, before.iter().sum::<i64>() - spread);
    Ok(())
}

/// Every share differs from its exact part by less than one minor unit.
fn in_proportion(prices: &[i64], part: i64) -> TestCaseResult {
    let line = |price: &i64| {
        let amount = Money::Minor(*price);
        Line::Priced(Priced::Gross { sku: String::new(), amount, points: None, eligible: None })
    };
    let total: i64 = prices.iter().sum();
    let off = total * part / 1000;
    let cart = basket(prices.iter().map(line).collect(), &[(off, false)]);
    let after = amounts(&cart.to_order().expect("it is not above the lines"));
    for (price, after) in prices.iter().zip(after) {
        let share = i128::from(price - after) * i128::from(total);
        let exact = i128::from(off) * i128::from(*price);
        prop_assert!((share - exact).abs() < i128::from(total.max(1)), "{price}, {after}");
    }
    Ok(())
}

fn parts_cost_the_whole(price: i64, packs: u8, parts: Vec<Single>) -> TestCaseResult {
    let count = parts.len();
    let pack = Pack { price: Money::Minor(price), packs, parts };
    let order = basket(vec![Line::Pack(pack)], &[]).to_order().expect("a bundle");
    let amounts = amounts(&order);
    prop_assert_eq!(amounts.len(), count);
    prop_assert_eq!(amounts.iter().sum::<i64>(), price * i64::from(packs));
    Ok(())
}

fn pieces_add_up(cart: &Cart, cuts: &[Cut], back: &[Cut]) -> TestCaseResult {
    let order = cart.to_order();
    let is_paid = |order: &SessionOrder| {
        order.amount > MinorUnits::ZERO && order.partial_payment != Some(true)
    };
    prop_assume!(order.as_ref().is_ok_and(is_paid));
    let order = order.expect("checked");
    let mut payment = Payment::of(&order);
    payment.cut(&order, cuts, "CAPTURE", capture)?;
    payment.cut(&order, back, "REFUND", refund)
}

proptest! {
    #![proptest_config(config(512))]

    #[test]
    fn a_line_is_rounded_once(
        price in small_decimal(100_000_000, 4),
        count in small_decimal(100_000, 3),
        vat in rate(Shop::Sane),
        net in any::<bool>(),
    ) {
        rounded_once(price, count, vat, net)?;
    }

    #[test]
    fn coupons_take_off_what_they_say(
        lines in vec(line(Shop::Sane), 1..6),
        coupons in coupons(),
    ) {
        nothing_is_lost(lines, &coupons)?;
    }

    #[test]
    fn a_coupon_is_spread_in_proportion(
        prices in vec(0..1_000_000_i64, 1..12),
        part in 0..=1000_i64,
    ) {
        in_proportion(&prices, part)?;
    }

    #[test]
    fn the_parts_of_a_bundle_cost_what_it_costs(
        price in -100_000..100_000_i64,
        packs in 1..9_u8,
        parts in vec(part(), 1..6),
    ) {
        parts_cost_the_whole(price, packs, parts)?;
    }

    #[test]
    fn pieces_add_up_to_the_order(cart in cart(Shop::Sane), cuts in cuts(), back in cuts()) {
        pieces_add_up(&cart, &cuts, &back)?;
    }
}

/// A piece: a line, thousandths of it (all that is left from a thousand on), and whether Dintero refuses the piece.
#[derive(Debug, Clone)]
struct Cut {
    line: Index,
    thousandths: i64,
    fails: bool,
}

fn cuts() -> impl Strategy<Value = Vec<Cut>> {
    let cut = (any::<Index>(), 1..=1200_i64, any::<bool>());
    vec(cut.prop_map(|(line, thousandths, fails)| Cut { line, thousandths, fails }), 0..10)
}

type Piece = (MinorUnits, Option<Vec<CaptureTransactionRequestItem>>);

/// A request for a part of a line, or for everything that is left.
type Asked<'a> = Option<(&'a str, Option<Quantity>)>;

fn capture(order: &SessionOrder, transaction: &Transaction, asked: Asked<'_>) -> Option<Piece> {
    let capture = Capture::after(order, transaction);
    let capture = match asked {
        None => capture.everything(),
        Some((id, None)) => capture.whole_line(id),
        Some((id, Some(units))) => capture.line(id, units),
    };
    let request = capture.request().ok()?;
    Some((request.amount, request.items))
}

fn refund(order: &SessionOrder, transaction: &Transaction, asked: Asked<'_>) -> Option<Piece> {
    let refund = Refund::after(order, transaction);
    let refund = match asked {
        None => refund.everything(),
        Some((id, None)) => refund.whole_line(id),
        Some((id, Some(units))) => refund.line(id, units),
    };
    let request = refund.request().ok()?;
    Some((request.amount, request.items))
}

/// Dintero's knowledge of an order, which grows with every piece.
struct Payment {
    transaction: Value,
}

impl Payment {
    /// Creates the payment of an order, with the shipping option as a line.
    fn of(order: &SessionOrder) -> Self {
        let mut items = json!(order.items.as_deref().unwrap_or_default());
        if let (Some(option), Some(items)) = (&order.shipping_option, items.as_array_mut()) {
            items.push(json!({"line_id": option.line_id, "amount": option.amount, "quantity": 1}));
        }
        let transaction = json!({
            "amount": order.amount, "currency": order.currency, "payment_product": "payex",
            "payment_product_type": "payex.creditcard", "status": "AUTHORIZED",
            "items": items, "events": [],
        });
        Self { transaction }
    }

    fn read(&self) -> Transaction {
        serde_json::from_value(self.transaction.clone()).expect("a transaction")
    }

    fn add(&mut self, event: &str, success: bool, (amount, items): &Piece) {
        let event = json!({"event": event, "success": success, "amount": amount, "items": items});
        self.transaction["events"].as_array_mut().expect("events").push(event);
    }

    /// Divides an order as described, as far as possible, and takes the rest.
    fn cut(
        &mut self,
        order: &SessionOrder,
        cuts: &[Cut],
        event: &str,
        piece: fn(&SessionOrder, &Transaction, Asked<'_>) -> Option<Piece>,
    ) -> TestCaseResult {
        for cut in cuts {
            let transaction = self.read();
            let lines = transaction.items.as_deref().unwrap_or_default();
            if lines.is_empty() {
                break;
            }
            let line = cut.line.get(lines);
            let id = line.line_id.as_deref().expect("a line id");
            let whole = line.quantity.map_or(Decimal::ONE, Quantity::get);
            let units =
                (cut.thousandths < 1000).then(|| (whole * Decimal::new(cut.thousandths, 3)).into());
            let Some(cut_off) = piece(order, &transaction, Some((id, units))) else { continue };
            prop_assert!(cut_off.0 > MinorUnits::ZERO);
            self.add(event, !cut.fails, &cut_off);
            self.is_cumulative(line, event)?;
        }
        let rest = piece(order, &self.read(), None);
        if let Some(rest) = &rest {
            self.add(event, true, rest);
        }
        prop_assert!(piece(order, &self.read(), None).is_none(), "nothing is left");
        self.is_whole(order, event, rest.is_some())
    }

    /// Returns the successful operations of a kind.
    fn done(&self, event: &str) -> impl Iterator<Item = &Value> {
        let events = self.transaction["events"].as_array().expect("events");
        events.iter().filter(move |done| done["event"] == event && done["success"] == true)
    }

    /// Returns the items of a line in successful operations of a kind.
    fn moved<'p>(&'p self, event: &str, line: &Value) -> impl Iterator<Item = &'p Value> {
        let items = self.done(event).filter_map(|done| done["items"].as_array()).flatten();
        items.filter(move |item| item["line_id"] == *line)
    }

    /// After `n` of `N` units, the captured or refunded amount is `amount × n / N`, rounded.
    fn is_cumulative(&self, line: &OrderLine, event: &str) -> TestCaseResult {
        let id = json!(line.line_id);
        let number = |item: &Value| item["quantity"].to_string().parse::<Decimal>();
        let units: Decimal =
            self.moved(event, &id).map(|item| number(item).expect("a quantity")).sum();
        let moved: i64 = self.moved(event, &id).filter_map(|item| item["amount"].as_i64()).sum();
        let amount = Decimal::from(line.amount.map_or(0, MinorUnits::get));
        let whole = line.quantity.map_or(Decimal::ONE, Quantity::get);
        if !whole.is_zero() {
            let expected = (amount * units / whole)
                .round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
            prop_assert_eq!(Decimal::from(moved), expected, "{} of {}", units, whole);
        }
        Ok(())
    }

    /// The whole amount is moved, and with it every line. Lines that cancel each other out, such as a product and its
    /// coupon, may stay if nothing else is left: a request for zero cannot be sent.
    fn is_whole(&self, order: &SessionOrder, event: &str, rest_was_moved: bool) -> TestCaseResult {
        let transaction = self.read();
        let moved: i64 = self.done(event).filter_map(|done| done["amount"].as_i64()).sum();
        prop_assert_eq!(moved, order.amount.get());
        let mut left = Vec::new();
        for line in transaction.items.iter().flatten() {
            let id = json!(line.line_id);
            let moved = self.moved(event, &id).filter_map(|item| item["amount"].as_i64());
            let amount = line.amount.map_or(0, MinorUnits::get);
            left.extend(Some(amount - moved.sum::<i64>()).filter(|left| *left != 0));
        }
        let cancel_out = !rest_was_moved && left.iter().sum::<i64>() == 0;
        prop_assert!(left.is_empty() || cancel_out, "left: {:?}", left);
        Ok(())
    }
}
