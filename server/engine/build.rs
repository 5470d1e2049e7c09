//! The encoders' C libraries are linked in, and libvips brings others of the same names. A linker exports from an
//! executable what a shared library on its command line asks for, and libvips would then run our libwebp in place
//! of its own, with structures of another version. So nothing of a static library is exported.
//!
//! This is for the tests of this package; each package whose executables link it says the same.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|system| system == "linux") {
        println!("cargo:rustc-link-arg=-Wl,--exclude-libs,ALL");
    }
}
