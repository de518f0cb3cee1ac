//! A hit before its text is read, and the order of hits by rank.

use std::cmp::Ordering;

use crate::document::Role;
use crate::index::{DocumentAddress, flag};
use crate::query::{Place, Tier};

/// A matching passage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hit {
    /// Address of its row.
    pub address: DocumentAddress,
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
    /// Role of the request's partner in the passage.
    pub role: HitRole,
}

/// Role of the request's partner in a passage, and whether it is a key of the order. One byte for both keeps a hit, of
/// which a long answer has many, at 32 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HitRole(u8);

impl HitRole {
    /// Bit of a request that orders its hits by role.
    const ORDERS: u8 = 128;

    /// Makes the value of a role, which is `None` where the request asks for no partner or the passage names none.
    pub fn new(role: Option<Role>, orders: bool) -> Self {
        Self(role_rank(role) | if orders { Self::ORDERS } else { 0 })
    }

    /// Returns the role.
    pub fn role(self) -> Option<Role> {
        Role::ALL.get(usize::from(self.0 & !Self::ORDERS)).copied()
    }

    /// Returns the place of the role in the order, from 0; 0 for each hit of a request that does not order by role.
    pub fn rank(self) -> u8 {
        if self.0 & Self::ORDERS == 0 { 0 } else { self.0 & !Self::ORDERS }
    }
}

impl Hit {
    /// Bits of `flags` that no index holds. The first: the hit stands for a document whose title is the query.
    const TITLED: u64 = 1 << 63;
    /// The query has a year, the document is of another one, and the passage does not name it.
    const OF_OTHER_YEAR: u64 = 1 << 62;
    /// The hit stands among the partial ones.
    const AMID: u64 = 1 << 61;

    /// Tells that the title of the document is the query.
    pub fn set_titled(&mut self) {
        self.flags |= Self::TITLED;
    }

    /// True for the hit that stands for a document whose title is the query.
    pub fn is_titled(&self) -> bool {
        self.flags & Self::TITLED != 0
    }

    /// Tells that the query has a year, and that the passage is neither of it nor names it.
    pub fn set_of_other_year(&mut self) {
        self.flags |= Self::OF_OTHER_YEAR;
    }

    /// True for a hit that is neither of a year of the query nor names it.
    pub fn is_of_other_year(&self) -> bool {
        self.flags & Self::OF_OTHER_YEAR != 0 && !self.is_titled()
    }

    /// Ranks an exact hit among the partial ones.
    pub fn set_amid(&mut self) {
        self.flags |= Self::AMID;
    }

    /// True for a partial hit and for an exact one that is ranked among them.
    pub fn is_amid(&self) -> bool {
        self.relaxed || self.flags & Self::AMID != 0
    }
}

/// Columns of hits that the order reads.
pub(crate) trait Columns {
    /// Returns the first day of the document of a hit; `None` for an undated one.
    fn day(&self, hit: &Hit) -> Option<u64>;

    /// Returns the hash of the headings and partners of a hit.
    fn frame(&self, hit: &Hit) -> u64;

    /// Returns both halves of the sketch of the text of a hit.
    fn sketch(&self, hit: &Hit) -> [u64; 2];
}

pub(crate) fn is_contents(hit: &Hit) -> bool {
    hit.flags & flag::TOC != 0
}

/// Returns the place of a role in the order, from 0; hits without a role come last.
pub(crate) fn role_rank(role: Option<Role>) -> u8 {
    role.map_or(Role::ALL.len() as u8, |role| role as u8)
}

/// Compares hits, best first: a document whose title is the query, the year of the query before others, text
/// before title and headings alone, tier, running text before contents lists, role of the partner asked for, score.
/// Ties are broken by document and address.
pub(crate) fn by_rank(a: &Hit, b: &Hit) -> Ordering {
    b.is_titled()
        .cmp(&a.is_titled())
        .then(a.is_of_other_year().cmp(&b.is_of_other_year()))
        .then(a.place.is_above().cmp(&b.place.is_above()))
        .then(a.tier.cmp(&b.tier))
        .then(is_contents(a).cmp(&is_contents(b)))
        .then(a.role.rank().cmp(&b.role.rank()))
        .then(b.score.total_cmp(&a.score))
        .then(a.document.cmp(&b.document))
        .then(a.address.cmp(&b.address))
}

#[cfg(test)]
mod tests {
    use super::{Hit, HitRole};
    use crate::document::Role;

    #[test]
    fn a_role_takes_one_byte_and_orders_only_where_asked() {
        assert_eq!(size_of::<Hit>(), 32);
        for (rank, role) in (0..).zip(Role::ALL.map(Some).into_iter().chain([None])) {
            let [told, ordered] = [false, true].map(|orders| HitRole::new(role, orders));
            assert_eq!((told.role(), told.rank()), (role, 0));
            assert_eq!((ordered.role(), ordered.rank()), (role, rank));
        }
    }
}
