use dintero_api::{DinteroOrder, DinteroOrderItem, ToOrder};

#[derive(DinteroOrder)]
struct Cart<'a, Id, L, const N: usize>
where
    Id: Clone,
{
    #[dintero(to = merchant_reference)]
    id: Id,
    currency: &'a str,
    #[dintero(to = items)]
    lines: [L; N],
    #[dintero(to = items)]
    more: Option<&'a [L]>,
}

#[derive(DinteroOrderItem)]
#[dintero(vat = |self| VAT, bound(P: dintero_api::ToPrice))]
struct Line<P, const VAT: u8> {
    #[dintero(to = unit_price)]
    price: P,
    #[dintero(to = items)]
    addons: Vec<Line<P, VAT>>,
}

fn main() {
    let lines = [Line::<i64, 25> { price: 100, addons: Vec::new() }];
    let cart = Cart {
        id: 7_u64,
        currency: "NOK",
        lines: [Line::<i64, 25> { price: 100, addons: Vec::new() }],
        more: Some(&lines),
    };
    let order = cart.to_order().expect("an order");
    assert_eq!((order.amount.get(), order.merchant_reference.as_str()), (200, "7"));
}
