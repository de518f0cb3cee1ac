//! Usage errors, and the advice that they give.

use std::borrow::Cow;
use std::error::Error;
use std::ffi::OsString;

use clap::builder::{StyledStr, Styles};
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::help_page::{self, in_language};
use super::language::Texts;
use super::{INDEX_VARIABLE, command};
use crate::output::{one_line, sanitized};

/// Sentences of the parser that stand in the errors; `{}` stands for words of the user.
#[cfg(test)]
pub(super) const SENTENCES: [&str; 17] = [
    ERROR,
    TIP,
    MORE,
    SUBCOMMANDS,
    MANY_TIMES,
    WITH,
    WITH_LIST,
    WITH_OTHERS,
    NO_EQUALS,
    NO_VALUE,
    INVALID_VALUE,
    NO_COMMAND,
    MISSING,
    NEEDS_COMMAND,
    NO_UTF8,
    TOO_MANY,
    UNKNOWN,
];

const ERROR: &str = "error";
const TIP: &str = "tip";
const MORE: &str = "For more information, try '{}'.";
const SUBCOMMANDS: &str = "subcommands";
const MANY_TIMES: &str = "the argument '{}' cannot be used multiple times";
const WITH: &str = "the argument '{}' cannot be used with '{}'";
const WITH_LIST: &str = "the argument '{}' cannot be used with:";
const WITH_OTHERS: &str = "the argument '{}' cannot be used with one or more of the other specified arguments";
const NO_EQUALS: &str = "equal sign is needed when assigning values to '{}'";
const NO_VALUE: &str = "a value is required for '{}' but none was supplied";
const INVALID_VALUE: &str = "invalid value '{}' for '{}'";
const NO_COMMAND: &str = "unrecognized subcommand '{}'";
const MISSING: &str = "the following required arguments were not provided:";
const NEEDS_COMMAND: &str = "'{}' requires a subcommand but one was not provided";
const NO_UTF8: &str = "invalid UTF-8 was detected in one or more arguments";
const TOO_MANY: &str = "unexpected value '{}' for '{}' found; no more were expected";
const UNKNOWN: &str = "unexpected argument '{}' found";

/// Names that are like the one typed: one, or several.
pub(super) const SIMILAR: [(ContextKind, &str, &str); 3] = [
    (ContextKind::SuggestedSubcommand, "a similar subcommand exists: {}", "some similar subcommands exist: {}"),
    (ContextKind::SuggestedArg, "a similar argument exists: {}", "some similar arguments exist: {}"),
    (ContextKind::SuggestedValue, "a similar value exists: {}", "some similar values exist: {}"),
];
/// Advice on leading NOT.
const NOT: &str = "to exclude a word, write NOT, or put -- before the query: 'NOT {}', or -- '-{}'";
/// Sentences of advice.
pub(super) const TIPS: [&str; 4] = [
    NOT,
    "to pass '{}' as a value, use '{}'",
    "subcommand '{}' exists; to use it, remove the '--' before it",
    "'{}' exists",
];
/// Reasons why a value is refused that name the value.
pub(super) const REASONS: [&str; 1] = ["{} is not in {}"];

/// Returns what a help text or an error says where the parser cannot print it itself: in another language, or where an
/// argument or a variable would act on the terminal. The text may hold styles.
pub(super) fn text(error: &mut clap::Error) -> Option<String> {
    let arguments: Vec<OsString> = std::env::args_os().collect();
    advise_on_not(error, &arguments);
    let variable = std::env::var_os(INDEX_VARIABLE);
    let is_plain = |text: &OsString| matches!(one_line(&text.to_string_lossy()), Cow::Borrowed(_));
    let is_plain = arguments.iter().chain(&variable).all(is_plain);
    let own = Texts::of_user().and_then(|texts| match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            help_page::page(&arguments, &command, &texts)
        }
        _ => message(error, &texts, command().get_styles()),
    });
    match own {
        Some(text) if is_plain => Some(text),
        // Values in the text are escaped; the name of the program may still act on the terminal.
        Some(text) => Some(sanitized(&StyledStr::from(text).to_string()).into_owned()),
        None if is_plain => None,
        None => Some(escaped(error, &arguments)),
    }
}

/// Returns the text of an error with all escape sequences of arguments and variables escaped: the error repeats the
/// arguments, and the help shows the value of a variable.
fn escaped(error: &mut clap::Error, arguments: &[OsString]) -> String {
    // Without styles, every escape sequence in the message comes from an argument, so the whole message can be
    // escaped.
    let mut plain = command().styles(Styles::plain()).try_get_matches_from(arguments).err();
    let error = plain.as_mut().unwrap_or(error);
    advise_on_not(error, arguments);
    let shown = |text: &str| one_line(text).into_owned();
    let contexts: Vec<(ContextKind, ContextValue)> =
        error.context().map(|(kind, value)| (kind, value.clone())).collect();
    for (kind, value) in contexts {
        let value = match value {
            _ if kind == ContextKind::Usage => continue,
            ContextValue::String(text) => ContextValue::String(shown(&text)),
            ContextValue::Strings(list) => ContextValue::Strings(list.iter().map(|text| shown(text)).collect()),
            ContextValue::StyledStr(text) => ContextValue::StyledStr(shown(&text.ansi().to_string()).into()),
            ContextValue::StyledStrs(list) => {
                ContextValue::StyledStrs(list.iter().map(|text| shown(&text.ansi().to_string()).into()).collect())
            }
            _ => continue,
        };
        error.insert(kind, value);
    }
    sanitized(&error.render().ansi().to_string()).into_owned()
}

/// Writes an error of the parser in a language, as the parser lays it out; `None` for a kind that no argument of ours
/// brings about.
pub(super) fn message(error: &clap::Error, texts: &Texts, styles: &Styles) -> Option<String> {
    let (bad, valid) = (styles.get_error(), styles.get_valid());
    let mut text = format!("{bad}{}:{bad:#} {}", texts.get(ERROR), problem(error, texts, styles)?);
    let mut tips = Vec::new();
    for (kind, one, several) in SIMILAR {
        let names = strings(error, kind);
        if !names.is_empty() {
            let quoted: Vec<String> = names.iter().map(|name| format!("'{valid}{name}{valid:#}'")).collect();
            tips.push(texts.filled(if names.len() == 1 { one } else { several }, &[quoted.join(", ")]));
        }
    }
    if let Some(ContextValue::StyledStrs(list)) = error.get(ContextKind::Suggested) {
        let sentence = |tip: &StyledStr| texts.of_sentence(&one_line(&tip.to_string()), &TIPS).into_owned();
        tips.extend(list.iter().map(sentence));
    }
    for (at, tip) in tips.iter().enumerate() {
        let blank = if at == 0 { "\n" } else { "" };
        text.push_str(&format!("{blank}\n  {valid}{}:{valid:#} {tip}", texts.get(TIP)));
    }
    if let Some(ContextValue::StyledStr(usage)) = error.get(ContextKind::Usage) {
        text.push_str(&format!("\n\n{}", in_language(usage, texts)));
    }
    let literal = styles.get_literal();
    let help = format!("{literal}--help{literal:#}");
    text.push_str(&format!("\n\n{}\n", texts.filled(MORE, &[help])));
    Some(text)
}

/// Returns the first sentence of an error, with the values that it lists.
fn problem(error: &clap::Error, texts: &Texts, styles: &Styles) -> Option<String> {
    let (valid, invalid, literal) = (styles.get_valid(), styles.get_invalid(), styles.get_literal());
    let first = |kind| strings(error, kind).into_iter().next();
    let wrong = |text: String| format!("{invalid}{text}{invalid:#}");
    let named = |text: String| format!("{literal}{text}{literal:#}");
    let list = |name: &str, kind| {
        let values = strings(error, kind);
        let values: Vec<String> = values.iter().map(|value| format!("{valid}{value}{valid:#}")).collect();
        if values.is_empty() { String::new() } else { format!("\n  [{}: {}]", texts.get(name), values.join(", ")) }
    };
    let lines = |names: Vec<String>, style: &anstyle::Style| {
        names.iter().map(|name| format!("\n  {style}{name}{style:#}")).collect::<String>()
    };
    Some(match error.kind() {
        ErrorKind::ArgumentConflict => {
            let argument = first(ContextKind::InvalidArg)?;
            let mut others = strings(error, ContextKind::PriorArg);
            match others.len() {
                1 if others[0] == argument => texts.filled(MANY_TIMES, &[wrong(argument)]),
                1 => texts.filled(WITH, &[wrong(argument), wrong(others.remove(0))]),
                0 => texts.filled(WITH_OTHERS, &[wrong(argument)]),
                _ => texts.filled(WITH_LIST, &[wrong(argument)]) + &lines(others, invalid),
            }
        }
        ErrorKind::NoEquals => texts.filled(NO_EQUALS, &[wrong(first(ContextKind::InvalidArg)?)]),
        ErrorKind::InvalidValue => {
            let (argument, value) = (first(ContextKind::InvalidArg)?, first(ContextKind::InvalidValue)?);
            let values = list("possible values", ContextKind::ValidValue);
            if value.is_empty() {
                texts.filled(NO_VALUE, &[wrong(argument)]) + &values
            } else {
                texts.filled(INVALID_VALUE, &[wrong(value), named(argument)]) + &values
            }
        }
        ErrorKind::ValueValidation => {
            let (argument, value) = (first(ContextKind::InvalidArg)?, first(ContextKind::InvalidValue)?);
            let said = texts.filled(INVALID_VALUE, &[wrong(value), named(argument)]);
            let reason = error.source().map(|reason| one_line(&reason.to_string()).into_owned());
            match reason {
                Some(reason) => format!("{said}: {}", texts.of_sentence(&reason, &REASONS)),
                None => said,
            }
        }
        ErrorKind::InvalidSubcommand => texts.filled(NO_COMMAND, &[wrong(first(ContextKind::InvalidSubcommand)?)]),
        ErrorKind::MissingRequiredArgument => {
            texts.get(MISSING).to_owned() + &lines(strings(error, ContextKind::InvalidArg), valid)
        }
        ErrorKind::MissingSubcommand => {
            let commands = list(SUBCOMMANDS, ContextKind::ValidSubcommand);
            texts.filled(NEEDS_COMMAND, &[wrong(first(ContextKind::InvalidSubcommand)?)]) + &commands
        }
        ErrorKind::InvalidUtf8 => texts.get(NO_UTF8).to_owned(),
        ErrorKind::TooManyValues => {
            let (argument, value) = (first(ContextKind::InvalidArg)?, first(ContextKind::InvalidValue)?);
            texts.filled(TOO_MANY, &[wrong(value), named(argument)])
        }
        ErrorKind::UnknownArgument => texts.filled(UNKNOWN, &[wrong(first(ContextKind::InvalidArg)?)]),
        _ => return None,
    })
}

/// Returns the texts of a context of an error, which repeat arguments, on one line and with unsafe characters escaped.
fn strings(error: &clap::Error, kind: ContextKind) -> Vec<String> {
    let shown = |text: &String| one_line(text).into_owned();
    match error.get(kind) {
        Some(ContextValue::String(text)) => vec![shown(text)],
        Some(ContextValue::Strings(list)) => list.iter().map(shown).collect(),
        _ => Vec::new(),
    }
}

/// Adds the way to write a leading NOT where `-情報` was taken for an option.
fn advise_on_not(error: &mut clap::Error, arguments: &[OsString]) {
    let takes_query = |argument: &OsString| argument == "search" || argument == "facets" || argument == "crosstab";
    let Some(ContextValue::String(invalid)) = error.get(ContextKind::InvalidArg) else { return };
    // For a group of short options, the error names only the first letter, so the whole argument is looked up.
    let typed =
        arguments.iter().map(|argument| argument.to_string_lossy()).find(|typed| typed.starts_with(invalid.as_str()));
    let word = typed.as_deref().unwrap_or(invalid).trim_start_matches('-').to_owned();
    let is_number = word.starts_with(|c: char| c.is_ascii_digit());
    let is_word = invalid.starts_with('-') && !invalid.starts_with("--") && !word.is_empty() && !is_number;
    if error.kind() != ErrorKind::UnknownArgument || !is_word || !arguments.iter().any(takes_query) {
        return;
    }
    let tip = NOT.replace("{}", &word);
    error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
}
