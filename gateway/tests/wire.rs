//! A client that sends exactly the bytes it is told to, and reads one answer at a time.

use std::{collections::HashMap, net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// One answer.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Names in lower case; values of equal names joined by `, `.
    pub(crate) fields: HashMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }
}

/// Sends `request` on a new connection and reads until the other side closes, or for `patience`. Returns what came.
pub(crate) async fn exchange(address: SocketAddr, request: &[u8], patience: Duration) -> (Vec<u8>, bool) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // A server that has seen enough may close before all is sent.
    let _ = stream.write_all(request).await;
    let mut came = Vec::new();
    let closed = timeout(patience, stream.read_to_end(&mut came)).await.is_ok();
    (came, closed)
}

/// Sends a request that asks for the connection to be closed, and reads the answer.
pub(crate) async fn ask(address: SocketAddr, head: &str, body: &[u8]) -> Answer {
    let mut request = format!("{}\r\nhost: images.example\r\nconnection: close\r\n", head.trim_end()).into_bytes();
    if !body.is_empty() {
        request.extend(format!("content-length: {}\r\n", body.len()).bytes());
    }
    request.extend(b"\r\n");
    request.extend(body);
    let (came, closed) = exchange(address, &request, Duration::from_secs(10)).await;
    assert!(closed, "the connection stayed open after {head}");
    parse(&came).unwrap_or_else(|| panic!("no answer to {head}"))
}

/// Reads one answer out of what came; its body is all that follows.
pub(crate) fn parse(came: &[u8]) -> Option<Answer> {
    let end = came.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&came[..end]).ok()?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let mut fields: HashMap<String, String> = HashMap::new();
    for line in lines {
        let (name, value) = line.split_once(": ")?;
        let field = fields.entry(name.to_lowercase()).or_default();
        if !field.is_empty() {
            field.push_str(", ");
        }
        field.push_str(value);
    }
    Some(Answer { status, fields, body: came[end + 4..].to_vec() })
}
