//! The three files that pages refer to. The name of each holds a hash of its bytes, so that a browser may keep it
//! forever.

use std::sync::LazyLock;

/// A file that pages refer to.
#[derive(Debug)]
pub struct Asset {
    /// Its path: `/assets/app-0123456789ab.css`.
    pub path: String,
    /// Its media type.
    pub media_type: &'static str,
    /// Its bytes.
    pub bytes: &'static [u8],
}

/// The files: style, script, icon.
pub static ASSETS: LazyLock<[Asset; 3]> = LazyLock::new(|| {
    let of = |name: &str, ending: &str, media_type: &'static str, bytes: &'static [u8]| {
        let hash = blake3::hash(bytes).to_hex();
        Asset { path: format!("/assets/{name}-{}.{ending}", &hash[..12]), media_type, bytes }
    };
    [
        of("app", "css", "text/css; charset=utf-8", include_bytes!("assets/app.css")),
        of("app", "js", "text/javascript; charset=utf-8", include_bytes!("assets/app.js")),
        of("icon", "svg", "image/svg+xml", include_bytes!("assets/icon.svg")),
    ]
});
