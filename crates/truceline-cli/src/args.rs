//! The words of the command line. Comes in: the arguments. Goes out: an [`Args`]; help, man page
//! and completions are made from the same table. Never opens a file.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum, builder::styling};
use jiff::{Timestamp, civil::DateTime};
use truceline::report::Published;

use crate::{ledger_args::LedgerCommand, watch};

const STYLES: styling::Styles = styling::Styles::styled()
    .header(styling::AnsiColor::Green.on_default().bold())
    .usage(styling::AnsiColor::Green.on_default().bold())
    .literal(styling::AnsiColor::Cyan.on_default())
    .placeholder(styling::AnsiColor::White.on_default().dimmed());

#[derive(Parser)]
#[command(name = "truceline", version, styles = STYLES, max_term_width = 100)]
#[command(about = "Reads news reports and keeps an accountable record of truces")]
#[command(long_about = "Reads news reports and keeps an accountable record of truces.\n\n\
    From pages and plain text it draws what each report claims about a truce: who declared it, for \
    where, from when to when, who is said to have broken it, and who says so. Every claim carries \
    the words it rests on. What a report does not say stays unknown.")]
#[command(after_help = "Start with `truceline read REPORT`; `truceline help read` shows examples.")]
pub struct Args {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    /// Print the truces and claims of reports; writes nothing
    #[command(after_long_help = READ_HELP)]
    Read(Reading),

    /// Print the times, places, actors and truce words found in reports
    #[command(after_long_help = MENTIONS_HELP)]
    Mentions(Reading),

    /// Print the readable text of reports, with the furniture cut from it
    #[command(after_long_help = ARTICLE_HELP)]
    Article(Reading),

    #[command(flatten)]
    Ledger(LedgerCommand),

    /// Poll feeds, keep what their pages tell in the ledger, post notes
    #[command(after_long_help = watch::HELP)]
    Watch(watch::Watch),

    /// Check the data that reports are read with
    #[command(subcommand)]
    Pack(Pack),

    /// Print a completion script for a shell
    #[command(after_long_help = COMPLETIONS_HELP)]
    Completions { shell: clap_complete::Shell },

    /// Print the man page of the program or of one of its commands
    #[command(after_long_help = MAN_HELP)]
    Man {
        /// read, mentions, article, pack, completions [default: the program]
        #[arg(value_name = "COMMAND")]
        command: Option<String>,
    },
}

#[derive(Subcommand)]
pub enum Pack {
    /// Load a pack, compile its patterns and run its examples
    #[command(after_long_help = PACK_CHECK_HELP)]
    Check {
        /// A folder that holds lang/ and world/ [default: the pack built into the program]
        #[arg(value_name = "DIR")]
        folder: Option<PathBuf>,
    },
}

#[derive(clap::Args)]
pub struct Reading {
    /// Files, folders, addresses, or - for standard input
    #[arg(value_name = "PATH", required = true)]
    pub inputs: Vec<PathBuf>,

    /// The day the reports were published (YYYY-MM-DD); wins over what they say themselves
    #[arg(long, value_name = "DATE", value_parser = published)]
    pub published: Option<Published>,

    /// How to print: text for people, json (one array) or jsonl (one object a line)
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub format: Option<Format>,

    /// How many threads read; the output is the same whatever the number [default: one a core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub threads: Option<u16>,

    /// Read with the pack in this folder (it holds lang/ and world/), not with the one built in
    #[arg(long, value_name = "DIR")]
    pub pack: Option<PathBuf>,

    /// Read every page of an archive, not only those that can tell of a truce
    #[arg(long)]
    pub no_sieve: bool,

    /// Fetch addresses that lie inward as well: loopback, link-local and private ones
    #[arg(long)]
    pub allow_private: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Text,
    Json,
    Jsonl,
}

/// A day, or a day with a clock, in ISO 8601: what else people write has more than one reading.
fn published(given: &str) -> Result<Published, String> {
    let iso = given.parse::<DateTime>().is_ok() || given.parse::<Timestamp>().is_ok();
    Some(given).filter(|_| iso).and_then(Published::option).ok_or_else(|| {
        format!("expected a day as YYYY-MM-DD but found `{given}`; write it like 2016-07-06")
    })
}

macro_rules! with_inputs {
    ($examples:literal $(,)?) => {
        concat!(
            $examples,
            "\n\nInputs: .txt, .html, .json and .jsonl, each also as .gz; feeds (RSS, Atom, JSON \
Feed), of which items with their whole text are read; archives (.warc, .warc.gz, .warc.zst), of whose \
pages those that tell of a truce are shown; addresses (http, https). A JSON object \
has `text` or `html`, and may have `id`, `url`, `outlet`, `title`, `published`. A folder is read \
with all that lies in it, in name order; what is no report is passed over.\n\n\
Exit status: 0 all inputs were read, 1 some were not (the others still are), 2 wrong use."
        )
    };
}

const READ_HELP: &str = with_inputs!(
    "Examples:\n  \
  truceline read report.html                       a page, as a card with its claims\n  \
  truceline read --published 2016-07-06 note.txt   a text that does not say its year\n  \
  truceline read --format jsonl reports.jsonl      one JSON object per report\n  \
  truceline read 2016/ 2017/                       folders, with all reports in them\n  \
  unzip -p day.zip page.html | truceline read -    standard input",
);

const MENTIONS_HELP: &str = with_inputs!(
    "Examples:\n  \
  truceline mentions report.html                   JSON lines: report, what, span, text, value\n  \
  truceline mentions --format text report.html     the same for people\n\n\
Spans are bytes, from and before, into the title or the text that `truceline article` prints.",
);

const ARTICLE_HELP: &str = with_inputs!(
    "Examples:\n  \
  truceline article page.html                      one JSON object per report\n  \
  truceline article --format text page.html        the text for people, cuts marked",
);

const COMPLETIONS_HELP: &str = "Examples:\n  \
  truceline completions bash > ~/.local/share/bash-completion/completions/truceline\n  \
  truceline completions zsh  > ~/.zfunc/_truceline\n  \
  truceline completions fish > ~/.config/fish/completions/truceline.fish";

const MAN_HELP: &str = "Examples:\n  \
  truceline man      > ~/.local/share/man/man1/truceline.1\n  \
  truceline man read > ~/.local/share/man/man1/truceline-read.1";

const PACK_CHECK_HELP: &str = "Examples:\n  \
  truceline pack check                             the pack built into the program\n  \
  truceline pack check .                           the pack of a working copy\n\n\
Prints one line per finding, as path: what is wrong. Exit status: 0 sound, 1 findings, 2 wrong use.";
