//! What happens to the application while nobody looks.

use super::*;
use crate::gui::desktop::TrayAction;
use crate::gui::fake::{FakeDesktop, FakeLink};
use crate::gui::overlay::Overlay;
use crate::gui::sample::{download, running};
use crate::gui::{FirstOpen, Services};

fn app(visible: bool) -> (App, tokio::runtime::Runtime, Arc<FakeDesktop>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let desktop = Arc::new(FakeDesktop::default());
    let services = Services {
        link: Arc::new(FakeLink::default()),
        runtime: runtime.handle().clone(),
        desktop: desktop.clone(),
        owns_session: true,
        profile: None,
        settings: Settings { language: "en".to_owned(), ..Settings::default() },
        open: FirstOpen { visible, ..FirstOpen::default() },
        opening: None,
    };
    let (app, _task) = App::new(services);
    (app, runtime, desktop)
}

fn open(app: &mut App) {
    let _ = app.show_window();
    if let Some(id) = app.window.opening() {
        let _ = app.update(Message::Window(window::Message::Opened(id)));
    }
}

#[test]
fn progress_stays_away_while_there_is_no_window() {
    let (mut app, runtime, _) = app(false);
    let _inside = runtime.enter();
    let listened = |app: &App| iced::advanced::subscription::into_recipes(app.subscription()).len();
    let without = listened(&app);
    open(&mut app);
    assert_eq!(listened(&app), without + 1);
    let _ = app.update(Message::Window(window::Message::CloseRequested));
    assert_eq!(listened(&app), without);
    open(&mut app);
    assert_eq!(listened(&app), without + 1);
}

#[test]
fn it_is_told_once_that_transfers_went_on() {
    let (mut app, runtime, _) = app(false);
    let _inside = runtime.enter();
    let _ = app.update(Message::Update(Update::All(vec![running(download("a"), 1, 2, 1)])));
    open(&mut app);
    assert!(app.notices.is_empty());
    let _ = app.put_away();
    let _ = app.update(Message::Update(Update::All(vec![])));
    open(&mut app);
    assert!(!app.notices.is_empty());
    let _ = app.dismiss(notice::Dismiss(0));
    let _ = app.put_away();
    open(&mut app);
    assert!(app.notices.is_empty());
}

#[test]
fn a_menu_does_not_wait_for_the_window_to_come_back() {
    let (mut app, runtime, _) = app(false);
    let _inside = runtime.enter();
    let _ = app.update(Message::Update(Update::All(vec![running(download("a"), 1, 2, 1)])));
    let _ = app.update(Message::Key(Command::MainMenu));
    assert!(app.list.has_menu());
    let _ = app.put_away();
    assert!(!app.list.has_menu());
}

#[test]
fn the_tray_hears_of_changes_and_of_nothing_else() {
    let (mut app, _, desktop) = app(false);
    assert_eq!(desktop.menus().len(), 1);
    let row = running(download("a"), 1, 2, 1);
    let _ = app.update(Message::Update(Update::All(vec![row.clone()])));
    assert_eq!(desktop.menus().len(), 1);
    let moved = Arc::new([(row.id, row.progress)]);
    let _ = app.update(Message::Update(Update::Progress(moved)));
    let _ = app.update(Message::Update(Update::All(vec![row])));
    assert!(desktop.menus().is_empty());
}

#[test]
fn quitting_from_the_tray_opens_the_window_for_the_question() {
    let (mut app, _, _) = app(false);
    let _ = app.update(Message::Update(Update::All(vec![running(download("a"), 1, 2, 1)])));
    let _ = app.update(Message::Desktop(desktop::Event::Tray(TrayAction::Quit)));
    assert!(app.window.opening().is_some());
    assert!(matches!(app.dialogs[..], [Dialog::Overlay(Overlay::Quit)]));
}

#[test]
fn after_the_selected_row_is_gone_its_neighbour_is_selected() {
    let (mut app, _, _) = app(false);
    let rows = vec![download("a"), download("b")];
    let (old, new) = (rows[0].id, rows[1].id);
    let _ = app.update(Message::Update(Update::All(rows)));
    let _ = app.update(Message::Key(Command::Down(crate::gui::keys::Reach::Only)));
    assert_eq!(app.list.chosen(&app.store), [new]);
    let _ = app.update(Message::Update(Update::Event(Event::Removed { id: new })));
    assert_eq!(app.list.chosen(&app.store), [old]);
}

#[test]
fn a_key_that_something_has_used_does_nothing_else() {
    use iced::keyboard::key::Named;
    let press =
        |key: Named, status| heard(iced_test::simulator::press_key(key, None), status, native::Id::unique());
    let command = |message| match message {
        Some(Message::Key(command)) => Some(command),
        _ => None,
    };
    assert_eq!(command(press(Named::Delete, event::Status::Ignored)), Some(Command::Remove));
    assert_eq!(command(press(Named::Delete, event::Status::Captured)), None);
    assert_eq!(command(press(Named::Escape, event::Status::Ignored)), Some(Command::Escape));
    assert_eq!(command(press(Named::Escape, event::Status::Captured)), None, "a menu was left with it");
}

#[test]
fn what_the_window_system_drops_is_a_drop_like_any_other() {
    let dropped = iced::Event::Window(native::Event::FileDropped("/a".into()));
    let (mut app, _, _) = app(false);
    let message = heard(dropped, event::Status::Ignored, native::Id::unique());
    let _ = app.update(message.unwrap());
    assert!(matches!(app.dialogs[..], [Dialog::Upload(_)]));
}

#[test]
fn an_answer_to_a_dialog_that_was_left_is_told_and_harms_no_other() {
    use crate::ipc::Fault;
    let (mut app, runtime, _) = app(false);
    let _inside = runtime.enter();
    let late = || {
        let (address, _) = crate::Address::parse("https://example.org/a").unwrap();
        let refused = vec![((address, 0), Fault::new("no"))];
        Message::AddDownload(add_download::Message::Answered(refused))
    };
    let _ = app.update(late());
    assert!(!app.notices.is_empty());
    let _ = app.update(Message::Key(Command::AddDownload));
    let _ = app.update(Message::AddDownload(add_download::Message::Answered(vec![])));
    assert_eq!(app.dialogs.len(), 1);
}

#[test]
fn dialogs_about_what_a_fresh_list_does_not_have_go() {
    let (mut app, _, _) = app(false);
    let row = running(download("a"), 1, 2, 1);
    let _ = app.update(Message::Update(Update::All(vec![row.clone()])));
    let _ = app.perform(crate::gui::verb::Verb::Remove, vec![row.id]);
    assert_eq!(app.dialogs.len(), 1);
    let _ = app.update(Message::Update(Update::All(vec![])));
    assert!(app.dialogs.is_empty());
}

#[test]
fn a_change_made_while_the_session_keeps_another_one_is_not_lost() {
    use crate::ipc::Fault;
    let (mut app, runtime, _) = app(false);
    let _inside = runtime.enter();
    let _ = app.open_settings();
    let step = || {
        let retries = settings::Setting::named("retries").unwrap();
        Message::Settings(settings::Message::Step(retries, 1))
    };
    let _ = app.update(step());
    let first = app.settings.clone();
    let _ = app.update(step());
    let _ = app.update(Message::Answer(Answer::Configured(Ok(Box::new(first.clone())))));
    assert_eq!((first.retries, app.settings.retries), (11, 12));
    let _ = app.update(Message::Answer(Answer::Configured(Err(Fault::new("no")))));
    let _ = app.update(Message::Answer(Answer::Settings(Ok(Box::new(first)))));
    assert_eq!(app.settings.retries, 11, "what was not kept is not shown");
}
