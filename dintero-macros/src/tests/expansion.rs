//! What the derives expand to, held against files that a person reads: `UPDATE_GOLDEN=1` writes them anew.

use std::fs;
use std::path::{Path, PathBuf};

use quote::ToTokens as _;
use syn::DeriveInput;

use super::{errors, expand, parsed, types};
use crate::attr::Container;
use crate::ctxt::Ctxt;
use crate::model::{Cart, Shape};
use crate::target::Family;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expand")
}

/// The inputs, by name.
fn inputs() -> Vec<(String, String)> {
    let mut inputs: Vec<_> = fs::read_dir(folder())
        .expect("the folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .map(|path| {
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            (name, fs::read_to_string(&path).expect("text"))
        })
        .collect();
    inputs.sort();
    inputs
}

#[test]
fn expansions_are_as_recorded() {
    for (name, input) in inputs() {
        let expansions = types(&input)
            .iter()
            .map(|input| prettyplease::unparse(&parsed(expand(input))))
            .collect::<Vec<_>>();
        let expansion = expansions.join("\n");
        let golden = folder().join(format!("{name}.expanded"));
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(&golden, &expansion).expect("a golden file");
        }
        let recorded = fs::read_to_string(&golden).unwrap_or_default();
        assert!(
            recorded.replace("\r\n", "\n") == expansion,
            "{name} expands differently; if it should, run with UPDATE_GOLDEN=1 and read the difference\n{expansion}"
        );
    }
}

/// Four lines, and one and a half for each mapping or switch; what only closes is not counted. Generics have bounds
/// besides, and a path has a line for its slot and one for each struct on its way.
#[test]
fn expansions_stay_within_their_budget() {
    for (name, input) in
        inputs().into_iter().filter(|(name, _)| !["generics", "session"].contains(&name.as_str()))
    {
        for input in &types(&input) {
            let tokens = expand(input);
            let Some(mapped) = mapped(input)
                .filter(|mapped| *mapped > 1 && errors(&parsed(tokens.clone())).is_empty())
            else {
                continue;
            };
            let expansion = prettyplease::unparse(&parsed(tokens));
            let closes = |line: &str| line.trim().chars().all(|c| "}]);,".contains(c));
            let lines = expansion.lines().filter(|line| !closes(line)).count();
            assert!(
                lines * 2 <= 8 + 3 * mapped,
                "{name}, {}: {lines} lines for {mapped}\n{expansion}",
                input.ident
            );
        }
    }
}

/// How many mappings and switches a struct has; a default is a mapping and a variant a switch of its own.
fn mapped(input: &DeriveInput) -> Option<usize> {
    let derive = input
        .attrs
        .iter()
        .find(|attr| attr.path().is_ident("derive"))?
        .meta
        .to_token_stream()
        .to_string();
    let family = Family::ALL
        .into_iter()
        .find(|family| derive.contains(&format!("({})", family.derive())))?;
    let ctxt = Ctxt::new();
    let container = Container::of_type(&ctxt, family, &input.attrs);
    let switches = usize::from(container.bundle.is_some())
        + usize::from(container.as_items)
        + usize::from(container.rounding.is_some())
        + usize::from(container.rounding_line.is_some());
    let cart = Cart::build(&ctxt, family, input, container);
    let _ = ctxt.finish();
    let cart = cart?;
    let variants = match &cart.shape {
        Shape::Struct(_) => 0,
        Shape::Enum(variants) => {
            variants.iter().map(|variant| 2 + usize::from(variant.negative)).sum()
        }
    };
    let defaults = cart
        .bodies()
        .iter()
        .flat_map(|body| body.mappings())
        .filter(|mapping| mapping.has_default())
        .count();
    Some(
        switches
            + variants
            + defaults
            + cart.bodies().iter().map(|body| body.entries.len()).sum::<usize>(),
    )
}
