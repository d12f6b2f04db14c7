fn reports(name: &str, bytes: &[u8], published: Option<Date>) -> Vec<Result<Report, String>> {
    use truceline::report::{Form, Published};
    let text = String::from_utf8_lossy(bytes).into_owned();
    let mk = |v: serde_json::Value, text: &str| {
        let s = |k: &str| v[k].as_str().map(str::to_owned);
        let date = published.map(|d| (d, "option")).or_else(|| {
            s("published").and_then(|p| p.get(..10)?.parse().ok()).map(|d| (d, "json"))
        });
        Report {
            id: s("id").unwrap_or_else(|| "digest".into()),
            path: Some(name.to_owned()),
            url: s("url"),
            outlet: s("outlet"),
            title: s("title"),
            published: date.map(|(date, from)| Published {
                date,
                stamp: date.to_string(),
                from: from.into(),
            }),
            form: Form::Text,
            content: s("text").unwrap_or_else(|| text.to_owned()),
        }
    };
    if name.ends_with(".jsonl") {
        text.lines()
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty())
            .map(|(at, line)| {
                serde_json::from_str(line)
                    .map(|v| mk(v, ""))
                    .map_err(|err| format!("{name}:{}: {err}", at + 1))
            })
            .collect()
    } else {
        vec![Ok(mk(serde_json::Value::Null, &text))]
    }
}
