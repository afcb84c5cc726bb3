//! Checks the marks that say which properties of a response may be unreadable. An unreadable lenient property becomes
//! `None`, whatever is inside it, so nothing that the runtime decides with may be lost that way.

use std::collections::{HashMap, HashSet, VecDeque};

use crate::extensions::Decides;
use crate::model::{Body, Field, Model, Payload, Type, TypeId};
use crate::report::{Report, Reports};

pub(crate) fn check(model: &Model, reports: &mut Reports) {
    swallowed(model, reports);
    unprotected(model, reports);
}

/// Reports lenient properties that contain a property by which the runtime decides, unless the overlay says that the
/// runtime does not use it there.
fn swallowed(model: &Model, reports: &mut Reports) {
    let mut found = HashMap::new();
    for field in fields(model).filter(|field| field.lenient) {
        let inside = field
            .ty
            .named()
            .and_then(|id| found.entry(id).or_insert_with(|| decision_inside(model, id)).clone());
        let wire = &field.wire;
        let report = match (field.decides, inside) {
            (Decides::Unsaid, Some(path)) => Report::error(
                "lenient",
                &field.at,
                format!("`{wire}` is marked `x-lenient`, but contains `{path}`, which decides about money or state"),
            )
            .help(
                "remove `x-lenient`; or, if the runtime uses nothing inside this property, set `x-decides: false` on it",
            ),
            (Decides::NothingInside, None) => Report::warning(
                "lenient",
                &field.at,
                format!("`{wire}` is marked `x-decides: false`, but contains nothing that decides anywhere"),
            )
            .help("remove `x-decides`"),
            _ => continue,
        };
        reports.push(report);
    }
}

/// Returns the path of the first property inside a type that is marked `x-decides: true`. Properties marked
/// `x-decides: false` are not searched.
fn decision_inside(model: &Model, id: TypeId) -> Option<String> {
    let is_searched = |field: &Field| field.decides != Decides::NothingInside;
    let reached = paths_from(model, vec![(id, String::new())], is_searched);
    reached.into_iter().find_map(|(id, path)| {
        let fields = model.get(id).as_struct().map_or(&[][..], |object| &object.fields);
        let field = fields.iter().find(|field| field.decides == Decides::Itself)?;
        Some(below(&path, field))
    })
}

/// Reports required lenient properties of objects that no lenient property contains. Such a property cannot become
/// `None`, so the whole response would be unreadable.
fn unprotected(model: &Model, reports: &mut Reports) {
    let mut reported = HashSet::new();
    for (id, path) in paths_from(model, received(model), |field| !field.lenient) {
        let fields = model.get(id).as_struct().map_or(&[][..], |object| &object.fields);
        let exposed = fields.iter().filter(|field| field.lenient && !field.may_be_empty);
        for field in exposed
            .filter(|field| field.is_required_in_responses())
            .filter(|field| reported.insert(&field.at))
        {
            let message = format!(
                "`{}` is lenient and required, but nothing around it is lenient at `{}`, so a response is unreadable \
                 without it",
                field.wire,
                below(&path, field)
            );
            reports.push(Report::error("lenient", &field.at, message).help(
                "mark a property that contains the object as `x-lenient`, make the property optional, or remove \
                 `x-lenient` from it",
            ));
        }
    }
}

/// Returns the types of the bodies of callbacks and successful responses, each with its name as the start of paths.
fn received(model: &Model) -> Vec<(TypeId, String)> {
    let bodies = model.operations().flat_map(|operation| {
        let request = operation.body.as_ref().and_then(Body::ty).filter(|_| operation.callback);
        let responses = operation.responses.iter().filter(|_| !operation.callback);
        let responses = responses.filter_map(|response| match &response.payload {
            Payload::Json(ty) => Some(ty),
            Payload::Empty | Payload::Bytes => None,
        });
        request.into_iter().chain(responses)
    });
    let ids = bodies.filter_map(Type::named);
    ids.map(|id| (id, model.name(id).to_owned())).collect()
}

/// Returns every type that the starting types contain, through fields for which `is_followed` returns `true`, at any
/// depth, each with its shortest path.
fn paths_from(
    model: &Model,
    from: Vec<(TypeId, String)>,
    is_followed: impl Fn(&Field) -> bool,
) -> Vec<(TypeId, String)> {
    let mut next = VecDeque::from(from);
    let mut seen = HashSet::new();
    let mut reached = Vec::new();
    while let Some((id, path)) = next.pop_front() {
        if !seen.insert(id) {
            continue;
        }
        let def = model.get(id);
        match def.as_struct() {
            Some(object) => {
                let followed = object.fields.iter().filter(|field| is_followed(field));
                next.extend(
                    followed.filter_map(|field| Some((field.ty.named()?, below(&path, field)))),
                );
            }
            None => {
                let variants = def.parts().into_iter().filter_map(Type::named);
                next.extend(variants.map(|id| (id, path.clone())));
            }
        }
        reached.push((id, path));
    }
    reached
}

fn below(path: &str, field: &Field) -> String {
    let separator = if path.is_empty() { "" } else { "." };
    format!("{path}{separator}{}", field.wire)
}

fn fields(model: &Model) -> impl Iterator<Item = &Field> {
    let structs = model.ids().filter_map(|id| model.get(id).as_struct());
    structs.flat_map(|object| &object.fields)
}
