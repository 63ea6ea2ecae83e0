//! Where the program is.

use std::ffi::OsString;
use std::io;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::path::{Path, PathBuf};

/// Where the program can be started from later: of an `AppImage` its file, not what is mounted while it runs; of one
/// that was replaced meanwhile the new one.
///
/// # Errors
/// If the system does not say.
pub fn path() -> io::Result<PathBuf> {
    let program = std::env::current_exe()?;
    let image = image(&program, std::env::var_os("APPDIR"), std::env::var_os("APPIMAGE"));
    Ok(image.or_else(|| replaced(&program)).unwrap_or(program))
}

/// The image that is mounted where the program lies. The program may also have been started by another image.
fn image(program: &Path, mounted: Option<OsString>, image: Option<OsString>) -> Option<PathBuf> {
    let (mounted, image) = (PathBuf::from(mounted?), PathBuf::from(image?));
    (mounted.is_absolute() && program.starts_with(mounted) && image.is_file()).then_some(image)
}

/// What lies where the program lay (proc(5), "exe").
fn replaced(program: &Path) -> Option<PathBuf> {
    let before = program.as_os_str().as_bytes().strip_suffix(b" (deleted)")?;
    let before = PathBuf::from(OsString::from_vec(before.to_vec()));
    (!program.exists() && before.is_file()).then_some(before)
}

#[cfg(test)]
mod tests {
    use std::fs::File;

    use super::*;

    #[test]
    fn an_image_stands_for_what_is_mounted_and_for_nothing_else() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("Windlass.AppImage");
        File::create_new(&file).unwrap();
        let of = |program: &str| {
            image(Path::new(program), Some("/tmp/.mount_W".into()), Some(file.clone().into()))
        };
        assert_eq!(of("/tmp/.mount_W/usr/bin/windlass"), Some(file.clone()));
        assert_eq!(of("/usr/bin/windlass"), None, "somebody else's image started it");
        let program = Path::new("/tmp/.mount_W/usr/bin/windlass");
        assert_eq!(image(program, Some("/tmp/.mount_W".into()), Some("/gone".into())), None);
        assert_eq!(image(program, None, Some(file.into())), None);
    }

    #[test]
    fn a_program_that_was_replaced_while_it_ran_is_found_where_it_was() {
        let dir = tempfile::tempdir().unwrap();
        let (file, seen) = (dir.path().join("windlass"), dir.path().join("windlass (deleted)"));
        assert_eq!(replaced(&seen), None, "nothing came instead");
        File::create_new(&file).unwrap();
        assert_eq!(replaced(&seen), Some(file.clone()));
        assert_eq!(replaced(&file), None);
        File::create_new(&seen).unwrap();
        assert_eq!(replaced(&seen), None, "that is its name");
    }
}
