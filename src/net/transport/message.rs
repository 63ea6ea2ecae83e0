//! Which of the bytes on a connection are the request's body, and which may be its answer.

/// A request and its answer, in whatever pieces they go by.
pub(super) enum Message {
    /// HTTP/1.1: the body is what comes behind the head, and the answer all that comes back.
    Http1(HeadEnd),
    /// HTTP/2: both are told by their frames.
    Http2 { sent: Frames, heard: Frames, begun: bool },
}

impl Message {
    pub(super) fn new(http2: bool) -> Self {
        if http2 {
            let sent = Frames { other: PREFACE, ..Frames::default() };
            Self::Http2 { sent, heard: Frames::default(), begun: false }
        } else {
            Self::Http1(HeadEnd::default())
        }
    }

    /// How many of these bytes that went out are the body's.
    pub(super) fn sends(&mut self, bytes: &[u8]) -> usize {
        match self {
            Self::Http1(head) => bytes.len() - head.pass(bytes),
            Self::Http2 { sent, begun, .. } => {
                let seen = sent.pass(bytes);
                *begun |= seen.head;
                seen.data
            }
        }
    }

    /// Whether the head is out.
    pub(super) fn has_begun(&self) -> bool {
        match self {
            Self::Http1(head) => head.is_past(),
            Self::Http2 { begun, .. } => *begun,
        }
    }

    /// Whether these bytes that came may be an answer.
    pub(super) fn hears(&mut self, bytes: &[u8]) -> bool {
        match self {
            Self::Http1(_) => !bytes.is_empty(),
            Self::Http2 { heard, .. } => heard.pass(bytes).head,
        }
    }

    /// Whether the first such bytes are the answer's, or, as interim ones are not told apart, the last.
    pub(super) fn first_word_counts(&self) -> bool {
        matches!(self, Self::Http1(_))
    }
}

/// Finds the empty line that ends a request's head, in whatever pieces it goes by.
#[derive(Default)]
pub(super) struct HeadEnd(u8);

impl HeadEnd {
    const END: &'static [u8; 4] = b"\r\n\r\n";

    fn is_past(&self) -> bool {
        usize::from(self.0) == Self::END.len()
    }

    /// How many of these bytes still belong to the head.
    fn pass(&mut self, bytes: &[u8]) -> usize {
        if self.is_past() {
            return 0;
        }
        for (at, byte) in bytes.iter().enumerate() {
            self.0 = match (self.0, byte) {
                (seen, byte) if *byte == Self::END[usize::from(seen)] => seen + 1,
                (_, b'\r') => 1,
                _ => 0,
            };
            if self.is_past() {
                return at + 1;
            }
        }
        bytes.len()
    }
}

/// What a client says first (RFC 9113 §3.4).
const PREFACE: usize = 24;
/// Bytes before what a frame carries (RFC 9113 §4.1), and the two kinds of frames that matter.
const FRAME_HEAD: usize = 9;
const DATA: u8 = 0;
const HEADERS: u8 = 1;

/// Tells the frames of HTTP/2 apart.
#[derive(Default)]
pub(super) struct Frames {
    head: [u8; FRAME_HEAD],
    have: usize,
    /// What is left of a frame with data, and of what is none.
    data: usize,
    other: usize,
}

/// What stood in some bytes.
#[derive(Default)]
struct Seen {
    data: usize,
    head: bool,
}

impl Frames {
    fn pass(&mut self, mut bytes: &[u8]) -> Seen {
        let mut seen = Seen::default();
        while !bytes.is_empty() {
            let passed = if self.data > 0 {
                let passed = self.data.min(bytes.len());
                self.data -= passed;
                seen.data += passed;
                passed
            } else if self.other > 0 {
                let passed = self.other.min(bytes.len());
                self.other -= passed;
                passed
            } else {
                let passed = (FRAME_HEAD - self.have).min(bytes.len());
                self.head[self.have..self.have + passed].copy_from_slice(&bytes[..passed]);
                self.have += passed;
                if self.have == FRAME_HEAD {
                    seen.head |= self.begin();
                }
                passed
            };
            bytes = &bytes[passed..];
        }
        seen
    }

    /// A frame's head is there; whether it is that of a message.
    fn begin(&mut self) -> bool {
        self.have = 0;
        let [a, b, c, kind, ..] = self.head;
        let length = usize::from(a) << 16 | usize::from(b) << 8 | usize::from(c);
        let left = if kind == DATA { &mut self.data } else { &mut self.other };
        *left = length;
        kind == HEADERS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_the_head_is_found_wherever_it_is_cut() {
        let message = b"PUT / HTTP/1.1\r\nA: \r\r\nB: c\r\n\r\nbody\r\n\r\n";
        let head = message.len() - b"body\r\n\r\n".len();
        for cut in 0..=message.len() {
            let mut end = HeadEnd::default();
            let passed = end.pass(&message[..cut]) + end.pass(&message[cut..]);
            assert_eq!(passed, head, "cut at {cut}");
        }
    }

    #[test]
    fn frames_are_told_apart_wherever_they_are_cut() {
        let frame = |kind: u8, carried: &[u8]| {
            let mut frame = vec![0, 0, u8::try_from(carried.len()).unwrap(), kind, 0, 0, 0, 0, 1];
            frame.extend_from_slice(carried);
            frame
        };
        let parts = [
            vec![b'P'; PREFACE],
            frame(4, &[1; 6]),
            frame(HEADERS, b"h"),
            frame(DATA, b"body"),
            frame(DATA, b""),
        ];
        let bytes = parts.concat();
        let head_ends = parts[..2].concat().len() + FRAME_HEAD;
        for cut in 0..=bytes.len() {
            let mut message = Message::new(true);
            let sent = message.sends(&bytes[..cut]);
            assert_eq!(message.has_begun(), cut >= head_ends, "cut at {cut}");
            assert_eq!(sent + message.sends(&bytes[cut..]), 4, "cut at {cut}");
        }
        let mut message = Message::new(true);
        assert!(!message.hears(&frame(4, b"")) && message.hears(&frame(HEADERS, b"x")));
    }
}
