//! A server of SFTP on loopback that answers as a test wants it to, request by request.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use bytes::{Buf as _, BufMut as _, BytesMut};
use russh::keys::{Algorithm, HashAlg, PrivateKey};
use russh::server::{Auth, ChannelOpenHandle, Config, Handler, Msg, Session, run_stream};
use russh::{Channel, ChannelId, ChannelStream};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// What is asked for; each kind is counted from 0 over the server's life.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    Open { number: usize, path: String },
    Stat { number: usize },
    Read { number: usize, offset: usize, length: usize },
    Close,
}

/// What is answered.
pub enum Say {
    Handle,
    /// Size, and when it was changed, in seconds of Unix time.
    Stat(u64, u32),
    Data(Vec<u8>),
    Status(u32),
    HangUp,
}

/// What a good server says about its one file.
pub fn behave(content: &[u8], modified: u32, ask: &Ask) -> Say {
    match ask {
        Ask::Open { .. } => Say::Handle,
        Ask::Stat { .. } => Say::Stat(content.len() as u64, modified),
        Ask::Read { offset, .. } if *offset >= content.len() => Say::Status(1),
        Ask::Read { offset, length, .. } => {
            Say::Data(content[*offset..(offset + length).min(content.len())].to_vec())
        }
        Ask::Close => Say::Status(0),
    }
}

type Answers = dyn Fn(&Ask) -> Say + Send + Sync;

/// A running server, which lets in `me` with the password `S3CR3T`; it ends with the test.
pub struct SftpServer {
    address: SocketAddr,
    /// Of its key.
    pub fingerprint: String,
    pub connections: Arc<AtomicUsize>,
    _runtime: tokio::runtime::Runtime,
}

impl SftpServer {
    pub fn start(answers: impl Fn(&Ask) -> Say + Send + Sync + 'static) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let key = PrivateKey::random(&mut russh::keys::key::safe_rng(), Algorithm::Ed25519).unwrap();
        let fingerprint = key.public_key().fingerprint(HashAlg::Sha256).to_string();
        let config = Config {
            keys: vec![key],
            auth_rejection_time: Duration::ZERO,
            auth_rejection_time_initial: Some(Duration::ZERO),
            ..Config::default()
        };
        let (config, connections) = (Arc::new(config), Arc::new(AtomicUsize::new(0)));
        let (counted, counts) = (connections.clone(), Arc::new(Default::default()));
        let answers: Arc<Answers> = Arc::new(answers);
        let (told, address) = mpsc::channel();
        runtime.spawn(async move {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            told.send(listener.local_addr().unwrap()).unwrap();
            while let Ok((stream, _)) = listener.accept().await {
                counted.fetch_add(1, SeqCst);
                let guest = Guest { channel: None, answers: answers.clone(), counts: Arc::clone(&counts) };
                let config = config.clone();
                tokio::spawn(async move {
                    if let Ok(session) = run_stream(config, stream, guest).await {
                        let _ = session.await;
                    }
                });
            }
        });
        Self { address: address.recv().unwrap(), fingerprint, connections, _runtime: runtime }
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    pub fn url(&self, path: &str) -> String {
        format!("sftp://me:S3CR3T@{}/{path}", self.address)
    }
}

/// Opens, looks and reads.
type Counts = [AtomicUsize; 3];

struct Guest {
    channel: Option<Channel<Msg>>,
    answers: Arc<Answers>,
    counts: Arc<Counts>,
}

impl Handler for Guest {
    type Error = russh::Error;

    async fn auth_password(&mut self, user: &str, password: &str) -> Result<Auth, Self::Error> {
        Ok(if (user, password) == ("me", "S3CR3T") { Auth::Accept } else { Auth::reject() })
    }

    async fn channel_open_session(
        &mut self,
        channel: Channel<Msg>,
        reply: ChannelOpenHandle,
        _session: &mut Session,
    ) -> Result<(), Self::Error> {
        self.channel = Some(channel);
        reply.accept().await;
        Ok(())
    }

    async fn subsystem_request(
        &mut self,
        id: ChannelId,
        _name: &str,
        session: &mut Session,
    ) -> Result<(), Self::Error> {
        session.channel_success(id)?;
        let (stream, answers, counts) =
            (self.channel.take().unwrap().into_stream(), self.answers.clone(), self.counts.clone());
        let handle = session.handle();
        tokio::spawn(async move {
            if converse(stream, &*answers, &counts).await.is_none() {
                let _ =
                    handle.disconnect(russh::Disconnect::ByApplication, "enough".into(), "en".into()).await;
            }
        });
        Ok(())
    }
}

/// Until somebody hangs up.
async fn converse(mut stream: ChannelStream<Msg>, answers: &Answers, counts: &Counts) -> Option<()> {
    let count = |which: usize| counts[which].fetch_add(1, SeqCst);
    loop {
        let length = stream.read_u32().await.ok()?;
        let mut packet = vec![0; length as usize];
        stream.read_exact(&mut packet).await.ok()?;
        let mut packet = &packet[..];
        let (kind, id) = (packet.get_u8(), packet.get_u32());
        if kind == 1 {
            stream.write_all(&[0, 0, 0, 5, 2, 0, 0, 0, 3]).await.ok()?;
            continue;
        }
        let length = packet.get_u32() as usize;
        let text = packet.copy_to_bytes(length);
        let ask = match kind {
            3 => Ask::Open { number: count(0), path: String::from_utf8(text.to_vec()).unwrap() },
            8 => Ask::Stat { number: count(1) },
            5 => {
                let offset = usize::try_from(packet.get_u64()).unwrap();
                Ask::Read { number: count(2), offset, length: packet.get_u32() as usize }
            }
            _ => Ask::Close,
        };
        let mut reply = BytesMut::new();
        match answers(&ask) {
            Say::Handle => put(&mut reply, 102, id, b"h"),
            Say::Data(bytes) => put(&mut reply, 103, id, &bytes),
            Say::Stat(size, modified) => {
                reply.put_u8(105);
                reply.put_u32(id);
                reply.put_u32(1 | 8);
                reply.put_u64(size);
                reply.put_u32(modified);
                reply.put_u32(modified);
            }
            Say::Status(code) => {
                reply.put_u8(101);
                reply.put_u32(id);
                reply.put_u32(code);
                reply.put_u64(0);
            }
            Say::HangUp => return None,
        }
        stream.write_u32(u32::try_from(reply.len()).unwrap()).await.ok()?;
        stream.write_all(&reply).await.ok()?;
    }
}

fn put(reply: &mut BytesMut, kind: u8, id: u32, bytes: &[u8]) {
    reply.put_u8(kind);
    reply.put_u32(id);
    reply.put_u32(u32::try_from(bytes.len()).unwrap());
    reply.put_slice(bytes);
}
