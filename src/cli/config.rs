//! `fumikura config`: each setting with its value and where it comes from.

use std::io::Write;
use std::path::Path;

use clap::parser::ValueSource;
use clap::{ArgMatches, Args, Command};
use serde::Serialize;

use super::config_file::{ConfigFile, KEYS, Key, argument};
use super::{CommandResult, Outcome, command};
use crate::document::shown_path;
use crate::output::write_json;

#[derive(Debug, Args)]
pub(super) struct ConfigArgs {
    /// Write JSON
    #[arg(long)]
    json: bool,
}

/// Where a value comes from, the strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Origin {
    Flag,
    Environment,
    File,
    Default,
}

/// A setting as it is in force.
#[derive(Debug, Serialize)]
struct Setting {
    key: &'static str,
    values: Vec<String>,
    origin: Origin,
    /// File and line, variable or flag.
    place: Option<String>,
}

#[derive(Debug, Serialize)]
struct Settings {
    file: Option<String>,
    settings: Vec<Setting>,
}

pub(super) fn run(args: &ConfigArgs, out: &mut dyn Write) -> CommandResult {
    // The arguments were read before: neither can fail now.
    let command = command();
    let matches = command.clone().try_get_matches()?;
    let file = ConfigFile::find(&matches)?;
    let settings = Settings {
        file: file.as_ref().map(|file| shown_path(&file.path)),
        settings: KEYS.iter().filter_map(|key| in_force(key, &command, &matches, file.as_ref())).collect(),
    };
    if args.json {
        write_json(out, &settings)?;
        return Ok(Outcome::Done);
    }
    match &settings.file {
        Some(path) => writeln!(out, "file: {path}")?,
        None => writeln!(out, "file: none; fumikura.toml is looked for here, in the folders above, and in {}", home())?,
    }
    let width = settings.settings.iter().map(|setting| setting.key.len()).max().unwrap_or_default();
    for Setting { key, values, origin, place } in &settings.settings {
        let absent = KEYS.iter().find(|known| known.name == *key).map_or("", |known| known.absent);
        let value = if values.is_empty() { format!("({absent})") } else { values.join(" ") };
        let origin = match origin {
            Origin::Flag => "flag",
            Origin::Environment => "environment",
            Origin::File => "file",
            Origin::Default => "default",
        };
        let place = place.as_ref().map(|place| format!(" {place}")).unwrap_or_default();
        writeln!(out, "{key:width$}  {value}  [{origin}{place}]")?;
    }
    Ok(Outcome::Done)
}

/// The folder of a person's settings, as it is written in messages.
fn home() -> String {
    ConfigFile::of_home().as_deref().and_then(Path::parent).map_or_else(|| "~/.config/fumikura".to_owned(), shown_path)
}

/// Returns the value of a key in force; `None` where this program has no such argument.
fn in_force(key: &Key, command: &Command, matches: &ArgMatches, file: Option<&ConfigFile>) -> Option<Setting> {
    let argument = argument(command, key)?;
    // Only arguments of all commands can stand before or behind `config`.
    let given = key.command.is_none().then(|| matches.value_source(key.argument)).flatten();
    let given = given.filter(|source| *source != ValueSource::DefaultValue).map(|source| {
        let values = matches.get_raw(key.argument).into_iter().flatten();
        (source, values.map(|value| shown_path(Path::new(value))).collect())
    });
    let of_file =
        || file.and_then(|file| file.values.iter().find(|value| value.key.name == key.name).map(|v| (file, v)));
    Some(match (given, of_file()) {
        (Some((ValueSource::EnvVariable, values)), _) => {
            let place = argument.get_env().map(|name| name.to_string_lossy().into_owned());
            Setting { key: key.name, values, origin: Origin::Environment, place }
        }
        (Some((_, values)), _) => {
            Setting { key: key.name, values, origin: Origin::Flag, place: Some(format!("--{}", key.argument)) }
        }
        (None, Some((file, value))) => {
            let values = value.values.iter().map(|value| shown_path(Path::new(value))).collect();
            let place = Some(format!("{}:{}", shown_path(&file.path), value.line));
            Setting { key: key.name, values, origin: Origin::File, place }
        }
        // Most programs have no cluster, and a line of one that is not named tells nothing.
        (None, None) if key.name == "engine" => return None,
        (None, None) => {
            let values = argument.get_default_values().iter().map(|value| value.to_string_lossy().into_owned());
            Setting { key: key.name, values: values.collect(), origin: Origin::Default, place: None }
        }
    })
}
