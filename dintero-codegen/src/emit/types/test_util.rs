//! Emits constructors and setters with which merchants' tests create the structs that merchants otherwise only read.
//! The code is in separate files, which are compiled only with the `test-util` feature.

use std::collections::BTreeSet;

use quote::quote;

use super::make::{Make, Maker};
use crate::emit::imports::Imports;
use crate::emit::{Emit, Module, docs, ident};
use crate::model::TypeId;
use crate::print;

const DOCS: &str = "Constructors and setters with which tests create the types that Dintero sends.";

/// Emits the constructors and setters for one module of types, if it contains structs that merchants otherwise only
/// read.
pub(crate) fn file(emit: &Emit<'_>, module: &Module<'_>) -> Result<Option<String>, syn::Error> {
    let mut imports = Imports::default();
    let mut items = Vec::new();
    for id in received(emit, module) {
        imports.named(emit.model, id);
        let def = emit.model.get(id);
        if let Some(object) = def.as_struct() {
            let mut make = Make { emit, imports: &mut imports };
            items.push(make.all(def, object, Maker::Test));
        }
    }
    if items.is_empty() {
        return Ok(None);
    }
    let uses = imports.uses(&quote!(crate::types), &BTreeSet::new());
    print::file(print::File { head: docs::inner(DOCS), uses, items }).map(Some)
}

/// Emits `test_util/mod.rs`.
pub(crate) fn index(emit: &Emit<'_>, modules: &[Module<'_>]) -> Result<String, syn::Error> {
    let modules = modules.iter().filter(|module| received(emit, module).next().is_some());
    let modules = modules.map(|module| {
        let (condition, name) = (emit.condition(module.name), ident(module.name));
        quote!(#condition mod #name;)
    });
    let uses = quote!(#(#modules)*);
    let docs = docs::inner(DOCS);
    // A `Default` value would represent a payment that was never made. Setters have the names of their fields, and some
    // of these names, such as `sub`, are also names of methods of `std` traits.
    let head = quote!(#docs #![allow(clippy::new_without_default, clippy::should_implement_trait)]);
    print::file(print::File { head, uses, items: Vec::new() })
}

/// Returns the structs that merchants never send.
fn received<'a>(emit: &'a Emit<'_>, module: &'a Module<'_>) -> impl Iterator<Item = TypeId> + 'a {
    module.ids.iter().copied().filter(|id| {
        let def = emit.model.get(*id);
        !def.direction.sent && def.as_struct().is_some()
    })
}
