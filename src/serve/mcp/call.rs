//! One call of a tool: its arguments, and the answer of the page's code to them.

use std::sync::Arc;

use serde_json::Value;

use super::arguments::Arguments;
use crate::output::OutputError;
use crate::query::Budget;
use crate::serve::answer;
use crate::serve::asked::Asked;
use crate::serve::params::Params;
use crate::serve::reply::Problem;
use crate::serve::server::Server;
use crate::serve::store::Held;
use crate::serve::view::View;

/// A call of a tool.
pub(super) struct Call<'a> {
    pub server: &'a Server,
    /// Scheme and name of the server; empty over standard input.
    pub base: &'a str,
    pub arguments: Arguments,
    pub budget: Budget,
}

impl Call<'_> {
    /// Answers as `/api/v1` does, and returns the commit that answered.
    pub fn asked(&self, params: Params, view: View) -> Result<(Value, Arc<Held>), Problem> {
        let asked = Asked::by_program(self.server, params, view, self.base)?;
        let bytes = answer::body(&asked, self.budget.clone())?;
        let value = serde_json::from_slice(&bytes).map_err(|error| {
            let error = std::io::Error::other(error);
            Problem::broken(&OutputError::Write(error))
        })?;
        Ok((value, asked.held))
    }
}
