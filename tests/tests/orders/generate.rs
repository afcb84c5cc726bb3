//! Generates random carts.

use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::sample::select;

use super::*;

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

pub(super) fn rate(shop: Shop) -> BoxedStrategy<Decimal> {
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

/// Generates a part of a bundle, with a price above zero.
pub(super) fn part() -> impl Strategy<Value = Single> {
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

pub(super) fn line(shop: Shop) -> BoxedStrategy<Line> {
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

pub(super) fn cart(shop: Shop) -> impl Strategy<Value = Cart> {
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
