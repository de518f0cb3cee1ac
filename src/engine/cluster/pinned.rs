//! The generations that a search reads: one of each share, the same from its first call to its last.

use std::sync::Arc;

use super::generations::{Answering, Made};
use super::wire::Wire;

/// Generations of an index in the engine.
#[derive(Clone)]
pub(super) struct Pinned {
    wire: Arc<Wire>,
    parts: Arc<[Part]>,
    /// The names of the generations, as a part of paths.
    target: String,
}

/// A generation of a share.
#[derive(Clone)]
pub(super) struct Part {
    pub name: String,
    pub share: String,
    pub made: Made,
    /// Place of its first root in the list of all roots.
    pub first_root: usize,
}

impl Pinned {
    /// Takes generations that answer, in their order.
    pub fn to(wire: &Arc<Wire>, answering: &[Answering]) -> Self {
        let mut roots = 0;
        let part = |Answering { generation, made }: &Answering| {
            let first_root = roots;
            roots += made.stamp.roots.len();
            Part { name: generation.name(wire), share: generation.share.clone(), made: made.clone(), first_root }
        };
        Self::of(wire, answering.iter().map(part).collect())
    }

    fn of(wire: &Arc<Wire>, parts: Arc<[Part]>) -> Self {
        let target = parts.iter().map(|part| part.name.as_str()).collect::<Vec<_>>().join(",");
        Self { wire: wire.clone(), parts, target }
    }

    pub fn wire(&self) -> &Wire {
        &self.wire
    }

    /// Returns the generations; none where nothing was published.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// Returns each generation by itself.
    pub fn each(&self) -> impl Iterator<Item = (&Part, Self)> {
        self.parts.iter().map(|part| (part, Self::of(&self.wire, [part.clone()].into())))
    }

    /// Returns the path of a call on all generations.
    pub fn path(&self, call: &str) -> String {
        format!("{}/{call}", self.target)
    }

    /// Returns the names of the generations, sorted.
    pub fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self.parts.iter().map(|part| part.name.clone()).collect();
        names.sort_unstable();
        names
    }

    /// Returns the generation of a name.
    pub fn part(&self, name: &str) -> Option<&Part> {
        self.parts.iter().find(|part| part.name == name)
    }
}
