//! The settings: one RON file, written by hand or by the program.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::document;
use super::looks::{Accent, Appearance, Contrast, Motion};
use super::window::Window;
use crate::transfer::{DataPlan, OnChange, Period, Saving};

/// Everything that can be set. A field that is missing has its default, a number out of bounds is brought
/// in, and a field that this version does not know is kept as it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub struct Settings {
    /// The folder for downloads; empty means the desktop's own.
    pub download_folder: PathBuf,
    /// How many transfers run at once, 1 to 1000.
    pub max_running: usize,
    /// How many of them at the same server, up to 1000; 0 means as many.
    pub max_per_host: usize,
    /// Bytes a second that all transfers together may move, in both directions; 0 means no limit.
    pub speed_limit: u64,
    /// The same of all downloads.
    pub download_limit: u64,
    /// The same of all uploads.
    pub upload_limit: u64,
    /// Times of the day with limits of their own, or at which nothing runs; the first that it is holds.
    pub windows: Vec<Window>,
    /// Bytes that may go over metered networks in each period, in both directions; 0 means no plan.
    pub data_plan: u64,
    /// After what that begins anew: `day`, `week` or `month`.
    pub data_plan_period: Period,
    /// On which day: of a month (1 to 31; the last one of a month that is too short), or of a week (1, Monday, to 7).
    pub data_plan_begins: u8,
    /// Whether nothing may go beyond it, whatever a transfer may cost.
    pub keep_to_data_plan: bool,
    /// Whether transfers wait while the computer runs on its battery.
    pub pause_on_battery: bool,
    /// They wait on a battery that has less than this, in percent.
    pub pause_below_percent: u8,
    /// Whether they wait while the desktop saves power.
    pub pause_in_power_saver: bool,
    /// Tries in a row without a byte of progress before a transfer fails.
    pub retries: u32,
    /// What becomes of a download whose remote file was changed: `pause` or `restart`.
    pub on_change: OnChange,
    /// The shortest part of a file that is worth a connection of its own, in bytes, at least 4 KiB.
    pub min_split: u64,
    /// Seconds that a connection may take to come about.
    pub connect_timeout: u64,
    /// Seconds that a server may be silent.
    pub silence_timeout: u64,
    /// The address of a proxy, without a login; `direct` for none, empty for what the environment says.
    pub proxy: String,
    /// Whether a file of checksums is looked for beside each download.
    pub find_checksums: bool,
    /// `system`, or a language such as `ja` or `zh-CN`.
    pub language: String,
    /// Light or dark.
    pub appearance: Appearance,
    /// How clearly everything stands out: `system`, `normal` or `high`.
    pub contrast: Contrast,
    /// The colour of what is to be done next: `system` or `own`.
    pub accent: Accent,
    /// Whether things move by themselves: `system`, `full` or `reduced`.
    pub motion: Motion,
    /// How large everything is, in percent, 80 to 200.
    pub text_scale: u16,
    /// Whether ends are announced on the desktop.
    pub notifications: bool,
    /// Whether downloads are put among the recent files of the desktop.
    pub recent_files: bool,
    /// Whether the program starts at login, without a window.
    pub autostart: bool,
    /// Whether the computer is kept from falling asleep by itself while transfers run.
    pub inhibit_sleep: bool,
    /// Whether the window is drawn by the graphics card.
    pub hardware_acceleration: bool,
    /// Fields of other versions.
    #[serde(flatten)]
    pub other: BTreeMap<String, ron::Value>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            download_folder: PathBuf::new(),
            max_running: 5,
            max_per_host: 0,
            speed_limit: 0,
            download_limit: 0,
            upload_limit: 0,
            windows: Vec::new(),
            data_plan: 0,
            data_plan_period: Period::Month,
            data_plan_begins: 1,
            keep_to_data_plan: false,
            pause_on_battery: false,
            pause_below_percent: 0,
            pause_in_power_saver: false,
            retries: 10,
            on_change: OnChange::Pause,
            min_split: 256 * 1024,
            connect_timeout: 30,
            silence_timeout: 60,
            proxy: String::new(),
            find_checksums: false,
            language: "system".to_owned(),
            appearance: Appearance::System,
            contrast: Contrast::System,
            accent: Accent::System,
            motion: Motion::System,
            text_scale: 100,
            notifications: true,
            recent_files: false,
            autostart: false,
            inhibit_sleep: true,
            hardware_acceleration: false,
            other: BTreeMap::new(),
        }
    }
}

impl Settings {
    /// Reads the settings at `path`; without a file they are the defaults.
    ///
    /// # Errors
    /// If the file cannot be read or is not RON. It is left as it is.
    pub fn load(path: &Path) -> io::Result<Self> {
        document::load(path).map(Self::sane)
    }

    /// Writes them to `path`. A file there that could not be read is kept beside it: somebody wrote it.
    ///
    /// # Errors
    /// Any of the file system's; the old settings then stand.
    pub fn save(&self, path: &Path) -> io::Result<()> {
        document::save(self, path)
    }

    /// The folder that downloads go to unless something else is said.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        if self.download_folder.is_absolute() {
            self.download_folder.clone()
        } else {
            super::Profile::downloads()
        }
    }

    /// What was paid for to go over metered networks, if that is known.
    #[must_use]
    pub fn plan(&self) -> Option<DataPlan> {
        let plan = DataPlan {
            limit: self.data_plan,
            period: self.data_plan_period,
            begins: self.data_plan_begins,
            kept_to: self.keep_to_data_plan,
        };
        Some(plan).filter(|plan| plan.limit > 0)
    }

    /// What is done for the battery.
    #[must_use]
    pub fn saving(&self) -> Saving {
        Saving {
            on_battery: self.pause_on_battery,
            below: self.pause_below_percent,
            in_power_saver: self.pause_in_power_saver,
        }
    }

    /// Brings numbers into their bounds (connect 5 min and silence 2 min are the upper ones), and takes
    /// the login out of the proxy's address: it would be written down for all to read. What is no
    /// address of a proxy stays, but for a login, and fails the transfers.
    #[must_use]
    pub fn sane(mut self) -> Self {
        self.max_running = self.max_running.clamp(1, 1000);
        self.max_per_host = self.max_per_host.min(1000);
        self.min_split = self.min_split.max(4096);
        self.data_plan_begins = self.data_plan_begins.clamp(1, 31);
        self.pause_below_percent = self.pause_below_percent.min(100);
        self.text_scale = self.text_scale.clamp(80, 200);
        self.connect_timeout = self.connect_timeout.clamp(1, 300);
        self.silence_timeout = self.silence_timeout.clamp(1, 120);
        if let Some((before, host)) = self.proxy.rsplit_once('@') {
            let scheme = before.split_once("://").map_or("http", |(scheme, _)| scheme);
            self.proxy = format!("{scheme}://{host}");
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::atomic;

    #[test]
    fn what_a_version_does_not_know_is_kept() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("settings.ron");
        atomic::replace(&path, br#"{ "max_running": 3, "from_the_future": { "a": [1, 2] } }"#).unwrap();
        let mut settings = Settings::load(&path).unwrap();
        assert_eq!((settings.max_running, settings.retries), (3, 10));
        settings.retries = 4;
        settings.save(&path).unwrap();
        let again = Settings::load(&path).unwrap();
        assert_eq!(again, settings);
        assert!(again.other.contains_key("from_the_future"));
    }

    #[test]
    fn numbers_out_of_bounds_are_brought_in() {
        let settings: Settings =
            ron::from_str(r#"{ "max_running": 0, "connect_timeout": 9999, "text_scale": 5 }"#).unwrap();
        let settings = settings.sane();
        assert_eq!((settings.max_running, settings.connect_timeout, settings.text_scale), (1, 300, 80));
    }

    #[test]
    fn the_login_of_a_proxy_is_not_kept() {
        for (written, kept) in [
            ("http://me:S3CR3T@proxy:1", "http://proxy:1"),
            ("sokcs5://me:S3CR3T@proxy:1", "sokcs5://proxy:1"),
            ("me:S3CR3T@proxy", "http://proxy"),
            ("Direct", "Direct"),
        ] {
            let settings = Settings { proxy: written.to_owned(), ..Settings::default() }.sane();
            assert_eq!(settings.proxy, kept);
        }
    }

    #[test]
    fn settings_that_cannot_be_read_are_an_error_and_are_kept_when_others_are_saved() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("settings.ron");
        atomic::replace(&path, b"{ oops").unwrap();
        assert!(Settings::load(&path).is_err());
        assert_eq!(std::fs::read(&path).unwrap(), b"{ oops");
        for _ in 0..2 {
            Settings::default().save(&path).unwrap();
        }
        assert!(Settings::load(&path).is_ok());
        let names = std::fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().path());
        let kept: Vec<_> = names.filter(|name| *name != path).collect();
        assert_eq!(kept.len(), 1);
        assert_eq!(std::fs::read(&kept[0]).unwrap(), b"{ oops");
    }

    #[test]
    fn what_becomes_of_a_changed_file_is_a_word_in_quotes() {
        let settings: Settings = ron::from_str("{ \"on_change\": \"Restart\" }").unwrap();
        assert_eq!(settings.on_change, OnChange::Restart);
        assert_eq!(ron::from_str::<Settings>(&ron::to_string(&settings).unwrap()).unwrap(), settings);
        assert!(ron::from_str::<Settings>("{ \"on_change\": \"mix\" }").is_err());
    }
}
