//! What follows from how types hang together: which way each travels, what read-only fields it holds, and
//! where a cycle needs a box.

use std::collections::HashSet;

use crate::model::{Body, Def, Model, Payload, Type, TypeId};

/// Settles direction and boxes.
pub(crate) fn settle(model: &mut Model) {
    boxes(model);
    let (mut sent, received) = directions(model);
    // Unions that no operation reaches serve the checkout page, and a merchant may make their variants. Other
    // components that none reaches are parts that were merged into what is sent or received: nobody makes them.
    for id in model.ids() {
        if matches!(model.get(id).def, Def::Union(_)) && !received.contains(&id) {
            reach(model, &Type::Named(id), &mut sent);
        }
    }
    for id in model.ids() {
        let read_only_inside = read_only_inside(model, id, &mut HashSet::new());
        let direction = &mut model.types[id.0].direction;
        direction.sent = sent.contains(&id);
        direction.read_only_inside = read_only_inside;
    }
}

fn directions(model: &Model) -> (HashSet<TypeId>, HashSet<TypeId>) {
    let (mut sent, mut received) = (HashSet::new(), HashSet::new());
    for operation in model.operations() {
        // A callback's body comes from Dintero, and its answer goes there.
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
        for answer in &operation.answers {
            if let Payload::Json(ty) = &answer.payload {
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

fn reach(model: &Model, ty: &Type, reached: &mut HashSet<TypeId>) {
    let Some(id) = ty.named() else { return };
    if reached.insert(id) {
        for ty in parts(model, id) {
            reach(model, &ty, reached);
        }
    }
}

/// The types of its fields, or its variants.
pub(crate) fn parts(model: &Model, id: TypeId) -> Vec<Type> {
    match &model.get(id).def {
        Def::Struct(object) => object.fields.iter().map(|field| field.ty.clone()).collect(),
        Def::Union(union) => union.variants.iter().map(|variant| Type::Named(variant.ty)).collect(),
        Def::Enum(_) => Vec::new(),
    }
}

fn read_only_inside(model: &Model, id: TypeId, seen: &mut HashSet<TypeId>) -> bool {
    if !seen.insert(id) {
        return false;
    }
    let own = match &model.get(id).def {
        Def::Struct(object) => object.fields.iter().any(|field| field.read_only),
        Def::Enum(_) | Def::Union(_) => false,
    };
    own || parts(model, id)
        .iter()
        .filter_map(Type::named)
        .any(|id| read_only_inside(model, id, seen))
}

/// A struct that holds itself without a list or a map between needs a box.
fn boxes(model: &mut Model) {
    for id in model.ids() {
        let Def::Struct(object) = &model.get(id).def else { continue };
        let cyclic: Vec<usize> = (0..object.fields.len())
            .filter(|index| holds(model, &object.fields[*index].ty, id, &mut HashSet::new()))
            .collect();
        if let Def::Struct(object) = &mut model.types[id.0].def {
            for index in cyclic {
                let field = &mut object.fields[index];
                field.ty = Type::Boxed(Box::new(field.ty.clone()));
            }
        }
    }
}

fn holds(model: &Model, ty: &Type, wanted: TypeId, seen: &mut HashSet<TypeId>) -> bool {
    let Type::Named(id) = ty else { return false };
    *id == wanted
        || (seen.insert(*id) && parts(model, *id).iter().any(|ty| holds(model, ty, wanted, seen)))
}
