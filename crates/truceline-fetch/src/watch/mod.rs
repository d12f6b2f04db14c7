//! `watch`: feeds in, reports kept, notes out. Comes in: a plan, a ledger, a clock. Goes out: entries
//! in the ledger and a [`Sum`]. Never asks a host twice at once, never loses its place.

mod feeds;
mod pages;
mod posts;
mod reach;
mod told;
mod went;

use std::{
    collections::HashMap,
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
use truceline_store::{Ledger, Outcome};
use url::Url;

use crate::{
    address,
    clock::Clock,
    get::{Client, agent_name},
    hosts::{Hosts, Went},
    jobs::{Did, Hands, Job},
    notes,
    place::{self, FeedRow, Outgoing, Place, Waiting},
    plan::{Plan, Source},
    resolve::Allow,
    robots::Rules,
};

pub use told::{Settings, Sum, Told};
use went::went;

pub type Result<T> = std::result::Result<T, String>;

/// The most redirects that are followed.
const HOPS: u32 = 5;
/// How often it is looked which truces end soon.
const EXPIRY: SignedDuration = SignedDuration::from_mins(1);
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
        let reached = reach::reached(&ledger, &place)?;
        let given_up = place.step(|step| {
            step.reach(reached.0, start)?;
            if let Some(first) = &reached.1 {
                step.set_ledger(first)?;
            }
            step.plan(&plan.feeds)?;
            step.mend(start)?;
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
                self.hook.start(url.as_str(), now);
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
                self.hosts.start(&host, now);
                let job = Job::Robots(url.clone());
                self.spawn(job, Running { target: None, url, host });
                return Ok(false);
            }
            (Some(Err(why)), _) => {
                match target {
                    Target::Feed(it) => self.feed_failed(*it, now, None, &why)?,
                    Target::Page(it) => self.page_refused(&it, &why, now)?,
                    Target::Post(_) => {}
                }
                return Ok(true);
            }
            (Some(Ok(())), Target::Page(it)) => Job::Page(url.clone(), it.said.clone()),
            (Some(Ok(())), Target::Feed(it)) => Job::Feed(url.clone(), it.known.clone()),
            (Some(Ok(())), Target::Post(_)) => return Ok(false),
        };
        self.hosts.start(&host, now);
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
        let first = head.is_none();
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
        if first && let Some(first) = self.ledger.entry(1).map_err(|err| err.to_string())? {
            self.place.step(|step| step.set_ledger(&first.digest))?;
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
