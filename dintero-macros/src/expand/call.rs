//! Writes one statement for each mapping: a call to an engine function with the value, the merchant's name for the
//! value, and the field to fill. The call has the span of the type that the merchant wrote, so that rustc reports an
//! unsuitable type there.

use proc_macro2::{Group, Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::Type;

use crate::cart::model::{Access, FieldSource, Mapping, Source, local};
use crate::parse::attr::{Computed, ConstantValue};
use crate::parse::expr::{Expr, Form, Word};
use crate::parse::ty;
use crate::table::currency;
use crate::table::engine::{Bound, Function, Slot};
use crate::table::place::Place;
use crate::table::{Family, Kind};

/// Returns the argument that passes the whole mapping to an engine function.
pub(super) fn whole(family: Family) -> TokenStream {
    let to = local("to");
    if family == Family::OrderItem { quote!(&mut #to) } else { quote!(#to) }
}

/// Returns an expression for the field that the first `depth` steps of `place` lead to: `to.order.merchant_reference`,
/// `__dintero::inside(&mut to.session.customer).email`.
pub(super) fn slot(place: &Place, depth: usize) -> TokenStream {
    let to = local("to");
    let root = if place.in_session { "session" } else { place.family.facts().implements.root };
    let root = format_ident!("{root}");
    let mut tokens = quote!(#to.#root);
    for (index, step) in place.steps()[..depth].iter().enumerate() {
        tokens = entered(tokens, place, index);
        // The field that an input fills may have a different name than the input.
        let name = match place.slot() {
            Slot::Beside(name) if index + 1 == place.steps().len() => name,
            _ => step.name,
        };
        let field = Ident::new(name, place.spans[index].resolved_at(Span::call_site()));
        tokens.extend(quote!(.#field));
    }
    tokens
}

/// Returns an expression for the struct that the first `depth` steps lead into. If the struct may be absent, the
/// expression creates it.
fn entered(slot: TokenStream, place: &Place, depth: usize) -> TokenStream {
    let may_be_absent = depth > 0 && !place.steps()[depth - 1].required;
    if may_be_absent { quote!(__dintero::inside(&mut #slot)) } else { slot }
}

/// Where a mapping is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// On the struct or the variant itself, or on one of its fields.
    Own,
    /// On the enum, as a default for the variant.
    Enum,
}

/// Returns the statement for a mapping.
pub(super) fn statement(mapping: &Mapping<'_>, origin: Origin) -> TokenStream {
    let place = &mapping.place;
    let function = place.function();
    match &mapping.source {
        Source::Field(field) => {
            // Splits that are mapped from a field are ordinary values.
            let function = if function.is_splits() { Function::Value } else { function };
            let name = &field.access.name;
            Call::new(place, function, name, field.span(function)).of_field(field)
        }
        Source::Constant(value) => {
            let call = Call::new(place, function, place.leaf().name, value.span());
            match value {
                _ if function.is_splits() => call.of_splits(value, origin),
                ConstantValue::Computed(computed) => call.of_computed(computed),
                ConstantValue::Expr(expr) => match known_variant(place, expr) {
                    Some(variant) => {
                        let assignment = assignment(place, &variant);
                        quote!(#assignment;)
                    }
                    None => call.with("_with", &constant(place, expr)),
                },
            }
        }
    }
}

/// Returns an expression that assigns a value without conversion.
fn assignment(place: &Place, value: &TokenStream) -> TokenStream {
    let slot = slot(place, place.steps().len());
    match (place.own_name(), place.leaf().required) {
        (Some(_), true) => quote!(#slot = #value),
        (Some(_), false) => quote!(#slot = __dintero::Some(#value)),
        // A field with only one possible value, such as `fee_split.type`, is not an `Option`, even though mapping the
        // field is optional.
        (None, _) => quote!(__dintero::set(&mut #slot, #value)),
    }
}

/// A call to an engine function, with all arguments except the value.
struct Call<'m> {
    place: &'m Place,
    function: Function,
    /// The name of the merchant's field, which the engine uses in its error messages.
    name: &'m str,
    span: Span,
}

impl<'m> Call<'m> {
    fn new(place: &'m Place, function: Function, name: &'m str, span: Span) -> Self {
        Self { place, function, name, span: located(span) }
    }

    /// Returns the arguments that follow the value and the name.
    fn slot(&self) -> TokenStream {
        let (place, to, span) = (self.place, local("to"), self.span);
        match place.slot() {
            Slot::Whole => whole(place.family),
            Slot::Lines(part) => {
                let part = format_ident!("{part}");
                quote!(&mut #to.#part)
            }
            Slot::Part(part) => {
                let part = part.iter().map(|name| format_ident!("{name}"));
                quote!(&mut #to #(.#part)*, #to.cx)
            }
            Slot::Field | Slot::Beside(_) => {
                let slot = slot(place, place.steps().len());
                // The trait bound is on the target's type, so rustc reports a failed conversion at the span of `slot`.
                let slot =
                    if self.function.bound() == Bound::Value { moved(slot, span) } else { slot };
                quote_spanned!(span=> &mut #slot, #to.cx)
            }
        }
    }

    /// Returns a call to the engine function with this suffix, such as `text`, `text_option` or `text_with`.
    fn expression(&self, suffix: &str, value: &TokenStream) -> TokenStream {
        let function = format_ident!("{}{suffix}", self.function.name(), span = self.span);
        let (name, slot) = (self.name, self.slot());
        quote_spanned!(self.span=> __dintero::#function(#value, #name, #slot))
    }

    fn with(&self, suffix: &str, value: &TokenStream) -> TokenStream {
        let call = self.expression(suffix, value);
        quote!(#call;)
    }

    fn of_computed(&self, computed: &Computed) -> TokenStream {
        let (span, closure) = (self.span, computed.guarded());
        self.with("_with", &quote_spanned!(span=> __dintero::apply(self, #closure)))
    }

    fn of_field(&self, field: &FieldSource<'_>) -> TokenStream {
        let reference = field.access.reference(field.reported_type(self.function));
        if let Some(default) = &field.default {
            return self.of_field_with_default(field, default, &reference);
        }
        let option = ty::option(field.access.ty).is_some();
        match (&field.with, field.exponent, option) {
            (Some(with), ..) => self.with("_with", &applied(with, &reference)),
            (None, Some(exponent), true) => {
                let given =
                    Ident::new("__dintero_value", self.span.resolved_at(Span::mixed_site()));
                let scaled = scaled(&given.to_token_stream(), exponent, self.span);
                let span = self.span;
                let scaled = quote_spanned!(span=>
                    __dintero::Option::map(__dintero::Option::as_ref(#reference), |#given| #scaled)
                );
                self.with("_with", &scaled)
            }
            (None, Some(exponent), false) => {
                let scaled = scaled(&reference, exponent, self.span);
                self.with("", &quote!(&#scaled))
            }
            (None, None, true) => self.with("_option", &reference),
            (None, None, false) => self.with("", &reference),
        }
    }

    /// Returns the statement for an optional field with a default.
    fn of_field_with_default(
        &self,
        field: &FieldSource<'_>,
        default: &Expr,
        reference: &TokenStream,
    ) -> TokenStream {
        let given = Ident::new("__dintero_value", self.span.resolved_at(Span::mixed_site()));
        let (pattern, present) = match (&field.with, field.exponent) {
            (Some(with), _) => (quote!(_), self.expression("_with", &applied(with, reference))),
            (None, Some(exponent)) => {
                let scaled = scaled(&given.to_token_stream(), exponent, self.span);
                (quote!(#given), self.expression("", &quote!(&#scaled)))
            }
            (None, None) => (quote!(#given), self.expression("", &given.to_token_stream())),
        };
        let absent = self.of_default(default, field.exponent);
        quote! {
            match #reference {
                __dintero::Some(#pattern) => #present,
                __dintero::None => #absent,
            }
        }
    }

    /// Returns the expression for a field that is `None`. A default is treated like a constant, except that it is in the
    /// field's unit if the field has an `exponent`.
    fn of_default(&self, default: &Expr, exponent: Option<u32>) -> TokenStream {
        if let Some(exponent) = exponent {
            let (default, span) = (default.guarded(), located(default.span()));
            let scaled = scaled(&quote_spanned!(span=> &#default), exponent, span);
            return self.expression("_with", &scaled);
        }
        match known_variant(self.place, default) {
            Some(variant) => assignment(self.place, &variant),
            None => self.expression("_with", &constant(self.place, default)),
        }
    }

    /// Returns the statement that passes the merchant's function for `splits` to the engine, which calls it with the
    /// line's final amount. The function of an enum is only called if no flattened struct has set the splits.
    fn of_splits(&self, value: &ConstantValue, origin: Origin) -> TokenStream {
        let prefix = if origin == Origin::Enum { "inherited_" } else { "" };
        let name = format_ident!("{prefix}{}", self.function.name(), span = self.span);
        let mapping = whole(self.place.family);
        let function = match value {
            ConstantValue::Computed(computed) => computed.guarded(),
            ConstantValue::Expr(function) => {
                let amount = local("amount");
                quote!(|#amount| #function(self, #amount))
            }
        };
        quote_spanned!(self.span=> __dintero::#name("splits", #mapping, #function);)
    }
}

/// Returns an expression that converts a number with an explicit `exponent`.
fn scaled(reference: &TokenStream, exponent: u32, span: Span) -> TokenStream {
    let exponent = Literal::u32_unsuffixed(exponent);
    quote_spanned!(span=> __dintero::scaled(#reference, #exponent))
}

/// Returns the tokens with their source location changed to that of `span`.
fn moved(tokens: TokenStream, span: Span) -> TokenStream {
    let put = |mut token: TokenTree| {
        if let TokenTree::Group(group) = &mut token {
            *group = Group::new(group.delimiter(), moved(group.stream(), span));
        }
        token.set_span(token.span().located_at(span));
        token
    };
    tokens.into_iter().map(put).collect()
}

/// Returns the open-enum value that a constant names, or `None` for any other constant.
fn known_variant(place: &Place, expr: &Expr) -> Option<TokenStream> {
    let Kind::Enum(ty, variants) = &place.leaf().kind else { return None };
    let word = expr.word()?;
    let span = located(expr.span());
    let ty = Ident::new(ty, span);
    let named =
        variants.iter().find(|variant| variant.0 == word.text() || variant.1 == word.text());
    match (named, word) {
        (Some((variant, _)), _) => {
            let variant = Ident::new(variant, span);
            Some(quote_spanned!(span=> __dintero::types::#ty::#variant))
        }
        (None, Word::Bare(_)) => None,
        (None, _) => Some(quote_spanned!(span=> __dintero::types::#ty::from(#expr))),
    }
}

/// Returns a constant in the form that the engine accepts.
fn constant(place: &Place, expr: &Expr) -> TokenStream {
    match (&place.leaf().kind, expr.word()) {
        (Kind::Code("Currency"), Some(word)) if currency::is_known(word.text()) => {
            let code = word.text();
            quote_spanned!(located(expr.span())=> __dintero::iso4217(#code))
        }
        _ => expr.guarded(),
    }
}

/// Returns a call to the function in `with` for a field. A closure is passed to a function that fixes its argument type
/// first, so that the closure itself needs no type annotations.
fn applied(with: &Expr, reference: &TokenStream) -> TokenStream {
    let (span, function) = (located(with.span()), with.guarded());
    match with.form {
        Form::Closure(_) => quote_spanned!(span=> __dintero::apply(#reference, #function)),
        Form::Path(_) => quote_spanned!(span=> #function(#reference)),
        _ => quote_spanned!(span=> (#function)(#reference)),
    }
}

impl FieldSource<'_> {
    /// Returns the part of the field's type at which rustc should report a mismatch.
    fn reported_type(&self, function: Function) -> &Type {
        if function.is_collection() {
            ty::element(self.access.ty)
        } else {
            self.access.value_type()
        }
    }

    fn span(&self, function: Function) -> Span {
        match &self.with {
            Some(with) => with.span(),
            None => ty::ends(self.reported_type(function)).0,
        }
    }
}

impl ConstantValue {
    fn span(&self) -> Span {
        match self {
            Self::Expr(expr) => expr.span(),
            Self::Computed(computed) => computed.closure.span(),
        }
    }
}

impl Access<'_> {
    /// Returns `T` if the field is an `Option<T>`, and the field's type otherwise.
    pub(crate) fn value_type(&self) -> &Type {
        ty::option(self.ty).unwrap_or(self.ty)
    }

    pub(super) fn member(&self, span: Span) -> TokenStream {
        match self.ident {
            Some(ident) => {
                let mut ident = ident.clone();
                ident.set_span(ident.span().located_at(span));
                ident.to_token_stream()
            }
            None => Literal::usize_unsuffixed(self.index).to_token_stream(),
        }
    }

    /// Returns a reference to the field, such as `&self.field`, with the spans of the type's first and last tokens.
    pub(super) fn reference(&self, ty: &Type) -> TokenStream {
        let (first, last) = ty::ends(ty);
        let span = located(first);
        match &self.binding {
            Some(binding) => {
                let mut binding = binding.clone();
                binding.set_span(binding.span().located_at(first));
                binding.to_token_stream()
            }
            None => {
                let member = self.member(last);
                quote_spanned!(span=> &self.#member)
            }
        }
    }
}

/// Returns a span with the source location of `span` and the hygiene of the macro's own code. rustc does not apply the
/// merchant's lints to tokens with such a span.
pub(super) fn located(span: Span) -> Span {
    Span::call_site().located_at(span)
}
