//! Generations: each share of an index is one index of the engine, behind the alias of all shares. A generation is
//! never changed after it answers; the next one takes its place in one call.
//!
//! Invariants: the alias names one whole generation of each share. A generation that was replaced stays for a while, so
//! that a search which began on it ends on it; a later run removes it.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::mapping::REPLICAS;
use super::wire::{Method, Wire, WireError};
use crate::index::Stamp;

/// Time limit of a change of indexes and aliases.
const CHANGE_TIME: Duration = Duration::from_secs(30);
/// Time limit for a copy of a generation to be ready.
const COPY_TIME: Duration = Duration::from_secs(60);
/// Rounds in which an alias is moved while other runs move it too.
const ROUNDS: usize = 6;

/// A generation of a share.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Generation {
    pub share: String,
    pub number: u64,
}

/// A generation that answers, with what its mapping tells.
#[derive(Clone, Debug)]
pub(super) struct Answering {
    pub generation: Generation,
    pub made: Made,
}

/// How a generation was made.
#[derive(Clone, Debug)]
pub(super) struct Made {
    /// Version of its mapping.
    pub version: u64,
    pub stamp: Stamp,
    /// Number of rows by which frequencies are measured: those of the index on its machine.
    pub rows: u64,
    /// Number of rows in the engine.
    pub sent: u64,
    /// Number of documents of the index that were left out, because another share has their ids.
    pub left_out: u64,
    /// The machine and the folder of the index.
    pub origin: String,
    /// Number of the run that made it.
    pub run: u64,
}

/// True for the name of a share: small letters, digits and `_`, so that the parts of the name of a generation can be
/// told apart.
pub fn is_share(name: &str) -> bool {
    let is_part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    !name.is_empty() && name.len() <= 40 && name.chars().all(is_part)
}

impl Generation {
    /// Reads the name of a generation of the index `name`: `ministry-main-g2`.
    fn parse(found: &str, name: &str) -> Option<Self> {
        let (share, number) = found.strip_prefix(name)?.strip_prefix('-')?.rsplit_once("-g")?;
        let is_number = number.chars().all(|c| c.is_ascii_digit());
        (is_share(share) && is_number).then_some(())?;
        Some(Self { share: share.to_owned(), number: number.parse().ok()? })
    }

    /// Returns its name in the engine.
    pub fn name(&self, wire: &Wire) -> String {
        format!("{}-{}-g{}", wire.name(), self.share, self.number)
    }

    /// Returns the alias by which its rows are written: a bulk to a removed index would make a new one without the
    /// mapping.
    pub fn target(&self, wire: &Wire) -> String {
        format!("{}-run", self.name(wire))
    }
}

/// Returns the generations that answer, by share; none where nothing was published.
pub(super) fn answering(wire: &Wire) -> Result<Vec<Answering>, WireError> {
    let mappings = match wire.call(Method::Get, &format!("{}/_mapping", wire.name()), None) {
        Err(WireError::Refused { status: 404, .. }) => return Ok(Vec::new()),
        other => other?,
    };
    let mut all = Vec::new();
    for (name, body) in mappings.as_object().into_iter().flatten() {
        let made = made(&body["mappings"]["_meta"])
            .map_err(|reason| WireError::Torn(format!("the index '{name}' {reason}; remove it, and run index again")));
        let generation = Generation::parse(name, wire.name());
        let generation = generation.ok_or_else(|| WireError::Torn(format!("'{name}' is no index of fumikura")))?;
        all.push(Answering { generation, made: made? });
    }
    all.sort_by(|a, b| a.generation.cmp(&b.generation));
    Ok(all)
}

/// Returns the names of the generations that answer, sorted; none where nothing was published.
pub(super) fn answering_names(wire: &Wire) -> Result<Vec<String>, WireError> {
    match wire.call(Method::Get, &format!("_alias/{}", wire.name()), None) {
        Err(WireError::Refused { status: 404, .. }) => Ok(Vec::new()),
        other => {
            let mut names: Vec<String> =
                other?.as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect();
            names.sort_unstable();
            Ok(names)
        }
    }
}

fn made(meta: &Value) -> Result<Made, String> {
    let number = |name: &str| meta[name].as_u64().ok_or_else(|| format!("lacks '{name}'"));
    Ok(Made {
        version: number("fumikura")?,
        stamp: serde_json::from_value(meta["stamp"].clone()).map_err(|error| error.to_string())?,
        rows: number("rows")?,
        sent: number("sent")?,
        left_out: number("left_out")?,
        origin: meta["origin"].as_str().unwrap_or_default().to_owned(),
        run: number("run")?,
    })
}

/// Notes how a generation was made.
pub(super) fn note(wire: &Wire, generation: &Generation, made: &Made) -> Result<(), WireError> {
    let Made { version, stamp, rows, sent, left_out, origin, run } = made;
    let meta = json!({
        "fumikura": version, "stamp": stamp, "rows": rows, "sent": sent, "left_out": left_out, "origin": origin,
        "run": run,
    });
    change(wire, Method::Put, &format!("{}/_mapping", generation.name(wire)), &json!({ "_meta": meta })).map(|_| ())
}

fn change(wire: &Wire, method: Method, path: &str, body: &Value) -> Result<Value, WireError> {
    wire.send(method, path, Some(body.to_string().as_bytes()), "application/json", CHANGE_TIME)
}

/// Returns all generations with their aliases, those of killed runs too.
fn all(wire: &Wire) -> Result<Vec<(Generation, Vec<String>)>, WireError> {
    let name = wire.name();
    let found = wire.call(Method::Get, &format!("{name}-*-g*/_alias?expand_wildcards=all"), None)?;
    let of_index = |(index, body): (&String, &Value)| {
        let aliases = body["aliases"].as_object().into_iter().flatten().map(|(alias, _)| alias.clone());
        Some((Generation::parse(index, name)?, aliases.collect()))
    };
    Ok(found.as_object().into_iter().flatten().filter_map(of_index).collect())
}

/// Makes the next generation of a share with a call that creates an index; several runs may begin at once.
fn next(
    wire: &Wire,
    share: &str,
    make: &dyn Fn(&Generation) -> Result<Value, WireError>,
) -> Result<Generation, WireError> {
    loop {
        let numbers = all(wire)?.into_iter().filter(|(one, _)| one.share == share).map(|(one, _)| one.number);
        let generation = Generation { share: share.to_owned(), number: numbers.max().unwrap_or(0) + 1 };
        match make(&generation) {
            Err(WireError::Refused { status: 400, reason }) if reason.contains("already exists") => {}
            other => return other.map(|_| generation),
        }
    }
}

/// Creates an empty generation.
pub(super) fn create(wire: &Wire, share: &str, mapping: &Value) -> Result<Generation, WireError> {
    next(wire, share, &|generation| {
        let mut body = mapping.clone();
        body["aliases"] = json!({ generation.target(wire): {} });
        change(wire, Method::Put, &generation.name(wire), &body)
    })
}

/// Copies a generation; on one disk the copy shares its files with the original.
pub(super) fn copy(wire: &Wire, of: &Generation) -> Result<Generation, WireError> {
    let made = next(wire, &of.share, &|generation| {
        let settings = json!({ "index.blocks.write": null, "index.number_of_replicas": REPLICAS });
        let body = json!({ "settings": settings, "aliases": { generation.target(wire): {} } });
        change(wire, Method::Put, &format!("{}/_clone/{}", of.name(wire), generation.name(wire)), &body)
    })?;
    let ends = Instant::now() + COPY_TIME;
    let health = format!("_cluster/health/{}?wait_for_status=yellow&timeout=1s", made.name(wire));
    loop {
        match wire.call(Method::Get, &health, None) {
            Ok(answer) if matches!(answer["status"].as_str(), Some("yellow" | "green")) => return Ok(made),
            // It is answered with an error status where the wait was too short.
            Ok(_) | Err(WireError::Refused { status: 408, .. }) if Instant::now() < ends => {}
            Err(error) => {
                remove(wire, &made);
                return Err(error);
            }
            Ok(_) => {
                remove(wire, &made);
                return Err(WireError::Torn(format!("the copy {} is not ready after a minute", made.name(wire))));
            }
        }
    }
}

/// Removes a generation that does not answer. A failure is none of the run: the next run removes it.
pub(super) fn remove(wire: &Wire, generation: &Generation) {
    let _ = wire.call(Method::Delete, &generation.name(wire), None);
}

/// Returns the time since the epoch in seconds.
fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_secs())
}

/// Makes the error for a share that another machine or folder has published.
pub(super) fn of_another(wire: &Wire, share: &str, origin: &str) -> WireError {
    WireError::Query(format!(
        "the share '{share}' of {} was published from {origin}; give this index a share of its own with --share NAME, \
         or take the place of that one with --replace-share",
        wire.name()
    ))
}

/// Moves the alias to a whole generation of a share. Among runs that end at once, the one that began last wins: it
/// takes the write alias from the others, without which none can be published. Where an `origin` is named, only
/// generations of it are replaced. A generation that was replaced is removed after the time `keep`.
pub(super) fn swap(
    wire: &Wire,
    generation: &Generation,
    origin: Option<&str>,
    keep: Duration,
) -> Result<(), WireError> {
    let name = generation.name(wire);
    // Nothing is written to it any more; only such an index can be copied.
    change(wire, Method::Put, &format!("{name}/_settings"), &json!({ "index.blocks.write": true }))?;
    // The alias must be there: else another run has changed something since all was read, and the call does nothing.
    let taken = |index: &str, alias: &str| json!({ "remove": { "index": index, "alias": alias, "must_exist": true } });
    for _ in 0..ROUNDS {
        let known = all(wire)?;
        let known = || known.iter().filter(|(one, _)| one.share == generation.share);
        let has = |aliases: &[String], alias: &str| aliases.iter().any(|one| one == alias);
        if !known().any(|(one, aliases)| one == generation && has(aliases, &generation.target(wire))) {
            remove(wire, generation);
            let answers = known().find(|(_, aliases)| has(aliases, wire.name())).map(|(one, _)| one.name(wire));
            return Err(WireError::Query(format!(
                "another run, which began later, has published {} meanwhile, so {name} was removed. Where another \
                 machine publishes its own documents, give each its own --share",
                answers.unwrap_or_default()
            )));
        }
        if let Some(origin) = origin
            && let Some(replaced) = answering(wire)?.into_iter().find(|one| one.generation.share == generation.share)
            && replaced.made.origin != origin
        {
            remove(wire, generation);
            return Err(of_another(wire, &generation.share, &replaced.made.origin));
        }
        let mut actions = vec![json!({ "add": { "index": name, "alias": wire.name() } })];
        actions.push(taken(&name, &generation.target(wire)));
        let mut beaten = Vec::new();
        for (old, aliases) in known().filter(|(one, _)| one.number < generation.number) {
            let index = old.name(wire);
            let ended = format!("{index}-ended-");
            let since = aliases.iter().find_map(|alias| alias.strip_prefix(&ended)?.parse::<u64>().ok());
            if has(aliases, wire.name()) {
                actions.push(taken(&index, wire.name()));
                actions.push(json!({ "add": { "index": index, "alias": format!("{ended}{}", now()) } }));
            } else if has(aliases, &old.target(wire)) {
                actions.push(taken(&index, &old.target(wire)));
                beaten.push(old.clone());
            } else if since.is_none_or(|since| since + keep.as_secs() <= now()) {
                actions.push(json!({ "remove_index": { "index": index } }));
            }
        }
        match change(wire, Method::Post, "_aliases", &json!({ "actions": actions })) {
            Err(WireError::Refused { status: 404, .. }) => {}
            other => {
                other?;
                beaten.iter().for_each(|old| remove(wire, old));
                return Ok(());
            }
        }
    }
    Err(WireError::Torn(format!("the alias could not be moved to {name}: other runs end all the time")))
}

#[cfg(test)]
mod tests {
    use super::{Generation, is_share};

    #[test]
    fn a_generation_belongs_to_one_index_and_one_share() {
        let parse = |found| Generation::parse(found, "ministry").map(|one| (one.share, one.number));
        assert_eq!(parse("ministry-main-g12"), Some(("main".to_owned(), 12)));
        for other in ["ministry-g2", "ministry-a-main-g2", "ministry-main-gx", "ministry-main-g2-run", "min-main-g2"] {
            assert_eq!(parse(other), None, "{other}");
        }
        assert!(is_share("tokyo_2") && !is_share("") && !is_share("東京") && !is_share("a-b") && !is_share("A"));
    }
}
