//! Recognizes types by their tokens alone: an `Option`, a float, the element of a collection.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{GenericArgument, PathArguments, PathSegment, Type};

use super::span;

/// Removes parentheses and macro fragments around a type.
fn peel(mut ty: &Type) -> &Type {
    loop {
        ty = match ty {
            Type::Group(group) => &group.elem,
            Type::Paren(paren) => &paren.elem,
            ty => return ty,
        }
    }
}

fn last_segment(ty: &Type) -> Option<&PathSegment> {
    match peel(ty) {
        Type::Path(path) if path.qself.is_none() => path.path.segments.last(),
        _ => None,
    }
}

/// Returns the type arguments of a path: `K` and `V` of `HashMap<K, V>`.
fn arguments(segment: &PathSegment) -> impl DoubleEndedIterator<Item = &Type> {
    let arguments = match &segment.arguments {
        PathArguments::AngleBracketed(arguments) => Some(arguments.args.iter()),
        _ => None,
    };
    arguments.into_iter().flatten().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// Returns `T` of `Option<T>`, recognized by the last segment of the path.
pub(crate) fn option(ty: &Type) -> Option<&Type> {
    let segment = last_segment(ty).filter(|segment| segment.ident == "Option")?;
    arguments(segment).next()
}

/// Returns the name of the float type, if the type is a float or an `Option` of a float.
pub(crate) fn float(ty: &Type) -> Option<&'static str> {
    let segment = last_segment(option(ty).unwrap_or(ty))?;
    ["f32", "f64"].into_iter().find(|float| segment.ident == float && segment.arguments.is_none())
}

/// Returns the element type, as far as the tokens show it: `Line` for `Option<Vec<Line>>`, `[Line; 2]`,
/// `HashMap<u32, Line>`.
pub(crate) fn element(ty: &Type) -> &Type {
    let inner = match peel(ty) {
        Type::Array(array) => Some(&*array.elem),
        Type::Slice(slice) => Some(&*slice.elem),
        Type::Reference(reference) => Some(&*reference.elem),
        _ => last_segment(ty).and_then(|segment| {
            let mut arguments = arguments(segment);
            match segment.ident.to_string().as_str() {
                "BTreeMap" | "HashMap" | "IndexMap" => arguments.nth(1),
                "Arc" | "Box" | "Cow" | "Option" | "Rc" | "Vec" | "VecDeque" => {
                    arguments.next_back()
                }
                _ => None,
            }
        }),
    };
    inner.map_or(ty, element)
}

/// Returns the spans of the first and the last token, so that an error is shown under the whole type.
pub(crate) fn ends(ty: &Type) -> (Span, Span) {
    let call_site = Span::call_site();
    span::ends(ty.to_token_stream()).unwrap_or((call_site, call_site))
}

/// Returns whether the type mentions one of `names`, which are type parameters or the name of the type with the derive.
/// `v1::Line` does not mention `Line`, but `self::Line` does.
pub(crate) fn mentions(ty: &Type, names: &[&Ident]) -> bool {
    fn search(tokens: TokenStream, names: &[&Ident]) -> bool {
        let trees: Vec<TokenTree> = tokens.into_iter().collect();
        trees.iter().enumerate().any(|(index, token)| match token {
            TokenTree::Ident(ident) => names.contains(&ident) && !is_in_another_path(&trees, index),
            TokenTree::Group(group) => search(group.stream(), names),
            TokenTree::Punct(_) | TokenTree::Literal(_) => false,
        })
    }
    search(ty.to_token_stream(), names)
}

/// Returns whether a path before the name refers to another module.
fn is_in_another_path(trees: &[TokenTree], index: usize) -> bool {
    let is_colon = |at: usize| matches!(trees.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
    let path_before = index >= 2 && is_colon(index - 1) && is_colon(index - 2);
    let is_self =
        index >= 3 && matches!(&trees[index - 3], TokenTree::Ident(ident) if ident == "self");
    path_before && !is_self
}

/// Returns a type, formatted as a merchant would write it.
pub(crate) fn text(ty: &Type) -> String {
    let mut text = String::new();
    for part in ty.to_token_stream().to_string().split(' ') {
        let word =
            |edge: Option<char>| edge.is_some_and(|edge| edge.is_alphanumeric() || edge == '_');
        let apart = text.ends_with([',', ';'])
            || word(text.chars().next_back()) && word(part.chars().next());
        text.extend(apart.then_some(' '));
        text.push_str(part);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Type {
        syn::parse_str(text).expect("a type")
    }

    #[test]
    fn elements_are_found_through_collections_and_pointers() {
        for written in [
            "Line",
            "Vec<Line>",
            "Option<Vec<Line>>",
            "[Line; 2]",
            "&'a [Line]",
            "Box<[Line]>",
            "std::collections::VecDeque<Line>",
            "BTreeMap<String, Line>",
            "HashMap<u64, Line, RandomState>",
            "Arc<Vec<Box<Line>>>",
            "Cow<'a, [Line]>",
        ] {
            assert_eq!(text(element(&parsed(written))), "Line", "{written}");
        }
    }

    #[test]
    fn only_a_name_in_its_own_path_counts() {
        let line = &syn::parse_str("Line").expect("a name");
        for own in ["Line", "Vec<Line<T>>", "self::Line<T>", "Box<[Line]>", "Line::<T>"] {
            assert!(mentions(&parsed(own), &[line]), "{own}");
        }
        for other in ["v1::Line<T>", "Vec<crate::v1::Line>", "<S as Shop>::Line", "Lines"] {
            assert!(!mentions(&parsed(other), &[line]), "{other}");
        }
    }

    #[test]
    fn text_is_as_written() {
        for written in [
            "Option<String>",
            "std::option::Option<u8>",
            "HashMap<String, Vec<u8>>",
            "&mut dyn Trait",
            "[Line; 2]",
        ] {
            assert_eq!(text(&parsed(written)), written);
        }
    }

    #[test]
    fn options_and_floats_are_seen() {
        assert!(option(&parsed("std::option::Option<u8>")).is_some());
        assert!(option(&parsed("Vec<u8>")).is_none());
        assert_eq!(float(&parsed("Option<f64>")), Some("f64"));
        assert_eq!(float(&parsed("(f32)")), Some("f32"));
        assert_eq!(float(&parsed("Money")), None);
    }
}
