//! What finding the main text takes. Comes in: folders of pages. Goes out: MB a second.

use std::{env, fs, time::Instant};

use truceline::{
    article,
    pack::Source,
    read::Reader,
    report::{Options, Report},
};

fn main() {
    let reader = Reader::load(&Source::Embedded).unwrap();
    for path in env::args().skip(1) {
        let mut files: Vec<_> = fs::read_dir(&path).unwrap().map(|it| it.unwrap().path()).collect();
        files.sort();
        let reports: Vec<Report> = files
            .iter()
            .flat_map(|file| {
                Report::from_bytes(
                    Some(&file.to_string_lossy()),
                    &fs::read(file).unwrap(),
                    &Options::default(),
                )
            })
            .flatten()
            .collect();
        let bytes: usize = reports.iter().map(|it| it.content.len()).sum();
        let begun = Instant::now();
        let mut n = 0;
        for it in &reports {
            n += article::extract(it, &reader.furniture).text.len();
        }
        let took = begun.elapsed().as_secs_f64();
        println!(
            "{path}: {} pages, {bytes} bytes, {n} of text, {took:.2} s, {:.1} MB/s, {:.2} ms a page",
            reports.len(),
            bytes as f64 / took / 1e6,
            took * 1e3 / reports.len() as f64
        );
    }
}
