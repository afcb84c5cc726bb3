//! The model as Rust: which file each item goes to, what the file imports, and the items in their order.
//! Nothing is decided here that another pass could know; nothing touches the disk.

mod docs;
mod lock;
mod operations;
mod parameters;
mod targets;
mod types;
mod wire;

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use crate::feature::Features;
use crate::model::name::Names;
use crate::model::{Def, Model, Type, TypeId, ValueType};
use crate::print;

/// Where the generated part of `dintero-api` lives.
const API: &str = "dintero-api/src/generated";

/// Where the generated part of `dintero-macros` lives.
const MACROS: &str = "dintero-macros/src/generated";

/// What the files say of the sources they were made from.
pub(crate) struct Hashes {
    pub(crate) document: String,
    pub(crate) overlay: String,
}

/// The files of a model, by their path under the workspace.
pub(crate) fn files(
    model: &Model,
    names: &Names,
    features: &Features,
    hashes: &Hashes,
) -> Result<BTreeMap<String, String>, syn::Error> {
    let emit = Emit { model, names, features };
    let mut files = BTreeMap::new();
    let modules = emit.modules();
    for (module, ids) in &modules {
        let aliases = emit.aliases_in(module);
        files
            .insert(format!("{API}/types/{module}.rs"), types::file(&emit, module, ids, &aliases)?);
        if !ids.is_empty() {
            files.insert(format!("{API}/wire/{module}.rs"), wire::file(&emit, ids)?);
        }
    }
    for (index, group) in model.groups.iter().enumerate() {
        if group.operations.iter().any(|operation| !operation.callback) {
            let accessor = &names.groups[index].accessor;
            files
                .insert(format!("{API}/operations/{accessor}.rs"), operations::file(&emit, index)?);
        }
    }
    files.insert(format!("{API}/types/mod.rs"), types::index(&emit, &modules)?);
    files.insert(format!("{API}/wire/mod.rs"), wire::index(&emit, &modules)?);
    files.insert(format!("{API}/operations/mod.rs"), operations::index(&emit)?);
    files.insert(format!("{API}/mod.rs"), root(hashes)?);
    if !model.targets.roots.is_empty() {
        files.insert(format!("{MACROS}/target.rs"), targets::table(&emit)?);
        files.extend(
            targets::docs(&emit).map(|(name, text)| (format!("{MACROS}/docs/{name}.md"), text)),
        );
    }
    files.insert("spec/names.lock".to_owned(), lock::text(&emit));
    Ok(files)
}

fn root(hashes: &Hashes) -> Result<String, syn::Error> {
    let Hashes { document, overlay } = hashes;
    let docs = docs::inner_comment(&format!(
        "What `cargo xtask codegen` makes of the document in `spec/`.\n\n\
         - Document: SHA-256 `{document}`\n\
         - Overlay: SHA-256 `{overlay}`"
    ));
    let modules = quote! {
        #[cfg(feature = "client")]
        pub mod operations;
        pub mod types;
        mod wire;
    };
    // Deprecated parts are read and written like others.
    print::file(&docs, quote!(#![allow(deprecated)]), vec![modules.into()])
}

/// The model, its names and features: what every file is written from.
pub(crate) struct Emit<'a> {
    pub(crate) model: &'a Model,
    pub(crate) names: &'a Names,
    pub(crate) features: &'a Features,
}

impl Emit<'_> {
    /// Modules and their types, each in the order of the document.
    fn modules(&self) -> BTreeMap<String, Vec<TypeId>> {
        let mut modules: BTreeMap<String, Vec<TypeId>> = BTreeMap::new();
        for id in &self.names.order {
            modules.entry(self.names.of(*id).module.clone()).or_default().push(*id);
        }
        for alias in &self.names.aliases {
            modules.entry(alias.module.clone()).or_default();
        }
        modules
    }

    fn aliases_in(&self, module: &str) -> Vec<usize> {
        (0..self.names.aliases.len())
            .filter(|index| self.names.aliases[*index].module == module)
            .collect()
    }

    pub(crate) fn name(&self, id: TypeId) -> &str {
        &self.names.of(id).name
    }

    /// The `cfg` of a module that a feature adds.
    pub(crate) fn condition(&self, module: &str) -> Option<TokenStream> {
        self.features.of(module).map(|feature| quote!(#[cfg(feature = #feature)]))
    }

    pub(crate) fn is_union(&self, ty: &Type) -> bool {
        matches!(ty, Type::Named(id) if matches!(self.model.get(*id).def, Def::Union(_)))
    }
}

pub(crate) fn ident(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}

/// The names that a file uses from elsewhere, gathered while its items are written.
#[derive(Default)]
pub(crate) struct Imports {
    /// Types of the document.
    types: BTreeSet<String>,
    /// Value types of the runtime.
    values: BTreeSet<&'static str>,
    map: bool,
}

impl Imports {
    /// The type as a file writes it, imported if need be.
    pub(crate) fn ty(&mut self, emit: &Emit<'_>, ty: &Type) -> String {
        match ty {
            Type::Value(value) => {
                self.value(*value);
                value.rust_name().to_owned()
            }
            Type::List(inner) => format!("Vec<{}>", self.ty(emit, inner)),
            Type::Map(inner) => {
                self.map = true;
                format!("BTreeMap<String, {}>", self.ty(emit, inner))
            }
            Type::Nullable(inner) => format!("Option<{}>", self.ty(emit, inner)),
            Type::Boxed(inner) => format!("Box<{}>", self.ty(emit, inner)),
            Type::Named(id) => {
                self.named(emit, *id);
                emit.name(*id).to_owned()
            }
        }
    }

    pub(crate) fn named(&mut self, emit: &Emit<'_>, id: TypeId) {
        self.types.insert(emit.names.of(id).name.clone());
    }

    pub(crate) fn value(&mut self, value: ValueType) {
        if !matches!(
            value,
            ValueType::Boolean | ValueType::Integer | ValueType::Float | ValueType::Text
        ) {
            self.values.insert(value.rust_name());
        }
    }

    pub(crate) fn runtime(&mut self, name: &'static str) {
        self.values.insert(name);
    }

    /// `use` items; types that the file itself defines are left out.
    pub(crate) fn tokens(&self, from: &TokenStream, own: &BTreeSet<String>) -> TokenStream {
        let map = self.map.then(|| {
            quote!(
                use std::collections::BTreeMap;
            )
        });
        let json = self.values.contains("Value").then(|| {
            quote!(
                use serde_json::Value;
            )
        });
        let values = list(self.values.iter().copied().filter(|name| *name != "Value"));
        let values = values.map(|names| quote!(use crate::#names;));
        let types = list(self.types.iter().map(String::as_str).filter(|name| !own.contains(*name)));
        let types = types.map(|names| quote!(use #from::#names;));
        quote!(#map #json #types #values)
    }
}

/// A type that was written as text.
pub(crate) fn tokens(ty: &str) -> TokenStream {
    ty.parse().unwrap_or_default()
}

/// `{A, B}`, or `A` alone.
pub(crate) fn list<'a>(names: impl Iterator<Item = &'a str>) -> Option<TokenStream> {
    let names: Vec<Ident> = names.map(ident).collect();
    match names.as_slice() {
        [] => None,
        [name] => Some(quote!(#name)),
        names => Some(quote!({#(#names),*})),
    }
}
