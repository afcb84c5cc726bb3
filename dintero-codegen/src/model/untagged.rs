//! Builds enums of alternatives without a discriminator, if the JSON itself distinguishes them: by its type or, for
//! objects, by a required property that no other alternative has.

use std::collections::HashSet;

use crate::model::types::Types;
use crate::model::{Def, Sign, Type, Untagged, UntaggedVariant, ident};
use crate::schema::shape::{Alternative, Kind, Shape};

/// The facts about an alternative's JSON that can distinguish it from the JSON of other alternatives.
struct Outline {
    sign: Sign,
    required: Vec<String>,
    declared: HashSet<String>,
}

impl Types<'_> {
    /// Returns the signs that distinguish the alternatives, or `None` if nothing distinguishes them.
    pub(super) fn signs(&mut self, alternatives: &[Alternative]) -> Option<Vec<Sign>> {
        let outlines: Vec<Outline> = alternatives
            .iter()
            .map(|alternative| self.outline(&alternative.shape))
            .collect::<Option<_>>()?;
        let mut signs = Vec::new();
        for (index, outline) in outlines.iter().enumerate() {
            let alike =
                |other: &(usize, &Outline)| other.0 != index && other.1.sign == outline.sign;
            let rivals: Vec<&Outline> =
                outlines.iter().enumerate().filter(alike).map(|(_, other)| other).collect();
            signs.push(match &outline.sign {
                sign if rivals.is_empty() => sign.clone(),
                Sign::Object => {
                    let is_own =
                        |key: &&String| rivals.iter().all(|rival| !rival.declared.contains(*key));
                    Sign::With(outline.required.iter().find(is_own)?.clone())
                }
                _ => return None,
            });
        }
        Some(signs)
    }

    fn outline(&mut self, shape: &Shape) -> Option<Outline> {
        if let Kind::Ref(name) = &shape.kind {
            let component = self.merge.component(name);
            // Chains of references were shortened to a single reference, so a longer chain is a cycle.
            let is_end = !matches!(component.kind, Kind::Ref(_));
            return if is_end { self.outline(&component) } else { None };
        }
        let of = |sign| Outline { sign, required: Vec::new(), declared: HashSet::new() };
        Some(match &shape.kind {
            Kind::Text(_) | Kind::Enum(_) => of(Sign::Text),
            Kind::Integer | Kind::Number => of(Sign::Number),
            Kind::Boolean => of(Sign::Boolean),
            Kind::Array(_) => of(Sign::List),
            Kind::Object(object) => {
                let required =
                    object.required.iter().filter(|key| object.fields.contains_key(*key));
                Outline {
                    sign: Sign::Object,
                    required: required.cloned().collect(),
                    declared: object.fields.keys().cloned().collect(),
                }
            }
            Kind::Any | Kind::AllOf(_) | Kind::OneOf(_) | Kind::Ref(_) => return None,
        })
    }

    /// Builds the union of alternatives from the signs that distinguish them; `base` is the component that the
    /// alternatives belong to.
    pub(super) fn untagged(
        &mut self,
        alternatives: &[Alternative],
        signs: Vec<Sign>,
        base: Option<&str>,
    ) -> Untagged {
        let base_name = base.map(|base| self.rust_name(base)).unwrap_or_default();
        let mut variants = Vec::new();
        for (Alternative { shape, origin }, sign) in alternatives.iter().zip(signs) {
            let component = match &shape.kind {
                Kind::Ref(name) => Some(name.as_str()),
                _ => origin.as_deref(),
            };
            let name = match (component, &shape.notes.extensions.rust_type) {
                (Some(component), _) => {
                    super::union::short_name(&self.rust_name(component), &base_name)
                }
                (None, Some(given)) => ident::type_name(given),
                (None, None) => ident::variant_name(sign.word()),
            };
            let ty = self.merged(shape, sign.word());
            variants.push(UntaggedVariant { name, sign, ty });
        }
        Untagged { variants }
    }

    /// Builds an inline union. Equal unions are one type, even if one of them is a component, unless both have names
    /// and the names differ.
    pub(super) fn inline_untagged(&mut self, untagged: Untagged, shape: &Shape) -> Type {
        self.inline_alternatives(untagged.key(), Def::Untagged(untagged), shape)
    }
}

impl Sign {
    /// Returns the word that represents the sign in a name.
    fn word(&self) -> &str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::List => "list",
            Self::Object => "object",
            Self::With(key) => key,
        }
    }
}

impl Untagged {
    /// Returns the key by which unions are compared.
    pub(super) fn key(&self) -> String {
        let variants =
            self.variants.iter().map(|variant| format!("{:?}={:?}", variant.sign, variant.ty));
        format!("untagged:{}", variants.collect::<Vec<_>>().join(","))
    }
}
