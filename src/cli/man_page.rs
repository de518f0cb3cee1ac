//! Pages of the manual in a language: the generator has English words of its own around the texts of the parser.

use std::io;

use clap::builder::{PossibleValue, PossibleValuesParser, StyledStr};
use clap::{Arg, Command};
use clap_mangen::Man;

use super::language::Texts;
use super::line_breaks::marked;

/// Headings of the generator.
#[cfg(test)]
pub(super) const HEADINGS: [&str; 5] = ["NAME", "SYNOPSIS", "DESCRIPTION", "EXTRA", "VERSION"];
/// Its sentence about a variable of the environment.
pub(super) const OF_VARIABLE: &str = "May also be specified with the {} environment variable.";
/// Stands where a line may break, until the page is written: the generator would show the escape of groff. No text
/// holds this character.
const MAY_BREAK: char = '\u{200B}';

/// Returns a command with other texts, with its commands.
pub(super) fn translated(command: Command, own: &dyn Fn(&str) -> String) -> Command {
    let of = |text: &StyledStr| own(&text.to_string());
    let about = command.get_about().map(of);
    let after = command.get_after_help().map(of);
    let mut command = command.mut_args(|argument| of_argument(argument, own));
    command = command.mut_subcommands(|inner| translated(inner, own));
    command = about.into_iter().fold(command, |command, about| command.about(about));
    after.into_iter().fold(command, |command, after| command.after_help(after))
}

fn of_argument(argument: Arg, own: &dyn Fn(&str) -> String) -> Arg {
    let of = |text: &StyledStr| own(&text.to_string());
    let (help, long) = (argument.get_help().map(of), argument.get_long_help().map(of));
    let values = argument.get_possible_values();
    let mut argument = argument;
    if values.iter().any(|value| value.get_help().is_some()) {
        let value = |value: &PossibleValue| {
            let own = PossibleValue::new(value.get_name().to_owned()).hide(value.is_hide_set());
            value.get_help().map(of).into_iter().fold(own, |own, help| own.help(help))
        };
        argument = argument.value_parser(PossibleValuesParser::new(values.iter().map(value).collect::<Vec<_>>()));
    }
    argument = help.into_iter().fold(argument, |argument, help| argument.help(help));
    long.into_iter().fold(argument, |argument, long| argument.long_help(long))
}

/// Returns a built command in a language, with marks where lines may break.
pub(super) fn in_language(command: Command, texts: &Texts) -> Command {
    let command = translated(command, &|text| marked(texts.get(text), MAY_BREAK));
    command.subcommand_help_heading(texts.get("Commands").to_owned())
}

/// Writes a page.
///
/// # Errors
/// Those of the generator, which writes to memory.
pub(super) fn text(man: &Man, texts: Option<&Texts>) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    man.render(&mut bytes)?;
    let text = String::from_utf8_lossy(&bytes).replace(MAY_BREAK, "\\:");
    let mut page = String::with_capacity(text.len());
    let mut is_table = false;
    for line in text.lines() {
        if line.starts_with(".SH ") && std::mem::take(&mut is_table) {
            page.push_str(".fi\n");
        }
        page.push_str(&texts.map_or_else(|| line.to_owned(), |texts| of_line(line, texts)));
        page.push('\n');
        if line.starts_with(".TH ") && texts.is_some() {
            // Few lines of Japanese have blanks that could be widened to fill them.
            page.push_str(".ad l\n");
        }
        if line == ".SH EXTRA" {
            // The text behind a help page is a table with blanks, and its lines stay.
            page.push_str(".nf\n");
            is_table = true;
        }
    }
    Ok(page.into_bytes())
}

/// Returns a line of a page with the words of the generator in a language.
fn of_line(line: &str, texts: &Texts) -> String {
    if let Some(heading) = line.strip_prefix(".SH ") {
        return format!(".SH {}", texts.get(heading));
    }
    if let Some((before, after)) = OF_VARIABLE.split_once("{}")
        && let Some(name) = line.strip_prefix(before).and_then(|rest| rest.trim_end().strip_suffix(after))
    {
        return texts.filled(OF_VARIABLE, &[name]);
    }
    let line = line.replace("[default: ", &format!("[{}: ", texts.get("default")));
    line.replace("Possible values:", &format!("{}:", texts.get("Possible values")))
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use super::{Texts, of_line};

    #[test]
    fn words_of_the_generator_are_in_the_language() {
        let texts = Texts::japanese().expect("the file of texts");
        let of = |line: &str| of_line(line, &texts);
        assert_eq!(of(".SH NAME"), ".SH 名前");
        let variable = "May also be specified with the \\fBFUMIKURA_INDEX\\fR environment variable. ";
        assert_eq!(of(variable), "環境変数 \\fBFUMIKURA_INDEX\\fR でも指定できる。");
        assert_eq!(of("\\fB\\-n\\fR [default: 10]"), "\\fB\\-n\\fR [既定値: 10]");
        assert_eq!(of("本文"), "本文");
    }
}
