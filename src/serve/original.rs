//! `/doc/ID/original`: the file as it came.
//!
//! A file is a stranger's. Its path comes from the manifest alone; no link is followed below its root; its media type
//! comes from our own list; what a browser could run is downloaded, not shown.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::body::Body;
use axum::http::StatusCode;
use axum::http::header::{self, HeaderName, HeaderValue};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use rustix::fs::{CWD, Mode, OFlags, openat};
use tokio::sync::oneshot;

use super::asked::Asked;
use super::known::not_found;
use super::pool::{Cancel, Refused};
use super::reply::{Problem, Reply, put, reply as made};
use super::server::Server;
use super::store::Held;
use super::stream::{Writer, channel};
use super::view::View;
use crate::engine::Original;
use crate::extract;
use crate::ingest::{Hashing, MAX_FILE_BYTES};
use crate::output::path_of;

/// End of the address of an original.
pub(super) const ORIGINAL: &str = "/original";
/// End of the address of an original that has changed since it was indexed, after [`ORIGINAL`].
pub(super) const AS_IT_IS: &str = "/changed";
/// Content security of a file that a browser does not run.
const SHUT: &str = "default-src 'none'; sandbox";
/// Content security of a PDF. With `sandbox`, the viewers of browsers stay blank.
const PDF: &str = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'";
/// Bytes among which a PDF has its mark.
const PDF_HEAD: u64 = 1024;
/// Bytes by which the encoding of a text is told: a text is sent as it came, so the rest needs no decoding.
const TEXT_HEAD: u64 = 1 << 20;

/// How a file is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Manner {
    media_type: String,
    inline: bool,
    policy: &'static str,
}

impl Manner {
    /// Chooses the manner by the ending of the name, which decided how the file was read.
    fn of(name: &str) -> Self {
        let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase()).unwrap_or_default();
        let office = "application/vnd.openxmlformats-officedocument";
        let download = match ending.as_str() {
            "pdf" => return Self { media_type: "application/pdf".to_owned(), inline: true, policy: PDF },
            "txt" | "text" | "md" | "markdown" => {
                return Self { media_type: "text/plain".to_owned(), inline: true, policy: SHUT };
            }
            "docx" => format!("{office}.wordprocessingml.document"),
            "pptx" => format!("{office}.presentationml.presentation"),
            "xlsx" => format!("{office}.spreadsheetml.sheet"),
            "xls" => "application/vnd.ms-excel".to_owned(),
            "odt" => "application/vnd.oasis.opendocument.text".to_owned(),
            "ods" => "application/vnd.oasis.opendocument.spreadsheet".to_owned(),
            // HTML, SVG, XML, macros, and whatever else: bytes.
            _ => "application/octet-stream".to_owned(),
        };
        Self { media_type: download, inline: false, policy: SHUT }
    }
}

/// Returns the media type that a file of this name is sent with, without the encoding of a text.
pub(super) fn media_type(path: &str) -> String {
    Manner::of(path.rsplit('/').next().unwrap_or_default()).media_type
}

/// Characters of a name that stand in `filename*` as they are (RFC 8187).
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Makes the header that names the file, from a name of any bytes.
fn disposition(name: &str, inline: bool) -> String {
    let acts = |c: &char| !c.is_control() && crate::output::one_line(c.encode_utf8(&mut [0; 4])).chars().count() == 1;
    let shown: String = name.chars().filter(acts).filter(|c| !matches!(c, '/' | '\\')).collect();
    let ascii: String =
        shown.chars().map(|c| if c.is_ascii_alphanumeric() || "-._".contains(c) { c } else { '_' }).collect();
    let ascii = ascii.trim_start_matches('.');
    let kind = if inline { "inline" } else { "attachment" };
    format!("{kind}; filename=\"{ascii}\"; filename*=UTF-8''{}", percent_encode(shown.as_bytes(), PLAIN))
}

/// Opens a file below a folder, without following a link anywhere below it.
fn open_below(root: &Path, path: &Path) -> io::Result<File> {
    let folder = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let mut at = openat(CWD, root, folder, Mode::empty())?;
    let mut parts = path.components().peekable();
    while let Some(part) = parts.next() {
        let Component::Normal(name) = part else { return Err(io::ErrorKind::InvalidInput.into()) };
        if parts.peek().is_some() {
            at = openat(&at, name, folder | OFlags::NOFOLLOW, Mode::empty())?;
            continue;
        }
        // Opening a pipe must not wait for its writer.
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let file = File::from(openat(&at, name, flags, Mode::empty())?);
        return if file.metadata()?.is_file() { Ok(file) } else { Err(io::ErrorKind::InvalidInput.into()) };
    }
    Err(io::ErrorKind::InvalidInput.into())
}

/// An original that is ready to be sent.
struct Ready {
    file: File,
    size: u64,
    manner: Manner,
    disposition: String,
    changed: bool,
}

/// Finds and opens the file of a document, and compares it with the manifest.
fn ready(asked: &Asked, id: &str, gone: &AtomicBool) -> Result<Ready, Problem> {
    let Some(Original { folder, path, indexed }) = asked.held.collection.original(id)? else {
        return Err(not_found(id));
    };
    let missing = |_| Problem::new(StatusCode::NOT_FOUND, "the file of this document is not where it was indexed");
    let root = folder.ok_or_else(|| missing(()))?;
    let file = open_below(&root, &path).map_err(|_| missing(()))?;
    let broken = |error: io::Error| Problem::new(StatusCode::INTERNAL_SERVER_ERROR, format!("the file: {error}"));
    let metadata = file.metadata().map_err(broken)?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut manner = Manner::of(&name);
    let (file, hash) = read_through((file, metadata.len()), &root.join(&path), &mut manner, gone).map_err(broken)?;
    let modified = (metadata.mtime() as u64).wrapping_mul(1_000_000_000).wrapping_add(metadata.mtime_nsec() as u64);
    let changed = indexed.is_none_or(|indexed| {
        indexed.size != metadata.len()
            || match &hash {
                Some(hash) => *hash != indexed.hash,
                // A collection of a gigabyte is not read twice.
                None => indexed.modified_ns != modified,
            }
    });
    Ok(Ready { file, size: metadata.len(), disposition: disposition(&name, manner.inline), manner, changed })
}

/// A file that is read as long as its client waits.
struct Awaited<'a>(File, &'a AtomicBool);

impl Read for Awaited<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.1.load(Ordering::Relaxed) { Err(io::ErrorKind::BrokenPipe.into()) } else { self.0.read(buffer) }
    }
}

/// Reads a file of a size to its end and back to its start: its hash, the encoding of a text, the mark of a PDF.
fn read_through(
    (file, size): (File, u64),
    path: &Path,
    manner: &mut Manner,
    gone: &AtomicBool,
) -> io::Result<(File, Option<String>)> {
    if size > MAX_FILE_BYTES {
        return Ok((file, None));
    }
    let mut hashing = Hashing::new(Awaited(file.try_clone()?, gone));
    let is_text = manner.media_type == "text/plain";
    let mut head = Vec::new();
    hashing.by_ref().take(if is_text { TEXT_HEAD } else { PDF_HEAD }).read_to_end(&mut head)?;
    if is_text {
        let encoding = extract::decode(whole_lines(&head)).map_or("utf-8", |decoded| decoded.encoding);
        manner.media_type = format!("text/plain; charset={}", encoding.to_ascii_lowercase());
    } else if manner.media_type == "application/pdf" && !head.windows(5).any(|part| part == b"%PDF-") {
        *manner = Manner { media_type: "application/octet-stream".to_owned(), inline: false, policy: SHUT };
    }
    io::copy(&mut hashing, &mut io::sink())?;
    let hash = hashing.finish(path);
    let mut file = file;
    file.seek(SeekFrom::Start(0))?;
    Ok((file, Some(hash)))
}

/// Cuts the head of a text behind its last line, so that no character is cut in two.
fn whole_lines(head: &[u8]) -> &[u8] {
    let is_cut = head.len() as u64 == TEXT_HEAD;
    let end = head.iter().rposition(|byte| *byte == b'\n').filter(|_| is_cut);
    end.map_or(head, |end| &head[..=end])
}

/// Sends a file.
fn send(mut file: File, size: u64, mut writer: Writer) {
    let sent = io::copy(&mut Read::by_ref(&mut file).take(size), &mut writer);
    let whole = sent.and_then(|sent| if sent == size { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) });
    writer.end(whole);
}

/// True for the address of an original. The id of a document may end in the same way.
pub(super) fn is_asked(held: &Held, path: &str) -> bool {
    let ends = path.strip_suffix(AS_IT_IS).unwrap_or(path).ends_with(ORIGINAL);
    ends && held.collection.knows(path).is_ok_and(|known| !known)
}

/// Answers with the file of a document.
pub(super) async fn reply(server: Arc<Server>, asked: Asked) -> Result<Reply, Problem> {
    let View::Document(path) = &asked.view else { return Err(not_found("")) };
    if !server.settings.options.originals {
        return Err(Problem::new(StatusCode::NOT_FOUND, "this server gives no originals (--no-originals)"));
    }
    let (path, as_it_is) = path.strip_suffix(AS_IT_IS).map_or((path.as_str(), false), |path| (path, true));
    let id = path.strip_suffix(ORIGINAL).unwrap_or(path).to_owned();
    let notice = Problem {
        link: Some(format!("/doc/{}{ORIGINAL}{AS_IT_IS}", path_of(&id))),
        ..Problem::new(
            StatusCode::CONFLICT,
            "the file (or the values beside it) has changed since it was indexed, so the passages here may not be in \
             it; the link leads to the file as it is now",
        )
    };
    let share = server.streams.take(asked.limited)?;
    let (cancel, gone) = Cancel::new();
    let (writer, body) = channel(cancel);
    let (tell, told) = oneshot::channel();
    let asked = Arc::new(asked);
    let job = asked.clone();
    let send_file = move || {
        let _share = share;
        match ready(&job, &id, &gone) {
            Err(problem) => drop(tell.send(Err(problem))),
            Ok(Ready { changed: true, .. }) if !as_it_is => drop(tell.send(Err(notice))),
            Ok(Ready { file, size, manner, disposition, changed }) => {
                if tell.send(Ok((size, manner, disposition, changed))).is_ok() {
                    send(file, size, writer);
                }
            }
        }
    };
    server.originals.start(server.settings.options.timeout, send_file).await?;
    let (size, manner, disposition, changed) = told.await.map_err(|_| Problem::from(Refused::Panicked))??;
    let mut reply = made(StatusCode::OK, &manner.media_type, Body::new(body));
    let headers = reply.headers_mut();
    put(headers, header::CONTENT_LENGTH, &size.to_string());
    put(headers, header::CONTENT_DISPOSITION, &disposition);
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(manner.policy));
    if manner.policy == PDF {
        headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"));
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    let state = if changed { "changed" } else { "as-indexed" };
    put(headers, HeaderName::from_static("fumikura-original"), state);
    Ok(reply)
}
