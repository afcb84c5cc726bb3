//! The fourth stage: emits the model as Rust. It decides which file each item goes to, what each file imports, and in
//! which order the items appear. Everything is built from tokens and printed by [`crate::print`]. This stage makes no
//! decision that belongs to an earlier stage, and does not access the disk.

mod docs;
mod imports;
mod input;
mod lock;
mod operations;
mod targets;
mod types;
mod wire;

use std::collections::{BTreeMap, HashMap};
use std::thread;

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use self::types::test_util;
use crate::feature::Features;
use crate::model::{Alias, Def, Group, Model, Type, TypeId};
use crate::print;

/// The folder for the generated code of `dintero-api`.
const API: &str = "dintero-api/src/generated";

/// The folder for the generated code of `dintero-macros`.
const MACROS: &str = "dintero-macros/src/generated";

/// The hashes of the input files, which `generated/mod.rs` lists.
pub(crate) struct Hashes {
    pub(crate) document: String,
    pub(crate) supplement: Option<String>,
    pub(crate) overlay: Option<String>,
}

/// Returns the files of a model by their path in the workspace.
pub(crate) fn files(
    model: &Model,
    features: &Features,
    hashes: &Hashes,
) -> Result<BTreeMap<String, String>, syn::Error> {
    let emit = Emit::new(model, features);
    // The files do not depend on each other. The files of types are emitted on a thread of their own, because they
    // take about half of the time.
    thread::scope(|scope| {
        let types = scope.spawn(|| emit.types());
        let rest = emit.rest(hashes);
        let mut files = types.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        files.extend(rest?);
        Ok(files)
    })
}

type Files = Result<BTreeMap<String, String>, syn::Error>;

/// The model and its features, from which every file is written.
pub(crate) struct Emit<'a> {
    pub(crate) model: &'a Model,
    pub(crate) features: &'a Features,
    /// The most common body type of error responses.
    usual_error: Option<TypeId>,
    /// For each response enum, the group that defines it. Operations may share an enum; the first group that uses the
    /// enum defines it.
    enum_homes: HashMap<&'a str, &'a str>,
}

/// The types of one module, in the order of the document.
pub(crate) struct Module<'a> {
    pub(crate) name: &'a str,
    pub(crate) ids: Vec<TypeId>,
    pub(crate) aliases: Vec<&'a Alias>,
}

impl<'a> Emit<'a> {
    fn new(model: &'a Model, features: &'a Features) -> Self {
        let mut errors: BTreeMap<TypeId, usize> = BTreeMap::new();
        let mut enum_homes = HashMap::new();
        for group in &model.groups {
            for operation in &group.operations {
                for id in operation.errors.iter().filter_map(|error| error.ty.as_ref()?.named()) {
                    *errors.entry(id).or_default() += 1;
                }
                if let Some(name) = &operation.response_enum {
                    enum_homes.entry(name.as_str()).or_insert(group.accessor.as_str());
                }
            }
        }
        let usual = errors.into_iter().max_by_key(|(_, count)| *count);
        Self { model, features, usual_error: usual.map(|(id, _)| id), enum_homes }
    }

    fn types(&self) -> Files {
        let modules = self.modules();
        let mut files = BTreeMap::new();
        for module in &modules {
            files.insert(format!("{API}/types/{}.rs", module.name), types::file(self, module)?);
        }
        files.insert(format!("{API}/types/mod.rs"), types::index(self, &modules)?);
        Ok(files)
    }

    fn rest(&self, hashes: &Hashes) -> Files {
        let modules = self.modules();
        let mut files = BTreeMap::new();
        for module in modules.iter().filter(|module| !module.ids.is_empty()) {
            files.insert(format!("{API}/wire/{}.rs", module.name), wire::file(self, module)?);
        }
        files.insert(format!("{API}/wire/mod.rs"), wire::index(self, &modules)?);
        for module in &modules {
            if let Some(text) = test_util::file(self, module)? {
                files.insert(format!("{API}/test_util/{}.rs", module.name), text);
            }
        }
        files.insert(format!("{API}/test_util/mod.rs"), test_util::index(self, &modules)?);
        for group in self.called_groups() {
            let path = format!("{API}/operations/{}.rs", group.accessor);
            files.insert(path, operations::file(self, group)?);
        }
        files.insert(format!("{API}/operations/mod.rs"), operations::index(self)?);
        files.insert(format!("{API}/mod.rs"), root(hashes)?);
        if !self.model.targets.roots.is_empty() {
            files.insert(format!("{MACROS}/target.rs"), targets::table(self)?);
            let docs = targets::docs(self);
            files.extend(docs.map(|(name, text)| (format!("{MACROS}/docs/{name}.md"), text)));
        }
        files.insert("spec/names.lock".to_owned(), lock::text(self.model));
        Ok(files)
    }

    /// Returns the modules that contain types.
    fn modules(&self) -> Vec<Module<'a>> {
        let mut modules: BTreeMap<&'a str, Module<'a>> = BTreeMap::new();
        let empty = |name| Module { name, ids: Vec::new(), aliases: Vec::new() };
        for id in &self.model.order {
            let name = self.model.get(*id).name.module.as_str();
            modules.entry(name).or_insert_with(|| empty(name)).ids.push(*id);
        }
        for alias in &self.model.aliases {
            let name = alias.module.as_str();
            modules.entry(name).or_insert_with(|| empty(name)).aliases.push(alias);
        }
        modules.into_values().collect()
    }

    /// Returns the groups with at least one call. A group that has only callbacks gets no operations file.
    fn called_groups(&self) -> impl Iterator<Item = &'a Group> {
        let groups = self.model.groups.iter();
        groups.filter(|group| group.operations.iter().any(|operation| !operation.callback))
    }

    /// Returns the `cfg` attribute of a module, if a feature adds the module.
    fn condition(&self, module: &str) -> Option<TokenStream> {
        self.features.of(module).map(|feature| quote!(#[cfg(feature = #feature)]))
    }

    /// Returns whether the type is a union, so that merchants can pass one of its variants instead.
    fn is_union(&self, ty: &Type) -> bool {
        match ty {
            Type::Named(id) => {
                matches!(self.model.get(*id).def, Def::Union(_) | Def::Untagged(_))
            }
            _ => false,
        }
    }
}

fn root(hashes: &Hashes) -> Result<String, syn::Error> {
    let Hashes { document, supplement, overlay } = hashes;
    let documents = if supplement.is_some() { "documents" } else { "document" };
    let supplement = supplement.as_ref().map(|hash| format!("- Supplement: SHA-256 `{hash}`\n"));
    let docs = docs::inner(&format!(
        "The code that `cargo xtask codegen` generates from the {documents} in `spec/`.\n\n\
         - Document: SHA-256 `{document}`\n{}\
         - Overlay: SHA-256 `{}`",
        supplement.unwrap_or_default(),
        overlay.as_deref().unwrap_or("none"),
    ));
    let modules = quote! {
        #[cfg(feature = "client")]
        pub mod operations;
        #[cfg(feature = "test-util")]
        mod test_util;
        pub mod types;
        mod wire;
    };
    // This crate reads and writes deprecated fields and types like any other, without warnings.
    let head = quote!(#docs #![allow(deprecated)]);
    print::file(print::File { head, uses: TokenStream::new(), items: vec![modules] })
}

fn ident(name: &str) -> Ident {
    Ident::new(name, Span::call_site())
}
