//! stub

/// Where it is.
#[derive(Debug, Clone)]
pub struct Location {}
/// Where it is.
#[derive(Debug, Clone)]
pub struct CompatibleLocation {}
