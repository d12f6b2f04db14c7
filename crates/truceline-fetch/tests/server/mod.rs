//! A server for tests, on a loopback address of its own, that answers as it is told: well, slowly,
//! wrongly or with malice.

#![allow(dead_code)]

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use jiff::Timestamp;
use truceline_fetch::clock::Clock;

#[derive(Clone, Debug)]
pub struct Asked {
    pub method: String,
    pub path: String,
    pub headers: BTreeMap<String, String>,
    pub body: String,
    pub at: Option<Timestamp>,
}

impl Asked {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }
}

pub enum Reply {
    /// Status, headers, body.
    Plain(u16, Vec<(String, String)>, Vec<u8>),
    /// Whatever is written to the connection.
    Raw(Box<dyn FnOnce(&mut TcpStream) + Send>),
}

pub fn reply(status: u16, kind: &str, body: impl Into<Vec<u8>>) -> Reply {
    Reply::Plain(status, vec![("content-type".into(), kind.into())], body.into())
}

pub fn html(body: impl Into<Vec<u8>>) -> Reply {
    reply(200, "text/html; charset=utf-8", body)
}

pub fn moved(status: u16, to: &str) -> Reply {
    Reply::Plain(status, vec![("location".into(), to.into())], Vec::new())
}

pub fn raw(act: impl FnOnce(&mut TcpStream) + Send + 'static) -> Reply {
    Reply::Raw(Box::new(act))
}

pub struct Server {
    pub address: SocketAddr,
    log: Arc<Mutex<Vec<Asked>>>,
    stop: Arc<AtomicBool>,
}

impl Server {
    /// On 127.0.0.`host`: hosts that differ for those who are polite to each.
    pub fn start(
        host: u8,
        clock: Option<Arc<Hand>>,
        answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static,
    ) -> Server {
        let listener = TcpListener::bind((Ipv4Addr::new(127, 0, 0, host), 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let log = Arc::new(Mutex::new(Vec::new()));
        let stop = Arc::new(AtomicBool::new(false));
        let (kept, stopped, answer) = (log.clone(), stop.clone(), Arc::new(answer));
        thread::spawn(move || {
            for stream in listener.incoming() {
                if stopped.load(Ordering::Relaxed) {
                    break;
                }
                let Ok(stream) = stream else { continue };
                let (log, answer, clock) = (kept.clone(), answer.clone(), clock.clone());
                thread::spawn(move || serve(stream, &log, &*answer, clock.as_deref()));
            }
        });
        Server { address, log, stop }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn log(&self) -> Vec<Asked> {
        self.log.lock().unwrap().clone()
    }

    pub fn count(&self, path: &str) -> usize {
        self.log().iter().filter(|it| it.path == path).count()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(self.address);
    }
}

/// One request on a connection, so that none outlives its test.
fn serve(
    stream: TcpStream,
    log: &Mutex<Vec<Asked>>,
    answer: &(dyn Fn(&Asked) -> Reply + Send + Sync),
    clock: Option<&Hand>,
) {
    let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
    let _ = stream.set_write_timeout(Some(Duration::from_secs(5)));
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut line = String::new();
    if reader.read_line(&mut line).is_err() || line.is_empty() {
        return;
    }
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).is_err() || line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':') {
            headers.insert(name.trim().to_ascii_lowercase(), value.trim().to_owned());
        }
    }
    let length = headers.get("content-length").and_then(|it| it.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    let _ = reader.read_exact(&mut body);
    let asked = Asked {
        method,
        path,
        headers,
        body: String::from_utf8_lossy(&body).into_owned(),
        at: clock.map(Clock::now),
    };
    log.lock().unwrap().push(asked.clone());
    let mut stream = stream;
    match answer(&asked) {
        Reply::Raw(act) => act(&mut stream),
        Reply::Plain(status, headers, body) => {
            let mut head = format!(
                "HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n",
                body.len()
            );
            for (name, value) in headers {
                head.push_str(&format!("{name}: {value}\r\n"));
            }
            head.push_str("\r\n");
            let _ = stream.write_all(head.as_bytes());
            let _ = stream.write_all(&body);
        }
    }
}

/// A clock that a test drives: a wait is over at once.
pub struct Hand(Mutex<Timestamp>);

impl Hand {
    pub fn at(start: &str) -> Arc<Hand> {
        Arc::new(Hand(Mutex::new(start.parse().unwrap())))
    }

    pub fn set(&self, at: Timestamp) {
        *self.0.lock().unwrap() = at;
    }
}

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }

    fn wait(&self, until: Timestamp, _stop: &AtomicBool) {
        let mut now = self.0.lock().unwrap();
        *now = until.max(*now);
    }
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}
