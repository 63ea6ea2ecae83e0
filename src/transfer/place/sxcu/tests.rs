use std::path::Path;

use proptest::prelude::*;

use super::*;
use crate::transfer::UploadRequest;

fn refused(text: &str) -> String {
    Place::from_sxcu(text.as_bytes()).unwrap_err().to_string()
}

fn sent(text: &str) -> (Place, UploadRequest) {
    let place = Place::from_sxcu(text.as_bytes()).unwrap_or_else(|error| panic!("{text}: {error}"));
    let request = place.request(Path::new("/a/b.png")).unwrap();
    (place, request)
}

#[test]
fn a_form_with_a_key_becomes_a_place() {
    let (place, request) = sent(
        r#"{"Version": "14.1.0", "Name": "My host", "DestinationType": "ImageUploader, FileUploader",
            "RequestMethod": "POST", "RequestURL": "https://a.example/api/up", "Parameters": {"v": "a b"},
            "Headers": {"Authorization": "Basic {base64:me:S3CR3T}", "X-Kind": "x\\{y\\}"},
            "Body": "MultipartFormData", "Arguments": {"title": "{filename}"}, "FileFormName": "image",
            "URL": "https://a.example/{json:data.id}", "DeletionURL": "{regex:1}"}"#,
    );
    assert_eq!(place.name, "My host");
    assert_eq!(request.url.expose(), "https://a.example/api/up?v=a+b");
    assert_eq!((request.protocol, request.method), (Protocol::Form, Method::Post));
    assert_eq!(request.form.fields, [("title".to_owned(), "b.png".to_owned())]);
    assert_eq!(request.form.file_field.as_deref(), Some("image"));
    assert_eq!(request.headers.login().unwrap().user, "me");
    assert!(request.headers.expose().any(|header| header == ("X-Kind", "x{y}")));
    assert_eq!(place.link.unwrap().to_string(), "https://a.example/{json:data.id}");
    assert!(place.copy_link && !ron::to_string(&request).unwrap().contains("S3CR3T"));
}

#[test]
fn what_was_written_in_the_old_way_is_understood() {
    let (place, request) = sent(
        r#"{"Name": "old", "RequestType": "POST", "RequestURL": "https://a.example/up", "FileFormName": "f",
            "Arguments": {"name": "$filename$", "price": "5$"}, "URL": "$json:files[0].url$"}"#,
    );
    assert_eq!(place.link.unwrap().to_string(), "{json:files[0].url}");
    assert_eq!(request.protocol, Protocol::Form);
    assert_eq!(request.form.fields, [("name".into(), "b.png".into()), ("price".into(), "5$".into())]);
}

#[test]
fn a_file_alone_is_put_under_its_name() {
    let (place, request) = sent(
        r#"{"Version": "15.0.0", "RequestMethod": "PUT", "RequestURL": "https://a.example/in/{filename}",
            "Body": "Binary"}"#,
    );
    assert_eq!((place.name.as_str(), request.url.expose()), ("a.example", "https://a.example/in/b.png"));
    assert_eq!((request.protocol, request.method), (Protocol::Raw, Method::Put));
}

#[test]
fn what_cannot_be_done_is_refused_by_its_name() {
    let with = |rest: &str| {
        format!(r#"{{"Version": "14.0.0", "RequestURL": "https://a.example/", "FileFormName": "f", {rest}}}"#)
    };
    for (rest, word) in [
        (r#""Body": "JSON", "Data": "{\"a\": \"{base64:{input}}\"}""#, "sends JSON"),
        (r#""Body": "XML""#, "sends XML"),
        (r#""Body": "FormURLEncoded""#, "fields and no file"),
        (r#""Body": "None""#, "no file"),
        (r#""Body": "Binary", "DestinationType": "URLShortener""#, "URLShortener"),
        (r#""Body": "Binary", "RequestMethod": "GET""#, "GET"),
        (r#""Body": "Binary", "URL": "{regex:1}""#, "{regex:1}"),
        (r#""Body": "Binary", "URL": "{xml:/a/b}""#, "{xml:"),
        (r#""Body": "Binary", "URL": "{json:{response}|a}""#, "finds its link"),
        (r#""Body": "Binary", "Headers": {"X-A": "{random:a|b}"}"#, "header X-A"),
        (r#""Body": "Binary", "Headers": {"X-A": "{inputbox:Key}"}"#, "{inputbox:Key}"),
        (r#""Body": "Binary", "Headers": {"Host": "b.example"}"#, "not a header"),
        (r#""Body": "MultipartFormData", "Arguments": {"a": "{select:a|b}"}"#, "field a"),
        (r#""Body": "Binary", "Parameters": {"a": "{filename}"}"#, "parameter a"),
    ] {
        let refused = refused(&with(rest));
        assert!(refused.contains(word), "{rest}: {refused}");
    }
    for url in ["ftp://a.example/", "https://me:pw@a.example/", "https://a.example/{filename}", "nowhere"] {
        refused(&format!(r#"{{"RequestURL": "{url}", "FileFormName": "f"}}"#));
    }
    for nothing in ["", "{}", "[]", "null", "\u{feff}{\"RequestURL\": 5}", &" ".repeat(LONGEST + 1)] {
        assert_eq!(Place::from_sxcu(nothing.as_bytes()).unwrap_err(), NotAnUploader::Unknown);
    }
}

proptest! {
    #[test]
    fn whatever_it_says_it_is_refused_or_becomes_a_place_that_can_be_written(
        url in "https://a\\.example/[a-z{}:$\\\\]{0,12}", value in "[ -~\u{e0}-\u{ff}{}$\\\\]{0,16}",
        body in "(MultipartFormData|Binary|)", version in "(14\\.0|13|)", link in "[a-z{}$:.\\[\\]0]{0,16}",
    ) {
        let map = serde_json::json!({"a": value});
        let text = serde_json::json!({
            "Version": version, "RequestURL": url, "Body": body, "FileFormName": "f", "URL": link,
            "Headers": map, "Arguments": map, "Parameters": map, "RequestMethod": "PUT",
        });
        if let Ok(place) = Place::from_sxcu(text.to_string().as_bytes()) {
            let written = ron::to_string(&place).unwrap();
            let read: Place = ron::from_str(&written).unwrap();
            prop_assert_eq!(ron::to_string(&read).unwrap(), written);
            let request = place.request(Path::new("/a/b.png")).unwrap();
            prop_assert_eq!(request.url.origin(), place.url.origin());
        }
    }

    #[test]
    fn no_bytes_break_it(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Place::from_sxcu(&bytes);
    }
}
