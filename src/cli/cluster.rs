//! Commands that answer from a search cluster in place of an index.

use std::io::Write;
use std::path::Path;

use super::journal::LogArgs;
use super::{
    Command, CommandResult, cite, crosstab, facets, index, kwic, name_command, say, search, series, show, stats,
    timeline, verify,
};
use crate::document::counted;
use crate::engine::cluster::{Cluster, Publishing, Wire, publish};
use crate::engine::{Engine, Request, SearchError};
use crate::index::OpenIndex;

/// Number of shards of a generation: one a node of the least cluster that survives a node.
const SHARDS: usize = 3;

/// Environment variable that names the nodes of a cluster.
pub(super) const VARIABLE: &str = "FUMIKURA_ENGINE";

/// True where a cluster is named and the command asks an engine. The child process that reads documents inherits the
/// environment and asks none.
pub(super) fn is_asked(urls: Option<&str>, command: &Command) -> bool {
    let asks_none = matches!(
        command,
        Command::ExtractWorker
            | Command::Inspect(_)
            | Command::Config(_)
            | Command::Completions(_)
            | Command::Man(_)
            | Command::Log(_)
    );
    urls.is_some_and(|urls| !urls.is_empty()) && !asks_none
}

/// Runs a command on the cluster that some URLs name.
pub(super) fn run(urls: &str, index: &Path, command: &Command, out: &mut dyn Write) -> CommandResult {
    match command {
        Command::Index(args) => {
            if args.is_watching() {
                let reason = "a generation is published when a run ends, so --watch cannot go with --engine; run index \
                              again and again, from a timer";
                return Err(reason.into());
            }
            let wire = Wire::new(urls)?;
            let outcome = index::run(index, args, out)?;
            if args.is_dry() {
                return Ok(outcome);
            }
            let published = publish(&OpenIndex::open(index)?, &wire, Publishing { shards: SHARDS })?;
            say(&format!(
                "published {}, {}, {} in {:.1} MB to {} as {}",
                counted(published.documents, "document"),
                counted(published.passages, "passage"),
                counted(published.files, "file"),
                published.bytes as f64 / 1e6,
                wire.urls(),
                published.generation
            ));
            Ok(outcome)
        }
        Command::Search(args) => {
            unlogged(&args.log)?;
            search::may_begin(args)?;
            let cluster = Cluster::open(urls)?;
            let request = args.asked()?;
            let mut answer = cluster.search(&request)?;
            args.complete(&mut answer, &request);
            let hits = std::mem::take(&mut answer.hits).into_iter().map(Ok).collect();
            let hits = search::reranked(args, &cluster, &request, hits)?;
            let mut sources = |hit: &crate::engine::Found| Ok((cluster.show(&hit.document.id)?.document, None));
            let mut from = search::Origin { generation: cluster.generation()?, sources: &mut sources };
            let written = search::write(out, args, &answer, &mut hits.into_iter(), &request, &mut from);
            search::keep(args, &request)?;
            written
        }
        Command::Kwic(args) => {
            unlogged(&args.log)?;
            let cluster = Cluster::open(urls)?;
            let found = kwic::find(&cluster, cluster.analyzer(), args)?;
            kwic::write(out, args, &found, cluster.generation()?)
        }
        Command::Facets(args) => {
            unlogged(&args.log)?;
            let cluster = Cluster::open(urls)?;
            let request = args.request();
            let mut answer = cluster.facets(&request)?;
            name_command(&mut answer);
            answer.warnings.iter().for_each(|warning| say(&format!("fumikura: {warning}")));
            facets::write(out, args, &request, answer, cluster.generation()?)
        }
        Command::Timeline(args) => {
            let cluster = Cluster::open(urls)?;
            timeline::run_on(&cluster, cluster.roots(), args, out)
        }
        Command::Series(args) => {
            let cluster = Cluster::open(urls)?;
            series::run_on(&cluster, cluster.analyzer(), cluster.roots(), args, out)
        }
        Command::Crosstab(args) => {
            let files = |_: &Request| {
                let reason = "publishers and types of files are not counted on a cluster yet; search an --index";
                Err(SearchError::NotFound(reason.to_owned()))
            };
            crosstab::run_on(&Cluster::open(urls)?, &files, args, out)
        }
        Command::Verify(args) => {
            let draft = verify::draft(args)?;
            verify::run_on(&Cluster::open(urls)?, &draft, args, out)
        }
        Command::Cite(args) => cite::run_on(&Cluster::open(urls)?, &|_| Ok(None), args, out),
        Command::Show(args) => show::run_on(&Cluster::open(urls)?, args, out),
        Command::Stats(args) => stats::run_on(&Cluster::open(urls)?, urls, args, out),
        _ => {
            let reason = "a cluster answers search, kwic, facets, show, stats, timeline, crosstab, series, verify and \
                          cite, and index writes to it; for this command name an index on this machine with --index, \
                          without --engine and FUMIKURA_ENGINE";
            Err(reason.into())
        }
    }
}

/// Refuses a log of runs on a cluster.
fn unlogged(log: &LogArgs) -> Result<(), Box<dyn std::error::Error>> {
    match log.is_wanted() {
        false => Ok(()),
        true => Err("runs on a cluster are not logged yet: leave --log out, or search an --index".into()),
    }
}
