//! `fumikura serve`

use std::io::Write;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};

use super::{CommandResult, Outcome, TIMEOUT, open, say};
use crate::engines::Place;
use crate::serve::{LogForm, Options, TrustedProxy, serve};

/// Port where none is given.
const PORT: u16 = 8080;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum LogArg {
    /// Words
    #[default]
    Text,
    /// One object a line
    Json,
    /// No log
    Off,
}

#[derive(Debug, Args)]
pub(super) struct ServeArgs {
    /// Port; 0: any free one. Without this option, the next free one after 8080
    #[arg(long, value_name = "N")]
    port: Option<u16>,
    /// Address to listen on. Any other than that of this machine needs --allow-host, and --auth,
    /// --trust-proxy or --public
    #[arg(long, value_name = "ADDR", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    listen: IpAddr,
    /// A further name, or name and port, under which browsers may address the server; repeatable
    #[arg(long, value_name = "NAME")]
    allow_host: Vec<String>,
    /// Open the page in a browser
    #[arg(long)]
    open: bool,
    /// Write the address to standard output
    #[arg(long)]
    print_url: bool,
    /// Anyone may read: crawlers may read documents, and there is a site map
    #[arg(long)]
    public: bool,
    /// Ask for a name and a password of this file: lines of NAME:HASH, hashed by argon2id
    #[arg(long, value_name = "FILE")]
    auth: Option<PathBuf>,
    /// Answer only to these proxies, which name the user in a header
    #[arg(long, value_name = "HEADER=ADDR[,ADDR]", value_parser = TrustedProxy::parse, conflicts_with = "auth")]
    trust_proxy: Option<TrustedProxy>,
    /// Give no original files
    #[arg(long)]
    no_originals: bool,
    /// Form of the log on standard error
    #[arg(long, value_enum, value_name = "FORM", default_value_t)]
    log: LogArg,
    /// Write queries and ids into the log too
    #[arg(long)]
    log_queries: bool,
    /// An origin whose pages may read the API; repeatable
    #[arg(long, value_name = "ORIGIN")]
    cors: Vec<String>,
    /// Answer assistants at /mcp too, by the Model Context Protocol
    #[arg(long)]
    mcp: bool,
    /// Time limit of an answer
    #[arg(long, value_name = "SECONDS", value_parser = time, default_value_t = TIMEOUT)]
    timeout: f64,
}

/// Parses a time limit, which a server always has.
pub(super) fn time(text: &str) -> Result<f64, String> {
    super::seconds(text).ok().filter(|seconds| (0.001..=3600.0).contains(seconds)).ok_or_else(|| {
        "expected a number of seconds from 0.001 to 3600: without a limit, one query could hold a thread for ever"
            .to_owned()
    })
}

pub(super) fn run(place: &Place, args: &ServeArgs, out: &mut dyn Write) -> CommandResult {
    let options = Options {
        place: place.clone(),
        listen: args.listen,
        port: args.port.unwrap_or(PORT),
        port_given: args.port.is_some(),
        allow_hosts: args.allow_host.clone(),
        public: args.public,
        auth: args.auth.clone(),
        trust_proxy: args.trust_proxy.clone(),
        originals: !args.no_originals,
        log: match args.log {
            LogArg::Text => LogForm::Text,
            LogArg::Json => LogForm::Json,
            LogArg::Off => LogForm::Off,
        },
        log_queries: args.log_queries,
        cors: args.cors.clone(),
        mcp: args.mcp,
        timeout: Duration::from_secs_f64(args.timeout),
    };
    options.must_be_safe()?;
    // Prints the warnings of the documents.
    drop(open(place)?);
    let mut written = Ok(());
    serve(options, Box::new(say), |address| {
        if args.print_url {
            written = writeln!(out, "{address}").and_then(|()| out.flush());
        } else {
            say(&format!("fumikura: the page is at {address} (Ctrl-C ends the server)"));
        }
        if args.open && browse(address).is_err() {
            say(&format!("fumikura: no browser was found; open {address}"));
        }
    })?;
    written?;
    Ok(Outcome::Done)
}

/// Opens an address in the browser of the desktop.
fn browse(address: &str) -> std::io::Result<()> {
    use std::process::{Command, Stdio};
    let program = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let mut command = Command::new(program);
    command.arg(address).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn()?;
    // The program ends by itself; somebody must wait for it.
    std::thread::spawn(move || child.wait());
    Ok(())
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use clap::Parser;

    use super::super::{Cli, Command};
    use crate::serve::{Extension, Params, View};

    #[test]
    fn the_command_of_a_url_makes_the_request_of_the_url() {
        for query in [
            "",
            "q=-%E6%BC%94%E7%BF%92&partner=%E7%B1%B3%E5%9B%BD&partner=EU&exclude-partner=ASEAN&role=any",
            "q=a+b&role=venue&role=party&theme=c&commitment=agreed&series=-d&date=-2011&path=*.pdf&publisher=e",
            "q=it%27s&n=0&offset=7&sort=-date&group=document&facets=1&by=month",
            "q=a&all=1&sort=date&explain=1&no-variants=1&strict=1&no-relax=1&duplicates=1&by=fiscal-year&lang=en",
        ] {
            let params = Params::parse(query).expect(query);
            for extension in [Extension::Json, Extension::Csv, Extension::Jsonl, Extension::Markdown] {
                let words = params.arguments(&View::Search, extension);
                let line = std::iter::once("fumikura".to_owned()).chain(words.iter().cloned());
                let parsed = Cli::try_parse_from(line).unwrap_or_else(|error| panic!("{query}: {words:?}: {error}"));
                let Command::Search(args) = parsed.command else { panic!("{words:?}") };
                let mut of_command = args.request();
                let of_url = params.for_form(extension).to_request();
                of_command.budget = of_url.budget.clone();
                // Without facets their unit has no effect, and the command refuses it.
                if !of_url.facets {
                    of_command.by = of_url.by;
                }
                assert_eq!(format!("{of_command:?}"), format!("{of_url:?}"), "{query}");
            }
            let words = params.arguments(&View::Facets, Extension::Json);
            let parsed = Cli::try_parse_from(std::iter::once("fumikura".to_owned()).chain(words)).expect(query);
            let Command::Facets(args) = parsed.command else { panic!("{query}") };
            assert_eq!(args.filters.filters(), params.filters);
        }
    }
}
