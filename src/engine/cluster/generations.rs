//! The generations that answer.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Cluster;
use super::wire::{Method, WireError};
use crate::engine::{Engine, SearchError};
use crate::index::Stamp;

/// A generation as its mapping tells of it.
pub(super) struct Generation {
    pub name: String,
    pub stamp: Stamp,
}

impl Cluster {
    /// True where the generations that answer are those that were opened.
    ///
    /// # Errors
    /// A cluster that does not answer, or whose index is gone.
    pub fn is_current(&self) -> Result<bool, SearchError> {
        let found = self.wire.call(Method::Get, &format!("_alias/{}", self.wire.name()), None)?;
        let now: BTreeSet<&str> = found.as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
        let opened = Engine::generation(self)?;
        Ok(now == opened.split(' ').collect())
    }

    /// Reads the generations that answer, in the order of their names.
    pub(super) fn generations(&self) -> Result<Vec<Generation>, SearchError> {
        let found = self.wire.call(Method::Get, &format!("{}/_mapping", self.wire.name()), None)?;
        let of = |(name, body): (&String, &Value)| {
            let stamp = serde_json::from_value(body["mappings"]["_meta"]["stamp"].clone());
            let torn = |error| WireError::Torn(format!("the generation {name} has no stamp of ours: {error}"));
            Ok(Generation { name: name.clone(), stamp: stamp.map_err(torn)? })
        };
        let mut all: Vec<Generation> =
            found.as_object().into_iter().flatten().map(of).collect::<Result<_, WireError>>()?;
        all.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(all)
    }
}
