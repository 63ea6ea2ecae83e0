//! A relay to a server on this machine that makes it slow, far away and lossy. Only the standard library:
//!
//!     rustc -O relay.rs && ./relay port=8080 delay=25 loss=0.001 link=125000000
//!
//! | word | means |
//! |---|---|
//! | `port=N` | where the server listens |
//! | `rate=N` | bytes a second for each connection, exact to 10 ms |
//! | `slow=N` | of every N connections the third is ten times slower than `rate` |
//! | `delay=N` | milliseconds that everything takes in each direction |
//! | `link=N` | bytes a second for all connections together, with a queue as long as a round trip |
//! | `loss=P` | part of the packets that are lost on the way to the client |
//! | `sender=cubic` | the server slows down for each loss (RFC 9438); `steady`: only for a full queue, as BBR does |
//! | `seed=N` | other packets are lost |
//!
//! It prints its port. When its standard input ends it prints how many connections there were, and then
//! every 10 ms since the first one: milliseconds, and bytes that were handed to clients until then.
//!
//! Loss is a model, since the packets of this machine are the kernel's: what is lost comes a round trip
//! later and holds up what follows it, and the sender's window shrinks as its real one would. A new
//! connection costs a round trip. Acknowledgements are never lost.

use std::collections::{HashMap, VecDeque};
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex};
use std::thread::{self, sleep};
use std::time::{Duration, Instant};

/// Bytes in a packet.
const PACKET: f64 = 1448.0;
/// The most that is handled at once.
const CHUNK: usize = 64 * 1024;
/// What a sender or a receiver holds at most, as Linux does unless it is told otherwise.
const BUFFER: usize = 4 << 20;
/// The same where there is no delay, so that nothing waits long in here.
const SHORT_BUFFER: usize = 256 << 10;
/// How often what was delivered is written down.
const TICK: Duration = Duration::from_millis(10);

struct Settings {
    port: u16,
    rate: f64,
    slow: usize,
    delay: Duration,
    link: f64,
    loss: f64,
    steady: bool,
    seed: u64,
}

struct Relay {
    settings: Settings,
    /// When the link has sent all that it was given.
    link_free: Mutex<Instant>,
    connections: AtomicUsize,
    delivered: AtomicU64,
}

/// Bytes on their way, and when they arrive.
type Parcel = (Instant, Vec<u8>);

fn main() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    println!("{}", listener.local_addr().expect("an address").port());
    let relay = Arc::new(Relay {
        settings: settings(),
        link_free: Mutex::new(Instant::now()),
        connections: AtomicUsize::new(0),
        delivered: AtomicU64::new(0),
    });
    let reporter = relay.clone();
    thread::spawn(move || report(&reporter));
    for client in listener.incoming().flatten() {
        let number = relay.connections.fetch_add(1, Relaxed);
        let relay = relay.clone();
        start(move || connection(&relay, number, client));
    }
}

fn settings() -> Settings {
    let words: HashMap<String, String> = std::env::args()
        .skip(1)
        .map(|word| {
            let (name, value) = word.split_once('=').expect("NAME=VALUE");
            (name.to_owned(), value.to_owned())
        })
        .collect();
    let number = |name: &str| words.get(name).map(|text| text.parse::<f64>().expect("a number"));
    Settings {
        port: number("port").expect("port=N") as u16,
        rate: number("rate").unwrap_or(f64::INFINITY),
        slow: number("slow").unwrap_or(0.0) as usize,
        delay: Duration::from_secs_f64(number("delay").unwrap_or(0.0) / 1000.0),
        link: number("link").unwrap_or(f64::INFINITY),
        loss: number("loss").unwrap_or(0.0),
        steady: words.get("sender").is_some_and(|sender| sender == "steady"),
        seed: number("seed").unwrap_or(1.0) as u64,
    }
}

/// Writes down what was delivered, and tells when standard input ends.
fn report(relay: &Relay) {
    let (ended, end) = channel::<()>();
    start(move || {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        drop(ended);
    });
    let mut began = Instant::now();
    let mut lines = String::new();
    loop {
        let over = matches!(end.recv_timeout(TICK), Err(RecvTimeoutError::Disconnected));
        let connections = relay.connections.load(Relaxed);
        if connections == 0 {
            began = Instant::now();
        }
        lines += &format!("{} {}\n", began.elapsed().as_millis(), relay.delivered.load(Relaxed));
        if over {
            let _ = std::io::stdout().write_all(format!("{connections}\n{lines}").as_bytes());
            std::process::exit(0);
        }
    }
}

/// A thread with a small stack: there may be a thousand.
fn start(work: impl FnOnce() + Send + 'static) {
    thread::Builder::new().stack_size(128 << 10).spawn(work).expect("a thread");
}

fn connection(relay: &Arc<Relay>, number: usize, client: TcpStream) {
    let Ok(server) = TcpStream::connect(("127.0.0.1", relay.settings.port)) else { return };
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    let (to_client, parcels) = channel();
    let (handed_over, handed) = channel();
    let (Ok(asking), Ok(asked)) = (client.try_clone(), server.try_clone()) else { return };
    let delay = relay.settings.delay;
    start(move || requests(asking, asked, delay));
    let counted = relay.clone();
    start(move || deliver(client, &parcels, &handed_over, &counted));
    Sending::new(relay, number).run(server, &to_client, &handed);
}

/// Passes on what the client says.
fn requests(mut client: TcpStream, mut server: TcpStream, delay: Duration) {
    let mut buffer = vec![0; 16 << 10];
    // The handshake of a new connection has taken no time yet.
    let mut late = delay * 3;
    while let Ok(count @ 1..) = client.read(&mut buffer) {
        sleep(late);
        late = delay;
        if server.write_all(&buffer[..count]).is_err() {
            break;
        }
    }
    let _ = server.shutdown(Shutdown::Both);
}

/// Hands parcels to the client when they arrive.
fn deliver(mut client: TcpStream, parcels: &Receiver<Parcel>, handed: &Sender<usize>, relay: &Relay) {
    while let Ok((at, bytes)) = parcels.recv() {
        sleep(at.saturating_duration_since(Instant::now()));
        if client.write_all(&bytes).is_err() {
            break;
        }
        relay.delivered.fetch_add(bytes.len() as u64, Relaxed);
        // The other side may be through already.
        let _ = handed.send(bytes.len());
    }
    let _ = client.shutdown(Shutdown::Both);
}

/// The server's side of one connection.
struct Sending<'a> {
    relay: &'a Relay,
    window: Window,
    rate: f64,
    random: u64,
    /// When this connection's own limit lets the next bytes through.
    free: Instant,
    /// When the last parcel arrives; none overtakes it.
    arrives: Instant,
    /// Bytes in the network, and when the news of their arrival is here.
    flying: usize,
    news: VecDeque<(Instant, usize)>,
    /// Bytes that the client has not got yet.
    held: usize,
}

impl<'a> Sending<'a> {
    fn new(relay: &'a Relay, number: usize) -> Self {
        let settings = &relay.settings;
        let slow = settings.slow > 0 && number % settings.slow == 2;
        let now = Instant::now();
        Self {
            relay,
            window: Window::new(settings.delay * 2, settings.steady, now),
            rate: if slow { settings.rate / 10.0 } else { settings.rate },
            random: (settings.seed << 20 | number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1,
            free: now,
            arrives: now,
            flying: 0,
            news: VecDeque::new(),
            held: 0,
        }
    }

    fn run(mut self, mut server: TcpStream, parcels: &Sender<Parcel>, handed: &Receiver<usize>) {
        let most = if self.relay.settings.delay.is_zero() { SHORT_BUFFER } else { BUFFER };
        // A hundredth of a second at a time, where there is a limit.
        let chunk = ((self.rate / 100.0) as usize).clamp(PACKET as usize, CHUNK);
        let mut buffer = vec![0; chunk];
        loop {
            self.held -= handed.try_iter().sum::<usize>();
            while self.held + chunk > most {
                match handed.recv() {
                    Ok(count) => self.held -= count,
                    Err(_) => return drop(server.shutdown(Shutdown::Both)),
                }
            }
            let now = Instant::now();
            while let Some((_, count)) = self.news.front().copied().filter(|(at, _)| *at <= now) {
                self.news.pop_front();
                self.flying -= count;
                self.window.acknowledge(count, now);
            }
            let room = self.window.bytes().saturating_sub(self.flying);
            if room < (self.window.bytes() / 4).min(chunk) {
                let next = self.news.front().map_or(now, |(at, _)| *at);
                sleep(next.saturating_duration_since(now));
                continue;
            }
            let Ok(count @ 1..) = server.read(&mut buffer[..room.min(chunk)]) else { return };
            let at = self.send(count);
            if parcels.send((at, buffer[..count].to_vec())).is_err() {
                return drop(server.shutdown(Shutdown::Both));
            }
        }
    }

    /// Sends so many bytes on their way; the answer is when the client has them.
    fn send(&mut self, count: usize) -> Instant {
        let settings = &self.relay.settings;
        let now = Instant::now();
        let trip = settings.delay * 2;
        self.free = self.free.max(now) + Duration::from_secs_f64(count as f64 / self.rate);
        let (through, waits) = self.through_link(now, count);
        let mut arrives = through.max(self.free) + settings.delay;
        let overflows = waits > trip.max(TICK * 2);
        let survives = (1.0 - settings.loss).powf((count as f64 / PACKET).ceil());
        if overflows || self.chance() > survives {
            self.window.lose(arrives + settings.delay, overflows);
            arrives += trip;
        }
        self.window.waited(waits, now);
        self.news.push_back((arrives + settings.delay, count));
        self.flying += count;
        self.held += count;
        self.arrives = self.arrives.max(arrives);
        self.arrives
    }

    /// When the link has sent so many bytes that it is given now, and how long they wait for it.
    fn through_link(&self, now: Instant, count: usize) -> (Instant, Duration) {
        let mut free = self.relay.link_free.lock().unwrap();
        let waits = free.saturating_duration_since(now);
        *free = free.max(now) + Duration::from_secs_f64(count as f64 / self.relay.settings.link);
        (*free, waits)
    }

    /// A number from 0 to 1.
    fn chance(&mut self) -> f64 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        (self.random >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// How many packets may be in the network.
struct Window {
    trip: Duration,
    steady: bool,
    packets: f64,
    starting: bool,
    /// Where it was cut last, and when.
    most: f64,
    cut: Instant,
    /// When the news of a loss is here.
    loss: Option<Instant>,
}

impl Window {
    fn new(trip: Duration, steady: bool, now: Instant) -> Self {
        let packets = if trip.is_zero() { BUFFER as f64 / PACKET } else { 10.0 };
        Self { trip, steady, packets, starting: true, most: packets, cut: now, loss: None }
    }

    fn bytes(&self) -> usize {
        ((self.packets * PACKET) as usize).min(BUFFER)
    }

    fn lose(&mut self, known: Instant, overflows: bool) {
        if !self.trip.is_zero() && (overflows || !self.steady) {
            self.loss.get_or_insert(known);
        }
    }

    /// Takes note of how long bytes wait for the link: a queue ends the quick start, before it
    /// overflows (RFC 9406), and slows a steady sender.
    fn waited(&mut self, waits: Duration, now: Instant) {
        if self.starting && waits > self.trip / 8 && !self.trip.is_zero() {
            self.starting = false;
            (self.most, self.cut) = (self.packets, now);
        }
    }

    fn acknowledge(&mut self, count: usize, now: Instant) {
        if self.trip.is_zero() {
            return;
        }
        // Losses within one round trip count once.
        if self.loss.is_some_and(|known| known <= now) {
            self.loss = None;
            if now > self.cut + self.trip || self.starting {
                self.most = self.packets;
                self.packets = (self.packets * 0.7).max(2.0);
                (self.cut, self.starting) = (now, false);
            }
        }
        let full = BUFFER as f64 / PACKET;
        let packets = count as f64 / PACKET;
        self.packets = if self.starting {
            self.packets + packets
        } else if self.steady {
            // A quarter more in each round trip.
            self.packets + packets / 4.0
        } else {
            self.cubic(now)
        }
        .min(full);
    }

    /// RFC 9438 §4.2 and §4.3.
    fn cubic(&self, now: Instant) -> f64 {
        let since = now.duration_since(self.cut).as_secs_f64();
        let back = (self.most * 0.3 / 0.4).cbrt();
        let cubic = 0.4 * (since - back).powi(3) + self.most;
        let reno = self.most * 0.7 + 3.0 * 0.3 / 1.7 * since / self.trip.as_secs_f64();
        self.packets.max(cubic.max(reno).min(self.packets * 1.5))
    }
}
