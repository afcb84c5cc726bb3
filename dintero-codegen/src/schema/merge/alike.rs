//! Compares shapes by the Rust types that they become.

use crate::extensions::Extensions;
use crate::schema::shape::{Kind, Notes, Object, Rest, Shape, Tag};

/// Returns whether two shapes become the same Rust type. The notes of the shapes themselves are ignored, because they
/// apply to the place of the type and not to the type. The notes of everything inside are compared.
pub(super) fn alike(a: &Shape, b: &Shape) -> bool {
    match (&a.kind, &b.kind) {
        (Kind::Any, Kind::Any)
        | (Kind::Integer, Kind::Integer)
        | (Kind::Number, Kind::Number)
        | (Kind::Boolean, Kind::Boolean) => true,
        (Kind::Ref(x), Kind::Ref(y)) => x == y,
        (Kind::Text(x), Kind::Text(y)) => x == y,
        (Kind::Enum(x), Kind::Enum(y)) => x.iter().eq(y),
        (Kind::Array(x), Kind::Array(y)) => same(x, y),
        (Kind::AllOf(x), Kind::AllOf(y)) => {
            x.len() == y.len() && x.iter().zip(y).all(|(x, y)| same(x, y))
        }
        (Kind::OneOf(x), Kind::OneOf(y)) => {
            x.len() == y.len() && x.iter().zip(y).all(|(x, y)| same(&x.shape, &y.shape))
        }
        (Kind::Object(x), Kind::Object(y)) => objects(x, y),
        _ => false,
    }
}

fn objects(a: &Object, b: &Object) -> bool {
    let Object { fields, required, rest } = a;
    fields.len() == b.fields.len()
        && fields.iter().zip(&b.fields).all(|(x, y)| x.0 == y.0 && same(x.1, y.1))
        && *required == b.required
        && match (rest, &b.rest) {
            (Rest::Of(x), Rest::Of(y)) => same(x, y),
            (Rest::Anything(_), Rest::Anything(_))
            | (Rest::Unsaid | Rest::Forbidden, Rest::Unsaid | Rest::Forbidden) => true,
            _ => false,
        }
}

/// Returns whether two shapes become the same field or element, with the same marks.
fn same(a: &Shape, b: &Shape) -> bool {
    let Shape { kind: _, notes, tag, at: _ } = a;
    alike(a, b) && noted_alike(notes, &b.notes) && tagged_alike(tag.as_ref(), b.tag.as_ref())
}

fn tagged_alike(a: Option<&Tag>, b: Option<&Tag>) -> bool {
    match (a, b) {
        (Some(Tag { property, mapping }), Some(b)) => {
            *property == b.property && mapping.iter().eq(&b.mapping)
        }
        (None, None) => true,
        _ => false,
    }
}

/// Compares the notes that change a Rust type or the marks of a field. Every note is listed here, so that a new note
/// must be considered.
fn noted_alike(a: &Notes, b: &Notes) -> bool {
    let Notes {
        // These notes only appear in the documentation.
        description: _,
        default: _,
        example: _,
        limits: _,
        nullable,
        read_only,
        write_only,
        deprecated,
        tag_value,
        extensions,
    } = a;
    let Extensions {
        rust_name,
        rust_type,
        rust_values,
        rust_module,
        redact,
        derive,
        lenient,
        may_be_empty,
        decides,
        // These extensions belong to parameters and operations.
        query_rules: _,
        example: _,
    } = extensions;
    let other = &b.extensions;
    *nullable == b.nullable
        && *read_only == b.read_only
        && *write_only == b.write_only
        && *deprecated == b.deprecated
        && *tag_value == b.tag_value
        && *rust_name == other.rust_name
        && *rust_type == other.rust_type
        && *rust_values == other.rust_values
        && *rust_module == other.rust_module
        && *redact == other.redact
        && *derive == other.derive
        && *lenient == other.lenient
        && *may_be_empty == other.may_be_empty
        && *decides == other.decides
}
