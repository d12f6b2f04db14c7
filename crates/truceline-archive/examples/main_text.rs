//! What finding the main text takes. Comes in: folders of pages. Goes out: their articles as JSON lines,
//! and on standard error the speed in processor time.

use std::{env, fs};

use truceline::{
    article, json,
    pack::Source,
    read::Reader,
    report::{Options, Report},
};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let reader = Reader::load(&Source::Embedded).unwrap();
    for path in env::args().skip(1) {
        let mut files: Vec<_> = fs::read_dir(&path).unwrap().map(|it| it.unwrap().path()).collect();
        files.sort();
        let (mut count, mut bytes, mut spent) = (0, 0, 0.0);
        for file in files {
            let name = file.to_string_lossy();
            let read = fs::read(&file).unwrap();
            for report in Report::from_bytes(Some(&name), &read, &Options::default()) {
                let Ok(report) = report else { continue };
                bytes += report.content.len();
                count += 1;
                let begun = on_processor();
                let article = article::extract(&report, &reader.furniture);
                spent += on_processor() - begun;
                println!("{}", json::article(&article));
            }
        }
        let (speed, each) = (bytes as f64 / spent / 1e6, spent * 1e3 / f64::from(count));
        eprintln!(
            "{path}: {count} pages, {bytes} bytes, {spent:.2} s, {speed:.1} MB/s, {each:.2} ms a page"
        );
    }
}

/// Seconds this thread was at work.
fn on_processor() -> f64 {
    let all = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds: f64 = all.split(' ').next().and_then(|it| it.parse().ok()).unwrap_or(0.0);
    nanoseconds / 1e9
}
