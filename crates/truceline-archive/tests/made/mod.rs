//! Archives made for tests: records, answers and members, whole or broken as a test needs them.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::io::Write as _;

use flate2::{
    Compression,
    write::{DeflateEncoder, GzEncoder, ZlibEncoder},
};
use truceline_archive::{Archive, Item, Limits, Page, What, page};

pub fn record(kind: &str, url: &str, content_type: &str, content: &[u8]) -> Vec<u8> {
    record_of_length(kind, url, content_type, content, content.len())
}

pub fn record_of_length(
    kind: &str,
    url: &str,
    content_type: &str,
    content: &[u8],
    length: usize,
) -> Vec<u8> {
    let mut out = format!(
        "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\n\
         WARC-Date: 2016-07-06T10:00:00Z\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n"
    )
    .into_bytes();
    out.extend_from_slice(content);
    out.extend_from_slice(b"\r\n\r\n");
    out
}

pub const HTTP: &str = "application/http; msgtype=response";

pub fn response(url: &str, fields: &str, body: &[u8]) -> Vec<u8> {
    record("response", url, HTTP, &answer(fields, body))
}

pub fn answer(fields: &str, body: &[u8]) -> Vec<u8> {
    let mut answer = format!("HTTP/1.1 200 OK\r\n{fields}\r\n").into_bytes();
    answer.extend_from_slice(body);
    answer
}

pub fn html(at: usize) -> String {
    format!(
        "<html><head><title>Page {at}</title></head><body><p>The page of number {at}.</p></body></html>"
    )
}

pub fn plain_page(at: usize) -> Vec<u8> {
    response(&url(at), "Content-Type: text/html\r\n", html(at).as_bytes())
}

pub fn url(at: usize) -> String {
    format!("http://news.example/{at}")
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::fast());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

pub fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut out = ZlibEncoder::new(Vec::new(), Compression::fast());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

pub fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut out = DeflateEncoder::new(Vec::new(), Compression::fast());
    out.write_all(bytes).unwrap();
    out.finish().unwrap()
}

pub fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let params = brotli::enc::BrotliEncoderParams { quality: 4, ..Default::default() };
    brotli::BrotliCompress(&mut &bytes[..], &mut out, &params).unwrap();
    out
}

pub fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::bulk::compress(bytes, 1).unwrap()
}

pub fn chunked(bytes: &[u8], size: usize) -> Vec<u8> {
    let mut out = Vec::new();
    for chunk in bytes.chunks(size) {
        out.extend_from_slice(format!("{:x};note=1\r\n", chunk.len()).as_bytes());
        out.extend_from_slice(chunk);
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b"0\r\n\r\n");
    out
}

pub fn items(bytes: Vec<u8>) -> Vec<Item> {
    items_within(bytes, Limits::default())
}

pub fn items_within(bytes: Vec<u8>, limits: Limits) -> Vec<Item> {
    let archive = Archive::new(Box::new(std::io::Cursor::new(bytes)), limits).unwrap();
    archive.collect()
}

/// The pages, and what is said of those records that could not be read.
pub fn pages(bytes: Vec<u8>) -> (Vec<Page>, Vec<String>) {
    pages_within(bytes, Limits::default())
}

pub fn pages_within(bytes: Vec<u8>, limits: Limits) -> (Vec<Page>, Vec<String>) {
    let (mut found, mut said) = (Vec::new(), Vec::new());
    for item in items_within(bytes, limits) {
        match item.what {
            What::Answer(answer) => match page(answer, &limits) {
                Ok(page) => found.extend(page),
                Err(what) => said.push(format!("{}: {what}", item.place)),
            },
            What::Skipped(what) => said.push(format!("{}: {what}", item.place)),
            What::Other(_) => {}
        }
    }
    (found, said)
}

pub fn urls(pages: &[Page]) -> Vec<String> {
    pages
        .iter()
        .map(|it| {
            it.url.clone().unwrap_or_default().rsplit('/').next().unwrap_or_default().to_owned()
        })
        .collect()
}
