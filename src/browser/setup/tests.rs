use std::os::unix::fs::symlink;

use super::*;

struct Place {
    dir: tempfile::TempDir,
    roots: Roots,
    program: PathBuf,
}

impl Place {
    fn new(for_all: bool) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        let program = at("windlass");
        crate::create(&program, b"").unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        let roots = Roots {
            home: at("home"),
            config: at("home/.config"),
            system: at("root"),
            programs: vec![at("bin")],
            for_all,
        };
        Self { dir, roots, program }
    }

    fn standing(&self, browser: &Browser) -> Standing {
        standing(browser, &self.roots, &self.program).0
    }

    fn file(&self, browser: &Browser) -> PathBuf {
        standing(browser, &self.roots, &self.program).1.unwrap()
    }
}

#[test]
fn every_browser_is_told_in_its_own_folder_and_can_be_untold() {
    for for_all in [false, true] {
        let place = Place::new(for_all);
        for browser in Browser::all().iter().filter(|browser| browser.folder(&place.roots).is_some()) {
            assert_eq!(place.standing(browser), Standing::NotInstalled);
            let file = install(browser, &place.roots, &place.program).unwrap();
            assert!(
                file.starts_with(place.dir.path()) && file.ends_with("org.windlass.windlass.json"),
                "{file:?}"
            );
            assert_eq!(place.standing(browser), Standing::Installed, "{}", browser.name);
            assert_eq!(install(browser, &place.roots, &place.program).unwrap(), file);
            assert_eq!(file.metadata().unwrap().mode() & 0o777, if for_all { 0o644 } else { 0o600 });
            assert!(uninstall(browser, &place.roots).unwrap());
            assert!(!uninstall(browser, &place.roots).unwrap());
            assert!(!file.parent().unwrap().exists(), "it was made for this");
        }
    }
}

#[test]
fn a_browser_is_here_if_its_program_or_its_folder_is() {
    let place = Place::new(false);
    let [chromium, firefox] = ["chromium", "firefox"].map(|name| Browser::named(name).unwrap());
    assert!(!chromium.is_here(&place.roots) && !firefox.is_here(&place.roots));
    std::fs::create_dir_all(place.roots.config.join("chromium")).unwrap();
    std::fs::create_dir_all(&place.roots.programs[0]).unwrap();
    crate::create(&place.roots.programs[0].join("firefox-esr"), b"").unwrap();
    assert!(chromium.is_here(&place.roots) && firefox.is_here(&place.roots));
}

#[test]
fn a_program_that_was_moved_or_is_gone_is_noticed_and_told_anew() {
    let (place, browser) = (Place::new(false), Browser::named("firefox").unwrap());
    install(&browser, &place.roots, &place.program).unwrap();
    let other = place.dir.path().join("other");
    std::fs::rename(&place.program, &other).unwrap();
    assert_eq!(place.standing(&browser), Standing::Gone { program: place.program.clone() });
    install(&browser, &place.roots, &other).unwrap();
    assert_eq!(place.standing(&browser), Standing::Old { program: other.clone() });
    assert_eq!(standing(&browser, &place.roots, &other).0, Standing::Installed);
}

#[test]
fn what_is_not_ours_stays_as_it_is() {
    let (place, browser) = (Place::new(false), Browser::named("chromium").unwrap());
    let (file, target) = (place.file(&browser), place.dir.path().join("target"));
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    crate::create(&target, Manifest::new(browser.kind, &place.program).text().as_bytes()).unwrap();
    let check = || {
        assert_eq!(place.standing(&browser), Standing::Foreign);
        let refused = install(&browser, &place.roots, &place.program).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::AlreadyExists);
        assert!(uninstall(&browser, &place.roots).is_err());
        assert!(file.symlink_metadata().is_ok());
    };
    symlink(&target, &file).unwrap();
    check();
    std::fs::remove_file(&file).unwrap();
    crate::create(&file, br#"{"name": "org.other", "path": "/bin/sh"}"#).unwrap();
    check();
    std::fs::remove_file(&file).unwrap();
    std::fs::create_dir(&file).unwrap();
    check();
}

#[test]
fn where_a_browser_looks_for_all_users_may_not_be_known() {
    let (place, browser) = (Place::new(true), Browser::named("vivaldi").unwrap());
    assert_eq!(place.standing(&browser), Standing::Unknown);
    let refused = install(&browser, &place.roots, &place.program).unwrap_err();
    assert_eq!(refused.kind(), io::ErrorKind::Unsupported);
}
