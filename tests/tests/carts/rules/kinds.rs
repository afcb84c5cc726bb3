//! Tests enums of lines, lines that are generic over their parts, and fields that `flatten` adds.

use std::borrow::Cow;
use std::fmt::Display;

use dintero_api::types::PayoutSplit;
use dintero_api::{
    Currency, Decimal, DinteroDiscount, DinteroOrder, DinteroOrderItem, DinteroShippingOption,
    DinteroValue, MinorUnits, ToPrice, ToShippingOption, ToText,
};
use serde_json::json;

use crate::{assert_order, basket, decimal, order};

#[derive(DinteroOrderItem)]
#[dintero(vat = 25)]
enum Row<'a, P, const MONTHS: u32> {
    Product {
        #[dintero(to = id)]
        sku: &'a str,
        #[dintero(to = unit_price)]
        price: P,
        #[dintero(to = quantity)]
        qty: u8,
        #[dintero(to = discount_percent)]
        sale: Option<u8>,
    },
    #[dintero(negative)]
    Return {
        #[dintero(to = id)]
        sku: &'a str,
        #[dintero(to = unit_price)]
        price: P,
        #[dintero(to = quantity)]
        qty: u8,
        #[dintero(to = discount_percent)]
        sale: Option<u8>,
    },
    #[dintero(type = Service, quantity = MONTHS)]
    Rent(#[dintero(to = unit_price)] P),
    #[dintero(vat = 0, type = Digital)]
    Book(#[dintero(flatten)] Book<'a>),
    #[dintero(skip)]
    Note,
    #[dintero(negative, type = GiftCard, vat = 0)]
    Cards {
        #[dintero(to = amount, with = |cards| cards.iter().sum::<i64>())]
        cards: Vec<i64>,
    },
}

#[derive(DinteroOrderItem)]
struct Book<'a> {
    #[dintero(to = description)]
    title: Cow<'a, str>,
    #[dintero(to = amount)]
    price: i64,
}

/// 2 × 1.255 less 10 % is 2.259. A return of the same product has the same amount with the opposite sign. The rent for
/// 3 months is 3 × the monthly price.
#[test]
fn rows_of_every_kind() {
    let product = Row::Product { sku: "P", price: decimal("1.255"), qty: 2, sale: Some(10) };
    let back = Row::Return { sku: "P", price: decimal("1.255"), qty: 2, sale: Some(10) };
    let rows: Vec<Row<'_, Decimal, 3>> = vec![
        product,
        Row::Note,
        back,
        Row::Rent(decimal("100")),
        Row::Book(Book { title: "Sult".into(), price: 9900 }),
        Row::Cards { cards: vec![1000, 500] },
    ];
    let expected = json!({
        "amount": 38400, "currency": "NOK", "merchant_reference": "order-1", "vat_amount": 6000,
        "items": [
            {"id": "P", "line_id": "1", "quantity": 2, "amount": 226, "vat_amount": 45, "vat": 25},
            {"id": "P", "line_id": "3", "quantity": 2, "amount": -226, "vat_amount": -45, "vat": 25},
            {
                "line_id": "4", "quantity": 3, "amount": 30000, "vat_amount": 6000, "vat": 25,
                "type": "service",
            },
            {
                "line_id": "5", "description": "Sult", "quantity": 1, "amount": 9900,
                "vat_amount": 0, "vat": 0, "type": "digital",
            },
            {
                "line_id": "6", "quantity": 1, "amount": -1500, "vat_amount": 0, "vat": 0,
                "type": "gift_card",
            },
        ],
    });
    assert_order(&basket(rows), &expected);
}

#[derive(DinteroOrder)]
struct Cart<'a, R, L, C>
where
    R: Display,
{
    #[dintero(to = merchant_reference)]
    reference: Id<R>,
    #[dintero(to = merchant_reference_2, with = |shown| shown.to_string())]
    shown: R,
    currency: &'a str,
    #[dintero(to = items)]
    lines: L,
    #[dintero(to = discount)]
    coupon: C,
}

struct Id<R>(R);

impl<R: Display> ToText for Id<R> {
    fn to_text(&self) -> Cow<'_, str> {
        format!("<{}>", self.0).into()
    }
}

#[derive(DinteroOrderItem)]
#[dintero(bound(P: ToPrice))]
struct Priced<P> {
    #[dintero(to = unit_price)]
    price: P,
}

#[derive(DinteroValue)]
struct Cents<T>(T);

#[test]
fn a_cart_generic_in_everything() {
    let cart = Cart {
        reference: Id(7),
        shown: 7,
        currency: "EUR",
        lines: [Priced { price: Cents(100_u64) }, Priced { price: Cents(250) }],
        coupon: Some(MinorUnits::new(35)),
    };
    let expected = json!({
        "amount": 315, "currency": "EUR", "merchant_reference": "<7>", "merchant_reference_2": "7",
        "vat_amount": 0,
        "items": [
            {"line_id": "1", "quantity": 1, "amount": 90},
            {"line_id": "2", "quantity": 1, "amount": 225},
        ],
    });
    assert_order(&cart, &expected);
}

#[derive(DinteroOrderItem)]
#[dintero(type = Physical)]
struct Engraved {
    #[dintero(flatten)]
    article: Article,
    #[dintero(to = description, with = |text| format!("engraved: {text}"))]
    engraving: &'static str,
    #[dintero(to = items)]
    boxes: Option<Article>,
}

#[derive(DinteroOrderItem)]
struct Article {
    #[dintero(to = id)]
    sku: &'static str,
    #[dintero(to = net_unit_price)]
    price: Decimal,
    vat: u8,
    quantity: u8,
}

#[test]
fn a_line_flattens_another_struct() {
    let article = Article { sku: "RING", price: decimal("80"), vat: 25, quantity: 2 };
    let wrapping = Article { sku: "BOX", price: decimal("8"), vat: 25, quantity: 1 };
    let line = Engraved { article, engraving: "K", boxes: Some(wrapping) };
    let expected = json!({
        "amount": 21000, "currency": "NOK", "merchant_reference": "order-1", "vat_amount": 4200,
        "items": [
            {
                "id": "RING", "line_id": "1", "description": "engraved: K", "quantity": 2,
                "amount": 20000, "vat_amount": 4000, "vat": 25, "type": "physical",
            },
            {"id": "BOX", "line_id": "1.1", "quantity": 1, "amount": 1000, "vat_amount": 200, "vat": 25},
        ],
    });
    assert_order(&basket([line]), &expected);
}

fn shares(seller: &str, amount: MinorUnits) -> Vec<PayoutSplit> {
    vec![PayoutSplit::new(seller, amount)]
}

#[derive(DinteroOrderItem)]
#[dintero(vat = 25, type = Physical, quantity = 2, description = "goods", rounding = exact)]
#[dintero(splits = |self, amount| shares("shop", amount))]
enum Shelf {
    Own {
        #[dintero(to = unit_price)]
        price: Decimal,
    },
    Foreign(#[dintero(flatten)] Foreign),
    #[dintero(description = "used")]
    Used(#[dintero(flatten)] Foreign),
}

#[derive(DinteroOrderItem)]
#[dintero(type = Digital, rounding = half_to_even)]
#[dintero(splits = |self, amount| shares("seller", amount))]
struct Foreign {
    #[dintero(to = unit_price)]
    price: Decimal,
    #[dintero(to = vat_fraction)]
    rate: Option<Decimal>,
    quantity: Option<u8>,
    description: &'static str,
}

/// The constants of the enum are defaults: a struct that a variant flattens replaces them, and the variant's own constants
/// replace both. Half of 3 × 0.05 is rounded to an even number: 0.075 is 0.08.
#[test]
fn the_constants_of_an_enum_are_defaults() {
    let foreign = |rate: Option<&str>, quantity| Foreign {
        price: decimal("0.025"),
        rate: rate.map(decimal),
        quantity,
        description: "foreign",
    };
    let rows = vec![
        Shelf::Own { price: decimal("1.00") },
        Shelf::Foreign(foreign(Some("0.15"), Some(3))),
        Shelf::Used(foreign(None, None)),
    ];
    let line = |line_id: &str, seller: &str, amount: i64, vat_amount: i64| {
        json!({
            "line_id": line_id, "amount": amount, "vat_amount": vat_amount,
            "splits": [{"amount": amount, "payout_destination_id": seller}],
        })
    };
    let with = |mut line: serde_json::Value, more: serde_json::Value| {
        let more = more.as_object().expect("an object").clone();
        line.as_object_mut().expect("an object").extend(more);
        line
    };
    let expected = json!({
        "amount": 213, "currency": "NOK", "merchant_reference": "order-1", "vat_amount": 42,
        "items": [
            with(
                line("1", "shop", 200, 40),
                json!({"quantity": 2, "vat": 25, "type": "physical", "description": "goods"}),
            ),
            with(
                line("2", "seller", 8, 1),
                json!({"quantity": 3, "vat": 15, "type": "digital", "description": "foreign"}),
            ),
            with(
                line("3", "seller", 5, 1),
                json!({"quantity": 2, "vat": 25, "type": "digital", "description": "used"}),
            ),
        ],
    });
    assert_order(&basket(rows), &expected);
}

#[derive(DinteroShippingOption)]
#[dintero(operator = "Posten", vat = 25, price_includes_vat = false)]
#[dintero(splits = |self, amount| shares("shop", amount))]
enum Carrier {
    Post { id: &'static str, title: &'static str, amount: i64 },
    Other(#[dintero(flatten)] Other),
}

#[derive(DinteroShippingOption)]
#[dintero(id = "other", title = "Other", splits = |self, amount| shares("carrier", amount))]
struct Other {
    operator: &'static str,
    amount: i64,
    vat: u8,
    price_includes_vat: bool,
}

#[test]
fn the_constants_of_an_enum_of_shipping_options_are_defaults() {
    let option = |carrier: Carrier| {
        let option = carrier.to_shipping_option(Currency::NOK).expect("an option");
        let split = option.splits.as_ref().expect("splits")[0].payout_destination_id.clone();
        (option.operator, option.amount.get(), option.vat_amount.map(|vat| vat.get()), split)
    };
    let post = Carrier::Post { id: "post", title: "Post", amount: 4000 };
    assert_eq!(option(post), ("Posten".into(), 5000, Some(1000), "shop".into()));
    let other = Other { operator: "Bring", amount: 4600, vat: 15, price_includes_vat: true };
    let expected = ("Bring".into(), 4600, Some(600), "carrier".into());
    assert_eq!(option(Carrier::Other(other)), expected);
}

#[derive(DinteroDiscount)]
#[dintero(discount_type = Manual, as_items)]
enum Rebate {
    Staff(#[dintero(to = percentage)] u8),
    Spread(#[dintero(flatten)] Spread),
    #[dintero(spread)]
    Both(#[dintero(flatten)] AsItems),
}

#[derive(DinteroDiscount)]
#[dintero(discount_type = Loyalty, spread)]
struct Spread {
    percentage: u8,
}

#[derive(DinteroDiscount)]
#[dintero(as_items)]
struct AsItems {
    percentage: u8,
}

#[derive(DinteroOrder)]
#[dintero(currency = "NOK", merchant_reference = "order-1")]
struct Discounted {
    items: Vec<Article>,
    #[dintero(to = discount)]
    coupon: Rebate,
}

/// `as_items` of the enum is a default; `spread` of a flattened struct or of a variant replaces it.
#[test]
fn the_form_of_a_coupon_is_a_default() {
    let lines = |coupon| {
        let article = Article { sku: "RING", price: decimal("80"), vat: 25, quantity: 1 };
        let order = order(&Discounted { items: vec![article], coupon });
        assert_eq!(order.amount.get(), 9000);
        order.items.map(|items| items.len())
    };
    assert_eq!(lines(Rebate::Staff(10)), Some(2));
    assert_eq!(lines(Rebate::Spread(Spread { percentage: 10 })), Some(1));
    assert_eq!(lines(Rebate::Both(AsItems { percentage: 10 })), Some(1));
}

#[derive(DinteroOrderItem)]
#[dintero(items = |self| self.deposit())]
enum Drink {
    One {
        #[dintero(to = amount)]
        price: i64,
    },
    Tray {
        #[dintero(to = amount)]
        price: i64,
        #[dintero(to = items)]
        cans: Vec<Fee>,
    },
}

#[derive(DinteroOrderItem)]
struct Fee {
    #[dintero(to = amount)]
    fee: i64,
}

impl Drink {
    fn deposit(&self) -> Fee {
        match self {
            Self::One { .. } => Fee { fee: 200 },
            Self::Tray { .. } => Fee { fee: 4800 },
        }
    }
}

/// The lines of a variant are added to the lines of the enum.
#[test]
fn the_lines_of_an_enum_are_in_every_variant() {
    let tray = Drink::Tray { price: 20000, cans: vec![Fee { fee: 100 }] };
    let order = order(&basket([Drink::One { price: 1000 }, tray]));
    assert_eq!(order.amount.get(), 1000 + 200 + 20000 + 100 + 4800);
}
