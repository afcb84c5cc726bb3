//! From the model to tokens: one call of the engine for each mapping. Calls carry the span of the merchant's type, so
//! that a type that does not fit is reported on it.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::{DeriveInput, Expr, Generics, Type};

use crate::attr::ConstantValue;
use crate::check::{self, Word};
use crate::family::{Bound, Function, Slot};
use crate::model::{Access, Body, Cart, Entry, FieldSource, Mapping, Shape, Source, Variant};
use crate::place::Place;
use crate::target::{Family, Kind};
use crate::ty;

/// What prettyplease breaks a line at. A call that is wider is written as two lines instead of seven.
const WIDTH: usize = 89;

/// Returns the impl of a cart.
pub(crate) fn cart(cart: &Cart<'_>, krate: &TokenStream) -> TokenStream {
    let body = match &cart.shape {
        Shape::Struct(body) => structure(cart, body),
        Shape::Enum(variants) => enumeration(cart, variants),
    };
    let calls_engine = cart.bodies().iter().any(|body| !body.entries.is_empty());
    let engine = calls_engine.then(|| quote!(use #krate::__private as __d;));
    let bounds = bounds(cart, krate);
    implementation(cart.input, cart.family, krate, &bounds, &quote!(#engine #body))
}

/// Returns the impl that stands in for a cart with mistakes: whoever uses the trait gets no second error.
pub(crate) fn fallback(input: &DeriveInput, family: Family, krate: &TokenStream) -> TokenStream {
    implementation(input, family, krate, &TokenStream::new(), &quote!(::core::unreachable!()))
}

/// The name of the trait, of its method, and of what the method fills.
fn signature(family: Family) -> (&'static str, &'static str, &'static str) {
    match family {
        Family::Order => ("ToOrder", "map_order", "OrderMapping"),
        Family::OrderItem => ("ToOrderItems", "order_items", "Lines"),
        Family::ShippingOption => ("ToShippingOption", "map_shipping_option", "ShippingMapping"),
        Family::Address => ("ToAddress", "map_address", "AddressMapping"),
        Family::Discount => ("ToDiscount", "map_discount", "DiscountMapping"),
    }
}

fn implementation(
    input: &DeriveInput,
    family: Family,
    krate: &TokenStream,
    bounds: &TokenStream,
    body: &TokenStream,
) -> TokenStream {
    let (trait_, method, filled) = signature(family);
    let (trait_, method, filled) =
        (format_ident!("{trait_}"), format_ident!("{method}"), format_ident!("{filled}"));
    let ident = own_name(input);
    let (impl_generics, ty_generics, _) = input.generics.split_for_impl();
    let where_clause = where_clause(&input.generics, bounds);
    let argument =
        format_ident!("{}", if family == Family::OrderItem { "__lines" } else { "__to" });
    quote! {
        #[automatically_derived]
        impl #impl_generics #krate::#trait_ for #ident #ty_generics #where_clause {
            fn #method(&self, #argument: &mut #krate::order::#filled<'_>) {
                #body
            }
        }
    }
}

/// The struct's name as if the macro had written it: a deprecated cart may be named in its own impl.
pub(crate) fn own_name(input: &DeriveInput) -> Ident {
    let mut ident = input.ident.clone();
    ident.set_span(ident.span().resolved_at(Span::call_site()));
    ident
}

pub(crate) fn where_clause(generics: &Generics, bounds: &TokenStream) -> TokenStream {
    let own =
        generics.where_clause.as_ref().map(|clause| clause.predicates.iter()).into_iter().flatten();
    match (own.clone().next().is_some(), bounds.is_empty()) {
        (false, true) => TokenStream::new(),
        _ => quote!(where #(#own,)* #bounds),
    }
}

fn structure(cart: &Cart<'_>, body: &Body<'_>) -> TokenStream {
    let calls = calls(cart.family, body, 8);
    match cart.family {
        Family::OrderItem => item(cart, body, false, &calls),
        Family::Order => {
            let line = cart.container.rounding_line.map(|(span, most)| {
                let most = proc_macro2::Literal::u32_unsuffixed(most);
                quote_spanned!(located(span)=> __to.rounding_line = __d::Some(#most);)
            });
            quote!(#calls #line)
        }
        Family::Discount if cart.container.as_items => quote!(#calls __to.as_items = true;),
        _ => calls,
    }
}

/// A line: begun, filled, and handed in.
fn item(cart: &Cart<'_>, body: &Body<'_>, negative: bool, calls: &TokenStream) -> TokenStream {
    let rounding = cart
        .container
        .rounding
        .as_ref()
        .map(|rounding| quote!(__to.rounding = __d::Rounding::#rounding;));
    let items = Place::known(cart.family, "items");
    let bundles = cart.container.bundle.is_some() && items.is_some_and(|items| body.covers(&items));
    let bundle = bundles.then(|| quote!(__to.bundle = true;));
    let negative = negative.then(|| quote!(__to.negative = true;));
    quote! {
        let mut __to = __lines.begin();
        #calls
        #rounding
        #bundle
        #negative
        __lines.finish(__to);
    }
}

fn enumeration(cart: &Cart<'_>, variants: &[Variant<'_>]) -> TokenStream {
    let arms = variants.iter().map(|variant| {
        let ident = variant.ident;
        if variant.skip {
            return quote!(Self::#ident { .. } => __lines.skip(),);
        }
        let bindings = variant.bindings();
        let calls = calls(cart.family, &variant.body, 16);
        let line = item(cart, &variant.body, variant.negative, &calls);
        quote!(Self::#ident { #(#bindings,)* .. } => { #line })
    });
    match variants.is_empty() {
        true => quote!(match *self {}),
        false => quote!(match self { #(#arms)* }),
    }
}

impl Variant<'_> {
    /// `sku: __0` for each field that is used, once.
    fn bindings(&self) -> Vec<TokenStream> {
        let mut bound = Vec::new();
        let mut bindings = Vec::new();
        for access in self.body.accesses() {
            if let Some(binding) = &access.binding
                && !bound.contains(&access.index)
            {
                bound.push(access.index);
                let member = access.member(Span::call_site());
                bindings.push(quote!(#member: #binding));
            }
        }
        bindings
    }
}

impl<'a> Body<'a> {
    fn accesses(&self) -> impl Iterator<Item = &Access<'a>> {
        self.entries.iter().filter_map(|entry| match entry {
            Entry::Flatten(access) => Some(access),
            Entry::Map(mapping) => match &mapping.source {
                Source::Field(field) => Some(&field.access),
                Source::Constant(_) => None,
            },
        })
    }
}

/// The calls of a body, and the pruning of what its paths went into.
fn calls(family: Family, body: &Body<'_>, indent: usize) -> TokenStream {
    let is_currency = |entry: &&Entry<'_>| match entry {
        Entry::Map(mapping) => mapping.place.function().name == "currency",
        Entry::Flatten(_) => false,
    };
    // Amounts mean nothing without their currency.
    let (first, rest): (Vec<_>, Vec<_>) = body.entries.iter().partition(is_currency);
    let mut tokens: TokenStream = first
        .into_iter()
        .chain(rest)
        .map(|entry| match entry {
            Entry::Map(mapping) => call(mapping, indent),
            Entry::Flatten(access) => flatten(family, access),
        })
        .collect();
    tokens.extend(prunes(body));
    tokens
}

fn flatten(family: Family, access: &Access<'_>) -> TokenStream {
    let (span, _) = ty::ends(access.value_type());
    let name = match family {
        Family::Order => "flatten_order",
        Family::OrderItem => "flatten_item",
        Family::ShippingOption => "flatten_shipping_option",
        Family::Address => "flatten_address",
        Family::Discount => "flatten_discount",
    };
    let suffix = if ty::option(access.ty).is_some() { "_option" } else { "" };
    let function = format_ident!("{name}{suffix}", span = located(span));
    let (value, path, mapping) =
        (access.reference(access.value_type()), &access.name, whole(family));
    quote_spanned!(located(span)=> __d::#function(#value, #path, #mapping);)
}

fn whole(family: Family) -> TokenStream {
    if family == Family::OrderItem { quote!(&mut __to) } else { quote!(__to) }
}

/// Leaves out the structs that paths went into but set nothing in, innermost first.
fn prunes(body: &Body<'_>) -> TokenStream {
    let mut entered: Vec<(usize, String, TokenStream)> = Vec::new();
    for place in body.mappings().map(|mapping| &mapping.place) {
        for depth in 1..place.steps().len() {
            let path = SlotPath::new(place, depth);
            if !place.steps()[depth - 1].required
                && !entered.iter().any(|(_, text, _)| *text == path.text)
            {
                entered.push((depth, path.text, path.tokens));
            }
        }
    }
    entered.sort_by_key(|(depth, ..)| std::cmp::Reverse(*depth));
    entered.into_iter().map(|(_, _, slot)| quote!(__d::prune(&mut #slot);)).collect()
}

/// Where a value is put: `__to.order.merchant_reference`, `__d::inside(&mut __to.session.customer).email`.
struct SlotPath {
    text: String,
    tokens: TokenStream,
}

impl SlotPath {
    /// Follows the first `depth` steps of a place.
    fn new(place: &Place, depth: usize) -> Self {
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
}

/// The call of a mapping, with what it is made ready by.
fn call(mapping: &Mapping<'_>, indent: usize) -> TokenStream {
    let place = &mapping.place;
    let function = place.function();
    let (name, span) = match &mapping.source {
        Source::Field(field) => (field.access.name.as_str(), field.span(function)),
        Source::Constant(value) => (place.leaf().name, value.span()),
    };
    let call = |slot| Call { mapping, function, name, span: located(span), slot }.tokens();
    match function.slot {
        Slot::Whole => call(whole(place.family)),
        Slot::Lines(part) => {
            let part = format_ident!("{part}");
            call(quote!(&mut __to.#part))
        }
        Slot::Part(part) => {
            let part = part.split('.').map(|name| format_ident!("{name}"));
            call(quote!(&mut __to #(.#part)*, __to.cx))
        }
        Slot::Field => {
            let SlotPath { text, tokens } = SlotPath::new(place, place.steps().len());
            if let Source::Constant(value) = &mapping.source
                && let Some(known) = known_value(place, value)
            {
                quote!(#tokens = #known;)
            } else if is_splits(mapping)
                || indent + mapping.width() + text.len() <= WIDTH && !mapping.has_two_calls()
            {
                call(quote!(&mut #tokens, __to.cx))
            } else {
                let call = call(quote!(__slot, __to.cx));
                quote!(let __slot = &mut #tokens; #call)
            }
        }
    }
}

/// A value that needs no engine: a variant of an open enum.
fn known_value(place: &Place, value: &ConstantValue) -> Option<TokenStream> {
    let (Kind::Enum(ty, variants), ConstantValue::Expr(expr)) = (&place.leaf().kind, value) else {
        return None;
    };
    let word = check::word(expr)?;
    let span = located(expr_span(expr));
    let ty = Ident::new(ty, span);
    let value = match variants
        .iter()
        .find(|variant| variant.0 == word.text() || variant.1 == word.text())
    {
        Some((variant, _)) => {
            let variant = Ident::new(variant, span);
            quote_spanned!(span=> __d::types::#ty::#variant)
        }
        None => quote_spanned!(span=> __d::types::#ty::from(#expr)),
    };
    Some(if place.leaf().required { value } else { quote!(__d::Some(#value)) })
}

/// Whether the mapping is a function of the line and its finished amount.
fn is_splits(mapping: &Mapping<'_>) -> bool {
    matches!(mapping.source, Source::Constant(_)) && mapping.place.own_name() == Some("splits")
}

impl Call<'_> {
    fn tokens(&self) -> TokenStream {
        let call = match &self.mapping.source {
            Source::Field(field) => self.field(field),
            Source::Constant(value) if is_splits(self.mapping) => self.splits(value),
            Source::Constant(ConstantValue::Expr(expr)) => {
                self.call("_with", &literal(&self.mapping.place, expr))
            }
            Source::Constant(ConstantValue::Computed { body, .. }) => {
                self.call("_with", &with_own_self(body.to_token_stream()))
            }
        };
        quote!(#call;)
    }

    /// `text`, `text_option` or `text_with`, called with a value.
    fn call(&self, suffix: &str, value: &TokenStream) -> TokenStream {
        let function = format_ident!("{}{suffix}", self.function.name, span = self.span);
        let (name, slot) = (self.name, &self.slot);
        quote_spanned!(self.span=> __d::#function(#value, #name, #slot))
    }

    fn field(&self, field: &FieldSource<'_>) -> TokenStream {
        let access = &field.access;
        let reference = access.reference(field.reported_type(self.function));
        let option = ty::option(access.ty).is_some();
        let value = match (&field.with, field.exponent, option) {
            (Some(with), ..) => (applied(with, &reference), "_with"),
            (None, Some(exponent), true) => {
                let exponent = proc_macro2::Literal::u32_unsuffixed(exponent);
                let option = quote!(__d::Option::as_ref(#reference));
                (quote!(__d::Option::map(#option, |__v| __d::scaled(__v, #exponent))), "_with")
            }
            (None, Some(exponent), false) => {
                let exponent = proc_macro2::Literal::u32_unsuffixed(exponent);
                (quote!(&__d::scaled(#reference, #exponent)), "")
            }
            (None, None, true) => (reference.clone(), "_option"),
            (None, None, false) => (reference.clone(), ""),
        };
        match (&field.default, &field.with) {
            (None, _) => self.call(value.1, &value.0),
            (Some(default), with) => {
                let (pattern, present) = match (with, field.exponent) {
                    (Some(_), _) => (quote!(_), self.call(value.1, &value.0)),
                    (None, Some(exponent)) => {
                        let exponent = proc_macro2::Literal::u32_unsuffixed(exponent);
                        (quote!(__v), self.call("", &quote!(&__d::scaled(__v, #exponent))))
                    }
                    (None, None) => {
                        let v = Ident::new("__v", self.span);
                        (quote!(#v), self.call("", &v.to_token_stream()))
                    }
                };
                let absent = self.call("_with", &default.to_token_stream());
                quote!(match #reference { __d::Some(#pattern) => #present, __d::None => #absent })
            }
        }
    }

    fn splits(&self, value: &ConstantValue) -> TokenStream {
        let family = self.mapping.place.family;
        let name = if family == Family::OrderItem { "splits" } else { "splits_of_option" };
        let (name, mapping) = (Ident::new(name, self.span), whole(family));
        let function = match value {
            ConstantValue::Computed { amount, body } => {
                let amount = amount.as_ref().map_or_else(|| quote!(_), ToTokens::to_token_stream);
                let body = with_own_self(body.to_token_stream());
                quote!(|#amount| #body)
            }
            ConstantValue::Expr(function) => quote!(|__amount| #function(self, __amount)),
        };
        quote_spanned!(self.span=> __d::#name("splits", #mapping, #function))
    }
}

/// A constant as the engine takes it.
fn literal(place: &Place, expr: &Expr) -> TokenStream {
    match (&place.leaf().kind, check::word(expr)) {
        (Kind::Code("Currency"), Some(Word::Text(code))) => {
            quote_spanned!(located(expr_span(expr))=> __d::iso4217(#code))
        }
        _ => expr.to_token_stream(),
    }
}

/// What `with` makes of a field. A closure goes through a function that knows the field's type before it looks into it.
fn applied(with: &Expr, reference: &TokenStream) -> TokenStream {
    let span = located(expr_span(with));
    match with {
        Expr::Closure(_) => quote_spanned!(span=> __d::apply(#reference, #with)),
        Expr::Path(_) => quote_spanned!(span=> #with(#reference)),
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
                let mut own =
                    proc_macro2::Group::new(group.delimiter(), with_own_self(group.stream()));
                own.set_span(group.span());
                TokenTree::Group(own)
            }
            token => token,
        })
        .collect()
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
            Some(with) => expr_span(with),
            None => ty::ends(self.reported_type(function)).0,
        }
    }
}

impl ConstantValue {
    fn span(&self) -> Span {
        let (Self::Expr(expr) | Self::Computed { body: expr, .. }) = self;
        expr_span(expr)
    }
}

fn expr_span(expr: &Expr) -> Span {
    expr.to_token_stream().into_iter().next().map_or_else(Span::call_site, |token| token.span())
}

impl Mapping<'_> {
    fn has_two_calls(&self) -> bool {
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
    fn value_type(&self) -> &Type {
        ty::option(self.ty).unwrap_or(self.ty)
    }

    fn member(&self, span: Span) -> TokenStream {
        match self.ident {
            Some(ident) => {
                let mut ident = ident.clone();
                ident.set_span(ident.span().located_at(span));
                ident.to_token_stream()
            }
            None => proc_macro2::Literal::usize_unsuffixed(self.index).to_token_stream(),
        }
    }

    /// `&self.field`, with the spans of a type: from its first token to its last.
    fn reference(&self, ty: &Type) -> TokenStream {
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
fn located(span: Span) -> Span {
    Span::call_site().located_at(span)
}

/// The bounds of type parameters: inferred, or those that `bound(...)` gives instead.
fn bounds(cart: &Cart<'_>, krate: &TokenStream) -> TokenStream {
    if let Some(bounds) = &cart.container.bound {
        return quote!(#bounds);
    }
    let parameters: Vec<&Ident> =
        cart.input.generics.type_params().map(|parameter| &parameter.ident).collect();
    if parameters.is_empty() {
        return TokenStream::new();
    }
    // A bound on the type itself, as in `Vec<Line<T>>` of `Line<T>`, would never be resolved.
    let itself = [&cart.input.ident];
    let generic = |ty: &Type| ty::mentions(ty, &parameters) && !ty::mentions(ty, &itself);
    cart.bodies()
        .into_iter()
        .flat_map(|body| &body.entries)
        .filter_map(|entry| match entry {
            Entry::Flatten(access) => {
                let trait_ = format_ident!("{}", signature(cart.family).0);
                Some((access, quote!(#krate::#trait_)))
            }
            Entry::Map(mapping) => match &mapping.source {
                Source::Field(field) if field.with.is_none() => {
                    Some((&field.access, bound(mapping, field, krate)))
                }
                _ => None,
            },
        })
        .filter(|(access, _)| generic(access.ty))
        .map(|(access, bound)| {
            let ty = access.value_type();
            quote!(#ty: #bound,)
        })
        .collect()
}

fn bound(mapping: &Mapping<'_>, field: &FieldSource<'_>, krate: &TokenStream) -> TokenStream {
    let bound = mapping.place.function().bound;
    let name = match bound {
        Bound::Number => return quote!(#krate::__private::ToNumber),
        _ if field.exponent.is_some() => return quote!(#krate::__private::ToNumber),
        Bound::Value => {
            let target = target_type(&mapping.place.leaf().kind, krate);
            return quote!(#krate::__private::IntoValue<#target>);
        }
        Bound::Text => "ToText",
        Bound::Price => "ToPrice",
        Bound::Quantity => "ToQuantity",
        Bound::Percent => "ToPercent",
        Bound::Items => "ToOrderItems",
        Bound::Address => "ToAddress",
        Bound::ShippingOption => "ToShippingOption",
        Bound::ShippingOptions => "ToShippingOptions",
        Bound::Discount => "ToDiscount",
        Bound::Discounts => "ToDiscounts",
    };
    let name = format_ident!("{name}");
    quote!(#krate::#name)
}

/// A target's own type, for the bound of a generic field.
fn target_type(kind: &Kind, krate: &TokenStream) -> TokenStream {
    let text = match kind {
        Kind::Enum(ty, _) | Kind::Value(ty) => ty,
        Kind::One(target) => target.ty,
        Kind::Many(target) => {
            let element = qualified(target.ty.parse().unwrap_or_default(), krate);
            return quote!(::std::vec::Vec<#element>);
        }
        _ => "String",
    };
    qualified(text.parse().unwrap_or_default(), krate)
}

/// Gives the names of a type from the table their paths.
fn qualified(tokens: TokenStream, krate: &TokenStream) -> TokenStream {
    let path = |ident: Ident| match ident.to_string().as_str() {
        "String" => quote!(::std::string::String),
        "Vec" => quote!(::std::vec::Vec),
        "BTreeMap" => quote!(::std::collections::BTreeMap),
        "Value" => quote!(#krate::serde_json::Value),
        "bool" | "i64" | "u64" | "f64" => quote!(::core::primitive::#ident),
        "Country" | "Currency" | "Date" | "Decimal" | "MinorUnits" | "Percent" | "Quantity"
        | "Secret" | "StringOrNumber" | "Timestamp" => quote!(#krate::#ident),
        _ => quote!(#krate::types::#ident),
    };
    let qualify = |token| match token {
        TokenTree::Ident(ident) => path(ident),
        token => token.to_token_stream(),
    };
    tokens.into_iter().map(qualify).collect()
}
