//! One frame is one message on the socket between the server and a worker. Files come with the first one only: the
//! areas through which images travel.
//!
//! The socket keeps the bounds of messages (`SOCK_SEQPACKET`), so nobody can drip half a frame or announce a
//! length and send another.

use rustix::{
    fd::{BorrowedFd, OwnedFd},
    io::{self, Errno},
    net::{
        AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, ReturnFlags, SendAncillaryBuffer,
        SendAncillaryMessage, SendFlags, SocketFlags, SocketType, recvmsg, sendmsg, socketpair,
    },
};
use serde::{Serialize, de::DeserializeOwned};
use std::{io::IoSlice, io::IoSliceMut, mem::MaybeUninit};

/// The longest message, in bytes. Images never travel in a message; the longest part is a transformation text.
pub(super) const FRAME_BYTES_MAX: usize = 64 * 1024;
/// Files that may come with one message.
pub(super) const FILES_MAX: usize = 2;

/// What one `receive` brought.
#[derive(Debug)]
pub(super) enum Received<T> {
    /// A message and the files that came with it.
    Message(T, Vec<OwnedFd>),
    /// Nothing is there yet; only a non-blocking receive says so.
    Nothing,
    /// The other side is gone.
    Closed,
}

/// Why a frame could not be sent or taken.
#[derive(Debug, thiserror::Error)]
pub(super) enum Error {
    /// The socket failed; usually the other side is gone.
    #[error("the socket failed: {0}")]
    Socket(#[from] Errno),
    /// The message is longer than [`FRAME_BYTES_MAX`].
    #[error("a message of {0} bytes is too long")]
    TooLong(usize),
    /// The bytes are not a message, or more than [`FILES_MAX`] files came.
    #[error("not a message: {0}")]
    NotAMessage(String),
}

/// A connected pair of sockets. Neither survives an exec by accident: the worker's end is handed over as its
/// standard input.
pub(super) fn pair() -> io::Result<(OwnedFd, OwnedFd)> {
    socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None)
}

/// The bytes of `message`, or why they are too many.
pub(super) fn encode(message: &impl Serialize) -> Result<Vec<u8>, Error> {
    let bytes = postcard::to_stdvec(message).map_err(|error| Error::NotAMessage(error.to_string()))?;
    if bytes.len() > FRAME_BYTES_MAX { Err(Error::TooLong(bytes.len())) } else { Ok(bytes) }
}

/// Sends the bytes of one message, with at most [`FILES_MAX`] files. Never waits unless `wait` is set.
pub(super) fn send(socket: BorrowedFd<'_>, bytes: &[u8], files: &[BorrowedFd<'_>], wait: bool) -> Result<(), Error> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(FILES_MAX))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    if !files.is_empty() {
        control.push(SendAncillaryMessage::ScmRights(files));
    }
    let flags = if wait { SendFlags::NOSIGNAL } else { SendFlags::NOSIGNAL | SendFlags::DONTWAIT };
    io::retry_on_intr(|| sendmsg(socket, &[IoSlice::new(bytes)], &mut control, flags))?;
    Ok(())
}

/// Takes one message. `buffer` is scratch space of [`FRAME_BYTES_MAX`] bytes, so that a worker costs one
/// buffer and not one per message.
pub(super) fn receive<T: DeserializeOwned>(
    socket: BorrowedFd<'_>,
    buffer: &mut [u8],
    wait: bool,
) -> Result<Received<T>, Error> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(FILES_MAX))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let flags = if wait { RecvFlags::CMSG_CLOEXEC } else { RecvFlags::CMSG_CLOEXEC | RecvFlags::DONTWAIT };
    let message = match io::retry_on_intr(|| recvmsg(socket, &mut [IoSliceMut::new(buffer)], &mut control, flags)) {
        Ok(message) => message,
        Err(Errno::AGAIN) => return Ok(Received::Nothing),
        Err(Errno::CONNRESET) => return Ok(Received::Closed),
        Err(error) => return Err(Error::Socket(error)),
    };

    let mut files: Vec<OwnedFd> = Vec::new();
    for part in control.drain() {
        if let RecvAncillaryMessage::ScmRights(received) = part {
            files.extend(received); // all are taken, so that those which nobody wants are closed here
        }
    }
    if message.bytes == 0 && files.is_empty() {
        return Ok(Received::Closed); // an empty message is never sent
    }
    if message.flags.intersects(ReturnFlags::TRUNC | ReturnFlags::CTRUNC) || files.len() > FILES_MAX {
        return Err(Error::NotAMessage("longer, or with more files, than any message".into()));
    }
    let bytes = buffer.get(..message.bytes).unwrap_or_default();
    match postcard::take_from_bytes(bytes) {
        Ok((value, [])) => Ok(Received::Message(value, files)),
        Ok((_, rest)) => Err(Error::NotAMessage(format!("{} bytes too many", rest.len()))),
        Err(error) => Err(Error::NotAMessage(error.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::fd::AsFd;

    fn exchange(bytes: &[u8]) -> Result<Received<String>, Error> {
        let (left, right) = pair().unwrap();
        send(left.as_fd(), bytes, &[left.as_fd(); FILES_MAX], false).unwrap();
        receive(right.as_fd(), &mut vec![0; FRAME_BYTES_MAX], false)
    }

    #[test]
    fn a_message_arrives_with_its_files() {
        let bytes = encode(&"hello").unwrap();
        assert!(
            matches!(exchange(&bytes), Ok(Received::Message(text, files)) if text == "hello" && files.len() == FILES_MAX)
        );
    }

    #[test]
    fn garbage_trailing_bytes_and_long_messages_are_refused() {
        let mut trailing = encode(&"hello").unwrap();
        trailing.push(0);
        for bytes in [&[0xff; 40][..], &trailing, &vec![0; FRAME_BYTES_MAX + 1]] {
            assert!(matches!(exchange(bytes), Err(Error::NotAMessage(_))), "{} bytes", bytes.len());
        }
        assert!(matches!(encode(&"x".repeat(FRAME_BYTES_MAX)), Err(Error::TooLong(_))));
    }

    #[test]
    fn too_many_files_are_refused() {
        let (left, right) = pair().unwrap();
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(8))];
        let mut control = SendAncillaryBuffer::new(&mut space);
        let files = [left.as_fd(); 8];
        control.push(SendAncillaryMessage::ScmRights(&files));
        let bytes = encode(&"hello").unwrap();
        sendmsg(&left, &[IoSlice::new(&bytes)], &mut control, SendFlags::empty()).unwrap();
        let received = receive::<String>(right.as_fd(), &mut vec![0; FRAME_BYTES_MAX], false);
        assert!(matches!(received, Err(Error::NotAMessage(_))), "{received:?}");
    }

    #[test]
    fn silence_and_an_end_are_told_apart() {
        let (left, right) = pair().unwrap();
        let mut buffer = vec![0; FRAME_BYTES_MAX];
        assert!(matches!(receive::<String>(right.as_fd(), &mut buffer, false), Ok(Received::Nothing)));
        drop(left);
        assert!(matches!(receive::<String>(right.as_fd(), &mut buffer, false), Ok(Received::Closed)));
    }
}
