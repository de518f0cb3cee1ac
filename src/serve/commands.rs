//! The command line that gives the answer of a state.

use super::names::Filter;
use super::params::Params;
use super::view::{Extension, View};
use crate::output::shell_word;

impl Params {
    /// Returns the arguments of the command that gives the same answer, from the name of the command on.
    pub fn arguments(&self, view: &View, extension: Extension) -> Vec<String> {
        match view {
            View::Document(id) => {
                let json = (extension == Extension::Json).then_some("--json");
                ["show"].into_iter().chain(json).chain(["--", id]).map(str::to_owned).collect()
            }
            View::Series(name) => {
                let format = match extension {
                    Extension::Json => &["--json"][..],
                    Extension::Csv => &["--format", "csv"],
                    _ => &[],
                };
                let name = name.as_deref().map(|name| ["--", name]);
                ["series"].iter().chain(format).copied().chain(name.into_iter().flatten()).map(str::to_owned).collect()
            }
            View::Help => vec!["search".to_owned(), "--help".to_owned()],
            View::Home | View::Facets => self.list_arguments("facets", extension),
            View::Search => self.for_form(extension).list_arguments("search", extension),
        }
    }

    fn list_arguments(&self, command: &str, extension: Extension) -> Vec<String> {
        let mut words = vec![command.to_owned()];
        let searches = command == "search";
        for (name, value) in self.pairs() {
            let is_filter = Filter::ALL.iter().any(|filter| filter.name() == name);
            match name {
                "q" | "open" | "hit" | "passage" | "keys" | "lang" | "after" | "offset" => {}
                // Without --facets, `search` refuses --by, which would have no effect.
                "by" if searches && !self.facets => {}
                "n" if self.all => {}
                // A value that looks like an option stands behind a sign of equality.
                _ if is_filter && value.starts_with('-') => words.push(format!("--{name}={value}")),
                _ if is_filter => words.extend([format!("--{name}"), value]),
                "by" => words.extend(["--by".to_owned(), value]),
                _ if !searches => {}
                "n" => words.extend(["-n".to_owned(), value]),
                "sort" | "group" => words.extend([format!("--{name}"), value]),
                _ => words.push(format!("--{name}")),
            }
        }
        if searches && self.start() > 0 {
            words.extend(["--offset".to_owned(), self.start().to_string()]);
        }
        match extension {
            Extension::Json => words.push("--json".to_owned()),
            extension if searches => {
                words.extend(extension.format().into_iter().flat_map(|name| ["--format".to_owned(), name.to_owned()]));
                if extension == Extension::Csv {
                    // A spreadsheet reads a download as UTF-8 by this mark alone.
                    words.extend(["--bom".to_owned(), "always".to_owned()]);
                }
            }
            _ => {}
        }
        // `search` without a filter asks for a query, if only an empty one.
        if !self.text.is_empty() || searches {
            // After `--`, a query that begins with a hyphen is no option.
            words.extend(["--".to_owned(), self.text.clone()]);
        }
        words
    }

    /// Returns the command line that gives the same answer, for a shell.
    pub fn command(&self, view: &View, extension: Extension) -> String {
        let words = self.arguments(view, extension);
        let words: Vec<String> = words.iter().map(|word| shell_word(word)).collect();
        format!("fumikura {}", words.join(" "))
    }
}
