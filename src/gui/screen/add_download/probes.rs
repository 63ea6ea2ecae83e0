//! What servers say of the links while somebody looks at them.

use std::collections::HashMap;

use iced::task::Handle;

use super::review::Row;
use crate::ipc::Fault;
use crate::{Address, DownloadRequest, Probed};

/// Of more links nothing is asked.
const MOST: usize = 5;

/// What is known of one.
#[derive(Debug)]
pub enum Looked {
    /// The server was asked. Dropping this ends the asking.
    Asking { _asking: Option<Handle> },
    /// It has answered.
    Known(Probed),
    /// It has not, or not well.
    Failed(Fault),
}

/// What is known of each.
#[derive(Debug, Default)]
pub struct Probes(HashMap<Address, Looked>);

impl Probes {
    /// Forgets what is no longer among the links. What comes back has to be asked for, once.
    pub fn follow(&mut self, rows: &[Row]) -> Vec<DownloadRequest> {
        let rows: &[Row] = if rows.len() > MOST { &[] } else { rows };
        self.0.retain(|address, _| rows.iter().any(|row| row.address() == address));
        let mut unasked = Vec::new();
        for row in rows {
            if !self.0.contains_key(row.address()) {
                self.0.insert(row.address().clone(), Looked::Asking { _asking: None });
                unasked.push(row.entry.request.clone());
            }
        }
        unasked
    }

    /// Somebody asks for this one.
    pub fn begin(&mut self, address: &Address, asking: Handle) {
        if let Some(looked) = self.0.get_mut(address) {
            *looked = Looked::Asking { _asking: Some(asking) };
        }
    }

    /// Takes an answer.
    pub fn hear(&mut self, address: &Address, answer: Result<Probed, Fault>) {
        if let Some(looked) = self.0.get_mut(address) {
            *looked = match answer {
                Ok(probed) => Looked::Known(probed),
                Err(fault) => Looked::Failed(fault),
            };
        }
    }

    /// What is known of a link.
    pub fn of(&self, address: &Address) -> Option<&Looked> {
        self.0.get(address)
    }

    /// What its server says, if it has answered.
    pub fn known(&self, address: &Address) -> Option<&Probed> {
        match self.of(address)? {
            Looked::Known(probed) => Some(probed),
            Looked::Asking { .. } | Looked::Failed(_) => None,
        }
    }
}
