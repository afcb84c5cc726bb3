//! Resolves components that only refer to another component. Each such component is changed to refer to the end of its
//! chain, so that later stages do not have to follow long chains. Each component keeps its description, and also gets
//! the `nullable`, `readOnly` and `writeOnly` of the components along its chain.

use indexmap::{IndexMap, IndexSet};

use crate::report::{Report, Reports};
use crate::schema::shape::{Kind, Shape};

/// Shortens chains of references. Cycles are reported, and the components of a cycle allow any value.
pub(crate) fn shorten(components: &mut IndexMap<String, Shape>, reports: &mut Reports) {
    for index in 0..components.len() {
        let chain = chain(components, index);
        let Some(&last) = chain.last() else { continue };
        // The last alias may refer to one of the aliases before it.
        let again = target(components, last).and_then(|again| chain.get_index_of(&again));
        if let Some(start) = again {
            cycle(components, &chain, start, reports);
            continue;
        }
        for (alias, next) in chain.iter().zip(chain.iter().skip(1)).rev() {
            link(components, *alias, *next);
        }
    }
}

/// Returns the aliases from a component to the end of its chain, or to the point where the chain repeats.
fn chain(components: &IndexMap<String, Shape>, start: usize) -> IndexSet<usize> {
    let mut chain = IndexSet::new();
    let mut alias = start;
    while let Some(next) = target(components, alias).filter(|_| !chain.contains(&alias)) {
        chain.insert(alias);
        alias = next;
    }
    chain
}

/// Returns the component that an alias refers to.
fn target(components: &IndexMap<String, Shape>, alias: usize) -> Option<usize> {
    match &components[alias].kind {
        Kind::Ref(name) => components.get_index_of(name),
        _ => None,
    }
}

/// Makes an alias refer to the target of the next alias, which has already been shortened.
fn link(components: &mut IndexMap<String, Shape>, alias: usize, next: usize) {
    let (kind, said) = (components[next].kind.clone(), components[next].notes.clone());
    let shape = &mut components[alias];
    shape.kind = kind;
    shape.notes.nullable |= said.nullable;
    shape.notes.read_only |= said.read_only;
    shape.notes.write_only |= said.write_only;
}

fn cycle(
    components: &mut IndexMap<String, Shape>,
    chain: &IndexSet<usize>,
    start: usize,
    reports: &mut Reports,
) {
    let name = |index: usize| components.get_index(index).map_or("", |(name, _)| name.as_str());
    let (first, others) = (chain[start], chain.len() - start - 1);
    let message = match chain.get_index(start + 1) {
        None => format!("`{}` refers only to itself", name(first)),
        Some(&second) => {
            let others =
                if others == 1 { String::new() } else { format!(" and {} more", others - 1) };
            format!("`{}`, `{}`{others} refer only to each other", name(first), name(second))
        }
    };
    let report = Report::error("cycle", &components[first].at, message);
    reports.push(report.help("give one of these components a schema of its own"));
    for index in chain {
        components[*index].kind = Kind::Any;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pointer::Pointer;

    fn shortened(names: &[(&str, Option<&str>)]) -> (IndexMap<String, Shape>, Vec<String>) {
        let shape = |name: &str, target: Option<&str>| {
            let kind = target.map_or(Kind::Boolean, |target| Kind::Ref(target.to_owned()));
            Shape::new(kind, &Pointer::root().child(name))
        };
        let components =
            names.iter().map(|(name, target)| ((*name).to_owned(), shape(name, *target)));
        let mut components: IndexMap<String, Shape> = components.collect();
        components.values_mut().take(2).for_each(|shape| shape.notes.nullable = true);
        let mut reports = Reports::default();
        shorten(&mut components, &mut reports);
        (components, reports.into_sorted().iter().map(ToString::to_string).collect())
    }

    #[test]
    fn each_alias_refers_to_the_end_and_keeps_what_its_chain_says() {
        let (components, reports) =
            shortened(&[("d", Some("e")), ("b", Some("d")), ("a", Some("b")), ("e", None)]);
        assert!(reports.is_empty());
        for name in ["a", "b", "d"] {
            assert!(matches!(&components[name].kind, Kind::Ref(end) if end == "e"));
            assert!(components[name].notes.nullable);
        }
        assert!(!components["e"].notes.nullable);
    }

    #[test]
    fn a_cycle_is_one_report() {
        let (_, reports) =
            shortened(&[("in", Some("a")), ("a", Some("b")), ("b", Some("c")), ("c", Some("a"))]);
        assert_eq!(reports, ["error[cycle]: `a`, `b` and 1 more refer only to each other (at /a)"]);
        let (_, reports) = shortened(&[("a", Some("a"))]);
        assert_eq!(reports, ["error[cycle]: `a` refers only to itself (at /a)"]);
    }
}
