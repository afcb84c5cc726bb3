//! Tests lines in every kind of collection; the keys of maps become line ids.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::rc::Rc;
use std::sync::Arc;

use dintero_api::order::{Rule, keyed};
use dintero_api::{DinteroOrder, DinteroOrderItem, DinteroValue, ToOrderItems};
use serde_json::{Value, json};

use super::{CUP, Product};
use crate::{assert_order, assert_refused, basket, order};

#[derive(DinteroOrderItem, Clone)]
struct Line {
    id: &'static str,
    amount: i64,
}

fn line(id: &'static str, amount: i64) -> Line {
    Line { id, amount }
}

fn expected(lines: &[(&str, &str, i64)]) -> Value {
    let items = lines.iter().map(|(id, line_id, amount)| {
        json!({"id": id, "line_id": line_id, "quantity": 1, "amount": amount})
    });
    json!({
        "amount": lines.iter().map(|(_, _, amount)| amount).sum::<i64>(), "currency": "NOK",
        "merchant_reference": "order-1", "vat_amount": 0, "items": items.collect::<Value>(),
    })
}

#[track_caller]
fn is_two_lines(lines: impl ToOrderItems) {
    assert_order(&basket(lines), &expected(&[("A", "1", 100), ("B", "2", 200)]));
}

#[test]
fn every_list_is_its_lines() {
    let lines = [line("A", 100), line("B", 200)];
    is_two_lines(&lines[..]);
    is_two_lines(lines.to_vec());
    is_two_lines(&lines);
    is_two_lines(VecDeque::from(lines.clone()));
    is_two_lines(Box::<[Line]>::from(lines.clone()));
    is_two_lines(Arc::<[Line]>::from(lines.clone()));
    is_two_lines(Rc::new(lines.to_vec()));
    is_two_lines(Cow::Borrowed(&lines[..]));
    is_two_lines(Cow::<'static, [Line]>::Owned(lines.to_vec()));
    is_two_lines(lines.iter().collect::<Vec<_>>());
    is_two_lines(lines.clone().map(Arc::new));
    is_two_lines(lines.clone().map(Box::new));
    is_two_lines(Some(lines.to_vec()));
    is_two_lines(lines.clone().map(Some));
    is_two_lines([vec![line("A", 100)], vec![line("B", 200)]]);
    is_two_lines(lines);
}

/// A cart with every kind of collection as a field, so that the derive sees the types of the collections.
#[derive(DinteroOrder)]
#[dintero(currency = "NOK", merchant_reference = "order-1")]
struct Everywhere<'a, const N: usize> {
    #[dintero(to = items)]
    array: [Line; N],
    #[dintero(to = items)]
    slice: &'a [Line],
    #[dintero(to = items)]
    queue: VecDeque<Line>,
    #[dintero(to = items)]
    boxed: Box<[Line]>,
    #[dintero(to = items)]
    shared: Option<Arc<[Line]>>,
    #[dintero(to = items)]
    borrowed: Cow<'a, [Line]>,
    #[dintero(to = items)]
    one: Box<Line>,
    #[dintero(to = items)]
    none: Option<Vec<Line>>,
}

#[test]
fn lines_of_several_fields_follow_each_other() {
    let slice = [line("C", 3)];
    let cart = Everywhere {
        array: [line("A", 1), line("B", 2)],
        slice: &slice,
        queue: VecDeque::from([line("D", 4)]),
        boxed: Box::new([line("E", 5)]),
        shared: Some(Arc::from([line("F", 6)])),
        borrowed: Cow::Owned(vec![line("G", 7)]),
        one: Box::new(line("H", 8)),
        none: None,
    };
    let ids = ["A", "B", "C", "D", "E", "F", "G", "H"];
    let numbers: Vec<_> = (1..9).map(|number: i64| (number.to_string(), number)).collect();
    let lines: Vec<_> = ids
        .iter()
        .zip(&numbers)
        .map(|(id, (line_id, amount))| (*id, line_id.as_str(), *amount))
        .collect();
    assert_order(&cart, &expected(&lines));
}

#[test]
fn an_empty_element_keeps_its_number() {
    let lines = [Some(line("A", 100)), None, Some(line("C", 300))];
    assert_order(&basket(lines), &expected(&[("A", "1", 100), ("C", "3", 300)]));
}

#[derive(DinteroValue, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Sku(&'static str);

#[test]
fn map_keys_become_line_ids() {
    let sorted = expected(&[("A", "a", 100), ("B", "b", 200)]);
    let entries = || [("b", line("B", 200)), ("a", line("A", 100))];
    assert_order(&basket(BTreeMap::from(entries())), &sorted);
    assert_order(&basket(HashMap::from(entries())), &sorted);
    assert_order(&basket(HashMap::from(entries().map(|(key, line)| (Sku(key), line)))), &sorted);

    // Numeric keys are sorted as numbers: 9 comes before 10.
    let numbers = HashMap::from([(10_u32, line("A", 100)), (9, line("B", 200))]);
    assert_order(&basket(numbers), &expected(&[("B", "9", 200), ("A", "10", 100)]));
}

#[test]
fn many_keys_are_the_same_order_every_time() {
    let map = || (0..60).map(|key| (key, line("A", key))).collect::<HashMap<i64, _>>();
    let ids = |map| {
        let items = order(&basket(map)).items.expect("there are lines");
        items.into_iter().map(|item| item.line_id.expect("the key")).collect::<Vec<_>>()
    };
    let keys: Vec<_> = (0..60).map(|key: i64| key.to_string()).collect();
    assert_eq!(ids(map()), keys);
    assert_eq!(ids(map()), keys);
}

/// Dintero refuses an empty line id, so an empty key is replaced with the line's position.
#[test]
fn an_empty_key_is_not_a_line_id() {
    let map = BTreeMap::from([("", line("A", 100)), ("b", line("B", 200))]);
    assert_order(&basket(map), &expected(&[("A", "1", 100), ("B", "b", 200)]));
}

#[derive(DinteroOrderItem)]
struct Named {
    line_id: &'static str,
    amount: i64,
}

#[test]
fn a_line_id_takes_precedence_over_the_key() {
    let map = BTreeMap::from([
        ("a", Named { line_id: "first", amount: 1 }),
        ("b", Named { line_id: "", amount: 2 }),
    ]);
    let items = order(&basket(map)).items.expect("there are lines");
    let ids: Vec<_> = items.iter().map(|item| item.line_id.as_deref()).collect();
    assert_eq!(ids, [Some("first"), Some("b")]);
}

#[derive(DinteroOrder)]
#[dintero(currency = "NOK", merchant_reference = "order-1")]
struct Mixed {
    #[dintero(to = items)]
    by_number: BTreeMap<u32, Line>,
    #[dintero(to = items)]
    others: Vec<Line>,
}

/// A key and a position may result in the same id. A number is then appended to the id of the later line.
#[test]
fn a_key_that_is_also_a_position() {
    let by_number = || BTreeMap::from([(2, line("A", 1))]);
    let cart = Mixed { by_number: by_number(), others: vec![line("B", 1)] };
    assert_order(&cart, &expected(&[("A", "2", 1), ("B", "2-2", 1)]));
    let cart = Mixed { by_number: by_number(), others: Vec::new() };
    assert_order(&cart, &expected(&[("A", "2", 1)]));
}

#[test]
fn keys_are_in_the_path_of_a_problem() {
    let map = BTreeMap::from([
        ("a", Named { line_id: "x", amount: 1 }),
        ("b", Named { line_id: "x", amount: 1 }),
    ]);
    assert_refused(&basket(map), "lines[\"b\"].line_id", Rule::LineId);
}

/// A map that keeps its entries in insertion order, as `IndexMap` does.
struct Listed(Vec<(Key, Product)>);

/// A key that does not implement `Ord`.
#[derive(DinteroValue, PartialEq, Eq, Hash, Clone)]
struct Key(&'static str);

impl<'m> IntoIterator for &'m Listed {
    type Item = (&'m Key, &'m Product);
    type IntoIter = std::iter::Map<
        std::slice::Iter<'m, (Key, Product)>,
        fn(&'m (Key, Product)) -> (&'m Key, &'m Product),
    >;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter().map(|(key, product)| (key, product))
    }
}

#[derive(DinteroOrder)]
#[dintero(currency = "NOK", merchant_reference = "order-1")]
struct Mapped {
    #[dintero(to = items, with = keyed)]
    listed: Listed,
    #[dintero(to = items, with = keyed)]
    hashed: HashMap<Key, Product>,
}

#[test]
fn maps_of_other_libraries() {
    let listed = Listed(vec![(Key("b"), CUP), (Key("a"), CUP)]);
    let hashed = HashMap::from([(Key("c"), CUP)]);
    let items = order(&Mapped { listed, hashed }).items.expect("there are lines");
    let ids: Vec<_> = items.iter().map(|item| item.line_id.as_deref().expect("a key")).collect();
    assert_eq!(ids, ["b", "a", "c"]);
    let listed = Listed(vec![(Key("b"), Product { vat: 101, ..CUP })]);
    let cart = Mapped { listed, hashed: HashMap::new() };
    assert_refused(&cart, "listed[\"b\"].vat", Rule::Vat);
}
