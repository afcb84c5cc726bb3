use dintero_api::{Currency, DinteroOrder};

enum Money {
    Crowns,
}

impl From<Money> for Currency {
    fn from(Money::Crowns: Money) -> Self {
        Self::NOK
    }
}

#[derive(DinteroOrder)]
#[dintero(merchant_reference = "1")]
struct Cart {
    currency: Money,
    amount: i64,
}

fn main() {}
