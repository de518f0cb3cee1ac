//! What other programs read to find and to take a page: search in the bar of a browser, feeds, reference managers,
//! crawlers. Pure functions from values to texts.

mod atom;
mod json_ld;
mod opensearch;
mod signposting;
mod sitemap;
mod tags;
mod unapi;
mod xml;

pub use atom::{Feed, atom_feed};
pub use json_ld::json_ld;
pub use opensearch::{opensearch_description, suggestions_json};
pub use signposting::{Original, signposting};
pub use sitemap::{MAX_SITEMAP_URLS, SitemapEntry, sitemap, sitemap_index};
pub use tags::{Tag, highwire_tags, meta_tags};
pub use unapi::{UNAPI_FORMATS, unapi_formats, unapi_record};
pub(super) use xml::escaped;
