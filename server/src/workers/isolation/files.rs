//! Which files a worker may open, and only to read them: libraries, fonts, colour profiles, and what they
//! read about the machine. Everything else on the disk is out of reach, above all the server's own data and
//! keys, which belong to the same user.

use landlock::{
    ABI, Access, AccessFs, CompatLevel, Compatible, PathBeneath, PathFd, Ruleset, RulesetAttr, RulesetCreatedAttr,
    RulesetStatus,
};
use std::path::PathBuf;

/// What libvips, `GLib` and fontconfig read.
const READABLE: [&str; 16] = [
    "/usr",
    "/lib",
    "/lib64",
    "/nix/store",
    "/etc/fonts",
    "/etc/ld.so.cache",
    "/var/cache/fontconfig",
    "/var/lib/defoma",
    "/proc/self",
    "/proc/cpuinfo",
    "/proc/meminfo",
    "/sys/devices/system/cpu",
    "/sys/fs/cgroup",
    "/dev/null",
    "/dev/zero",
    "/dev/urandom",
];

/// Variables that name more such places; the server hands them on.
const PLACES: [&str; 3] = ["LD_LIBRARY_PATH", "FONTCONFIG_PATH", "FONTCONFIG_FILE"];

/// Takes all other files away from this thread and those that it starts.
pub(super) fn allow_only_libraries() -> Result<(), String> {
    let text = |error: landlock::RulesetError| error.to_string();
    let all = AccessFs::from_all(ABI::V5);
    let mut rules = Ruleset::default()
        .set_compatibility(CompatLevel::BestEffort) // an older kernel knows fewer kinds of access
        .handle_access(all)
        .map_err(text)?
        .create()
        .map_err(text)?;
    for place in places() {
        let Ok(place) = PathFd::new(&place) else {
            continue;
        }; // not on this machine
        let read = AccessFs::ReadFile | AccessFs::ReadDir;
        // A file takes no right of a folder, and best effort drops it.
        rules = rules.add_rule(PathBeneath::new(place, read)).map_err(text)?;
    }
    match rules.restrict_self().map_err(text)?.ruleset {
        RulesetStatus::NotEnforced => Err("the kernel does not offer it".into()),
        RulesetStatus::PartiallyEnforced | RulesetStatus::FullyEnforced => Ok(()),
    }
}

fn places() -> impl Iterator<Item = PathBuf> {
    let named = PLACES.iter().filter_map(std::env::var_os);
    let named = named.flat_map(|places| std::env::split_paths(&places).collect::<Vec<_>>());
    READABLE.iter().map(PathBuf::from).chain(named.filter(|place| place.is_absolute()))
}
