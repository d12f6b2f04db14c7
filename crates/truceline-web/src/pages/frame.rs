//! What stands around every page. Comes in: the question and who asks. Goes out: the two times as
//! fields and in every link, and the addresses of the assets.

use form_urlencoded::Serializer;
use jiff::{Timestamp, tz::TimeZone};

use super::{assets, map::Dot, said};
use crate::{Question, who::Caller};

/// The two times as they were given.
#[derive(Clone, Debug, Default)]
pub struct Times {
    pub at: Option<Timestamp>,
    pub as_of: Option<Timestamp>,
}

impl Times {
    /// As hidden fields of other forms.
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        let given = [("at", self.at), ("as_of", self.as_of)];
        given.into_iter().filter_map(|(name, it)| Some((name, it?.to_string()))).collect()
    }

    pub fn travelling(&self) -> bool {
        self.at.is_some() || self.as_of.is_some()
    }
}

pub struct Frame {
    pub path: String,
    pub times: Times,
    /// Other fields of the address, kept when the times change.
    pub keep: Vec<(String, String)>,
    /// The time asked about and the time of knowing, in seconds.
    pub at: i64,
    pub as_of: i64,
    /// When the ledger's first and last entries were recorded, in seconds.
    pub recorded: (i64, i64),
    /// Who is signed in.
    pub author: Option<String>,
    /// The entry that has just been appended by a form.
    pub decided: Option<u64>,
    /// What a form must carry so that no other site can send it.
    pub form_token: String,
}

impl Frame {
    pub fn new(path: &str, question: &Question, recorded: (i64, i64)) -> Frame {
        let times = Times { at: question.at_given.then_some(question.at), as_of: question.as_of };
        Frame {
            path: path.to_owned(),
            at: question.at.as_second(),
            as_of: question.as_of.map_or(recorded.1, Timestamp::as_second),
            times,
            keep: Vec::new(),
            recorded,
            author: None,
            decided: None,
            form_token: String::new(),
        }
    }

    /// Forms of a page are for who signed in with a browser.
    pub fn signed_in(&mut self, caller: Option<&Caller>) {
        if let Some(Caller::Browser(session)) = caller {
            self.author = Some(session.name.clone());
            self.form_token.clone_from(&session.form);
        }
    }

    /// A link to a page of ours at the same two times.
    pub fn href(&self, path: impl AsRef<str>) -> String {
        add(path.as_ref(), &self.times.fields())
    }

    pub fn href_with(&self, path: &str, name: &'static str, value: &str) -> String {
        let mut fields = vec![(name, value.to_owned())];
        fields.extend(self.times.fields());
        add(path, &fields)
    }

    /// A dot leads to its truce, or to the list of those there.
    pub fn dot(&self, dot: &Dot) -> String {
        match dot.truces.as_slice() {
            [one] => self.href(truce(one)),
            _ => self.href_with("/", "place", &dot.name),
        }
    }

    /// This page without the times.
    pub fn here_now(&self) -> String {
        add(&self.path, &self.keep)
    }

    /// This page, at these times, as it stands in the address.
    pub fn here(&self) -> String {
        let mut fields = self.keep.clone();
        fields.extend(self.times.fields().into_iter().map(|it| (it.0.to_owned(), it.1)));
        add(&self.path, &fields)
    }

    pub fn sign_in(&self) -> String {
        add("/sign-in", &[("to", self.here())])
    }

    /// Where the sources of this truce are compared.
    pub fn sources(&self) -> String {
        format!("{}/sources", self.path)
    }

    /// The same truce for programs.
    pub fn api(&self, id: &str) -> String {
        format!("/api/v1/truces/{}", segment(id))
    }

    pub fn claim(&self, id: &str) -> String {
        claim(id)
    }

    pub fn asset(&self, name: &str) -> &'static str {
        assets::address(name)
    }

    pub fn at_words(&self) -> String {
        said::utc(self.at)
    }

    pub fn as_of_words(&self) -> String {
        said::utc(self.as_of)
    }

    pub fn at_value(&self) -> String {
        self.times.at.map_or_else(String::new, field)
    }

    pub fn as_of_value(&self) -> String {
        self.times.as_of.map_or_else(String::new, field)
    }
}

pub fn truce(id: &str) -> String {
    format!("/truce/{}", segment(id))
}

pub fn claim(id: &str) -> String {
    format!("/claim/{}", segment(id))
}

/// A name as one segment of a path.
fn segment(name: &str) -> String {
    form_urlencoded::byte_serialize(name.as_bytes()).collect::<String>().replace('+', "%20")
}

fn add(path: &str, fields: &[(impl AsRef<str>, String)]) -> String {
    if fields.is_empty() {
        return path.to_owned();
    }
    let mut query = Serializer::new(String::new());
    for (name, value) in fields {
        query.append_pair(name.as_ref(), value);
    }
    let joint = if path.contains('?') { '&' } else { '?' };
    format!("{path}{joint}{}", query.finish())
}

/// As a `datetime-local` field holds it, in UTC.
fn field(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::{Frame, claim};
    use crate::Question;

    #[test]
    fn the_times_go_along_in_every_link() {
        let question = Question::read("at=2016-07-06T01:00Z&as_of=2016-07-07").unwrap();
        let mut frame = Frame::new("/search", &question, (0, 9));
        frame.keep.push(("q".to_owned(), "a b".to_owned()));
        let times = "at=2016-07-06T01%3A00%3A00Z&as_of=2016-07-07T23%3A59%3A59Z";
        assert_eq!(frame.href("/"), format!("/?{times}"));
        assert_eq!(frame.href("/?status=all"), format!("/?status=all&{times}"));
        assert_eq!(
            frame.href_with("/", "place", "Deir al-Zor"),
            format!("/?place=Deir+al-Zor&{times}")
        );
        assert_eq!(frame.here_now(), "/search?q=a+b");
        assert_eq!(frame.at_value(), "2016-07-06T01:00");
        let now = Frame::new("/", &Question::default(), (0, 9));
        assert_eq!((now.href("/").as_str(), now.at_value().as_str()), ("/", ""));
        assert_eq!(claim("c1/../x y?"), "/claim/c1%2F..%2Fx%20y%3F");
    }
}
