//! The lines of a cart: what one is mapped from, every collection of them, and the numbers and keys that name them.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::hash::{BuildHasher, Hash};
use std::mem;

use super::context::Context;
use super::discount::Reduction;
use super::forward::pointers;
use super::line::{self, Priced};
use super::values::ToText;
use crate::MinorUnits;
use crate::money::{Price, Rounding};
use crate::order::Rule;
use crate::types::OrderLine;

/// What can be lines of an order: one line, many, or none.
///
/// `#[derive(DinteroOrderItem)]` implements it for a struct (one line) and an enum of lines; collections, options, maps
/// (in the order of their keys, the key being the line id) and pointers of such types have it too, and so has
/// [`OrderLine`]. By hand it is one call of [`Lines::push`] for each line:
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
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be used as an order item",
    label = "not an order item",
    note = "add `#[derive(DinteroOrderItem)]` to `{Self}`; lines may stand in a `Vec`, slice, array, map or `Option`",
    note = "an `Option` behind a type alias must be written out"
)]
pub trait ToOrderItems {
    /// Adds the lines.
    fn order_items(&self, lines: &mut Lines<'_>);
}

/// The lines of an order, or those under a line, while they are collected.
#[derive(Debug)]
pub struct Lines<'c> {
    pub(super) store: Store,
    pub(super) cx: &'c Context<'c>,
    /// The line that `flatten` goes on filling, instead of a new one.
    flattened: Option<Box<LineMapping<'c>>>,
}

/// What is collected; it moves between the contexts of a collection and its elements.
#[derive(Debug, Default)]
pub(super) struct Store {
    pub(super) drafts: Vec<Draft>,
    /// Positions given so far: lines, skipped ones and empty elements of a collection.
    positions: usize,
    /// The key of the map that the next line stands in.
    key: Option<String>,
}

/// A finished line, with those under it.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) item: Box<OrderLine>,
    pub(super) children: Vec<Draft>,
    pub(super) place: Place,
    pub(super) number: usize,
    /// The VAT was calculated here, so it follows the amount.
    pub(super) vat_is_ours: bool,
    pub(super) bundle: bool,
    pub(super) path: Option<String>,
}

/// What a line is called if it has no line id.
#[derive(Debug)]
pub(super) enum Place {
    /// From 1.
    Position(usize),
    Key(String),
}

/// One line while it is mapped: its fields, and the inputs that its amount is made from.
///
/// For the derives; by hand, [`Lines::push`] takes a whole line.
#[derive(Debug)]
pub struct LineMapping<'c> {
    /// The line as it will be sent. In a box, because it is large and goes through several hands.
    pub item: Box<OrderLine>,
    /// Where the line stands in the cart.
    pub cx: &'c Context<'c>,
    /// Lines under this one: add-ons, or the parts of a bundle.
    pub children: Lines<'c>,
    /// How the amount is rounded.
    pub rounding: Rounding,
    /// The price belongs to the lines under this one, which are sent in its place.
    pub bundle: bool,
    /// The amount is taken off the order.
    pub negative: bool,
    pub(super) price: Option<(Priced, Price)>,
    /// A price was given, even if it could not be read, or the line is whole as it is.
    pub(super) is_priced: bool,
    pub(super) reductions: Vec<Reduction>,
    /// Problems of the order when the line was begun.
    problems_before: usize,
    number: usize,
    place: Place,
    /// It is another line's, to be handed back.
    flattening: bool,
}

impl<'c> LineMapping<'c> {
    fn moved<'d>(self, cx: &'d Context<'d>, flattening: bool) -> LineMapping<'d> {
        let children = Lines { store: self.children.store, cx, flattened: None };
        LineMapping {
            item: self.item,
            cx,
            children,
            rounding: self.rounding,
            bundle: self.bundle,
            negative: self.negative,
            price: self.price,
            is_priced: self.is_priced,
            reductions: self.reductions,
            problems_before: self.problems_before,
            number: self.number,
            place: self.place,
            flattening,
        }
    }

    /// Lets a value that is one line go on with this one.
    pub(super) fn flatten<T: ToOrderItems + ?Sized>(&mut self, value: &T, field: &'static str) {
        let cx = self.cx;
        let inner_cx = cx.field(field);
        let line = mem::replace(self, Lines::new(cx).blank(0, Place::Position(0)));
        let mut inner = Lines::new(&inner_cx);
        inner.flattened = Some(Box::new(line.moved(&inner_cx, true)));
        value.order_items(&mut inner);
        if !inner.store.drafts.is_empty() {
            cx.problem_at(
                field,
                Rule::Value,
                "`flatten` takes the fields of one line, not several lines",
            );
        }
        if let Some(line) = inner.flattened {
            *self = line.moved(cx, self.flattening);
        }
    }

    /// Whether nothing is wrong with the line so far.
    pub(super) fn is_clean(&self) -> bool {
        self.cx.run().problem_count() == self.problems_before
    }

    /// The amount that the line has in the end, coupons and bundles included; `None` while it is not known.
    pub(super) fn finished_amount(&self) -> Option<MinorUnits> {
        self.cx.run().finished(self.number)
    }
}

impl<'c> Lines<'c> {
    pub(super) fn new(cx: &'c Context<'c>) -> Self {
        Self { store: Store::default(), cx, flattened: None }
    }

    /// Adds a line as it is. Without a line id it gets its position; without `vat_amount` that of its `vat`.
    pub fn push(&mut self, item: OrderLine) {
        let mut line = self.begin();
        *line.item = item;
        line.is_priced = true;
        self.finish(line);
    }

    /// Leaves a position empty, so that the lines after it keep theirs.
    pub fn skip(&mut self) {
        self.store.key = None;
        self.store.positions += 1;
    }

    #[doc(hidden)]
    #[must_use]
    pub fn begin(&mut self) -> LineMapping<'c> {
        if let Some(line) = self.flattened.take() {
            return *line;
        }
        self.store.positions += 1;
        let place = match self.store.key.take() {
            Some(key) if !key.is_empty() => Place::Key(key),
            _ => Place::Position(self.store.positions),
        };
        self.blank(self.cx.run().begin_line(), place)
    }

    fn blank(&self, number: usize, place: Place) -> LineMapping<'c> {
        LineMapping {
            item: Box::default(),
            cx: self.cx,
            children: Lines::new(self.cx),
            rounding: Rounding::default(),
            bundle: false,
            negative: false,
            price: None,
            is_priced: false,
            reductions: Vec::new(),
            problems_before: self.cx.run().problem_count(),
            number,
            place,
            flattening: false,
        }
    }

    #[doc(hidden)]
    pub fn finish(&mut self, mut line: LineMapping<'c>) {
        if line.flattening {
            self.flattened = Some(Box::new(line));
            return;
        }
        let vat_is_ours = line.item.vat_amount.is_none();
        line::settle(&mut line);
        let LineMapping { item, cx, children, bundle, number, place, .. } = line;
        self.store.drafts.push(Draft {
            item,
            children: children.store.drafts,
            place,
            number,
            vat_is_ours,
            bundle,
            path: cx.run().is_traced().then(|| cx.to_string()),
        });
    }

    /// One element of a collection, in a context of its own.
    fn element<T: ToOrderItems + ?Sized>(&mut self, element: &T, cx: &Context<'_>) {
        let before = self.store.positions;
        let mut inner = Lines { store: mem::take(&mut self.store), cx, flattened: None };
        element.order_items(&mut inner);
        self.store = inner.store;
        if self.store.positions == before {
            self.skip();
        }
    }

    fn elements<'t, T: ToOrderItems + 't>(&mut self, elements: impl Iterator<Item = &'t T>) {
        for (index, element) in elements.enumerate() {
            let cx = self.cx;
            self.element(element, &cx.index(index));
        }
    }

    fn entries<'t, K: ToText + 't, T: ToOrderItems + 't>(
        &mut self,
        entries: impl Iterator<Item = (&'t K, &'t T)>,
    ) {
        for (key, element) in entries {
            let key = key.to_text();
            self.store.key = Some(key.to_string());
            let cx = self.cx;
            self.element(element, &cx.key(&key));
        }
    }

    /// Maps a value that stands in a field of the cart.
    pub(super) fn field<T: ToOrderItems + ?Sized>(&mut self, value: &T, field: &'static str) {
        let cx = self.cx;
        let cx = cx.field(field);
        let mut inner = Lines { store: mem::take(&mut self.store), cx: &cx, flattened: None };
        value.order_items(&mut inner);
        self.store = inner.store;
    }
}

#[diagnostic::do_not_recommend]
impl ToOrderItems for OrderLine {
    #[inline]
    fn order_items(&self, lines: &mut Lines<'_>) {
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

/// In the order of the keys, so that the same cart is the same order.
#[diagnostic::do_not_recommend]
impl<K: ToText + Ord + Eq + Hash, T: ToOrderItems, S: BuildHasher> ToOrderItems
    for HashMap<K, T, S>
{
    fn order_items(&self, lines: &mut Lines<'_>) {
        let mut entries: Vec<_> = self.iter().collect();
        entries.sort_by_key(|(key, _)| *key);
        lines.entries(entries.into_iter());
    }
}

pointers! {
    ToOrderItems { fn order_items(&self, lines: &mut Lines<'_>) -> (); }
}
