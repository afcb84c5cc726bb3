//! How the types become JSON and come back: small impls over the runtime's helpers, in files of their own so
//! that the types stay pleasant to read.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::imports::Imports;
use super::types::{preset_variant, required};
use super::{Emit, Module, docs, ident};
use crate::model::ident::OTHER;
use crate::model::{Def, Enum, Field, Model, Presence, Struct, Type, TypeDef, TypeId, Union};
use crate::print;

/// The impls for one module of types.
pub(crate) fn file(emit: &Emit<'_>, module: &Module<'_>) -> Result<String, syn::Error> {
    let mut file = File { emit, imports: Imports::default(), needs: BTreeSet::new() };
    let mut items: Vec<TokenStream> = Vec::new();
    for id in &module.ids {
        file.imports.named(emit.model, *id);
        file.impls(*id, &mut items);
    }
    items.extend(alike(emit, &module.ids));
    let needs = file.needs.iter().copied().map(ident);
    let imports = file.imports.uses(&quote!(crate::types), &BTreeSet::new());
    let head = docs::inner("How these types become JSON and come back.");
    let uses = quote!(#imports use crate::wire::{self, #(#needs),*};);
    print::file(print::File { head, uses, items })
}

/// `wire/mod.rs`.
pub(crate) fn index(emit: &Emit<'_>, modules: &[Module<'_>]) -> Result<String, syn::Error> {
    let head = docs::inner("How the types become JSON and come back.");
    let modules = modules.iter().filter(|module| !module.ids.is_empty()).map(|module| {
        let (condition, name) = (emit.condition(module.name), ident(module.name));
        quote!(#condition mod #name;)
    });
    print::file(print::File { head, uses: quote!(#(#modules)*), items: Vec::new() })
}

struct File<'a> {
    emit: &'a Emit<'a>,
    imports: Imports<'a>,
    /// What the impls use of `crate::wire`.
    needs: BTreeSet<&'static str>,
}

impl File<'_> {
    fn impls(&mut self, id: TypeId, items: &mut Vec<TokenStream>) {
        let def = self.emit.model.get(id);
        let name = ident(&def.name.ident);
        match &def.def {
            Def::Struct(object) => {
                self.needs.extend(["Model", "ObjectReader", "ObjectWriter", "ReadError"]);
                items.push(model(&name, object));
            }
            Def::Enum(values) => {
                self.needs.insert("StringEnum");
                items.push(known(&name, values));
            }
            Def::Union(union) => {
                self.needs.extend(["FromJson", "ReadError", "ToJson", "Value", "Written"]);
                self.imports.runtime("UnknownVariant");
                items.extend([read_union(&name, union), write_union(&name, union)]);
            }
        }
        if def.direction.read_only_inside && def.as_enum().is_none() {
            self.needs.insert("ClearReadOnly");
            items.push(self.clear(&name, def));
        }
        if self.emit.model.targets.blank.contains(&id) && !is_blank_when_new(def) {
            self.needs.insert("Blank");
            items.push(self.blank(&name, def));
        }
    }

    fn clear(&self, name: &Ident, def: &TypeDef) -> TokenStream {
        let inside = |ty: &Type| {
            ty.named().is_some_and(|id| self.emit.model.get(id).direction.read_only_inside)
        };
        let body = match &def.def {
            Def::Struct(object) => {
                let fields = object.fields.iter().filter_map(|field| {
                    let member = ident(&field.name);
                    if field.read_only {
                        Some(quote!(self.#member = None;))
                    } else {
                        inside(&field.ty).then(|| quote!(self.#member.clear_read_only();))
                    }
                });
                quote!(#(#fields)*)
            }
            Def::Union(union) => {
                let variants = union.variants.iter().filter(|variant| inside(&variant.ty));
                let names = variants.map(|variant| ident(&variant.name));
                quote!(match self { #(Self::#names(value) => value.clear_read_only(),)* _ => {} })
            }
            Def::Enum(_) => TokenStream::new(),
        };
        quote! {
            impl ClearReadOnly for #name {
                #[inline]
                fn clear_read_only(&mut self) { #body }
            }
        }
    }

    /// The value with nothing set, which a derive begins with.
    fn blank(&mut self, name: &Ident, def: &TypeDef) -> TokenStream {
        let value = match &def.def {
            Def::Struct(object) => {
                let fields = object.fields.iter().map(|field| {
                    let member = ident(&field.name);
                    let value = match (&field.preset, field.presence) {
                        (Some(preset), _) => {
                            let variant = ident(preset_variant(self.emit, &field.ty, preset));
                            let ty = self.imports.ty(self.emit.model, &field.ty);
                            quote!(#ty::#variant)
                        }
                        (None, Presence::Required) => quote!(Blank::blank()),
                        (None, Presence::Optional | Presence::Nullable) => quote!(None),
                        (None, Presence::Others) => quote!(Default::default()),
                    };
                    quote!(#member: #value)
                });
                quote!(Self { #(#fields),* })
            }
            Def::Enum(_) => quote!(Self::from("")),
            Def::Union(union) => {
                let (other, tag) = (ident(OTHER), &union.tag);
                quote!(Self::#other(UnknownVariant::new(#tag, Value::Null)))
            }
        };
        quote! {
            impl Blank for #name {
                fn blank() -> Self { #value }
            }
        }
    }
}

/// The types that are in a box somewhere: they hold themselves.
fn boxed(model: &Model) -> BTreeSet<TypeId> {
    let fields =
        model.types.iter().filter_map(TypeDef::as_struct).flat_map(|object| &object.fields);
    fields
        .filter(|field| matches!(field.ty, Type::Boxed(_)))
        .filter_map(|field| field.ty.named())
        .collect()
}

/// What types have alike comes from macros of the runtime.
fn alike(emit: &Emit<'_>, ids: &[TypeId]) -> impl Iterator<Item = TokenStream> {
    let all = |is: &dyn Fn(TypeId, &TypeDef) -> bool| -> Vec<Ident> {
        let ids = ids.iter().filter(|id| is(**id, emit.model.get(**id)));
        ids.map(|id| ident(emit.model.name(*id))).collect()
    };
    let targets = &emit.model.targets;
    let boxed = boxed(emit.model);
    let lists = [
        ("string_enum", all(&|_, def| def.as_enum().is_some())),
        ("from_string", all(&|id, _| targets.enums.contains(&id))),
        ("model", all(&|_, def| def.as_struct().is_some())),
        ("union", all(&|_, def| def.as_union().is_some())),
        ("boxed", all(&|id, _| boxed.contains(&id))),
        ("blank", all(&|id, def| targets.blank.contains(&id) && is_blank_when_new(def))),
    ];
    lists.into_iter().filter(|(_, types)| !types.is_empty()).map(|(name, types)| {
        let name = ident(name);
        quote!(wire::#name! { #(#types),* })
    })
}

/// How a struct is read and written: one impl, because each costs time to check.
fn model(name: &Ident, object: &Struct) -> TokenStream {
    let hidden =
        object.fields.iter().filter(|field| field.redact && field.presence != Presence::Others);
    let hidden: Vec<_> = hidden.map(|field| &field.wire).collect();
    let hidden = (!hidden.is_empty())
        .then(|| quote!(const HIDDEN: &'static [&'static str] = &[#(#hidden),*];));
    let constants =
        object.constants.iter().map(|(tag, value)| quote!(object.constant(#tag, #value);));
    let constants: Vec<_> = constants.collect();
    let reads = object.fields.iter().map(|field| {
        let (member, method, wire) = (ident(&field.name), method(field), &field.wire);
        if field.presence == Presence::Others {
            return quote!(#member: object.others());
        }
        // There is no blank value of every type, so what cannot be read ends it.
        let or_fail = (method == "required").then(|| quote!(?));
        quote!(#member: object.#method(#wire) #or_fail)
    });
    let writes = object.fields.iter().map(|field| {
        let (member, method, wire) = (ident(&field.name), method(field), &field.wire);
        match field.presence {
            Presence::Others => quote!(object.others(&self.#member);),
            _ => quote!(object.#method(#wire, &self.#member);),
        }
    });
    quote! {
        impl Model for #name {
            #hidden

            #[inline]
            fn read(object: &mut ObjectReader) -> Result<Self, ReadError> {
                #(#constants)*
                Ok(Self { #(#reads),* })
            }

            #[inline]
            fn write<'a>(&'a self, object: &mut ObjectWriter<'a>) {
                #(#constants)*
                #(#writes)*
            }
        }
    }
}

/// The runtime's method for a field. Most fields hold one of a few value types: these have methods without a type
/// parameter, which halves the time to check the impls.
fn method(field: &Field) -> Ident {
    ident(&match (field.presence, &field.ty) {
        (Presence::Required, Type::Value(value)) => format!("required_{}", value.method()),
        (Presence::Required, _) => "required".to_owned(),
        (Presence::Nullable, _) => "nullable".to_owned(),
        (Presence::Optional, Type::Value(value)) => value.method().to_owned(),
        (Presence::Optional, _) => "optional".to_owned(),
        (Presence::Others, _) => "others".to_owned(),
    })
}

/// Whether the constructor asks for nothing, and makes what a derive begins with.
fn is_blank_when_new(def: &TypeDef) -> bool {
    let nothing = |object: &Struct| required(object).next().is_none();
    def.direction.sent && def.as_struct().is_some_and(nothing)
}

/// The table of an open enum; the runtime does the rest.
fn known(name: &Ident, values: &Enum) -> TokenStream {
    let entries = values.values.iter().map(|(value, name)| {
        let name = ident(name);
        quote!((Self::#name, #value))
    });
    quote! {
        impl StringEnum for #name {
            const KNOWN: &'static [(Self, &'static str)] = &[#(#entries),*];
        }
    }
}

fn read_union(name: &Ident, union: &Union) -> TokenStream {
    let (tag, other) = (&union.tag, ident(OTHER));
    let arms = union.variants.iter().map(|variant| {
        let (value, member) = (&variant.value, ident(&variant.name));
        quote!(#value => FromJson::from_json(value).map(Self::#member))
    });
    quote! {
        impl FromJson for #name {
            #[inline]
            fn from_json(value: Value) -> Result<Self, ReadError> {
                match wire::tag(&value, #tag)? {
                    #(#arms,)*
                    _ => Ok(Self::#other(UnknownVariant::new(#tag, value))),
                }
            }
        }
    }
}

fn write_union(name: &Ident, union: &Union) -> TokenStream {
    let members = union.variants.iter().map(|variant| variant.name.as_str()).chain([OTHER]);
    let members = members.map(ident);
    quote! {
        impl ToJson for #name {
            #[inline]
            fn to_json(&self) -> Written<'_> {
                match self { #(Self::#members(value) => value.to_json(),)* }
            }
        }
    }
}
