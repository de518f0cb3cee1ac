//! Publishers by the hosts of their sites.

use crate::table;

/// Table of publishers: `data/publishers.tsv`.
pub(crate) const PUBLISHERS: &str = include_str!("../../data/publishers.tsv");

/// Returns the publisher whose site an address belongs to; of two hosts, the longer one counts.
///
/// # Examples
/// ```
/// use fumikura::document::publisher_of;
///
/// assert_eq!(publisher_of("https://www.soumu.go.jp/menu_news/s-news/01.html"), Some("総務省"));
/// assert_eq!(publisher_of("https://www.enecho.meti.go.jp/a.pdf"), Some("資源エネルギー庁"));
/// assert_eq!(publisher_of("https://notsoumu.go.jp.example.com/"), None);
/// ```
pub fn publisher_of(address: &str) -> Option<&'static str> {
    let host = host_of(address)?.to_ascii_lowercase();
    let is_site = |site: &str| {
        !site.is_empty() && host.strip_suffix(site).is_some_and(|before| before.is_empty() || before.ends_with('.'))
    };
    table::rows(PUBLISHERS)
        .filter_map(|cells| Some((*cells.first()?, *cells.get(2)?)))
        .filter(|(_, site)| is_site(site))
        .max_by_key(|(_, site)| site.len())
        .map(|(name, _)| name)
}

/// Returns the host of an address of the web.
///
/// # Examples
/// ```
/// assert_eq!(fumikura::document::host_of("https://www.soumu.go.jp:443/a"), Some("www.soumu.go.jp"));
/// ```
pub fn host_of(address: &str) -> Option<&str> {
    let rest = address.trim().split_once("://").filter(|(scheme, _)| matches!(*scheme, "http" | "https"))?.1;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?.split(':').next()?;
    (!host.is_empty()).then_some(host)
}
