//! How a server runs, and the settings with which it refuses to start.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use super::auth::{Users, read_users};
use super::hosts::Hosts;
use crate::engines::Place;

/// Form of the log: one line for each request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogForm {
    /// Words separated by blanks.
    #[default]
    Text,
    /// One JSON object.
    Json,
    /// No log.
    Off,
}

/// A proxy that has checked who a user is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedProxy {
    /// The header with the name of the user, in lower case.
    pub header: String,
    /// Addresses of the proxies; a request from another address is refused.
    pub peers: Vec<IpAddr>,
}

impl TrustedProxy {
    /// Reads `HEADER=ADDRESS[,ADDRESS…]`.
    ///
    /// # Errors
    /// A text of another form, as a sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        let form = || "expected HEADER=ADDRESS[,ADDRESS…], for example X-Remote-User=127.0.0.1".to_owned();
        let (header, peers) = text.split_once('=').ok_or_else(form)?;
        let header = header.trim().to_ascii_lowercase();
        let peers: Vec<IpAddr> =
            peers.split(',').map(|peer| peer.trim().parse()).collect::<Result<_, _>>().map_err(|_| form())?;
        if header.is_empty() || axum::http::HeaderName::try_from(header.as_str()).is_err() {
            return Err(form());
        }
        Ok(Self { header, peers })
    }
}

/// The settings of a server, as given.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where the documents are.
    pub place: Place,
    /// Address to listen on.
    pub listen: IpAddr,
    /// Port; 0: any free one.
    pub port: u16,
    /// True where the port was given: the next free one is then no substitute.
    pub port_given: bool,
    /// Names under which the server may be addressed, beside those of loopback.
    pub allow_hosts: Vec<String>,
    /// Anyone may read.
    pub public: bool,
    /// File with names and hashes of passwords.
    pub auth: Option<PathBuf>,
    /// Proxy that has checked who a user is.
    pub trust_proxy: Option<TrustedProxy>,
    /// Gives the files as they came.
    pub originals: bool,
    /// Form of the log.
    pub log: LogForm,
    /// Writes queries and ids into the log.
    pub log_queries: bool,
    /// Origins whose pages may read the API.
    pub cors: Vec<String>,
    /// Answers assistants at `/mcp` too.
    pub mcp: bool,
    /// Time limit of an answer.
    pub timeout: Duration,
}

/// Settings that were checked.
pub(super) struct Settings {
    pub options: Options,
    pub hosts: Hosts,
    pub users: Option<Users>,
}

impl Options {
    /// Makes the settings for one program on this machine, which needs no address.
    pub(super) fn of_program(place: Place, timeout: Duration) -> Self {
        Self {
            place,
            listen: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 0,
            port_given: true,
            allow_hosts: Vec::new(),
            public: false,
            auth: None,
            trust_proxy: None,
            originals: false,
            log: LogForm::Off,
            log_queries: false,
            cors: Vec::new(),
            mcp: true,
            timeout,
        }
    }

    /// Checks the settings for an address that was bound, before any request is answered.
    pub(super) fn checked(self, bound: SocketAddr) -> Result<Settings, String> {
        let users = self.auth.as_deref().map(read_users).transpose()?;
        let hosts = Hosts::new(bound.port(), &self.allow_hosts)?;
        if let Some(wrong) = self.cors.iter().find(|origin| !is_origin(origin)) {
            return Err(format!("--cors {wrong}: expected an origin such as https://example.jp"));
        }
        Ok(Settings { options: self, hosts, users })
    }

    /// Refuses an address that others can reach without a decision who may read.
    ///
    /// # Errors
    /// The missing option, as a sentence.
    pub fn must_be_safe(&self) -> Result<(), String> {
        if self.listen.is_loopback() {
            return Ok(());
        }
        let listen = self.listen;
        if self.allow_hosts.is_empty() {
            return Err(format!(
                "--listen {listen} needs --allow-host NAME: the name under which browsers reach this server"
            ));
        }
        if self.auth.is_none() && self.trust_proxy.is_none() && !self.public {
            return Err(format!(
                "--listen {listen} opens the documents to others: name who may read (--auth FILE, \
                 --trust-proxy HEADER=ADDRESS), or give --public if anyone may"
            ));
        }
        Ok(())
    }
}

fn is_origin(text: &str) -> bool {
    let Some(name) = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")) else { return false };
    !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "-._:[]".contains(c))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    pub(super) fn options() -> Options {
        Options::of_program(Place::Folders(Vec::new()), Duration::from_secs(10))
    }

    #[test]
    fn another_address_needs_a_name_and_a_decision_who_may_read() {
        let lan = Options { listen: "0.0.0.0".parse().unwrap(), ..options() };
        assert!(options().must_be_safe().is_ok());
        assert!(lan.must_be_safe().unwrap_err().contains("--allow-host"));
        let named = Options { allow_hosts: vec!["archive.example".to_owned()], ..lan };
        assert!(named.must_be_safe().unwrap_err().contains("--auth"));
        assert!(Options { public: true, ..named.clone() }.must_be_safe().is_ok());
        assert!(Options { auth: Some("users".into()), ..named.clone() }.must_be_safe().is_ok());
        let trusted = TrustedProxy::parse("X-Remote-User=127.0.0.1,::1").unwrap();
        assert_eq!((trusted.header.as_str(), trusted.peers.len()), ("x-remote-user", 2));
        assert!(Options { trust_proxy: Some(trusted), ..named }.must_be_safe().is_ok());
        for wrong in ["X-Remote-User", "=127.0.0.1", "X-Remote-User=proxy", "a b=127.0.0.1"] {
            assert!(TrustedProxy::parse(wrong).is_err(), "{wrong}");
        }
    }
}
