//! The lines of a cart: collections of lines, and the positions and keys that identify lines.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::hash::{BuildHasher, Hash};
use std::mem;

use super::context::Context;
use super::draft::{Draft, LinePosition};
use super::line::LineMapping;
use super::pointers::pointers;
use super::values::{ToQuantity, ToText};
use crate::Quantity;
use crate::order::Rule;
use crate::types::OrderLine;

/// A type that can be used as lines of an order: one line, several lines, or no line.
///
/// `#[derive(DinteroOrderItem)]` implements the trait for a struct (one line) or an enum of lines. The trait is also
/// implemented for [`OrderLine`], and for collections, options, maps, pairs of a line and its quantity, and pointers to
/// such types. The lines of a map are in the order of its keys, which become line ids. To implement the trait by hand,
/// call [`Lines::push`] for each line:
///
/// ```
/// use dintero_api::order::{Lines, ToOrderItems};
/// use dintero_api::types::OrderLine;
///
/// struct Donation(i64);
///
/// impl ToOrderItems for Donation {
///     fn order_items(&self, lines: &mut Lines<'_>) {
///         lines.push(OrderLine::new().description("Donation").quantity(1).amount(self.0));
///     }
/// }
/// ```
///
/// # Line ids
///
/// If a line has no line id, its key in a map becomes its line id. A line that is not in a map gets its position,
/// counted from 1 across all fields that are mapped to `items`. Skipped lines are counted too. The id of a child line
/// begins with the id of its parent line: `2.1`. The id of a part of a bundle begins with the id of the bundle, although
/// the bundle itself is not sent. If another line already uses a generated id, a number is appended: `2-2`, `2-3`. Your
/// own line ids are never changed, not even on child lines; if you use one twice, the order is refused.
///
/// For example, in a map whose keys are sellers, two lines of the seller `7` get the ids `7` and `7-2`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be used as an order item",
    label = "not an order item",
    note = "add `#[derive(DinteroOrderItem)]` to `{Self}`; lines may be in a `Vec`, slice, array, map or `Option`",
    note = "convert a map of another library with `#[dintero(with = dintero_api::order::keyed)]`; an `Option` behind a type alias must be written out"
)]
pub trait ToOrderItems {
    /// Adds the lines.
    fn order_items(&self, lines: &mut Lines<'_>);
}

/// The lines of an order, or the child lines of a line, while they are being collected.
///
/// # Examples
///
/// ```
/// use dintero_api::Currency;
/// use dintero_api::order::{Lines, ToOrderItems, order_lines};
/// use dintero_api::types::OrderLine;
///
/// /// A receipt of another system: the price of each row, in øre, or `None` for a row that was deleted.
/// struct Receipt(Vec<Option<i64>>);
///
/// impl ToOrderItems for Receipt {
///     fn order_items(&self, lines: &mut Lines<'_>) {
///         for row in &self.0 {
///             match row {
///                 Some(ore) => lines.push(OrderLine::new().quantity(1).amount(*ore).vat(25)),
///                 None => lines.skip(), // the line ids still match the row numbers
///             }
///         }
///     }
/// }
///
/// let lines = order_lines(&Receipt(vec![Some(29990), None, Some(8900)]), Currency::NOK)?;
/// let ids: Vec<_> = lines.iter().filter_map(|line| line.line_id.as_deref()).collect();
/// assert_eq!(ids, ["1", "3"]);
/// # Ok::<(), dintero_api::OrderError>(())
/// ```
#[derive(Debug)]
pub struct Lines<'c> {
    pub(super) store: Store<'c>,
    pub(super) cx: Context<'c>,
    /// The existing line into which a value is flattened; `None` if each value becomes a new line.
    flattened: Option<Box<LineMapping<'c>>>,
}

/// The lines collected so far. A collection and all of its elements use the same store.
#[derive(Debug, Default)]
pub(super) struct Store<'c> {
    pub(super) drafts: Vec<Draft>,
    /// The number of positions used so far, by lines, skipped lines and empty elements of a collection.
    positions: usize,
    /// The map key of the next lines.
    key: Option<String>,
    /// The quantity of the next line, if the line is in a pair. Boxed, because pairs are rare.
    pair: Option<Box<Pair<'c>>>,
    /// Whether the cart maps `items`, even if there are no lines.
    is_mapped: bool,
}

/// The quantity in a pair of a line and its quantity, as in `(product, 2)`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pair<'c> {
    pub(super) quantity: Quantity,
    pub(super) cx: Context<'c>,
}

impl<'c> Lines<'c> {
    pub(super) fn new(cx: Context<'c>) -> Self {
        Self { store: Store::default(), cx, flattened: None }
    }

    /// Creates a collection in which a value is mapped into an existing line instead of a new line.
    pub(super) fn of_flattened(mut line: LineMapping<'c>, cx: Context<'c>) -> Self {
        line.move_to(cx);
        Self { flattened: Some(Box::new(line)), ..Self::new(cx) }
    }

    pub(super) fn into_flattened(self) -> Option<LineMapping<'c>> {
        self.flattened.map(|line| *line)
    }

    /// Adds a line, which must have an `amount`. If the line has no line id, it gets one from its
    /// [key or position](ToOrderItems#line-ids). Without `vat_amount`, the VAT amount is calculated from `vat`.
    pub fn push(&mut self, item: OrderLine) {
        let mut line = self.begin();
        line.put_whole(item);
        self.finish(line);
    }

    /// Leaves a position unused, so that the following lines keep their positions.
    pub fn skip(&mut self) {
        self.store.positions += 1;
    }

    #[doc(hidden)]
    #[must_use]
    pub fn begin(&mut self) -> LineMapping<'c> {
        if let Some(mut line) = self.flattened.take() {
            line.pair = self.store.pair.take().or(line.pair);
            return *line;
        }
        self.store.positions += 1;
        let position = match &self.store.key {
            Some(key) if !key.is_empty() => LinePosition::Key(key.clone()),
            _ => LinePosition::Number(self.store.positions),
        };
        let mut line = LineMapping::new(self.cx, self.cx.run().begin_line(), position);
        line.pair = self.store.pair.take();
        line
    }

    #[doc(hidden)]
    pub fn finish(&mut self, line: LineMapping<'c>) {
        if line.flattened > 0 {
            self.flattened = Some(Box::new(line));
        } else {
            self.store.drafts.push(line.finish());
        }
    }

    /// Records that the cart maps `items`, and returns the location of the cart. If there are no lines, the sum of the
    /// lines is then known to be zero.
    pub(super) fn mark_mapped(&mut self) -> Context<'c> {
        self.store.is_mapped = true;
        self.cx
    }

    /// Returns whether the cart maps `items`. Otherwise, the sum of the lines is unknown.
    pub(super) fn are_mapped(&self) -> bool {
        self.store.is_mapped || self.store.positions > 0
    }

    /// Adds the lines of the value at `cx`.
    pub(super) fn at<T: ToOrderItems + ?Sized>(&mut self, value: &T, cx: Context<'c>) {
        let outer = mem::replace(&mut self.cx, cx);
        value.order_items(self);
        self.cx = outer;
    }

    /// Adds the lines of an element of a collection. An element without lines uses a position too.
    fn element<T: ToOrderItems + ?Sized>(&mut self, element: &T, cx: Context<'c>) {
        let before = self.store.positions;
        self.at(element, cx);
        if self.store.positions == before {
            self.skip();
        }
    }

    fn elements<'t, T: ToOrderItems + 't>(&mut self, elements: impl Iterator<Item = &'t T>) {
        for (index, element) in elements.enumerate() {
            self.element(element, self.cx.index(index));
        }
    }

    fn entries<'t, K: ToText + 't, T: ToOrderItems + 't>(
        &mut self,
        entries: impl Iterator<Item = (&'t K, &'t T)>,
    ) {
        for (key, element) in entries {
            let key = key.to_text();
            let outer = self.store.key.replace(key.to_string());
            self.element(element, self.cx.key(&key));
            self.store.key = outer;
        }
    }

    /// Adds a line with the quantity of its pair.
    fn pair<T: ToOrderItems + ?Sized>(&mut self, line: &T, quantity: Quantity) {
        let before = self.store.positions;
        self.store.pair = Some(Box::new(Pair { quantity, cx: self.cx.field("1") }));
        self.at(line, self.cx.field("0"));
        self.store.pair = None;
        if self.store.positions > before + 1 {
            let message = "a pair is one line and its quantity, but this pair has several lines";
            self.cx.field("1").problem(Rule::Quantity, message);
        }
    }
}

#[diagnostic::do_not_recommend]
impl ToOrderItems for OrderLine {
    #[inline]
    fn order_items(&self, lines: &mut Lines<'_>) {
        lines.cx.note_own_type();
        lines.push(self.clone());
    }
}

impl<T: ToOrderItems> ToOrderItems for Option<T> {
    fn order_items(&self, lines: &mut Lines<'_>) {
        if let Some(value) = self {
            value.order_items(lines);
        }
    }
}

/// A product and its quantity. The product must map its unit price, and must not map a quantity.
impl<T: ToOrderItems, Q: ToQuantity> ToOrderItems for (T, Q) {
    fn order_items(&self, lines: &mut Lines<'_>) {
        let (line, quantity) = self;
        if let Some(quantity) = lines.cx.field("1").valid(Rule::Value, quantity.to_quantity()) {
            lines.pair(line, quantity);
        }
    }
}

macro_rules! collections {
    ($($collection:ty $([$($constant:tt)*])?),*) => {$(
        impl<T: ToOrderItems $(, $($constant)*)?> ToOrderItems for $collection {
            fn order_items(&self, lines: &mut Lines<'_>) {
                lines.elements(self.iter());
            }
        }
    )*};
}

collections! { [T], Vec<T>, VecDeque<T>, [T; N] [const N: usize] }

#[diagnostic::do_not_recommend]
impl<K: ToText, T: ToOrderItems> ToOrderItems for BTreeMap<K, T> {
    fn order_items(&self, lines: &mut Lines<'_>) {
        lines.entries(self.iter());
    }
}

/// A `HashMap` key by which the lines are sorted, so that a cart always produces the same sequence of lines.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the key of lines in a `HashMap`: the lines are sent in the order of their keys",
    label = "a key without `Ord`",
    note = "derive `PartialOrd` and `Ord` for `{Self}`, and `DinteroValue` if it is not already text",
    note = "or choose the order yourself: `#[dintero(with = path)]` with a function that returns a sorted `Vec`"
)]
pub trait SortedKey: ToText + Ord + Hash {}

#[diagnostic::do_not_recommend]
impl<K: ToText + Ord + Hash> SortedKey for K {}

/// Adds the lines sorted by their keys, so that a cart always produces the same sequence of lines.
impl<K: SortedKey, T: ToOrderItems, S: BuildHasher> ToOrderItems for HashMap<K, T, S> {
    fn order_items(&self, lines: &mut Lines<'_>) {
        let mut entries: Vec<_> = self.iter().collect();
        entries.sort_by_key(|(key, _)| *key);
        lines.entries(entries.into_iter());
    }
}

/// Returns the lines of a map from another library, in the map's iteration order. The keys become line ids.
///
/// On a field, write `#[dintero(to = items, with = dintero_api::order::keyed)]`. The function accepts an `IndexMap`,
/// for example. The function also accepts a `HashMap` whose keys do not implement `Ord`, but the order of the lines can
/// then differ each time.
///
/// ```
/// use std::collections::BTreeMap;
///
/// use dintero_api::order::{keyed, order_lines};
/// use dintero_api::{Currency, DinteroOrderItem};
///
/// #[derive(DinteroOrderItem)]
/// struct Line {
///     amount: i64,
/// }
///
/// let map = BTreeMap::from([("cup", Line { amount: 4990 })]);
/// let lines = order_lines(&keyed(&map), Currency::NOK)?;
/// assert_eq!(lines[0].line_id.as_deref(), Some("cup"));
/// # Ok::<(), dintero_api::OrderError>(())
/// ```
pub fn keyed<'m, M, K, T>(map: &'m M) -> Keyed<'m, K, T>
where
    M: ?Sized,
    &'m M: IntoIterator<Item = (&'m K, &'m T)>,
{
    Keyed { entries: map.into_iter().collect() }
}

/// The lines of a map with their keys; see [`keyed`].
#[derive(Debug, Clone)]
pub struct Keyed<'m, K, T> {
    entries: Vec<(&'m K, &'m T)>,
}

#[diagnostic::do_not_recommend]
impl<K: ToText, T: ToOrderItems> ToOrderItems for Keyed<'_, K, T> {
    fn order_items(&self, lines: &mut Lines<'_>) {
        lines.entries(self.entries.iter().copied());
    }
}

pointers! {
    ToOrderItems { fn order_items(&self, lines: &mut Lines<'_>) -> (); }
}
