//! `watch`: feeds in, reports kept, notes out. Comes in: a plan, a ledger, a clock. Goes out: entries
//! in the ledger and a [`Sum`]. Never asks a host twice at once, never loses its place.

mod feeds;
mod pages;
mod posts;

use std::{
    collections::HashMap,
    fmt,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    },
    thread,
    time::{Duration, Instant},
};

use jiff::{SignedDuration, Timestamp};
use truceline::{ledger::intake::Intake, read::Reader};
use truceline_store::{Added, Ledger, Outcome};
use url::Url;

use crate::{
    address,
    clock::Clock,
    get::{Answer, Client, Fault, Limits, agent_name},
    hosts::{Hosts, Went, later},
    jobs::{Did, Hands, Job},
    notes,
    place::{self, FeedRow, Outgoing, Place, Waiting},
    plan::{Plan, Source},
    resolve::Allow,
    robots::Rules,
};

/// What is not in FEEDS.toml.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    pub allow: Allow,
    /// Each feed is polled once, its pages fetched, and that is all.
    pub once: bool,
    pub until: Option<Timestamp>,
    pub limits: Limits,
    /// Of all that is left to chance.
    pub seed: u64,
}

/// What is told while it goes on.
pub enum Told<'a> {
    Kept(&'a str, &'a Added),
    Trouble(&'a str),
}

/// What was done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    pub polls: u64,
    pub unchanged: u64,
    pub failed_polls: u64,
    pub items: u64,
    pub new: u64,
    pub versions: u64,
    pub again: u64,
    pub known: u64,
    pub claims: u64,
    pub given_up: u64,
    pub refused: u64,
    pub passed: u64,
    pub retries: u64,
    pub notes: u64,
    /// Still to be fetched and sent.
    pub waiting: u64,
    pub unsent: u64,
}

impl fmt::Display for Sum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} polls ({} unchanged, {} failed), {} new items; {} reports new, {} versions, {} read \
             again, {} known; {} claims appended; {} given up, {} not allowed, {} too old; {} \
             waiting; {} notes sent, {} waiting",
            self.polls,
            self.unchanged,
            self.failed_polls,
            self.items,
            self.new,
            self.versions,
            self.again,
            self.known,
            self.claims,
            self.given_up,
            self.refused,
            self.passed,
            self.waiting,
            self.notes,
            self.unsent
        )
    }
}

pub type Result<T> = std::result::Result<T, String>;

/// The most redirects that are followed.
const HOPS: u32 = 5;
/// How often it is looked which truces end soon.
const EXPIRY: SignedDuration = SignedDuration::from_mins(1);
/// What a host may ask for.
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_hours(24);
/// How long a stop waits for a note that is being sent.
const LAST_NOTE: Duration = Duration::from_secs(10);
const TICK: Duration = Duration::from_millis(100);

enum Target {
    Feed(Box<FeedRow>),
    Page(Waiting),
    Post(Outgoing),
}

struct Running {
    /// `None`: the rules of the site are asked for.
    target: Option<Target>,
    url: Url,
    host: String,
}

pub struct Watch<'a> {
    plan: Plan,
    settings: Settings,
    hands: Arc<Hands>,
    ledger: Ledger,
    place: Place,
    hosts: Hosts,
    /// Manners towards the webhook, which is nobody's site.
    hook: Hosts,
    clock: &'a dyn Clock,
    stop: &'a AtomicBool,
    tell: &'a mut dyn FnMut(Told<'_>),
    sum: Sum,
    start: Timestamp,
    next_expiry: Timestamp,
    running: HashMap<u64, Running>,
    tickets: u64,
    send: Sender<(u64, Did)>,
    done: Receiver<(u64, Did)>,
}

/// What a watch works with.
pub struct Tools<'a> {
    pub reader: Arc<Reader>,
    /// The digest of the pack that is read with.
    pub pack: String,
    pub ledger: Ledger,
    pub clock: &'a dyn Clock,
    pub stop: &'a AtomicBool,
    pub tell: &'a mut dyn FnMut(Told<'_>),
}

impl<'a> Watch<'a> {
    /// Takes up where the last watch of this ledger left off.
    pub fn open(plan: Plan, settings: Settings, tools: Tools<'a>) -> Result<Watch<'a>> {
        let Tools { reader, pack, ledger, clock, stop, tell } = tools;
        let agent = agent_name(plan.contact.as_deref());
        let limits = &settings.limits;
        let client = Client::new(&agent, settings.allow.clone(), limits.clone());
        let private = plan.webhook.as_ref().is_some_and(|it| it.private);
        let post = Client::new(
            &agent,
            if private { Allow::All } else { settings.allow.clone() },
            limits.clone(),
        );
        let mut place = Place::open(&place::beside(Path::new(ledger.path())))?;
        let start = clock.now();
        let mut hosts = Hosts::new(plan.delay, settings.seed);
        for (host, next, fails) in place.look().hosts()? {
            hosts.recall(&host, next, fails);
        }
        let given_up = place.step(|step| {
            step.plan(&plan.feeds)?;
            step.prune(start)
        })?;
        let (send, done) = channel();
        Ok(Watch {
            hook: Hosts::new(SignedDuration::ZERO, settings.seed),
            hands: Arc::new(Hands { client, post, reader, pack }),
            sum: Sum { given_up: given_up as u64, ..Sum::default() },
            plan,
            settings,
            ledger,
            place,
            hosts,
            clock,
            stop,
            tell,
            start,
            next_expiry: start,
            running: HashMap::new(),
            tickets: 0,
            send,
            done,
        })
    }

    /// Until it is stopped or its time is over. An error ends it; its place is kept.
    pub fn run(mut self) -> Result<Sum> {
        self.look()?;
        loop {
            if self.stop.load(Ordering::Relaxed) {
                break;
            }
            let now = self.clock.now();
            let over = self.settings.until.is_some_and(|until| now >= until);
            let next = if over { None } else { self.start_due(now)? };
            if !self.running.is_empty() {
                self.take_one(TICK)?;
                continue;
            }
            // Nothing runs, and nothing that is due could be started.
            let Some(next) = next.filter(|_| !over) else { break };
            let until = self.settings.until.map_or(next, |until| next.min(until));
            self.clock.wait(until, self.stop);
        }
        self.end()
    }

    /// Notes that are being sent are waited for a little; all else can be done again.
    fn end(mut self) -> Result<Sum> {
        let since = Instant::now();
        let sending = |it: &Running| matches!(it.target, Some(Target::Post(_)));
        while self.running.values().any(sending) && since.elapsed() < LAST_NOTE {
            self.take_one(TICK)?;
        }
        let counts = self.place.look().counts()?;
        self.sum.waiting = counts.waiting;
        self.sum.unsent = counts.notes;
        Ok(self.sum)
    }

    /// Starts all that may be; gives when the next thing is due.
    fn start_due(&mut self, now: Timestamp) -> Result<Option<Timestamp>> {
        self.expire(now)?;
        let mut next = self.candidates()?;
        next.sort_by_key(|it| it.0);
        let mut soonest = None;
        for (due, target) in next {
            if due > now {
                soonest = Some(soonest.map_or(due, |it: Timestamp| it.min(due)));
                break;
            }
            // A post takes no room from the hosts that are asked.
            let room = self.running.len() < self.plan.at_once;
            if (room || matches!(target, Target::Post(_))) && self.start(target, now)? {
                // It was settled at once: the next of its host may be due.
                soonest = Some(now);
            }
        }
        let expiry = self.notes_on(notes::Kind::Expiring).then_some(self.next_expiry);
        let expiry = expiry.filter(|_| !self.settings.once);
        Ok([soonest, expiry].into_iter().flatten().min())
    }

    /// All that could be next, with when it is due; at most one thing for each host.
    fn candidates(&self) -> Result<Vec<(Timestamp, Target)>> {
        let (once, start) = (self.settings.once, self.start);
        let mut found = Vec::new();
        let look = self.place.look();
        let since = Timestamp::from_second(start.as_second()).unwrap_or(start);
        for it in look.feeds()? {
            let Some(next) = it.next else { continue };
            let host = address::host(&it.at);
            let Some(free) = self.hosts.free(&host) else { continue };
            let next = match once {
                true if it.polled >= since || self.down(&host) => continue,
                true => Timestamp::UNIX_EPOCH,
                false => next,
            };
            found.push((next.max(free), Target::Feed(Box::new(it))));
        }
        for it in look.waiting()? {
            let Some(free) = self.hosts.free(&it.host) else { continue };
            if once && (it.tried >= since || self.down(&it.host)) {
                continue;
            }
            found.push((it.next.max(free), Target::Page(it)));
        }
        if let Some(hook) = &self.plan.webhook
            && let Some(free) = self.hook.free(hook.url.as_str())
            && let Some(it) = look.outgoing()?
            && !(once && it.tried >= since)
        {
            found.push((it.next.max(free), Target::Post(it)));
        }
        Ok(found)
    }

    /// Whether `--once` leaves a host alone: one page that fails is not the host's last word.
    fn down(&self, host: &str) -> bool {
        self.hosts.fails(host) >= 3
    }

    /// True where it was settled without asking anyone.
    fn start(&mut self, target: Target, now: Timestamp) -> Result<bool> {
        let (url, host) = match &target {
            Target::Feed(it) => (it.at.clone(), address::host(&it.at)),
            Target::Page(it) => (it.url.clone(), it.host.clone()),
            Target::Post(it) => {
                let Some(hook) = &self.plan.webhook else { return Ok(false) };
                let url = hook.url.clone();
                let (id, body) = (it.id.clone(), it.body.clone());
                self.hook.start(url.as_str());
                let job = Job::Post { url: url.clone(), id, body };
                let host = url.to_string();
                self.spawn(job, Running { target: Some(target), url, host });
                return Ok(false);
            }
        };
        // Two feeds of one host may have come due at once.
        if self.hosts.free(&host).is_none_or(|free| free > now) {
            return Ok(false);
        }
        let job = match (self.hosts.may(&url, now), &target) {
            (None, _) => {
                self.hosts.start(&host);
                let job = Job::Robots(url.clone());
                self.spawn(job, Running { target: None, url, host });
                return Ok(false);
            }
            (Some(Err(why)), _) => {
                match target {
                    Target::Feed(it) => self.feed_failed(*it, now, None, &why)?,
                    Target::Page(it) => self.page_refused(&it, &why)?,
                    Target::Post(_) => {}
                }
                return Ok(true);
            }
            (Some(Ok(())), Target::Page(it)) => Job::Page(url.clone(), it.said.clone()),
            (Some(Ok(())), Target::Feed(it)) => Job::Feed(url.clone(), it.known.clone()),
            (Some(Ok(())), Target::Post(_)) => return Ok(false),
        };
        self.hosts.start(&host);
        self.spawn(job, Running { target: Some(target), url, host });
        Ok(false)
    }

    fn spawn(&mut self, job: Job, running: Running) {
        self.tickets += 1;
        let ticket = self.tickets;
        self.running.insert(ticket, running);
        let (hands, send) = (self.hands.clone(), self.send.clone());
        // Whoever waited may have been stopped: nobody wants the result then.
        thread::spawn(move || drop(send.send((ticket, hands.work(&job)))));
    }

    /// Waits a little for something to be done, and takes what is.
    fn take_one(&mut self, patience: Duration) -> Result<()> {
        match self.done.recv_timeout(patience) {
            Ok((ticket, did)) => self.take(ticket, did),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => Ok(()),
        }
    }

    fn take(&mut self, ticket: u64, did: Did) -> Result<()> {
        let Some(Running { target, url, host }) = self.running.remove(&ticket) else {
            return Ok(());
        };
        let now = self.clock.now();
        match (did, target) {
            (Did::Robots(rules), _) => {
                let went = match rules {
                    Ok(rules) => {
                        self.hosts.learn(&url, rules, now);
                        Went::Well
                    }
                    Err(fault) if fault.again => {
                        if self.hosts.fails(&host) == 0 {
                            self.trouble(&format!("{}: {fault}", address::origin(&url)));
                        }
                        Went::Badly
                    }
                    Err(fault) => {
                        self.hosts.learn(&url, Rules::Unknown(fault.what), now);
                        Went::Well
                    }
                };
                self.host_done(&host, now, went)
            }
            (Did::Feed(answer), Some(Target::Feed(it))) => {
                let went = went(answer.as_ref().map(|it| &it.0), now);
                self.host_done(&host, now, went)?;
                self.fed(*it, answer, now, went)
            }
            (Did::Page(answer), Some(Target::Page(it))) => {
                let went = went(answer.as_ref().map(|it| &it.0), now);
                self.host_done(&host, now, went)?;
                self.paged(&it, answer, now, went)
            }
            (Did::Post(answer), Some(Target::Post(it))) => {
                let went = went(answer.as_ref(), now);
                self.hook.done(&host, now, went);
                self.posted(&it, &answer, now, went)
            }
            _ => Ok(()),
        }
    }

    fn host_done(&mut self, host: &str, now: Timestamp, went: Went) -> Result<()> {
        let before = self.hosts.fails(host);
        let (next, fails) = self.hosts.done(host, now, went);
        if before != 0 || fails != 0 {
            self.place.step(|step| step.host(host, next, fails))?;
        }
        Ok(())
    }

    /// Appends a report; what is printed is kept for good.
    fn keep(&mut self, name: &str, intake: Intake, now: Timestamp) -> Result<()> {
        let head = self.ledger.head().map_err(|err| err.to_string())?;
        let last = head.and_then(|it| Timestamp::from_microsecond(it.recorded).ok());
        // The clock of a machine may be set back; the ledger's never runs back.
        let recorded = last.map_or(now, |last| now.max(last));
        let added = self.ledger.add(&[intake], recorded).map_err(|err| err.to_string())?;
        for it in &added {
            let sum = &mut self.sum;
            *match it.outcome {
                Outcome::New => &mut sum.new,
                Outcome::Version => &mut sum.versions,
                Outcome::Again => &mut sum.again,
                Outcome::Known => &mut sum.known,
            } += 1;
            sum.claims += it.claims as u64;
            (self.tell)(Told::Kept(name, it));
        }
        Ok(())
    }

    fn trouble(&mut self, what: &str) {
        (self.tell)(Told::Trouble(what));
    }

    fn source(&self, it: &FeedRow) -> Option<&Source> {
        self.plan.feeds.iter().find(|source| source.url == it.root)
    }
}

/// How an answer went, for the host that gave it.
fn went(answer: std::result::Result<&Answer, &Fault>, now: Timestamp) -> Went {
    let Ok(answer) = answer else {
        return match answer {
            Err(fault) if !fault.host => Went::Well,
            _ => Went::Badly,
        };
    };
    if !matches!(answer.status, 408 | 425 | 429 | 500..) {
        return Went::Well;
    }
    match answer.retry_after.as_deref().and_then(|it| pause(it, now)) {
        Some(pause) => Went::Later(later(now, pause)),
        None => Went::Badly,
    }
}

/// `Retry-After`: seconds or a date.
fn pause(words: &str, now: Timestamp) -> Option<SignedDuration> {
    let seconds = words.parse::<u32>().map(|it| SignedDuration::from_secs(it.into())).ok();
    let dated = || {
        let at = jiff::fmt::rfc2822::parse(words).ok()?;
        Some(at.timestamp().duration_since(now))
    };
    let pause = seconds.or_else(dated)?;
    Some(pause.clamp(SignedDuration::ZERO, LONGEST_PAUSE))
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::pause;

    #[test]
    fn a_pause_is_seconds_or_a_date_and_bounded() {
        let now: Timestamp = "2026-11-24T12:00:00Z".parse().unwrap();
        for (words, seconds) in [
            ("120", Some(120)),
            ("Tue, 24 Nov 2026 12:05:00 GMT", Some(300)),
            ("Tue, 24 Nov 2026 11:00:00 GMT", Some(0)),
            ("4000000000", Some(86_400)),
            ("soon", None),
            ("-1", None),
        ] {
            assert_eq!(pause(words, now), seconds.map(SignedDuration::from_secs), "{words}");
        }
    }
}
