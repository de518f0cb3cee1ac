//! Help pages in the user's language.
//!
//! The parser of arguments has no hook for its headings and notes, and breaks lines at blanks alone, which Japanese
//! lacks. So a page is laid out here, as the parser lays it out, from the commands and arguments that the parser knows.

use std::ffi::OsString;
use std::fmt::Write;

use clap::builder::{StyledStr, Styles};
use clap::{Arg, Command};
use unicode_width::UnicodeWidthStr;

use super::language::Texts;
use super::line_breaks::broken;
use crate::output::one_line;

/// Words around the texts of the parser.
#[cfg(test)]
pub(super) const WORDS: [&str; 10] = [
    "Usage",
    "Commands",
    "Arguments",
    "Options",
    "OPTIONS",
    "COMMAND",
    "default",
    "env",
    "possible values",
    "Possible values",
];

/// Columns before a name, and between a name and its text.
const TAB: usize = 2;
/// Columns before a text that stands below its name.
const BELOW: usize = 10;
/// Widest page, in columns; a page has this width where no terminal shows it.
const WIDEST: usize = 100;
/// Narrowest text, in columns.
const NARROWEST: usize = 10;
/// Part of a page that names may take, in hundredths, before long texts go below them.
const NAMES: usize = 40;
/// Begins the text by which a marked parser names a command.
const MARK: char = '@';

/// Returns the columns of a page: those of the terminal, else of `COLUMNS`.
pub(super) fn width() -> usize {
    let columns = || std::env::var("COLUMNS").ok()?.parse().ok();
    let width = terminal_size::terminal_size().map(|(width, _)| width.0.into()).or_else(columns);
    width.unwrap_or(WIDEST).min(WIDEST)
}

/// Writes the page that arguments ask for; `None` where they ask for none. The text holds styles.
pub(super) fn page(arguments: &[OsString], command: &dyn Fn() -> Command, texts: &Texts) -> Option<String> {
    let (path, is_long) = asked(arguments, command())?;
    let mut program = command();
    // Without a command the parser builds itself with the arguments that all commands share, and names itself as it
    // was called.
    let _ = program.try_get_matches_from_mut(arguments.iter().take(1));
    program.build();
    let mut command = &mut program;
    for name in path.split_whitespace() {
        command = command.find_subcommand_mut(name)?;
    }
    Some(of_command(command, is_long, texts, width()))
}

/// Asks the parser which command's page the arguments ask for, and whether the long one: it reads them again, with
/// pages that hold nothing but the name of their command.
fn asked(arguments: &[OsString], command: Command) -> Option<(String, bool)> {
    fn marked(command: Command, path: &str) -> Command {
        let command = command.help_template(format!("{MARK}{path}\n{{before-help}}"));
        command.before_help("-h").before_long_help("--help").mut_subcommands(|command| {
            let path = format!("{path} {}", command.get_name());
            marked(command, &path)
        })
    }
    let error = marked(command, "").try_get_matches_from(arguments).err()?;
    let text = error.render().to_string();
    let Some(text) = text.strip_prefix(MARK) else {
        // The parser makes this command itself, unmarked.
        return Some(("help".to_owned(), false));
    };
    let (path, length) = text.split_once('\n')?;
    Some((path.trim().to_owned(), length.trim() == "--help"))
}

/// Returns a usage that the parser wrote in the language.
pub(super) fn in_language(usage: &StyledStr, texts: &Texts) -> String {
    let text = usage.ansi().to_string().replacen("Usage:", &format!("{}:", texts.get("Usage")), 1);
    let text = text.replace("[OPTIONS]", &format!("[{}]", texts.get("OPTIONS")));
    text.replace("<COMMAND>", &format!("<{}>", texts.get("COMMAND")))
}

/// Writes the page of a command that is built.
pub(super) fn of_command(command: &mut Command, is_long: bool, texts: &Texts, width: usize) -> String {
    let usage = in_language(&command.render_usage(), texts);
    let arguments: Vec<&Arg> = command.get_arguments().filter(|argument| !argument.is_hide_set()).collect();
    let is_long = is_long && arguments.iter().any(|argument| has_list(argument));
    let mut page = Page { texts, styles: command.get_styles(), width, is_long, text: String::new() };
    if let Some(about) = command.get_about() {
        page.lines(&about.to_string(), 0);
        page.text.push('\n');
    }
    let _ = writeln!(page.text, "{usage}");
    let mut commands: Vec<&Command> = command.get_subcommands().filter(|command| !command.is_hide_set()).collect();
    commands.sort_by_key(|command| command.get_display_order());
    page.section("Commands", commands.into_iter().map(|command| page.command(command)).collect(), false);
    let (positionals, mut options): (Vec<&Arg>, Vec<&Arg>) =
        arguments.into_iter().partition(|argument| argument.is_positional());
    options.sort_by_key(|option| (option.get_display_order(), order(option)));
    page.section("Arguments", positionals.into_iter().map(|argument| page.argument(argument)).collect(), is_long);
    page.section("Options", options.into_iter().map(|option| page.argument(option)).collect(), is_long);
    if let Some(after) = command.get_after_help() {
        page.text.push('\n');
        page.lines(&after.to_string(), 0);
    }
    page.text
}

/// The order of options that have the same place, as the parser has it.
fn order(option: &Arg) -> String {
    let short = option.get_short().map(|short| {
        let case = if short.is_ascii_lowercase() { '0' } else { '1' };
        format!("{}{case}", short.to_ascii_lowercase())
    });
    short.or_else(|| option.get_long().map(str::to_owned)).unwrap_or_default()
}

/// True for an argument whose values are a list with a text each, on a long page.
fn has_list(argument: &Arg) -> bool {
    let values = argument.get_possible_values();
    !argument.is_hide_possible_values_set()
        && values.iter().any(|value| !value.is_hide_set() && value.get_help().is_some())
}

/// A name with its text.
struct Entry {
    /// The name, with styles.
    name: String,
    /// Columns of the name.
    width: usize,
    text: String,
    /// What stands in brackets behind the text.
    notes: Vec<String>,
    /// Values with their texts.
    values: Vec<(String, String)>,
}

struct Page<'a> {
    texts: &'a Texts,
    styles: &'a Styles,
    width: usize,
    is_long: bool,
    text: String,
}

impl Page<'_> {
    /// Adds a text of the parser from a column on; the first line has its indent already.
    fn lines(&mut self, english: &str, column: usize) {
        let text = self.texts.get(english).to_owned();
        self.own_lines(&text, column);
    }

    fn own_lines(&mut self, text: &str, column: usize) {
        let lines = broken(text, self.width.saturating_sub(column).max(NARROWEST));
        let _ = writeln!(self.text, "{}", lines.join(&format!("\n{:column$}", "")));
    }

    fn command(&self, command: &Command) -> Entry {
        let literal = self.styles.get_literal();
        let name = command.get_name();
        let about = command.get_about().map(StyledStr::to_string).unwrap_or_default();
        Entry {
            name: format!("{literal}{name}{literal:#}"),
            width: name.width(),
            text: self.texts.get(&about).to_owned(),
            notes: Vec::new(),
            values: Vec::new(),
        }
    }

    fn argument(&self, argument: &Arg) -> Entry {
        let (literal, placeholder) = (self.styles.get_literal(), self.styles.get_placeholder());
        let shown = argument.to_string();
        let flag = match (argument.get_long(), argument.get_short()) {
            (Some(long), _) => format!("--{long}"),
            (None, Some(short)) => format!("-{short}"),
            (None, None) => String::new(),
        };
        let value = shown.strip_prefix(&flag).unwrap_or_default();
        let short = match (argument.get_long(), argument.get_short()) {
            (Some(_), Some(short)) => format!("{literal}-{short}{literal:#}, "),
            (Some(_), None) => "    ".to_owned(),
            (None, _) => String::new(),
        };
        let long = argument.get_long_help().filter(|_| self.is_long);
        let help = long.or(argument.get_help()).map(StyledStr::to_string).unwrap_or_default();
        Entry {
            name: format!("{short}{literal}{flag}{literal:#}{placeholder}{value}{placeholder:#}"),
            width: shown.width() + if argument.get_long().is_some() { 4 } else { 0 },
            text: self.texts.get(&help).to_owned(),
            notes: self.notes(argument),
            values: if self.is_long && has_list(argument) { self.values(argument) } else { Vec::new() },
        }
    }

    fn values(&self, argument: &Arg) -> Vec<(String, String)> {
        let values = argument.get_possible_values().into_iter().filter(|value| !value.is_hide_set());
        let text = |help: Option<&StyledStr>| help.map(|help| self.texts.get(&help.to_string()).to_owned());
        values.map(|value| (value.get_name().to_owned(), text(value.get_help()).unwrap_or_default())).collect()
    }

    fn notes(&self, argument: &Arg) -> Vec<String> {
        let mut notes = Vec::new();
        let mut add = |name: &str, value: &str| notes.push(format!("[{}: {value}]", self.texts.get(name)));
        if !argument.get_num_args().is_some_and(|number| number.takes_values()) {
            return notes;
        }
        if let Some(name) = argument.get_env().filter(|_| !argument.is_hide_env_set()) {
            let value = std::env::var_os(name).unwrap_or_default();
            add("env", &one_line(&format!("{}={}", name.to_string_lossy(), value.to_string_lossy())));
        }
        let defaults: Vec<_> = argument.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
        if !defaults.is_empty() && !argument.is_hide_default_value_set() {
            add("default", &one_line(&defaults.join(" ")));
        }
        let values = self.values(argument);
        let is_listed = self.is_long && has_list(argument);
        if !(values.is_empty() || argument.is_hide_possible_values_set() || is_listed) {
            add("possible values", &values.into_iter().map(|(name, _)| name).collect::<Vec<_>>().join(", "));
        }
        notes
    }

    /// Adds entries under a heading.
    fn section(&mut self, heading: &str, entries: Vec<Entry>, is_long: bool) {
        if entries.is_empty() {
            return;
        }
        let header = self.styles.get_header();
        let _ = writeln!(self.text, "\n{header}{}:{header:#}", self.texts.get(heading));
        let longest = entries.iter().map(|entry| entry.width).max().unwrap_or_default();
        let column = longest + 2 * TAB;
        let left = self.width.saturating_sub(column);
        let is_wide = |entry: &Entry| {
            let notes = entry.notes.iter().map(|note| 1 + note.width_cjk()).sum::<usize>();
            entry.text.width_cjk() + notes > left
        };
        let is_below = is_long || column * 100 > self.width * NAMES && entries.iter().any(is_wide);
        for (at, entry) in entries.into_iter().enumerate() {
            if at > 0 && is_long {
                self.text.push('\n');
            }
            let _ = write!(self.text, "{:TAB$}{}", "", entry.name);
            if is_below {
                let _ = write!(self.text, "\n{:BELOW$}", "");
            } else {
                let _ = write!(self.text, "{:1$}", "", longest + TAB - entry.width);
            }
            self.entry(entry, if is_below { BELOW } else { column }, is_long);
        }
    }

    /// Adds what stands at the side of a name, or below it.
    fn entry(&mut self, entry: Entry, column: usize, is_long: bool) {
        if !is_long {
            let parts: Vec<String> = std::iter::once(entry.text).chain(entry.notes).collect();
            return self.own_lines(&parts.join(" "), column);
        }
        self.own_lines(&entry.text, column);
        if !entry.values.is_empty() {
            let _ = writeln!(self.text, "\n{:column$}{}:", "", self.texts.get("Possible values"));
            let literal = self.styles.get_literal();
            let longest = entry.values.iter().map(|(name, _)| name.width()).max().unwrap_or_default();
            for (name, text) in entry.values {
                let _ = write!(self.text, "{:column$}- {literal}{name}{literal:#}", "");
                if text.is_empty() {
                    self.text.push('\n');
                } else {
                    let padding = longest - name.width() + 1;
                    let _ = write!(self.text, ":{:padding$}", "");
                    self.own_lines(&text, column + TAB + longest + 2);
                }
            }
        }
        if !entry.notes.is_empty() {
            let _ = write!(self.text, "\n{:column$}", "");
            self.own_lines(&entry.notes.join("\n"), column);
        }
    }
}
