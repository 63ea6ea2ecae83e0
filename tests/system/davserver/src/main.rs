//! A WebDAV server of the crate dav-server, for the system tests: `davserver PORT FOLDER`.

use std::convert::Infallible;
use std::error::Error;

use dav_server::{DavHandler, fakels::FakeLs, localfs::LocalFs};
use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let [port, folder] = <[String; 2]>::try_from(std::env::args().skip(1).collect::<Vec<_>>())
        .map_err(|_| "davserver PORT FOLDER")?;
    let files = LocalFs::new(folder, true, false, false);
    let handler = DavHandler::builder().filesystem(files).locksystem(FakeLs::new()).build_handler();
    let listener = TcpListener::bind(("127.0.0.1", port.parse()?)).await?;
    loop {
        let (caller, _) = listener.accept().await?;
        let handler = handler.clone();
        tokio::spawn(async move {
            let answer = service_fn(|request| {
                let handler = handler.clone();
                async move { Ok::<_, Infallible>(handler.handle(request).await) }
            });
            // Callers are cut off all the time here.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(caller), answer).await;
        });
    }
}
