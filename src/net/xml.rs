//! XML, as much of it as servers speak and a Metalink needs: a small tree, read within bounds.
//!
//! There are no document types, and so no entities but the five of XML itself. What is of another
//! namespace than the root element has no name here.

use quick_xml::NsReader;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::ResolveResult;

/// Elements in each other, and elements in all.
const DEEPEST: usize = 16;
const MOST: usize = 200_000;

/// An element.
#[derive(Debug, Default)]
pub(crate) struct Element {
    /// Its name without a prefix; empty if it is of another namespace than the root.
    pub name: String,
    attributes: Vec<(String, String)>,
    /// What stands in it, but not in the elements in it.
    text: String,
    children: Vec<Element>,
}

impl Element {
    /// The elements in it that are called so.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The first one of them.
    pub(crate) fn first<'a>(&'a self, name: &'a str) -> Option<&'a Self> {
        self.all(name).next()
    }

    /// An attribute.
    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Its text, without the space around it.
    pub(crate) fn text(&self) -> &str {
        self.text.trim()
    }
}

/// The root element of `text` and the namespace that it is of; nothing if it is not well formed or beyond
/// the bounds.
pub(crate) fn read(text: &str) -> Option<(String, Element)> {
    let mut reader = NsReader::from_str(text);
    let mut namespace: Option<String> = None;
    // Elements that are still open, each in the one before it; the first one is above the root.
    let mut open = vec![Element::default()];
    let mut count = 0;
    loop {
        let (resolved, event) = reader.read_resolved_event().ok()?;
        let own = match resolved {
            ResolveResult::Bound(own) => String::from_utf8_lossy(own.as_ref()).into_owned(),
            ResolveResult::Unbound => String::new(),
            ResolveResult::Unknown(_) => return None,
        };
        let is_in_root = open.len() > 1;
        match event {
            Event::Start(ref start) | Event::Empty(ref start) => {
                count += 1;
                let is_second_root = !is_in_root && namespace.is_some();
                if open.len() > DEEPEST || count > MOST || is_second_root {
                    return None;
                }
                let of_root = namespace.get_or_insert_with(|| own.clone());
                let element = element(start, own == *of_root)?;
                if matches!(event, Event::Start(_)) { open.push(element) } else { put(&mut open, element)? }
            }
            Event::End(_) => {
                let element = open.pop()?;
                put(&mut open, element)?;
            }
            Event::Text(text) if is_in_root => open.last_mut()?.text.push_str(&text.decode().ok()?),
            Event::CData(text) if is_in_root => open.last_mut()?.text.push_str(&text.decode().ok()?),
            Event::GeneralRef(reference) if is_in_root => open.last_mut()?.text.push_str(&named(&reference)?),
            Event::Text(text) => text.iter().all(u8::is_ascii_whitespace).then_some(())?,
            Event::Decl(_) | Event::Comment(_) | Event::PI(_) => {}
            Event::DocType(_) | Event::CData(_) | Event::GeneralRef(_) => return None,
            Event::Eof => break,
        }
    }
    let above = (open.len() == 1).then(|| open.pop()).flatten()?;
    above.children.into_iter().next().zip(namespace).map(|(root, namespace)| (namespace, root))
}

fn put(open: &mut [Element], element: Element) -> Option<()> {
    open.last_mut()?.children.push(element);
    Some(())
}

fn element(start: &BytesStart<'_>, is_ours: bool) -> Option<Element> {
    let name = if is_ours { std::str::from_utf8(start.local_name().into_inner()).ok()? } else { "" };
    let mut element = Element { name: name.to_owned(), ..Element::default() };
    for attribute in start.attributes() {
        let attribute = attribute.ok()?;
        let name = std::str::from_utf8(attribute.key.as_ref()).ok()?.to_owned();
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).ok()?.into_owned();
        element.attributes.push((name, value));
    }
    Some(element)
}

/// What a reference stands for: one of the five, or a character by its number.
fn named(reference: &BytesRef<'_>) -> Option<String> {
    if let Some(character) = reference.resolve_char_ref().ok()? {
        return Some(character.to_string());
    }
    let name = reference.decode().ok()?;
    quick_xml::escape::resolve_predefined_entity(&name).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn elements_attributes_and_texts_are_read() {
        let text = "<?xml version=\"1.0\"?>\n<a xmlns='urn:x' xmlns:o='urn:o'><b c=\"1 &lt; 2\"> x &amp; \
                    <![CDATA[<y>]]>&#33;</b><o:b/><b/><!-- z --></a>\n";
        let (namespace, root) = read(text).unwrap();
        assert_eq!((namespace.as_str(), root.name.as_str()), ("urn:x", "a"));
        let first = root.first("b").unwrap();
        assert_eq!((first.attribute("c"), first.text()), (Some("1 < 2"), "x & <y>!"));
        assert_eq!(root.all("b").count(), 2);
    }

    #[test]
    fn what_could_do_harm_or_is_not_well_formed_is_refused() {
        let deep = "<a>".repeat(100_000) + &"</a>".repeat(100_000);
        let wide = format!("<a>{}</a>", "<b/>".repeat(MOST + 1));
        for text in [
            "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
            "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>",
            "<a>&b;</a>",
            "<a b='&c;'/>",
            "<a b='1' b='2'/>",
            "<a></b>",
            "<a>",
            "</a>",
            "<a/><a/>",
            "<a/>x",
            "x<a/>",
            "<o:a/>",
            "",
            &deep,
            &wide,
        ] {
            assert!(read(text).is_none(), "{}", &text[..text.len().min(60)]);
        }
    }

    proptest! {
        #[test]
        fn no_text_breaks_the_reader(text in "\\PC{0,60}|([<>/a&;\"='!?\\[\\]-]|<a>|</a>| x='|CDATA){0,30}") {
            _ = read(&text);
        }
    }
}
