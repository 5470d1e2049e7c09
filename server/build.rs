//! Cargo looks at sources alone: a migration that is added has to be told of, or the binary keeps the old ones.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
