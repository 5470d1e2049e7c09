//! The one place that decides which addresses may be dialled.

/// What may be dialled, and the resolver and client that keep to it.
#[derive(Debug, Clone)]
pub struct Network {
    /// `DARKROOM_ALLOW_PRIVATE_ORIGINS`: loopback, private and other non-global addresses may be dialled.
    pub allow_private: bool,
}
