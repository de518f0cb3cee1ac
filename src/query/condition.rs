//! Conditions joined by AND, OR and NOT.

/// A condition on metadata in a query, over tests of any form.
#[derive(Clone, Debug)]
pub(crate) enum Condition<T> {
    Test(T),
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
}

impl<T> Condition<T> {
    /// Makes the same condition over other tests.
    pub fn map<'a, U>(&'a self, make: &impl Fn(&'a T) -> U) -> Condition<U> {
        let list = |conditions: &'a [Self]| conditions.iter().map(|one| one.map(make)).collect();
        match self {
            Self::Test(test) => Condition::Test(make(test)),
            Self::All(conditions) => Condition::All(list(conditions)),
            Self::Any(conditions) => Condition::Any(list(conditions)),
            Self::Not(condition) => Condition::Not(Box::new(condition.map(make))),
        }
    }

    /// Tells whether the condition holds, given which tests hold.
    pub fn holds(&self, passes: &impl Fn(&T) -> bool) -> bool {
        match self {
            Self::Test(test) => passes(test),
            Self::All(all) => all.iter().all(|one| one.holds(passes)),
            Self::Any(any) => any.iter().any(|one| one.holds(passes)),
            Self::Not(one) => !one.holds(passes),
        }
    }
}
