//! Resolves the merchant's target paths, such as `billing_address.business_name`, to fields of the table.

use proc_macro2::{Ident, Span};
use quote::ToTokens;
use syn::ext::IdentExt;

use super::engine::{Function, Slot};
use super::family::{self, Family, Group, Role, Special};
use super::target::{Field, Kind, Target};
use crate::generated::target as table;
use crate::suggest::{self, Alias};

/// A target as the merchant wrote it: one name, or several names joined with dots.
#[derive(Clone)]
pub(crate) struct TargetPath {
    pub(crate) segments: Vec<Ident>,
}

impl TargetPath {
    pub(crate) fn one(ident: &Ident) -> Self {
        Self { segments: vec![ident.clone()] }
    }

    /// Returns the name, if the path is a single name.
    pub(crate) fn word(&self) -> Option<String> {
        match self.segments.as_slice() {
            [only] => Some(name(only)),
            _ => None,
        }
    }

    pub(crate) fn span(&self) -> Span {
        self.segments.first().map_or_else(Span::call_site, Ident::span)
    }

    pub(crate) fn text(&self) -> String {
        self.segments.iter().map(name).collect::<Vec<_>>().join(".")
    }
}

/// Yields the tokens of the whole path, so that errors can underline them.
impl ToTokens for TargetPath {
    fn to_tokens(&self, tokens: &mut proc_macro2::TokenStream) {
        self.segments.iter().for_each(|segment| segment.to_tokens(tokens));
    }
}

/// Returns a name in the form used for comparison: `r#type` is `type`.
pub(crate) fn name(ident: &Ident) -> String {
    ident.unraw().to_string()
}

/// A resolved target.
#[derive(Clone)]
pub(crate) struct Place {
    pub(crate) family: Family,
    /// Whether the target is a field of the session outside the order.
    pub(crate) in_session: bool,
    /// The fields on the path, from the family's own field to the target; never empty.
    steps: Vec<&'static Field>,
    /// The spans of the steps in the merchant's source.
    pub(crate) spans: Vec<Span>,
}

/// Why a path does not resolve.
pub(crate) struct Unresolved {
    /// The index of the segment that does not resolve.
    pub(crate) segment: usize,
    pub(crate) name: String,
    /// The item that does not have the field: `an order`, or the path up to the unknown name.
    pub(crate) owner: String,
    pub(crate) reason: Reason,
    /// The target that the merchant probably meant. It counts as mapped, so that one mistake causes one error.
    pub(crate) meant: Option<Meant>,
}

pub(crate) enum Reason {
    /// Only Dintero sets the field.
    ReadOnly,
    /// `session` alone.
    NoTarget,
    /// The path continues after a field that is not a struct. The text describes the values that the field takes.
    NoStruct(&'static str),
    /// The probable target: the name is a word that shops use for this target, or the path lacks the prefix `session`.
    Alias(String),
    Price,
    Vat,
    VatOfOrder,
    Shipping,
    /// A field of another family.
    Elsewhere(Family),
    Near(String),
    Unknown,
}

/// The target that the merchant probably meant by an unknown word.
#[derive(Clone)]
pub(crate) enum Meant {
    Place(Place),
    Group(Group),
}

impl Place {
    /// Resolves a path that starts at the family's own fields.
    pub(crate) fn find(family: Family, path: &TargetPath) -> Result<Self, Box<Unresolved>> {
        let names: Vec<String> = path.segments.iter().map(name).collect();
        let mut place = Self::follow(family, &names)?;
        place.spans =
            path.segments.iter().skip(usize::from(place.in_session)).map(Ident::span).collect();
        Ok(place)
    }

    /// Resolves a path written in the macros' own code.
    pub(crate) fn known(family: Family, path: &str) -> Option<Self> {
        let names: Vec<String> = path.split('.').map(str::to_owned).collect();
        Self::follow(family, &names).ok()
    }

    fn follow(family: Family, names: &[String]) -> Result<Self, Box<Unresolved>> {
        let in_session = family == Family::Order && names[0] == "session";
        let mut steps = Vec::new();
        let mut target = if in_session { &table::SESSION_PROFILE } else { family.facts().target };
        let first = usize::from(in_session);
        if names.len() == first {
            return Err(unresolved(family, &[], "session", Reason::NoTarget));
        }
        for (index, name) in names.iter().enumerate().skip(first) {
            let above = &names[..index];
            let field = inputs(family, &steps, in_session)
                .find(|input| input.name == name)
                .or_else(|| find_field(target, name))
                .ok_or_else(|| {
                    unresolved(family, above, name, unknown(family, target, names, index))
                })?;
            steps.push(field);
            if index + 1 == names.len() {
                break;
            }
            target = match &field.kind {
                Kind::One(target) if !is_input(family, index, field) => target,
                kind => {
                    return Err(unresolved(
                        family,
                        &names[..=index],
                        &names[index + 1],
                        Reason::NoStruct(takes(kind)),
                    ));
                }
            };
        }
        let spans = vec![Span::call_site(); steps.len()];
        Ok(Self { family, in_session, steps, spans })
    }

    /// Returns the last field of the path, which is the one to fill.
    pub(crate) fn leaf(&self) -> &'static Field {
        self.steps[self.steps.len() - 1]
    }

    /// Returns all fields on the path.
    pub(crate) fn steps(&self) -> &[&'static Field] {
        &self.steps
    }

    /// Returns the target's name if it is one of the family's own targets and not a nested field.
    pub(crate) fn own_name(&self) -> Option<&'static str> {
        (self.steps.len() == 1 && !self.in_session).then(|| self.steps[0].name)
    }

    /// Returns the family that the target belongs to, if there is one. For a nested field, this is the family of the
    /// struct that contains the field.
    pub(crate) fn owner(&self) -> Option<Family> {
        match self.steps.len() {
            1 => (!self.in_session).then_some(self.family),
            count => self.entered(count - 2)?.family,
        }
    }

    /// Returns the special treatment of the target, if it has any.
    fn special(&self) -> Option<&'static Special> {
        match self.steps.as_slice() {
            [field] if !self.in_session => self.family.special(field.name),
            [option, field] if is_bare_shipping(self.family, option, self.in_session) => {
                family::bare_shipping(field.name)
            }
            _ => None,
        }
    }

    pub(crate) fn role(&self) -> Role {
        self.special().map_or(Role::Plain, |special| special.role)
    }

    pub(crate) fn group(&self) -> Option<Group> {
        self.role().group()
    }

    pub(crate) fn function(&self) -> Function {
        self.special().map_or_else(|| Function::fill(self.leaf()), |special| special.function)
    }

    pub(crate) fn slot(&self) -> Slot {
        self.special().map_or(Slot::Field, |special| special.slot)
    }

    /// Returns whether the engine provides a value if the target is not mapped: by default, the line id of a shipping
    /// option is its id, and the amount of an order is the sum of its lines.
    pub(crate) fn has_default(&self) -> bool {
        let made = |family: Family| family.special(self.leaf().name);
        self.owner().and_then(made).is_some_and(|special| special.role == Role::Made)
    }

    /// Returns whether several fields may be mapped to the target: the lines of an order may come from several
    /// collections.
    pub(crate) fn takes_several(&self) -> bool {
        matches!(self.slot(), Slot::Lines(_))
    }

    /// Returns the path in Rust names, so that both spellings of a target have the same text.
    pub(crate) fn text(&self) -> String {
        self.text_of(self.steps.len())
    }

    /// Returns the path to the field that the first `depth` steps lead to.
    pub(crate) fn text_of(&self, depth: usize) -> String {
        let session = self.in_session.then_some("session");
        let steps = self.steps[..depth].iter().map(|step| step.name);
        session.into_iter().chain(steps).collect::<Vec<_>>().join(".")
    }

    /// Returns whether the two targets are the same, or one contains the other.
    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        self.in_session == other.in_session
            && self.steps.iter().zip(&other.steps).all(|(left, right)| left.name == right.name)
    }

    /// Returns the struct type of the field at index `depth` of the path, or `None` if the field is not a struct.
    pub(crate) fn entered(&self, depth: usize) -> Option<&'static Target> {
        match self.steps[depth].kind {
            Kind::One(target) => Some(target),
            _ => None,
        }
    }
}

impl Meant {
    pub(crate) fn covers(&self, place: &Place) -> bool {
        match self {
            Self::Place(meant) => meant.overlaps(place),
            Self::Group(group) => place.group() == Some(*group),
        }
    }

    pub(crate) fn is_in(&self, group: Group) -> bool {
        match self {
            Self::Place(meant) => meant.group() == Some(group),
            Self::Group(meant) => *meant == group,
        }
    }
}

/// Returns the inputs that may be the next step of the path.
fn inputs(
    family: Family,
    above: &[&'static Field],
    in_session: bool,
) -> impl Iterator<Item = &'static Field> {
    let own = above.is_empty().then(|| family.facts().inputs.iter());
    let bare = matches!(above, [option] if is_bare_shipping(family, option, in_session));
    let of_option = bare.then(|| Family::ShippingOption.facts().inputs.iter());
    let of_option = of_option.into_iter().flatten();
    let priced = of_option.filter(|input| family::bare_shipping(input.name).is_some());
    own.into_iter().flatten().chain(priced)
}

/// Returns whether a field is the shipping option of an order, whose fields can also be mapped one by one through
/// paths.
fn is_bare_shipping(family: Family, field: &Field, in_session: bool) -> bool {
    let is_option = |target: &Target| target.family == Some(Family::ShippingOption);
    family == Family::Order
        && !in_session
        && matches!(field.kind, Kind::One(target) if is_option(target))
}

fn is_input(family: Family, index: usize, field: &Field) -> bool {
    index == 0 && family.facts().inputs.iter().any(|input| std::ptr::eq(input, field))
}

/// Finds a field by its name in Rust or in the API document: `kind` and `type` are the same field.
fn find_field(target: &'static Target, name: &str) -> Option<&'static Field> {
    let fields = target.fields.iter();
    fields
        .clone()
        .find(|field| field.name == name)
        .or_else(|| fields.clone().find(|field| field.wire == name))
}

/// Returns a description of the values that a field takes, for use in messages.
pub(crate) fn takes(kind: &Kind) -> &'static str {
    match kind {
        Kind::Text => "text",
        Kind::Phone => "a phone number",
        Kind::Code("Currency") => "a currency",
        Kind::Code(_) => "a country",
        Kind::Amount => "an amount",
        Kind::Quantity => "a quantity",
        Kind::Percent => "a percentage",
        Kind::Enum(..) => "one of several words",
        Kind::Value(_) => "a value",
        Kind::One(target) => target.family.map_or("a struct", |family| family.facts().with_article),
        Kind::Many(_) => "a list",
    }
}

fn unresolved(family: Family, above: &[String], name: &str, reason: Reason) -> Box<Unresolved> {
    let owner = if above.is_empty() {
        family.facts().with_article.to_owned()
    } else {
        format!("`{}`", above.join("."))
    };
    let meant = match &reason {
        Reason::Alias(path) => Place::known(family, path).map(Meant::Place),
        Reason::Shipping => Place::known(family, "shipping_option").map(Meant::Place),
        Reason::Near(near) => {
            let path: Vec<String> = above.iter().cloned().chain([near.clone()]).collect();
            Place::follow(family, &path).ok().map(Meant::Place)
        }
        Reason::Price => Some(Meant::Group(Group::Price)),
        Reason::Vat => Some(Meant::Group(Group::Vat)),
        _ => None,
    };
    Box::new(Unresolved { segment: above.len(), name: name.to_owned(), owner, reason, meant })
}

/// Returns why a struct has no field with this name. The most certain reasons are tried first.
fn unknown(family: Family, target: &'static Target, names: &[String], index: usize) -> Reason {
    let name = names[index].as_str();
    if target.read_only.contains(&name) {
        return Reason::ReadOnly;
    }
    let mut inputs: &[Field] = &[];
    if index == 0 {
        match suggest::alias(family, name) {
            Some(Alias::Target(path)) => return Reason::Alias(path.to_owned()),
            Some(Alias::Price) => return Reason::Price,
            Some(Alias::Vat) => return Reason::Vat,
            Some(Alias::VatOfOrder) => return Reason::VatOfOrder,
            Some(Alias::Shipping) => return Reason::Shipping,
            None => {}
        }
        if let Some(path) = around_order(family, names) {
            return Reason::Alias(path);
        }
        if let Some(other) = elsewhere(family, name) {
            return Reason::Elsewhere(other);
        }
        inputs = family.facts().inputs;
    }
    let entered = target.family.filter(|_| index > 0);
    match entered.and_then(|family| suggest::alias(family, name)) {
        Some(Alias::Target(near)) => return Reason::Near(near.to_owned()),
        Some(Alias::Price) => return Reason::Price,
        Some(Alias::Vat) => return Reason::Vat,
        Some(Alias::VatOfOrder | Alias::Shipping) | None => {}
    }
    let known = target.fields.iter().chain(inputs).map(|field| field.name);
    suggest::nearest(name, known).map_or(Reason::Unknown, |near| Reason::Near(near.to_owned()))
}

/// Returns the longest prefix of the path that exists below `session`: `session.customer` for `customer.emial`.
fn around_order(family: Family, names: &[String]) -> Option<String> {
    if family != Family::Order {
        return None;
    }
    (1..=names.len())
        .rev()
        .map(|count| format!("session.{}", names[..count].join(".")))
        .find(|path| Place::known(family, path).is_some())
}

/// Returns another family that has this field.
fn elsewhere(family: Family, name: &str) -> Option<Family> {
    let has = |other: &Family| {
        other.facts().inputs.iter().any(|input| input.name == name)
            || find_field(other.facts().target, name).is_some()
    };
    Family::ALL.into_iter().filter(|other| *other != family).find(has)
}
