//! A missing token at the end of an attribute is reported under the last token.

use dintero_api::DinteroOrderItem;

#[derive(DinteroOrderItem)]
#[dintero(vat = 1 +)]
struct Operator {
    amount: i64,
}

#[derive(DinteroOrderItem)]
struct Parameters {
    amount: i64,
    #[dintero(with = |x)]
    id: u8,
}

#[derive(DinteroOrderItem)]
struct Target {
    amount: i64,
    #[dintero(to = store.)]
    what: u8,
}

#[derive(DinteroOrderItem)]
struct Member {
    amount: i64,
    #[dintero(default = a.)]
    id: Option<u8>,
}

#[derive(DinteroOrderItem)]
#[dintero(vat = |self|)]
struct Body {
    amount: i64,
}

#[derive(DinteroOrderItem)]
#[dintero(vat = 25, description = self.id as)]
struct Cast {
    amount: i64,
}

#[derive(DinteroOrderItem)]
#[dintero(vat = f(1 +), description = a..=)]
struct Inside {
    amount: i64,
}

fn main() {}
