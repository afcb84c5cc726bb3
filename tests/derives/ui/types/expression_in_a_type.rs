use std::marker::PhantomData;

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
struct Code([u8; if cfg!(unix) { 1 } else { 2 }]);

#[derive(DinteroValue)]
struct Id<T>([u8; if cfg!(unix) { 1 } else { 2 }], #[dintero(skip)] PhantomData<T>)
where
    T: Copy;

fn main() {
    let line = Line { amount: 1, padding: [0] };
    let _ = order::order_lines(&line, dintero_api::Currency::NOK);
    let _ = Code([0]).to_text();
    let _ = Id([0], PhantomData::<u8>).to_text();
}
