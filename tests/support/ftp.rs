//! A server of FTP on loopback that behaves as a test wants it to, command by command.

use std::io::{BufRead as _, BufReader, Write as _};
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

/// A control connection.
pub struct Session {
    control: TcpStream,
    passive: Option<TcpListener>,
    pub offset: usize,
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
    let mut session = Session { control, passive: None, offset: 0, over: false, seen: log.clone() };
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
