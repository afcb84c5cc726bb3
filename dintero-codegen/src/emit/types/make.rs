//! Emits constructors with the required fields, and setters for the optional ones.

use proc_macro2::TokenStream;
use quote::quote;

use super::deprecated;
use crate::emit::imports::Imports;
use crate::emit::input::Input;
use crate::emit::{Emit, docs, ident};
use crate::model::ident::OTHER;
use crate::model::{Field, Presence, Struct, Type, TypeDef};

/// Emits the constructor and the setters of a struct, and collects their imports.
pub(super) struct Make<'a, 'b> {
    pub(super) emit: &'a Emit<'a>,
    pub(super) imports: &'b mut Imports<'a>,
}

/// Who creates the struct.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Maker {
    /// A merchant, who sends the struct without read-only properties.
    Merchant,
    /// A test that plays the part of Dintero and can set every field. A struct that only tests create has no `Default`
    /// impl.
    Test,
}

/// The arguments of a constructor.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Constructor {
    /// No arguments: every field is optional.
    Empty,
    /// No arguments: every required field has only one possible value.
    AsksForNothing,
    /// The required fields.
    Asks,
}

impl Constructor {
    pub(super) fn of(object: &Struct) -> Self {
        let is_required =
            |field: &Field| field.presence == Presence::Required || field.is_asked_for();
        if !object.fields.iter().any(is_required) {
            Self::Empty
        } else if required(object).next().is_none() {
            Self::AsksForNothing
        } else {
            Self::Asks
        }
    }
}

impl Make<'_, '_> {
    /// Emits the impl with the constructor and the setters.
    pub(super) fn all(&mut self, def: &TypeDef, object: &Struct, maker: Maker) -> TokenStream {
        let name = ident(&def.name.ident);
        let new = self.constructor(def, object, maker);
        let fields = object.fields.iter();
        let settable = fields.filter(|field| maker == Maker::Test || !field.read_only);
        let setters: Vec<_> = settable.filter_map(|field| self.setter(field)).collect();
        quote!(impl #name { #new #(#setters)* })
    }

    fn constructor(&mut self, def: &TypeDef, object: &Struct, maker: Maker) -> TokenStream {
        let (docs, body) = (constructor_docs(def, object), self.body(object, maker));
        let Body { arguments, value } = body;
        let many = (arguments.len() > 7).then(|| quote!(#[allow(clippy::too_many_arguments)]));
        quote! {
            #docs
            #many
            #[inline]
            #[must_use]
            pub fn new(#(#arguments),*) -> Self {
                #value
            }
        }
    }

    /// Emits the arguments of the constructor, and the expression that the constructor returns.
    fn body(&mut self, object: &Struct, maker: Maker) -> Body {
        // Only types that merchants send implement `Default`.
        if maker == Maker::Merchant && Constructor::of(object) == Constructor::Empty {
            return Body { arguments: Vec::new(), value: quote!(Self::default()) };
        }
        let mut arguments = Vec::new();
        let mut values = Vec::new();
        for field in &object.fields {
            let member = ident(&field.name);
            values.push(match (&field.preset, field.presence) {
                (Some(preset), _) => {
                    let value = self.constant(&field.ty, preset);
                    quote!(#member: #value)
                }
                (None, presence) if field.is_asked_for() => {
                    let input = Input::of(self.emit, &field.ty, self.imports);
                    let (ty, value) = (&input.ty, input.value(&member));
                    arguments.push(quote!(#member: #ty));
                    match presence {
                        Presence::Required if !input.is_generic() => quote!(#member),
                        Presence::Required | Presence::Others => quote!(#member: #value),
                        Presence::Optional | Presence::Nullable => quote!(#member: Some(#value)),
                    }
                }
                (None, Presence::Others) => quote!(#member: Default::default()),
                (None, _) => quote!(#member: None),
            });
        }
        Body { arguments, value: quote!(Self { #(#values),* }) }
    }

    /// Emits the only possible value of a field.
    fn constant(&mut self, ty: &Type, preset: &str) -> TokenStream {
        let variant = ident(preset_variant(self.emit, ty, preset));
        let ty = self.imports.ty(self.emit.model, ty);
        quote!(#ty::#variant)
    }

    fn setter(&mut self, field: &Field) -> Option<TokenStream> {
        if field.presence == Presence::Required {
            return None;
        }
        let name = &field.name;
        let docs = docs::outer(&format!("Sets [`{name}`](#structfield.{name})."));
        let old = deprecated(field.deprecated);
        let input = Input::of(self.emit, &field.ty, self.imports);
        // Without `#[inline]`, a setter that is not generic would be compiled even for merchants who never call it.
        let inline = (!input.is_generic()).then(|| quote!(#[inline]));
        let member = ident(name);
        let (ty, value) = (&input.ty, input.value(&member));
        let value = match field.presence {
            Presence::Others => value,
            Presence::Required | Presence::Optional | Presence::Nullable => quote!(Some(#value)),
        };
        Some(quote! {
            #docs
            #old
            #inline
            #[must_use]
            pub fn #member(mut self, #member: #ty) -> Self {
                self.#member = #value;
                self
            }
        })
    }
}

/// The arguments and the return value of a constructor.
struct Body {
    arguments: Vec<TokenStream>,
    value: TokenStream,
}

fn constructor_docs(def: &TypeDef, object: &Struct) -> TokenStream {
    let name = &def.name.ident;
    let article = docs::article(name);
    docs::outer(&match Constructor::of(object) {
        Constructor::Empty => format!("Creates an empty `{name}`; every field is optional."),
        Constructor::AsksForNothing => {
            format!("Creates {article} `{name}`; each required field has only one possible value.")
        }
        Constructor::Asks => format!("Creates {article} `{name}` from its required fields."),
    })
}

/// Returns the fields that a constructor takes.
fn required(object: &Struct) -> impl Iterator<Item = &Field> {
    object.fields.iter().filter(|field| field.is_asked_for())
}

/// Returns the name of the variant for the only possible value of a field.
pub(crate) fn preset_variant<'a>(emit: &Emit<'a>, ty: &Type, value: &str) -> &'a str {
    let values = ty.named().and_then(|id| emit.model.get(id).as_enum());
    values.and_then(|values| values.values.get(value)).map_or(OTHER, String::as_str)
}
