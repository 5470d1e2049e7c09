//! Cargo looks at sources alone: a migration that is added has to be told of, or the binary keeps the old ones.
//! And what is linked in must stay inside, as server/engine/build.rs explains.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|system| system == "linux") {
        println!("cargo:rustc-link-arg=-Wl,--exclude-libs,ALL");
    }
}
