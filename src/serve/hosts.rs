//! The names under which a server may be addressed. A page of another site that points its name at this machine (DNS
//! rebinding) arrives with its own name in `Host`, and so reads nothing.

use std::net::IpAddr;

/// The allowed names.
#[derive(Clone, Debug)]
pub(super) struct Hosts {
    port: u16,
    /// Names in lower case, each with a port where only that port is meant.
    allowed: Vec<(String, Option<u16>)>,
}

impl Hosts {
    /// Makes the names: those of loopback at a port, and further ones at any port unless they name one.
    pub fn new(port: u16, further: &[String]) -> Result<Self, String> {
        let read = |name: &String| {
            split(name).ok_or_else(|| format!("--allow-host {name}: expected a name, or a name and a port"))
        };
        Ok(Self { port, allowed: further.iter().map(read).collect::<Result<_, _>>()? })
    }

    /// Tells whether a `Host` header names this server.
    pub fn allow(&self, host: &str) -> bool {
        let Some((name, port)) = split(host) else { return false };
        let is_loopback = name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        // A browser leaves the port out where it is that of HTTP.
        is_loopback && port.unwrap_or(80) == self.port
            || self.allowed.iter().any(|(known, only)| *known == name && only.is_none_or(|only| port == Some(only)))
    }

    /// Tells whether an `Origin` is this server.
    pub fn allow_origin(&self, origin: &str) -> bool {
        let host = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
        host.is_some_and(|host| self.allow(host))
    }
}

/// Splits a host into its name, in lower case and without brackets, and its port.
fn split(host: &str) -> Option<(String, Option<u16>)> {
    let (name, port) = match host.strip_prefix('[') {
        Some(rest) => {
            let (name, port) = rest.split_once(']')?;
            (name, port)
        }
        None => match host.find(':') {
            Some(at) => host.split_at(at),
            None => (host, ""),
        },
    };
    let port = match port.strip_prefix(':') {
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => Some(digits.parse().ok()?),
        None if port.is_empty() => None,
        _ => return None,
    };
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c) || host.starts_with('[') && c == ':';
    (!name.is_empty() && name.chars().all(is_plain)).then(|| (name.to_ascii_lowercase(), port))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::Hosts;

    #[test]
    fn a_foreign_name_and_a_foreign_port_are_refused() {
        let hosts = Hosts::new(8080, &["archive.example".to_owned(), "lan:9000".to_owned()]).unwrap();
        for allowed in [
            "127.0.0.1:8080",
            "localhost:8080",
            "LocalHost:8080",
            "[::1]:8080",
            "archive.example",
            "lan:9000",
            "Archive.Example:443",
        ] {
            assert!(hosts.allow(allowed), "{allowed}");
        }
        for foreign in [
            "evil.example",
            "127.0.0.1",
            "127.0.0.1:80",
            "localhost:8080.evil.example",
            "evil.example:8080",
            "",
            "localhost:",
            "localhost:+8080",
            "127.0.0.1:8080@evil.example",
            "lan",
            "lan:9001",
            "127.0.0.1.evil.example:8080",
            "xlocalhost:8080",
            "[::1",
            "[::2]:8080",
            "0.0.0.0:8080",
            "archive.example.evil",
            "local host:8080",
            "localhost:99999",
        ] {
            assert!(!hosts.allow(foreign), "{foreign}");
        }
        assert!(Hosts::new(80, &[]).unwrap().allow("localhost"));
        assert!(hosts.allow_origin("http://127.0.0.1:8080") && hosts.allow_origin("https://archive.example"));
        for foreign in ["null", "http://evil.example", "https://127.0.0.1", "file://", "127.0.0.1:8080"] {
            assert!(!hosts.allow_origin(foreign), "{foreign}");
        }
        assert!(Hosts::new(80, &["https://a".to_owned()]).is_err());
    }
}
