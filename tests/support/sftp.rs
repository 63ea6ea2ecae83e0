//! A server of SFTP on loopback that answers as a test wants it to, request by request.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use bytes::{Buf as _, BufMut as _, BytesMut};
use russh::keys::{Algorithm, HashAlg, PrivateKey};
use russh::server::{Auth, ChannelOpenHandle, Config, Handler, Msg, Session, run_stream};
use russh::{Channel, ChannelId, ChannelStream};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// What is asked for; each kind is counted from 0 over the server's life.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    Open {
        number: usize,
        path: String,
    },
    Stat {
        number: usize,
    },
    Read {
        number: usize,
        offset: usize,
        length: usize,
    },
    Close,
    /// To be written to, with these flags.
    Create {
        path: String,
        flags: u32,
    },
    Write {
        offset: usize,
        bytes: Vec<u8>,
    },
    Look {
        path: String,
    },
    Remove {
        path: String,
    },
    MakeFolder {
        path: String,
    },
    Rename {
        from: String,
        to: String,
    },
    /// OpenSSH's way to rename, in place of what is there.
    Replace {
        from: String,
        to: String,
    },
    Sync,
}

/// What is answered.
pub enum Say {
    Handle,
    /// Size, and when it was changed, in seconds of Unix time.
    Stat(u64, u32),
    Data(Vec<u8>),
    Status(u32),
    /// The same with these words.
    Why(u32, &'static str),
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
        _ => Say::Status(8),
    }
}

/// Files that a good server keeps, of which one may be open, and its folders.
#[derive(Clone, Default)]
pub struct Kept(Arc<Mutex<Folder>>);

#[derive(Default)]
struct Folder {
    files: BTreeMap<String, Vec<u8>>,
    folders: BTreeSet<String>,
    open: String,
}

impl Kept {
    /// With these folders, besides that of the root.
    pub fn with(folders: &[&str]) -> Self {
        let kept = Self::default();
        kept.0.lock().unwrap().folders.extend(folders.iter().map(|&folder| folder.to_owned()));
        kept
    }

    pub fn put(&self, path: &str, content: &[u8]) {
        self.0.lock().unwrap().files.insert(path.to_owned(), content.to_vec());
    }

    pub fn get(&self, path: &str) -> Option<Vec<u8>> {
        self.0.lock().unwrap().files.get(path).cloned()
    }

    pub fn paths(&self) -> Vec<String> {
        self.0.lock().unwrap().files.keys().cloned().collect()
    }

    /// What a server that keeps to the draft would do.
    pub fn serve(&self, ask: &Ask) -> Say {
        let mut now = self.0.lock().unwrap();
        let is_there = |now: &Folder, path: &String| {
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            folder.is_empty() || now.folders.contains(folder)
        };
        let done = match ask {
            Ask::Create { path, .. } if !is_there(&now, path) => return Say::Status(2),
            Ask::Create { path, flags } => {
                let file = now.files.entry(path.clone()).or_default();
                if flags & 16 != 0 {
                    file.clear();
                }
                now.open.clone_from(path);
                return Say::Handle;
            }
            Ask::Write { offset, bytes } => {
                let open = now.open.clone();
                let file = now.files.entry(open).or_default();
                file.resize(file.len().max(offset + bytes.len()), 0);
                file[*offset..offset + bytes.len()].copy_from_slice(bytes);
                true
            }
            Ask::Look { path } => match now.files.get(path) {
                Some(file) => return Say::Stat(file.len() as u64, 0),
                None => return Say::Status(2),
            },
            Ask::Remove { path } => now.files.remove(path).is_some(),
            Ask::MakeFolder { path } => is_there(&now, path) && now.folders.insert(path.clone()),
            Ask::Rename { to, .. } if now.files.contains_key(to) => false,
            Ask::Rename { from, to } | Ask::Replace { from, to } => match now.files.remove(from) {
                Some(file) => now.files.insert(to.clone(), file).is_none_or(|_| true),
                None => return Say::Status(2),
            },
            Ask::Close | Ask::Sync => true,
            _ => false,
        };
        Say::Status(if done { 0 } else { 4 })
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
    /// One that knows nothing beyond the draft.
    pub fn start(answers: impl Fn(&Ask) -> Say + Send + Sync + 'static) -> Self {
        Self::knowing(&[], answers)
    }

    /// One that knows these extensions.
    pub fn knowing(
        extensions: &'static [&'static str],
        answers: impl Fn(&Ask) -> Say + Send + Sync + 'static,
    ) -> Self {
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
                let (answers, counts) = (answers.clone(), Arc::clone(&counts));
                let guest = Guest { channel: None, answers, counts, extensions };
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
    extensions: &'static [&'static str],
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
        let (handle, extensions) = (session.handle(), self.extensions);
        tokio::spawn(async move {
            if converse(stream, &*answers, &counts, extensions).await.is_none() {
                let _ =
                    handle.disconnect(russh::Disconnect::ByApplication, "enough".into(), "en".into()).await;
            }
        });
        Ok(())
    }
}

/// Until somebody hangs up.
async fn converse(
    mut stream: ChannelStream<Msg>,
    answers: &Answers,
    counts: &Counts,
    extensions: &[&str],
) -> Option<()> {
    loop {
        let length = stream.read_u32().await.ok()?;
        let mut packet = vec![0; length as usize];
        stream.read_exact(&mut packet).await.ok()?;
        let mut packet = &packet[..];
        let (kind, id) = (packet.get_u8(), packet.get_u32());
        if kind == 1 {
            let mut version = BytesMut::from(&[2, 0, 0, 0, 3][..]);
            for text in extensions.iter().flat_map(|name| [name, "1"]) {
                version.put_u32(u32::try_from(text.len()).unwrap());
                version.put_slice(text.as_bytes());
            }
            stream.write_u32(u32::try_from(version.len()).unwrap()).await.ok()?;
            stream.write_all(&version).await.ok()?;
            continue;
        }
        let ask = read(kind, packet, counts);
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
            Say::Why(code, words) => {
                let words = [
                    &code.to_be_bytes()[..],
                    &[0, 0, 0, u8::try_from(words.len()).unwrap()],
                    words.as_bytes(),
                    &[0; 4],
                ];
                reply.put_u8(101);
                reply.put_u32(id);
                reply.put_slice(&words.concat());
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

/// A packet without its kind and number.
fn read(kind: u8, mut packet: &[u8], counts: &Counts) -> Ask {
    let count = |which: usize| counts[which].fetch_add(1, SeqCst);
    let bytes = |packet: &mut &[u8]| {
        let length = packet.get_u32() as usize;
        packet.copy_to_bytes(length).to_vec()
    };
    let text = |packet: &mut &[u8]| String::from_utf8(bytes(packet)).unwrap();
    let first = text(&mut packet);
    match kind {
        3 => match packet.get_u32() {
            1 => Ask::Open { number: count(0), path: first },
            flags => Ask::Create { path: first, flags },
        },
        8 => Ask::Stat { number: count(1) },
        5 => {
            let offset = usize::try_from(packet.get_u64()).unwrap();
            Ask::Read { number: count(2), offset, length: packet.get_u32() as usize }
        }
        6 => Ask::Write { offset: usize::try_from(packet.get_u64()).unwrap(), bytes: bytes(&mut packet) },
        7 => Ask::Look { path: first },
        13 => Ask::Remove { path: first },
        14 => Ask::MakeFolder { path: first },
        18 => Ask::Rename { from: first, to: text(&mut packet) },
        200 if first == "posix-rename@openssh.com" => {
            Ask::Replace { from: text(&mut packet), to: text(&mut packet) }
        }
        200 => Ask::Sync,
        _ => Ask::Close,
    }
}
