//! A first look at a file, before anybody decides to get it: one byte is asked for, and the answer judged like
//! that to any other request.

use serde::{Deserialize, Serialize};

use super::judge::{Asked, Verdict, judge};
use super::name;
use crate::attempt::Timeouts;
use crate::net::{Answer, Get, Net};
use crate::transfer::{DownloadRequest, ErrorKind, Failure, Redaction};

/// What a server says of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Probed {
    /// What it will be called; a harmless file name.
    pub name: String,
    /// Its length in bytes, if the server says it.
    pub size: Option<u64>,
    /// Whether it can be gone on with in the middle.
    pub resumable: bool,
    /// Whether it is a web page.
    pub page: bool,
}

impl Probed {
    /// What the server of the file that `request` is for says of it.
    ///
    /// # Errors
    /// If no answer comes, or none with which a download could begin.
    pub(crate) async fn ask(
        net: &Net,
        request: &DownloadRequest,
        timeouts: Timeouts,
    ) -> Result<Self, Failure> {
        let url = &request.url;
        let get = Get { url, headers: &request.headers, offset: 0, end: Some(1), version: None, timeouts };
        let looked = match net.get(&get).await {
            Ok(answer) => judged(&answer, request),
            Err(failure) => Err(failure),
        };
        looked.map_err(|mut failure| {
            Redaction::of(&request.headers, url, &net.secrets_for(url)).hide_in_failure(&mut failure);
            failure
        })
    }
}

fn judged(answer: &Answer, request: &DownloadRequest) -> Result<Probed, Failure> {
    let disposition = answer.headers().get(http::header::CONTENT_DISPOSITION);
    let name = name::stated(disposition, &request.url, &answer.url);
    let asked = Asked { end: Some(1), ..Asked::default() };
    match judge(&asked, &name, answer.status().as_u16(), answer.headers()) {
        Verdict::Write(grant) => {
            Ok(Probed { name, size: grant.total, resumable: grant.resumable, page: grant.page })
        }
        Verdict::Complete { total } => Ok(Probed { name, size: Some(total), resumable: true, page: false }),
        Verdict::Refuse(failure) => Err(failure.about(answer.url.host())),
        // These are about bytes that are here already.
        Verdict::StartOver | Verdict::Distrust | Verdict::Changed(_) | Verdict::Page => {
            Err(Failure::new(ErrorKind::ErrorHttpInvalidServerResponse).about(answer.url.host()))
        }
    }
}
