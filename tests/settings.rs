//! Settings: every problem at once, before a port is bound.

use crate::darkroom::program;
use std::process::Command;

#[test]
fn every_problem_is_reported_and_the_exit_code_is_64() {
    let output = Command::new(program())
        .arg("serve")
        .env_clear()
        .envs([("DARKROOM_DELIVERY_ADDR", "nowhere"), ("DARKROOM_CACHE_MEMORY", "much"), ("DARKROOM_WORKERS", "0")])
        .env("DARKROOM_PRIVATE_KEY", "a:canary")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(64));
    let told = String::from_utf8(output.stderr).unwrap();
    for name in ["delivery_addr", "cache_memory", "workers", "private_key"] {
        assert!(told.contains(name), "{told}");
    }
    assert!(!told.contains("canary"), "{told}");
}

#[test]
fn a_taken_port_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let data = tempfile::tempdir().unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = Command::new(program())
        .arg("serve")
        .env_clear()
        .env("DARKROOM_DATA_DIR", data.path())
        .envs([
            ("DARKROOM_GRPC_ADDR", address.as_str()),
            ("DARKROOM_DELIVERY_ADDR", "127.0.0.1:0"),
            ("DARKROOM_ADMIN_ADDR", "127.0.0.1:0"),
        ])
        .output()
        .unwrap();
    assert!(!output.status.success());
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains(&address) && told.contains("gRPC"), "{told}");
}

#[test]
fn transform_works_without_a_server() {
    let folder = crate::pictures::folder();
    let (input, output) = (folder.path().join("photo.jpg"), folder.path().join("out.png"));
    let run = |transformation: &str| {
        Command::new(program()).arg("transform").arg(&input).arg(transformation).arg(&output).output().unwrap()
    };
    assert!(run("w-80").status.success());
    assert_eq!(crate::pictures::facts(&std::fs::read(&output).unwrap()), (80, 60, "image/png"));
    let refused = run("w-eighty");
    assert!(!refused.status.success());
    assert!(String::from_utf8(refused.stderr).unwrap().contains("eighty"));
}
