//! Emits the types: structs with constructors and setters, open enums, and unions with or without a tag.

mod make;
pub(crate) mod test_util;

use std::collections::{BTreeSet, HashMap};

use proc_macro2::TokenStream;
use quote::quote;

pub(crate) use self::make::preset_variant;
use self::make::{Constructor, Make, Maker};
use super::imports::Imports;
use super::{Emit, Module, docs, ident};
use crate::model::ident::OTHER;
use crate::model::{
    Body, Def, Enum, Field, Owner, Payload, Presence, Role, Sign, Struct, Type, TypeDef, TypeId,
    Union, Untagged, ValueType,
};
use crate::print;

/// Emits one module of types.
pub(crate) fn file(emit: &Emit<'_>, module: &Module<'_>) -> Result<String, syn::Error> {
    let mut file = File { emit, imports: Imports::default(), users: users(emit) };
    let mut items = Vec::new();
    for id in &module.ids {
        file.type_items(*id, &mut items);
    }
    for alias in &module.aliases {
        let docs = docs::outer(&described(alias.docs.description.as_deref(), &alias.name));
        let (name, ty) = (ident(&alias.name), file.imports.ty(emit.model, &alias.ty));
        items.push(quote!(#docs pub type #name = #ty;));
    }
    let own: BTreeSet<&str> = module.ids.iter().map(|id| emit.model.name(*id)).collect();
    let head = docs::inner(&format!("Types in the `{}` group.", module.name));
    print::file(print::File { head, uses: file.imports.uses(&quote!(super), &own), items })
}

/// Emits `types/mod.rs`: the modules, and re-exports of all their types.
pub(crate) fn index(emit: &Emit<'_>, modules: &[Module<'_>]) -> Result<String, syn::Error> {
    let head = docs::inner(
        "Every type of the API, by group.\n\n\
         All types are also re-exported here, for example as `dintero_api::types::OrderItem`.",
    );
    let names: Vec<_> = modules.iter().map(|module| ident(module.name)).collect();
    let conditions: Vec<_> = modules.iter().map(|module| emit.condition(module.name)).collect();
    let uses = quote!(#(#conditions pub mod #names;)*);
    let exports = quote!(#(#conditions #[doc(no_inline)] pub use self::#names::*;)*);
    print::file(print::File { head, uses, items: vec![exports] })
}

fn described(description: Option<&str>, name: &str) -> String {
    docs::said(description).map_or_else(
        || format!("`{name}`, without a description in the document."),
        docs::description,
    )
}

/// Returns, for each type, a line of documentation for every operation that takes or returns it.
fn users(emit: &Emit<'_>) -> HashMap<TypeId, Vec<String>> {
    let mut users: HashMap<TypeId, Vec<String>> = HashMap::new();
    for group in &emit.model.groups {
        for operation in group.operations.iter().filter(|operation| !operation.callback) {
            let sent = operation.body.iter().filter_map(Body::ty).map(|ty| ("Sent", ty));
            let returned = operation.responses.iter().filter_map(|answer| match &answer.payload {
                Payload::Json(ty) => Some(("Returned", ty)),
                Payload::Empty | Payload::Bytes => None,
            });
            for (verb, ty) in sent.chain(returned) {
                let (accessor, handle, method) = (&group.accessor, &group.handle, &operation.name);
                let line = format!(
                    " - {verb} by [`{accessor}().{method}`](crate::operations::{handle}::{method})."
                );
                if let Some(id) = ty.named() {
                    let lines = users.entry(id).or_default();
                    if !lines.contains(&line) {
                        lines.push(line);
                    }
                }
            }
        }
    }
    users
}

struct File<'a> {
    emit: &'a Emit<'a>,
    imports: Imports<'a>,
    users: HashMap<TypeId, Vec<String>>,
}

impl<'a> File<'a> {
    fn type_items(&mut self, id: TypeId, items: &mut Vec<TokenStream>) {
        let def = self.emit.model.get(id);
        let text = match (&def.docs.description, &def.name.owner) {
            (None, Some(owner)) => owned(owner),
            (description, _) => described(description.as_deref(), &def.name.ident),
        };
        let (docs, uses) = (docs::outer(&text), self.uses(id));
        let deprecated = deprecated(def.deprecated);
        let head = Head { docs: quote!(#docs #uses), deprecated };
        match &def.def {
            Def::Struct(object) => self.struct_items(def, object, head, items),
            Def::Enum(values) => items.push(self.enum_item(def, values, head)),
            Def::Union(union) => self.union_items(def, union, head, items),
            Def::Untagged(untagged) => self.untagged_items(def, untagged, head, items),
        }
    }

    /// Documents the operations that take or return the type. Without the `client` feature, there are no operations to
    /// link to.
    fn uses(&self, id: TypeId) -> TokenStream {
        let lines = self.users.get(&id).map(Vec::as_slice).unwrap_or_default();
        let gap = (!lines.is_empty()).then(|| quote!(#[doc = ""]));
        quote!(#gap #(#[cfg_attr(feature = "client", doc = #lines)])*)
    }

    fn ty(&mut self, ty: &Type) -> TokenStream {
        self.imports.ty(self.emit.model, ty)
    }

    fn struct_items(
        &mut self,
        def: &TypeDef,
        object: &Struct,
        head: Head,
        items: &mut Vec<TokenStream>,
    ) {
        let name = ident(&def.name.ident);
        let constructor = Constructor::of(object);
        items.push(self.struct_item(def, object, head, constructor));
        if object.query {
            self.imports.runtime("ValueError");
            items.push(from_query(def, object));
        }
        if def.direction.sent {
            items.push(Make { emit: self.emit, imports: &mut self.imports }.all(
                def,
                object,
                Maker::Merchant,
            ));
            if constructor == Constructor::AsksForNothing {
                items.push(quote! {
                    impl Default for #name {
                        fn default() -> Self {
                            Self::new()
                        }
                    }
                });
            }
        }
    }

    fn struct_item(
        &mut self,
        def: &TypeDef,
        object: &Struct,
        head: Head,
        constructor: Constructor,
    ) -> TokenStream {
        let Head { docs, deprecated: old } = head;
        let name = ident(&def.name.ident);
        let is_default = constructor == Constructor::Empty && def.direction.sent;
        let default = is_default.then(|| quote!(, Default));
        let fields: Vec<_> = object
            .fields
            .iter()
            .map(|field| {
                let docs = docs::outer(&docs::field(self.emit, field));
                let old = deprecated(field.deprecated);
                let (member, ty) = (ident(&field.name), self.ty(&field.ty));
                match field.presence {
                    Presence::Required | Presence::Others => quote!(#docs #old pub #member: #ty),
                    Presence::Optional | Presence::Nullable => {
                        quote!(#docs #old pub #member: Option<#ty>)
                    }
                }
            })
            .collect();
        quote! {
            #docs
            #[derive(Clone #default)]
            #[non_exhaustive]
            #old
            pub struct #name { #(#fields),* }
        }
    }

    fn enum_item(&mut self, def: &TypeDef, values: &Enum, head: Head) -> TokenStream {
        self.imports.runtime("UnknownValue");
        let Head { docs, deprecated } = head;
        let (name, other) = (ident(&def.name.ident), ident(OTHER));
        let variants = values.values.iter().map(|(value, name)| {
            let name = ident(name);
            let docs = docs::outer(&if value.is_empty() {
                "The empty string.".to_owned()
            } else {
                docs::code(value)
            });
            quote!(#docs #name)
        });
        let unknown = docs::outer(UNKNOWN);
        quote! {
            #docs
            #[derive(Debug, Clone)]
            #[non_exhaustive]
            #deprecated
            pub enum #name { #(#variants,)* #unknown #other(UnknownValue) }
        }
    }

    fn union_items(
        &mut self,
        def: &TypeDef,
        union: &Union,
        head: Head,
        items: &mut Vec<TokenStream>,
    ) {
        self.imports.runtime("UnknownVariant");
        let variants = union.variants.iter().map(|variant| VariantItem {
            name: &variant.name,
            ty: &variant.ty,
            docs: format!("{} is {}.", docs::code(&union.tag), docs::code(&variant.value)),
        });
        let docs = docs::outer("A variant this version does not know; it is preserved as is.");
        let other = ident(OTHER);
        let other = quote!(#docs #other(UnknownVariant));
        self.variant_items(def, &variants.collect::<Vec<_>>(), &other, head, items);
    }

    fn untagged_items(
        &mut self,
        def: &TypeDef,
        untagged: &Untagged,
        head: Head,
        items: &mut Vec<TokenStream>,
    ) {
        let variants = untagged.variants.iter().map(|variant| VariantItem {
            name: &variant.name,
            ty: &variant.ty,
            docs: told_by(&variant.sign),
        });
        let docs = docs::outer("JSON that matches no other variant; it is preserved as is.");
        let (other, json) = (ident(OTHER), self.ty(&Type::Value(ValueType::Json)));
        let other = quote!(#docs #other(#json));
        self.variant_items(def, &variants.collect::<Vec<_>>(), &other, head, items);
    }

    /// Emits an enum whose variants contain one value each, and a `From` impl for each type of value.
    fn variant_items(
        &mut self,
        def: &TypeDef,
        variants: &[VariantItem<'_>],
        other: &TokenStream,
        head: Head,
        items: &mut Vec<TokenStream>,
    ) {
        let Head { docs, deprecated } = head;
        let name = ident(&def.name.ident);
        let mut rows = Vec::new();
        let mut conversions = Vec::new();
        for (index, variant) in variants.iter().enumerate() {
            let (member, ty) = (ident(variant.name), self.ty(variant.ty));
            let docs = docs::outer(&variant.docs);
            rows.push(quote!(#docs #member(#ty)));
            if variants[..index].iter().all(|before| before.ty != variant.ty) {
                conversions.push(quote! {
                    impl From<#ty> for #name {
                        #[inline]
                        fn from(value: #ty) -> Self {
                            Self::#member(value)
                        }
                    }
                });
            }
        }
        items.push(quote! {
            #docs
            #[derive(Clone)]
            #[non_exhaustive]
            #deprecated
            pub enum #name { #(#rows,)* #other }
        });
        items.extend(conversions);
    }
}

/// A variant that contains a value.
struct VariantItem<'a> {
    name: &'a str,
    ty: &'a Type,
    docs: String,
}

/// Describes the JSON by which a variant is recognized.
fn told_by(sign: &Sign) -> String {
    match sign {
        Sign::Text => "A string.".to_owned(),
        Sign::Number => "A number.".to_owned(),
        Sign::Boolean => "`true` or `false`.".to_owned(),
        Sign::List => "A list.".to_owned(),
        Sign::Object => "An object.".to_owned(),
        Sign::With(key) => format!("An object with {}.", docs::code(key)),
    }
}

/// The documentation of the variant for unknown values.
const UNKNOWN: &str = "A value this version does not know; it is preserved as is.";

/// The documentation and the `#[deprecated]` attribute of a type.
struct Head {
    docs: TokenStream,
    deprecated: Option<TokenStream>,
}

/// Returns the documentation of an inline type without a description.
fn owned(owner: &Owner) -> String {
    match &owner.role {
        Role::Request => "The body of a request.".to_owned(),
        Role::Response(_) => "The body of a response.".to_owned(),
        Role::Error(_) => "The body of an error response.".to_owned(),
        Role::Query => "The query of a callback.".to_owned(),
        Role::Item => format!("An item of `{}`.", owner.name),
        Role::Element(list) => format!("An element of the `{list}` list in `{}`.", owner.name),
        Role::Member(member) => format!("The `{member}` field of `{}`.", owner.name),
    }
}

fn deprecated(is: bool) -> Option<TokenStream> {
    is.then(|| quote!(#[deprecated]))
}

/// Emits `from_query`. Optional numbers and booleans are settings in the merchant's own URL, which Dintero echoes, so
/// an unreadable value is ignored. A parameter that may be repeated is a list.
fn from_query(def: &TypeDef, object: &Struct) -> TokenStream {
    let name = ident(&def.name.ident);
    let wires = |is: fn(&Field) -> bool| {
        let wires = object.fields.iter().filter(|field| is(field)).map(|field| &field.wire);
        quote!(&[#(#wires),*])
    };
    let settings = wires(|field| {
        let scalar = matches!(
            field.ty,
            Type::Value(ValueType::Boolean | ValueType::Integer | ValueType::Float)
        );
        scalar && field.presence == Presence::Optional
    });
    let lists = wires(|field| matches!(field.ty, Type::List(_)));
    let docs = docs::outer(
        "Parses the query of the URL that Dintero called. `query` must not start with the question mark.\n\n\
         # Errors\n\n\
         A required parameter is missing, or a parameter has the wrong type.",
    );
    quote! {
        impl #name {
            #docs
            #[inline]
            pub fn from_query(query: &str) -> Result<Self, ValueError> {
                crate::wire::from_query(query, #settings, #lists)
            }
        }
    }
}
