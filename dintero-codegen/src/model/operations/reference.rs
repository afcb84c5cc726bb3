//! References from operations to what is shared: parameters, bodies, responses, headers, and whole paths.

use openapiv3::{PathItem, Paths, ReferenceOr};

use crate::pointer::Pointer;

/// The object behind a reference, and where it is. What dangles was reported by the keyword check.
pub(super) fn resolve<'c, T: Clone + 'c>(
    value: ReferenceOr<T>,
    section: &str,
    at: &Pointer,
    component: impl Fn(&str) -> Option<&'c ReferenceOr<T>>,
) -> Option<(T, Pointer)> {
    match value {
        ReferenceOr::Item(item) => Some((item, at.clone())),
        ReferenceOr::Reference { reference } => {
            let name = reference.strip_prefix(&format!("#/components/{section}/"))?;
            let at = Pointer::from("/components").child(section).child(name);
            Some((component(name)?.as_item()?.clone(), at))
        }
    }
}

/// A path's own item, or another path's that it refers to, with where that is.
pub(super) struct Item {
    pub(super) item: PathItem,
    pub(super) at: Pointer,
    /// It belongs to another path, so that its operations are called twice.
    pub(super) borrowed: bool,
}

/// The item of a path. A reference may lead to another path of the document, but not from there to a third.
pub(super) fn item(path: &str, value: &ReferenceOr<PathItem>, paths: &Paths) -> Option<Item> {
    match value {
        ReferenceOr::Item(item) => {
            let at = Pointer::from("/paths").child(path);
            Some(Item { item: item.clone(), at, borrowed: false })
        }
        ReferenceOr::Reference { reference } => {
            let at = Pointer::from(reference.as_str());
            let mut tokens = at.tokens();
            let (section, name, rest) = (tokens.next()?, tokens.next()?, tokens.next());
            if section != "paths" || rest.is_some() {
                return None;
            }
            drop(tokens);
            let item = paths.paths.get(&name)?.as_item()?.clone();
            Some(Item { item, at, borrowed: true })
        }
    }
}
