//! Writes the impl of a derive, with one statement for each mapping.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{DeriveInput, Generics};

use super::bounds::bounds;
use super::call::{located, slot, statement, whole};
use crate::cart::model::{Access, Body, Cart, Entry, Mapping, Shape, Source, Variant, local};
use crate::ctxt::Mistakes;
use crate::parse::attr::{Container, CouponForm};
use crate::parse::expr::guarded;
use crate::parse::ty;
use crate::table::Family;
use crate::table::engine::{Function, Slot};

/// Returns the impl for a cart.
pub(crate) fn cart(cart: &Cart<'_>, krate: &TokenStream) -> TokenStream {
    let body = match &cart.shape {
        Shape::Struct(body) => structure(cart, body),
        Shape::Enum(variants) => enumeration(cart, variants),
    };
    let engine = quote!(use #krate::__private as __dintero;);
    let engine = calls_engine(cart).then_some(engine);
    let bounds = bounds(cart, krate);
    implementation(cart.input, cart.family, krate, &bounds, &quote!(#engine #body))
}

fn calls_engine(cart: &Cart<'_>) -> bool {
    let Container { rounding, rounding_line, .. } = &cart.container;
    rounding.is_some()
        || rounding_line.is_some()
        || cart.bodies().iter().any(|body| !body.entries.is_empty())
}

/// Returns a stand-in impl for a cart with mistakes, so that code that uses the trait causes no further errors. The
/// impl mentions the merchant's expressions, because rustc would otherwise warn about unused imports. The errors come
/// first, so that rustc does not report types that it cannot infer without the real impl.
pub(crate) fn stand_in(
    input: &DeriveInput,
    family: Family,
    krate: &TokenStream,
    mistakes: &Mistakes,
) -> TokenStream {
    let Mistakes { errors, mentions } = mistakes;
    // Without the bounds on the type parameters, the mentioned expressions might not compile.
    let is_generic = input.generics.type_params().next().is_some();
    let engine = quote!(#krate::__private);
    let mentions = mentions.iter().filter(|_| !is_generic);
    let mentions = mentions.map(|mentioned| guarded(mentioned, &engine));
    let body = quote!(#errors #(let _ = #mentions;)* ::core::unreachable!());
    implementation(input, family, krate, &TokenStream::new(), &body)
}

fn implementation(
    input: &DeriveInput,
    family: Family,
    krate: &TokenStream,
    bounds: &TokenStream,
    body: &TokenStream,
) -> TokenStream {
    let implements = &family.facts().implements;
    let (trait_, method) =
        (format_ident!("{}", implements.trait_), format_ident!("{}", implements.method));
    let filled = format_ident!("{}", implements.filled);
    let ident = own_name(input);
    let (impl_generics, ty_generics, _) = input.generics.split_for_impl();
    let where_clause = where_clause(&input.generics, bounds);
    let argument = local(if family == Family::OrderItem { "lines" } else { "to" });
    quote! {
        #[automatically_derived]
        impl #impl_generics #krate::#trait_ for #ident #ty_generics #where_clause {
            fn #method(&self, #argument: &mut #krate::order::#filled<'_>) {
                #body
            }
        }
    }
}

/// Returns the type's name with the macro's hygiene, so that the impl for a deprecated type causes no warning.
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
    filled(cart, body, &cart.container)
}

fn enumeration(cart: &Cart<'_>, variants: &[Variant<'_>]) -> TokenStream {
    let arms = variants.iter().map(|variant| {
        let ident = variant.ident;
        if variant.own.skip {
            let left_out = left_out(cart.family);
            return quote!(Self::#ident { .. } => #left_out,);
        }
        let bindings = variant.bindings();
        let body = filled(cart, &variant.body, &variant.own);
        quote!(Self::#ident { #(#bindings,)* .. } => { #body })
    });
    match variants.is_empty() {
        true => quote!(match *self {}),
        false => quote!(match self { #(#arms)* }),
    }
}

/// Returns the expression of the match arm for a skipped variant.
fn left_out(family: Family) -> TokenStream {
    let (lines, to) = (local("lines"), local("to"));
    match family {
        Family::OrderItem => quote!(#lines.skip()),
        Family::ShippingOption => quote!(#to.skip()),
        _ => quote!({}),
    }
}

/// Returns a statement such as `to.negative = true;`.
fn switch(name: &str) -> TokenStream {
    let (to, name) = (local("to"), format_ident!("{name}"));
    quote!(#to.#name = true;)
}

/// Returns the statements that fill the mapping: first the values of a body, then the flags of the type and of the
/// variant.
fn filled(cart: &Cart<'_>, body: &Body<'_>, own: &Container) -> TokenStream {
    let statements = statements(cart.family, body);
    let (to, lines) = (local("to"), local("lines"));
    match cart.family {
        // A line needs a statement before its values and another after them.
        Family::OrderItem => {
            let rounding = cart.container.rounding.as_ref();
            let rounding =
                rounding.map(|rounding| quote!(#to.rounding = __dintero::Rounding::#rounding;));
            let bundle = own.bundle.map(|_| switch("bundle"));
            let negative = own.negative.then(|| switch("negative"));
            quote! {
                let mut #to = #lines.begin();
                #statements
                #rounding
                #bundle
                #negative
                #lines.finish(#to);
            }
        }
        Family::Order => {
            let line = cart.container.rounding_line.map(|(span, most)| {
                let most = Literal::u32_unsuffixed(most);
                quote_spanned!(located(span)=> #to.rounding_line = __dintero::Some(#most);)
            });
            quote!(#statements #line)
        }
        Family::Discount => {
            let form = own.form.or(cart.container.form);
            let as_items = (form == Some(CouponForm::AsItems)).then(|| switch("as_items"));
            let capped = (own.capped || cart.container.capped).then(|| switch("capped"));
            quote!(#statements #as_items #capped)
        }
        Family::ShippingOption | Family::Address => statements,
    }
}

impl Variant<'_> {
    /// Returns a pattern such as `sku: BINDING` for each field that is used, without duplicates.
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

/// The position of an entry's statement in the method. Entries with the same turn keep their source order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Turn {
    /// The currency, and whether prices include VAT, must be known before any amount is read.
    Currency,
    /// Flattened structs come before the struct's own values, so that the struct's values replace the flattened values,
    /// whatever the order of the fields. A flattened struct may also set the currency.
    Flattened,
    Value,
    /// Lines computed from the struct come after the lines of the struct's fields, so that the positions of the fields'
    /// lines do not change.
    ComputedLines,
    /// The function for `splits` needs the final amount.
    Splits,
}

impl Turn {
    fn of(entry: &Entry<'_>) -> Self {
        match entry {
            Entry::Map(mapping) => match (mapping.place.function(), &mapping.source) {
                (Function::Currency | Function::PriceIncludesVat, _) => Self::Currency,
                (function, Source::Constant(_)) if function.is_splits() => Self::Splits,
                (_, Source::Constant(_)) if matches!(mapping.place.slot(), Slot::Lines(_)) => {
                    Self::ComputedLines
                }
                _ => Self::Value,
            },
            Entry::Flatten(_) => Self::Flattened,
        }
    }
}

/// Returns the statements that map the values of a body, followed by the statements that remove the nested structs in
/// which nothing was set.
fn statements(family: Family, body: &Body<'_>) -> TokenStream {
    let mut entries: Vec<&Entry<'_>> = body.entries.iter().collect();
    entries.sort_by_key(|entry| Turn::of(entry));
    let mut tokens = fields(body);
    for entry in entries {
        tokens.extend(match entry {
            Entry::Map(mapping) => statement(mapping),
            Entry::Flatten(access) => flatten(family, access),
        });
    }
    tokens.extend(prunes(body));
    tokens
}

/// Returns the statement that tells the engine which field each target comes from, so that problems with the finished
/// order are reported at that field: `fields(&[("splits", "shares")], to.cx);`
fn fields(body: &Body<'_>) -> TokenStream {
    let pairs = body.mappings().map(|mapping| {
        let target = mapping.place.text();
        let source = match &mapping.source {
            Source::Field(field) => field.access.name.clone(),
            Source::Constant(_) => target.clone(),
        };
        quote!((#target, #source))
    });
    let (pairs, to): (Vec<_>, _) = (pairs.collect(), local("to"));
    match pairs.is_empty() {
        true => TokenStream::new(),
        false => quote!(__dintero::fields(&[#(#pairs),*], #to.cx);),
    }
}

fn flatten(family: Family, access: &Access<'_>) -> TokenStream {
    let (span, _) = ty::ends(access.value_type());
    let name = family.facts().implements.flatten;
    let suffix = if ty::option(access.ty).is_some() { "_option" } else { "" };
    let function = format_ident!("{name}{suffix}", span = located(span));
    let (value, path, mapping) =
        (access.reference(access.value_type()), &access.name, whole(family));
    quote_spanned!(located(span)=> __dintero::#function(#value, #path, #mapping);)
}

/// Returns the statements that remove each optional nested struct in which no path set a value. Inner structs come
/// first.
fn prunes(body: &Body<'_>) -> TokenStream {
    let depth_of = |mapping: &Mapping<'_>| mapping.place.steps().len();
    let deepest = body.mappings().map(depth_of).max().unwrap_or(0);
    let mut entered = Vec::new();
    let mut tokens = TokenStream::new();
    for depth in (1..deepest).rev() {
        let deeper = body.mappings().filter(|mapping| depth_of(mapping) > depth);
        for place in deeper.map(|mapping| &mapping.place) {
            let text = place.text_of(depth);
            if !place.steps()[depth - 1].required && !entered.contains(&text) {
                entered.push(text);
                let slot = slot(place, depth);
                tokens.extend(quote!(__dintero::prune(&mut #slot);));
            }
        }
    }
    tokens
}
