//! A type in another module may have the same name as the struct with the derive. The type in the other module gets a
//! bound like any other type.

use dintero_api::DinteroOrderItem;

mod v1 {
    #[derive(dintero_api::DinteroOrderItem)]
    pub struct Line<T> {
        pub amount: T,
    }
}

#[derive(DinteroOrderItem)]
struct Line<T> {
    amount: i64,
    #[dintero(to = items)]
    old: Vec<v1::Line<T>>,
    #[dintero(to = items)]
    own: Vec<Line<T>>,
    #[dintero(to = items)]
    also_own: Option<Box<self::Line<T>>>,
}

trait Shop {
    type Address;
}

#[derive(DinteroOrderItem)]
struct Address<S: Shop> {
    amount: i64,
    id: S::Address,
}

struct Oslo;

impl Shop for Oslo {
    type Address = u32;
}

/// Two generic types that contain each other. rustc cannot resolve cyclic bounds, so one of the types sets its own
/// bounds.
#[derive(DinteroOrderItem)]
#[dintero(bound(T: dintero_api::ToPrice))]
struct Parent<T> {
    amount: T,
    items: Vec<Child<T>>,
}

#[derive(DinteroOrderItem)]
#[dintero(bound(T: dintero_api::ToPrice))]
struct Child<T> {
    amount: T,
    items: Vec<Parent<T>>,
}

fn main() {
    let line = Line {
        amount: 1,
        old: vec![v1::Line { amount: 2_u8 }],
        own: Vec::new(),
        also_own: None,
    };
    let address = Address::<Oslo> { amount: 3, id: 7 };
    let parent = Parent { amount: 4, items: vec![Child { amount: 5, items: Vec::new() }] };
    let lines = |item: &dyn dintero_api::ToOrderItems| {
        dintero_api::order::order_lines(&Item(item), dintero_api::Currency::NOK).expect("lines").len()
    };
    assert_eq!((lines(&line), lines(&address), lines(&parent)), (2, 1, 2));
}

struct Item<'i>(&'i dyn dintero_api::ToOrderItems);

impl dintero_api::ToOrderItems for Item<'_> {
    fn order_items(&self, lines: &mut dintero_api::order::Lines<'_>) {
        self.0.order_items(lines);
    }
}
