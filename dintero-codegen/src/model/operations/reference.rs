//! Resolves references from operations to shared parameters, bodies, responses and headers.

use openapiv3::ReferenceOr;

use crate::pointer::Pointer;

/// Returns the object itself or the object that a reference points to, with its location. Returns `None` for a broken
/// reference, which the keyword check has reported.
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
