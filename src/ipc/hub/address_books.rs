//! Requests about named places and sites.

use super::Hub;
use crate::ipc::{Fault, Reply, Request};
use crate::{AddressBookEntry, Place, Site};

impl Hub {
    /// Looks something up, or writes it down.
    pub(super) async fn look_up(&self, request: Request) -> Result<Reply, Fault> {
        match request {
            Request::Destinations => return Ok(Reply::Destinations(self.all().await?)),
            Request::KeepDestination(place) => self.keep(place.unpack()).await?,
            Request::ForgetDestination { name } => self.forget::<Place>(&name).await?,
            Request::Sites => return Ok(Reply::Sites(self.all().await?)),
            Request::KeepSite(site) => self.keep(site.unpack()).await?,
            Request::ForgetSite { url } => self.forget::<Site>(Site::new(&url).name()).await?,
            _ => {}
        }
        Ok(Reply::Done)
    }

    async fn all<T: AddressBookEntry>(&self) -> Result<Vec<T>, Fault> {
        Ok(self.session.address_book().await?.iter().cloned().collect())
    }

    async fn keep<T: AddressBookEntry>(&self, entry: T) -> Result<(), Fault> {
        match self.session.keep(entry).await? {
            Some(error) => Err(Fault::new(format!("It is kept, but its secrets are not: {error}."))),
            None => Ok(()),
        }
    }

    async fn forget<T: AddressBookEntry>(&self, name: &str) -> Result<(), Fault> {
        match self.session.forget::<T>(name.to_owned()).await? {
            None => Err(Fault::new(format!("There is no “{name}”."))),
            Some(Err(error)) => {
                Err(Fault::new(format!("It is forgotten, but its secrets are not: {error}.")))
            }
            Some(Ok(())) => Ok(()),
        }
    }
}
