use std::collections::HashSet;
use std::sync::mpsc::{Receiver, Sender, channel};

use futures_util::FutureExt as _;
use futures_util::future::join_all;
use proptest::prelude::*;
use tokio::runtime::Builder;

use super::*;

#[derive(Clone, Debug, PartialEq)]
enum Event {
    Worked(usize),
    Began(PathBuf, usize),
    Ended(PathBuf, usize),
    Told(usize),
}

/// Takes down what happens, and lets only what is let through.
#[derive(Clone, Default)]
struct Diary(Arc<Mutex<Vec<Event>>>);

impl Diary {
    fn add(&self, event: Event) {
        self.0.lock().unwrap().push(event);
    }

    fn syncs(&self) -> usize {
        self.0.lock().unwrap().iter().filter(|event| matches!(event, Event::Began(..))).count()
    }

    fn together(&self, then: impl Fn(usize) -> io::Result<()> + Send + Sync + 'static) -> Together {
        let diary = self.clone();
        let sync = move |target: &Target| {
            let Target::Folder(folder) = target else { return Ok(()) };
            let number = diary.syncs();
            diary.add(Event::Began(folder.clone(), number));
            let end = then(number);
            diary.add(Event::Ended(folder.clone(), number));
            end
        };
        Together { waiting: Arc::default(), sync: Arc::new(sync) }
    }

    async fn change_name(&self, together: &Together, folder: &str, number: usize) -> io::Result<()> {
        let (diary, path) = (self.clone(), PathBuf::from(folder));
        let work = move || {
            diary.add(Event::Worked(number));
            Ok(((), Target::Folder(path)))
        };
        let end = together.run(Path::new(folder), work).await;
        self.add(Event::Told(number));
        end
    }
}

/// A sync whose first call says that it has begun, and ends when it may.
fn held() -> (Receiver<()>, Sender<()>, impl Fn(usize) + Send + Sync) {
    let ((has_begun, begun), (go, may_go)) = (channel(), channel());
    let gate = Mutex::new((has_begun, may_go));
    let hold = move |number| {
        let gate = gate.lock().unwrap();
        if number == 0 {
            gate.0.send(()).unwrap();
            gate.1.recv().unwrap();
        }
    };
    (begun, go, hold)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn nobody_is_told_before_a_sync_that_began_after_his_work_has_ended(
        works in prop::collection::vec(0..3_usize, 1..60),
    ) {
        let runtime = Builder::new_multi_thread().worker_threads(2).build().unwrap();
        let diary = Diary::default();
        let together = diary.together(|_| Ok(()));
        let tasks = works.iter().enumerate().map(|(number, folder)| {
            let (diary, together, folder) = (diary.clone(), together.clone(), ["a", "b", "c"][*folder]);
            runtime.spawn(async move { diary.change_name(&together, folder, number).await })
        });
        let ends = runtime.block_on(join_all(tasks.collect::<Vec<_>>()));
        prop_assert!(ends.into_iter().all(|end| end.unwrap().is_ok()));
        // Waits for whoever is still at work.
        drop(runtime);
        let events = diary.0.lock().unwrap().clone();
        let place = |event: Event| events.iter().position(|known| *known == event).unwrap();
        for (number, folder) in works.iter().enumerate() {
            let folder = PathBuf::from(["a", "b", "c"][*folder]);
            let (worked, told) = (place(Event::Worked(number)), place(Event::Told(number)));
            let begun = events[worked..told].iter().filter_map(|event| match event {
                Event::Began(synced, number) if *synced == folder => Some(*number),
                _ => None,
            });
            let ended: HashSet<_> = events[worked..told].iter().filter_map(|event| match event {
                Event::Ended(synced, number) if *synced == folder => Some(*number),
                _ => None,
            }).collect();
            prop_assert!(begun.into_iter().any(|number| ended.contains(&number)));
        }
        prop_assert!(together.lock().is_empty(), "nobody is at work any more");
    }
}

#[tokio::test]
async fn those_who_come_while_a_sync_runs_share_the_next_one() {
    let (begun, go, hold) = held();
    let diary = Diary::default();
    let together = diary.together(move |number| {
        hold(number);
        Ok(())
    });
    let mut first = Box::pin(diary.change_name(&together, "a", 0));
    assert!(first.as_mut().now_or_never().is_none());
    begun.recv().unwrap();
    let mut others: Vec<_> =
        (1..40).map(|number| Box::pin(diary.change_name(&together, "a", number))).collect();
    assert!(others.iter_mut().all(|other| other.as_mut().now_or_never().is_none()));
    go.send(()).unwrap();
    first.await.unwrap();
    assert!(join_all(others).await.iter().all(Result::is_ok));
    assert_eq!(diary.syncs(), 2);
}

#[tokio::test]
async fn an_error_reaches_everybody_who_waited_for_it_and_nobody_else() {
    let (begun, go, hold) = held();
    let diary = Diary::default();
    let together = diary.together(move |number| {
        hold(number);
        if number == 1 { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
    });
    let mut first = Box::pin(diary.change_name(&together, "a", 0));
    assert!(first.as_mut().now_or_never().is_none());
    begun.recv().unwrap();
    let mut others: Vec<_> =
        (1..5).map(|number| Box::pin(diary.change_name(&together, "a", number))).collect();
    assert!(others.iter_mut().all(|other| other.as_mut().now_or_never().is_none()));
    go.send(()).unwrap();
    first.await.unwrap();
    for end in join_all(others).await {
        assert_eq!(end.unwrap_err().kind(), io::ErrorKind::StorageFull);
    }
    diary.change_name(&together, "a", 5).await.unwrap();
}

#[tokio::test]
async fn work_that_failed_is_told_at_once_and_holds_nobody_up() {
    let diary = Diary::default();
    let together = diary.together(|_| Ok(()));
    let fails = together.run(Path::new("a"), || Err::<((), Target), _>(io::ErrorKind::AlreadyExists.into()));
    let (failed, done) = tokio::join!(fails, diary.change_name(&together, "a", 1));
    assert_eq!(failed.unwrap_err().kind(), io::ErrorKind::AlreadyExists);
    done.unwrap();
}

#[tokio::test]
async fn work_that_panics_has_failed_and_the_rest_goes_on() {
    let (begun, go, hold) = held();
    let diary = Diary::default();
    let together = diary.together(move |number| {
        hold(number);
        Ok(())
    });
    let mut first = Box::pin(diary.change_name(&together, "a", 0));
    assert!(first.as_mut().now_or_never().is_none());
    begun.recv().unwrap();
    let mut panics = Box::pin(together.run::<()>(Path::new("a"), || panic!("as it should")));
    let mut other = Box::pin(diary.change_name(&together, "a", 1));
    assert!(panics.as_mut().now_or_never().is_none() && other.as_mut().now_or_never().is_none());
    go.send(()).unwrap();
    first.await.unwrap();
    assert!(panics.await.is_err());
    other.await.unwrap();
}

#[test]
fn many_targets_of_a_slow_disk_are_all_synced_and_all_told() {
    let synced = Arc::new(Mutex::new(HashSet::new()));
    let (told, heard) = channel();
    let groups = (0..100).map(|number: usize| {
        let told = told.clone();
        let tell: Box<dyn FnOnce(io::Result<()>) + Send> = Box::new(move |_| told.send(number).unwrap());
        (Target::Folder(number.to_string().into()), vec![tell])
    });
    let log = synced.clone();
    let sync: Syncing = Arc::new(move |target: &Target| {
        let Target::Folder(folder) = target else { return Ok(()) };
        log.lock().unwrap().insert(folder.clone());
        Ok(())
    });
    assert!(sync_all(groups.collect(), &sync, true));
    drop(told);
    assert_eq!((heard.iter().collect::<HashSet<_>>().len(), synced.lock().unwrap().len()), (100, 100));
}
