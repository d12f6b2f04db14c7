//! What can go wrong, in three kinds: your input, not supported, our fault.

use std::path::Path;

use rusqlite::ErrorCode;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Something asked for or given is not so.
    #[error("{0}")]
    Input(String),
    /// Nothing of that name, at that time.
    #[error("{0}")]
    Absent(String),
    #[error("{0}")]
    NotSupported(String),
    /// An entry that cannot be what was appended.
    #[error("entry {seq}: {what}")]
    Entry { seq: u64, what: String },
    #[error("{path}: {what}")]
    File { path: String, what: String },
    #[error("the ledger's database: {0}")]
    Database(rusqlite::Error),
}

impl From<rusqlite::Error> for Error {
    fn from(err: rusqlite::Error) -> Error {
        let what = match err.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
                "another program has been writing to the ledger for over 30 seconds; try again when \
                 it has ended"
            }
            Some(ErrorCode::DiskFull) => {
                "no space left for the ledger; what was being added was not kept, all before it was"
            }
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
                "the ledger's file or folder cannot be written to; nothing was changed"
            }
            Some(ErrorCode::NotADatabase) => "expected a ledger but found another kind of file",
            _ => return Error::Database(err),
        };
        Error::Input(what.to_owned())
    }
}

impl Error {
    pub(crate) fn at(path: &Path, err: rusqlite::Error) -> Error {
        Error::from(err).of(path)
    }

    /// Says which file it is about, once.
    pub(crate) fn of(self, path: &Path) -> Error {
        match self {
            Error::File { .. } => self,
            Error::Database(err) => Error::File {
                path: path.display().to_string(),
                what: format!("the ledger's database: {err}"),
            },
            other => Error::File { path: path.display().to_string(), what: other.to_string() },
        }
    }
}
