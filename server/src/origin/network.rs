//! The one place that decides which addresses may be dialled.
//!
//! A URL is checked before it is asked for ([`Network::check`]): scheme, user info, port, and the host where that is
//! an address in any notation. A name is checked when it is resolved: the resolver of the one client
//! ([`Network::client`]) refuses a name if any of its addresses is not public, and what it hands on is what is
//! dialled, so that a second answer of the name server cannot change the target. Redirects and the proxies of the
//! environment are off; hops are followed by `web.rs`, each as a new URL.

mod address;

use super::Limits;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::{net::IpAddr, time::Duration};
use url::{Host, Url};

/// Ports that a URL which a visitor or a redirect chose may have. What an operator registers may have any.
const WEB_PORTS: [u16; 4] = [80, 443, 8080, 8443];
/// How long an idle connection to an origin is kept.
const IDLE_TIMEOUT: Duration = Duration::from_mins(1);
/// Idle connections that are kept for each host.
const IDLE_CONNECTIONS_MAX: usize = 32;
/// What origins see as `User-Agent`.
const USER_AGENT: &str = concat!("darkroom/", env!("CARGO_PKG_VERSION"));

/// What may be dialled, and the resolver and client that keep to it.
#[derive(Debug, Clone)]
pub struct Network {
    /// `DARKROOM_ALLOW_PRIVATE_ORIGINS`: loopback, private and other non-global addresses may be dialled.
    pub allow_private: bool,
}

/// Who chose a URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ChosenBy {
    /// Somebody with an access key registered it.
    Operator,
    /// It came in a request, or in an answer.
    Stranger,
}

/// Why a URL or a name may not be dialled. The text is for whoever asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(super) struct Refused(pub(super) String);

impl Network {
    /// Whether `url` may be asked for. A host name passes here and is judged when it is resolved.
    pub(super) fn check(&self, url: &Url, chosen_by: ChosenBy) -> Result<(), Refused> {
        if !matches!(url.scheme(), "http" | "https") {
            return refuse(format!("`{}` is not http or https", url.scheme()));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return refuse("the URL holds a user name or a password");
        }
        let Some(host) = url.host() else {
            return refuse("the URL has no host");
        };
        if self.allow_private {
            return Ok(());
        }
        let port = url.port_or_known_default().unwrap_or_default();
        if chosen_by == ChosenBy::Stranger && !WEB_PORTS.contains(&port) {
            return refuse(format!("port {port} is not one of 80, 443, 8080 and 8443"));
        }
        match host {
            Host::Ipv4(address) => check_address(address.into(), "the URL"),
            Host::Ipv6(address) => check_address(address.into(), "the URL"),
            Host::Domain(_) => Ok(()),
        }
    }

    /// The client through which everything leaves.
    pub(super) fn client(&self, limits: &Limits) -> Result<reqwest::Client, reqwest::Error> {
        reqwest::Client::builder()
            .dns_resolver(Resolver { network: self.clone() })
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .no_gzip()
            .no_brotli()
            .no_deflate()
            .no_zstd()
            .referer(false)
            .retry(reqwest::retry::never())
            .tcp_nodelay(true)
            .connect_timeout(limits.first_byte_timeout)
            .pool_idle_timeout(IDLE_TIMEOUT)
            .pool_max_idle_per_host(IDLE_CONNECTIONS_MAX)
            .user_agent(USER_AGENT)
            .build()
    }

    fn check_all(&self, name: &str, addresses: &[IpAddr]) -> Result<(), Refused> {
        if self.allow_private {
            return Ok(());
        }
        addresses.iter().try_for_each(|address| check_address(*address, &format!("the host name `{name}`")))
    }
}

/// One address that is not public spoils the name: a mixed answer is what rebinding looks like.
struct Resolver {
    network: Network,
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let network = self.network.clone();
        Box::pin(async move {
            let name = name.as_str();
            let addresses: Vec<_> = tokio::net::lookup_host((name, 0))
                .await
                .map_err(|_| Refused(format!("the host name `{name}` cannot be resolved")))?
                .collect();
            let bare: Vec<IpAddr> = addresses.iter().map(std::net::SocketAddr::ip).collect();
            network.check_all(name, &bare)?;
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

/// The address itself is not told: what a name means inside is nobody's business outside.
fn check_address(address: IpAddr, what: &str) -> Result<(), Refused> {
    if address::is_public(address) {
        return Ok(());
    }
    refuse(format!(
        "{what} leads to an address that is not public; `DARKROOM_ALLOW_PRIVATE_ORIGINS` allows such addresses"
    ))
}

fn refuse<T>(text: impl Into<String>) -> Result<T, Refused> {
    Err(Refused(text.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const STRICT: Network = Network { allow_private: false };
    const OPEN: Network = Network { allow_private: true };

    fn is_allowed(network: &Network, url: &str, chosen_by: ChosenBy) -> bool {
        // What does not parse is refused before it gets here.
        Url::parse(url).is_ok_and(|url| network.check(&url, chosen_by).is_ok())
    }

    #[test]
    fn every_notation_of_an_inner_address_is_refused() {
        for host in [
            "127.0.0.1",
            "127.1",
            "127.0.1",
            "0",
            "0.0.0.0",
            "2130706433",
            "0x7f000001",
            "0x7f.1",
            "0x7f.0.0.1",
            "0177.0.0.1",
            "017700000001",
            "0X7F.0x0.0x0.0x1",
            "127.0.0.1.",
            "127%2e0%2e0%2e1",
            "%31%32%37.0.0.1",
            "１２７.0.0.1",
            "127。0。0。1",
            "①②⑦.0.0.1",
            "10.0.0.1",
            "10.1",
            "192.168.1",
            "0xa9fea9fe",
            "2852039166",
            "169.254.169.254",
            "169.254.43518",
            "0251.0376.0251.0376",
            "100.100.100.200",
            "168.63.129.16",
            "[::]",
            "[::1]",
            "[0:0:0:0:0:0:0:1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "[::127.0.0.1]",
            "[::ffff:169.254.169.254]",
            "[0:0:0:0:0:ffff:a9fe:a9fe]",
            "[64:ff9b::7f00:1]",
            "[64:ff9b:1::1]",
            "[2002:7f00:1::]",
            "[2001:0:7f00:1::]",
            "[fe80::5efe:127.0.0.1]",
            "[fd00:ec2::254]",
            "[fe80::1]",
            "[fc00::1]",
            "[ff02::1]",
            "[fec0::1]",
            "[100::1]",
            "[2001:db8::1]",
        ] {
            for scheme in ["http", "https"] {
                let url = format!("{scheme}://{host}/latest/meta-data");
                assert!(!is_allowed(&STRICT, &url, ChosenBy::Operator), "{url}");
            }
        }
    }

    #[test]
    fn schemes_user_info_and_ports() {
        for url in [
            "ftp://example.com/a",
            "file:///etc/passwd",
            "gopher://example.com/",
            "data:image/png,a",
            "http://user@example.com/",
            "http://:secret@example.com/",
            "http://example.com@127.0.0.1/",
        ] {
            assert!(!is_allowed(&OPEN, url, ChosenBy::Operator), "{url}");
        }
        for port in ["", ":80", ":443", ":8080", ":8443"] {
            assert!(is_allowed(&STRICT, &format!("http://example.com{port}/"), ChosenBy::Stranger), "{port}");
        }
        for port in [":22", ":25", ":6379", ":9000", ":1", ":65535"] {
            let url = format!("http://example.com{port}/");
            assert!(!is_allowed(&STRICT, &url, ChosenBy::Stranger), "{port}");
            assert!(is_allowed(&STRICT, &url, ChosenBy::Operator), "{port}");
            assert!(is_allowed(&OPEN, &url, ChosenBy::Stranger), "{port}");
        }
    }

    #[test]
    fn private_addresses_can_be_allowed() {
        assert!(is_allowed(&OPEN, "http://127.0.0.1:9000/", ChosenBy::Stranger));
        assert!(is_allowed(&STRICT, "https://8.8.8.8/", ChosenBy::Stranger));
        assert!(is_allowed(&STRICT, "https://[2606:4700::1111]/", ChosenBy::Stranger));
    }

    #[test]
    fn one_inner_address_spoils_a_name() {
        let [public, inner]: [IpAddr; 2] = ["8.8.8.8".parse().unwrap(), "10.0.0.1".parse().unwrap()];
        assert!(STRICT.check_all("a", &[public]).is_ok());
        assert!(STRICT.check_all("a", &[inner]).is_err());
        assert!(STRICT.check_all("a", &[public, inner]).is_err());
        assert!(OPEN.check_all("a", &[public, inner]).is_ok());
    }

    #[tokio::test]
    async fn a_name_that_means_loopback_is_not_dialled() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://localhost:{}/", listener.local_addr().unwrap().port());
        let client = STRICT.client(&Limits::default()).unwrap();
        let error = client.get(&url).send().await.unwrap_err();
        assert!(error.is_connect(), "{error:?}");
        let accepted = tokio::time::timeout(Duration::from_millis(50), listener.accept()).await;
        assert!(accepted.is_err(), "a connection was made");
    }
}
