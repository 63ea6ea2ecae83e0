//! Headers as they stand in a file that people may write by hand: lines in quotes, as they are typed on the command
//! line, and of the secret ones their names alone.

use serde::{Deserialize, Serialize};

use super::Headers;
use crate::transfer::is_default;

/// See the module.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub(in crate::transfer) struct Written {
    #[serde(skip_serializing_if = "is_default")]
    headers: Vec<String>,
    /// The names of headers whose values are secret.
    #[serde(skip_serializing_if = "is_default")]
    secret_headers: Vec<String>,
    /// The name to log in with where no password goes with it.
    #[serde(skip_serializing_if = "is_default")]
    user: String,
    #[serde(skip_serializing_if = "is_default")]
    host_key: String,
}

impl From<&Headers> for Written {
    fn from(headers: &Headers) -> Self {
        Self {
            headers: headers.plain().map(|(name, value)| format!("{name}: {value}")).collect(),
            secret_headers: headers.secret_names().map(str::to_owned).collect(),
            user: headers.user().unwrap_or_default().to_owned(),
            host_key: headers.host_key().unwrap_or_default().to_owned(),
        }
    }
}

impl TryFrom<Written> for Headers {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, String> {
        let mut headers = Self::default();
        for line in &written.headers {
            headers.add_line(line).map_err(|error| error.to_string())?;
        }
        for name in &written.secret_headers {
            headers.expect(name);
        }
        if !written.user.is_empty() {
            headers.set_user(&written.user);
        }
        if !written.host_key.is_empty() {
            headers.set_host_key(&written.host_key).map_err(|error| error.to_string())?;
        }
        Ok(headers)
    }
}
