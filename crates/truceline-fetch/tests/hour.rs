//! An hour of news from good, bad and malicious sites: nothing is lost, nothing comes twice, nothing
//! leaks. The clock is driven: no test sleeps for what it waits for. Alone in its process, whose
//! memory and open files it counts.

mod server;
mod sites;
mod world;

use std::{fmt::Write as _, time::Duration};

use jiff::SignedDuration;
use server::{Hand, Server, html, raw, reply};
use sites::{START, good, minutes, nasty, other, start, story};
use truceline_fetch::Allow;
use truceline_store::Outcome;
use world::{World, settings};

#[test]
fn an_hour_of_news() {
    let clock = Hand::at(START);
    let (good, other, nasty) = (good(&clock), other(&clock), nasty());
    let slow =
        Server::start(13, None, |_| raw(|_| std::thread::sleep(Duration::from_millis(1300))));
    let shut = Server::start(14, None, |asked| match asked.path.as_str() {
        "/robots.txt" => reply(500, "text/plain", ""),
        _ => html(story(1)),
    });
    let mut plan = "every = \"5m\"\ndelay = \"1s\"\n".to_owned();
    for url in [
        good.url("/feed"),
        good.url("/index.xml"),
        other.url("/old"),
        nasty.url("/feed"),
        slow.url("/feed"),
        shut.url("/feed"),
        good.url("/private/feed"),
    ] {
        let _ = writeln!(plan, "[[feed]]\nurl = \"{url}\"");
    }
    let mut world = World::new(clock.clone());
    let end = start() + minutes(60);
    let first = world.run(&plan, settings(Allow::All, Some(start() + minutes(40))));
    let second = world.run(&plan, settings(Allow::All, Some(end)));
    println!("{first}\n{second}\n{:?} {:?}", world.load.first(), world.load.last());

    // Nothing is lost: what was listed ten minutes before the end, and had its time, is kept.
    let reports = world.reports();
    let mut wanted = Vec::new();
    wanted.extend((0..=25).map(|n| good.url(&format!("/story/{n}"))));
    wanted.extend((0..=20).map(|n| good.url(&format!("/story/{}", 500 + n))));
    wanted.extend((0..=7).map(|n| other.url(&format!("/whole/{n}"))));
    wanted.extend((0..=7).map(|n| other.url(&format!("/page/{n}"))));
    let lost: Vec<_> = wanted.iter().filter(|it| !reports.contains_key(*it)).collect();
    assert!(lost.is_empty(), "{lost:?} of {:?}\n{}", reports.keys(), world.troubles.join("\n"));
    // Nothing comes twice, and nothing bad comes at all.
    assert!(reports.values().all(|it| *it == 1), "{reports:?}");
    assert!(world.kept.iter().all(|it| it.1 == Outcome::New));
    assert!(!reports.keys().any(|it| it.contains("example") || it.contains("1000")));
    let bad: Vec<_> = reports.keys().filter(|it| it.contains("127.0.0.12")).collect();
    assert!(bad.iter().all(|it| it.ends_with("/deep")), "{bad:?}");

    // Politely: the delays that were asked for, the marks of what is known, no page that is shut.
    let log = good.log();
    for pair in log.windows(2) {
        let gap = pair[1].at.unwrap().duration_since(pair[0].at.unwrap());
        let rules = pair[0].path == "/robots.txt" || pair[1].path == "/robots.txt";
        assert!(gap >= SignedDuration::from_secs(if rules { 1 } else { 3 }), "{pair:?}");
    }
    assert!(log.iter().any(|it| it.header("if-none-match").is_some()));
    assert!(log.iter().all(|it| it.header("user-agent").unwrap().starts_with("truceline/")));
    assert!(!log.iter().any(|it| it.path.starts_with("/private")));
    assert!(shut.log().iter().all(|it| it.path == "/robots.txt"));
    assert!(!other.log().iter().any(|it| it.path.starts_with("/whole")), "it is in the feed");
    assert_eq!(other.count("/old"), 1, "a move for good is remembered, also over a restart");
    let polls = good.count("/feed");
    assert!((10..=18).contains(&polls), "{polls} polls in an hour, every five minutes");
    assert!(shut.log().len() + slow.log().len() < 40, "a host that is down is left alone");

    // Without a leak: the last third of the hour weighs what the first did.
    let third = world.load.len() / 3;
    let most = |part: &[(usize, usize)], get: fn(&(usize, usize)) -> usize| {
        part.iter().map(get).max().unwrap()
    };
    let (early, late) = (&world.load[..third], &world.load[world.load.len() - third..]);
    assert!(most(late, |it| it.0) <= most(early, |it| it.0) + 16, "{:?}", world.load);
    assert!(most(late, |it| it.1) <= most(early, |it| it.1) + (48 << 10), "{:?}", world.load);
}
