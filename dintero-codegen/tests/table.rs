//! Compares the derives' field table with `names.lock`, which other code generates from the same model. The table must
//! contain each field that can be set, with its name and type, and nothing else.

mod support;

use std::collections::{BTreeMap, BTreeSet};

use support::{TABLE, generate, read, tests, told_all, workspace};
use syn::{Expr, Item, Lit, Member};

/// A field as listed in the lock file.
struct Locked<'a> {
    ty: &'a str,
    wire: &'a str,
    read_only: bool,
}

/// Fields by the name of their type, and values by the name of their enum.
struct Lock<'a> {
    structs: BTreeMap<&'a str, BTreeMap<&'a str, Locked<'a>>>,
    enums: BTreeMap<&'a str, BTreeSet<(&'a str, &'a str)>>,
}

impl<'a> Lock<'a> {
    fn new(text: &'a str) -> Self {
        let (mut structs, mut enums) = (BTreeMap::new(), BTreeMap::new());
        for line in text.lines().filter_map(|line| line.strip_prefix("types::")) {
            let (_, line) = line.split_once("::").expect("a type is in a module");
            let (path, rest) = line.split_once(' ').unwrap_or((line, ""));
            if rest == "struct" {
                structs.entry(path).or_insert_with(BTreeMap::new);
            } else if let Some((ty, field)) =
                path.strip_suffix(':').and_then(|path| path.split_once('.'))
            {
                // The map of other properties is skipped, because no derive fills it.
                if rest.ends_with(", all properties without a field") {
                    continue;
                }
                let (text, wire) = rest.split_once(" = ").expect("a field has a name in JSON");
                let (wire, read_only) = match wire.strip_suffix(", read-only") {
                    Some(wire) => (wire, true),
                    None => (wire, false),
                };
                let locked = Locked { ty: text, wire: wire.trim_matches('"'), read_only };
                structs.entry(ty).or_insert_with(BTreeMap::new).insert(field, locked);
            } else if let (Some((ty, variant)), Some(text)) =
                (path.split_once("::"), rest.strip_prefix("= "))
            {
                enums
                    .entry(ty)
                    .or_insert_with(BTreeSet::new)
                    .insert((variant, text.trim_matches('"')));
            }
        }
        Self { structs, enums }
    }
}

/// The parts of a target that are compared with the lock file.
struct Target {
    ty: String,
    fields: Vec<Field>,
    read_only: Vec<String>,
}

struct Field {
    name: String,
    wire: String,
    kind: Kind,
    required: bool,
}

/// The variant of `Kind`: its name and its argument.
struct Kind {
    name: String,
    text: String,
    variants: BTreeSet<(String, String)>,
}

/// Returns the targets by the names of their statics.
fn table(text: &str) -> BTreeMap<String, Target> {
    let file = syn::parse_file(text).expect("the table is Rust");
    let statics = file.items.iter().filter_map(|item| match item {
        Item::Static(item) => Some((item.ident.to_string(), target(&item.expr))),
        _ => None,
    });
    statics.collect()
}

fn target(expr: &Expr) -> Target {
    let members = members(expr);
    let fields = elements(members["fields"]).map(|field| {
        let members = self::members(field);
        let Expr::Lit(required) = members["required"] else { panic!("`required` is a literal") };
        Field {
            name: text(members["name"]),
            wire: text(members["wire"]),
            kind: kind(members["kind"]),
            required: matches!(&required.lit, Lit::Bool(value) if value.value),
        }
    });
    Target {
        ty: text(members["ty"]),
        fields: fields.collect(),
        read_only: elements(members["read_only"]).map(text).collect(),
    }
}

fn members(expr: &Expr) -> BTreeMap<String, &Expr> {
    let Expr::Struct(literal) = expr else { panic!("expected a struct literal") };
    let named = literal.fields.iter().map(|field| match &field.member {
        Member::Named(name) => (name.to_string(), &field.expr),
        Member::Unnamed(_) => panic!("expected named members"),
    });
    named.collect()
}

fn elements(expr: &Expr) -> impl Iterator<Item = &Expr> {
    let Expr::Reference(slice) = expr else { panic!("expected a slice") };
    let Expr::Array(array) = &*slice.expr else { panic!("expected a slice") };
    array.elems.iter()
}

fn text(expr: &Expr) -> String {
    match expr {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => text.value(),
            _ => panic!("expected a string"),
        },
        Expr::Reference(name) => text(&name.expr),
        Expr::Path(path) => {
            path.path.segments.last().expect("a path has segments").ident.to_string()
        }
        _ => panic!("expected a string or a name"),
    }
}

fn kind(expr: &Expr) -> Kind {
    let Expr::Call(call) = expr else {
        return Kind { name: text(expr), text: String::new(), variants: BTreeSet::new() };
    };
    let pair = |expr: &Expr| match expr {
        Expr::Tuple(pair) => (text(&pair.elems[0]), text(&pair.elems[1])),
        _ => panic!("expected a variant and its text"),
    };
    let variants = call.args.iter().nth(1).into_iter().flat_map(elements).map(pair).collect();
    Kind { name: text(&call.func), text: text(&call.args[0]), variants }
}

/// Returns the type of a field of this kind.
fn type_of(kind: &Kind, table: &BTreeMap<String, Target>) -> String {
    let target =
        || &table.get(&kind.text).unwrap_or_else(|| panic!("{} is not a target", kind.text)).ty;
    match kind.name.as_str() {
        "Text" | "Phone" => "String".to_owned(),
        "Amount" => "MinorUnits".to_owned(),
        "Quantity" | "Percent" => kind.name.clone(),
        "Code" | "Enum" | "Value" => kind.text.clone(),
        "One" => target().clone(),
        "Many" => format!("Vec<{}>", target()),
        other => panic!("unknown kind `{other}`"),
    }
}

/// Compares a table with the lock; `session` is the type whose required fields are not in the table, because they do
/// not come from the cart.
fn agree(table_text: &str, lock: &str, session: &str) {
    let (table, lock) = (table(table_text), Lock::new(lock));
    let mut problems = Vec::new();
    for target in table.values() {
        let locked = lock.structs.get(target.ty.as_str());
        let mut locked: BTreeMap<_, _> =
            locked.unwrap_or_else(|| panic!("{} is not a type", target.ty)).iter().collect();
        for name in &target.read_only {
            if !locked.remove(&name.as_str()).is_some_and(|field| field.read_only) {
                problems.push(format!("{}.{name} is not read-only", target.ty));
            }
        }
        for field in &target.fields {
            let path = format!("{}.{}", target.ty, field.name);
            let Some(found) = locked.remove(&field.name.as_str()) else {
                problems.push(format!("{path} is not a field"));
                continue;
            };
            let ty = type_of(&field.kind, &table);
            let known = lock.enums.get(ty.as_str());
            // If only one value is allowed, the constructor sets it, so the field need not be filled.
            let preset = known.is_some_and(|known| known.len() == 1);
            let is_option = found.ty == format!("Option<{ty}>");
            let fits =
                if field.required { found.ty == ty } else { is_option || preset && found.ty == ty };
            if !fits || found.read_only || found.wire != field.wire {
                problems
                    .push(format!("{path} has the type {}, but the table contains {ty}", found.ty));
            }
            if field.kind.name == "Enum" {
                let variants = field.kind.variants.iter();
                let variants: BTreeSet<_> =
                    variants.map(|(a, b)| (a.as_str(), b.as_str())).collect();
                if Some(&variants) != known {
                    problems
                        .push(format!("{path} has the variants {variants:?} instead of {known:?}"));
                }
            }
        }
        let beside = |field: &Locked<'_>| target.ty == session && !field.ty.starts_with("Option<");
        let left = locked.iter().filter(|(_, field)| !beside(field));
        problems.extend(left.map(|(name, _)| format!("{}.{name} is not in the table", target.ty)));
    }
    assert!(problems.is_empty(), "{problems:#?}");
}

#[test]
fn the_table_matches_the_types() {
    let root = workspace();
    let file = |path: &str| read(&root.join(path));
    let output = dintero_codegen::generate(&dintero_codegen::Input {
        document: dintero_codegen::Source {
            name: "document",
            text: &file("spec/payments-api.yaml"),
        },
        supplement: Some(dintero_codegen::Source {
            name: "supplement",
            text: &file("spec/supplement.yaml"),
        }),
        overlay: Some(dintero_codegen::Source {
            name: "overlay",
            text: &file("spec/overlay.yaml"),
        }),
        strict: true,
    });
    let table = &output.files[&format!("{TABLE}target.rs")];
    agree(table, &output.files["spec/names.lock"], "SessionProfile");

    // The names of the targets that the derives use.
    let statics = self::table(table);
    for (name, fields) in [
        ("SESSION_ORDER", &["amount", "currency", "merchant_reference", "items"][..]),
        ("ORDER_LINE", &["kind", "vat", "store"]),
        ("ORDER_SHIPPING_OPTION", &["id", "line_id", "pick_up_address", "shipments"]),
        ("ORDER_ADDRESS", &["postal_code", "phone_number"]),
        ("DISCOUNT_ITEM", &["percentage", "discount_id"]),
        ("SESSION_PROFILE", &["customer", "express", "configuration"]),
    ] {
        for field in fields {
            assert!(statics[name].fields.iter().any(|one| one.name == *field), "{name} {field}");
        }
    }
    let read_only = |name: &str| statics[name].read_only.join(" ");
    assert_eq!(read_only("SESSION_ORDER"), "gross_amount is_changed");
    assert_eq!(read_only("ORDER_LINE"), "version is_changed gross_amount");
}

#[test]
fn the_table_matches_the_types_for_every_kind_of_field() {
    let output = generate(&read(&tests().join("golden/derives.yaml")), None);
    assert!(output.reports.is_empty(), "{}", told_all(&output.reports));
    let table = &output.files[&format!("{TABLE}target.rs")];
    agree(table, &output.files["spec/names.lock"], "NewSession");
    let kinds: BTreeSet<String> = self::table(table)
        .into_values()
        .flat_map(|target| target.fields)
        .map(|field| field.kind.name)
        .collect();
    let all =
        ["Amount", "Code", "Enum", "Many", "One", "Percent", "Phone", "Quantity", "Text", "Value"];
    assert!(kinds.iter().eq(all), "{kinds:?}");
}

/// In a document without marks, a derive can fill nothing.
#[test]
fn without_a_mark_there_is_no_table() {
    let text = read(&tests().join("golden/derives.yaml")).replace("x-rust-derive:", "x-other:");
    let output = generate(&text, None);
    assert!(output.reports.is_empty(), "{}", told_all(&output.reports));
    assert!(output.files.keys().all(|path| !path.starts_with(TABLE)), "{:?}", output.files.keys());
    let traces = |text: &String| text.contains("Blank") || text.contains("from_string!");
    assert!(!output.files.values().any(traces));
}
