//! Parts of a cart may be incomplete: here, an article without a price, and the head of an order without its lines.

use dintero_api::{Decimal, DinteroOrder, DinteroOrderItem, ToOrder};

#[derive(DinteroOrder)]
struct Cart {
    #[dintero(flatten)]
    head: Head,
    items: Vec<Line>,
}

#[derive(DinteroOrder)]
#[dintero(part)]
struct Head {
    merchant_reference: u64,
    currency: String,
}

#[derive(DinteroOrderItem)]
struct Line {
    #[dintero(flatten)]
    article: Article,
    quantity: u32,
    unit_price: Decimal,
}

#[derive(DinteroOrderItem)]
#[dintero(part)]
struct Article {
    #[dintero(to = id)]
    sku: &'static str,
    vat: u8,
}

/// A part may contain only a setting for rounding.
#[derive(DinteroOrderItem)]
#[dintero(part, rounding = exact)]
struct Exact {}

#[derive(DinteroOrder)]
#[dintero(part, total_mismatch = rounding_line(max = 1))]
struct Rounded {}

fn main() {
    let _ = (Exact {}, Rounded {});
    let article = Article { sku: "mug", vat: 25 };
    let line = Line { article, quantity: 2, unit_price: Decimal::new(14900, 2) };
    let head = Head { merchant_reference: 7, currency: "NOK".to_owned() };
    let mut cart = Cart { head, items: vec![line] };
    let order = cart.to_order().expect("an order");
    assert_eq!(order.amount.get(), 29800);
    assert_eq!(order.items.expect("lines")[0].id.as_deref(), Some("mug"));
    assert_eq!(order.vat_amount.map(|amount| amount.get()), Some(5960));

    cart.head.currency = "kroner".to_owned();
    let error = cart.to_order().expect_err("no currency");
    assert_eq!(error.problems()[0].path, "head.currency");
    assert_eq!(error.problems().len(), 1);

    let alone = cart.head.to_order().expect_err("a part is not an order");
    assert_eq!(alone.problems()[0].path, "currency");
}
