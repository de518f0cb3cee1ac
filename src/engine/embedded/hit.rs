//! A hit before its text is read, and the order of hits by rank.

use std::cmp::Ordering;

use tantivy::DocAddress;

use crate::document::Role;
use crate::index::flag;
use crate::query::{Place, Tier};

/// A matching passage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit {
    /// Address of its row.
    pub address: DocAddress,
    /// Number of its document.
    pub document: u64,
    /// Tier of its best match.
    pub tier: Tier,
    /// Its score.
    pub score: f32,
    /// Bits of [`flag`].
    pub flags: u64,
    /// True for a partial match.
    pub relaxed: bool,
    /// Place of the query.
    pub place: Place,
    /// Role of the request's partner in the passage; `None` where the request asks for none.
    pub role: Option<Role>,
    /// Place of the role in the order, from 0; 0 for each hit of a request that does not ask for several roles.
    pub role_rank: u8,
}

pub(super) fn is_contents(hit: &Hit) -> bool {
    hit.flags & flag::TOC != 0
}

/// Returns the place of a role in the order, from 0; hits without a role come last.
pub(super) fn role_rank(role: Option<Role>) -> u8 {
    role.map_or(Role::ALL.len() as u8, |role| role as u8)
}

/// Compares hits, best first: text before title and headings alone, tier, running text before contents lists, role of
/// the partner asked for, score. Ties are broken by document and address.
pub(super) fn by_rank(a: &Hit, b: &Hit) -> Ordering {
    a.place
        .is_above()
        .cmp(&b.place.is_above())
        .then(a.tier.cmp(&b.tier))
        .then(is_contents(a).cmp(&is_contents(b)))
        .then(a.role_rank.cmp(&b.role_rank))
        .then(b.score.total_cmp(&a.score))
        .then(a.document.cmp(&b.document))
        .then(a.address.cmp(&b.address))
}
