//! The modules of an expanded crate, the names in each module, and the definitions that the names resolve to.

use std::collections::BTreeMap;

use syn::{Attribute, Ident, Item, ItemImpl, UseTree, Visibility};

/// The modules of a crate. The first module is the root.
pub(super) struct Crate {
    pub(super) modules: Vec<Module>,
}

/// A module, by its position in [`Crate::modules`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) struct ModuleId(usize);

/// A definition: its module and its name.
pub(super) type Definition = (ModuleId, String);

/// One module.
pub(super) struct Module {
    parent: Option<ModuleId>,
    /// The path from the root; empty for the root itself.
    pub(super) path: Vec<String>,
    pub(super) items: BTreeMap<String, Item>,
    pub(super) children: BTreeMap<String, Child>,
    pub(super) uses: Vec<Use>,
    pub(super) impls: Vec<ItemImpl>,
}

/// A submodule.
pub(super) struct Child {
    pub(super) id: ModuleId,
    pub(super) is_public: bool,
}

/// One name that a `use` item imports.
#[derive(Clone)]
pub(super) struct Use {
    pub(super) path: Vec<String>,
    /// The imported name in this module; `None` for a glob import (`*`).
    pub(super) name: Option<String>,
    pub(super) is_public: bool,
}

/// The target of a name.
pub(super) enum Target {
    Item(Definition),
    Module(ModuleId),
    /// An item of another crate.
    Elsewhere,
}

impl Crate {
    pub(super) fn of(items: Vec<Item>) -> Self {
        let mut tree = Self { modules: Vec::new() };
        tree.add(None, Vec::new(), items);
        tree
    }

    pub(super) fn root(&self) -> ModuleId {
        ModuleId(0)
    }

    pub(super) fn module(&self, id: ModuleId) -> &Module {
        &self.modules[id.0]
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = ModuleId> + use<> {
        (0..self.modules.len()).map(ModuleId)
    }

    pub(super) fn item(&self, (module, name): &Definition) -> Option<&Item> {
        self.module(*module).items.get(name)
    }

    fn add(&mut self, parent: Option<ModuleId>, path: Vec<String>, items: Vec<Item>) -> ModuleId {
        let id = ModuleId(self.modules.len());
        self.modules.push(Module {
            parent,
            path: path.clone(),
            items: BTreeMap::new(),
            children: BTreeMap::new(),
            uses: Vec::new(),
            impls: Vec::new(),
        });
        for item in items {
            match item {
                Item::Mod(module) => {
                    let name = module.ident.to_string();
                    let is_public = is_shown(&module.vis, &module.attrs);
                    let inside = [path.as_slice(), std::slice::from_ref(&name)].concat();
                    let items = module.content.map(|(_, items)| items).unwrap_or_default();
                    let child = self.add(Some(id), inside, items);
                    let child = Child { id: child, is_public };
                    self.modules[id.0].children.insert(name, child);
                }
                Item::Use(item) => {
                    let is_public = is_shown(&item.vis, &item.attrs);
                    let mut leaves = Vec::new();
                    leaves_of(&item.tree, &mut Vec::new(), &mut leaves);
                    let uses = leaves.into_iter();
                    let uses = uses.map(|(path, name)| Use { path, name, is_public });
                    self.modules[id.0].uses.extend(uses);
                }
                Item::Impl(item) => self.modules[id.0].impls.push(item),
                item => {
                    if let Some(name) = name(&item) {
                        self.modules[id.0].items.insert(name.to_string(), item);
                    }
                }
            }
        }
        id
    }

    /// Resolves a name in a module.
    pub(super) fn find(&self, module: ModuleId, name: &str) -> Target {
        self.find_from(module, name, &mut Vec::new())
    }

    /// Resolves a path in a module.
    pub(super) fn resolve(&self, module: ModuleId, path: &[String]) -> Target {
        self.resolve_from(module, path, &mut Vec::new())
    }

    /// `visited` contains the names that are already being resolved, because modules may import from each other.
    fn find_from(&self, id: ModuleId, name: &str, visited: &mut Vec<Definition>) -> Target {
        let module = self.module(id);
        if visited.iter().any(|(at, seen)| *at == id && seen == name) {
            return Target::Elsewhere;
        }
        visited.push((id, name.to_owned()));
        if module.items.contains_key(name) {
            return Target::Item((id, name.to_owned()));
        }
        if let Some(child) = module.children.get(name) {
            return Target::Module(child.id);
        }
        let by_name = module.uses.iter().filter(|used| used.name.as_deref() == Some(name));
        for used in by_name {
            match self.resolve_from(id, &used.path, visited) {
                Target::Elsewhere => {}
                found => return found,
            }
        }
        for used in module.uses.iter().filter(|used| used.name.is_none()) {
            if let Target::Module(from) = self.resolve_from(id, &used.path, visited) {
                match self.find_from(from, name, visited) {
                    Target::Elsewhere => {}
                    found => return found,
                }
            }
        }
        Target::Elsewhere
    }

    fn resolve_from(
        &self,
        from: ModuleId,
        path: &[String],
        visited: &mut Vec<Definition>,
    ) -> Target {
        let mut at = from;
        let mut rest = path;
        while let [first, after @ ..] = rest {
            match first.as_str() {
                "crate" => at = self.root(),
                "self" => {}
                "super" => at = self.module(at).parent.unwrap_or(at),
                name => match self.find_from(at, name, visited) {
                    Target::Module(found) => at = found,
                    found if after.is_empty() => return found,
                    _ => return Target::Elsewhere,
                },
            }
            rest = after;
        }
        Target::Module(at)
    }
}

/// Returns whether an item is `pub` and not hidden from the documentation.
pub(super) fn is_shown(visibility: &Visibility, attributes: &[Attribute]) -> bool {
    matches!(visibility, Visibility::Public(_)) && !is_hidden(attributes)
}

/// Returns whether the attributes include `#[doc(hidden)]`.
pub(super) fn is_hidden(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let list = attribute.path().is_ident("doc").then(|| attribute.meta.require_list().ok());
        list.flatten().is_some_and(|list| list.tokens.to_string() == "hidden")
    })
}

fn name(item: &Item) -> Option<&Ident> {
    match item {
        Item::Const(item) => Some(&item.ident),
        Item::Enum(item) => Some(&item.ident),
        Item::Fn(item) => Some(&item.sig.ident),
        Item::Static(item) => Some(&item.ident),
        Item::Struct(item) => Some(&item.ident),
        Item::Trait(item) => Some(&item.ident),
        Item::Type(item) => Some(&item.ident),
        _ => None,
    }
}

/// Collects the paths of a `use`, each with its local name.
fn leaves_of(
    tree: &UseTree,
    before: &mut Vec<String>,
    leaves: &mut Vec<(Vec<String>, Option<String>)>,
) {
    let with = |name: &Ident, before: &[String]| [before, &[name.to_string()]].concat();
    match tree {
        UseTree::Path(path) => {
            before.push(path.ident.to_string());
            leaves_of(&path.tree, before, leaves);
            before.pop();
        }
        UseTree::Name(name) if name.ident == "self" => {
            leaves.push((before.clone(), before.last().cloned()));
        }
        UseTree::Name(name) => {
            leaves.push((with(&name.ident, before), Some(name.ident.to_string())))
        }
        UseTree::Rename(rename) => {
            leaves.push((with(&rename.ident, before), Some(rename.rename.to_string())));
        }
        UseTree::Glob(_) => leaves.push((before.clone(), None)),
        UseTree::Group(group) => {
            group.items.iter().for_each(|tree| leaves_of(tree, before, leaves))
        }
    }
}
