//! Prints the orders for a cart with different discounts, coupons and gift cards. Needs no account.
//!
//! ```sh
//! cargo run --example coupons
//! ```

#![allow(clippy::print_stdout, reason = "the example prints its results")]

use std::error::Error;

use dintero_api::{
    Decimal, DinteroDiscount, DinteroOrder, DinteroOrderItem, OrderError, ToOrder, serde_json,
};

#[derive(DinteroOrder)]
#[dintero(currency = "NOK", merchant_reference = "order-1001")]
struct Cart {
    #[dintero(to = items)]
    lines: Vec<Line>,
    #[dintero(to = discount)]
    coupons: Vec<Coupon>,
    #[dintero(to = items)]
    gift_cards: Vec<GiftCard>,
}

#[derive(DinteroOrderItem)]
#[dintero(type = Physical)]
struct Line {
    #[dintero(to = id)]
    sku: &'static str,
    quantity: u32,
    #[dintero(to = unit_price)]
    price: Decimal, // in kroner, with VAT
    vat: u8,
    #[dintero(to = discount_percent)]
    sale: Option<u8>, // percent off this line
}

#[derive(DinteroDiscount, Clone)]
enum Coupon {
    /// Spread across the lines in proportion to their amounts.
    Percent {
        #[dintero(to = discount_id)]
        code: &'static str,
        #[dintero(to = percentage)]
        percent: u8,
    },
    /// Separate negative lines, one for each VAT rate.
    #[dintero(as_items, capped)]
    Voucher {
        #[dintero(to = discount_id)]
        code: &'static str,
        #[dintero(to = amount)]
        value: Decimal,
    },
}

/// A means of payment: a negative line without VAT.
#[derive(DinteroOrderItem)]
#[dintero(type = GiftCard, description = "Gift card", vat = 0)]
struct GiftCard {
    #[dintero(to = id)]
    code: &'static str,
    #[dintero(to = amount, with = |drawn| -drawn)]
    drawn: Decimal,
}

fn cart(coupons: Vec<Coupon>, gift_cards: Vec<GiftCard>) -> Cart {
    let line = |sku, quantity, ore, vat, sale| Line {
        sku,
        quantity,
        price: Decimal::new(ore, 2),
        vat,
        sale,
    };
    let lines = vec![line("COAT", 2, 25000, 25, Some(20)), line("BOOK", 1, 19900, 0, None)];
    Cart { lines, coupons, gift_cards }
}

fn show(title: &str, cart: &Cart) -> Result<(), Box<dyn Error>> {
    println!("{title}:\n{}\n", serde_json::to_string_pretty(&cart.to_order()?)?);
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let ten = Coupon::Percent { code: "TEN", percent: 10 };
    let voucher = Coupon::Voucher { code: "SAVE50", value: Decimal::new(5000, 2) };

    show("20 % off the coats", &cart(vec![], vec![]))?;
    show("with a coupon of 10 % as well", &cart(vec![ten.clone()], vec![]))?;
    show("with that coupon and then a voucher of 50.00", &cart(vec![ten, voucher], vec![]))?;
    let gift_card = GiftCard { code: "GC-8812", drawn: Decimal::new(20000, 2) };
    show("20 % off the coats, and 200.00 paid with a gift card", &cart(vec![], vec![gift_card]))?;

    // An invalid cart is refused before anything is sent, and each problem has its location in the cart.
    let mut wrong = cart(vec![Coupon::Percent { code: "ALL", percent: 101 }], vec![]);
    wrong.lines[1].sale = Some(120);
    let error: OrderError = wrong.to_order().expect_err("more than everything");
    for problem in error.problems() {
        println!("{problem}");
    }
    Ok(())
}
