//! The gateway's limits: every one with its unit and its default.

use std::time::Duration;

/// Bytes in a KiB.
const KIB: usize = 1024;

/// Limits of both listeners. The defaults suit a server that the open Internet reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Bytes of a request's path and query; a longer one is answered with 414. 8 KiB.
    pub url_bytes_max: usize,
    /// Fields in the head of a request; more are answered with 431. 64.
    pub header_fields_max: usize,
    /// Bytes that one connection may have buffered in each direction; a larger request head is answered with
    /// 431. 64 KiB.
    pub connection_buffer_bytes_max: usize,
    /// Requests that one HTTP/2 connection may have open at a time. 100.
    pub streams_per_connection_max: u32,
    /// Connections of the delivery listener; more wait in the kernel's queue. 4096.
    pub delivery_connections_max: usize,
    /// Connections of the admin listener. 256.
    pub admin_connections_max: usize,
    /// From the first byte of a request to the end of its head, and from a connection to its first request. 10 s.
    pub request_head_timeout: Duration,
    /// How long a connection may stay open without a request. 75 s, above the 60 s of common load balancers, so
    /// that it is they who close.
    pub keep_alive_timeout: Duration,
    /// While a client has an answer to take, it has to take at least 4 KiB in this time. 60 s.
    pub write_stall_timeout: Duration,
    /// How long the server may take to say what the answer is. 60 s, above every deadline of the server's own.
    pub answer_timeout: Duration,
    /// How long the server may take from one chunk of an image to the next. 30 s.
    pub chunk_timeout: Duration,
    /// Bytes of the body of a management request; a larger one is answered with 413. 1 MiB.
    pub request_body_bytes_max: usize,
    /// How long a client may take to send the body of a management request. 30 s.
    pub request_body_timeout: Duration,
    /// How long a management call may take. 60 s: checking an origin connects to it.
    pub management_timeout: Duration,
    /// How long requests in flight may take to finish at shutdown. 30 s.
    pub drain_timeout: Duration,
}

/// Bytes that a client has to take in each [`Config::write_stall_timeout`].
pub(crate) const WRITE_PROGRESS_BYTES_MIN: usize = 4 * KIB;

impl Default for Config {
    fn default() -> Self {
        Self {
            url_bytes_max: 8 * KIB,
            header_fields_max: 64,
            connection_buffer_bytes_max: 64 * KIB,
            streams_per_connection_max: 100,
            delivery_connections_max: 4096,
            admin_connections_max: 256,
            request_head_timeout: Duration::from_secs(10),
            keep_alive_timeout: Duration::from_secs(75),
            write_stall_timeout: Duration::from_mins(1),
            answer_timeout: Duration::from_mins(1),
            chunk_timeout: Duration::from_secs(30),
            request_body_bytes_max: KIB * KIB,
            request_body_timeout: Duration::from_secs(30),
            management_timeout: Duration::from_mins(1),
            drain_timeout: Duration::from_secs(30),
        }
    }
}

impl Config {
    /// Every problem at once; empty when there is none.
    pub fn problems(&self) -> Vec<String> {
        let mut problems = Vec::new();
        let mut demand = |holds: bool, problem: &str| {
            if !holds {
                problems.push(problem.to_owned());
            }
        };
        demand(self.url_bytes_max >= 256, "url_bytes_max must be at least 256 bytes");
        demand(self.header_fields_max >= 16, "header_fields_max must be at least 16");
        demand(
            self.connection_buffer_bytes_max >= 8 * KIB && self.connection_buffer_bytes_max > self.url_bytes_max,
            "connection_buffer_bytes_max must be at least 8 KiB, and more than url_bytes_max",
        );
        demand(self.streams_per_connection_max >= 1, "streams_per_connection_max must be at least 1");
        demand(self.delivery_connections_max >= 1, "delivery_connections_max must be at least 1");
        demand(self.admin_connections_max >= 1, "admin_connections_max must be at least 1");
        demand(self.request_body_bytes_max >= KIB, "request_body_bytes_max must be at least 1 KiB");
        for (name, timeout) in [
            ("request_head_timeout", self.request_head_timeout),
            ("keep_alive_timeout", self.keep_alive_timeout),
            ("write_stall_timeout", self.write_stall_timeout),
            ("answer_timeout", self.answer_timeout),
            ("chunk_timeout", self.chunk_timeout),
            ("request_body_timeout", self.request_body_timeout),
            ("management_timeout", self.management_timeout),
        ] {
            demand(!timeout.is_zero(), &format!("{name} must be longer than 0 s"));
        }
        problems
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_sound_and_every_problem_is_told_at_once() {
        assert_eq!(Config::default().problems(), Vec::<String>::new());
        let broken = Config { url_bytes_max: 0, chunk_timeout: Duration::ZERO, ..Config::default() };
        assert_eq!(broken.problems().len(), 2);
    }
}
