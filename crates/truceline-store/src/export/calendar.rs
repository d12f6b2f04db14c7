//! iCalendar (RFC 5545) of starts and expiries: an event per window edge whose time is known, with
//! its claims. An edge known to the day is an all-day event; a vaguer one is left out.

use std::io::Write;

use jiff::{Timestamp, tz::TimeZone};
use truceline::ledger::{body::When, fold::View, signs::HOUR};

use super::written;
use crate::{Asked, Ledger, Result, read};

pub fn export(ledger: &Ledger, asked: Asked, out: &mut dyn Write) -> Result<()> {
    let mut views = Vec::new();
    ledger.views(ledger.as_of(asked.as_of)?, |view| views.push(view.clone()))?;
    write(views, asked, out)
}

/// The same of some truces alone; a name that stands for none is passed over.
pub fn export_of(
    ledger: &Ledger,
    truces: &[&str],
    asked: Asked,
    out: &mut dyn Write,
) -> Result<()> {
    let seq = ledger.as_of(asked.as_of)?;
    let mut views = Vec::new();
    for truce in truces {
        views.extend(read::view_at(&ledger.conn, truce, seq)?);
    }
    write(views, asked, out)
}

fn write(mut views: Vec<View>, asked: Asked, out: &mut dyn Write) -> Result<()> {
    views.sort_by(|a, b| a.id.cmp(&b.id));
    let mut lines = vec!["BEGIN:VCALENDAR".to_owned(), "VERSION:2.0".to_owned()];
    lines.push("PRODID:-//truceline//truces//EN".to_owned());
    let stamp = asked.at.strftime("%Y%m%dT%H%M%SZ").to_string();
    for view in &views {
        for (at, window) in view.windows.iter().enumerate() {
            let edges = [("starts", &window.start), ("ends", &window.end)];
            for (what, edge) in edges {
                // Inside a chain an extension starts where the window before it ends.
                if at > 0 && what == "starts" && window.how != "stated" {
                    continue;
                }
                let Some(time) = edge.as_ref().and_then(event) else { continue };
                let derived = if window.derived && what == "ends" { " (derived)" } else { "" };
                lines.push("BEGIN:VEVENT".to_owned());
                lines.push(format!("UID:{}-{at}-{what}@truceline", view.id));
                lines.push(format!("DTSTAMP:{stamp}"));
                lines.extend(time);
                lines
                    .push(format!("SUMMARY:{}", plain(&format!("{} {what}{derived}", view.label))));
                let reports: Vec<&str> = view.reports.iter().map(String::as_str).collect();
                let claims: Vec<&str> = window.claims.iter().map(String::as_str).collect();
                lines.push(format!(
                    "DESCRIPTION:{}",
                    plain(&format!(
                        "truce {}; {}; claims {}; reports {}",
                        view.id,
                        window.how,
                        claims.join(" "),
                        reports.join(" ")
                    ))
                ));
                lines.push("END:VEVENT".to_owned());
            }
        }
    }
    lines.push("END:VCALENDAR".to_owned());
    for line in lines {
        fold(&line, out)?;
    }
    Ok(())
}

fn event(when: &When) -> Option<Vec<String>> {
    let (from, to) = when.seconds()?;
    if to - from <= HOUR {
        let at = Timestamp::from_second(from).ok()?;
        return Some(vec![format!("DTSTART:{}", at.strftime("%Y%m%dT%H%M%SZ"))]);
    }
    if to - from > 36 * HOUR {
        return None;
    }
    let zone = when.zone.as_deref().and_then(|it| TimeZone::get(it).ok()).unwrap_or(TimeZone::UTC);
    let day = Timestamp::from_second(from + (to - from) / 2).ok()?.to_zoned(zone).date();
    Some(vec![format!("DTSTART;VALUE=DATE:{}", day.strftime("%Y%m%d"))])
}

fn plain(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,");
    text.replace('\n', "\\n").replace('\r', "")
}

/// Lines end in CR LF and are folded at 75 bytes, never inside a character.
fn fold(line: &str, out: &mut dyn Write) -> Result<()> {
    let (mut rest, mut room) = (line, 75);
    loop {
        let cut = rest.floor_char_boundary(room.min(rest.len()));
        let (head, tail) = rest.split_at(cut);
        write!(out, "{head}\r\n").map_err(written)?;
        if tail.is_empty() {
            return Ok(());
        }
        write!(out, " ").map_err(written)?;
        (rest, room) = (tail, 74);
    }
}
