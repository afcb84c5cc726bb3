//! Generates structs for serde's derive that match this project's types. Reads `dintero-api/src/generated`, which
//! contains the type and the JSON key of every field.
//!
//! There are two forms. *plain* is the fastest form that serde offers, with every enum as a `String`. In *open*,
//! enums keep unknown values as this project's enums do, and are written in the usual way for serde. In both
//! forms, exact numbers are `f64` and tagged types are JSON values.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::{env, fs};

use proc_macro2::{Ident, Literal, TokenStream, TokenTree};
use quote::{ToTokens as _, format_ident, quote};
use syn::parse::{Parse, ParseStream};
use syn::{Item, ItemEnum, ItemStruct, Token, braced, parenthesized};

type Error = Box<dyn std::error::Error>;

fn main() -> Result<(), Error> {
    let generated = Path::new("../dintero-api/src/generated");
    println!("cargo::rerun-if-changed={}", generated.display());
    let mut model = Model::read(generated)?;
    model.keep_what_is_reached();
    let out = PathBuf::from(env::var("OUT_DIR")?);
    fs::write(out.join("plain.rs"), model.file(Form::Plain).to_string())?;
    fs::write(out.join("open.rs"), model.file(Form::Open).to_string())?;
    Ok(())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Plain,
    Open,
}

/// The generated types, and the JSON keys and strings from the macro calls for these types.
#[derive(Default)]
struct Model {
    structs: Vec<ItemStruct>,
    enums: Vec<ItemEnum>,
    /// JSON keys by type and field, and strings by enum and variant.
    keys: BTreeMap<(String, String), Literal>,
    unions: Vec<String>,
}

/// The first arguments of `wire::model!` and `wire::open_enum!`: a name, and rows such as `field: Scalar(None) = "key"`
/// or `Variant = "text"`.
struct Rows {
    name: Ident,
    rows: Vec<(Ident, Literal)>,
}

impl Parse for Rows {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let name = input.parse()?;
        let content;
        braced!(content in input);
        let mut rows = Vec::new();
        while !content.is_empty() {
            let field = content.parse()?;
            if content.parse::<Option<Token![:]>>()?.is_some() {
                content.parse::<Ident>()?;
                let blank;
                parenthesized!(blank in content);
                blank.parse::<TokenStream>()?;
            }
            content.parse::<Token![=]>()?;
            rows.push((field, content.parse()?));
            content.parse::<Option<Ident>>()?;
            content.parse::<Option<Token![,]>>()?;
        }
        input.parse::<TokenStream>()?;
        Ok(Self { name, rows })
    }
}

/// The types of the documents that are read and written.
const ROOTS: [&str; 3] = ["Transaction", "SessionDetails", "SessionProfile"];

/// Returns the identifiers in a type.
fn names(ty: &syn::Type) -> Vec<String> {
    ty.to_token_stream()
        .to_string()
        .split(|c: char| !c.is_alphanumeric())
        .map(str::to_owned)
        .collect()
}

impl Model {
    fn read(generated: &Path) -> Result<Self, Error> {
        let mut model = Self::default();
        for folder in ["types", "wire"] {
            let mut files: Vec<_> =
                fs::read_dir(generated.join(folder))?.collect::<Result<_, _>>()?;
            files.sort_by_key(fs::DirEntry::path);
            for file in files {
                for item in syn::parse_file(&fs::read_to_string(file.path())?)?.items {
                    model.take(item)?;
                }
            }
        }
        Ok(model)
    }

    fn take(&mut self, item: Item) -> Result<(), Error> {
        match item {
            Item::Struct(item) => self.structs.push(item),
            Item::Enum(item) => self.enums.push(item),
            Item::Macro(call) => {
                let name = call.mac.path.segments.last().map(|last| last.ident.to_string());
                match name.as_deref() {
                    Some("model" | "open_enum") => {
                        let Rows { name, rows } = call.mac.parse_body()?;
                        let keys = rows
                            .into_iter()
                            .map(|(field, key)| ((name.to_string(), field.to_string()), key));
                        self.keys.extend(keys);
                    }
                    Some("union") => {
                        let name = call.mac.tokens.into_iter().next();
                        self.unions.extend(name.map(|name| name.to_string()));
                    }
                    _ => {}
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Keeps only the types that can be reached from the roots, because derives are slow to compile.
    fn keep_what_is_reached(&mut self) {
        let mut reached = BTreeSet::new();
        let mut ahead: Vec<String> = ROOTS.map(str::to_owned).into();
        while let Some(name) = ahead.pop() {
            let item = self.structs.iter().find(|item| item.ident == name);
            let types = item.into_iter().flat_map(|item| &item.fields);
            ahead.extend(
                types.flat_map(|field| names(&field.ty)).filter(|name| !reached.contains(name)),
            );
            reached.insert(name);
        }
        self.structs.retain(|item| reached.contains(&item.ident.to_string()));
        self.enums.retain(|item| reached.contains(&item.ident.to_string()));
    }

    fn file(&self, form: Form) -> TokenStream {
        let structs = self.structs.iter().map(|item| self.structure(item, form));
        let enums = self.enums.iter().filter(|item| !self.is_union(&item.ident));
        let enums = enums.filter(|_| form == Form::Open).map(|item| self.open_enum(item));
        quote!(#(#structs)* #(#enums)*)
    }

    fn is_union(&self, name: &Ident) -> bool {
        self.unions.iter().any(|union| name == union)
    }

    fn structure(&self, item: &ItemStruct, form: Form) -> TokenStream {
        let name = &item.ident;
        let fields = item.fields.iter().filter_map(|field| {
            let member = field.ident.as_ref()?;
            let key = self.keys.get(&(name.to_string(), member.to_string()))?;
            let ty = self.replaced(field.ty.to_token_stream(), form);
            let is_option = ty.to_string().starts_with("Option");
            let skip = is_option.then(|| quote!(, skip_serializing_if = "Option::is_none"));
            let serde = quote!(#[serde(rename = #key #skip)]);
            Some(quote!(#serde pub #member: #ty))
        });
        quote! {
            #[derive(Clone, Debug, Deserialize, Serialize)]
            pub struct #name { #(#fields,)* }
        }
    }

    fn open_enum(&self, item: &ItemEnum) -> TokenStream {
        let name = &item.ident;
        let variants = item.variants.iter().filter_map(|variant| {
            let member = &variant.ident;
            let text = self.keys.get(&(name.to_string(), member.to_string()))?;
            Some(quote!(#[serde(rename = #text)] #member))
        });
        quote! {
            #[derive(Clone, Debug, Deserialize, Serialize)]
            pub enum #name { #(#variants,)* #[serde(untagged)] Other(String) }
        }
    }

    /// Returns a type with this project's value types replaced by types that serde supports.
    fn replaced(&self, ty: TokenStream, form: Form) -> TokenStream {
        let replaced = |token| match token {
            TokenTree::Ident(name) => TokenTree::Ident(match name.to_string().as_str() {
                "MinorUnits" => format_ident!("i64"),
                "Decimal" | "Percent" | "Quantity" => format_ident!("f64"),
                "Secret" => format_ident!("String"),
                "StringOrNumber" => format_ident!("Value"),
                "Currency" => format_ident!("CurrencyCode"),
                "Country" => format_ident!("CountryCode"),
                "Timestamp" => format_ident!("Time"),
                "Date" => format_ident!("Day"),
                _ if self.is_union(&name) => format_ident!("Value"),
                _ if form == Form::Plain && self.enums.iter().any(|item| item.ident == name) => {
                    format_ident!("String")
                }
                _ => name,
            }),
            other => other,
        };
        ty.into_iter().map(replaced).collect()
    }
}
