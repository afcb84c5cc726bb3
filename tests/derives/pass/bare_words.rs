use dintero_api::types::OrderItemType;
use dintero_api::{Currency, DinteroOrder, DinteroOrderItem, ToOrder};

const KRONOR: Currency = Currency::SEK;
const LINE_TYPE: OrderItemType = OrderItemType::Service;

#[derive(DinteroOrder)]
#[dintero(currency = NOK)]
struct Cart {
    merchant_reference: String,
    items: Vec<Row>,
}

#[derive(DinteroOrder)]
#[dintero(currency = KRONOR)]
struct Swedish {
    merchant_reference: String,
    amount: i64,
}

#[derive(DinteroOrderItem)]
enum Row {
    #[dintero(type = physical)]
    Article { amount: i64 },
    #[dintero(type = LINE_TYPE)]
    Repair { amount: i64 },
}

fn main() {
    let items = vec![Row::Article { amount: 10000 }, Row::Repair { amount: 5000 }];
    let order = Cart { merchant_reference: "1".to_owned(), items }.to_order().expect("an order");
    assert_eq!(order.currency, Currency::NOK);
    let kinds: Vec<_> = order.items.expect("lines").into_iter().map(|line| line.kind).collect();
    assert_eq!(kinds, [Some(OrderItemType::Physical), Some(OrderItemType::Service)]);
    let swedish = Swedish { merchant_reference: "2".to_owned(), amount: 100 };
    assert_eq!(swedish.to_order().expect("an order").currency, Currency::SEK);
}
