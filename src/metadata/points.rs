//! Points and features of a partner, and the role that follows from them.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::evidence::evidence;
use super::features::Features;
use crate::document::Role;

/// Fewest points for which the verdict of the rules is party.
pub(super) const PARTY_POINTS: i32 = 4;

/// Evidence of a text about one partner.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Points {
    /// Points of the rules.
    pub points: i32,
    pub venue: bool,
    pub member: bool,
    pub named: bool,
    /// The name as written, from the text with the highest `strength`.
    pub evidence: String,
    pub strength: i32,
    /// Matching rows of `data/role_points.tsv`, without the verdict of the rules.
    pub features: Features,
}

impl Points {
    /// Makes a mention without points.
    pub fn named_as(surface: String) -> Self {
        Self { named: true, evidence: surface, ..Self::default() }
    }

    /// Adds the evidence of another text.
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

    /// Returns the features, with the row `rules` if the verdict of the rules is party.
    pub fn evidence_features(&self) -> Features {
        let rules = self.points >= PARTY_POINTS;
        if rules { self.features.with(evidence().verdict) } else { self.features }
    }

    /// Adds the evidence of another text, but keeps only the features of the text with the higher sum of points.
    pub fn add_best(&mut self, other: &Self) {
        // A text without features has no sum; `None` is less than every sum.
        let sum = |points: &Self| (!points.features.is_empty()).then(|| evidence().sum(points.features));
        let features = match sum(self).cmp(&sum(other)) {
            Ordering::Less => other.features,
            Ordering::Equal => self.features.with(other.features),
            Ordering::Greater => self.features,
        };
        self.add(other);
        self.features = features;
    }

    /// Returns the strongest role that the evidence supports.
    pub fn role(&self) -> Role {
        match () {
            () if evidence().is_party(self.evidence_features()) => Role::Party,
            () if self.venue => Role::Venue,
            () if self.member => Role::Member,
            () => Role::Mention,
        }
    }
}

/// Points by row of the table of partners.
pub(super) type Tally = BTreeMap<usize, Points>;
