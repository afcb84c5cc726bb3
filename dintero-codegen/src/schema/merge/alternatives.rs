//! Merges `oneOf` and `anyOf` that are members of `allOf` or are beside other keywords.

use std::collections::HashSet;

use crate::pointer::Pointer;
use crate::report::Report;
use crate::schema::merge::Merge;
use crate::schema::merge::alike::alike;
use crate::schema::shape::{Alternative, Kind, Object, Shape, Tag};

impl Merge<'_> {
    pub(super) fn alternatives(
        &mut self,
        alternatives: &[Alternative],
        mut merged: impl FnMut(&mut Self, &Shape) -> Shape,
    ) -> Vec<Alternative> {
        let one = |one: &Alternative| Alternative {
            shape: merged(self, &one.shape),
            origin: one.origin.clone(),
        };
        alternatives.iter().map(one).collect()
    }

    /// Merges alternatives with a shape that applies to all of them. With a discriminator, the shape is merged into
    /// each alternative. Without a discriminator, merged alternatives could not be distinguished, so all their fields
    /// become fields of one object. If no such object is possible, the alternatives are dropped.
    pub(super) fn beside(
        &mut self,
        alternatives: Vec<Alternative>,
        other: Kind,
        tag: Option<&Tag>,
        at: &Pointer,
    ) -> Kind {
        if tag.is_some() {
            let other = Shape::new(other, at);
            return Kind::OneOf(self.alternatives(&alternatives, |merge, shape| {
                merge.both(shape.clone(), other.clone())
            }));
        }
        let (kind, told) = match other {
            Kind::Object(object) => match self.widened(object.clone(), &alternatives) {
                Some(wide) => (
                    Kind::Object(wide),
                    "`oneOf` beside other keywords: the fields of the alternatives become optional, and their combinations are not checked",
                ),
                None => (
                    Kind::Object(object),
                    "`oneOf` beside other keywords: the alternatives are dropped",
                ),
            },
            Kind::OneOf(_) => (Kind::Any, "`oneOf` beside `oneOf`: the alternatives are dropped"),
            kind => (kind, "`oneOf` beside other keywords: the alternatives are dropped"),
        };
        let report = Report::warning("one-of", at, told);
        self.reports.push(report.help("make each alternative a schema with all its fields, or accept the warning with `x-accept: [one-of]` in the overlay"));
        kind
    }

    /// Returns an object with the fields of all alternatives, or `None` if an alternative is not an object or contains
    /// this object.
    fn widened(&mut self, mut object: Object, alternatives: &[Alternative]) -> Option<Object> {
        let own: HashSet<String> = object.fields.keys().cloned().collect();
        for alternative in alternatives {
            if let Kind::Ref(name) = &alternative.shape.kind
                && matches!(self.merged.get(name), Some(None))
            {
                return None;
            }
            let shape = self.expand(alternative.shape.clone());
            let fields = match shape.kind {
                Kind::Object(alternative) => alternative.fields,
                Kind::Any => continue,
                _ => return None,
            };
            for (name, field) in fields.into_iter().filter(|(name, _)| !own.contains(name)) {
                match object.fields.get_mut(&name) {
                    Some(known) if alike(known, &field) => {}
                    Some(known) => known.kind = Kind::Any,
                    None => {
                        object.fields.insert(name, field);
                    }
                }
            }
        }
        Some(object)
    }
}
