//! Writes the impl of a derive, with one statement for each mapping.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::{DeriveInput, Generics};

use super::bounds::bounds;
use super::call::{Origin, located, slot, statement, whole};
use super::lints::{expanded, expanded_bounds, lints};
use crate::cart::model::{Access, Body, Cart, Entry, Mapping, Shape, Source, Variant, local};
use crate::ctxt::Mistakes;
use crate::parse::attr::{Container, CouponForm, TotalMismatch};
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
    let Container { rounding, total_mismatch, .. } = &cart.container;
    rounding.is_some()
        || total_mismatch.is_some()
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
    let (lints, ident) = (lints(&input.attrs), own_name(input));
    let generics = expanded_bounds(&input.generics);
    let (impl_generics, ty_generics, _) = generics.split_for_impl();
    let where_clause = where_clause(&input.generics, bounds);
    let argument = local(if family == Family::OrderItem { "lines" } else { "to" });
    quote! {
        #lints
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
        _ => {
            let own = own.map(expanded);
            quote!(where #(#own,)* #bounds)
        }
    }
}

fn structure(cart: &Cart<'_>, body: &Body<'_>) -> TokenStream {
    filled(cart.family, body, None, &cart.container)
}

fn enumeration(cart: &Cart<'_>, variants: &[Variant<'_>]) -> TokenStream {
    let arms = variants.iter().map(|variant| {
        let (lints, ident) = (lints(variant.attrs), variant.ident);
        if variant.own.skip {
            let left_out = left_out(cart.family);
            return quote!(Self::#ident { .. } => #left_out,);
        }
        let bindings = variant.bindings();
        let body = filled(cart.family, &variant.body, Some(&cart.container), &variant.own);
        quote!(#lints Self::#ident { #(#bindings,)* .. } => { #body })
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

/// Returns the statements that fill the mapping: the values of a body, and the keys of the type and of the variant.
///
/// The keys of a struct or a variant come after the values, so that they replace the keys of a flattened struct. The keys
/// of an enum, `shared`, are defaults for its variants and come first.
fn filled(
    family: Family,
    body: &Body<'_>,
    shared: Option<&Container>,
    own: &Container,
) -> TokenStream {
    let shared = shared.map(keys);
    let (statements, own) = (statements(family, body), keys(own));
    let (to, lines) = (local("to"), local("lines"));
    match family {
        // A line needs a statement before its values and another after them.
        Family::OrderItem => quote! {
            let mut #to = #lines.begin();
            #shared
            #statements
            #own
            #lines.finish(#to);
        },
        _ => quote!(#shared #statements #own),
    }
}

/// Returns a statement for each key of a type or a variant that sets a property of the mapping, such as
/// `to.negative = true;`. A key that was written gets a statement even if its value is the default, because a flattened
/// struct may have set another value.
fn keys(container: &Container) -> TokenStream {
    let to = local("to");
    let rounding = container
        .rounding
        .as_ref()
        .map(|rounding| quote!(#to.rounding = __dintero::Rounding::#rounding;));
    let mismatch = container.total_mismatch.map(|(span, mismatch)| {
        let most = match mismatch {
            TotalMismatch::Error => quote!(__dintero::None),
            TotalMismatch::RoundingLine { max } => {
                let max = Literal::u32_unsuffixed(max);
                quote!(__dintero::Some(#max))
            }
        };
        quote_spanned!(located(span)=> #to.rounding_line = #most;)
    });
    let bundle = container.bundle.map(|_| quote!(#to.bundle = true;));
    let negative = container.negative.then(|| quote!(#to.negative = true;));
    let form = container.form.map(|form| {
        let is_as_items = form == CouponForm::AsItems;
        quote!(#to.as_items = #is_as_items;)
    });
    let capped = container.capped.then(|| quote!(#to.capped = true;));
    quote!(#rounding #mismatch #bundle #negative #form #capped)
}

impl Variant<'_> {
    /// Returns a pattern such as `sku: BINDING` for each field that is used, without duplicates.
    fn bindings(&self) -> Vec<TokenStream> {
        let mut bound = Vec::new();
        let mut bindings = Vec::new();
        for access in self.body.entries.iter().filter_map(Entry::access) {
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

impl<'a> Entry<'a> {
    /// Returns the field that the entry maps, unless the entry is a constant.
    fn access(&self) -> Option<&Access<'a>> {
        match self {
            Self::Flatten(access) => Some(access),
            Self::Map(mapping) | Self::Inherited(mapping) => match &mapping.source {
                Source::Field(field) => Some(&field.access),
                Source::Constant(_) => None,
            },
        }
    }
}

/// The position of an entry's statement in the method. Entries with the same turn keep their source order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Turn {
    /// The currency of an order, and whether its prices include VAT, must be known before any amount is read.
    Currency,
    /// The constants of an enum come before flattened structs, whose values replace them.
    Inherited,
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
            Entry::Map(mapping) => Self::of_mapping(mapping),
            Entry::Inherited(mapping) => match Self::of_mapping(mapping) {
                Self::Value => Self::Inherited,
                later => later,
            },
            Entry::Flatten(_) => Self::Flattened,
        }
    }

    fn of_mapping(mapping: &Mapping<'_>) -> Self {
        let is_of_order = mapping.place.family == Family::Order;
        match (mapping.place.function(), &mapping.source) {
            (Function::Currency, _) => Self::Currency,
            (Function::PriceIncludesVat, _) if is_of_order => Self::Currency,
            (function, Source::Constant(_)) if function.is_splits() => Self::Splits,
            (_, Source::Constant(_)) if matches!(mapping.place.slot(), Slot::Lines(_)) => {
                Self::ComputedLines
            }
            _ => Self::Value,
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
        let statement = match entry {
            Entry::Map(mapping) => statement(mapping, Origin::Own),
            Entry::Inherited(mapping) => statement(mapping, Origin::Enum),
            Entry::Flatten(access) => flatten(family, access),
        };
        let lints = entry.access().map(|access| lints(access.attrs)).unwrap_or_default();
        tokens.extend(match lints.is_empty() {
            true => statement,
            false => quote!(#lints { #statement }),
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
