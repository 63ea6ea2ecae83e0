//! A command as it is written for a shell: its words without their quotes.

/// A command, read as bash does where nothing is to be run to know it.
pub(super) struct Command<'a> {
    pub words: Vec<String>,
    /// What comes behind it.
    pub rest: &'a str,
    /// Whether every quote that was opened is closed.
    pub is_complete: bool,
}

/// Reads the first command of a text.
pub(super) fn read(text: &str) -> Command<'_> {
    let mut reader = Reader { text, at: 0, word: None, words: Vec::new(), is_complete: true };
    reader.run();
    reader.end_word();
    Command { words: reader.words, rest: &text[reader.at..], is_complete: reader.is_complete }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// The word that is being read. Escapes name bytes, so they need not be letters yet.
    word: Option<Vec<u8>>,
    words: Vec<String>,
    is_complete: bool,
}

impl Reader<'_> {
    fn peek(&self) -> Option<char> {
        self.text[self.at..].chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    fn skip(&mut self, text: &str) -> bool {
        let is_there = self.text[self.at..].starts_with(text);
        if is_there {
            self.at += text.len();
        }
        is_there
    }

    fn push(&mut self, c: char) {
        let mut bytes = [0; 4];
        self.bytes().extend_from_slice(c.encode_utf8(&mut bytes).as_bytes());
    }

    fn bytes(&mut self) -> &mut Vec<u8> {
        self.word.get_or_insert_default()
    }

    fn end_word(&mut self) {
        if let Some(word) = self.word.take() {
            self.words.push(String::from_utf8_lossy(&word).into_owned());
        }
    }

    fn run(&mut self) {
        while let Some(c) = self.next() {
            match c {
                '\n' | ';' | '|' => return,
                // In an address that nobody has quoted it is a part of that.
                '&' if self.word.is_none() || self.peek().is_none_or(|c| c.is_whitespace() || c == '&') => {
                    return;
                }
                c if c.is_whitespace() => self.end_word(),
                '\\' if self.skip("\n") || self.skip("\r\n") => {}
                '\\' => {
                    if let Some(c) = self.next() {
                        self.push(c);
                    }
                }
                '\'' => self.single(),
                '"' => self.double(),
                '$' if self.skip("'") => self.escaped(),
                '$' if self.skip("\"") => self.double(),
                c => self.push(c),
            }
        }
    }

    fn single(&mut self) {
        self.bytes();
        while let Some(c) = self.next() {
            if c == '\'' {
                return;
            }
            self.push(c);
        }
        self.is_complete = false;
    }

    fn double(&mut self) {
        self.bytes();
        while let Some(c) = self.next() {
            match (c, self.peek()) {
                ('"', _) => return,
                ('\\', Some('\n')) => _ = self.next(),
                ('\\', Some(escaped @ ('"' | '\\' | '$' | '`'))) => {
                    self.next();
                    self.push(escaped);
                }
                (c, _) => self.push(c),
            }
        }
        self.is_complete = false;
    }

    /// `$'…'`, in which escapes stand for letters and bytes.
    fn escaped(&mut self) {
        self.bytes();
        while let Some(c) = self.next() {
            match c {
                '\'' => return,
                '\\' => self.escape(),
                c => self.push(c),
            }
        }
        self.is_complete = false;
    }

    fn escape(&mut self) {
        let Some(c) = self.next() else { return };
        match c {
            'n' => self.push('\n'),
            't' => self.push('\t'),
            'r' => self.push('\r'),
            'a' => self.push('\u{7}'),
            'b' => self.push('\u{8}'),
            'e' | 'E' => self.push('\u{1b}'),
            'f' => self.push('\u{c}'),
            'v' => self.push('\u{b}'),
            'x' => self.number(16, 2, true, 'x'),
            'u' => self.number(16, 4, false, 'u'),
            'U' => self.number(16, 8, false, 'U'),
            '0'..='7' => {
                self.at -= 1;
                self.number(8, 3, true, '0');
            }
            c => self.push(c),
        }
    }

    /// A byte or a letter by its number, of at most so many digits.
    fn number(&mut self, radix: u32, most: usize, is_byte: bool, sign: char) {
        let digits = self.text[self.at..].chars().take(most).take_while(|c| c.is_digit(radix)).count();
        let number = u32::from_str_radix(&self.text[self.at..self.at + digits], radix);
        self.at += digits;
        match number {
            Ok(number) if is_byte => self.bytes().push(number.to_le_bytes()[0]),
            Ok(number) => self.push(char::from_u32(number).unwrap_or(char::REPLACEMENT_CHARACTER)),
            Err(_) => {
                self.push('\\');
                self.push(sign);
            }
        }
    }
}
