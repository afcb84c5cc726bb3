//! Merges pairs of components, which may refer to themselves and to each other. Each pair is merged once. Where the
//! same pair occurs again inside its own merge, a reference to the merge is used.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use indexmap::IndexMap;

use crate::pointer::Pointer;
use crate::report::Report;
use crate::schema::merge::alike::alike;
use crate::schema::merge::{DEEPEST, Merge};
use crate::schema::shape::{Kind, Shape};

/// The maximum number of merges in one document. A document that needs more merges would exhaust the memory.
const MOST_MERGES: usize = 50_000;

/// The merge of two components.
pub(super) struct Pair {
    /// The name of the component that equals the merge, or a made-up name.
    name: String,
    state: PairState,
}

enum PairState {
    /// Not started.
    Closed,
    /// Being merged.
    Open,
    /// Being merged, and found again inside its own merge.
    Recursive,
    Merged(Rc<Shape>),
}

/// Returns the pairs of components whose merge is itself a component. Where such a pair occurs again inside its own
/// merge, a reference to that component is used.
pub(super) fn named(components: &IndexMap<String, Shape>) -> HashMap<(String, String), Pair> {
    let mut pairs = HashMap::new();
    for (name, shape) in components {
        let Kind::AllOf(members) = &shape.kind else { continue };
        if let [Shape { kind: Kind::Ref(x), .. }, Shape { kind: Kind::Ref(y), .. }] =
            members.as_slice()
        {
            let pair = || Pair { name: name.clone(), state: PairState::Closed };
            pairs.entry((x.clone(), y.clone())).or_insert_with(pair);
        }
    }
    pairs
}

impl Merge<'_> {
    /// Merges two shapes, at least one of which is a reference. If the result equals the target of a reference, that
    /// reference is returned.
    pub(super) fn through_references(&mut self, a: Shape, b: Shape) -> Shape {
        let (Kind::Ref(x), Kind::Ref(y)) = (&a.kind, &b.kind) else {
            return self.merged_through(a, b);
        };
        for (narrow, wide) in [(x, y), (y, x)] {
            if self.extends(narrow, wide) {
                let kind = Kind::Ref(narrow.clone());
                let notes = self.joined(a.notes, b.notes);
                return Shape { kind, notes, tag: None, at: a.at };
            }
        }
        let key = (x.clone(), y.clone());
        let pair = self.pairs.entry(key.clone()).or_insert_with(|| Pair {
            name: format!("{} & {}", key.0, key.1),
            state: PairState::Closed,
        });
        let reference = Kind::Ref(pair.name.clone());
        match &pair.state {
            PairState::Closed => {}
            PairState::Open | PairState::Recursive => {
                pair.state = PairState::Recursive;
                let notes = self.joined(a.notes, b.notes);
                return Shape { kind: reference, notes, tag: None, at: a.at };
            }
            PairState::Merged(merged) => {
                let kind = match &merged.kind {
                    Kind::Object(_) => reference,
                    kind => kind.clone(),
                };
                let notes = self.joined(a.notes, b.notes);
                return Shape { kind, notes, tag: None, at: a.at };
            }
        }
        pair.state = PairState::Open;
        let merged = self.merged_through(a, b);
        self.close(key, &merged);
        merged
    }

    /// Returns whether a name belongs to a merge that refers to itself. The type of such a merge must exist before its
    /// fields are built.
    pub(crate) fn is_recursive(&self, name: &str) -> bool {
        self.recursive.contains(name)
    }

    /// Records a merged pair. Unless the pair equals a component, its merge is stored under the made-up name.
    fn close(&mut self, key: (String, String), merged: &Shape) {
        let Some(pair) = self.pairs.get_mut(&key) else { return };
        if matches!(pair.state, PairState::Recursive) {
            self.recursive.insert(pair.name.clone());
        }
        let shape = Rc::new(merged.clone());
        pair.state = PairState::Merged(shape.clone());
        if !self.components.contains_key(&pair.name) {
            self.merged.insert(pair.name.clone(), Some(shape));
        }
    }

    fn merged_through(&mut self, a: Shape, b: Shape) -> Shape {
        self.merges += 1;
        if self.merges > MOST_MERGES {
            self.too_many();
            return a;
        }
        let names = [&a, &b].map(|shape| match &shape.kind {
            Kind::Ref(name) => Some(name.clone()),
            _ => None,
        });
        let notes = self.joined(a.notes.clone(), b.notes.clone());
        let at = a.at.clone();
        let base =
            [&a, &b].into_iter().find(|shape| self.is_base(shape)).map(|base| base.at.clone());
        let (whole_a, whole_b) = (self.expand(a), self.expand(b));
        let whole = self.both(whole_a, whole_b);
        let kept = names.into_iter().flatten().find(|name| alike(&whole, &self.resolved(name)));
        match kept {
            Some(name) => Shape { kind: Kind::Ref(name), notes, tag: None, at },
            None => {
                base.into_iter().for_each(|base| self.loses_variants(&base));
                Shape { kind: whole.kind, notes, tag: whole.tag, at }
            }
        }
    }

    /// Reports a merge that drops variants: a base is merged with other fields in a place that is not one of its
    /// variants.
    fn loses_variants(&mut self, base: &Pointer) {
        let message =
            "a base with variants is merged with other fields, so its variants are lost here";
        let report = Report::warning("discriminator", base, message);
        self.reports.push(report.help(
            "refer to the base alone or to one variant, or accept the warning with `x-accept: [discriminator]` in the overlay",
        ));
    }

    fn too_many(&mut self) {
        let message = format!(
            "`allOf` multiplies the schemas of the document: it needs more than {MOST_MERGES} merges"
        );
        let report = Report::error("cycle", &Pointer::from("/components/schemas"), message);
        self.reports.push(
            report.help(
                "in the overlay, merge the members that share most fields, or drop one of them",
            ),
        );
    }

    /// Returns whether the component `narrow` includes the component `wide` through `allOf`, at any depth. If so, the
    /// merge of the two components is `narrow` itself.
    fn extends(&self, narrow: &str, wide: &str) -> bool {
        let mut seen = HashSet::new();
        let mut open = vec![narrow];
        while let Some(name) = open.pop().filter(|_| seen.len() <= DEEPEST) {
            if name == wide {
                return true;
            }
            if !seen.insert(name) {
                continue;
            }
            let Some(Kind::AllOf(members)) = self.components.get(name).map(|shape| &shape.kind)
            else {
                continue;
            };
            open.extend(members.iter().filter_map(|member| match &member.kind {
                Kind::Ref(name) => Some(name.as_str()),
                _ => None,
            }));
        }
        false
    }
}
