//! What starts the server, and what follows from it for cookies and host names.
//! It must not read a file or the environment; the binary does.

use axum::http::Uri;
use std::net::SocketAddr;

/// What starts the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerSettings {
    /// Address and port to listen on; port 0 takes a free one.
    pub addr: SocketAddr,
    /// The address under which browsers reach the server, where it is not `addr` itself: behind a proxy
    /// that speaks TLS, say. `https` makes the session cookie secure.
    pub public_url: Option<String>,
}

/// What follows from the settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Access {
    /// Whether the session cookie travels over TLS only.
    pub cookie_secure: bool,
    /// The host names under which the server answers; `None` for any.
    pub hosts: Option<Vec<String>>,
}

impl ServerSettings {
    /// What follows from the settings; else what is wrong with `public_url`.
    pub(crate) fn access(&self) -> Result<Access, String> {
        let public = self.public_url.as_deref().map(public_host).transpose()?;
        let hosts = self.addr.ip().is_loopback().then(|| {
            let own = match self.addr.ip() {
                std::net::IpAddr::V4(ip) => ip.to_string(),
                std::net::IpAddr::V6(ip) => format!("[{ip}]"),
            };
            let mut hosts = vec!["localhost".into(), "127.0.0.1".into(), "[::1]".into(), own];
            hosts.extend(public.as_ref().map(|(_, host)| host.clone()));
            hosts
        });
        Ok(Access {
            cookie_secure: public.is_some_and(|(secure, _)| secure),
            hosts,
        })
    }

    /// The address that a person opens, once the port is known.
    pub(crate) fn url(&self, bound: SocketAddr) -> String {
        match &self.public_url {
            Some(url) => url.trim_end_matches('/').to_string(),
            None if bound.ip().is_unspecified() => format!("http://127.0.0.1:{}", bound.port()),
            None => format!("http://{bound}"),
        }
    }
}

/// Whether a public address uses TLS, and its host in lower case.
fn public_host(url: &str) -> Result<(bool, String), String> {
    let wrong = || format!("'{url}' is no public address; write it as https://tessera.example.org");
    let uri: Uri = url.parse().map_err(|_| wrong())?;
    let secure = match uri.scheme_str() {
        Some("https") => true,
        Some("http") => false,
        _ => return Err(wrong()),
    };
    if uri.path() != "/" || uri.query().is_some() {
        return Err(format!(
            "'{url}' has a path; the pages must lie at the root of their host"
        ));
    }
    let host = uri
        .host()
        .filter(|host| !host.is_empty())
        .ok_or_else(wrong)?;
    Ok((secure, host.to_ascii_lowercase()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn settings(addr: &str, public_url: Option<&str>) -> ServerSettings {
        ServerSettings {
            addr: addr.parse().unwrap(),
            public_url: public_url.map(String::from),
        }
    }

    #[test]
    fn https_makes_the_cookie_secure_and_the_host_known() {
        let access = settings("127.0.0.1:0", Some("https://Tessera.example.org/"))
            .access()
            .unwrap();
        assert!(access.cookie_secure);
        assert!(
            access
                .hosts
                .unwrap()
                .contains(&"tessera.example.org".to_string())
        );
        assert!(
            !settings("127.0.0.1:0", None)
                .access()
                .unwrap()
                .cookie_secure
        );
    }

    #[test]
    fn only_a_loopback_address_limits_host_names() {
        assert_eq!(settings("0.0.0.0:80", None).access().unwrap().hosts, None);
        assert!(settings("[::1]:80", None).access().unwrap().hosts.is_some());
    }

    #[test]
    fn a_public_address_that_is_none_is_refused() {
        for wrong in ["tessera", "ftp://x", "https://", "https://x/base", ""] {
            assert!(
                settings("127.0.0.1:0", Some(wrong)).access().is_err(),
                "{wrong}"
            );
        }
    }

    #[test]
    fn the_address_to_open_is_one_that_a_browser_can_open() {
        let bound = "0.0.0.0:8080".parse().unwrap();
        assert_eq!(
            settings("0.0.0.0:0", None).url(bound),
            "http://127.0.0.1:8080"
        );
        assert_eq!(
            settings("0.0.0.0:0", Some("https://x.org/")).url(bound),
            "https://x.org"
        );
    }
}
