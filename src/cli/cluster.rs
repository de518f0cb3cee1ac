//! `fumikura --engine URL index`: an index on this machine, written to a cluster.

use std::io::Write;
use std::path::Path;

use super::{CommandResult, index, say};
use crate::document::counted;
use crate::engine::cluster::{Publishing, Wire, publish};
use crate::index::OpenIndex;

/// Number of shards of a generation: one a node of the least cluster that survives a node.
const SHARDS: usize = 3;

/// Environment variable that names the nodes of a cluster.
pub(super) const VARIABLE: &str = "FUMIKURA_ENGINE";

/// Reads documents into an index, then writes the index to the cluster that some URLs name.
pub(super) fn write(urls: &str, index: &Path, args: &index::IndexArgs, out: &mut dyn Write) -> CommandResult {
    if args.is_watching() {
        let reason = "a generation is published when a run ends, so --watch cannot go with --engine; run index \
                      again and again, from a timer";
        return Err(reason.into());
    }
    let wire = Wire::new(urls)?;
    let outcome = index::run(index, args, out)?;
    if args.is_dry() {
        return Ok(outcome);
    }
    let published = publish(&OpenIndex::open(index)?, &wire, Publishing { shards: SHARDS })?;
    say(&format!(
        "published {}, {}, {} in {:.1} MB to {} as {}",
        counted(published.documents, "document"),
        counted(published.passages, "passage"),
        counted(published.files, "file"),
        published.bytes as f64 / 1e6,
        wire.urls(),
        published.generation
    ));
    Ok(outcome)
}
