//! Compares shapes by the Rust types that they become.

use crate::schema::shape::{Kind, Object, Rest, Shape};

/// Returns whether two shapes become the same Rust type. Descriptions and limits are ignored.
pub(super) fn alike(a: &Shape, b: &Shape) -> bool {
    let fields = |x: &Object, y: &Object| {
        x.fields.len() == y.fields.len()
            && x.fields.iter().zip(&y.fields).all(|(x, y)| x.0 == y.0 && noted_alike(x.1, y.1))
    };
    match (&a.kind, &b.kind) {
        (Kind::Any, Kind::Any)
        | (Kind::Integer, Kind::Integer)
        | (Kind::Number, Kind::Number)
        | (Kind::Boolean, Kind::Boolean) => true,
        (Kind::Ref(x), Kind::Ref(y)) => x == y,
        (Kind::Text(x), Kind::Text(y)) => x == y,
        (Kind::Enum(x), Kind::Enum(y)) => x.iter().eq(y),
        (Kind::Array(x), Kind::Array(y)) => noted_alike(x, y),
        (Kind::AllOf(x), Kind::AllOf(y)) => {
            x.len() == y.len() && x.iter().zip(y).all(|(x, y)| alike(x, y))
        }
        (Kind::OneOf(x), Kind::OneOf(y)) => {
            x.len() == y.len() && x.iter().zip(y).all(|(x, y)| alike(&x.shape, &y.shape))
        }
        (Kind::Object(x), Kind::Object(y)) => {
            fields(x, y)
                && x.required == y.required
                && match (&x.rest, &y.rest) {
                    (Rest::Of(x), Rest::Of(y)) => alike(x, y),
                    (Rest::Of(_), _) | (_, Rest::Of(_)) => false,
                    _ => true,
                }
        }
        _ => false,
    }
}

/// Returns whether two fields or items have the same Rust type.
fn noted_alike(a: &Shape, b: &Shape) -> bool {
    let (x, y) = (&a.notes, &b.notes);
    x.nullable == y.nullable
        && x.read_only == y.read_only
        && x.write_only == y.write_only
        && x.extensions.rust_type == y.extensions.rust_type
        && x.extensions.redact == y.extensions.redact
        && x.extensions.lenient == y.extensions.lenient
        && x.extensions.may_be_empty == y.extensions.may_be_empty
        && x.extensions.decides == y.extensions.decides
        && alike(a, b)
}
