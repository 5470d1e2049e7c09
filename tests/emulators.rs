//! What `make test` tells about the emulators that it started: addresses, credentials, and what lies where.

use serde_json::Value;

/// The facts; `None`, and a line about it, where no emulators run.
pub fn emulators() -> Option<Value> {
    let Some(path) = std::env::var_os("DARKROOM_TEST_EMULATORS") else {
        println!("skipped: DARKROOM_TEST_EMULATORS is not set; `make test` starts the emulators");
        return None;
    };
    Some(serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap())
}

/// The requests that a front has seen for paths that start so.
pub async fn seen(facts: &Value, path: &str) -> Vec<Value> {
    let url = format!("{}?path={path}", facts["seen"].as_str().unwrap());
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    serde_json::from_str(&client.get(url).send().await.unwrap().text().await.unwrap()).unwrap()
}
