//! Emits the code that passes parameters to a call: the type of each argument, and the method of the runtime that takes
//! the argument.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{File, ident};
use crate::emit::input::{Input, converts, is_text};
use crate::model::{Fields, Location, Parameter, Separator, Style, Type, ValueType};

impl File<'_> {
    /// Returns the type of the argument for a parameter.
    pub(super) fn argument(&mut self, parameter: &Parameter) -> TokenStream {
        match (&parameter.style, &parameter.ty) {
            (Style::File { .. }, Type::List(_)) => {
                self.uses.bytes = true;
                quote!(impl IntoIterator<Item = impl Into<Bytes>>)
            }
            (Style::File { .. }, _) => {
                self.uses.bytes = true;
                quote!(impl Into<Bytes>)
            }
            (Style::Fields(_) | Style::Json, ty) if is_text(ty) => quote!(&str),
            (Style::Fields(_) | Style::Json, ty) => {
                let ty = self.ty(ty);
                quote!(&#ty)
            }
            (_, ty) if is_text(ty) => quote!(&str),
            (_, ty) => Input::of(self.emit, ty, &mut self.imports).ty,
        }
    }

    /// Returns the method call that passes a parameter, without its receiver: `query("limit", limit)`.
    pub(super) fn step(&mut self, parameter: &Parameter, argument: &Ident) -> TokenStream {
        let wire = &parameter.wire;
        let value = self.value(parameter, argument);
        let into = match parameter.location {
            Location::Form => quote!(in_form().),
            Location::Part => quote!(in_parts().),
            Location::Query if !is_usual(&parameter.style) => quote!(in_query().),
            Location::Path | Location::Query | Location::Header | Location::Cookie => quote!(),
        };
        let method = ident(method(parameter));
        match &parameter.style {
            Style::Fields(Fields::Separate) => quote!(#into #method(#value)),
            Style::File { media_type } => quote!(#into #method(#wire, #media_type, #value)),
            _ => quote!(#into #method(#wire, #value)),
        }
    }

    /// Returns the expression that is passed to the runtime for a parameter. The expression is one or more values that
    /// implement `Display`, the contents of files, or a reference to a value. The runtime serializes a referenced value
    /// as JSON or field by field.
    fn value(&mut self, parameter: &Parameter, argument: &Ident) -> TokenStream {
        match (&parameter.style, &parameter.ty) {
            (Style::File { .. }, _) => quote!(#argument),
            (Style::Fields(_) | Style::Json, ty) => self.sent(ty, argument),
            (_, Type::List(inner)) => self.words(inner, argument),
            (_, ty) if is_text(ty) => quote!(#argument),
            (_, Type::Value(ValueType::Secret)) => quote!(Into::<Secret>::into(#argument).expose()),
            (_, ty) if converts(self.emit, ty) => {
                let exact = self.ty(ty);
                quote!(Into::<#exact>::into(#argument))
            }
            _ => quote!(#argument),
        }
    }

    fn words(&mut self, inner: &Type, argument: &Ident) -> TokenStream {
        let exact = self.ty(inner);
        match inner {
            Type::Value(ValueType::Secret) => {
                quote!(#argument.into_iter().map(|value| Into::<#exact>::into(value).expose().to_owned()))
            }
            inner if converts(self.emit, inner) => {
                quote!(#argument.into_iter().map(Into::<#exact>::into))
            }
            _ => quote!(#argument),
        }
    }
}

/// Returns whether the runtime has a dedicated query method for a style. The runtime has such a method for every style
/// that Dintero's document uses.
fn is_usual(style: &Style) -> bool {
    matches!(style, Style::One | Style::Each | Style::Joined(Separator::Comma))
}

/// Returns the runtime's method for a location and a style. The model has already rejected styles that a location does
/// not support.
fn method(parameter: &Parameter) -> &'static str {
    match (parameter.location, &parameter.style) {
        (Location::Path, Style::Joined(_) | Style::Each) => "path_joined",
        (Location::Path, Style::Fields(Fields::Assigned)) => "path_assigned",
        (Location::Path, Style::Fields(_)) => "path_fields",
        (Location::Path, _) => "path",
        (Location::Header, Style::Joined(_) | Style::Each) => "header_joined",
        (Location::Header, Style::Fields(Fields::Assigned)) => "header_assigned",
        (Location::Header, Style::Fields(_)) => "header_fields",
        (Location::Header, Style::Json) => "header_json",
        (Location::Header, _) => "header",
        (Location::Cookie, Style::Joined(_)) => "cookie_joined",
        (Location::Cookie, _) => "cookie",
        (Location::Query, Style::One) => "query",
        (Location::Query, Style::Each) => "query_each",
        (Location::Query, Style::Joined(Separator::Comma)) => "query_joined",
        (Location::Query | Location::Form | Location::Part, style) => match style {
            Style::One => "one",
            Style::Each => "each",
            Style::Joined(Separator::Comma) => "joined",
            Style::Joined(Separator::Space) => "spaced",
            Style::Joined(Separator::Pipe) => "piped",
            Style::Fields(Fields::Separate) => "separate",
            Style::Fields(Fields::Deep) => "deep",
            Style::Fields(Fields::Joined | Fields::Assigned) => "fields",
            Style::Json => "json",
            Style::File { .. } if matches!(parameter.ty, Type::List(_)) => "files",
            Style::File { .. } => "file",
        },
    }
}
