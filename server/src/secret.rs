//! Secrets in memory: they do not print, and they are wiped when dropped.

pub use secrecy::{ExposeSecret, SecretString};
