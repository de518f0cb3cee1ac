//! `fumikura --engine URL index`: an index on this machine, written to a cluster.

use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use super::log_level::{Level, Teller};
use super::{CommandResult, index, report};
use crate::document::{counted, shown_path};
use crate::engine::cluster::{Published, Wire, publish};
use crate::index::{IndexError, OpenIndex};

/// Environment variable that names the nodes of a cluster.
pub(super) const VARIABLE: &str = "FUMIKURA_ENGINE";
/// Most documents that were left out that are named one by one.
const MOST_NAMED: usize = 20;

/// Reads documents into an index, and writes what is committed to the cluster that some URLs name.
pub(super) fn write(urls: &str, index: &Path, args: &index::IndexArgs, out: &mut dyn Write) -> CommandResult {
    let wire = Arc::new(Wire::new(urls)?);
    let mut options = args.publishing();
    index::run(index, args, out, &mut |teller| {
        let open = match OpenIndex::open(index) {
            // A watch that has met no file yet.
            Err(IndexError::Absent(_)) => return Ok(None),
            other => other?,
        };
        // The folder is there now, so that it has a full path.
        options.origin = origin(index);
        let published = publish(&open, &wire, &options)?;
        // A watch goes on with what it published.
        options.whole = false;
        say_published(&published, &wire, teller);
        Ok(Some(report::Published::new(&published, published.left_out.is_empty())?))
    })
}

/// Returns the machine and the folder of an index.
fn origin(index: &Path) -> String {
    let machine = rustix::system::uname();
    let folder = index.canonicalize().unwrap_or_else(|_| index.to_path_buf());
    format!("{}:{}", machine.nodename().to_string_lossy(), shown_path(&folder))
}

fn say_published(published: &Published, wire: &Wire, teller: &Teller) {
    let warn = |text: &str| teller.say(Level::Warn, text);
    let Published { generation, documents, written, removed, passages, files, bytes, left_out, is_new, not_copied } =
        published;
    for (id, share) in left_out.iter().take(MOST_NAMED) {
        let reason = format!("the share '{share}' has a document of this id, which is its path below the folder");
        warn(&format!("left out: {id}: {reason}; rename one of them, or index a folder above it"));
    }
    if let Some(more @ 1..) = left_out.len().checked_sub(MOST_NAMED) {
        warn(&format!("left out: {more} more, of the same reason"));
    }
    let whole =
        format!("{}, {}, {}", counted(*documents, "document"), counted(*passages, "passage"), counted(*files, "file"));
    if let Some(reason) = not_copied {
        warn(&format!("all documents were written, because the generation before could not be copied: {reason}"));
    }
    let told = match is_new {
        false => format!("nothing to publish: {} has {whole} as {generation}", wire.urls()),
        true => format!(
            "published {whole} to {} as {generation}: {written} written, {removed} removed, {:.1} MB",
            wire.urls(),
            *bytes as f64 / 1e6
        ),
    };
    teller.say(Level::Info, &told);
}
