//! Reads `x-rust-features` at the root of the document, which lists the modules that each feature of `dintero-api`
//! adds. Also checks that no module uses types from a feature that the module does not require.
//!
//! ```yaml
//! x-rust-features:
//!   settlements: {modules: [settlements]}
//!   payouts: {modules: [payouts], needs: [settlements]}
//! ```
//!
//! A module comprises types, their JSON code, and the calls of the group with the same name. `needs` lists the features
//! that a feature enables in `dintero-api/Cargo.toml`.

use std::collections::{HashMap, HashSet};

use indexmap::IndexMap;
use serde_json::Value;

use crate::model::{Model, Type};
use crate::pointer::Pointer;
use crate::report::{Report, Reports, Severity};

/// The code of all reports from this pass.
const CODE: &str = "rust-features";

/// The modules that are compiled only with a feature.
#[derive(Debug, Default)]
pub(crate) struct Features {
    by_module: HashMap<String, String>,
}

impl Features {
    /// Returns the feature that adds a module, or `None` if the module is always compiled.
    pub(crate) fn of(&self, module: &str) -> Option<&str> {
        self.by_module.get(module).map(String::as_str)
    }
}

/// Reads and checks the features. A missing module causes an error if `strict` is set. Otherwise, the overlay may have
/// been written for another document, so a missing module causes only a warning, like an overlay action that matches
/// nothing.
pub(crate) fn check(
    document: &Value,
    model: &Model,
    strict: bool,
    reports: &mut Reports,
) -> Features {
    let declared = read(document);
    let features = modules(&declared, model, strict, reports);
    for (needed, at) in declared.values().flat_map(|feature| &feature.needs) {
        if !declared.contains_key(needed) {
            let message = format!("there is no feature `{needed}`");
            let help = format!("name one of `{}`", joined(declared.keys()));
            reports.push(Report::error(CODE, at, message).help(help));
        }
    }
    if !features.by_module.is_empty() {
        Uses { model, declared: &declared, features: &features, reports }.check();
    }
    features
}

/// The `modules` and `needs` of one feature, each name with its pointer.
struct Declared<'a> {
    modules: Vec<(&'a str, Pointer)>,
    needs: Vec<(&'a str, Pointer)>,
}

/// Reads the features. Malformed features were reported by the keyword check.
fn read(document: &Value) -> IndexMap<&str, Declared<'_>> {
    let members = document.get("x-rust-features").and_then(Value::as_object);
    let at = Pointer::from("/x-rust-features");
    let mut declared = IndexMap::new();
    for (name, feature) in members.into_iter().flatten() {
        let at = at.child(name);
        let named = |key| texts(feature.get(key), &at.child(key));
        declared
            .insert(name.as_str(), Declared { modules: named("modules"), needs: named("needs") });
    }
    declared
}

/// Returns the strings of a list, each with its pointer.
fn texts<'a>(list: Option<&'a Value>, at: &Pointer) -> Vec<(&'a str, Pointer)> {
    let items = list.and_then(Value::as_array).into_iter().flatten().enumerate();
    items.filter_map(|(index, text)| Some((text.as_str()?, at.item(index)))).collect()
}

fn modules(
    declared: &IndexMap<&str, Declared<'_>>,
    model: &Model,
    strict: bool,
    reports: &mut Reports,
) -> Features {
    let known = model.modules();
    let mut features = Features::default();
    for (feature, Declared { modules, .. }) in declared {
        for (module, at) in modules {
            if !known.contains(module) {
                let message = format!("there is no module `{module}`");
                let help =
                    format!("correct or remove the name; the modules are `{}`", joined(&known));
                let report = Report::error(CODE, at, message).help(help);
                let severity = if strict { Severity::Error } else { Severity::Warning };
                reports.push(Report { severity, ..report });
                continue;
            }
            if let Some(other) = features.of(module) {
                let message = format!("the module `{module}` belongs to the feature `{other}`");
                let help = "list the module in only one feature, and name that feature in the `needs` of the other feature";
                reports.push(Report::error(CODE, at, message).help(help));
                continue;
            }
            features.by_module.insert((*module).to_owned(), (*feature).to_owned());
        }
    }
    features
}

fn joined<'a>(names: impl IntoIterator<Item = &'a &'a str>) -> String {
    names.into_iter().copied().collect::<Vec<_>>().join("`, `")
}

/// Finds types and operations that use a type from a feature that they do not require.
struct Uses<'a> {
    model: &'a Model,
    declared: &'a IndexMap<&'a str, Declared<'a>>,
    features: &'a Features,
    reports: &'a mut Reports,
}

/// A type or an operation that uses other types.
struct User<'a> {
    name: &'a str,
    module: &'a str,
    at: &'a Pointer,
}

impl Uses<'_> {
    fn check(&mut self) {
        for id in self.model.order.iter().copied() {
            let def = self.model.get(id);
            let user = User { name: &def.name.ident, module: &def.name.module, at: &def.at };
            for ty in def.parts() {
                self.holds(&user, ty);
            }
        }
        for alias in &self.model.aliases {
            let user = User { name: &alias.name, module: &alias.module, at: &alias.at };
            self.holds(&user, &alias.ty);
        }
        self.operations();
    }

    fn operations(&mut self) {
        // Operations may share a response enum; the first group that uses the enum defines it.
        let mut homes: HashMap<&str, &str> = HashMap::new();
        for group in &self.model.groups {
            let module = &group.accessor;
            for operation in group.operations.iter().filter(|operation| !operation.callback) {
                let name = format!("{module}().{}", operation.name);
                let user = User { name: &name, module, at: &operation.at };
                for ty in operation.types() {
                    self.holds(&user, ty);
                }
                if let Some(name) = &operation.response_enum {
                    let home = *homes.entry(name).or_insert(module);
                    self.uses(&user, name, home);
                }
            }
        }
    }

    fn holds(&mut self, user: &User<'_>, ty: &Type) {
        if let Some(id) = ty.named() {
            let used = &self.model.get(id).name;
            self.uses(user, &used.ident, &used.module);
        }
    }

    fn uses(&mut self, user: &User<'_>, name: &str, module: &str) {
        let Some(feature) = self.features.of(module) else { return };
        let own = self.features.of(user.module);
        let (when, help) = match own {
            Some(own) if self.turns_on(own).contains(feature) => return,
            Some(own) => (
                format!("compiled with the feature `{own}`"),
                format!("add `{feature}` to the `needs` of `{own}`, or move"),
            ),
            None => ("always compiled".to_owned(), "move".to_owned()),
        };
        let message = format!(
            "`{}` is {when}, but uses `{name}`, which belongs to the feature `{feature}`",
            user.name
        );
        let help = format!(
            "{help} one of these two items with `x-rust-module` or `x-rust-group` in the overlay"
        );
        self.reports.push(Report::error(CODE, user.at, message).help(help));
    }

    /// Returns the feature itself and all features that it needs, directly or indirectly.
    fn turns_on<'b>(&'b self, feature: &'b str) -> HashSet<&'b str> {
        let mut on = HashSet::new();
        let mut next = vec![feature];
        while let Some(feature) = next.pop() {
            if on.insert(feature) {
                let needs =
                    self.declared.get(feature).into_iter().flat_map(|feature| &feature.needs);
                next.extend(needs.map(|(needed, _)| *needed));
            }
        }
        on
    }
}
