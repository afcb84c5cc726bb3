//! One call of the engine: the function for a target, the value, and the place it is put. Calls carry the span of the
//! merchant's type, so that a type that does not fit is reported on it.

use proc_macro2::{Group, Ident, Literal, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::Type;

use crate::attr::ConstantValue;
use crate::check::{self, Word};
use crate::currency;
use crate::expr::{Expr, Form};
use crate::family::{Bound, Function, Slot};
use crate::model::{Access, FieldSource, Mapping, Source};
use crate::place::Place;
use crate::target::{Family, Kind};
use crate::ty;

/// What prettyplease breaks a line at. A call that is wider is written as two lines instead of seven.
const WIDTH: usize = 89;

/// The mapping as an argument.
pub(crate) fn whole(family: Family) -> TokenStream {
    if family == Family::OrderItem { quote!(&mut __to) } else { quote!(__to) }
}

/// Where a value is put: `__to.order.merchant_reference`, `__d::inside(&mut __to.session.customer).email`.
pub(crate) struct SlotPath {
    pub(crate) text: String,
    pub(crate) tokens: TokenStream,
}

impl SlotPath {
    /// Follows the first `depth` steps of a place.
    pub(crate) fn new(place: &Place, depth: usize) -> Self {
        let root = match place.family {
            _ if place.in_session => "session",
            Family::Order => "order",
            Family::OrderItem => "item",
            Family::ShippingOption => "option",
            Family::Address => "address",
            Family::Discount => "discount",
        };
        let ident = format_ident!("{root}");
        let mut path = Self { text: format!("__to.{root}"), tokens: quote!(__to.#ident) };
        for (index, step) in place.steps()[..depth].iter().enumerate() {
            if index > 0 && !place.steps()[index - 1].required {
                let Self { text, tokens } = path;
                path = Self {
                    text: format!("__d::inside(&mut {text})"),
                    tokens: quote!(__d::inside(&mut #tokens)),
                };
            }
            let span = place.spans[index].resolved_at(Span::call_site());
            let field = Ident::new(step.name, span);
            path.text = format!("{}.{}", path.text, step.name);
            path.tokens.extend(quote!(.#field));
        }
        path
    }
}

/// One call of the engine.
struct Call<'m> {
    mapping: &'m Mapping<'m>,
    function: Function,
    /// The name in problems that the engine finds: the merchant's field.
    name: &'m str,
    span: Span,
    /// The arguments behind the value and its name.
    slot: TokenStream,
    /// The value gets a line of its own.
    is_wide: bool,
}

/// The call of a mapping, with what it is made ready by.
pub(crate) fn call(mapping: &Mapping<'_>, indent: usize) -> TokenStream {
    let place = &mapping.place;
    let function = place.function();
    let (name, span) = match &mapping.source {
        Source::Field(field) => (field.access.name.as_str(), field.span(function)),
        Source::Constant(value) => (place.leaf().name, value.span()),
    };
    let is_wide = |slot: &str| indent + mapping.width() + slot.len() > WIDTH;
    let call = |slot, is_wide| {
        Call { mapping, function, name, span: located(span), slot, is_wide }.tokens()
    };
    match function.slot {
        Slot::Whole => call(whole(place.family), false),
        Slot::Lines(part) => {
            let part = format_ident!("{part}");
            call(quote!(&mut __to.#part), false)
        }
        Slot::Part(part) => {
            let part = part.split('.').map(|name| format_ident!("{name}"));
            call(quote!(&mut __to #(.#part)*, __to.cx), false)
        }
        Slot::Field => {
            let SlotPath { text, mut tokens } = SlotPath::new(place, place.steps().len());
            let mut slot = quote!(__slot);
            if function.bound == Bound::Value {
                // Whether the type converts is asked of the target, so rustc reports it on the slot.
                (tokens, slot) = (moved(tokens, located(span)), moved(slot, located(span)));
            }
            if let Source::Constant(value) = &mapping.source
                && let Some(known) = known_value(place, value)
            {
                match (place.own_name(), place.leaf().required) {
                    (Some(_), true) => quote!(#tokens = #known;),
                    (Some(_), false) => quote!(#tokens = __d::Some(#known);),
                    // A field with one value (`fee_split.type`) is always there, though nobody has to map it.
                    (None, _) => quote!(__d::set(&mut #tokens, #known);),
                }
            } else if is_splits(mapping) || !mapping.has_default() && !is_wide(&text) {
                call(quote_spanned!(located(span)=> &mut #tokens, __to.cx), false)
            } else {
                let call = call(quote!(#slot, __to.cx), is_wide("__slot"));
                quote!(let #slot = &mut #tokens; #call)
            }
        }
    }
}

/// Puts tokens at another place in the source.
fn moved(tokens: TokenStream, span: Span) -> TokenStream {
    let put = |mut token: TokenTree| {
        if let TokenTree::Group(group) = &mut token {
            *group = Group::new(group.delimiter(), moved(group.stream(), span));
        }
        token.set_span(span);
        token
    };
    tokens.into_iter().map(put).collect()
}

/// A value that needs no conversion: a variant of an open enum.
fn known_value(place: &Place, value: &ConstantValue) -> Option<TokenStream> {
    let (Kind::Enum(ty, variants), ConstantValue::Expr(expr)) = (&place.leaf().kind, value) else {
        return None;
    };
    let word = check::word(expr)?;
    let span = located(expr.span());
    let ty = Ident::new(ty, span);
    let named =
        variants.iter().find(|variant| variant.0 == word.text() || variant.1 == word.text());
    match (named, word) {
        (Some((variant, _)), _) => {
            let variant = Ident::new(variant, span);
            Some(quote_spanned!(span=> __d::types::#ty::#variant))
        }
        (None, Word::Bare(_)) => None,
        (None, _) => Some(quote_spanned!(span=> __d::types::#ty::from(#expr))),
    }
}

/// Whether the mapping is a function of the line and its finished amount.
pub(crate) fn is_splits(mapping: &Mapping<'_>) -> bool {
    matches!(mapping.source, Source::Constant(_)) && mapping.place.own_name() == Some("splits")
}

impl Call<'_> {
    fn tokens(&self) -> TokenStream {
        match &self.mapping.source {
            Source::Field(field) => self.field(field),
            Source::Constant(value) if is_splits(self.mapping) => self.splits(value),
            Source::Constant(ConstantValue::Expr(expr)) => {
                self.statement("_with", literal(&self.mapping.place, expr))
            }
            Source::Constant(ConstantValue::Computed { body, .. }) => {
                self.statement("_with", with_own_self(body.to_token_stream()))
            }
        }
    }

    /// `text`, `text_option` or `text_with`, called with a value.
    fn call(&self, suffix: &str, value: &TokenStream) -> TokenStream {
        let function = format_ident!("{}{suffix}", self.function.name, span = self.span);
        let (name, slot) = (self.name, &self.slot);
        quote_spanned!(self.span=> __d::#function(#value, #name, #slot))
    }

    fn statement(&self, suffix: &str, value: TokenStream) -> TokenStream {
        if !self.is_wide {
            let call = self.call(suffix, &value);
            return quote!(#call;);
        }
        let bound = Ident::new("__value", self.span);
        let call = self.call(suffix, &bound.to_token_stream());
        quote!(let #bound = #value; #call;)
    }

    fn field(&self, field: &FieldSource<'_>) -> TokenStream {
        let reference = field.access.reference(field.reported_type(self.function));
        if let Some(default) = &field.default {
            return self.with_default(field, default, &reference);
        }
        let option = ty::option(field.access.ty).is_some();
        match (&field.with, scale(field), option) {
            (Some(with), ..) => self.statement("_with", applied(with, &reference)),
            (None, Some(scale), true) => {
                let scaled = quote!(__d::Option::map(__d::Option::as_ref(#reference), |__v| __d::scaled(__v, #scale)));
                self.statement("_with", scaled)
            }
            (None, Some(scale), false) => {
                self.statement("", quote!(&__d::scaled(#reference, #scale)))
            }
            (None, None, true) => self.statement("_option", reference),
            (None, None, false) => self.statement("", reference),
        }
    }

    /// A field that may be absent, and what is taken then.
    fn with_default(
        &self,
        field: &FieldSource<'_>,
        default: &Expr,
        reference: &TokenStream,
    ) -> TokenStream {
        let given = Ident::new("__v", self.span);
        let (pattern, present) = match (&field.with, scale(field)) {
            (Some(with), _) => (quote!(_), self.call("_with", &applied(with, reference))),
            (None, Some(scale)) => {
                (quote!(#given), self.call("", &quote!(&__d::scaled(#given, #scale))))
            }
            (None, None) => (quote!(#given), self.call("", &given.to_token_stream())),
        };
        let absent = self.call("_with", &default.to_token_stream());
        quote! {
            match #reference {
                __d::Some(#pattern) => #present,
                __d::None => #absent,
            }
        }
    }

    fn splits(&self, value: &ConstantValue) -> TokenStream {
        let family = self.mapping.place.family;
        let name = if family == Family::OrderItem { "splits" } else { "splits_of_option" };
        let (name, mapping) = (Ident::new(name, self.span), whole(family));
        let function = match value {
            ConstantValue::Computed { amount, body } => {
                let amount = if amount.is_empty() { quote!(_) } else { amount.clone() };
                let body = with_own_self(body.to_token_stream());
                quote!(|#amount| #body)
            }
            ConstantValue::Expr(function) => quote!(|__amount| #function(self, __amount)),
        };
        quote_spanned!(self.span=> __d::#name("splits", #mapping, #function);)
    }
}

/// A constant as the engine takes it.
fn literal(place: &Place, expr: &Expr) -> TokenStream {
    match (&place.leaf().kind, check::word(expr)) {
        (Kind::Code("Currency"), Some(word)) if currency::is_known(word.text()) => {
            let code = word.text();
            quote_spanned!(located(expr.span())=> __d::iso4217(#code))
        }
        _ => expr.to_token_stream(),
    }
}

/// What `with` makes of a field. A closure goes through a function that knows the field's type before it looks into it.
fn applied(with: &Expr, reference: &TokenStream) -> TokenStream {
    let span = located(with.span());
    match with.form {
        Form::Closure(_) => quote_spanned!(span=> __d::apply(#reference, #with)),
        Form::Path(_) => quote_spanned!(span=> #with(#reference)),
        _ => quote_spanned!(span=> (#with)(#reference)),
    }
}

/// Lets `self` be the method's, wherever it was written: in the body of a `macro_rules!` it would be another.
fn with_own_self(tokens: TokenStream) -> TokenStream {
    tokens
        .into_iter()
        .map(|token| match token {
            TokenTree::Ident(mut ident) if ident == "self" => {
                ident.set_span(ident.span().resolved_at(Span::call_site()));
                TokenTree::Ident(ident)
            }
            TokenTree::Group(group) => {
                let mut own = Group::new(group.delimiter(), with_own_self(group.stream()));
                own.set_span(group.span());
                TokenTree::Group(own)
            }
            token => token,
        })
        .collect()
}

/// The exponent of a field's own unit.
fn scale(field: &FieldSource<'_>) -> Option<Literal> {
    field.exponent.map(Literal::u32_unsuffixed)
}

impl FieldSource<'_> {
    /// The type that rustc is to name where it does not fit.
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
        let (Self::Expr(expr) | Self::Computed { body: expr, .. }) = self;
        expr.span()
    }
}

impl Mapping<'_> {
    pub(crate) fn has_default(&self) -> bool {
        matches!(&self.source, Source::Field(field) if field.default.is_some())
    }

    /// How wide its call is without the slot; expressions of the merchant are counted without spaces.
    fn width(&self) -> usize {
        let function = self.place.function().name.len();
        let written =
            |tokens: TokenStream| tokens.to_string().chars().filter(|c| *c != ' ').count();
        let (value, name) = match &self.source {
            Source::Field(field) => {
                let name = field.access.name.len();
                let suffix =
                    if ty::option(field.access.ty).is_some() { "_option".len() } else { 0 };
                let with = field
                    .with
                    .as_ref()
                    .map_or(0, |with| "_with()".len() + written(with.to_token_stream()));
                let reference = if field.access.binding.is_some() {
                    "__0".len()
                } else {
                    "&self.".len() + name
                };
                (reference + suffix + with, name)
            }
            Source::Constant(
                ConstantValue::Expr(expr) | ConstantValue::Computed { body: expr, .. },
            ) => {
                let tokens = literal(&self.place, expr);
                ("_with".len() + written(tokens), self.place.leaf().name.len())
            }
        };
        "__d::(, \"\", &mut , __to.cx);".len() + function + value + name
    }
}

impl Access<'_> {
    /// The type inside an `Option`, or the type.
    pub(crate) fn value_type(&self) -> &Type {
        ty::option(self.ty).unwrap_or(self.ty)
    }

    pub(crate) fn member(&self, span: Span) -> TokenStream {
        match self.ident {
            Some(ident) => {
                let mut ident = ident.clone();
                ident.set_span(ident.span().located_at(span));
                ident.to_token_stream()
            }
            None => Literal::usize_unsuffixed(self.index).to_token_stream(),
        }
    }

    /// `&self.field`, with the spans of a type: from its first token to its last.
    pub(crate) fn reference(&self, ty: &Type) -> TokenStream {
        let (first, last) = ty::ends(ty);
        let span = located(first);
        match &self.binding {
            Some(binding) => {
                let mut binding = binding.clone();
                binding.set_span(span);
                binding.to_token_stream()
            }
            None => {
                let member = self.member(last);
                quote_spanned!(span=> &self.#member)
            }
        }
    }
}

/// A place in the merchant's source, with the macro's own names: what stands there is not linted as theirs.
pub(crate) fn located(span: Span) -> Span {
    Span::call_site().located_at(span)
}
