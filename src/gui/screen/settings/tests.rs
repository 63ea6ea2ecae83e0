use super::*;
use crate::Window;
use crate::gui::Reach;

/// The dialog, and the settings as they are by now.
struct Open {
    dialog: Preferences,
    settings: Settings,
}

impl Open {
    fn new() -> Self {
        Self { dialog: Preferences::new(), settings: Settings::default() }
    }

    fn send(&mut self, message: Message) -> Then {
        let Action { changes, then } = self.dialog.update(message, &self.settings);
        self.settings = changed(&self.settings, &changes);
        then
    }

    fn write(&mut self, name: &str, text: &str) -> Then {
        self.send(Message::Write(field(name), text.to_owned()))
    }

    fn problem(&self, name: &str) -> Option<Problem> {
        self.dialog.drafts.get(&field(name)).and_then(|draft| draft.problem)
    }

    fn windows(&self) -> Vec<String> {
        self.settings.windows.iter().map(ToString::to_string).collect()
    }
}

fn setting(name: &str) -> &'static Setting {
    Setting::named(name).unwrap()
}

fn field(name: &str) -> Field {
    Field::Setting(setting(name))
}

#[test]
fn what_is_written_holds_when_it_is_finished_and_not_before() {
    let mut open = Open::new();
    for text in ["1", "12", "12 "] {
        let _ = open.write("max_running", text);
        assert_eq!(open.settings.max_running, 5);
    }
    let _ = open.send(Message::Settle);
    assert_eq!(open.settings.max_running, 12);
    assert!(open.dialog.drafts.is_empty());
}

#[test]
fn whatever_else_is_done_finishes_a_field() {
    let others: [fn() -> Message; 5] = [
        || Message::Write(field("retries"), "3".to_owned()),
        || Message::Section(Section::Data),
        || Message::Search("proxy".to_owned()),
        || Message::Set(setting("notifications"), "false".to_owned()),
        || Message::Close,
    ];
    for other in others {
        let mut open = Open::new();
        let _ = open.write("max_running", "7");
        let _ = open.send(other());
        assert_eq!(open.settings.max_running, 7, "{:?}", other());
    }
}

#[test]
fn a_rest_takes_what_was_written_and_leaves_the_field_alone() {
    let mut open = Open::new();
    let Then::Wait(early) = open.write("download_limit", "5 M") else { panic!() };
    let Then::Wait(late) = open.write("download_limit", "5 MB/") else { panic!() };
    let _ = open.send(Message::Rest(early));
    assert_eq!(open.settings.download_limit, 0, "something was written since");
    let _ = open.write("download_limit", "5 MB");
    let _ = open.send(Message::Rest(late + 1));
    assert_eq!(open.settings.download_limit, 5_000_000);
    assert_eq!(open.dialog.drafts[&field("download_limit")].text, "5 MB");
    let _ = open.send(Message::Settle);
    assert!(open.dialog.drafts.is_empty());
}

#[test]
fn what_is_no_value_is_told_when_it_is_finished_and_no_longer_than_it_holds() {
    let mut open = Open::new();
    let _ = open.write("max_running", "many");
    assert_eq!(open.problem("max_running"), None);
    let _ = open.send(Message::Settle);
    assert_eq!(open.problem("max_running"), Some(Problem::Number(1, 1000)));
    assert_eq!(open.settings, Settings::default());
    let _ = open.write("max_running", "0");
    assert!(open.problem("max_running").is_some());
    let _ = open.write("max_running", "9");
    assert_eq!(open.problem("max_running"), None);
    let _ = open.send(Message::Settle);
    assert_eq!(open.settings.max_running, 9);
}

#[test]
fn a_setting_goes_back_to_what_it_was_with_whatever_is_wrong_in_its_field() {
    let mut open = Open::new();
    let _ = open.send(Message::Step(setting("retries"), -1));
    assert_eq!(open.settings.retries, 9);
    let _ = open.write("retries", "x");
    let _ = open.send(Message::Back(setting("retries")));
    assert_eq!((&open.settings, open.dialog.drafts.len()), (&Settings::default(), 0));
}

#[test]
fn steps_stay_within_what_a_number_can_be() {
    let mut open = Open::new();
    for _ in 0..9 {
        let _ = open.send(Message::Step(setting("max_running"), -1));
    }
    assert_eq!(open.settings.max_running, 1);
    let _ = open.write("max_running", "1000");
    let _ = open.send(Message::Step(setting("max_running"), 1));
    assert_eq!(open.settings.max_running, 1000);
}

#[test]
fn a_folder_is_chosen_or_written() {
    let mut open = Open::new();
    assert!(matches!(open.send(Message::Choose), Then::Pick(_)));
    let _ = open.send(Message::Picked(Picked::Unavailable));
    assert_eq!(open.problem("download_folder"), Some(Problem::NoPicker));
    let _ = open.write("download_folder", "/in");
    let _ = open.send(Message::Settle);
    assert_eq!(open.settings.download_folder, PathBuf::from("/in"));
    let _ = open.send(Message::Picked(Picked::Paths(vec!["/else".into()])));
    assert_eq!(open.settings.download_folder, PathBuf::from("/else"));
}

#[test]
fn a_proxy_of_ones_own_is_wanted_before_it_is_written() {
    let mut open = Open::new();
    let _ = open.send(Message::Open(field("proxy")));
    let _ = open.send(Message::Settle);
    assert!(open.dialog.drafts.contains_key(&field("proxy")) && open.problem("proxy").is_none());
    let _ = open.write("proxy", "http://proxy.example:3128");
    let _ = open.send(Message::Settle);
    assert_eq!(open.settings.proxy, "http://proxy.example:3128");
    let _ = open.write("proxy", "");
    let _ = open.send(Message::Settle);
    assert_eq!(open.problem("proxy"), Some(Problem::Proxy));
    let _ = open.send(Message::Set(setting("proxy"), "direct".to_owned()));
    assert_eq!((open.settings.proxy.as_str(), open.problem("proxy")), ("direct", None));
}

#[test]
fn times_of_the_day_are_added_edited_ordered_and_removed() {
    let mut open = Open::new();
    let times = |open: &mut Open, message| open.send(Message::Times(message));
    let _ = times(&mut open, times::Message::Add);
    let _ = open.send(Message::Write(Field::Hours(0), "8-18".to_owned()));
    for day in [5, 6] {
        let _ = times(&mut open, times::Message::Day(0, day));
    }
    let _ = times(&mut open, times::Message::Rest(0, false));
    let _ = open.send(Message::Write(Field::Limit(0, field::Whose::Downloads), "1 MB/s".to_owned()));
    let _ = times(&mut open, times::Message::Add);
    assert_eq!(open.windows(), ["mon,tue,wed,thu,fri 08:00-18:00 down 1000000", "22:00-06:00 stop"]);
    let _ = times(&mut open, times::Message::Earlier(1));
    assert_eq!((open.windows()[0].as_str(), open.dialog.open), ("22:00-06:00 stop", Some(0)));
    let _ = open.send(Message::Write(Field::Hours(0), "never".to_owned()));
    let _ = times(&mut open, times::Message::Remove(0));
    assert_eq!((open.windows().len(), open.dialog.open, open.dialog.drafts.len()), (1, None, 0));
}

#[test]
fn a_time_of_the_day_is_on_at_least_one_day() {
    let mut open = Open::new();
    let _ = open.send(Message::Times(times::Message::Add));
    for day in 0..7 {
        let _ = open.send(Message::Times(times::Message::Day(0, day)));
    }
    assert_eq!(open.windows(), ["sun 22:00-06:00 stop"]);
}

#[test]
fn escape_leaves_the_search_first_and_pages_turn() {
    let mut open = Open::new();
    let _ = open.send(Message::Search("proxy".to_owned()));
    assert_eq!(open.send(Message::Key(Command::Escape)), Then::Top);
    assert_eq!(open.dialog.search, "");
    assert_eq!(open.send(Message::Key(Command::PageDown(Reach::Only))), Then::Top);
    assert_eq!(open.dialog.section, Section::Transfers);
    let _ = open.send(Message::Key(Command::PageUp(Reach::Only)));
    let _ = open.send(Message::Key(Command::PageUp(Reach::Only)));
    assert_eq!(open.dialog.section, Section::General);
    assert_eq!(open.send(Message::Key(Command::Escape)), Then::Close);
}

#[test]
fn what_somebody_else_sets_is_shown_except_where_something_is_being_written() {
    let mut open = Open::new();
    let _ = open.write("retries", "3");
    let _ = open.send(Message::Rest(1));
    let _ = open.write("max_running", "2");
    let written =
        |open: &Open| open.dialog.drafts.values().map(|draft| draft.text.clone()).collect::<Vec<_>>();
    assert_eq!(written(&open).len(), 1, "what was taken makes room when something else is written");
    let _ = open.write("retries", "4");
    let _ = open.send(Message::Rest(3));
    let _ = open.write("retries", "4");
    let _ = open.send(Message::Rest(4));
    let elsewhere = Settings { retries: 9, max_running: 8, ..open.settings.clone() };
    open.dialog.hear(&open.settings, &elsewhere);
    assert!(written(&open).is_empty(), "it had been taken as it was written");
    open.settings = elsewhere;
    let _ = open.write("retries", "1");
    let elsewhere = Settings { retries: 6, ..open.settings.clone() };
    open.dialog.hear(&open.settings, &elsewhere);
    open.settings = elsewhere;
    assert_eq!(written(&open), ["1"]);
    let _ = open.send(Message::Settle);
    assert_eq!((open.settings.retries, open.settings.max_running), (1, 8));
}

#[test]
fn a_time_of_the_day_that_is_being_edited_is_found_again_or_closed() {
    let mut open = Open::new();
    let night: Window = "22:00-06:00 stop".parse().unwrap();
    let noon: Window = "12:00-13:00 stop".parse().unwrap();
    open.settings.windows = vec![night.clone()];
    let _ = open.send(Message::Times(times::Message::Edit(0)));
    let before = open.settings.clone();
    let both = Settings { windows: vec![noon.clone(), night], ..Settings::default() };
    open.dialog.hear(&before, &both);
    assert_eq!(open.dialog.open, Some(1));
    open.dialog.hear(&both, &Settings { windows: vec![noon], ..Settings::default() });
    assert_eq!(open.dialog.open, None);
}
