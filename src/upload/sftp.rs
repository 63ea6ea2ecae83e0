//! Servers of SFTP, as uploads use them.

use super::beside::Server;
use super::desk::Desk;
use crate::net::{Caller, Place, SftpSender};
use crate::transfer::{Address, Failure};

impl Server for SftpSender {
    async fn connect(desk: &Desk<'_>, caller: &Caller<'_>) -> Result<Self, Failure> {
        desk.net.to_sftp(caller).await
    }

    fn path(url: &Address) -> Result<Vec<u8>, Failure> {
        Self::path(url)
    }

    fn unsure(&self) -> Option<u64> {
        Some(Self::UNSURE)
    }

    fn tells_sizes(&self) -> bool {
        true
    }

    async fn look(&mut self, path: &[u8]) -> Result<Place, Failure> {
        self.look(path).await
    }

    async fn begin(&mut self, _: &Desk<'_>, path: &[u8], offset: u64) -> Result<bool, Failure> {
        self.begin(path, offset).await.map(|()| true)
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<Option<u64>, Failure> {
        self.write(bytes).await.map(Some)
    }

    async fn end(&mut self) -> Result<(), Failure> {
        self.end().await
    }

    async fn rename(&mut self, from: &[u8], to: &[u8], replace: bool) -> Result<(), Failure> {
        self.rename(from, to, replace).await
    }

    async fn remove(&mut self, path: &[u8]) -> Result<(), Failure> {
        self.remove(path).await
    }

    fn keep(self) {
        self.keep();
    }
}
