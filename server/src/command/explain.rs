//! `darkroom explain URL`: how a running server answers a delivery URL, and why.

use super::{
    Failure,
    client::{connect, failure},
};
use crate::settings::Settings;
use clap::Args;
use darkroom_api::v1::{
    DeliveryUrl, ErrorReason, ExplainDeliveryRequest, ExplainDeliveryResponse, SignatureCheck, SignatureState,
    image_service_client::ImageServiceClient,
};
use std::fmt::Write;

#[derive(Debug, Args)]
pub struct Arguments {
    /// The delivery URL, with its host or from its first `/` on.
    url: String,
    /// What the client takes, as in the HTTP field `Accept`.
    #[arg(long, default_value = "image/avif,image/webp,*/*")]
    accept: String,
}

pub async fn run(settings: Settings, arguments: Arguments) -> Result<(), Failure> {
    let (host, target) = split(&arguments.url)?;
    let request = ExplainDeliveryRequest {
        delivery_url: Some(DeliveryUrl { host, target }),
        accept: arguments.accept,
        client_hints: None,
    };
    let mut client = ImageServiceClient::new(connect(&settings).await?);
    let response = client.explain_delivery(request).await.map_err(failure)?;
    print(&response.into_inner());
    Ok(())
}

fn split(url: &str) -> Result<(String, String), Failure> {
    let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"));
    match rest {
        None if url.starts_with('/') => Ok((String::new(), url.to_owned())),
        None => Err("expected a URL, or a path that starts with `/`".into()),
        Some(rest) => {
            let end = rest.find('/').unwrap_or(rest.len());
            let target = if end == rest.len() { "/" } else { &rest[end..] };
            Ok((rest[..end].to_owned(), target.to_owned()))
        }
    }
}

#[allow(clippy::print_stdout)] // the command's answer
fn print(response: &ExplainDeliveryResponse) {
    println!("{}", text(response));
}

fn text(response: &ExplainDeliveryResponse) -> String {
    let mut out = String::new();
    let mut line =
        |name: &str, value: &str| _ = writeln!(out, "{name:<15}{}", if value.is_empty() { "-" } else { value });
    line("URL endpoint", &format!("{} (by {})", response.url_endpoint, response.url_endpoint_match));
    line("path", &response.path);
    line("query", &response.query);
    line("transformation", &response.transformation);
    if let Some(check) = &response.signature {
        line("signature", &signature(check));
        line("signed text", &check.signed_text);
    }
    line("cached", if response.cached { "yes" } else { "no" });
    for attempt in &response.origin_attempts {
        let took = attempt
            .duration
            .as_ref()
            .map_or(0, |duration| duration.seconds * 1000 + i64::from(duration.nanos) / 1_000_000);
        line(
            "origin",
            &format!(
                "{} ({}): {} [{took} ms, {} bytes {}]",
                attempt.origin, attempt.display_name, attempt.message, attempt.size_bytes, attempt.media_type
            ),
        );
    }
    if let Some(outcome) = &response.outcome {
        let verdict = if outcome.delivered {
            outcome.media_type.clone()
        } else {
            ErrorReason::try_from(outcome.reason).map_or("?", ErrorReason::reason).to_owned()
        };
        line("outcome", &format!("{verdict}: {}", outcome.message));
    }
    out.trim_end().to_owned()
}

fn signature(check: &SignatureCheck) -> String {
    let state = match check.state() {
        SignatureState::Unspecified | SignatureState::Missing => "missing",
        SignatureState::Valid => "valid",
        SignatureState::Invalid => "invalid",
        SignatureState::Expired => "expired",
    };
    let expiry = check.expire_time.map(|time| format!(", expires {time}")).unwrap_or_default();
    format!("{state}{expiry} ({} here)", if check.required { "required" } else { "not required" })
}

#[cfg(test)]
mod tests {
    use super::{signature, split};
    use darkroom_api::v1::{SignatureCheck, SignatureState};

    #[test]
    fn a_signature_is_told_in_one_line() {
        let check = SignatureCheck {
            state: SignatureState::Expired.into(),
            required: true,
            expire_time: Some(prost_types::Timestamp { seconds: 1000, nanos: 0 }),
            ..Default::default()
        };
        assert_eq!(signature(&check), "expired, expires 1970-01-01T00:16:40Z (required here)");
        assert_eq!(signature(&SignatureCheck::default()), "missing (not required here)");
    }

    #[test]
    fn a_url_with_and_without_its_host() {
        assert_eq!(split("http://h:1/a?b").unwrap(), ("h:1".to_owned(), "/a?b".to_owned()));
        assert_eq!(split("https://h").unwrap(), ("h".to_owned(), "/".to_owned()));
        assert_eq!(split("/a").unwrap(), (String::new(), "/a".to_owned()));
        assert!(split("a").is_err());
    }
}
