//! From the model to tokens: the impl, and in it one call of the engine for each mapping.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{DeriveInput, Generics};

use crate::bounds::bounds;
use crate::call::{SlotPath, call, is_splits, located, whole};
use crate::model::{Access, Body, Cart, Entry, Shape, Source, Variant};
use crate::place::Place;
use crate::target::Family;
use crate::ty;

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
pub(crate) fn signature(family: Family) -> (&'static str, &'static str, &'static str) {
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
                let most = Literal::u32_unsuffixed(most);
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
    let is_currency = |entry: &Entry<'_>| match entry {
        Entry::Map(mapping) => mapping.place.function().name == "currency",
        Entry::Flatten(_) => false,
    };
    let has_currency = body.entries.iter().any(is_currency);
    // Amounts mean nothing without their currency, and splits nothing without the amount that they split.
    let turn = |entry: &&Entry<'_>| match entry {
        Entry::Map(_) if is_currency(entry) => 0,
        Entry::Flatten(_) if family == Family::Order && !has_currency => 0,
        Entry::Map(mapping) if is_splits(mapping) => 2,
        _ => 1,
    };
    let mut tokens = fields(body);
    for now in 0..=2 {
        for entry in body.entries.iter().filter(|entry| turn(entry) == now) {
            tokens.extend(match entry {
                Entry::Map(mapping) => call(mapping, indent),
                Entry::Flatten(access) => flatten(family, access),
            });
        }
    }
    tokens.extend(prunes(body));
    tokens
}

/// The field of the struct that each target comes from, for the paths of problems that are found in the finished order.
fn fields(body: &Body<'_>) -> TokenStream {
    let pairs: Vec<_> = body
        .mappings()
        .map(|mapping| {
            let target = mapping.place.text();
            let source = match &mapping.source {
                Source::Field(field) => field.access.name.clone(),
                Source::Constant(_) => target.clone(),
            };
            quote!((#target, #source))
        })
        .collect();
    match pairs.is_empty() {
        true => TokenStream::new(),
        false => quote!(__d::fields(&[#(#pairs),*], __to.cx);),
    }
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

/// Leaves out the structs that paths went into but set nothing in, innermost first.
fn prunes(body: &Body<'_>) -> TokenStream {
    let deepest = body.mappings().map(|mapping| mapping.place.steps().len()).max().unwrap_or(0);
    let mut entered = Vec::new();
    let mut tokens = TokenStream::new();
    for depth in (1..deepest).rev() {
        for place in body.mappings().map(|mapping| &mapping.place) {
            if depth >= place.steps().len() || place.steps()[depth - 1].required {
                continue;
            }
            let SlotPath { text, tokens: slot } = SlotPath::new(place, depth);
            if !entered.contains(&text) {
                entered.push(text);
                tokens.extend(quote!(__d::prune(&mut #slot);));
            }
        }
    }
    tokens
}
