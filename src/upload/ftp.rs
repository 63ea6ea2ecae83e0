//! Servers of FTP, as uploads use them.

use super::beside::Server;
use super::desk::Desk;
use crate::net::{Caller, FtpSender, Place};
use crate::transfer::{Address, Failure};

impl Server for FtpSender {
    async fn connect(desk: &Desk<'_>, caller: &Caller<'_>) -> Result<Self, Failure> {
        desk.net.to_ftp(caller).await
    }

    fn path(url: &Address) -> Result<Vec<u8>, Failure> {
        Self::path(url)
    }

    fn unsure(&self) -> Option<u64> {
        self.goes_on().then_some(Self::UNSURE)
    }

    fn tells_sizes(&self) -> bool {
        self.tells_sizes()
    }

    async fn look(&mut self, path: &[u8]) -> Result<Place, Failure> {
        self.look(path).await
    }

    async fn begin(&mut self, desk: &Desk<'_>, path: &[u8], offset: u64) -> Result<bool, Failure> {
        let way = desk.net.way(&desk.request.url)?;
        let dial = desk.net.dial(way.as_ref(), desk.attempt.timeouts);
        self.begin(dial, path, offset).await
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<Option<u64>, Failure> {
        self.write(bytes).await.map(|()| None)
    }

    async fn end(&mut self) -> Result<(), Failure> {
        self.end().await
    }

    async fn rename(&mut self, from: &[u8], to: &[u8], _: bool) -> Result<(), Failure> {
        self.rename(from, to).await
    }

    async fn remove(&mut self, path: &[u8]) -> Result<(), Failure> {
        self.remove(path).await
    }

    fn keep(self) {
        self.keep();
    }
}
