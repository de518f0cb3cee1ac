//! The roles in which passages name the partners of a request.

use crate::document::{Role, counted};

/// For each partner of a request, how many passages name it in which role; and the passages that a request for any
/// role would add or drop.
///
/// The passages counted hold the query and pass all other filters: those found with the roles of the request, together
/// with those found with any role.
///
/// # Examples
/// ```
/// # use fumikura::{Engine, Index, IndexOptions, Request, pipeline, query::Filters};
/// # let folder = tempfile::tempdir()?;
/// # let (texts, index) = (folder.path().join("texts"), folder.path().join("index"));
/// # std::fs::create_dir(&texts)?;
/// # std::fs::write(texts.join("a.txt"), "日米対話\n\n1. 情報共有\n両国は情報共有を進める。\n")?;
/// # std::fs::write(texts.join("b.txt"), "情報共有の動向\n\n米国では情報共有の制度がある。\n")?;
/// # pipeline::run(&IndexOptions::new(vec![texts], index.clone()), &())?;
/// # let index = Index::open(index)?;
/// let filters = Filters { partners: vec!["アメリカ".to_owned()], ..Filters::default() };
/// let answer = index.search(&Request { text: "情報共有".to_owned(), filters, ..Request::default() })?;
/// let roles = answer.roles.unwrap();
/// let us = &roles.partners[0];
/// assert_eq!((us.value.as_str(), us.party(), us.named()), ("米国", 1, 2));
/// assert_eq!((answer.total.passages, roles.added), (1, 1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartnerRoles {
    /// The partners, in the order of the request.
    pub partners: Vec<RoleCount>,
    /// Number of passages that a request for any role finds beyond the hits.
    pub added: usize,
    /// Number of hits that a request for any role leaves out: they name an excluded partner in another role.
    pub dropped: usize,
    /// Command that asks for any role, where it changes the answer and a command line asked.
    pub command: Option<String>,
}

/// Numbers of passages that name one partner, or a partner below it, by its strongest role in the passage.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoleCount {
    /// Usual name of the partner: the last part of its path.
    pub value: String,
    /// Its path in the tree of partners.
    pub path: String,
    /// Number of passages for each role, in the order of [`Role::ALL`].
    pub passages: [usize; 4],
}

impl RoleCount {
    /// Returns the number of passages in which the partner is a party.
    pub fn party(&self) -> usize {
        self.of(Role::Party)
    }

    /// Returns the number of passages in which a role is the strongest of the partner.
    pub fn of(&self, role: Role) -> usize {
        self.passages[role as usize]
    }

    /// Returns the number of passages that name the partner in any role.
    pub fn named(&self) -> usize {
        self.passages.iter().sum()
    }

    /// Formats the numbers: `タイ: party 2 · named 5 (venue 1, mention 2)`.
    fn phrase(&self) -> String {
        let others = Role::ALL.into_iter().skip(1).filter(|role| self.of(*role) > 0);
        let others: Vec<String> = others.map(|role| format!("{} {}", role.name(), self.of(role))).collect();
        let others = if others.is_empty() { String::new() } else { format!(" ({})", others.join(", ")) };
        format!("{}: party {} · named {}{others}", self.value, self.party(), self.named())
    }
}

impl PartnerRoles {
    /// True where a request for any role gives another answer.
    pub fn differs(&self) -> bool {
        self.added + self.dropped > 0
    }

    /// Formats the numbers as one sentence: `タイ: party 2 · named 5 (mention 3); --role any adds 3 passages`.
    pub fn sentence(&self) -> String {
        let mut parts: Vec<String> = self.partners.iter().map(RoleCount::phrase).collect();
        let change = |verb: &str, passages: usize| format!("{verb} {}", counted(passages, "passage"));
        match (self.added, self.dropped) {
            (0, 0) => {}
            (added, 0) => parts.push(format!("--role any {}", change("adds", added))),
            (0, dropped) => parts.push(format!("--role any {}", change("drops", dropped))),
            (added, dropped) => {
                parts.push(format!("--role any {} and {}", change("adds", added), change("drops", dropped)));
            }
        }
        let sentence = parts.join("; ");
        match self.command.as_ref().filter(|_| self.differs()) {
            Some(command) => format!("{sentence}: {command}"),
            None => sentence,
        }
    }

    /// Adds the numbers of a further index, for the same request.
    pub(crate) fn add(&mut self, other: &Self) {
        for (count, other) in self.partners.iter_mut().zip(&other.partners) {
            count.passages.iter_mut().zip(other.passages).for_each(|(sum, passages)| *sum += passages);
        }
        self.added += other.added;
        self.dropped += other.dropped;
    }
}
