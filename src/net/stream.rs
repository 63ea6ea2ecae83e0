//! What carries bytes to a server and back, whatever lies in between.

use std::any::Any;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;

use super::keep::Kept;

/// Anything that carries bytes both ways.
pub(crate) trait Carrier: AsyncRead + AsyncWrite + Send + Unpin {
    /// The socket, if it is nothing else. A [`Stream`] is asked for what is in its box, not for itself.
    fn socket(&self) -> Option<&TcpStream>;
}

impl<T: AsyncRead + AsyncWrite + Send + Unpin + 'static> Carrier for T {
    fn socket(&self) -> Option<&TcpStream> {
        let carrier = self as &dyn Any;
        carrier.downcast_ref().or_else(|| carrier.downcast_ref().map(Kept::socket))
    }
}

/// A socket, encrypted or not.
pub(crate) type Stream = Box<dyn Carrier>;

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_socket_alone_says_that_it_is_one() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let socket = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let stream: Stream = Box::new(socket);
        assert!((*stream).socket().is_some());
        let other: Stream = Box::new(tokio::io::duplex(1).0);
        assert!((*other).socket().is_none());
    }
}
