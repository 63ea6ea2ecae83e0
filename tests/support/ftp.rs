//! A server of FTP on loopback that behaves as a test wants it to, command by command.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// A command as it came.
#[derive(Clone, Debug)]
pub struct Command {
    pub verb: String,
    pub argument: String,
    /// How many of this kind came before, over the server's life.
    pub number: usize,
}

/// What a good server says about its one file.
#[derive(Clone)]
pub struct File {
    pub content: Arc<[u8]>,
    /// As MDTM gives it.
    pub modified: &'static str,
}

/// What a good server keeps, by paths.
#[derive(Clone, Default)]
pub struct Kept(Arc<Mutex<BTreeMap<String, Vec<u8>>>>);

impl Kept {
    pub fn put(&self, path: &str, content: &[u8]) {
        self.0.lock().unwrap().insert(path.to_owned(), content.to_vec());
    }

    pub fn get(&self, path: &str) -> Option<Vec<u8>> {
        self.0.lock().unwrap().get(path).cloned()
    }

    pub fn remove(&self, path: &str) -> Option<Vec<u8>> {
        self.0.lock().unwrap().remove(path)
    }

    pub fn paths(&self) -> Vec<String> {
        self.0.lock().unwrap().keys().cloned().collect()
    }

    /// Puts bytes there, behind the first so many of what there is.
    pub fn write(&self, path: &str, offset: usize, bytes: &[u8]) {
        let mut kept = self.0.lock().unwrap();
        let file = kept.entry(path.to_owned()).or_default();
        file.truncate(offset);
        file.extend_from_slice(bytes);
    }
}

/// A control connection.
pub struct Session {
    control: TcpStream,
    passive: Option<TcpListener>,
    pub offset: usize,
    /// What is about to get another name.
    from: String,
    over: bool,
    seen: Arc<Mutex<Vec<Command>>>,
}

impl Session {
    /// Says something; the other side may have gone away, which is its right.
    pub fn say(&mut self, text: impl AsRef<str>) {
        let _ = self.control.write_all(format!("{}\r\n", text.as_ref()).as_bytes());
    }

    /// Opens the place for a data connection.
    pub fn listen(&mut self) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        self.passive = Some(listener);
        address
    }

    /// The data connection.
    pub fn data(&mut self) -> TcpStream {
        self.passive.take().unwrap().accept().unwrap().0
    }

    /// Sends these bytes over a data connection, and says whether they all went.
    pub fn send(&mut self, bytes: &[u8]) -> bool {
        self.say("150 here it comes");
        self.data().write_all(bytes).is_ok()
    }

    /// Takes what comes over a data connection, or so much of it.
    pub fn receive(&mut self, most: usize) -> Vec<u8> {
        self.say("150 go on");
        let mut bytes = Vec::new();
        let _ = self.data().take(most as u64).read_to_end(&mut bytes);
        bytes
    }

    /// Does with files what a good server would do.
    pub fn keep(&mut self, kept: &Kept, command: &Command) {
        let path = &command.argument;
        let is_there = kept.get(path).is_some();
        match command.verb.as_str() {
            "SIZE" => match kept.get(path) {
                Some(file) => self.say(format!("213 {}", file.len())),
                None => self.say("550 no such file"),
            },
            "STOR" => {
                let offset = std::mem::take(&mut self.offset);
                let bytes = self.receive(usize::MAX);
                kept.write(path, offset, &bytes);
                self.say("226 done");
            }
            "RNFR" if is_there => {
                self.from.clone_from(path);
                self.say("350 and the new name");
            }
            "RNTO" => {
                let file = kept.remove(&self.from).unwrap();
                kept.put(path, &file);
                self.say("250 done");
            }
            "DELE" if is_there => {
                kept.remove(path);
                self.say("250 done");
            }
            "RNFR" | "DELE" => self.say("550 no such file"),
            "MKD" => self.say("257 done"),
            _ => self.behave(&File { content: Arc::new([]), modified: "20200101120000" }, command),
        }
    }

    /// How many commands of this kind the server has seen.
    pub fn count(&self, verb: &str) -> usize {
        self.seen.lock().unwrap().iter().filter(|command| command.verb == verb).count()
    }

    /// Ends the control connection.
    pub fn hang_up(&mut self) {
        self.over = true;
        let _ = self.control.shutdown(std::net::Shutdown::Both);
    }

    /// Does what a good server would do.
    pub fn behave(&mut self, file: &File, command: &Command) {
        match command.verb.as_str() {
            "" => self.say("220 hello"),
            "USER" => self.say("331 and the password"),
            "PASS" => self.say("230 welcome"),
            "FEAT" => self.say("211-Features\r\n SIZE\r\n MDTM\r\n REST STREAM\r\n UTF8\r\n EPSV\r\n211 End"),
            "OPTS" | "TYPE" => self.say("200 fine"),
            "SIZE" => self.say(format!("213 {}", file.content.len())),
            "MDTM" => self.say(format!("213 {}", file.modified)),
            "EPSV" => {
                let port = self.listen().port();
                self.say(format!("229 Entering Extended Passive Mode (|||{port}|)"));
            }
            "PASV" => {
                let [high, low] = self.listen().port().to_be_bytes();
                self.say(format!("227 Entering Passive Mode (127,0,0,1,{high},{low})"));
            }
            "REST" => {
                self.offset = command.argument.parse().unwrap();
                self.say("350 from there");
            }
            "RETR" => {
                let offset = std::mem::take(&mut self.offset);
                let sent = self.send(&file.content[offset..]);
                self.say(if sent { "226 done" } else { "426 broken off" });
            }
            _ => self.say("502 what?"),
        }
    }
}

type Handler = dyn Fn(&Command, &mut Session) + Send + Sync;

/// A running server; it ends with the test.
pub struct FtpServer {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<Command>>>,
}

impl FtpServer {
    /// Answers every command with `handler`. Whoever connects is greeted by a command without a verb.
    pub fn start(handler: impl Fn(&Command, &mut Session) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = seen.clone();
        let handler: Arc<Handler> = Arc::new(handler);
        std::thread::spawn(move || {
            for control in listener.incoming().map_while(Result::ok) {
                let (handler, log) = (handler.clone(), log.clone());
                std::thread::spawn(move || converse(control, &*handler, &log));
            }
        });
        Self { address, seen }
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    pub fn url(&self, path: &str) -> String {
        format!("ftp://{}/{path}", self.address)
    }

    /// All commands of this kind.
    pub fn seen(&self, verb: &str) -> Vec<Command> {
        let seen = self.seen.lock().unwrap();
        seen.iter().filter(|command| command.verb == verb).cloned().collect()
    }
}

fn converse(control: TcpStream, handler: &Handler, log: &Arc<Mutex<Vec<Command>>>) {
    let commands = BufReader::new(control.try_clone().unwrap()).lines().map_while(Result::ok);
    let mut session =
        Session { control, passive: None, offset: 0, from: String::new(), over: false, seen: log.clone() };
    for line in std::iter::once(String::new()).chain(commands) {
        let (verb, argument) = line.split_once(' ').unwrap_or((&line, ""));
        let command = {
            let mut log = log.lock().unwrap();
            let number = log.iter().filter(|command: &&Command| command.verb == verb).count();
            let command = Command { verb: verb.to_owned(), argument: argument.to_owned(), number };
            log.push(command.clone());
            command
        };
        handler(&command, &mut session);
        if session.over {
            return;
        }
    }
}
