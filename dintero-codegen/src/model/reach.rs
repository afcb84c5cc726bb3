//! Determines which types are sent, which types contain read-only fields, and where a cycle needs a box. All of this
//! follows from how types refer to each other. The functions use work lists instead of recursion, because types can
//! form chains that are longer than the stack allows.

use std::collections::HashSet;

use crate::model::{Body, Def, Model, Payload, Type, TypeId};

/// Sets the directions of types and adds boxes to cycles.
pub(crate) fn resolve(model: &mut Model) {
    boxes(model);
    let (mut sent, received) = directions(model);
    // Unions that no operation uses belong to the checkout page, and merchants may build the variants of such a union.
    // Other unused components were merged into types that are sent or received, and are never built themselves.
    for id in model.ids() {
        if matches!(model.get(id).def, Def::Union(_)) && !received.contains(&id) {
            reach(model, &Type::Named(id), &mut sent);
        }
    }
    let read_only_inside = read_only_inside(model);
    for id in model.ids() {
        let direction = &mut model.types[id.0].direction;
        direction.sent = sent.contains(&id);
        direction.read_only_inside = read_only_inside.contains(&id);
    }
}

fn directions(model: &Model) -> (HashSet<TypeId>, HashSet<TypeId>) {
    let (mut sent, mut received) = (HashSet::new(), HashSet::new());
    for operation in model.operations() {
        // Dintero sends the body of a callback and receives the response to it.
        let (out, back) = if operation.callback {
            (&mut received, &mut sent)
        } else {
            (&mut sent, &mut received)
        };
        for parameter in &operation.parameters {
            reach(model, &parameter.ty, out);
        }
        if let Some(ty) = operation.body.as_ref().and_then(Body::ty) {
            reach(model, ty, out);
        }
        if let Some(query) = operation.query {
            reach(model, &Type::Named(query), out);
        }
        for response in &operation.responses {
            if let Payload::Json(ty) = &response.payload {
                reach(model, ty, back);
            }
        }
        for error in &operation.errors {
            if let Some(ty) = &error.ty {
                reach(model, ty, back);
            }
        }
    }
    (sent, received)
}

/// Adds a type and the types that it contains, at any depth, to `reached`.
pub(crate) fn reach(model: &Model, ty: &Type, reached: &mut HashSet<TypeId>) {
    let mut next: Vec<TypeId> = ty.named().into_iter().collect();
    while let Some(id) = next.pop() {
        if reached.insert(id) {
            next.extend(model.get(id).parts().into_iter().filter_map(Type::named));
        }
    }
}

/// Returns the types that contain a read-only field, at any depth: types with such a field, and all types that contain
/// them.
fn read_only_inside(model: &Model) -> HashSet<TypeId> {
    let holders = holders(model, Type::named);
    let has_own = |id: &TypeId| {
        let object = model.get(*id).as_struct();
        object.is_some_and(|object| object.fields.iter().any(|field| field.read_only))
    };
    let mut next: Vec<TypeId> = model.ids().filter(has_own).collect();
    let mut inside = HashSet::new();
    while let Some(id) = next.pop() {
        if inside.insert(id) {
            next.extend(&holders[id.0]);
        }
    }
    inside
}

/// Returns, for each type, the types that contain it in a field or variant. `held` returns the type that a field or
/// variant contains.
fn holders(model: &Model, held: fn(&Type) -> Option<TypeId>) -> Vec<Vec<TypeId>> {
    let mut holders = vec![Vec::new(); model.types.len()];
    for id in model.ids() {
        for part in model.get(id).parts().into_iter().filter_map(held) {
            holders[part.0].push(id);
        }
    }
    holders
}

/// Adds boxes to the fields of structs that contain themselves without a list or a map in between.
fn boxes(model: &mut Model) {
    let mut holders = holders(model, directly);
    for id in cyclic(model, &holders) {
        let around = holding(&holders, id);
        let Def::Struct(object) = &mut model.types[id.0].def else { continue };
        for field in &mut object.fields {
            if let Some(held) = directly(&field.ty).filter(|held| around.contains(held)) {
                field.ty = Type::Boxed(Box::new(field.ty.clone()));
                holders[held.0].retain(|holder| *holder != id);
            }
        }
    }
}

/// Returns the named type that is stored inline, if there is one. Lists, maps and boxes store their values on the heap.
fn directly(ty: &Type) -> Option<TypeId> {
    match ty {
        Type::Named(id) => Some(*id),
        _ => None,
    }
}

/// Returns a type and all types that contain it inline, at any depth.
fn holding(holders: &[Vec<TypeId>], id: TypeId) -> HashSet<TypeId> {
    let mut around = HashSet::new();
    let mut next = vec![id];
    while let Some(id) = next.pop() {
        if around.insert(id) {
            next.extend(&holders[id.0]);
        }
    }
    around
}

/// Returns the types that may contain themselves. Types that contain no remaining type, and types that no remaining
/// type contains, are removed until nothing changes.
fn cyclic(model: &Model, holders: &[Vec<TypeId>]) -> Vec<TypeId> {
    let held: Vec<Vec<TypeId>> = model
        .ids()
        .map(|id| model.get(id).parts().into_iter().filter_map(directly).collect())
        .collect();
    let mut left: Vec<bool> = vec![true; model.types.len()];
    for (down, up) in [(held.as_slice(), holders), (holders, held.as_slice())] {
        let count = |id: TypeId| down[id.0].iter().filter(|other| left[other.0]).count();
        let mut counts: Vec<usize> = model.ids().map(count).collect();
        let mut next: Vec<TypeId> =
            model.ids().filter(|id| left[id.0] && counts[id.0] == 0).collect();
        while let Some(id) = next.pop() {
            left[id.0] = false;
            for other in &up[id.0] {
                counts[other.0] -= 1;
                if left[other.0] && counts[other.0] == 0 {
                    next.push(*other);
                }
            }
        }
    }
    model.ids().filter(|id| left[id.0]).collect()
}
