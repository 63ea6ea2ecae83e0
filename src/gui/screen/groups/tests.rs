use super::*;
use crate::{Group, Standing};

fn view(ron: &str) -> GroupView {
    GroupView { group: ron::from_str(ron).unwrap(), standing: Standing::default() }
}

fn told(groups: &[&str]) -> Groups {
    let all = groups.iter().map(|ron| view(ron));
    let mut page = Groups::default();
    let _ = page.update(Message::Told(Ok(all.collect())));
    page
}

fn write(page: &mut Groups, field: Field, text: &str) {
    let _ = page.update(Message::Write(field, text.to_owned()));
}

fn asked(action: Action) -> Group {
    let Action::Ask(Request::SetGroup(group)) = action else { panic!("{action:?}") };
    *group
}

#[test]
fn a_group_is_made_of_what_is_written() {
    let mut page = told(&[]);
    assert!(matches!(page.update(Message::New), Action::Focus(Field::Name)));
    for (field, text) in [
        (Field::Name, " Night "),
        (Field::Limit, "500K"),
        (Field::Folder, "/night"),
        (Field::Success, "notify-send 'It is here'"),
    ] {
        write(&mut page, field, text);
    }
    let _ = page.update(Message::Serial(true));
    let _ = page.update(Message::Cost(CostPolicy::UnrestrictedOnly));
    let group = asked(page.update(Message::Save));
    assert_eq!((group.name.as_str(), group.serial, group.limit), ("Night", true, Some(500_000)));
    assert_eq!(group.folder.as_deref(), Some(std::path::Path::new("/night")));
    assert_eq!(group.cost_policy, Some(CostPolicy::UnrestrictedOnly));
    assert!(group.completion.on_success.is_some() && group.completion.on_failure.is_none());
    assert!(matches!(page.update(Message::Done(Ok(()))), Action::Read));
    assert!(page.edit.is_none());
}

#[test]
fn what_nobody_writes_stays_as_it_is() {
    let ron = r#"(name: "Night", limit: Some(1234567), retry_at: Some("https://b.example/"))"#;
    let mut page = told(&[ron]);
    let name: GroupName = "Night".parse().unwrap();
    let _ = page.update(Message::Edit(name.clone()));
    let group = asked(page.update(Message::Save));
    assert_eq!(group.limit, Some(1_234_567));
    assert!(group.retry_at.is_some());
    write(&mut page, Field::Limit, " ");
    assert_eq!(asked(page.update(Message::Save)).limit, None);
}

#[test]
fn what_is_no_value_is_said_at_its_field_and_not_kept() {
    let mut page = told(&[r#"(name: "Night")"#]);
    let _ = page.update(Message::New);
    for (field, text, wrong) in [
        (Field::Name, "", edit::Wrong::Value),
        (Field::Name, "Night", edit::Wrong::Taken),
        (Field::Limit, "fast", edit::Wrong::Value),
        (Field::Folder, "night", edit::Wrong::Value),
        (Field::Success, "say 'it", edit::Wrong::Value),
    ] {
        write(&mut page, field, text);
        assert!(matches!(page.update(Message::Save), Action::None));
        assert_eq!(page.edit.as_ref().unwrap().wrong, Some((field, wrong)), "{text}");
        write(&mut page, field, if field == Field::Name { "Day" } else { "" });
        assert_eq!(page.edit.as_ref().unwrap().wrong, None);
    }
}

#[test]
fn a_group_goes_when_that_was_meant() {
    let mut page = told(&[r#"(name: "Night")"#]);
    let name: GroupName = "Night".parse().unwrap();
    assert!(matches!(page.update(Message::Remove(name.clone())), Action::None));
    assert!(matches!(page.update(Message::Escape), Action::None));
    let _ = page.update(Message::Remove(name.clone()));
    assert!(matches!(
        page.update(Message::ReallyRemove(name.clone())),
        Action::Ask(Request::RemoveGroup { .. })
    ));
    let _ = page.update(Message::Gone(name));
    assert_eq!(page.all.as_ref().unwrap().len(), 0);
    let _ = page.update(Message::Done(Ok(())));
    assert!(matches!(page.update(Message::Escape), Action::Close));
}
