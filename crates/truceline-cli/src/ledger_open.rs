//! The ledger named on the command line. Comes in: `--ledger`, or nothing. Goes out: an open ledger
//! with the world's camps and countries. Never makes a ledger for one who only asks.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use truceline::{ledger::kin::Kin, pack::Source};
use truceline_store::{Error, Ledger};

use crate::ledger_args::Where;

/// `$XDG_DATA_HOME`, `%APPDATA%`, or what stands for it in the home folder.
pub fn path(place: &Where) -> Result<PathBuf, String> {
    if let Some(path) = &place.ledger {
        return Ok(path.clone());
    }
    let set = |name: &str| env::var_os(name).filter(|it| !it.is_empty()).map(PathBuf::from);
    let data = set("XDG_DATA_HOME").or_else(|| set("APPDATA")).or_else(|| {
        let home = set("HOME")?;
        let mac = cfg!(target_os = "macos");
        Some(home.join(if mac { "Library/Application Support" } else { ".local/share" }))
    });
    match data {
        Some(data) => Ok(data.join("truceline").join("ledger.db")),
        None => Err("expected a user's data folder but found none; give --ledger FILE".to_owned()),
    }
}

pub fn for_asking(place: &Where) -> Result<Ledger, String> {
    Ledger::read(&path(place)?).map_err(|err| err.to_string())
}

/// For `verify`: asking, but with the rules of joining.
pub fn for_checking(place: &Where) -> Result<Ledger, String> {
    let mut ledger = for_asking(place)?;
    ledger.set_kin(kin(&Source::Embedded)?);
    Ok(ledger)
}

pub fn for_writing(place: &Where, source: &Source) -> Result<Ledger, String> {
    let path = path(place)?;
    let folder = path.parent().filter(|it| *it != Path::new(""));
    if let (None, Some(folder)) = (&place.ledger, folder) {
        fs::create_dir_all(folder).map_err(|err| format!("{}: {err}", folder.display()))?;
    }
    let mut ledger = Ledger::open(&path).map_err(|err| err.to_string())?;
    ledger.set_kin(kin(source)?);
    Ok(ledger)
}

fn kin(source: &Source) -> Result<Kin, String> {
    Kin::load(source).map_err(|err| err.to_string())
}

/// 2 where what was asked cannot be, 1 where it could not be done.
pub fn failed(err: &Error) -> ExitCode {
    eprintln!("truceline: {err}");
    ExitCode::from(if matches!(err, Error::Input(_) | Error::Absent(_)) { 2 } else { 1 })
}

pub fn refused(message: &str) -> ExitCode {
    eprintln!("truceline: {message}");
    ExitCode::from(2)
}
