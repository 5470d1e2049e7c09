//! Canary secrets: registered everywhere, found nowhere. Not in what the process prints at its most talkative,
//! not in an answer, not in a file that it writes.

use crate::darkroom::{Darkroom, Transport};
use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::Method;
use serde_json::json;
use std::path::Path;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn canaries_are_found_nowhere() {
    let pkcs8 = {
        use aws_lc_rs::{
            encoding::{AsDer, Pkcs8V1Der},
            rsa::{KeyPair, KeySize},
        };
        let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
        AsDer::<Pkcs8V1Der<'_>>::as_der(&pair).unwrap().as_ref().to_vec()
    };
    let encoded = STANDARD.encode(&pkcs8);
    let lines: Vec<&str> = encoded.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", lines.join("\n"));
    let account_key = "private_canary_key_of_the_account";
    let (sas, access, secret) =
        ("c4n4rySAS0signature1234567890", "CANARYACCESSKEY01", "canarySecretKey0123456789abcdef");

    let settings = [("DARKROOM_LOG", "trace"), ("DARKROOM_PRIVATE_KEY", account_key)];
    let darkroom = Darkroom::start_with(Transport::InProcess, &settings).await;
    let mut answers = Vec::new();
    let url = |path: &str| format!("{}{path}", darkroom.admin);
    let dead = "http://127.0.0.1:9";
    let sas_token = format!("?sv=2022-11-02&sr=c&sp=r&se=2999-01-01T00:00:00Z&sig={sas}");
    let origins = [
        json!({"name": "gcs", "type": "GCS", "bucket": "b", "endpoint": dead, "clientEmail": "reader@p.iam.gserviceaccount.com", "privateKey": pem}),
        json!({"name": "azure", "type": "AZURE_BLOB", "accountName": "a", "container": "c", "endpoint": format!("{dead}/a"), "sasToken": sas_token}),
        json!({"name": "s3", "type": "S3_COMPATIBLE", "bucket": "b", "endpoint": dead, "accessKey": access, "secretKey": secret}),
        // Refused, which must not repeat them either.
        json!({"name": "bad", "type": "S3", "bucket": "", "accessKey": access, "secretKey": secret}),
        json!({"name": "bad", "type": "AZURE_BLOB", "accountName": "a", "container": "c", "sasToken": format!("sp=w&sig={sas}")}),
        json!({"name": "bad", "type": "GCS", "bucket": "b", "serviceAccountKey": {"type": "authorized_user", "private_key": pem}}),
        json!({"name": "bad", "type": "GCS", "bucket": 5, "privateKey": pem}),
    ];
    for (index, origin) in origins.iter().enumerate() {
        let made = darkroom
            .http
            .post(url("/v1/accounts/origins"))
            .basic_auth(account_key, Some(""))
            .header("content-type", "application/json")
            .body(origin.to_string());
        let response = made.send().await.unwrap();
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        assert_eq!(status, if index < 3 { 201 } else { 400 }, "{text}");
        if index < 3 {
            let body: serde_json::Value = serde_json::from_str(&text).unwrap();
            let attach = json!({"description": "default", "origins": [body["id"]]});
            let put = darkroom.http.put(url("/v1/accounts/url-endpoints/default")).basic_auth(account_key, Some(""));
            assert_eq!(
                put.header("content-type", "application/json").body(attach.to_string()).send().await.unwrap().status(),
                200
            );
            let response = darkroom.get("/tr:w-9/photo.jpg").await;
            assert_eq!(response.status(), 502);
            answers.push(format!("{:?}{}", response.headers().clone(), response.text().await.unwrap()));
            let check = darkroom
                .http
                .request(Method::POST, url(&format!("/v1/accounts/origins/{}/check", body["id"].as_str().unwrap())));
            answers.push(check.basic_auth(account_key, Some("")).send().await.unwrap().text().await.unwrap());
        }
        answers.push(text);
    }
    for path in ["/v1/accounts/origins", "/metrics", "/v1/accounts/url-endpoints"] {
        answers.push(
            darkroom.http.get(url(path)).basic_auth(account_key, Some("")).send().await.unwrap().text().await.unwrap(),
        );
    }
    answers.push(
        darkroom
            .http
            .get(url("/v1/accounts/origins"))
            .basic_auth("wrong", Some(""))
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap(),
    );

    let output = darkroom.output();
    assert!(output.len() > 10_000, "the log talks: {} bytes", output.len());
    let data = darkroom.terminate();
    // A line from the middle of the key stands for the key.
    for canary in [sas, access, secret, account_key, lines[5]] {
        for form in forms(canary) {
            assert!(!contains(&output, &form), "{canary} is in the log");
            for answer in &answers {
                assert!(!contains(answer.as_bytes(), &form), "{canary} is in {answer}");
            }
            for file in files(data.path()) {
                assert!(!contains(&std::fs::read(&file).unwrap(), &form), "{canary} is in {}", file.display());
            }
        }
    }
}

/// A secret as it may turn up: as it is, in base64, in hex.
fn forms(secret: &str) -> [Vec<u8>; 3] {
    let hex = hex::encode(secret);
    [secret.as_bytes().to_vec(), STANDARD.encode(secret).trim_end_matches('=').as_bytes().to_vec(), hex.into_bytes()]
}

fn contains(hay: &[u8], needle: &[u8]) -> bool {
    hay.windows(needle.len()).any(|window| window == needle)
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] })
        .filter(|path| !path.ends_with("master.key"))
        .collect()
}
