use dintero_api::{DinteroOrder, DinteroOrderItem, ToOrder};

struct Option;
struct Some;
struct None;
struct String;

#[derive(DinteroOrder)]
struct Result {
    currency: std::string::String,
    #[dintero(to = merchant_reference)]
    __order: std::string::String,
    #[dintero(to = merchant_reference_2)]
    __to: std::string::String,
    #[dintero(to = event_reference)]
    self_: std::string::String,
    #[dintero(to = items)]
    __lines: Vec<Ok>,
}

#[derive(DinteroOrderItem)]
struct Ok {
    amount: Text,
}

struct Text(i64);

impl Text {
    fn to_price(&self) -> ! {
        unreachable!("an inherent method is not asked")
    }
}

impl dintero_api::ToPrice for Text {
    fn to_price(
        &self,
        currency: dintero_api::Currency,
    ) -> std::result::Result<dintero_api::Price, dintero_api::MoneyError> {
        self.0.to_price(currency)
    }
}

fn main() {
    let _ = (Option, Some, None, String);
    let cart = Result {
        currency: "NOK".into(),
        __order: "1".into(),
        __to: "2".into(),
        self_: "3".into(),
        __lines: vec![Ok { amount: Text(100) }],
    };
    let order = cart.to_order().expect("an order");
    assert_eq!(order.event_reference.as_deref(), std::option::Option::Some("3"));
}
