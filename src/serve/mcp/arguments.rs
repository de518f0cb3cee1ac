//! Arguments of a tool call, as parameters of the page.

use axum::http::StatusCode;
use serde_json::{Map, Value};

use crate::serve::params::Params;
use crate::serve::reply::Problem;

/// Filters that the tools take: the name of the argument and that of the parameter.
pub(super) const FILTERS: [(&str, &str); 9] = [
    ("partner", "partner"),
    ("exclude_partner", "exclude-partner"),
    ("role", "role"),
    ("theme", "theme"),
    ("commitment", "commitment"),
    ("series", "series"),
    ("date", "date"),
    ("publisher", "publisher"),
    ("type", "type"),
];

/// The arguments of a call.
pub(super) struct Arguments(Map<String, Value>);

fn wrong(name: &str, reason: &str) -> Problem {
    let reason = format!("{name}: {reason}");
    Problem { parameter: Some(name.to_owned()), ..Problem::new(StatusCode::BAD_REQUEST, reason) }
}

impl Arguments {
    /// Takes arguments of the names that a tool knows. A null counts as absent: models send one for what they leave
    /// open.
    pub fn new(mut given: Map<String, Value>, tool: &str, known: &[&str]) -> Result<Self, Problem> {
        given.retain(|_, value| !value.is_null());
        match given.keys().find(|name| !known.contains(&name.as_str())) {
            None => Ok(Self(given)),
            Some(name) => {
                let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
                let name: String = name.chars().take(60).collect();
                Err(wrong(&name, &format!("is no argument of {tool}; its arguments are: {known}")))
            }
        }
    }

    /// Returns a text.
    pub fn text(&self, name: &str) -> Result<Option<&str>, Problem> {
        match self.0.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(wrong(name, "must be a string")),
        }
    }

    /// Returns a text that the tool needs.
    pub fn needed(&self, name: &str) -> Result<&str, Problem> {
        match self.text(name)?.map(str::trim) {
            Some("") => Err(wrong(name, "must not be empty")),
            Some(text) => Ok(text),
            None => Err(wrong(name, "is missing")),
        }
    }

    /// Returns texts: a list of strings, or one string.
    pub fn texts(&self, name: &str) -> Result<Vec<&str>, Problem> {
        match self.0.get(name) {
            None => Ok(Vec::new()),
            Some(Value::String(text)) => Ok(vec![text]),
            Some(Value::Array(all)) => {
                let text = |value: &'_ Value| value.as_str().is_some();
                if !all.iter().all(text) {
                    return Err(wrong(name, "must be a list of strings"));
                }
                Ok(all.iter().filter_map(Value::as_str).collect())
            }
            Some(_) => Err(wrong(name, "must be a string or a list of strings")),
        }
    }

    /// Returns a whole number between two bounds.
    pub fn number(&self, name: &str, least: usize, most: usize) -> Result<Option<usize>, Problem> {
        let Some(value) = self.0.get(name) else { return Ok(None) };
        // Some clients write 5 as 5.0.
        let whole =
            value.as_u64().or_else(|| value.as_f64().filter(|n| n.fract() == 0.0 && *n >= 0.0).map(|n| n as u64));
        let number = whole.and_then(|n| usize::try_from(n).ok()).filter(|n| (least..=most).contains(n));
        number.map(Some).ok_or_else(|| wrong(name, &format!("must be a whole number from {least} to {most}")))
    }

    /// Makes the parameters of the query and its filters.
    pub fn params(&self) -> Result<Params, Problem> {
        let mut params = Params { text: self.text("query")?.unwrap_or_default().to_owned(), ..Params::default() };
        for (argument, name) in FILTERS {
            for value in self.texts(argument)? {
                if value.contains('\0') {
                    return Err(wrong(argument, "holds a NUL character"));
                }
                if name == "date" && params.filters.date.is_some() {
                    return Err(wrong(argument, "takes one period, such as 2012..2015"));
                }
                if !value.trim().is_empty() {
                    params.set(name, value.to_owned()).map_err(|reason| wrong(argument, &reason))?;
                }
            }
        }
        Ok(params)
    }

    /// Gives an argument to the parameter of a name.
    pub fn set(&self, params: &mut Params, argument: &str, name: &str) -> Result<(), Problem> {
        let value = match self.0.get(argument) {
            None => return Ok(()),
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            Some(_) => return Err(wrong(argument, "must be a string or a number")),
        };
        params.set(name, value).map_err(|reason| wrong(argument, &reason))
    }
}
