//! What a server says about its files (RFC 4918 §13), as much of it as is needed. Pure.

use percent_encoding::percent_decode_str;
use quick_xml::Reader;
use quick_xml::events::Event;

/// A file or folder that a server has told about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::upload) struct Member {
    /// The last part of its path, as people read it; of a folder too.
    pub name: String,
    /// How many bytes it has, if it was told.
    pub size: Option<u64>,
}

/// All that `text` tells about in whole; what comes behind something that makes no sense is left out.
pub(super) fn read(text: &str) -> Vec<Member> {
    let mut reader = Reader::from_str(text);
    let (mut members, mut member, mut said) = (Vec::new(), Member::default(), String::new());
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) => {
                said.clear();
                if start.local_name().as_ref() == b"response" {
                    member = Member::default();
                }
            }
            Ok(Event::Text(text)) => said.push_str(&text.decode().unwrap_or_default()),
            Ok(Event::CData(text)) => said.push_str(&text.decode().unwrap_or_default()),
            Ok(Event::End(end)) => match end.local_name().as_ref() {
                b"href" => member.name = last_part(&said),
                b"getcontentlength" => member.size = said.trim().parse().ok(),
                b"response" => members.push(std::mem::take(&mut member)),
                _ => {}
            },
            // Numbers and percent signs are all that is of interest, and need no entities.
            Ok(Event::Eof | Event::DocType(_)) | Err(_) => return members,
            Ok(_) => {}
        }
    }
}

fn last_part(path: &str) -> String {
    let path = path.trim().trim_end_matches('/');
    percent_decode_str(path.rsplit('/').next().unwrap_or_default()).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TOLD: &str = r#"<?xml version="1.0"?>
<d:multistatus xmlns:d="DAV:" xmlns:s="http://sabredav.org/ns">
 <d:response><d:href>/remote.php/dav/uploads/me/x/</d:href><d:propstat><d:prop/></d:propstat></d:response>
 <d:response><d:href>http://a.example/remote.php/dav/uploads/me/x/0%301</d:href>
  <d:propstat><d:prop><d:getcontentlength> 10485760 </d:getcontentlength></d:prop></d:propstat></d:response>
 <d:response><d:href>/remote.php/dav/uploads/me/x/002</d:href><d:propstat><d:prop>
  <d:getcontentlength>a few</d:getcontentlength></d:prop></d:propstat></d:response>
</d:multistatus>"#;

    fn member(name: &str, size: Option<u64>) -> Member {
        Member { name: name.to_owned(), size }
    }

    #[test]
    fn names_and_sizes_are_read_whatever_the_prefix() {
        let expected = vec![member("x", None), member("001", Some(10_485_760)), member("002", None)];
        assert_eq!(read(TOLD), expected);
        assert_eq!(read(&TOLD.replace("d:", "").replace("xmlns:d", "xmlns")), expected);
    }

    #[test]
    fn what_was_cut_off_is_read_as_far_as_it_is_whole() {
        let cut = &TOLD[..TOLD.rfind("<d:getcontentlength>").unwrap() + 22];
        assert_eq!(read(cut).len(), 2);
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_reader(text in "\\PC{0,60}|([<>/a&;\"='!?\\[\\]-]|<response>|</response>|<href>){0,30}") {
            _ = read(&text);
        }
    }
}
