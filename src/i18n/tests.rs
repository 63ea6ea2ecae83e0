//! Every text file says the same things.

use std::collections::{BTreeMap, BTreeSet};

use fluent_syntax::ast::{
    Entry, Expression, InlineExpression, Pattern, PatternElement, Resource, VariantKey,
};
use intl_pluralrules::{PluralRuleType, PluralRules};
use jiff::Timestamp;

use super::*;
use crate::{ErrorKind, ErrorView};

/// For each key (and `key.attribute`) the variables it uses.
type Keys = BTreeMap<String, BTreeSet<String>>;

fn keys(language: Language) -> Keys {
    let path = format!("{}/windlass.ftl", language.code());
    let text = String::from_utf8(Files::get(&path).unwrap().data.into_owned()).unwrap();
    let resource = fluent_syntax::parser::parse(text.as_str()).unwrap_or_else(|(_, errors)| {
        panic!("{path}: {errors:?}");
    });
    let mut keys = Keys::new();
    for entry in &resource.body {
        let Entry::Message(message) = entry else {
            assert!(matches!(entry, Entry::Comment(_)), "{path}: {entry:?}");
            continue;
        };
        let patterns = message.value.iter().map(|value| (message.id.name.to_owned(), value)).chain(
            message.attributes.iter().map(|a| (format!("{}.{}", message.id.name, a.id.name), &a.value)),
        );
        for (key, pattern) in patterns {
            let mut variables = BTreeSet::new();
            collect(pattern, &mut variables);
            assert!(keys.insert(key.clone(), variables).is_none(), "{path}: {key} twice");
        }
    }
    keys
}

fn resource(language: Language) -> Resource<String> {
    let path = format!("{}/windlass.ftl", language.code());
    let text = String::from_utf8(Files::get(&path).unwrap().data.into_owned()).unwrap();
    fluent_syntax::parser::parse(text).unwrap_or_else(|(_, errors)| panic!("{path}: {errors:?}"))
}

/// The forms that whole numbers have in a language (CLDR), and the one that every language has.
fn forms(language: Language) -> BTreeSet<String> {
    let identifier: LanguageIdentifier = language.code()[..2].parse().unwrap();
    let rules = PluralRules::create(identifier, PluralRuleType::CARDINAL).unwrap();
    let of_numbers =
        (0..1000_u32).map(|number| format!("{:?}", rules.select(number).unwrap()).to_lowercase());
    of_numbers.chain(["other".to_owned()]).collect()
}

/// The variants of every choice in a text that is made by the form of a number.
fn choices(pattern: &Pattern<String>, found: &mut Vec<BTreeSet<String>>) {
    for element in &pattern.elements {
        let PatternElement::Placeable { expression: Expression::Select { variants, .. } } = element else {
            continue;
        };
        let names = variants.iter().map(|variant| match &variant.key {
            VariantKey::Identifier { name } | VariantKey::NumberLiteral { value: name } => name.clone(),
        });
        found.push(names.collect());
        for variant in variants {
            choices(&variant.value, found);
        }
    }
}

#[test]
fn every_choice_by_number_has_all_forms_of_its_language() {
    for language in Language::ALL {
        let forms = forms(language);
        let mut by_number = 0;
        for entry in resource(language).body {
            let Entry::Message(message) = entry else { continue };
            let mut found = Vec::new();
            let values =
                message.value.iter().chain(message.attributes.iter().map(|attribute| &attribute.value));
            values.for_each(|pattern| choices(pattern, &mut found));
            for names in found.iter().filter(|names| names.contains("one")) {
                by_number += 1;
                assert!(names.is_superset(&forms), "{language:?}: {}: {names:?}", message.id.name);
            }
        }
        assert!(forms.len() == 1 || by_number > 10, "{language:?} makes {by_number}");
    }
}

fn collect(pattern: &Pattern<&str>, variables: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        let PatternElement::Placeable { expression } = element else { continue };
        match expression {
            Expression::Inline(inline) => collect_inline(inline, variables),
            Expression::Select { selector, variants } => {
                collect_inline(selector, variables);
                for variant in variants {
                    collect(&variant.value, variables);
                }
            }
        }
    }
}

fn collect_inline(inline: &InlineExpression<&str>, variables: &mut BTreeSet<String>) {
    match inline {
        InlineExpression::VariableReference { id } => {
            variables.insert(id.name.to_owned());
        }
        InlineExpression::StringLiteral { .. } => {}
        other => panic!("not expected in a text: {other:?}"),
    }
}

#[test]
fn every_language_has_the_same_keys_with_the_same_variables() {
    let english = keys(Language::English);
    for language in &Language::ALL[1..] {
        let language = *language;
        let other = keys(language);
        let missing: Vec<_> = english.keys().filter(|key| !other.contains_key(*key)).collect();
        let unknown: Vec<_> = other.keys().filter(|key| !english.contains_key(*key)).collect();
        assert!(missing.is_empty() && unknown.is_empty(), "{language:?}: no {missing:?}, extra {unknown:?}");
        for (key, variables) in &english {
            assert_eq!(variables, &other[key], "{language:?}: {key}");
        }
    }
}

fn view(kind: ErrorKind) -> ErrorView {
    ErrorView {
        kind,
        message: String::new(),
        status: None,
        subject: None,
        detail: None,
        at: Timestamp::UNIX_EPOCH,
    }
}

#[test]
fn every_kind_of_error_has_a_sentence_in_every_language() {
    for language in Language::ALL {
        let keys = keys(language);
        let texts = Texts::of(language);
        for kind in ErrorKind::ALL.iter().copied() {
            let key = sentence::key(kind);
            assert!(kind == ErrorKind::Io || key != "error-io", "{kind} is told as an error of the disk");
            assert!(keys.contains_key(key) && keys.contains_key(&format!("{key}.advice")), "{key}");
            let sentence = texts.sentence(&view(kind));
            assert!(sentence.ends_with(['.', '。']) && !sentence.contains("No localization"), "{sentence}");
        }
    }
}

#[test]
fn a_sentence_names_what_it_is_about() {
    let error =
        ErrorView { status: Some(404), subject: Some("example.org".to_owned()), ..view(ErrorKind::NotFound) };
    assert_eq!(
        Texts::of(Language::English).sentence(&error),
        "The server has no such file (example.org, HTTP 404). Check the link."
    );
    assert_eq!(
        Texts::of(Language::Japanese).sentence(&error),
        "サーバーにそのファイルはありません（example.org、HTTP 404）。リンクを確認してください。"
    );
}

#[test]
fn the_language_is_the_settings_or_the_first_of_the_systems_that_is_known() {
    let system = |list: &[&str]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(Language::choose("ja", system(&["zh-CN"])), Language::Japanese);
    assert_eq!(Language::choose("system", system(&["nl-NL", "zh-SG"])), Language::Chinese);
    for traditional in ["zh-TW", "zh-HK", "zh-Hant", "zh-Hant-MO"] {
        assert_eq!(Language::choose("system", system(&[traditional])), Language::TraditionalChinese);
    }
    assert_eq!(Language::choose("system", system(&["zh-Hans-TW"])), Language::Chinese);
    assert_eq!(Language::choose("system", system(&["pt-PT"])), Language::Portuguese);
    assert_eq!(Language::choose("en-XA", system(&["ja"])), Language::Pseudo);
    assert_eq!(Language::choose("system", system(&["ja-JP", "en"])), Language::Japanese);
    assert_eq!(Language::choose("system", system(&["C"])), Language::English);
    assert_eq!(Language::choose("nonsense!", system(&[])), Language::English);
}

#[test]
fn values_are_not_wrapped_in_marks() {
    let texts = Texts::of(Language::English);
    assert_eq!(t!(texts, "status-running", count = 3), "3 running");
    assert_eq!(t!(texts, "status-running", count = 1), "1 running");
    assert_eq!(t!(texts, "links-count", count = 0), "One link on each line.");
}
