//! Tests properties of every cart with discounts, coupons or bundles. With both forms of coupons, the customer pays the
//! same amount and each seller gets the same share. Described discounts and remaining amounts add up. Line ids never
//! collide.

use std::collections::{BTreeMap, BTreeSet};

use dintero_api::order::{DiscountMapping, order_lines};
use dintero_api::types::{OrderItemType, OrderLine, PayoutSplit, SessionOrder};
use dintero_api::{
    Currency, Decimal, DinteroDiscount, DinteroOrder, DinteroOrderItem, DinteroShippingOption,
    MinorUnits, Percent, ToDiscount, ToOrder,
};
use proptest::collection::{btree_map, hash_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestCaseResult;

fn config() -> ProptestConfig {
    ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() }
}

#[derive(DinteroOrder, Debug, Clone)]
#[dintero(currency = "NOK", merchant_reference = "order-1")]
struct Cart {
    #[dintero(to = items)]
    sales: Vec<Sale>,
    #[dintero(to = discount)]
    coupons: Vec<Coupon>,
}

/// A line sold on behalf of a seller (with a rounded commission), a line with mapped splits, a line of the shop's own,
/// or a bundle.
#[derive(DinteroOrderItem, Debug, Clone)]
enum Sale {
    #[dintero(splits = |self, amount| self.shares(amount))]
    Sold {
        amount: i64,
        vat: Option<u8>,
        #[dintero(skip)]
        seller: &'static str,
        #[dintero(to = type)]
        kind: Option<OrderItemType>,
    },
    Given {
        amount: i64,
        vat: Option<u8>,
        splits: Vec<PayoutSplit>,
    },
    Own {
        amount: i64,
        vat: Option<u8>,
        vat_amount: Option<i64>,
    },
    #[dintero(bundle)]
    Set {
        amount: i64,
        #[dintero(to = items)]
        parts: Vec<Sale>,
    },
}

impl Sale {
    fn shares(&self, amount: MinorUnits) -> Vec<PayoutSplit> {
        let commission = amount.get() / 7;
        let seller = match self {
            Self::Sold { seller, .. } => seller,
            _ => "nobody",
        };
        vec![
            PayoutSplit::new(seller, amount.get() - commission),
            PayoutSplit::new("platform", commission),
        ]
    }
}

#[derive(Debug, Clone)]
struct Coupon {
    off: Off,
    as_items: bool,
    capped: bool,
}

#[derive(Debug, Clone)]
enum Off {
    Amount(i64),
    Percent(u8),
    Net(i64),
}

impl ToDiscount for Coupon {
    fn map_discount(&self, to: &mut DiscountMapping<'_>) {
        match &self.off {
            Off::Amount(amount) => to.take_amount(amount),
            Off::Percent(percent) => to.take_percent(percent),
            Off::Net(amount) => to.take_net_amount(amount),
        }
        to.discount.discount_id = Some("C".into());
        (to.as_items, to.capped) = (self.as_items, self.capped);
    }
}

fn rate() -> impl Strategy<Value = Option<u8>> {
    option::weighted(0.9, select(vec![25, 15, 12, 0]))
}

fn sale() -> impl Strategy<Value = Sale> {
    let amount = || prop_oneof![8 => 0..100_000_i64, 1 => -5_000..0_i64];
    let kinds = select(vec![None, Some(OrderItemType::Physical), Some(OrderItemType::Surcharge)]);
    let sold = (amount(), rate(), select(vec!["anna", "bo"]), kinds);
    let sold =
        sold.prop_map(|(amount, vat, seller, kind)| Sale::Sold { amount, vat, seller, kind });
    let given = (0..100_000_i64, rate(), 0..=100_i64).prop_map(|(amount, vat, part)| {
        let first = amount * part / 100;
        let splits =
            vec![PayoutSplit::new("anna", first), PayoutSplit::new("carl", amount - first)];
        Sale::Given { amount, vat, splits }
    });
    let own = (amount(), rate(), option::of(0..50_i64)).prop_map(|(amount, vat, share)| {
        Sale::Own { amount, vat, vat_amount: share.map(|share| amount * share / 100) }
    });
    let part = (1..50_000_i64, rate(), select(vec!["anna", "bo"]))
        .prop_map(|(amount, vat, seller)| Sale::Sold { amount, vat, seller, kind: None });
    let set =
        (0..100_000_i64, vec(part, 1..4)).prop_map(|(amount, parts)| Sale::Set { amount, parts });
    prop_oneof![4 => sold, 2 => given, 2 => own, 1 => set]
}

fn coupon() -> impl Strategy<Value = Coupon> {
    let off = prop_oneof![
        3 => (0..60_000_i64).prop_map(Off::Amount),
        3 => (0..=100_u8).prop_map(Off::Percent),
        1 => (0..20_000_i64).prop_map(Off::Net),
    ];
    (off, any::<bool>(), any::<bool>()).prop_map(|(off, as_items, capped)| Coupon {
        off,
        as_items,
        capped,
    })
}

/// Returns the same cart, with every coupon in the same form.
fn in_form(cart: &Cart, as_items: bool) -> Cart {
    let coupons = cart.coupons.iter().map(|coupon| Coupon { as_items, ..coupon.clone() });
    Cart { coupons: coupons.collect(), ..cart.clone() }
}

/// Returns the total of the lines at each VAT rate, and the total of each seller's splits.
fn sums(order: &SessionOrder) -> (BTreeMap<Option<Decimal>, i64>, BTreeMap<String, i64>) {
    let (mut rates, mut sellers) = (BTreeMap::new(), BTreeMap::new());
    for item in order.items.iter().flatten() {
        let rate = item.vat.map(Percent::get);
        *rates.entry(rate).or_default() += item.amount.expect("an amount").get();
        for split in item.splits.iter().flatten() {
            *sellers.entry(split.payout_destination_id.clone()).or_default() += split.amount.get();
        }
    }
    sellers.retain(|_, share| *share != 0);
    (rates, sellers)
}

/// Returns whether the splits of any line are mapped from a field. Spreading a coupon rounds these splits again, so the
/// splits may differ between the two forms of coupons.
fn has_given_splits(cart: &Cart) -> bool {
    cart.sales.iter().any(|sale| matches!(sale, Sale::Given { .. }))
}

fn forms_agree(cart: &Cart) -> TestCaseResult {
    let orders =
        [cart.clone(), in_form(cart, false), in_form(cart, true)].map(|cart| cart.to_order());
    let [mixed, spread, lines] = &orders;
    prop_assert_eq!(mixed.is_ok(), spread.is_ok(), "{:?} {:?}", mixed, spread);
    prop_assert_eq!(lines.is_ok(), spread.is_ok(), "{:?} {:?}", lines, spread);
    let Ok(spread) = spread else { return Ok(()) };
    for order in [mixed, lines].into_iter().flatten() {
        prop_assert_eq!(order.amount, spread.amount);
        prop_assert_eq!(sums(order).0, sums(spread).0);
        if !has_given_splits(cart) {
            prop_assert_eq!(sums(order).1, sums(spread).1);
        }
        for item in order.items.iter().flatten() {
            let splits = item.splits.iter().flatten();
            let split: i64 = splits.map(|split| split.amount.get()).sum();
            prop_assert!(item.splits.is_none() || Some(MinorUnits::new(split)) == item.amount);
        }
    }
    Ok(())
}

#[derive(DinteroOrderItem, Debug, Clone)]
#[dintero(rounding = half_to_even)]
struct Reduced {
    #[dintero(to = unit_price)]
    price: Decimal,
    quantity: Decimal,
    vat: u8,
    #[dintero(to = discount)]
    sales: Vec<Off1>,
}

/// A described discount.
#[derive(DinteroDiscount, Debug, Clone)]
#[dintero(discount_id = "S")]
struct Off1 {
    amount: Option<Decimal>,
    percentage: Option<u8>,
}

#[derive(DinteroOrderItem, Debug, Clone)]
enum Signed {
    On(#[dintero(flatten)] Reduced),
    #[dintero(negative)]
    Off(#[dintero(flatten)] Reduced),
}

impl Signed {
    fn without_sales(&self) -> Self {
        let bare = |line: &Reduced| Reduced { sales: Vec::new(), ..line.clone() };
        match self {
            Self::On(line) => Self::On(bare(line)),
            Self::Off(line) => Self::Off(bare(line)),
        }
    }
}

fn signed() -> impl Strategy<Value = Signed> {
    let off = prop_oneof![
        (0..3_000_i64)
            .prop_map(|mills| Off1 { amount: Some(Decimal::new(mills, 3)), percentage: None }),
        (0..=100_u8).prop_map(|share| Off1 { amount: None, percentage: Some(share) }),
    ];
    let line = (0..500_000_i64, -2_000..9_000_i64, select(vec![25, 15]), vec(off, 0..4));
    let line = line.prop_map(|(price, quantity, vat, sales)| Reduced {
        price: Decimal::new(price, 3),
        quantity: Decimal::new(quantity, 3),
        vat,
        sales,
    });
    (line, any::<bool>())
        .prop_map(|(line, off)| if off { Signed::Off(line) } else { Signed::On(line) })
}

fn amount(line: &OrderLine) -> i64 {
    line.amount.expect("an amount").get()
}

/// Checks that the original price of a line, minus the line's described discounts, is the line's amount.
fn described_and_left_add_up(lines: &[Signed]) -> TestCaseResult {
    let Ok(after) = order_lines(lines, Currency::NOK) else { return Ok(()) };
    let bare: Vec<_> = lines.iter().map(Signed::without_sales).collect();
    let before =
        order_lines(&bare, Currency::NOK).expect("the lines are also valid without discounts");
    for (before, after) in before.iter().zip(&after) {
        let described = after.discount_lines.iter().flatten();
        let described: i64 = described.map(|line| line.amount.expect("an amount").get()).sum();
        prop_assert_eq!(amount(before), amount(after) + described, "{:?}", after);
    }
    Ok(())
}

/// Checks that the order's amount and the described amounts of its spread coupons add up to the amount without coupons.
fn coupons_and_lines_add_up(cart: &Cart) -> TestCaseResult {
    let cart = in_form(cart, false);
    let Ok(after) = cart.to_order() else { return Ok(()) };
    let before = Cart { coupons: Vec::new(), ..cart }
        .to_order()
        .expect("the cart is also valid without coupons");
    let described = after.discount_lines.iter().flatten();
    let described: i64 = described.map(|line| line.amount.expect("an amount").get()).sum();
    prop_assert_eq!(before.amount.get(), after.amount.get() + described);
    Ok(())
}

/// A cart in which every kind of reduction is combined with bundles, fractional quantities, returns and net prices.
/// Bundles are not nested, and `discount_lines` is not mapped, because the discounts there lower nothing.
#[derive(DinteroOrder, Debug, Clone)]
#[dintero(currency = "NOK", merchant_reference = "order-1")]
struct Sold {
    #[dintero(to = price_includes_vat)]
    gross: bool,
    #[dintero(to = items)]
    rows: Vec<Option<Item>>,
    #[dintero(to = discount)]
    coupons: Vec<Coupon>,
}

#[derive(DinteroOrderItem, Debug, Clone)]
enum Item {
    Single(#[dintero(flatten)] Goods),
    #[dintero(negative)]
    Return(#[dintero(flatten)] Goods),
    #[dintero(bundle)]
    Set {
        #[dintero(flatten)]
        goods: Goods,
        #[dintero(to = items)]
        parts: Vec<Goods>,
    },
}

#[derive(DinteroOrderItem, Debug, Clone)]
struct Goods {
    #[dintero(to = unit_price)]
    price: Decimal,
    quantity: Decimal,
    vat: u8,
    #[dintero(to = discount)]
    discounts: Vec<Rebate>,
    #[dintero(to = eligible_for_discount)]
    eligible: Option<bool>,
}

#[derive(DinteroDiscount, Debug, Clone)]
#[dintero(discount_id = "R")]
enum Rebate {
    Amount { amount: Decimal },
    Net { net_amount: Decimal },
    Percent { percentage: u8 },
}

impl Goods {
    fn without_discounts(&self) -> Self {
        Self { discounts: Vec::new(), ..self.clone() }
    }
}

impl Item {
    fn without_discounts(&self) -> Self {
        match self {
            Self::Single(goods) => Self::Single(goods.without_discounts()),
            Self::Return(goods) => Self::Return(goods.without_discounts()),
            Self::Set { goods, parts } => {
                Self::Set { goods: goods.without_discounts(), parts: parts.clone() }
            }
        }
    }
}

fn item() -> impl Strategy<Value = Item> {
    let goods = || {
        let off = || (0..2_000_i64).prop_map(|off| Decimal::new(off, 3));
        let rebate = prop_oneof![
            off().prop_map(|amount| Rebate::Amount { amount }),
            off().prop_map(|net_amount| Rebate::Net { net_amount }),
            (0..=100_u8).prop_map(|percentage| Rebate::Percent { percentage }),
        ];
        let eligible = select(vec![None, None, Some(false), Some(true)]);
        let price = (1..500_000_i64).prop_map(|price| Decimal::new(price, 3));
        let quantity = (1..9_000_i64).prop_map(|quantity| Decimal::new(quantity, 3));
        (price, quantity, select(vec![25, 15, 0]), vec(rebate, 0..3), eligible).prop_map(
            |(price, quantity, vat, discounts, eligible)| Goods {
                price,
                quantity,
                vat,
                discounts,
                eligible,
            },
        )
    };
    prop_oneof![
        2 => goods().prop_map(Item::Single),
        1 => goods().prop_map(Item::Return),
        2 => (goods(), vec(goods(), 1..4)).prop_map(|(goods, parts)| Item::Set { goods, parts }),
    ]
}

/// Checks that the order's amount, all discounts that it describes, on lines and on the order, and the coupons that are
/// sent as lines add up to the amount without discounts.
fn everything_described_adds_up(cart: &Sold) -> TestCaseResult {
    let Ok(after) = cart.to_order() else { return Ok(()) };
    let rows = cart.rows.iter().map(|row| row.as_ref().map(Item::without_discounts)).collect();
    let before = Sold { rows, coupons: Vec::new(), ..cart.clone() };
    let before = before.to_order().expect("the cart is also valid without discounts");
    let on_lines =
        after.items.iter().flatten().flat_map(|item| item.discount_lines.iter().flatten());
    let described = on_lines.chain(after.discount_lines.iter().flatten());
    let described: i64 = described.map(|line| line.amount.expect("an amount").get()).sum();
    let of_coupon =
        |line: &&OrderLine| line.line_id.as_deref().is_some_and(|id| id.starts_with("coupon-"));
    let as_lines: i64 = after.items.iter().flatten().filter(of_coupon).map(amount).sum();
    prop_assert_eq!(before.amount.get(), after.amount.get() + described - as_lines, "{:#?}", after);
    Ok(())
}

#[derive(DinteroOrder, Debug)]
#[dintero(currency = "NOK", merchant_reference = "order-1", total_mismatch = rounding_line(max = 9))]
struct Named {
    #[dintero(to = items)]
    lines: Vec<Option<Row>>,
    #[dintero(to = items)]
    by_key: BTreeMap<u8, Vec<Row>>,
    #[dintero(to = discount)]
    coupons: Vec<Coupon>,
    #[dintero(to = shipping_option)]
    freight: Freight,
    #[dintero(to = amount)]
    total: i64,
}

#[derive(DinteroOrderItem, Debug, Clone)]
#[dintero(amount = 100_000, vat = 25)]
struct Row {
    #[dintero(to = line_id)]
    own: Option<String>,
    #[dintero(to = items)]
    extras: Vec<Row>,
}

#[derive(DinteroShippingOption, Debug)]
#[dintero(title = "Post", operator = "", amount = 0)]
struct Freight {
    id: String,
}

/// Returns rows of this shape. Named rows and every second extra get ids from `ids`, until `ids` is exhausted.
fn rows(shape: &[(bool, usize)], ids: &mut impl Iterator<Item = String>) -> Vec<Row> {
    let row = |(named, extras): &(bool, usize)| {
        let own = if *named { ids.next() } else { None };
        let extra = |ids: Option<String>| Row { own: ids, extras: Vec::new() };
        let extras =
            (0..*extras).map(|number| extra(if number % 2 == 0 { ids.next() } else { None }));
        Row { own, extras: extras.collect() }
    };
    shape.iter().map(row).collect()
}

fn ids_never_collide(
    ids: &[String],
    lines: &[(bool, usize)],
    by_key: &BTreeMap<u8, Vec<(bool, usize)>>,
    coupons: usize,
    gap: i64,
) -> TestCaseResult {
    let (freight, ids) = ids.split_first().expect("at least one");
    let mut left = ids.iter().cloned();
    let lines: Vec<Option<Row>> =
        rows(lines, &mut left).into_iter().map(Some).chain([None]).collect();
    let by_key: BTreeMap<_, _> =
        by_key.iter().map(|(key, shape)| (*key, rows(shape, &mut left))).collect();
    let count = |row: &Row| 1 + row.extras.len();
    let rows: usize = lines.iter().flatten().chain(by_key.values().flatten()).map(count).sum();
    prop_assume!(rows > 0);
    let coupon = Coupon { off: Off::Amount(10), as_items: true, capped: false };
    let rows = i64::try_from(rows).expect("a few");
    let total = rows * 100_000 - 10 * i64::try_from(coupons).expect("a few") + gap;
    let cart = Named {
        lines,
        by_key,
        coupons: vec![coupon; coupons],
        freight: Freight { id: freight.clone() },
        total,
    };
    let order = cart.to_order();
    let order = order.map_err(|error| TestCaseError::fail(error.to_string()))?;
    let used: Vec<String> =
        order.items.iter().flatten().filter_map(|item| item.line_id.clone()).collect();
    let unique: BTreeSet<&String> = used.iter().chain([freight]).collect();
    prop_assert_eq!(unique.len(), used.len() + 1, "{:?}", used);
    // The merchant's own ids are unchanged.
    let given = ids.iter().take(ids.len() - left.count());
    for id in given {
        prop_assert!(used.contains(id), "{} of {:?}", id, used);
    }
    Ok(())
}

/// Generates ids that look like the library's generated ids.
fn id() -> impl Strategy<Value = String> {
    prop_oneof![
        "[1-4](-[2-3]|\\.[1-2])?(-2)?",
        Just("rounding".to_owned()),
        Just("coupon-C-25".to_owned()),
        Just("coupon-C-25-2".to_owned()),
    ]
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn coupons_cost_the_same_in_both_forms(
        sales in vec(sale(), 1..6),
        coupons in vec(coupon(), 1..4),
    ) {
        forms_agree(&Cart { sales, coupons })?;
    }

    #[test]
    fn described_discounts_and_the_rest_add_up(lines in vec(signed(), 1..5)) {
        described_and_left_add_up(&lines)?;
    }

    #[test]
    fn coupons_and_what_is_left_add_up(sales in vec(sale(), 1..6), coupons in vec(coupon(), 1..4)) {
        coupons_and_lines_add_up(&Cart { sales, coupons })?;
    }

    #[test]
    fn every_named_reduction_is_described(
        gross in any::<bool>(),
        rows in vec(option::weighted(0.9, item()), 1..5),
        coupons in vec(coupon(), 0..3),
    ) {
        everything_described_adds_up(&Sold { gross, rows, coupons })?;
    }

    #[test]
    fn line_ids_never_collide(
        ids in hash_set(id(), 1..12),
        lines in vec((any::<bool>(), 0..3_usize), 0..4),
        by_key in btree_map(0..4_u8, vec((any::<bool>(), 0..3_usize), 0..4), 0..3),
        coupons in 0..3_usize,
        gap in -3..=3_i64,
    ) {
        let ids: Vec<String> = ids.into_iter().collect();
        ids_never_collide(&ids, &lines, &by_key, coupons, gap)?;
    }
}

/// Ensures that enough of the generated carts are valid for the tests above.
#[test]
fn many_carts_become_orders() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let strategy = (vec(sale(), 1..6), vec(coupon(), 1..4));
    let orders = (0..200).filter(|_| {
        let (sales, coupons) = strategy.new_tree(&mut runner).expect("a cart").current();
        Cart { sales, coupons }.to_order().is_ok()
    });
    let orders = orders.count();
    let rows = vec(option::weighted(0.9, item()), 1..5);
    let sold = (any::<bool>(), rows, vec(coupon(), 0..3));
    let valid = (0..200).filter(|_| {
        let (gross, rows, coupons) = sold.new_tree(&mut runner).expect("a cart").current();
        Sold { gross, rows, coupons }.to_order().is_ok()
    });
    let valid = valid.count();
    assert!(valid >= 60, "{valid} of 200 carts are valid");
    assert!(orders > 80, "{orders} of 200");
}
