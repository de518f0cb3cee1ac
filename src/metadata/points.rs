//! The points that texts give a partner, and the role that they make.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::evidence::evidence;
use super::features::Features;
use crate::document::Role;

/// Points that make a counterpart.
pub(super) const PARTY_POINTS: i32 = 4;

/// What a text says of one partner.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Points {
    pub points: i32,
    pub venue: bool,
    pub member: bool,
    pub named: bool,
    pub evidence: String,
    pub strength: i32,
    /// What of `data/role_points.tsv` holds.
    pub features: Features,
}

impl Points {
    /// A name and no more.
    pub fn named_as(surface: String) -> Self {
        Self { named: true, evidence: surface, ..Self::default() }
    }

    /// Adds what another text says.
    pub fn add(&mut self, other: &Self) {
        self.points += other.points;
        self.venue |= other.venue;
        self.member |= other.member;
        self.named |= other.named;
        self.features = self.features.with(other.features);
        if self.evidence.is_empty() || other.strength > self.strength {
            self.evidence.clone_from(&other.evidence);
            self.strength = other.strength;
        }
    }

    /// What holds, the verdict of the rules with it.
    pub fn evidence_features(&self) -> Features {
        let rules = self.points >= PARTY_POINTS;
        if rules { self.features.with(evidence().verdict) } else { self.features }
    }

    /// Keeps the features of the text that says most, where a document has several.
    pub fn add_best(&mut self, other: &Self) {
        // Without features nothing is known, and no sum to compare.
        let sum = |points: &Self| (!points.features.is_empty()).then(|| evidence().sum(points.features));
        let features = match sum(self).cmp(&sum(other)) {
            Ordering::Less => other.features,
            Ordering::Equal => self.features.with(other.features),
            Ordering::Greater => self.features,
        };
        self.add(other);
        self.features = features;
    }

    /// The strongest role that the evidence allows.
    pub fn role(&self) -> Role {
        match () {
            () if evidence().is_party(self.evidence_features()) => Role::Party,
            () if self.venue => Role::Venue,
            () if self.member => Role::Member,
            () => Role::Mention,
        }
    }
}

/// Points by row of the table.
pub(super) type Tally = BTreeMap<usize, Points>;
