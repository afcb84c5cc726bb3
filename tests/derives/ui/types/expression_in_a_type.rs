use dintero_api::{DinteroOrderItem, DinteroValue, ToText, order};

#[derive(DinteroOrderItem)]
struct Line<T>
where
    T: Copy,
{
    amount: T,
    #[dintero(skip)]
    padding: [u8; if cfg!(unix) { 1 } else { 2 }],
}

#[derive(DinteroValue)]
struct Id([u8; if cfg!(unix) { 1 } else { 2 }]);

fn main() {
    let line = Line { amount: 1, padding: [0] };
    let _ = order::order_lines(&line, dintero_api::Currency::NOK);
    let _ = Id([0]).to_text();
}
