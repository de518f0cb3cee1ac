//! The command line that gives the answer of a state.

use super::names::{Filter, is_flag};
use super::params::Params;
use super::tool::Tool;
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
                    Extension::Markdown => &["--format", "markdown"],
                    _ => &[],
                };
                let name = name.as_deref().map(|name| ["--", name]);
                let diff = self.option("diff").map(|diff| ["--diff", diff]);
                let head = ["series"].iter().chain(format).copied().chain(diff.into_iter().flatten());
                head.chain(name.into_iter().flatten()).map(str::to_owned).collect()
            }
            View::Help => vec!["search".to_owned(), "--help".to_owned()],
            View::Home | View::Facets => self.list_arguments("facets", extension),
            View::Tool(tool) => self.tool_arguments(*tool, extension),
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

    fn tool_arguments(&self, tool: Tool, extension: Extension) -> Vec<String> {
        let mut words = vec![tool.name().to_owned()];
        // Two texts are compared whole.
        let is_pair = tool == Tool::Similar && self.option("with").is_some();
        let rows = self.limit.or_else(|| tool.rows(extension.is_whole())).filter(|_| !is_pair);
        words.extend(rows.into_iter().flat_map(|rows| ["-n".to_owned(), rows.to_string()]));
        for (name, value) in self.pairs() {
            match name {
                "q" | "n" | "keys" | "lang" | "a" | "b" | "query" | "id" => {}
                _ if is_flag(name) => words.push(format!("--{name}")),
                // A value that looks like an option stands behind a sign of equality.
                _ if value.starts_with('-') => words.push(format!("--{name}={value}")),
                _ => words.extend([format!("--{name}"), value]),
            }
        }
        words.extend(extension.format().into_iter().flat_map(|name| ["--format".to_owned(), name.to_owned()]));
        match tool {
            Tool::Verify => return words,
            Tool::Kwic if extension == Extension::Csv => words.extend(["--bom".to_owned(), "always".to_owned()]),
            _ => {}
        }
        words.push("--".to_owned());
        let of = |name: &str| self.option(name).unwrap_or_default().to_owned();
        match tool {
            Tool::Compare => words.extend([of("a"), of("b")]),
            Tool::Timeline => words.extend(self.queries()),
            Tool::Similar => words.push(of("id")),
            _ => words.push(self.text.clone()),
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
