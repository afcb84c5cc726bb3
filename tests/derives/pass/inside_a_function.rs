use dintero_api::{DinteroOrder, DinteroOrderItem, ToOrder};

fn main() {
    fn reference(number: &u32) -> String {
        format!("order-{number}")
    }

    #[derive(DinteroOrder)]
    #[dintero(currency = "SEK")]
    struct Cart {
        #[dintero(to = merchant_reference, with = reference)]
        #[dintero(to = merchant_reference_2, with = |number| number.to_string())]
        number: u32,
        items: Vec<Line>,
    }

    #[derive(DinteroOrderItem)]
    struct Line {
        amount: i64,
    }

    let order = Cart { number: 7, items: vec![Line { amount: 5 }] }.to_order().expect("an order");
    assert_eq!(order.merchant_reference, "order-7");
    assert_eq!(order.merchant_reference_2.as_deref(), Some("7"));
}
