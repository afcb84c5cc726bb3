//! How the types become JSON and come back: small impls over the runtime's helpers, in files of their own so
//! that the types stay pleasant to read. Field names stand here literally as they stand in JSON.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::types::is_redacted;
use super::{Emit, Imports, docs, ident};
use crate::model::{Def, Field, Presence, Struct, TypeId, Union};
use crate::name::{OTHER, TypeNames};
use crate::print;

/// The impls for one module of types.
pub(crate) fn file(emit: &Emit<'_>, ids: &[TypeId]) -> Result<String, syn::Error> {
    let mut imports = Imports::default();
    let mut needs = Needs::default();
    let (mut items, mut enums, mut derived) = (Vec::new(), Vec::new(), Vec::new());
    for id in ids {
        imports.named(emit, *id);
        let (def, names) = (emit.model.get(*id), emit.names.of(*id));
        let name = ident(&names.name);
        match &def.def {
            Def::Struct(object) => {
                items.extend(struct_items(emit, object, names, def.direction.read_only_inside, &mut needs));
                derived.push(name);
            }
            Def::Enum(values) => {
                let variants = names.members.iter().map(|member| ident(member));
                let values = values.iter();
                enums.push(quote!(#name { #(#variants = #values),* }));
            }
            Def::Union(union) => {
                items.extend(union_items(union, names, &mut needs));
                if def.direction.read_only_inside {
                    needs.clears = true;
                    items.push(clear_union(emit, union, names));
                }
                derived.push(name);
            }
        }
    }
    if !enums.is_empty() {
        items.push(quote!(wire::string_enum! { #(#enums)* }));
    }
    if !derived.is_empty() {
        items.push(quote!(wire::deserialize! { #(#derived),* }));
    }
    let imports = imports.tokens(&quote!(crate::types), &BTreeSet::new());
    let needs = needs.tokens();
    print::file(quote!(#needs #imports), items)
}

/// `wire/mod.rs`.
pub(crate) fn index(modules: &BTreeMap<String, Vec<TypeId>>) -> Result<String, syn::Error> {
    let head = docs::inner_attributes("How the types become JSON and come back.");
    let names = modules.iter().filter(|(_, ids)| !ids.is_empty()).map(|(module, _)| ident(module));
    print::file(head, [quote!(#(mod #names;)*)])
}

/// What a file needs of the runtime.
#[derive(Default)]
struct Needs {
    structs: bool,
    unions: bool,
    redacted: bool,
    clears: bool,
}

impl Needs {
    fn tokens(&self) -> TokenStream {
        let fmt = self.redacted.then(|| quote!(use std::fmt;));
        let mut names = Vec::new();
        names.extend(self.clears.then_some("ClearReadOnly"));
        if self.structs || self.unions {
            names.push("FromJson");
        }
        if self.structs {
            names.extend(["ObjectReader", "ObjectWriter"]);
        }
        if self.structs || self.unions {
            names.push("ReadError");
        }
        names.extend(self.redacted.then_some("Redacted"));
        if self.structs || self.unions {
            names.extend(["Serialize", "Serializer", "Value"]);
        }
        names.push("self");
        let names = names.into_iter().map(|name| if name == "self" { quote!(self) } else { let name = ident(name); quote!(#name) });
        let unknown = self.unions.then(|| quote!(use crate::UnknownVariant;));
        quote!(#fmt use crate::wire::{#(#names),*}; #unknown)
    }
}

fn struct_items(emit: &Emit<'_>, object: &Struct, names: &TypeNames, clears: bool, needs: &mut Needs) -> Vec<TokenStream> {
    needs.structs = true;
    let mut items = vec![read(object, names), write(object, names)];
    if is_redacted(object) {
        needs.redacted = true;
        items.push(debug(object, names));
    }
    if clears {
        needs.clears = true;
        items.push(clear(emit, object, names));
    }
    items
}

fn read(object: &Struct, names: &TypeNames) -> TokenStream {
    let name = ident(&names.name);
    let constants = object.constants.iter().map(|(tag, value)| quote!(object.constant(#tag, #value)?;));
    let fields = members(object, names).map(|(field, member)| {
        let (wire, method) = (&field.wire, presence(field));
        quote!(#member: object.#method(#wire)?)
    });
    let object = if object.fields.is_empty() && object.constants.is_empty() {
        quote!(ObjectReader::new(value)?;)
    } else {
        quote!(let mut object = ObjectReader::new(value)?;)
    };
    quote! {
        impl FromJson for #name {
            fn from_json(value: Value) -> Result<Self, ReadError> {
                #object
                #(#constants)*
                Ok(Self { #(#fields,)* })
            }
        }
    }
}

fn write(object: &Struct, names: &TypeNames) -> TokenStream {
    let name = ident(&names.name);
    let constants = object.constants.iter().map(|(tag, value)| quote!(object.constant(#tag, #value)?;));
    let fields = members(object, names).map(|(field, member)| {
        let (wire, method) = (&field.wire, presence(field));
        quote!(object.#method(#wire, &self.#member)?;)
    });
    let mutable = (!object.fields.is_empty() || !object.constants.is_empty()).then(|| quote!(mut));
    quote! {
        impl Serialize for #name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let #mutable object = ObjectWriter::new(serializer)?;
                #(#constants)*
                #(#fields)*
                object.end()
            }
        }
    }
}

fn members<'a>(object: &'a Struct, names: &'a TypeNames) -> impl Iterator<Item = (&'a Field, Ident)> {
    object.fields.iter().zip(names.members.iter().map(|member| ident(member)))
}

fn presence(field: &Field) -> Ident {
    ident(match field.presence {
        Presence::Required => "required",
        Presence::Optional => "optional",
        Presence::Nullable => "nullable",
    })
}

fn debug(object: &Struct, names: &TypeNames) -> TokenStream {
    let (name, text) = (ident(&names.name), &names.name);
    let fields = members(object, names).map(|(field, member)| {
        let label = member.to_string();
        if field.redact {
            quote!(.field(#label, &Redacted(&self.#member)))
        } else {
            quote!(.field(#label, &self.#member))
        }
    });
    quote! {
        impl fmt::Debug for #name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_struct(#text)#(#fields)*.finish()
            }
        }
    }
}

fn clear(emit: &Emit<'_>, object: &Struct, names: &TypeNames) -> TokenStream {
    let name = ident(&names.name);
    let fields = members(object, names).filter_map(|(field, member)| {
        if field.read_only {
            return Some(quote!(self.#member = None;));
        }
        let id = field.ty.named()?;
        emit.model.get(id).direction.read_only_inside.then(|| quote!(self.#member.clear_read_only();))
    });
    quote! {
        impl ClearReadOnly for #name {
            fn clear_read_only(&mut self) {
                #(#fields)*
            }
        }
    }
}

fn union_items(union: &Union, names: &TypeNames, needs: &mut Needs) -> Vec<TokenStream> {
    needs.unions = true;
    let (name, other, tag) = (ident(&names.name), ident(OTHER), &union.tag);
    let variants: Vec<Ident> = names.members.iter().map(|member| ident(member)).collect();
    let values = union.variants.iter().map(|variant| &variant.value);
    vec![
        quote! {
            impl FromJson for #name {
                fn from_json(value: Value) -> Result<Self, ReadError> {
                    match wire::tag(&value, #tag)? {
                        #(#values => FromJson::from_json(value).map(Self::#variants),)*
                        _ => Ok(Self::#other(UnknownVariant::new(#tag, value))),
                    }
                }
            }
        },
        quote! {
            impl Serialize for #name {
                fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    match self {
                        #(Self::#variants(value) => value.serialize(serializer),)*
                        Self::#other(value) => value.serialize(serializer),
                    }
                }
            }
        },
    ]
}

fn clear_union(emit: &Emit<'_>, union: &Union, names: &TypeNames) -> TokenStream {
    let name = ident(&names.name);
    let arms = union.variants.iter().zip(&names.members).filter_map(|(variant, member)| {
        let member = ident(member);
        let clears = emit.model.get(variant.ty).direction.read_only_inside;
        clears.then(|| quote!(Self::#member(value) => value.clear_read_only(),))
    });
    quote! {
        impl ClearReadOnly for #name {
            fn clear_read_only(&mut self) {
                match self {
                    #(#arms)*
                    _ => {}
                }
            }
        }
    }
}
