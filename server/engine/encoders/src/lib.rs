//! Safe wrappers of the vendored C encoders.
