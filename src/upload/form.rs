//! Files and fields as a browser sends a form: `multipart/form-data` (RFC 7578), with names written as
//! the HTML standard says ("multipart/form-data encoding algorithm"), since that is what servers know.

use std::fmt::{self, Write as _};

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap};

use super::desk::{Message, value};
use super::raw::method;
use super::source::Part;
use crate::transfer::{Source, UploadRequest};

/// The request: the fields, then the files.
pub(super) fn message(asked: &UploadRequest, sources: &[Source]) -> Message {
    // Nobody can guess it, so no file contains it.
    let boundary = format!("----windlass{}", uuid::Uuid::now_v7().simple());
    let body = parts(asked, sources, &boundary);
    let kind = value(format!("multipart/form-data; boundary={boundary}"));
    Message {
        method: method(asked.method),
        headers: HeaderMap::from_iter([(CONTENT_TYPE, kind)]),
        ruled: true,
        body,
    }
}

fn parts(asked: &UploadRequest, sources: &[Source], boundary: &str) -> Vec<Part> {
    let mut body = Body { done: Vec::new(), text: String::new() };
    let fields = asked.form.fields.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    for (name, text) in fields.chain(asked.headers.fields()) {
        body.say(format_args!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"\r\n\r\n",
            quoted(name)
        ));
        body.text += &newlines(text, "\r\n");
        body.text += "\r\n";
    }
    let field = quoted(asked.form.file_field.as_deref().unwrap_or("file"));
    for (path, source) in asked.files().zip(sources) {
        let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        body.say(format_args!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n",
            quoted(&name)
        ));
        body.add(Part::whole(path, *source));
        body.text += "\r\n";
    }
    body.say(format_args!("--{boundary}--\r\n"));
    body.end()
}

struct Body {
    done: Vec<Part>,
    /// What stands before the next file.
    text: String,
}

impl Body {
    fn say(&mut self, words: fmt::Arguments<'_>) {
        // Writing into a text does not fail.
        _ = self.text.write_fmt(words);
    }

    fn add(&mut self, file: Part) {
        self.done.push(Part::Bytes(Bytes::from(std::mem::take(&mut self.text))));
        self.done.push(file);
    }

    fn end(mut self) -> Vec<Part> {
        self.done.push(Part::Bytes(Bytes::from(self.text)));
        self.done
    }
}

/// A name as it stands between quotes: line ends and quotes are escaped, and nothing else is.
fn quoted(name: &str) -> String {
    newlines(name, "%0D%0A").replace('"', "%22")
}

/// The same with all line ends written like this.
fn newlines(text: &str, end: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").replace('\n', end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transfer::{FileIdentity, Protocol};

    /// The text of a form, with `<NAME>` where a file stands.
    fn form(change: impl FnOnce(&mut UploadRequest)) -> String {
        let mut asked =
            UploadRequest::new("/a/b.txt", "http://example.org/").unwrap().through(Protocol::Form);
        change(&mut asked);
        let source = Source { size: 3, modified: 0, identity: FileIdentity { inode: 0, born: 0 } };
        let sources = vec![source; asked.files().count()];
        let text = |part: &Part| match part {
            Part::Bytes(bytes) => String::from_utf8(bytes.to_vec()).unwrap(),
            Part::File { path, .. } => format!("<{}>", path.display()),
        };
        parts(&asked, &sources, "X").iter().map(text).collect()
    }

    #[test]
    fn a_file_is_sent_as_browsers_send_it() {
        assert_eq!(
            form(|_| {}),
            "--X\r\nContent-Disposition: form-data; name=\"file\"; filename=\"b.txt\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n</a/b.txt>\r\n--X--\r\n"
        );
    }

    #[test]
    fn fields_come_before_the_files_and_several_files_have_one_field() {
        let text = form(|asked| {
            asked.form.file_field = Some("files[]".to_owned());
            asked.form.fields = vec![("a".to_owned(), "1\n2\r3".to_owned())];
            asked.form.others = vec!["/c".into()];
        });
        assert!(
            text.starts_with(
                "--X\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n2\r\n3\r\n--X\r\n"
            )
        );
        assert_eq!(text.matches("name=\"files[]\"; filename=").count(), 2);
        assert!(text.find("</a/b.txt>").unwrap() < text.find("</c>").unwrap());
    }

    #[test]
    fn no_name_gets_out_of_its_quotes() {
        let text = form(|asked| asked.file = "/ü \"q\"\r\nX: y\\%20日本.txt".into());
        assert!(text.contains("; filename=\"ü %22q%22%0D%0AX: y\\%20日本.txt\"\r\nContent-Type"), "{text}");
    }

    #[test]
    fn the_length_that_is_said_is_that_of_the_whole_body() {
        let asked = UploadRequest::new("/a", "http://example.org/").unwrap().through(Protocol::Form);
        let source = Source { size: 1 << 40, modified: 0, identity: FileIdentity { inode: 0, born: 0 } };
        let message = message(&asked, &[source]);
        let around =
            message.body.iter().filter(|part| matches!(part, Part::Bytes(_))).map(Part::len).sum::<u64>();
        assert_eq!(message.size(), (1 << 40) + around);
    }
}
