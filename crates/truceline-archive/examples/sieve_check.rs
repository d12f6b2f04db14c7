//! Whether the sieve loses anything. Comes in: folders of pages and files of reports. Goes out: how
//! many pass, at what speed, and the name of each that tells of a truce and was not let pass.

use std::{env, fs, path::PathBuf, time::Instant};

use truceline::{
    pack::Source,
    read::Reader,
    report::{Form as ReportForm, Options, Report},
};
use truceline_archive::{Form, Page, Sieve};

fn main() {
    let begun = Instant::now();
    let sieve = Sieve::load(&Source::Embedded).expect("the pack is sound");
    println!("sieve made in {:?}", begun.elapsed());
    let full = env::var_os("FULL").is_some();
    let reader = Reader::load(&Source::Embedded).expect("the pack is sound");
    for path in env::args().skip(1).map(PathBuf::from) {
        let mut files = vec![path.clone()];
        if path.is_dir() {
            files = fs::read_dir(&path).unwrap().map(|it| it.unwrap().path()).collect();
        }
        let (mut bytes, mut spent, mut all, mut passed, mut telling, mut lost) =
            (0, 0.0, 0, 0, 0, 0);
        for file in files {
            let name = file.to_string_lossy().into_owned();
            for report in
                Report::from_bytes(Some(&name), &fs::read(&file).unwrap(), &Options::default())
            {
                let Ok(report) = report else { continue };
                let html = report.form == ReportForm::Html;
                let form = if html { Form::Html } else { Form::Unknown };
                let titled = report.title.clone().unwrap_or_default();
                let content = if html {
                    report.content.clone()
                } else {
                    format!("{titled}\n{}", report.content)
                };
                let page = Page {
                    url: None,
                    fetched: None,
                    charset: None,
                    form,
                    bytes: content.into_bytes(),
                };
                bytes += page.bytes.len();
                let begun = Instant::now();
                let may = sieve.may_tell(&page);
                spent += begun.elapsed().as_secs_f64();
                all += 1;
                passed += u32::from(may);
                if full || !may {
                    let tells = !reader.read(&report).truces.is_empty();
                    telling += u32::from(tells);
                    if tells && !may {
                        lost += 1;
                        println!("LOST {name} {}", report.id);
                    }
                }
            }
        }
        let speed = bytes as f64 / spent / 1e6;
        println!(
            "{}: {all} reports, {passed} pass, {telling} of those read tell of a truce, {lost} lost; {speed:.0} MB/s",
            path.display()
        );
    }
}
