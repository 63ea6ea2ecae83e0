//! In which order transfers start.

use windlass::{Change, DownloadRequest, Phase, Priority};

use crate::server::{Gate, Server, content, serve_file};
use crate::{open, run, until};

#[test]
fn those_of_high_priority_start_first_and_of_equal_ones_the_oldest() {
    let dir = tempfile::tempdir().unwrap();
    let (gate, body) = (Gate::default(), content(3, 10_000));
    let closed = gate.clone();
    let server = Server::start(move |request, reply| {
        if request.path == "/first" {
            closed.pass();
        }
        serve_file(&body, "\"v1\"", request, reply);
    });
    let session = open(dir.path());
    run(&session, async {
        let mut settings = session.settings().await.unwrap();
        settings.max_running = 1;
        session.configure(settings).await.unwrap();
        let start = async |name: &str, priority: f32| {
            let mut request = DownloadRequest::new(&server.url(name)).unwrap().into_folder(dir.path());
            request.terms.priority = Priority::try_from(priority).unwrap();
            session.start_download(request).await.unwrap()
        };
        let first = start("first", 0.0).await;
        until(&first, |first| first.state == Phase::Running).await;
        let mut waiting = Vec::new();
        for (name, priority) in [("low", 0.1), ("old", 0.5), ("young", 0.5), ("high", 0.9), ("changed", 0.2)]
        {
            waiting.push(start(name, priority).await);
        }
        waiting[4].amend(Change::parse("priority", "1.0").unwrap()).await.unwrap();
        gate.open();
        let mut ended = Vec::new();
        for download in &waiting {
            ended.push(download.settled().await.unwrap());
        }
        assert!(ended.iter().all(|download| download.state == Phase::Completed));
        ended.sort_by_key(|download| download.started);
        let names: Vec<_> = ended.iter().map(|download| download.name.as_str()).collect();
        assert_eq!(names, ["changed", "high", "old", "young", "low"]);
        assert!((ended[0].priority - 1.0).abs() < f32::EPSILON);
    });
}
