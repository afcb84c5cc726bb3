use dintero_api::{DinteroOrder, DinteroOrderItem, ToOrder};

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::rc::Rc;
use std::sync::Arc;

#[derive(DinteroOrderItem, Clone)]
struct Line {
    amount: i64,
}

#[derive(DinteroOrder)]
#[dintero(currency = "NOK", merchant_reference = "1")]
struct Cart<'a> {
    #[dintero(to = items)]
    vec: Vec<Line>,
    #[dintero(to = items)]
    array: [Line; 1],
    #[dintero(to = items)]
    slice: &'a [Line],
    #[dintero(to = items)]
    boxed: Box<[Line]>,
    #[dintero(to = items)]
    deque: VecDeque<Line>,
    #[dintero(to = items)]
    option: Option<Vec<Line>>,
    #[dintero(to = items)]
    map: BTreeMap<String, Line>,
    #[dintero(to = items)]
    hash_map: HashMap<&'a str, Arc<Line>>,
    #[dintero(to = items)]
    cow: Cow<'a, [Line]>,
    #[dintero(to = items)]
    shared: Rc<Vec<Line>>,
    #[dintero(to = items)]
    single: Line,
}

fn main() {
    let line = Line { amount: 1 };
    let lines = [line.clone()];
    let cart = Cart {
        vec: lines.to_vec(),
        array: lines.clone(),
        slice: &lines,
        boxed: Box::new(lines.clone()),
        deque: lines.to_vec().into(),
        option: Some(lines.to_vec()),
        map: BTreeMap::from([("a".to_owned(), line.clone())]),
        hash_map: HashMap::from([("b", Arc::new(line.clone()))]),
        cow: Cow::Borrowed(&lines),
        shared: Rc::new(lines.to_vec()),
        single: line.clone(),
    };
    assert_eq!(cart.to_order().expect("an order").amount.get(), 11);
}
