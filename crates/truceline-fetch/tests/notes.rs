//! Notes to a webhook: each once, also across restarts, also where the receiver is down.

mod server;
mod world;

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use server::{Hand, Server, html, reply};
use truceline_fetch::{Allow, clock::Clock};
use world::{World, settings};

fn page(title: &str, at: &str, text: &str) -> String {
    format!(
        "<html><head><title>{title}</title><meta property=\"article:published_time\" content=\"{at}\">\
         <meta property=\"og:site_name\" content=\"Harbour Wire\"></head><body><article><h1>{title}</h1><p>{text}</p></article></body></html>"
    )
}

/// What is published when, and what it says.
fn stories() -> Vec<(&'static str, String)> {
    vec![
        (
            "2026-11-20T07:00:00Z",
            page(
                "Old news",
                "2016-07-06T07:00:00Z",
                "DAMASCUS (Harbour Wire) - Syria's army declared a 72-hour truce across Syria on Wednesday, \
             starting at 1 a.m. on July 6, 2016, state television said.",
            ),
        ),
        (
            "2026-11-24T07:30:00Z",
            page(
                "Yemen government and Houthis declare 72-hour truce",
                "2026-11-24T07:30:00Z",
                "SANAA (Harbour Wire) - Yemen's government and the Houthi movement agreed on Tuesday to a \
             72-hour ceasefire across Yemen, the United Nations envoy said.</p><p>The truce will take \
             effect at 6 p.m. local time (1500 GMT) on Tuesday, November 24, 2026, the envoy said.",
            ),
        ),
        (
            "2026-11-24T09:30:00Z",
            page(
                "Three-day Yemen ceasefire agreed",
                "2026-11-24T09:30:00Z",
                "ADEN (Coast Post) - Yemen's government and the Houthi movement agreed on Tuesday to a \
             72-hour truce in Yemen, officials on both sides said.</p><p>It is to begin at 6 p.m. local \
             time (1500 GMT) on Tuesday, November 24, 2026, and aid lorries wait at the harbour.",
            ),
        ),
        (
            "2026-11-25T07:30:00Z",
            page(
                "Yemen truce extended until Sunday",
                "2026-11-25T07:30:00Z",
                "SANAA (Harbour Wire) - Yemen's government and the Houthi movement agreed on Wednesday to \
             extend the 72-hour ceasefire in Yemen until November 29, 2026, the United Nations envoy \
             said.</p><p>The truce took effect at 6 p.m. local time (1500 GMT) on Tuesday, November 24, \
             2026.",
            ),
        ),
        (
            "2026-11-25T19:30:00Z",
            page(
                "Houthis accused of breaking Yemen truce",
                "2026-11-25T19:30:00Z",
                "MARIB (Harbour Wire) - Houthi fighters shelled army positions outside Marib on Wednesday in \
             violation of the ceasefire in Yemen, a government spokesman said.</p><p>The truce between \
             the government and the Houthi movement took effect at 6 p.m. local time (1500 GMT) on \
             Tuesday, November 24, 2026.",
            ),
        ),
    ]
}

fn site(clock: &Arc<Hand>) -> Server {
    let here = clock.clone();
    Server::start(20, None, move |asked| {
        let stories = stories();
        if asked.path == "/feed" {
            let shown = stories
                .iter()
                .enumerate()
                .filter(|(_, it)| it.0.parse::<Timestamp>().unwrap() <= here.now());
            let items: String =
                shown.map(|(n, _)| format!("<item><link>/s/{n}</link></item>")).collect();
            return reply(200, "text/xml", format!("<rss><channel>{items}</channel></rss>"));
        }
        match asked.path.strip_prefix("/s/").and_then(|it| it.parse::<usize>().ok()) {
            Some(n) => html(stories[n].1.clone()),
            None => reply(404, "text/plain", ""),
        }
    })
}

/// Ids and kinds of the notes that were taken, and the ids of those that were not.
#[derive(Default)]
struct Box_ {
    taken: Mutex<Vec<(String, Value)>>,
    refused: Mutex<Vec<String>>,
}

fn receiver(inbox: &Arc<Box_>, takes: impl Fn(&Value) -> bool + Send + Sync + 'static) -> Server {
    let inbox = inbox.clone();
    Server::start(21, None, move |asked| {
        assert_eq!(asked.method, "POST");
        let note: Value = serde_json::from_str(&asked.body).unwrap();
        let id = asked.header("idempotency-key").unwrap().to_owned();
        assert_eq!(note["id"], id.as_str());
        if takes(&note) {
            inbox.taken.lock().unwrap().push((id, note));
            reply(204, "text/plain", "")
        } else {
            inbox.refused.lock().unwrap().push(id);
            reply(500, "text/plain", "")
        }
    })
}

fn kinds(inbox: &Box_) -> Vec<String> {
    let taken = inbox.taken.lock().unwrap();
    taken.iter().map(|it| it.1["kind"].as_str().unwrap().to_owned()).collect()
}

fn plan(site: &Server, hook: &Server) -> String {
    format!(
        "every = \"10m\"\n[[feed]]\nurl = \"{}\"\n[webhook]\nurl = \"{}\"\nprivate = true\n",
        site.url("/feed"),
        hook.url("/hook")
    )
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

#[test]
fn each_note_comes_once_with_restarts_and_a_receiver_that_is_down() {
    let clock = Hand::at("2026-11-24T06:00:00Z");
    let (site, inbox) = (site(&clock), Arc::new(Box_::default()));
    let down = Arc::new(AtomicBool::new(false));
    let (is_down, tries) = (down.clone(), AtomicUsize::new(0));
    // Fails twice at first, and as long as it is down.
    let hook = receiver(&inbox, move |_| {
        tries.fetch_add(1, Ordering::Relaxed) >= 2 && !is_down.load(Ordering::Relaxed)
    });
    let plan = plan(&site, &hook);
    let mut world = World::new(clock.clone());
    for until in ["2026-11-24T08:00:00Z", "2026-11-24T12:00:00Z"] {
        world.run(&plan, settings(Allow::All, Some(at(until))));
    }
    assert_eq!(kinds(&inbox), ["declared"]);
    assert_eq!(inbox.refused.lock().unwrap().len(), 2);
    assert!(inbox.refused.lock().unwrap().iter().all(|it| *it == inbox.taken.lock().unwrap()[0].0));
    // Written down while the receiver is down, sent after a restart.
    down.store(true, Ordering::Relaxed);
    let sum = world.run(&plan, settings(Allow::All, Some(at("2026-11-25T08:00:00Z"))));
    assert_eq!((sum.notes, sum.unsent), (0, 1));
    down.store(false, Ordering::Relaxed);
    for until in ["2026-11-25T12:00:00Z", "2026-11-26T00:00:00Z", "2026-11-28T00:00:00Z"] {
        world.run(&plan, settings(Allow::All, Some(at(until))));
    }
    assert_eq!(kinds(&inbox), ["declared", "extended", "broken"]);
    for until in ["2026-11-29T12:00:00Z", "2026-11-30T12:00:00Z", "2026-12-02T00:00:00Z"] {
        world.run(&plan, settings(Allow::All, Some(at(until))));
    }
    assert_eq!(kinds(&inbox), ["declared", "extended", "broken", "expiring"]);
    let taken = inbox.taken.lock().unwrap();
    let declared = &taken[0].1;
    assert_eq!(declared["truce"]["label"], "a 72-hour ceasefire");
    assert_eq!(declared["claim"]["report"]["outlet"], "Harbour Wire");
    assert!(declared["claim"]["quote"].as_str().unwrap().contains("truce"));
    assert_eq!(taken[2].1["claim"]["said"]["by"][0]["name"], "Houthis");
    let left = taken[3].1["truce"]["hours_left"].as_f64().unwrap();
    assert!((0.0..=24.0).contains(&left), "{left}");
}

#[test]
fn a_stop_in_the_middle_sends_no_note_twice() {
    let clock = Hand::at("2026-11-24T08:00:00Z");
    let (site, inbox) = (site(&clock), Arc::new(Box_::default()));
    let mut world = World::new(clock.clone());
    let stop = world.stop.clone();
    // Stopped while the receiver is at it: its answer is still waited for.
    let hook = receiver(&inbox, move |_| {
        stop.store(true, Ordering::Relaxed);
        std::thread::sleep(std::time::Duration::from_millis(150));
        true
    });
    let plan = plan(&site, &hook);
    // A first run, so that what comes is news.
    world.clock.set(at("2026-11-19T00:00:00Z"));
    world.run(&plan, settings(Allow::All, None));
    clock.set(at("2026-11-25T20:00:00Z"));
    for _ in 0..6 {
        world.stop.store(false, Ordering::Relaxed);
        let until = clock.now() + SignedDuration::from_mins(30);
        world.run(&plan, settings(Allow::All, Some(until)));
    }
    let mut kinds = kinds(&inbox);
    kinds.sort();
    assert_eq!(kinds, ["broken", "declared", "extended"]);
}

#[test]
fn a_killed_watch_sends_again_under_the_same_id() {
    let clock = Hand::at("2026-11-24T08:00:00Z");
    let (site, inbox) = (site(&clock), Arc::new(Box_::default()));
    let hook = receiver(&inbox, |_| true);
    let plan = plan(&site, &hook);
    let mut world = World::new(clock.clone());
    world.clock.set(at("2026-11-19T00:00:00Z"));
    world.run(&plan, settings(Allow::All, None));
    clock.set(at("2026-11-24T08:00:00Z"));
    world.run(&plan, settings(Allow::All, None));
    assert_eq!(kinds(&inbox), ["declared"]);
    // As if it had been killed between the answer and writing it down.
    let place = rusqlite::Connection::open(world.path().with_extension("db.watch")).unwrap();
    assert_eq!(place.execute("UPDATE note SET state = 0", []).unwrap(), 1);
    drop(place);
    world.run(&plan, settings(Allow::All, None));
    let taken = inbox.taken.lock().unwrap();
    assert_eq!(taken.len(), 2);
    assert_eq!(taken[0], taken[1]);
}

#[test]
fn an_inward_webhook_is_refused_unless_it_is_said_to_be_private() {
    let clock = Hand::at("2026-11-19T00:00:00Z");
    let (site, inbox) = (site(&clock), Arc::new(Box_::default()));
    let hook = receiver(&inbox, |_| true);
    let plan = plan(&site, &hook).replace("private = true\n", "");
    let mut world = World::new(clock.clone());
    let only = || Allow::Only(vec!["127.0.0.20".parse().unwrap()]);
    world.run(&plan, settings(only(), None));
    clock.set(at("2026-11-24T08:00:00Z"));
    let sum = world.run(&plan, settings(only(), None));
    assert_eq!((sum.notes, sum.unsent), (0, 1));
    assert!(hook.log().is_empty());
    assert!(world.troubles.iter().any(|it| it.contains("lies inward")), "{:?}", world.troubles);
}
