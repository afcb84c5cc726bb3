//! Resolves references from operations to shared parameters, bodies, responses and headers.

use openapiv3::ReferenceOr;

use crate::pointer::Pointer;

/// Returns the given object, or the object that the given reference points to, with the location of the object. Returns
/// `None` for a broken reference, which the keyword check has reported.
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
