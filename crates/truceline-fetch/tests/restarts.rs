//! A watch that ends, is stopped, or finds things otherwise than it left them: it goes on where it was.

mod server;
mod sites;
mod world;

use std::time::Duration;

use server::{Hand, Server, html, reply};
use sites::{START, good, minutes, nasty, other, start, story};
use truceline_fetch::{Allow, clock::Clock};
use truceline_store::Outcome;
use world::{World, settings};

#[test]
fn what_comes_between_ledger_and_place_is_not_taken_twice() {
    let clock = Hand::at(START);
    let (good, other) = (good(&clock), other(&clock));
    let plan = format!(
        "[[feed]]\nurl = \"{}\"\n[[feed]]\nurl = \"{}\"\n",
        good.url("/feed"),
        other.url("/atom")
    );
    let mut world = World::new(clock.clone());
    clock.set(start() + minutes(10));
    world.run(&plan, settings(Allow::All, Some(start() + minutes(20))));
    let before = world.reports();
    assert!(before.len() >= 9, "{before:?}");
    // The ledger was kept, where the watch was is lost: the worst that a crash can leave.
    for ending in ["watch", "watch-wal", "watch-shm"] {
        let _ = std::fs::remove_file(world.path().with_extension(format!("db.{ending}")));
    }
    world.kept.clear();
    world.run(&plan, settings(Allow::All, None));
    let known = world.kept.iter().filter(|it| it.1 == Outcome::Known).count();
    assert!(known >= 9, "{:?}", world.kept);
    assert!(world.reports().values().all(|it| *it == 1));
}

#[test]
fn once_ends_by_itself_and_takes_up_where_it_was() {
    let clock = Hand::at(START);
    let (good, nasty) = (good(&clock), nasty());
    let plan = format!(
        "[[feed]]\nurl = \"{}\"\n[[feed]]\nurl = \"{}\"\n",
        good.url("/feed"),
        nasty.url("/feed")
    );
    let mut world = World::new(clock.clone());
    clock.set(start() + minutes(19));
    let first = world.run(&plan, settings(Allow::All, None));
    assert!(clock.now() < start() + minutes(40), "{}", clock.now());
    assert!(first.new >= 5 && first.waiting > 0, "{first}");
    clock.set(clock.now() + minutes(30));
    let second = world.run(&plan, settings(Allow::All, None));
    assert!(second.new >= 2, "{second}");
    assert!(world.reports().values().all(|it| *it == 1));
}

#[test]
fn inward_hosts_are_refused_unless_allowed() {
    let clock = Hand::at(START);
    let good = good(&clock);
    let name = format!("http://localhost:{}/feed", good.address.port());
    let plan = format!("[[feed]]\nurl = \"{}\"\n[[feed]]\nurl = \"{name}\"\n", good.url("/feed"));
    let mut world = World::new(clock);
    let sum = world.run(&plan, settings(Allow::None, None));
    assert_eq!(sum.new, 0);
    assert!(good.log().is_empty());
    assert_eq!(world.troubles.iter().filter(|it| it.contains("lies inward")).count(), 2);
}

#[test]
fn one_watch_at_a_time() {
    let clock = Hand::at(START);
    let good = good(&clock);
    let plan = format!("[[feed]]\nurl = \"{}\"\n", good.url("/feed"));
    let mut world = World::new(clock);
    let held = rusqlite::Connection::open(world.path().with_extension("db.watch")).unwrap();
    held.execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; CREATE TABLE x (y);")
        .unwrap();
    let refused = world.try_run(&plan, settings(Allow::All, None)).unwrap_err();
    assert!(refused.contains("another `truceline watch`"), "{refused}");
}

#[test]
fn an_item_that_changes_is_a_new_version_and_a_restless_date_is_not() {
    let clock = Hand::at(START);
    let here = clock.clone();
    let site = Server::start(15, Some(clock.clone()), move |asked| {
        let half = here.now().duration_since(start()).as_mins() / 30;
        match asked.path.as_str() {
            // One is changed after half an hour, the other is given the time of the poll.
            "/feed" => reply(
                200,
                "text/xml",
                format!(
                    "<rss><channel><item><link>/changed</link><pubDate>{}</pubDate></item>\
                 <item><link>/restless</link><pubDate>{}</pubDate></item></channel></rss>",
                    start() + minutes(30 * half.min(1)),
                    here.now()
                ),
            ),
            // The same page with the same date, written in another way.
            "/map" => reply(
                200,
                "text/xml",
                format!(
                    "<urlset><url><loc>/changed</loc><lastmod>{}</lastmod></url>\
                 <url><loc>/changed</loc><lastmod>2026-11-24</lastmod></url></urlset>",
                    start().strftime("%Y-%m-%dT%H:%M:%S+00:00")
                ),
            ),
            "/changed" => html(story(half.min(1))),
            "/restless" => html(story(9)),
            _ => reply(404, "text/plain", ""),
        }
    });
    let plan = format!(
        "every = \"5m\"\n[[feed]]\nurl = \"{}\"\n[[feed]]\nurl = \"{}\"\n",
        site.url("/feed"),
        site.url("/map")
    );
    let mut world = World::new(clock.clone());
    let sum = world.run(&plan, settings(Allow::All, Some(start() + minutes(120))));
    let outcomes: Vec<_> =
        world.kept.iter().filter(|it| it.0.ends_with("/changed")).map(|it| it.1).collect();
    assert_eq!(outcomes, [Outcome::New, Outcome::Version]);
    assert_eq!(site.count("/changed"), 2);
    assert_eq!(world.reports()[&site.url("/restless")], 1);
    assert!((3..=4).contains(&site.count("/restless")), "{}\n{sum}", site.count("/restless"));
}

#[test]
fn stopped_at_any_moment_it_ends_in_the_same_ledger() {
    let run = |stops: bool| {
        let clock = Hand::at(START);
        let (good, other) = (good(&clock), other(&clock));
        clock.set(start() + minutes(18));
        let plan = format!(
            "delay = \"0s\"\n[[feed]]\nurl = \"{}\"\n[[feed]]\nurl = \"{}\"\n",
            good.url("/feed"),
            other.url("/old")
        );
        let mut world = World::new(clock.clone());
        for n in 0..if stops { 40 } else { 0 } {
            // In the middle of things, a little later each time.
            let stop = world.stop.clone();
            let stopper = std::thread::spawn(move || {
                std::thread::sleep(Duration::from_millis(5 + 7 * n));
                stop.store(true, std::sync::atomic::Ordering::Relaxed);
            });
            world.stop.store(false, std::sync::atomic::Ordering::Relaxed);
            world.run(&plan, settings(Allow::All, Some(start() + minutes(58))));
            stopper.join().unwrap();
        }
        world.stop.store(false, std::sync::atomic::Ordering::Relaxed);
        world.run(&plan, settings(Allow::All, Some(start() + minutes(58))));
        let bare =
            |url: &String| url.rsplit_once("//").unwrap().1.split_once('/').unwrap().1.to_owned();
        let reports = world.reports();
        assert!(reports.values().all(|it| *it == 1), "{reports:?}");
        // What was listed late may come after the end.
        let early = |path: &String| {
            let n: i64 = path.rsplit_once('/').unwrap().1.parse().unwrap();
            n <= if path.starts_with("story") { 19 } else { 6 }
        };
        let found: Vec<String> = reports.keys().map(bare).filter(early).collect();
        assert_eq!(found.len(), 20 + 7 + 7);
        found
    };
    assert_eq!(run(true), run(false));
}

#[test]
fn what_the_ledger_has_lost_is_taken_again() {
    let clock = Hand::at(START);
    let (good, other) = (good(&clock), other(&clock));
    let plan = format!(
        "every = \"5m\"\n[[feed]]\nurl = \"{}\"\n[[feed]]\nurl = \"{}\"\n",
        good.url("/feed"),
        other.url("/old")
    );
    let mut world = World::new(clock.clone());
    let until =
        |world: &mut World, at| world.run(&plan, settings(Allow::All, Some(start() + minutes(at))));
    until(&mut world, 12);
    let older = std::fs::read(world.path()).unwrap();
    until(&mut world, 30);
    let before: Vec<_> = world.reports().into_keys().collect();
    // As a power failure, or a copy that was put back, leaves it.
    std::fs::write(world.path(), older).unwrap();
    assert!(world.reports().len() < before.len());
    until(&mut world, 50);
    let after = world.reports();
    let lost: Vec<_> = before.iter().filter(|it| !after.contains_key(*it)).collect();
    assert!(lost.is_empty(), "{lost:?}");
    assert!(after.values().all(|it| *it == 1), "{after:?}");
    // Another ledger altogether.
    std::fs::remove_file(world.path()).unwrap();
    until(&mut world, 130);
    let anew = world.reports();
    let lost: Vec<_> = before.iter().filter(|it| !anew.contains_key(*it)).collect();
    assert!(lost.is_empty(), "{lost:?}");
}
