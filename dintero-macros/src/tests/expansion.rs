//! Compares expansions with recorded files, which are formatted so that people can read them. `UPDATE_GOLDEN=1`
//! rewrites the files.

use std::fs;
use std::path::{Path, PathBuf};

use quote::ToTokens as _;
use syn::visit::{self, Visit};
use syn::{DeriveInput, Stmt};

use super::{errors, expand, parsed, types};
use crate::cart::model::{Body, Cart, Shape, Variant};
use crate::ctxt::Ctxt;
use crate::parse::attr::Container;
use crate::table::Family;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/expand")
}

/// Returns the name and the content of each input file.
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
            "the expansion of {name} has changed; if this is intended, run with UPDATE_GOLDEN=1 and read the diff\n{expansion}"
        );
    }
}

/// Checks how much code the derives add to a merchant's build. There is one statement for each value, flag and
/// flattened part, and one for each optional struct that paths lead into. The import and the list of fields are one
/// statement each. A line has two more statements, one at its beginning and one at its end. A default adds a call in
/// another arm of the `match`.
#[test]
fn expansions_have_one_statement_per_value() {
    for (name, input) in inputs() {
        for input in &types(&input) {
            let expansion = parsed(expand(input));
            if !errors(&expansion).is_empty() || is_newtype(input) {
                continue;
            }
            let mut found = Statements::default();
            found.visit_file(&expansion);
            let expected = expected(input);
            assert_eq!(
                found.0,
                expected,
                "{name}, {}: {}",
                input.ident,
                prettyplease::unparse(&expansion)
            );
        }
    }
}

fn is_newtype(input: &DeriveInput) -> bool {
    let derive = input.attrs.iter().find(|attr| attr.path().is_ident("derive")).expect("a derive");
    derive.meta.to_token_stream().to_string().contains("DinteroValue")
}

/// Counts the statements of the expansion, except those in the merchant's closures and blocks.
#[derive(Default)]
struct Statements(usize);

impl<'ast> Visit<'ast> for Statements {
    fn visit_stmt(&mut self, statement: &'ast Stmt) {
        self.0 += 1;
        visit::visit_stmt(self, statement);
    }

    fn visit_expr_closure(&mut self, _: &'ast syn::ExprClosure) {}
}

/// Returns the number of statements that the expansion of a type must have, calculated from the merchant's source.
fn expected(input: &DeriveInput) -> usize {
    let family = family(input);
    let ctxt = Ctxt::new();
    let container = Container::of_type(&ctxt, family, &input.attrs);
    let of_type = switches(&container);
    let cart = Cart::build(&ctxt, family, input, container).expect("a cart");
    assert!(ctxt.finish().is_ok(), "{} has mistakes", input.ident);
    let frame = if family == Family::OrderItem { 2 } else { 0 };
    let fields = |body: &Body<'_>| usize::from(body.mappings().next().is_some());
    let of_body = |body: &Body<'_>| fields(body) + body.entries.len() + entered(body) + frame;
    let is_used = cart.bodies().iter().any(|body| !body.entries.is_empty());
    let import = usize::from(is_used);
    match &cart.shape {
        Shape::Struct(body) => import + of_type + of_body(body),
        Shape::Enum(variants) => {
            let of_variant = |variant: &Variant<'_>| match variant.own.skip {
                true => 0,
                false => of_body(&variant.body) + switches(&variant.own) + of_type,
            };
            // The `match` is a statement too.
            import + 1 + variants.iter().map(of_variant).sum::<usize>()
        }
    }
}

/// Counts the statements for the keys of a type or a variant.
fn switches(container: &Container) -> usize {
    let switches = [
        container.bundle.is_some(),
        container.negative,
        container.capped,
        container.form.is_some(),
        container.rounding.is_some(),
        container.total_mismatch.is_some(),
    ];
    switches.into_iter().filter(|is_on| *is_on).count()
}

fn family(input: &DeriveInput) -> Family {
    let derive = input.attrs.iter().find(|attr| attr.path().is_ident("derive")).expect("a derive");
    let derive = derive.meta.to_token_stream().to_string();
    let is_named = |family: &Family| derive.contains(&format!("({})", family.facts().derive));
    Family::ALL.into_iter().find(is_named).expect("one of our derives")
}

/// Counts the optional structs that the paths of a body lead into.
fn entered(body: &Body<'_>) -> usize {
    let mut structs = std::collections::BTreeSet::new();
    for place in body.mappings().map(|mapping| &mapping.place) {
        for depth in 1..place.steps().len() {
            if !place.steps()[depth - 1].required {
                structs.insert(place.text_of(depth));
            }
        }
    }
    structs.len()
}
