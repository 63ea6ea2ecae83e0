//! A list, then what happens: together they are the list as it is now.

use std::collections::BTreeMap;
use std::path::Path;

use futures_util::StreamExt as _;
use futures_util::stream::BoxStream;
use proptest::prelude::*;
use windlass::ipc::{Client, Control as _, Reply, Request, Update, Which, WithSecrets};
use windlass::{Address, DownloadRequest, Event, Place, Position, Settings, Site, Snapshot};

use super::start;

/// What somebody does, to one of the transfers that are there.
#[derive(Clone, Debug)]
enum Step {
    Add,
    Pause(usize),
    Resume(usize),
    Cancel(usize),
    Restart(usize),
    Remove(usize),
    Priority(usize, u8),
    First(usize),
    Before(usize, usize),
    Group(usize, u8),
    Serial(u8),
    Ungroup(u8),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let at = 0..20_usize;
    let step = prop_oneof![
        4 => Just(Step::Add),
        1 => at.clone().prop_map(Step::Pause),
        1 => at.clone().prop_map(Step::Resume),
        1 => at.clone().prop_map(Step::Cancel),
        1 => at.clone().prop_map(Step::Restart),
        1 => at.clone().prop_map(Step::Remove),
        1 => (at.clone(), 0..10_u8).prop_map(|(at, priority)| Step::Priority(at, priority)),
        1 => at.clone().prop_map(Step::First),
        1 => (at.clone(), at.clone()).prop_map(|(at, other)| Step::Before(at, other)),
        1 => (at, 0..3_u8).prop_map(|(at, group)| Step::Group(at, group)),
        1 => (0..3_u8).prop_map(Step::Serial),
        1 => (0..3_u8).prop_map(Step::Ungroup),
    ];
    proptest::collection::vec(step, 1..40)
}

/// A download that waits for a time which does not come.
fn later(dir: &Path) -> Request {
    let mut request = DownloadRequest::new("http://127.0.0.1:9/a").unwrap().into_folder(dir);
    request.terms.start_at = Some("2400-01-01T00:00:00Z".parse().unwrap());
    Request::Downloads(vec![*WithSecrets::pack(request)])
}

async fn list(client: &Client) -> Vec<Snapshot> {
    let Ok(Reply::Transfers(list)) = client.ask(Request::List).await else { panic!() };
    list
}

/// Does that; much of it makes no sense to the session, which then does not do it.
async fn take(client: &Client, step: Step, dir: &Path) {
    let all = list(client).await;
    let id = |at: usize| all.get(at % all.len().max(1)).map_or_else(String::new, |one| one.id.to_string());
    let which = |at| Which::Ids(vec![id(at)]);
    let group = |number: u8| format!("group {number}").parse().unwrap();
    let set =
        |at, key: &str, value: String| Request::Amend { id: id(at), changes: vec![(key.into(), value)] };
    let request = match step {
        Step::Add => later(dir),
        Step::Pause(at) => Request::Pause(which(at)),
        Step::Resume(at) => Request::Resume(which(at)),
        Step::Cancel(at) => Request::Cancel(which(at)),
        Step::Restart(at) => Request::Restart(which(at)),
        Step::Remove(at) => Request::Remove { which: which(at), delete_file: false },
        Step::Priority(at, tenths) => set(at, "priority", format!("0.{tenths}")),
        Step::First(at) => Request::Move { id: id(at), to: Position::First },
        Step::Before(at, other) => Request::Move { id: id(at), to: Position::Before(id(other)) },
        Step::Group(at, number) => set(at, "group", format!("group {number}")),
        Step::Serial(number) => {
            let mut group = windlass::Group::new(group(number));
            group.serial = true;
            Request::SetGroup(Box::new(group))
        }
        Step::Ungroup(number) => Request::RemoveGroup { name: group(number) },
    };
    _ = client.ask(request).await;
}

type Known = BTreeMap<String, serde_json::Value>;

/// All there is to know of these.
fn known(list: &[Snapshot]) -> Known {
    list.iter().map(|one| (one.id.to_string(), serde_json::to_value(one).unwrap())).collect()
}

/// What a listener knows when it has been told of a group of this name.
async fn follow(mut updates: BoxStream<'static, Update>, mut seen: Known, last: &str) -> Known {
    loop {
        match updates.next().await.unwrap() {
            Update::All(all) => seen = known(&all),
            Update::Event(Event::Added { transfer } | Event::Changed { transfer }) => {
                seen.insert(transfer.id.to_string(), serde_json::to_value(&*transfer).unwrap());
            }
            Update::Event(Event::Removed { id }) => _ = seen.remove(&id.to_string()),
            Update::Event(Event::Group { group }) if group.group.name.as_str() == last => return seen,
            _ => {}
        }
    }
}

/// Stops all, and waits until nothing more happens by itself.
async fn rest(client: &Client) {
    use windlass::Phase::{Cancelled, Completed, Failed, Paused};
    let rests = |one: &Snapshot| matches!(one.state, Cancelled | Completed | Failed | Paused);
    while !list(client).await.iter().all(rests) {
        client.ask(Request::Pause(Which::All)).await.unwrap();
    }
}

/// Makes every listener hear that this was the last that happened.
async fn end(client: &Client, last: &str) {
    let group = windlass::Group::new(last.parse().unwrap());
    client.ask(Request::SetGroup(Box::new(group))).await.unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_list_and_what_happened_since_are_the_list_as_it_is_now(steps in steps(), others in steps()) {
        let dir = tempfile::tempdir().unwrap();
        let running = start(dir.path());
        let (followed, there) = running.run(async {
            let (client, other) = (running.connect().await, running.connect().await);
            // Everybody comes at another moment, and in the middle of something.
            let mut followers = Vec::new();
            let work = async {
                for step in others {
                    take(&other, step, dir.path()).await;
                }
            };
            let watching = async {
                for (number, step) in steps.into_iter().enumerate() {
                    if number % 5 == 0 {
                        followers.push(tokio::spawn(follow(running.connect().await.updates(), Known::new(), "last")));
                    }
                    take(&client, step, dir.path()).await;
                }
            };
            tokio::join!(work, watching);
            rest(&client).await;
            // Who has come late may not hear it the first time.
            while !followers.iter().all(tokio::task::JoinHandle::is_finished) {
                end(&client, "last").await;
                tokio::task::yield_now().await;
            }
            let mut followed = Vec::new();
            for follower in followers {
                followed.push(follower.await.unwrap());
            }
            (followed, known(&list(&client).await))
        });
        for seen in followed {
            prop_assert_eq!(&seen, &there);
        }
    }
}

/// Transfers that all change at once.
const MANY: usize = 30;

#[test]
fn a_listener_that_falls_behind_is_given_everything_again() {
    let dir = tempfile::tempdir().unwrap();
    let running = start(dir.path());
    running.run(async {
        let client = running.connect().await;
        // In this process, where no socket holds anything back: nothing is taken until much has happened.
        let mut updates = running.hub.window().updates();
        assert!(matches!(updates.next().await, Some(Update::All(_))));
        for _ in 0..MANY {
            client.ask(later(dir.path())).await.unwrap();
        }
        // Each of these is one word to the disk and many to whoever listens.
        for _ in 0..3000 / MANY {
            client.ask(Request::Pause(Which::All)).await.unwrap();
            client.ask(Request::Resume(Which::All)).await.unwrap();
        }
        let Some(Update::All(all)) = updates.next().await else { panic!() };
        assert_eq!(all.len(), MANY);
        end(&client, "last").await;
        let seen = follow(updates, known(&all), "last").await;
        assert_eq!(seen, known(&list(&client).await));
    });
}

#[test]
fn what_is_set_and_kept_is_told_to_everybody_else() {
    let dir = tempfile::tempdir().unwrap();
    let running = start(dir.path());
    running.run(async {
        let (one, other) = (running.connect().await, running.connect().await);
        let mut updates = other.updates();
        assert!(matches!(updates.next().await, Some(Update::All(_))));
        let set = Settings { max_running: 7, ..Settings::default() };
        for _ in 0..2 {
            one.ask(Request::Configure(Box::new(set.clone()))).await.unwrap();
        }
        let Some(Update::Event(Event::Settings { settings })) = updates.next().await else { panic!() };
        assert_eq!(*settings, set);
        let (url, _) = Address::parse("https://example.org/in/").unwrap();
        let place = Place::new("Work", url.clone()).unwrap();
        one.ask(Request::KeepDestination(WithSecrets::pack(place))).await.unwrap();
        let told = updates.next().await;
        assert!(matches!(told, Some(Update::Event(Event::Destinations))), "only a change is told: {told:?}");
        one.ask(Request::ForgetDestination { name: "Work".to_owned() }).await.unwrap();
        assert!(matches!(updates.next().await, Some(Update::Event(Event::Destinations))));
        one.ask(Request::KeepSite(WithSecrets::pack(Site::new(&url)))).await.unwrap();
        assert!(matches!(updates.next().await, Some(Update::Event(Event::Sites))));
        one.ask(Request::ForgetSite { url }).await.unwrap();
        assert!(matches!(updates.next().await, Some(Update::Event(Event::Sites))));
    });
}
