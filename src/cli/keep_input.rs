//! `fumikura index - --as FILE`: standard input becomes a file, because an index identifies documents by their files.

use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::document::shown_path;

/// Keeps standard input as a file. The file appears under its name when it is complete; until then, and where
/// anything fails, the file that was there stays.
pub(super) fn keep(file: &Path) -> Result<(), String> {
    let refused = |error: &dyn std::fmt::Display| format!("{}: {error}", shown_path(file));
    if std::fs::symlink_metadata(file).is_ok_and(|found| !found.is_file()) {
        return Err(refused(&"is no regular file; name another with --as"));
    }
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // A hidden file is never read as a document.
    let mut builder = tempfile::Builder::new();
    builder.prefix(".fumikura-").permissions(std::fs::Permissions::from_mode(0o666));
    let mut kept = builder.tempfile_in(folder).map_err(|error| refused(&error))?;
    let bytes = io::copy(&mut io::stdin().lock(), &mut kept).map_err(|error| refused(&error))?;
    if bytes == 0 {
        return Err(refused(&"standard input is empty; the file is left as it was"));
    }
    kept.flush().and_then(|()| kept.as_file().sync_all()).map_err(|error| refused(&error))?;
    kept.persist(file).map_err(|error| refused(&error.error))?;
    Ok(())
}
