//! Tests properties of every cart: it becomes a valid order whose amounts add up, or it is refused with a path and a
//! rule. Captures and refunds of an order add up to the order, however the order is divided.

mod amounts;
mod generate;
mod pieces;
mod valid;

use std::collections::BTreeMap;

use dintero_api::money::{MoneyError, Price, decimal_from_f64};
use dintero_api::order::DiscountMapping;
use dintero_api::types::OrderItemType;
use dintero_api::{
    Currency, Decimal, DinteroAddress, DinteroDiscount, DinteroOrder, DinteroOrderItem,
    DinteroShippingOption, Quantity, ToDiscount, ToPrice,
};
use proptest::prelude::*;

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

/// The fields at which a problem can be reported, besides the whole cart and calculated amounts.
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

/// A line with a unit price.
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

/// A line with a total amount instead of a unit price.
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

/// An amount of money in one of several representations.
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
    /// Numbers as in a real shop. Most of these carts are valid.
    Sane,
    /// Numbers up to the limits of every type.
    Wild,
}

fn config(cases: u32) -> ProptestConfig {
    // On failure, the cart is printed, and can be turned into a separate test; nothing is written to the repository.
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}
