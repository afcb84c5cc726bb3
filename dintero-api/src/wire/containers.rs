//! Implements [`Place`](super::Place) for models, containers (options, boxes, lists and maps) and raw JSON values.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use serde_json::Value;

use super::field_writer::FieldWriter;
use super::place::{List, Map, Model, Optional, Part, Place, ReadSlots, Slot};
use crate::order::Blank;

impl<T: Place> Optional for Option<T> {
    fn some(&mut self) -> Slot<'_> {
        self.insert(T::blank()).slot()
    }

    fn none(&mut self) {
        *self = None;
    }
}

impl<T: Place> Place for Option<T> {
    #[inline]
    fn blank() -> Self {
        None
    }

    #[inline]
    fn slot(&mut self) -> Slot<'_> {
        T::slot_of_option(self)
    }

    #[inline]
    fn part(&self) -> Part<'_> {
        match self {
            Some(value) => value.part(),
            None => Part::Null,
        }
    }
}

impl<T: Model> Blank for T {
    #[inline]
    fn blank() -> Self {
        Model::blank()
    }
}

impl<T: Model> Place for T {
    #[inline]
    fn blank() -> Self {
        Model::blank()
    }

    #[inline]
    fn slot(&mut self) -> Slot<'_> {
        Slot::Object(self)
    }

    #[inline]
    fn part(&self) -> Part<'_> {
        Part::Object(self)
    }
}

impl<T: Model> Model for Box<T> {
    #[inline]
    fn blank() -> Self {
        Self::new(T::blank())
    }

    #[inline]
    fn slots(&mut self, reader: &mut dyn ReadSlots) {
        T::slots(self, reader);
    }

    #[inline]
    fn fields<'a>(&'a self, writer: &mut FieldWriter<'_, 'a>) {
        T::fields(self, writer);
    }

    #[inline]
    fn rest(&self) -> Option<&dyn Map> {
        T::rest(self)
    }
}

impl<T: Place> List for Vec<T> {
    fn push(&mut self) -> &mut dyn Place {
        self.push(T::blank());
        // The list is not empty: the line above pushed an item.
        let last = self.len() - 1;
        &mut self[last]
    }

    fn get(&self, index: usize) -> Option<Part<'_>> {
        <[T]>::get(self, index).map(T::part)
    }
}

impl<T: Place> Place for Vec<T> {
    #[inline]
    fn blank() -> Self {
        Self::new()
    }

    #[inline]
    fn slot(&mut self) -> Slot<'_> {
        Slot::List(self)
    }

    #[inline]
    fn part(&self) -> Part<'_> {
        Part::List(self)
    }
}

impl<T: Place> Map for BTreeMap<String, T> {
    fn insert(&mut self, key: String) -> Option<&mut dyn Place> {
        match self.entry(key) {
            Entry::Vacant(vacant) => Some(vacant.insert(T::blank())),
            Entry::Occupied(_) => None,
        }
    }

    fn entries<'a>(&'a self, each: &mut dyn FnMut(&'a str, Part<'a>)) {
        for (key, value) in self {
            each(key, value.part());
        }
    }
}

impl<T: Place> Place for BTreeMap<String, T> {
    #[inline]
    fn blank() -> Self {
        Self::new()
    }

    #[inline]
    fn slot(&mut self) -> Slot<'_> {
        Slot::Map(self)
    }

    #[inline]
    fn part(&self) -> Part<'_> {
        Part::Map(self)
    }
}

impl Place for Value {
    #[inline]
    fn blank() -> Self {
        Self::Null
    }

    #[inline]
    fn slot(&mut self) -> Slot<'_> {
        Slot::Json(self)
    }

    #[inline]
    fn part(&self) -> Part<'_> {
        Part::Json(self)
    }
}
