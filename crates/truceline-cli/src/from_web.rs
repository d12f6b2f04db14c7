//! Addresses and feeds among the inputs. Comes in: an address, or a file's bytes. Goes out: reports,
//! and a word on what was left. Never reads a teaser for a report.

use truceline::report::{Problem, Published, Report};
use truceline_fetch::{Allow, Fetched, Fetcher, feed};

pub type Taken = Vec<Result<Report, Problem>>;

/// The most bytes of a feed's file, unpacked.
const LIMIT: u64 = 256 << 20;

/// What `--allow-private` means.
pub fn allow(private: bool) -> Allow {
    if private { Allow::All } else { Allow::None }
}

pub struct Web {
    allow: Allow,
    fetcher: Option<Fetcher>,
}

impl Web {
    pub fn new(allow_private: bool) -> Web {
        Web { allow: allow(allow_private), fetcher: None }
    }

    pub fn fetch(&mut self, url: &str, published: Option<&Published>) -> Taken {
        let allow = &self.allow;
        let fetcher = self.fetcher.get_or_insert_with(|| Fetcher::new(allow.clone()));
        let fetched = fetcher.reports(url);
        taken(url, fetched, published)
    }
}

/// The reports of a feed's file; `None` where the bytes are no feed.
pub fn in_file(name: &str, bytes: &[u8], published: Option<&Published>) -> Option<Taken> {
    let fetched = feed::in_file(bytes, LIMIT)?.map(|feed| {
        let (reports, links) = feed::reports(&feed, Some(name));
        Fetched { reports, links, broken: feed.broken }
    });
    Some(taken(name, fetched, published))
}

fn taken(name: &str, fetched: Result<Fetched, String>, published: Option<&Published>) -> Taken {
    let problem = |what: String| Err(Problem::new(Some(name), None, what));
    let Fetched { mut reports, links, broken } = match fetched {
        Ok(fetched) => fetched,
        Err(what) => return vec![problem(what)],
    };
    if let Some(published) = published {
        for report in &mut reports {
            report.published = Some(published.clone());
        }
    }
    let left = links.len();
    let items = if left == 1 { "item has" } else { "items have" };
    let mut taken: Taken = Vec::new();
    if reports.is_empty() {
        let found = match left {
            0 => "none".to_owned(),
            1 => "a link".to_owned(),
            _ => format!("{left} links"),
        };
        taken.push(problem(format!(
            "expected items with their whole text but found {found}; `truceline watch` fetches the \
             pages of a feed"
        )));
    } else if left > 0 {
        eprintln!(
            "truceline: {name}: {left} {items} only a teaser and a link; `truceline watch` fetches \
             the pages of a feed"
        );
    }
    taken.extend(broken.map(problem));
    taken.extend(reports.into_iter().map(Ok));
    taken
}
