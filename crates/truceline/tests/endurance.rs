//! Inputs that nobody wrote to be read. A way that takes the square of its input takes four times as
//! long for twice as much; none may take three. Sizes are small where a text is read for claims: this
//! must run without optimisation too.

use std::{sync::LazyLock, time::Duration};

use truceline::{
    pack::Source,
    read::Reader,
    report::{Form, Published, Report},
};

static READER: LazyLock<Reader> =
    LazyLock::new(|| Reader::load(&Source::Embedded).expect("a pack that loads"));

/// Names a truce, so that what follows is read for claims.
const HEAD: &str =
    "GENEVA, May 3 - The army and the rebels agreed to a ceasefire in Syria on Monday.\n\n";

fn report(form: Form, content: String) -> Report {
    Report {
        id: "endurance".to_owned(),
        path: None,
        url: None,
        outlet: None,
        title: None,
        published: Published::option("2016-05-04"),
        form,
        content,
    }
}

/// Time on the processor of this thread, so that a busy machine changes little.
fn clock() -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let spent = stat.split(' ').next().and_then(|it| it.parse().ok());
    spent.map(Duration::from_nanos).unwrap_or_default()
}

fn time(form: Form, content: &str) -> Duration {
    let report = report(form, content.to_owned());
    let start = clock();
    READER.read(&report);
    clock() - start
}

/// What is added for any input, so that small times need not be exact.
const SLACK: Duration = Duration::from_millis(150);

#[track_caller]
fn grows(form: Form, text: impl Fn(usize) -> String, size: usize) {
    // What is made at the first need is made before.
    time(form, &text(size / 8));
    let (once, twice) = (time(form, &text(size)), time(form, &text(2 * size)));
    assert!(twice <= once * 3 + SLACK, "{size} bytes: {once:?}, twice as many: {twice:?}");
}

fn filled(with: &str, size: usize) -> String {
    with.chars().cycle().take(size).collect()
}

fn told(with: &'static str) -> impl Fn(usize) -> String {
    move |size| format!("{HEAD}{}", filled(with, size))
}

const KB: usize = 1 << 10;

#[test]
fn ten_megabytes_on_one_line() {
    let line = filled(
        "the minister of works opened a bridge over the river on a day in spring, ",
        10 << 20,
    );
    let spent = time(Form::Text, &line);
    assert!(spent < Duration::from_secs(20), "{spent:?}");
}

#[test]
fn one_sentence_of_truce_words() {
    grows(
        Form::Text,
        told("the truce that the army declared was violated by the rebels and "),
        40 * KB,
    );
    grows(Form::Text, told("ceasefire "), 40 * KB);
}

#[test]
fn many_sentences_that_each_make_a_claim() {
    grows(Form::Text, told("The army said the truce held near Homs. "), 40 * KB);
    grows(Form::Text, told("Both sides accused each other of breaking the truce. "), 30 * KB);
}

#[test]
fn every_character_a_mark() {
    for mark in ["\"", "“", "'", ".", "-", "(", "<", ",", "—", "\u{301}"] {
        grows(Form::Text, |size| format!("{HEAD}{}", mark.repeat(size)), 100 * KB);
    }
}

#[test]
fn dotted_words() {
    grows(Form::Text, told("a."), 200 * KB);
    grows(Form::Text, told("U.S."), 200 * KB);
}

#[test]
fn letters_without_end() {
    grows(Form::Text, told("a"), 200 * KB);
    grows(Form::Text, told("cease-"), 100 * KB);
}

#[test]
fn dates_and_clocks() {
    grows(Form::Text, told("on 3 May 2019, "), 60 * KB);
    grows(Form::Text, told("3 May 2019\n"), 60 * KB);
    grows(Form::Text, told("at 7 p.m. (1600 GMT) "), 60 * KB);
}

#[test]
fn names_without_end() {
    grows(Form::Text, told("Syria, Russia and Iran, "), 30 * KB);
    grows(Form::Text, told("in Aleppo, Xyzzyville and "), 30 * KB);
}

#[test]
fn all_in_capitals() {
    grows(Form::Text, told("THE ARMY SAID THE TRUCE WAS HOLDING IN THE SOUTH. "), 30 * KB);
}

#[test]
fn lines_without_end() {
    grows(Form::Text, told("\n"), 1 << 20);
    grows(Form::Text, told("a\n"), 60 * KB);
    grows(Form::Text, told("Read more\n\nA headline of some kind\n\n"), 60 * KB);
}

#[test]
fn a_hundred_thousand_tags_deep() {
    let page = format!("<html><body>{}<p>{HEAD}", "<div>".repeat(100_000));
    let spent = time(Form::Html, &page);
    assert!(spent < Duration::from_secs(20), "{spent:?}");
}

#[test]
fn pages_of_broken_markup() {
    for piece in ["<", "< ", "&", "<!-- ", "<a href=x>y", "<table><tr><td>x", "<b><p>", "</"] {
        let page = |size: usize| format!("<html><body><p>{HEAD}{}", filled(piece, size));
        grows(Form::Html, page, 60 * KB);
    }
}
