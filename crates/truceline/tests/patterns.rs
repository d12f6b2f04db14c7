//! The examples of the pattern files as tests: `en/act/declared::yes_3`, one each, and one for every
//! line, `en/act/declared::line_7_is_needed`: a line that no example shows is one nobody has tried.

use std::{path::Path, process::ExitCode, sync::Arc};

use libtest_mimic::{Arguments, Trial};
use truceline::{
    pack::Source,
    read::{
        Reader,
        examples::{all, run},
    },
};

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let reader = match Reader::load(&Source::Folder(root)) {
        Ok(reader) => Arc::new(reader),
        Err(err) => {
            eprintln!("{err}");
            return ExitCode::FAILURE;
        }
    };
    let trials = all(&reader).into_iter().map(|(pattern, check)| {
        let name = format!("{}::{check}", reader.drawer.patterns[pattern].name);
        let reader = reader.clone();
        Trial::test(name, move || Ok(run(&reader, pattern, check)?))
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit_code()
}
