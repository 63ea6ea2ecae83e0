//! Requests about named places and sites.

use super::Hub;
use crate::ipc::{Fault, Reply, Request};
use crate::{AddressBookEntry, Place, Site};

impl Hub {
    /// Looks something up, or writes it down.
    pub(super) async fn look_up(&self, request: Request) -> Result<Reply, Fault> {
        match request {
            Request::Destinations => return Ok(Reply::Destinations(self.all().await?)),
            Request::KeepDestination(place) => self.keep(None, place.unpack()).await?,
            Request::ChangeDestination { name, to } => self.keep(Some(name), to.unpack()).await?,
            Request::ForgetDestination { name } => self.forget::<Place>(&name).await?,
            Request::Sites => return Ok(Reply::Sites(self.all().await?)),
            Request::KeepSite(site) => self.keep(None, site.unpack()).await?,
            Request::ChangeSite { url, to } => {
                self.keep(Some(Site::new(&url).name().to_owned()), to.unpack()).await?;
            }
            Request::ForgetSite { url } => self.forget::<Site>(Site::new(&url).name()).await?,
            _ => {}
        }
        Ok(Reply::Done)
    }

    async fn all<T: AddressBookEntry>(&self) -> Result<Vec<T>, Fault> {
        Ok(self.session.address_book().await?.iter().cloned().collect())
    }

    /// Keeps an entry, in place of the one that is called `name` if that is said.
    async fn keep<T: AddressBookEntry>(&self, name: Option<String>, entry: T) -> Result<(), Fault> {
        let name = name.unwrap_or_else(|| entry.name().to_owned());
        match self.session.keep_instead(name, entry).await? {
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
