//! The role in which each passage names the partners of a request, and the passages of the other roles.

use tantivy::DocId;

use super::filter::{SegmentTests, below};
use super::segment_view::{Segment, values};
use crate::document::Role;
use crate::engine::ranking::hit::{Hit, HitRole};
use crate::engine::{PartnerRoles, RoleCount};
use crate::query::filter::FilterTests;
use crate::query::naming::Naming;

/// The strongest role of a partner in a passage.
#[derive(Clone, Copy, Debug, Default)]
struct Strongest {
    /// Among all roles.
    of_all: Option<Role>,
    /// Among the roles of the request.
    of_asked: Option<Role>,
}

/// Reads the roles in one segment.
pub(super) struct SegmentRoles<'a> {
    naming: &'a Naming,
    asked: &'a [Role],
    /// For each ordinal its role, and the numbers of the partners that its value names.
    of_ordinal: Vec<Option<(Role, Vec<usize>)>>,
    /// The partners in the passage read last.
    read: Vec<Strongest>,
}

impl<'a> SegmentRoles<'a> {
    /// Looks up the partners of a request; `None` where it asks for none.
    pub fn new(segment: &Segment<'_>, filters: &'a FilterTests) -> Option<Self> {
        let naming = filters.naming.as_ref()?;
        let named = |value: &String| {
            let (name, own) = value.split_once(':')?;
            let role = Role::of_name(name)?;
            let numbers = naming.paths.iter().enumerate().filter(|(_, path)| below(own, path)).map(|(at, _)| at);
            Some((role, numbers.collect::<Vec<_>>())).filter(|(_, numbers)| !numbers.is_empty())
        };
        let of_ordinal =
            segment.partner.as_ref().map(|column| values(column).iter().map(named).collect()).unwrap_or_default();
        let read = vec![Strongest::default(); naming.paths.len()];
        Some(Self { naming, asked: &filters.roles, of_ordinal, read })
    }

    /// Reads a passage; false where it names no partner of the request.
    pub fn read(&mut self, segment: &Segment<'_>, doc: DocId) -> bool {
        let ordinals = segment.partner.iter().flat_map(|column| column.term_ords(doc));
        let mut names = false;
        for (role, numbers) in ordinals.filter_map(|ord| self.of_ordinal.get(ord as usize)?.as_ref()) {
            if !names {
                self.read.fill(Strongest::default());
                names = true;
            }
            let stronger = |known: Option<Role>| Some(known.map_or(*role, |known| known.min(*role)));
            for number in numbers {
                let strongest = &mut self.read[*number];
                strongest.of_all = stronger(strongest.of_all);
                if self.asked.contains(role) {
                    strongest.of_asked = stronger(strongest.of_asked);
                }
            }
        }
        names
    }

    /// True where hits stand in the order of their roles: the request asks for several.
    pub fn is_ordered(&self) -> bool {
        self.asked.len() > 1
    }

    /// Returns the role of the passage read last for the whole request.
    pub fn role(&self) -> HitRole {
        HitRole::new(self.naming.role(&|at| self.read[at].of_asked), self.is_ordered())
    }
}

/// Counts the passages that name the partners of a request.
pub(super) struct RoleCounter {
    counts: PartnerRoles,
}

impl RoleCounter {
    /// Makes an empty counter; `None` where the request asks for no partner.
    pub fn new(filters: &FilterTests) -> Option<Self> {
        let count = |path: &String| RoleCount {
            value: path.rsplit('/').next().unwrap_or(path).to_owned(),
            path: path.clone(),
            ..RoleCount::default()
        };
        let partners = filters.naming.as_ref()?.paths.iter().map(count).collect();
        let counts = PartnerRoles { partners, ..PartnerRoles::default() };
        Some(Self { counts })
    }

    /// Counts the passage read last, which is a hit of the request, or of the same request for any role, or of both.
    fn add(&mut self, roles: &SegmentRoles<'_>, is_hit: bool, in_any_role: bool) {
        for (count, strongest) in self.counts.partners.iter_mut().zip(&roles.read) {
            if let Some(role) = strongest.of_all {
                count.passages[role as usize] += 1;
            }
        }
        self.counts.added += usize::from(!is_hit && in_any_role);
        self.counts.dropped += usize::from(is_hit && !in_any_role);
    }

    /// Counts a passage that holds the query and names a partner of the request.
    pub fn see(
        &mut self,
        roles: &SegmentRoles<'_>,
        any_role: &SegmentTests<'_>,
        (segment, doc): (&Segment<'_>, DocId),
        is_hit: bool,
    ) {
        let in_any_role = any_role.passed(segment, doc).all();
        if is_hit || in_any_role {
            self.add(roles, is_hit, in_any_role);
        }
    }

    /// Returns the numbers.
    pub fn finish(self) -> PartnerRoles {
        self.counts
    }
}

/// Counts from the hits of a request and from those of the same request for any role, both in the order of rows. This
/// costs a second evaluation of the query, and is needed only where a partner stands beside words.
pub(super) fn of_hits(segments: &[Segment<'_>], filters: &FilterTests, hits: &[Hit], any: &[Hit]) -> PartnerRoles {
    let Some(mut counter) = RoleCounter::new(filters) else { return PartnerRoles::default() };
    let (mut hits, mut any) = (hits.iter().peekable(), any.iter().peekable());
    for (ordinal, segment) in segments.iter().enumerate() {
        let Some(mut roles) = SegmentRoles::new(segment, filters) else { continue };
        let in_segment = |hit: &&Hit| hit.address.segment_ord as usize == ordinal;
        loop {
            let here = [hits.peek().copied().filter(in_segment), any.peek().copied().filter(in_segment)];
            let Some(doc) = here.iter().flatten().map(|hit| hit.address.doc_id).min() else { break };
            let [is_hit, in_any_role] = here.map(|hit| hit.is_some_and(|hit| hit.address.doc_id == doc));
            hits.next_if(|_| is_hit);
            any.next_if(|_| in_any_role);
            if roles.read(segment, doc) {
                counter.add(&roles, is_hit, in_any_role);
            } else {
                // Title or headings give another passage where a passage of the document joins.
                counter.counts.added += usize::from(!is_hit);
                counter.counts.dropped += usize::from(!in_any_role);
            }
        }
    }
    counter.finish()
}
