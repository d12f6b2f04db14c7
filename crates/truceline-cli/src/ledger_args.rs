//! The words of the commands that keep and ask a ledger. Comes in: the arguments. Goes out: what
//! the other `ledger_*` files act on. Never opens a file.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use jiff::Timestamp;
use truceline_store::Asked;

use crate::args::{Format, Reading};

#[derive(Subcommand)]
pub enum LedgerCommand {
    /// Read reports and append what they claim to the ledger
    #[command(after_long_help = ADD_HELP)]
    Add(Add),

    /// List the truces of the ledger
    #[command(after_long_help = ASK_HELP)]
    List(Ask),

    /// Show one truce with its history
    #[command(after_long_help = ASK_HELP)]
    Show {
        /// The name of a truce (or its beginning), as `list` prints it
        #[arg(value_name = "TRUCE")]
        truce: String,
        #[command(flatten)]
        ask: Ask,
    },

    /// Show all that a claim rests on: report, quote, pattern, entry
    #[command(after_long_help = ASK_HELP)]
    Why {
        /// The name of a claim (or its beginning), as `show` prints it
        #[arg(value_name = "CLAIM")]
        claim: String,
        #[command(flatten)]
        ask: Ask,
    },

    /// Tell which truces are in force, and according to whom
    #[command(after_long_help = ASK_HELP)]
    Status {
        /// Only truces for this place; a country takes in the places in it
        #[arg(long, value_name = "PLACE")]
        place: Option<String>,
        /// Only truces of this party
        #[arg(long, value_name = "PARTY")]
        party: Option<String>,
        #[command(flatten)]
        ask: Ask,
    },

    /// Append a person's decision; nothing is edited
    #[command(subcommand)]
    Review(Review),

    /// Check the chain, the digests, the quotes and the folded tables
    Verify(Where),

    /// Write the ledger for other programs
    #[command(after_long_help = EXPORT_HELP)]
    Export(Export),

    /// Take exported entries back, to the same digests
    Import {
        /// A file written by `export --to jsonl`, or - for standard input
        #[arg(value_name = "FILE")]
        file: PathBuf,
        #[command(flatten)]
        place: Where,
    },

    /// Fold every table that can be folded again from the entries
    Rebuild(Where),

    /// Show the ledger in a browser and to programs
    #[command(after_long_help = SERVE_HELP)]
    Serve(Serve),
}

#[derive(Args)]
pub struct Where {
    /// The ledger [default: truceline/ledger.db in the user's data folder]
    #[arg(long, value_name = "FILE")]
    pub ledger: Option<PathBuf>,
}

#[derive(Subcommand)]
pub enum ServeCommand {
    /// Make a token for one who may decide; prints it, and the line for the token file
    Token {
        /// Its holder, as entries will name them
        name: String,
    },
}

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Serve {
    /// Where to listen; beyond this machine only with --token-file or --public-read
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub bind: SocketAddr,
    /// Those who may decide, and read where reading is not open: lines of `name sha256hex`
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    /// Let everyone read who can reach it
    #[arg(long)]
    pub public_read: bool,
    /// Let scripts of this other origin read the API (like https://map.example) [default: none]
    #[arg(long, value_name = "ORIGIN")]
    pub cors: Option<String>,
    /// A name under which a proxy serves this; may be given more than once
    #[arg(long = "host", value_name = "NAME")]
    pub hosts: Vec<String>,
    /// Requests a second that one address may make [default: 50 beyond this machine]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub rate: Option<u32>,
    #[command(subcommand)]
    pub command: Option<ServeCommand>,
    #[command(flatten)]
    pub place: Where,
}

#[derive(Args)]
pub struct Add {
    #[command(flatten)]
    pub reading: Reading,
    #[command(flatten)]
    pub place: Where,
    /// When the ledger takes them [default: now]; refused where it would run back
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub recorded: Option<Timestamp>,
    /// Read all, tell what would be appended, and write nothing
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Args)]
pub struct Ask {
    /// The time in the world that is asked about [default: now]
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub at: Option<Timestamp>,
    /// As the ledger knew it then [default: as it knows now]
    #[arg(long, value_name = "TIME", value_parser = as_of)]
    pub as_of: Option<Timestamp>,
    /// How to print: text for people, json (one array) or jsonl (one object a line)
    #[arg(long, value_enum, value_name = "FORMAT", default_value = "text")]
    pub format: Format,
    #[command(flatten)]
    pub place: Where,
}

#[derive(Args)]
pub struct Signed {
    /// Who decides
    #[arg(long, value_name = "NAME")]
    pub by: String,
    /// Why, in words
    #[arg(long, value_name = "TEXT")]
    pub why: String,
    /// When the ledger takes it [default: now]
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub recorded: Option<Timestamp>,
    #[command(flatten)]
    pub place: Where,
}

#[derive(Subcommand)]
pub enum Review {
    /// A claim is well read
    Accept {
        claim: String,
        #[command(flatten)]
        signed: Signed,
    },
    /// A claim is misread: it no longer counts, and is still there to see
    Reject {
        claim: String,
        #[command(flatten)]
        signed: Signed,
    },
    /// The first truce is the second
    Join {
        truce: String,
        into: String,
        #[command(flatten)]
        signed: Signed,
    },
    /// Some tellings of a truce are of another one
    Split {
        truce: String,
        /// The tellings that go, as `show` names them
        #[arg(required = true)]
        tellings: Vec<String>,
        #[command(flatten)]
        signed: Signed,
    },
    /// An entry no longer counts
    Withdraw {
        /// Its place in the chain, as `why` and `show` print it
        entry: u64,
        #[command(flatten)]
        signed: Signed,
    },
}

#[derive(Args)]
pub struct Export {
    /// The form to write
    #[arg(long, value_enum, value_name = "FORM")]
    pub to: To,
    /// Where to write it; - for standard output
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// The time in the world for what depends on it [default: now]
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub at: Option<Timestamp>,
    /// As the ledger knew it then [default: as it knows now]
    #[arg(long, value_name = "TIME", value_parser = as_of)]
    pub as_of: Option<Timestamp>,
    #[command(flatten)]
    pub place: Where,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum To {
    /// A table of truces, and beside it one of claims (FILE-claims.csv)
    Csv,
    /// The same two tables with types (FILE-claims.parquet)
    Parquet,
    /// The entries, which `import` takes back
    Jsonl,
    /// Scopes as points with coordinates
    Geojson,
    /// Starts and expiries as a calendar
    Ics,
    /// The columns of the ETH/PRIO Civil Conflict Ceasefire data
    Cf,
    /// Event records in the PLOVER form
    Plover,
}

fn parse(given: &str, clock: (i8, i8, i8)) -> Result<Timestamp, String> {
    Asked::time(given, clock).ok_or_else(|| {
        format!(
            "expected a time but found `{given}`; write it like 2016-07-06 or 2016-07-06T01:00Z"
        )
    })
}

fn time(given: &str) -> Result<Timestamp, String> {
    parse(given, (12, 0, 0))
}

/// A day takes in all that was recorded on it.
fn as_of(given: &str) -> Result<Timestamp, String> {
    parse(given, (23, 59, 59))
}

const ADD_HELP: &str = "Examples:\n  \
  truceline add reports.jsonl                      read them and append what is new\n  \
  truceline add --recorded 2016-07-06 old/         rebuild a past, day by day\n  \
  truceline add CC-NEWS-2016*.warc.gz              archives, as large as they are\n\n\
The same report twice appends nothing. Another text at the same address is a new version; both \
stand. A report read again with another pack is told again, and what it told before still answers \
`--as-of`. Reports are kept in batches: what is printed is kept for good.\n\n\
Of an archive (.warc, .warc.gz, .warc.zst) the pages that tell of a truce are appended. How far it was \
read is kept as well: after Ctrl-C or worse, the same command goes on where it was.\n\n\
Exit status: 0 all inputs were taken, 1 some were not (the others are), 2 wrong use.";

const ASK_HELP: &str = "Examples:\n  \
  truceline list --at 2014-08-06                      truces, with their status on that day\n  \
  truceline status --at 2014-08-06T10:00Z             which are in force, and who says so\n  \
  truceline status --at 2014-08-06 --as-of 2014-08-05 what was known the day before\n  \
  truceline show t3fa92c10b7de                        one truce with its story\n  \
  truceline why c4c1d2e3f4a5b6c7d                     all that a claim rests on\n\n\
A time without a zone is in UTC. A day is its noon, for --as-of its last second.";

const EXPORT_HELP: &str = "Examples:\n  \
  truceline export --to csv truces.csv             truces.csv and truces-claims.csv\n  \
  truceline export --to parquet truces.parquet     the same with types, for pandas, R, DuckDB\n  \
  truceline export --to jsonl ledger.jsonl         all entries; `truceline import` takes them back\n  \
  truceline export --to ics - --at 2016-07-06      a calendar on standard output";

const SERVE_HELP: &str = "Examples:\n  \
  truceline serve                                  http://127.0.0.1:8080/, for this machine alone\n  \
  truceline serve --token-file tokens              and decisions by those who hold a token\n  \
  truceline serve token \"Ada Lovelace\"             a token, and its line for the file\n  \
  truceline serve --bind 0.0.0.0:8080 --public-read\n\n\
It stops at SIGINT and SIGTERM, when what it was answering is answered. TLS is left to a proxy.";
