//! Maps a cart with 50 lines many times, with the derives or by hand, so that `.ci/figures` can count instructions:
//! `mapping derived 100`.

use dintero_api::rust_decimal::RoundingStrategy;
use dintero_api::types::{OrderItemType, OrderLine, SessionOrder};
use dintero_api::{
    Currency, Decimal, DinteroOrder, DinteroOrderItem, MinorUnits, OrderError, Percent, Quantity,
    ToOrder,
};

#[derive(DinteroOrder)]
struct Cart {
    #[dintero(to = merchant_reference)]
    id: String,
    currency: Currency,
    #[dintero(to = items)]
    lines: Vec<Line>,
}

#[derive(DinteroOrderItem)]
#[dintero(type = Physical)]
struct Line {
    #[dintero(to = id)]
    sku: String,
    #[dintero(to = description)]
    name: String,
    #[dintero(to = quantity)]
    count: u32,
    #[dintero(to = unit_price)]
    price: Decimal,
    vat: Decimal,
}

/// Builds the order as a merchant would without the derives, with the same precision and care. Each line is rounded
/// once (half away from zero), no calculation overflows, and the order is checked before it is sent.
fn by_hand(cart: &Cart) -> Result<SessionOrder, OrderError> {
    let mut lines = Vec::with_capacity(cart.lines.len());
    let (mut amount, mut vat_amount) = (MinorUnits::ZERO, MinorUnits::ZERO);
    for (index, line) in cart.lines.iter().enumerate() {
        let price = line.price.checked_mul(Decimal::ONE_HUNDRED);
        let total = price.and_then(|price| price.checked_mul(line.count.into()));
        let total = whole(total.expect("not that large"));
        let contained = Decimal::from(total.get()).checked_mul(line.vat);
        let contained =
            contained.and_then(|part| part.checked_div(Decimal::ONE_HUNDRED + line.vat));
        let contained = whole(contained.expect("not that large"));
        amount = amount.checked_add(total).expect("not that large");
        vat_amount = vat_amount.checked_add(contained).expect("not that large");
        lines.push(
            OrderLine::new()
                .id(line.sku.as_str())
                .line_id((index + 1).to_string())
                .description(line.name.as_str())
                .quantity(Quantity::from(line.count))
                .amount(total)
                .vat_amount(contained)
                .vat(Percent::from(line.vat))
                .kind(OrderItemType::Physical),
        );
    }
    let order = SessionOrder::new(amount, cart.currency, cart.id.as_str());
    let order = order.vat_amount(vat_amount).items(lines);
    order.check().into_result()?;
    Ok(order)
}

fn whole(amount: Decimal) -> MinorUnits {
    let rounded = amount.round_dp_with_strategy(0, RoundingStrategy::MidpointAwayFromZero);
    MinorUnits::new(rounded.try_into().expect("not that large"))
}

fn cart() -> Cart {
    let line = |index: u32| Line {
        sku: format!("ARTICLE-{index}"),
        name: format!("Article number {index}"),
        count: index % 4 + 1,
        price: Decimal::new(i64::from(index) * 317 + 1995, 2),
        vat: [Decimal::from(25), Decimal::from(15), Decimal::new(255, 1)][index as usize % 3],
    };
    Cart {
        id: "order-1001".to_owned(),
        currency: Currency::NOK,
        lines: (0..50).map(line).collect(),
    }
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let derived = arguments.next().is_some_and(|way| way == "derived");
    let times = arguments.next().and_then(|times| times.parse().ok()).unwrap_or(1);
    let cart = cart();
    for _ in 0..times {
        let order = if derived { cart.to_order() } else { by_hand(&cart) };
        std::hint::black_box(order.is_ok());
    }
    assert_eq!(cart.to_order(), by_hand(&cart), "both ways must build the same order");
}
