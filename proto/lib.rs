//! The Darkroom API: messages, services and clients, generated from `proto/darkroom/v1/`.
//!
//! Everything between the gateway and the server, and between Darkroom and its callers, is said in these
//! types. The crate holds no behaviour beyond what the contract itself needs: typed pipelines to text
//! ([`pipeline`]), messages that cost no more than they say ([`codec`]), secrets that do not print ([`redacted`](self)), the
//! limits both sides keep ([`limits`]), how a client connects ([`client`]), and the short way between two sides that share
//! a process ([`at_hand`]).

pub mod at_hand;
pub mod client;
pub mod codec;
pub mod limits;
pub mod pipeline;
mod redacted;

/// Messages, services and clients of `darkroom.v1`.
#[allow(missing_docs, clippy::pedantic, clippy::all, unreachable_pub)]
pub mod v1 {
    tonic::include_proto!("darkroom.v1");
}

/// The encoded `FileDescriptorSet` of the API with imports, source info and field options.
pub const DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/descriptor_set.bin"));

/// The `domain` of every `google.rpc.ErrorInfo` that Darkroom sends.
pub const ERROR_DOMAIN: &str = "darkroom";

impl v1::ErrorReason {
    /// The `reason` of the `google.rpc.ErrorInfo`: the value's name without its prefix, for example `IMAGE_NOT_FOUND`.
    pub fn reason(self) -> &'static str {
        self.as_str_name().trim_start_matches("ERROR_REASON_")
    }

    /// The value whose [`reason`](Self::reason) this is.
    pub fn from_reason(reason: &str) -> Option<Self> {
        Self::from_str_name(&format!("ERROR_REASON_{reason}"))
    }
}
