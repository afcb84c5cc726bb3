//! The types themselves: structs with constructors and setters, open enums, and unions told apart by a tag.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexSet;
use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{Emit, Imports, docs, ident};
use crate::model::{Def, Field, Presence, Struct, Type, TypeDef, TypeId, Union, ValueType};
use crate::name::{OTHER, TypeNames};
use crate::print;

/// One module of types.
pub(crate) fn file(emit: &Emit<'_>, module: &str, ids: &[TypeId], aliases: &[usize]) -> Result<String, syn::Error> {
    let mut imports = Imports::default();
    let mut items = Vec::new();
    for id in ids {
        items.extend(type_items(emit, *id, &mut imports));
    }
    for index in aliases {
        let (alias, names) = (&emit.model.aliases[*index], &emit.names.aliases[*index]);
        let docs = docs::attributes(&docs::description(alias.docs.description.as_deref().unwrap_or_default()));
        let (name, ty) = (ident(&names.name), imports.ty(emit, &alias.ty));
        items.push(quote!(#docs pub type #name = #ty;));
    }
    let own: BTreeSet<String> = ids.iter().map(|id| emit.names.of(*id).name.clone()).collect();
    let head = docs::inner_attributes(&format!("The types of `{module}`."));
    let imports = imports.tokens(&quote!(super), &own);
    print::file(quote!(#head #imports), items)
}

/// `types/mod.rs`: the modules, and all their types under one roof.
pub(crate) fn index(modules: &BTreeMap<String, Vec<TypeId>>) -> Result<String, syn::Error> {
    let head = docs::inner_attributes(
        "Every type of the document, by subject. All of them can be used from here as well: \
         `dintero_api::types::OrderItem`.",
    );
    let names: Vec<Ident> = modules.keys().map(|module| ident(module)).collect();
    let modules = quote!(#(pub mod #names;)*);
    let exports = quote!(#(#[doc(no_inline)] pub use self::#names::*;)*);
    print::file(head, [modules, exports])
}

fn type_items(emit: &Emit<'_>, id: TypeId, imports: &mut Imports) -> Vec<TokenStream> {
    let (def, names) = (emit.model.get(id), emit.names.of(id));
    let docs = type_docs(emit, id, def, names);
    match &def.def {
        Def::Struct(object) => struct_items(emit, def, object, names, docs, imports),
        Def::Enum(values) => vec![enum_item(def, values, names, docs, imports)],
        Def::Union(union) => union_items(emit, def, union, names, docs, imports),
    }
}

fn type_docs(emit: &Emit<'_>, id: TypeId, def: &TypeDef, names: &TypeNames) -> TokenStream {
    let text = match (&def.docs.description, &def.def) {
        (Some(text), _) => docs::description(text),
        (None, Def::Enum(_)) => format!("The values of `{}`, open to new ones.", names.name),
        (None, _) => format!("`{}`, which the document does not describe.", names.name),
    };
    let own = docs::attributes(&text);
    let uses: Vec<TokenStream> = uses(emit, id)
        .into_iter()
        .map(|line| quote!(#[cfg_attr(feature = "client", doc = #line)]))
        .collect();
    let gap = (!uses.is_empty()).then(|| quote!(#[doc = ""]));
    quote!(#own #gap #(#uses)*)
}

/// The operations that take or return the type itself.
fn uses(emit: &Emit<'_>, id: TypeId) -> Vec<String> {
    let mut lines = Vec::new();
    for (group, names) in emit.model.groups.iter().zip(&emit.names.groups) {
        for (operation, operation_names) in group.operations.iter().zip(&names.operations) {
            if operation.callback {
                continue;
            }
            let link = format!(
                "[`{0}().{1}`](crate::operations::{2}::{1})",
                names.accessor, operation_names.method, names.handle
            );
            if operation.body.as_ref().is_some_and(|body| body.ty.named() == Some(id)) {
                lines.push(format!(" - Sent by {link}"));
            }
            let returned = operation.answers.iter().any(|answer| {
                matches!(&answer.payload, crate::model::Payload::Json(ty) if ty.named() == Some(id))
            });
            if returned {
                lines.push(format!(" - Returned by {link}"));
            }
        }
    }
    lines
}

fn deprecated(is: bool) -> Option<TokenStream> {
    is.then(|| quote!(#[deprecated]))
}

/// Whether `Debug` must hide something.
pub(crate) fn is_redacted(object: &Struct) -> bool {
    object.fields.iter().any(|field| field.redact)
}

fn struct_items(
    emit: &Emit<'_>,
    def: &TypeDef,
    object: &Struct,
    names: &TypeNames,
    docs: TokenStream,
    imports: &mut Imports,
) -> Vec<TokenStream> {
    let name = ident(&names.name);
    let all_optional = object.fields.iter().all(|field| field.presence != Presence::Required);
    let mut derives = Vec::new();
    if !is_redacted(object) {
        derives.push(ident("Debug"));
    }
    derives.extend([ident("Clone"), ident("PartialEq")]);
    if all_optional {
        derives.push(ident("Default"));
    }
    let deprecated_type = deprecated(def.deprecated);
    let fields: Vec<Ident> = names.members.iter().map(|member| ident(member)).collect();
    let types: Vec<TokenStream> = object.fields.iter().map(|field| field_type(emit, field, imports)).collect();
    let field_docs = object.fields.iter().zip(&names.members).map(|(field, rust)| {
        let deprecated = deprecated(field.deprecated);
        let docs = docs::attributes(&docs::member(&field.docs, &field.ty, &field.wire, rust, field.read_only));
        quote!(#docs #deprecated)
    });
    let mut items = vec![quote! {
        #docs
        #[derive(#(#derives),*)]
        #[non_exhaustive]
        #deprecated_type
        pub struct #name { #(#field_docs pub #fields: #types,)* }
    }];
    if def.direction.sent {
        items.push(constructor(emit, object, names, all_optional, imports));
        items.extend(setters(emit, object, names, imports));
        if !all_optional && required(object).next().is_none() {
            items.push(quote! {
                impl Default for #name {
                    fn default() -> Self {
                        Self::new()
                    }
                }
            });
        }
    }
    items
}

fn field_type(emit: &Emit<'_>, field: &Field, imports: &mut Imports) -> TokenStream {
    let ty = imports.ty(emit, &field.ty);
    match field.presence {
        Presence::Required => ty,
        Presence::Optional | Presence::Nullable => quote!(Option<#ty>),
    }
}

/// The fields that a constructor asks for, with their index.
fn required(object: &Struct) -> impl Iterator<Item = (usize, &Field)> {
    let fields = object.fields.iter().enumerate();
    fields.filter(|(_, field)| field.presence == Presence::Required && field.preset.is_none())
}

fn constructor(emit: &Emit<'_>, object: &Struct, names: &TypeNames, all_optional: bool, imports: &mut Imports) -> TokenStream {
    let name = ident(&names.name);
    if all_optional {
        let docs = docs::attributes(&format!("Makes an empty `{}`: all of its fields may be left out.", names.name));
        return quote! { impl #name { #docs #[must_use] pub fn new() -> Self { Self::default() } } };
    }
    let docs = docs::attributes(&format!("Makes a `{}` of what it cannot do without.", names.name));
    let arguments: Vec<TokenStream> = required(object)
        .map(|(index, field)| {
            let (argument, input) = (ident(&names.members[index]), input(emit, &field.ty, imports).ty);
            quote!(#argument: #input)
        })
        .collect();
    let values = object.fields.iter().zip(&names.members).map(|(field, member)| {
        let member = ident(member);
        match (&field.preset, field.presence) {
            (Some(preset), _) => {
                let ty = imports.ty(emit, &field.ty);
                let value = preset_variant(emit, &field.ty, preset);
                quote!(#member: #ty::#value)
            }
            (None, Presence::Required) => {
                let convert = (input(emit, &field.ty, imports).convert)(&quote!(#member));
                if convert.to_string() == member.to_string() { quote!(#member) } else { quote!(#member: #convert) }
            }
            (None, Presence::Optional | Presence::Nullable) => quote!(#member: None),
        }
    });
    let many = (arguments.len() > 7).then(|| quote!(#[allow(clippy::too_many_arguments)]));
    quote! { impl #name { #docs #many #[must_use] pub fn new(#(#arguments),*) -> Self { Self { #(#values,)* } } } }
}

fn preset_variant(emit: &Emit<'_>, ty: &Type, value: &str) -> Ident {
    let Some(id) = ty.named() else { return ident(OTHER) };
    let Def::Enum(values) = &emit.model.get(id).def else { return ident(OTHER) };
    let index = values.get_index_of(value);
    ident(index.map_or(OTHER, |index| &emit.names.of(id).members[index]))
}

fn setters(emit: &Emit<'_>, object: &Struct, names: &TypeNames, imports: &mut Imports) -> Option<TokenStream> {
    let mut methods = Vec::new();
    for (field, member) in object.fields.iter().zip(&names.members) {
        if field.presence == Presence::Required || field.read_only {
            continue;
        }
        let docs = docs::attributes(&format!("Sets [`{member}`](#structfield.{member})."));
        let (deprecated, method) = (deprecated(field.deprecated), ident(member));
        let Input { ty, convert } = input(emit, &field.ty, imports);
        let value = convert(&quote!(#method));
        methods.push(quote! {
            #docs
            #deprecated
            #[must_use]
            pub fn #method(mut self, #method: #ty) -> Self {
                self.#method = Some(#value);
                self
            }
        });
    }
    let name = ident(&names.name);
    (!methods.is_empty()).then(|| quote!(impl #name { #(#methods)* }))
}

/// How a value comes in: the argument's type, and the expression that makes the field's value of it.
pub(crate) struct Input {
    pub(crate) ty: TokenStream,
    pub(crate) convert: fn(&TokenStream) -> TokenStream,
}

pub(crate) fn input(emit: &Emit<'_>, ty: &Type, imports: &mut Imports) -> Input {
    let exact = imports.ty(emit, ty);
    let converts = |ty: &Type| converts(emit, ty);
    match ty {
        ty if converts(ty) => Input { ty: quote!(impl Into<#exact>), convert: |value| quote!(#value.into()) },
        Type::List(inner) => {
            let item = imports.ty(emit, inner);
            if converts(inner) {
                Input {
                    ty: quote!(impl IntoIterator<Item = impl Into<#item>>),
                    convert: |value| quote!(#value.into_iter().map(Into::into).collect()),
                }
            } else {
                Input { ty: quote!(impl IntoIterator<Item = #item>), convert: |value| quote!(#value.into_iter().collect()) }
            }
        }
        Type::Map(inner) => {
            let item = imports.ty(emit, inner);
            let value = if converts(inner) { quote!(impl Into<#item>) } else { item };
            let convert: fn(&TokenStream) -> TokenStream = if converts(inner) {
                |value| quote!(#value.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
            } else {
                |value| quote!(#value.into_iter().map(|(key, value)| (key.into(), value)).collect())
            };
            Input { ty: quote!(impl IntoIterator<Item = (impl Into<String>, #value)>), convert }
        }
        Type::Boxed(_) | Type::Value(_) | Type::Named(_) => Input { ty: exact, convert: |value| quote!(#value) },
    }
}

/// Whether merchants hold something else that becomes the value: `&str`, an integer, a variant of a union.
fn converts(emit: &Emit<'_>, ty: &Type) -> bool {
    match ty {
        Type::Value(value) => !matches!(
            value,
            ValueType::Boolean
                | ValueType::Integer
                | ValueType::Float
                | ValueType::Timestamp
                | ValueType::Date
                | ValueType::Currency
                | ValueType::Country
        ),
        Type::Boxed(_) => true,
        ty => emit.is_union(ty),
    }
}

fn enum_item(def: &TypeDef, values: &IndexSet<String>, names: &TypeNames, docs: TokenStream, imports: &mut Imports) -> TokenStream {
    imports.runtime("UnknownValue");
    let name = ident(&names.name);
    let deprecated = deprecated(def.deprecated);
    let variants = names.members.iter().map(|member| ident(member));
    let variant_docs = values.iter().map(|value| {
        let text = if value.is_empty() { "The empty text.".to_owned() } else { format!("`{value}`") };
        docs::attributes(&text)
    });
    let (other, other_docs) = (ident(OTHER), docs::attributes("A value that this version does not know, kept as it is."));
    quote! {
        #docs
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        #deprecated
        pub enum #name { #(#variant_docs #variants,)* #other_docs #other(UnknownValue), }
    }
}

fn union_items(
    emit: &Emit<'_>,
    def: &TypeDef,
    union: &Union,
    names: &TypeNames,
    docs: TokenStream,
    imports: &mut Imports,
) -> Vec<TokenStream> {
    imports.runtime("UnknownVariant");
    let name = ident(&names.name);
    let deprecated = deprecated(def.deprecated);
    let variants: Vec<Ident> = names.members.iter().map(|member| ident(member)).collect();
    let types: Vec<TokenStream> =
        union.variants.iter().map(|variant| imports.ty(emit, &Type::Named(variant.ty))).collect();
    let variant_docs = union.variants.iter().map(|variant| {
        docs::attributes(&format!("`{}` is `{}`.", union.tag, variant.value))
    });
    let (other, other_docs) = (ident(OTHER), docs::attributes("A variant that this version does not know, kept as it is."));
    let mut items = vec![quote! {
        #docs
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        #deprecated
        pub enum #name { #(#variant_docs #variants(#types),)* #other_docs #other(UnknownVariant), }
    }];
    let mut seen = BTreeSet::new();
    for (index, variant) in union.variants.iter().enumerate() {
        if !seen.insert(variant.ty) {
            continue;
        }
        let (ty, member) = (&types[index], &variants[index]);
        items.push(quote! {
            impl From<#ty> for #name {
                fn from(value: #ty) -> Self {
                    Self::#member(value)
                }
            }
        });
    }
    items
}
