//! Redirects, queries and headers of the two kinds that read web servers.

use super::*;
use http::header;

fn to(status: u16, target: &str) -> String {
    format!("redirect/{status}/{}", hex::encode(target))
}

async fn both() -> [Subject; 2] {
    [Subject::web_folder().await, Subject::web_proxy().await]
}

#[tokio::test]
async fn a_few_hops_are_followed() {
    for subject in both().await {
        let base = format!("{}/base", subject.fake.as_ref().unwrap().url());
        for status in [301, 302, 303, 307, 308] {
            check_image(&subject, subject.fetch(&to(status, &format!("{base}/found"))).await, "found");
            check_image(&subject, subject.fetch(&to(status, "/base/found")).await, "found");
        }
        let mut chain = "/base/found".to_owned();
        for hop in 1..=4 {
            let key = to(302, &chain);
            let fetched = subject.fetch(&key).await;
            assert_eq!(fetched.is_ok(), hop <= 3, "{}: {hop} hops: {fetched:?}", subject.kind());
            chain = format!("/base/{key}");
        }
    }
}

#[tokio::test]
async fn every_hop_is_judged_like_the_first() {
    for subject in both().await {
        let targets = ["ftp://example.com/a", "file:///etc/passwd", "http://user:x@127.0.0.1/", "http://[::1"];
        for (index, target) in targets.into_iter().enumerate() {
            let error = subject.error(&to(302, target)).await;
            assert!(!matches!(error, Error::NotFound), "{}: {target}: {error:?}", subject.kind());
            assert_eq!(subject.requests(), index + 1, "{}: {target}", subject.kind());
        }
    }
}

#[tokio::test]
async fn a_proxy_follows_only_to_hosts_that_it_allows() {
    let subject = Subject::web_proxy().await;
    let port = subject.fake.as_ref().unwrap().address.port();
    let error = subject.error(&to(302, &format!("http://localhost:{port}/base/found"))).await;
    assert!(matches!(error, Error::Unreachable(_)), "{error:?}");
    assert_eq!(subject.requests(), 1);
    let folder = Subject::web_folder().await;
    let port = folder.fake.as_ref().unwrap().address.port();
    let key = to(302, &format!("http://localhost:{port}/base/found"));
    check_image(&folder, folder.fetch(&key).await, "found");
}

#[tokio::test]
async fn the_query_and_our_own_header_arrive_and_the_host_on_demand() {
    for mut subject in both().await {
        if let Location::WebFolder(location) = &mut subject.origin.location {
            location.forward_host_header = true;
        }
        let fetch = Fetch {
            path: subject.path("found"),
            query: "alt=media&token=a%20b".to_owned(),
            host: "images.example.org".to_owned(),
            if_not_version: None,
            is_beside: false,
        };
        check_image(&subject, subject.clients.fetch(&subject.origin, &fetch).await, "found");
        let seen = subject.fake.as_ref().unwrap().seen().pop().unwrap();
        assert_eq!(seen.query, "alt=media&token=a%20b");
        assert_eq!(seen.headers["x-req-from"], "darkroom");
        let is_forwarded = seen.headers[header::HOST] == "images.example.org";
        assert_eq!(is_forwarded, matches!(subject.origin.location, Location::WebFolder(_)));
        assert!(!seen.headers.contains_key(header::AUTHORIZATION) && !seen.headers.contains_key(header::COOKIE));
    }
}

#[tokio::test]
async fn a_version_is_found_where_there_is_no_strong_etag() {
    for subject in both().await {
        for (key, start) in [("weak", "modified-"), ("bare", "sha256-")] {
            let version = check_image(&subject, subject.fetch(key).await, key);
            assert!(version.starts_with(start), "{version}");
            let again = subject.fetch_if_not(key, Some(&version)).await;
            assert!(matches!(again, Ok(Fetched::NotModified)), "{key}: {again:?}");
        }
        assert_eq!(subject.error("endless").await, Error::TooLarge { maximum: 1000 });
    }
}

#[tokio::test]
async fn a_proxy_refuses_other_hosts_before_it_asks() {
    let subject = Subject::web_proxy().await;
    for path in ["https:/evil.example/a", "photos/a.jpg", "http:/127.0.0.1.evil.example/a", "http:/localhost/a"] {
        let fetch = Fetch {
            path: ImagePath::parse(path).unwrap(),
            query: String::new(),
            host: String::new(),
            if_not_version: None,
            is_beside: false,
        };
        let error = subject.clients.fetch(&subject.origin, &fetch).await.unwrap_err();
        assert!(matches!(error, Error::PathRefused(_)), "{path}: {error:?}");
    }
    assert_eq!(subject.requests(), 0);
}

#[tokio::test]
async fn the_forwarded_host_goes_to_the_first_hop_only() {
    let mut subject = Subject::web_folder().await;
    if let Location::WebFolder(location) = &mut subject.origin.location {
        location.forward_host_header = true;
    }
    let fetch = Fetch {
        path: subject.path(&to(302, "/base/found")),
        query: String::new(),
        host: "images.example.org".to_owned(),
        if_not_version: None,
        is_beside: false,
    };
    check_image(&subject, subject.clients.fetch(&subject.origin, &fetch).await, "found");
    let fake = subject.fake.as_ref().unwrap();
    let hosts: Vec<_> =
        fake.seen().iter().map(|seen| seen.headers[header::HOST].to_str().unwrap().to_owned()).collect();
    assert_eq!(hosts, ["images.example.org".to_owned(), fake.address.to_string()]);
}
