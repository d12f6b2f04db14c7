//! Pages, as the server sends them: what a report says stays text, times change answers, the page of
//! now stays small whatever is in force.

use truceline::claim::Act;
use truceline_store::Decision;

use crate::place::{Served, Story, TOKEN, serve, serve_with, time};

const SCRIPT: &str = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>&";

async fn first_of(served: &Served, path: &str, head: &str) -> String {
    let page = served.get(path).await;
    assert_eq!(page.status, 200, "{path}: {}", page.body);
    let from = page.body.find(head).unwrap_or_else(|| panic!("{head} in {}", page.body));
    page.body[from..].chars().take_while(|it| it.is_ascii_alphanumeric() || *it == '/').collect()
}

/// No element and no attribute that could run, beyond the one script of our own.
fn check_plain(path: &str, html: &str) {
    assert_eq!(html.matches("<script").count(), 1, "{path}: {html}");
    assert!(html.contains("<script defer src=\"/assets/page-"), "{path}");
    for bad in ["<img", " style=", "<style", "<i>", "=\"javascript:", "href=\"http"] {
        assert!(!html.contains(bad), "{path}: {bad} in {html}");
    }
    let tags = html.split('<').filter_map(|it| it.split('>').next());
    for tag in tags {
        let mut quoted = tag.split('"').step_by(2).flat_map(|it| it.split_whitespace().skip(1));
        assert!(!quoted.any(|it| it.starts_with("on") && it.contains('=')), "{path}: <{tag}>");
    }
}

#[tokio::test]
async fn what_a_report_says_is_text_on_every_page() {
    let story = Story::new(SCRIPT, SCRIPT, "2020-03-01")
        .url("javascript:alert(1)")
        .truce(SCRIPT, &format!("?{SCRIPT} | South"), "<i>/XA/1.0/1.0, Syria/SY/35.0/38.0")
        .starts("2020-03-01")
        .lasts("PT72H")
        .says(Act::Declared, "?<i>", SCRIPT, &format!("A truce {SCRIPT} was declared."))
        .says(Act::Violated, &format!("?{SCRIPT}"), SCRIPT, &format!("It was {SCRIPT} broken."));
    let other = Story::new("b", "<i>", "2020-03-02")
        .truce("the truce", &format!("?{SCRIPT} | South"), "<i>/XA/1.0/1.0")
        .starts("2020-03-01")
        .lasts("P7D")
        .says(Act::Held, "?<i>", "?<i>", "The truce held.");
    let served = serve_with(&[("2020-03-01", story), ("2020-03-02", other)], |_, _| {}, |_| Ok(()));
    let truce = first_of(&served, "/?at=2020-03-02", "/truce/t").await;
    let claim = first_of(&served, &truce, "/claim/c").await;
    let asked = form_urlencoded::byte_serialize(SCRIPT.as_bytes()).collect::<String>();
    for path in [
        "/?at=2020-03-02".to_owned(),
        format!("/?place={asked}&party={asked}&country={asked}&show={asked}"),
        truce.clone(),
        format!("{truce}/sources"),
        claim,
        "/search?q=declared".to_owned(),
        format!("/search?q={asked}"),
        format!("/truce/{asked}"),
        format!("/claim/{asked}"),
        format!("/?at={asked}"),
        format!("/sign-in?to={asked}"),
    ] {
        let page = served.get(&path).await;
        check_plain(&path, &page.body);
        assert!(page.header("content-type").starts_with("text/html"), "{path}");
        assert!(page.header("content-security-policy").starts_with("default-src 'none'"), "{path}");
    }
    let page = served.get(&truce).await;
    assert!(page.body.contains("&lt;script&gt;") || page.body.contains("&#60;script&#62;"));
}

#[tokio::test]
async fn the_two_times_change_what_a_page_says() {
    let served = serve(|_, _| {});
    let truce = first_of(&served, "/?at=2014-08-06", "/truce/t").await;
    let answer = async |query: &str| {
        let page = served.get(&format!("{truce}?{query}")).await;
        let from = page.body.find("id=\"answer\"").map_or(0, |at| at);
        let status = page.body[from..].split("status ").nth(1).unwrap_or_default();
        (page.status.as_u16(), status.split('"').next().unwrap_or_default().to_owned())
    };
    assert_eq!(answer("at=2014-08-06").await, (200, "yes".to_owned()));
    assert_eq!(answer("at=2014-08-20").await, (200, "no".to_owned()));
    assert_eq!(answer("at=2014-08-06&as_of=2014-08-01").await.0, 404);
    // A form leaves fields empty that were not filled in.
    assert_eq!(answer("at=&as_of=").await.0, 200);
    assert_eq!(answer("at=soon").await.0, 400);
    let now = served.get("/?at=2014-08-06&as_of=2014-08-05&place=Gaza").await;
    let times = "at=2014-08-06T12%3A00%3A00Z&#38;as_of=2014-08-05T23%3A59%3A59Z";
    assert!(now.body.contains(&format!("{truce}?{times}")), "{}", now.body);
}

#[tokio::test]
async fn a_form_decides_for_who_signed_in_alone() {
    let served = serve(|_, _| {});
    let truce = first_of(&served, "/?at=2014-08-06", "/truce/t").await;
    let claim = first_of(&served, &truce, "/claim/c").await;
    let name = claim.trim_start_matches("/claim/");
    let form = "application/x-www-form-urlencoded";
    let body =
        |token: &str| format!("form={token}&decision=reject&claim={name}&why=misread&to={claim}");
    let nobody = served.post("/review", &[("content-type", form)], body("")).await;
    assert_eq!(nobody.status, 401);
    check_plain("/review", &nobody.body);
    let entered = served
        .post("/sign-in", &[("content-type", form)], format!("token={TOKEN}&to={claim}"))
        .await;
    let cookie = entered.header("set-cookie").split(';').next().unwrap().to_owned();
    let page = served.get_with(&claim, &[("cookie", &cookie)]).await;
    let token =
        page.body.split("name=\"form\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let with = [("content-type", form), ("cookie", cookie.as_str())];
    assert_eq!(served.post("/review", &with, body("")).await.status, 403);
    assert_eq!(served.post("/review", &with, body(&"0".repeat(64))).await.status, 403);
    let elsewhere = [with[0], with[1], ("origin", "https://elsewhere.example")];
    assert_eq!(served.post("/review", &elsewhere, body(token)).await.status, 403);
    assert!(!served.get(&claim).await.body.contains("misread"));
    let decided = served.post("/review", &with, body(token)).await;
    assert_eq!(decided.status, 303);
    assert!(decided.header("location").starts_with(&format!("{claim}?decided=")));
    let page = served.get(&claim).await;
    assert!(page.body.contains("rejected") && page.body.contains("by Ada: misread"));
    let unknown = body(token).replace("reject", "forget");
    assert_eq!(served.post("/review", &with, unknown).await.status, 400);
}

#[tokio::test]
async fn the_page_of_now_stays_small() {
    let names: Vec<String> = (0..300).map(|it| format!("North {it} | South {it}")).collect();
    let stories: Vec<(&str, Story)> = (0..300)
        .map(|at| {
            let lat = f64::from(at) / 5.0 - 30.0;
            let place = format!("Town {at}/XA/{lat}/{}.0", at % 90);
            let story = Story::new(&format!("r{at}"), &format!("Outlet {at}"), "2020-03-01")
                .truce(&format!("truce number {at}"), &names[at as usize], &place)
                .starts("2020-03-01")
                .lasts(if at % 2 == 0 { "P7D" } else { "PT72H" })
                .says(Act::Declared, "", "A speaker", &format!("Truce {at} was declared."))
                .says(Act::Violated, "South", "A speaker", &format!("Truce {at} was broken."));
            ("2020-03-01", story)
        })
        .collect();
    let served = serve_with(&stories, |_, _| {}, |_| Ok(()));
    let path = "/?at=2020-03-01T20:00Z";
    let page = served.get(path).await;
    assert!(page.body.contains("<b>300</b> in force"), "{}", page.body);
    assert!(page.body.contains("100 of 300 are drawn"));
    assert_eq!(page.body.matches("<svg class=\"row\"").count(), 100);
    let gzip = [("accept-encoding", "gzip")];
    let packed = served.get_with(path, &gzip).await;
    assert_eq!(packed.header("content-encoding"), "gzip");
    // 150 KB are for all of it; style, script and map are less than 40 of them. What is no UTF-8 has
    // become three bytes here: the body is smaller than it looks.
    assert!(packed.body.len() < 110_000, "{} bytes", packed.body.len());
    let rest = served.get(&format!("{path}&skip=200")).await;
    assert_eq!(rest.body.matches("<svg class=\"row\"").count(), 100);
}

#[tokio::test]
async fn a_rejected_claim_is_told_as_rejected() {
    let served = serve_with(
        &crate::place::stories(),
        |_, _| {},
        |ledger| {
            let asked = truceline_store::Asked { at: time("2014-08-06"), as_of: None };
            let listed = ledger.list(asked, &truceline_store::Filter::default())?;
            let claim = listed[0]["claims"][1].as_str().unwrap().to_owned();
            ledger.review(&Decision::Reject { claim }, "Ada", "misread", time("2016-09-13"))?;
            Ok(())
        },
    );
    let truce = first_of(&served, "/?at=2014-08-06", "/truce/t").await;
    assert!(served.get(&truce).await.body.contains("rejected in review"));
    assert!(!served.get(&format!("{truce}?as_of=2016-09-12")).await.body.contains("in review"));
}
