//! Where the time goes. Comes in: an archive. Goes out: seconds for each stage of the way.

use std::{
    env,
    path::Path,
    time::{Duration, Instant},
};

use truceline::{pack::Source, read::Reader, report::Options};
use truceline_archive::{Archive, Limits, Place, Sieve, What, page};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let path = env::args().nth(1).expect("an archive");
    let limits = Limits::default();
    let begun = Instant::now();
    let sieve = Sieve::load(&Source::Embedded).unwrap();
    println!("sieve made {:?}", begun.elapsed());
    let begun = Instant::now();
    let reader = Reader::load(&Source::Embedded).unwrap();
    println!("reader made {:?}", begun.elapsed());
    let begun = Instant::now();
    let archive = Archive::open(Path::new(&path), Place::default(), limits).unwrap();
    let (mut http, mut sift, mut read, mut extract) =
        (Duration::ZERO, Duration::ZERO, Duration::ZERO, Duration::ZERO);
    let (mut bytes, mut count) = (0, 0);
    for item in archive {
        let What::Answer(answer) = item.what else { continue };
        let at = Instant::now();
        let found = page(answer, &limits).unwrap();
        http += at.elapsed();
        let Some(found) = found else { continue };
        bytes += found.bytes.len();
        let at = Instant::now();
        let may = sieve.may_tell(&found);
        sift += at.elapsed();
        if may {
            let at = Instant::now();
            let report = found.report("x", &Options::default()).unwrap();
            let names = |text: &str| reader.names_a_truce(text);
            let article = truceline::article::extract_if(&report, &reader.furniture, &names);
            extract += at.elapsed();
            let Some(article) = article else { continue };
            let at = Instant::now();
            reader.read_article(article);
            read += at.elapsed();
            count += 1;
        }
    }
    let whole = begun.elapsed();
    let rest = whole - http - sift - read - extract;
    println!(
        "{bytes} bytes in {whole:?}: inflate and records {rest:?}, http {http:?}, sieve {sift:?}, extract {extract:?}, read {read:?} of {count} pages"
    );
}
