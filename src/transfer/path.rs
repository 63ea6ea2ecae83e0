//! Paths as they are written down and sent to other processes of the user: as text where they are text, and
//! else as the numbers of their bytes. A name is any bytes on this system, and none may be lost.

use std::ffi::OsString;
use std::fmt;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::{Path, PathBuf};

use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub(super) fn serialize<S: Serializer>(path: &Path, to: S) -> Result<S::Ok, S::Error> {
    match path.to_str() {
        Some(text) => to.serialize_str(text),
        None => to.collect_seq(path.as_os_str().as_bytes()),
    }
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<PathBuf, D::Error> {
    struct Either;

    impl<'de> Visitor<'de> for Either {
        type Value = PathBuf;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a path, or its bytes")
        }

        fn visit_str<E>(self, text: &str) -> Result<PathBuf, E> {
            Ok(text.into())
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut bytes: A) -> Result<PathBuf, A::Error> {
            let mut path = Vec::new();
            while let Some(byte) = bytes.next_element()? {
                path.push(byte);
            }
            Ok(OsString::from_vec(path).into())
        }
    }

    from.deserialize_any(Either)
}

/// The same for several.
pub(super) mod list {
    use super::{Deserialize, Deserializer, Path, PathBuf, Serialize, Serializer};

    #[derive(Deserialize)]
    #[serde(transparent)]
    struct Owned(#[serde(with = "super")] PathBuf);

    #[derive(Serialize)]
    #[serde(transparent)]
    struct Borrowed<'a>(#[serde(serialize_with = "super::serialize")] &'a Path);

    pub(in crate::transfer) fn serialize<S: Serializer>(paths: &[PathBuf], to: S) -> Result<S::Ok, S::Error> {
        to.collect_seq(paths.iter().map(|path| Borrowed(path)))
    }

    pub(in crate::transfer) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Vec<PathBuf>, D::Error> {
        Ok(Vec::<Owned>::deserialize(from)?.into_iter().map(|path| path.0).collect())
    }
}

/// For people and their programs: text, whatever it takes.
pub(super) mod shown {
    use super::{Path, PathBuf, Serializer};

    #[expect(clippy::ref_option, reason = "this is how serde calls it")]
    pub(in crate::transfer) fn one<S: Serializer>(path: &Option<PathBuf>, to: S) -> Result<S::Ok, S::Error> {
        match path {
            Some(path) => to.serialize_some(&path.to_string_lossy()),
            None => to.serialize_none(),
        }
    }

    #[expect(clippy::ref_option, reason = "this is how serde calls it")]
    pub(in crate::transfer) fn all<S: Serializer>(
        paths: &Option<Vec<PathBuf>>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        let shown = |path: &PathBuf| Path::to_string_lossy(path).into_owned();
        match paths {
            Some(paths) => to.collect_seq(paths.iter().map(shown)),
            None => to.serialize_none(),
        }
    }
}
